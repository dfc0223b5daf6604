// errorcheck
package p

import (
	"fmt"
	"io"
)

type Value struct{}

func (Value) String(int) string { return "" }

type Pointer struct{}

func (*Pointer) Read(p []byte) (int, error) { return 0, nil }

type Reader interface{ Read([]byte) (int, error) }

var _ fmt.Stringer = Value{} // ERROR "cannot use Value{} (value of struct type Value) as fmt.Stringer value in variable declaration: Value does not implement fmt.Stringer (wrong type for method String)"
var _ io.Reader = Pointer{} // ERROR "cannot use Pointer{} (value of struct type Pointer) as io.Reader value in variable declaration: Pointer does not implement io.Reader (method Read has pointer receiver)"
var _ io.Reader = &Pointer{}
var _ io.ReadWriter = &Pointer{} // ERROR "cannot use &Pointer{} (value of type *Pointer) as io.ReadWriter value in variable declaration: *Pointer does not implement io.ReadWriter (missing method Write)"
var _ *Reader = &Pointer{} // ERROR "cannot use &Pointer{} (value of type *Pointer) as *Reader value in variable declaration: *Pointer does not implement *Reader (type *Reader is pointer to interface, not interface)"
var _ io.Closer = io.Reader(nil) // ERROR "cannot use io.Reader(nil) (value of interface type io.Reader) as io.Closer value in variable declaration: io.Reader does not implement io.Closer (missing method Close)"
var _ Pointer = io.Reader(nil) // ERROR "cannot use io.Reader(nil) (value of interface type io.Reader) as Pointer value in variable declaration"

func _(r io.Reader, v Value, i int) {
	_ = r.(Value) // ERROR "impossible type assertion: r.(Value)"
	_ = v.(io.Reader) // ERROR "invalid operation: v (variable of struct type Value) is not an interface"
	_ = r.(type) // ERROR "invalid syntax tree: use of .(type) outside type switch"
	switch r.(type) {
	case Value: // ERROR "impossible type switch case: Value"
	case *Pointer, *Pointer: // ERROR "duplicate case *Pointer in type switch"
	}
	switch i.(type) { // ERROR "i (variable of type int) is not an interface"
	}
}

type Set interface{ ~int | ~string }

var _ Set // ERROR "cannot use type Set outside a type constraint: interface contains type constraints"

type Bad interface {
	m()
	int // ok as a constraint
}

var _ Bad // ERROR "cannot use type Bad outside a type constraint: interface contains type constraints"

func (int) method() {} // ERROR "cannot define new methods on non-local type int"
func (*Reader) method() {} // ERROR "invalid receiver type Reader (pointer or interface type)"
func (Missing) method() {} // ERROR "undefined: Missing"
