// errorcheck

package p

import "time"

type T struct{ a int }

func (T) value()    {}
func (*T) pointer() {}
func (T) a()        {} // ERROR "field and method with the same name a"
func (t T) value()  {} // ERROR "method T.value already declared at "

type I interface{ m() }
type P *T

func (I) m()             {} // ERROR "invalid receiver type I (pointer or interface type)"
func (P) m()             {} // ERROR "invalid receiver type P (pointer or interface type)"
func (int) m()           {} // ERROR "cannot define new methods on non-local type int"
func (time.Time) m()     {} // ERROR "cannot define new methods on non-local type time.Time"
func (x, y T) two()      {} // ERROR "method has multiple receivers"
func (T) _()             {}
func (**T) twice()       {} // ERROR "invalid receiver type **T"
func ([]T) slice()       {} // ERROR "invalid receiver type []T"

func _(t T, p *T, pp **T, i I, pi *I) {
	T.pointer(t) // ERROR "invalid method expression T.pointer (needs pointer receiver (*T).pointer)"
	(*T).value(p)
	T.value(p) // ERROR "cannot use p (variable of type *T) as T value in argument to T.value"
	T{}.pointer() // ERROR "cannot call pointer method pointer on T"
	pp.value() // ERROR "pp.value undefined (type **T has no field or method value)"
	pi.m() // ERROR "pi.m undefined (type *I is pointer to interface, not interface)"
	_ = t.missing // ERROR "t.missing undefined (type T has no field or method missing)"
	_ = T.missing // ERROR "T.missing undefined (type T has no field or method missing)"
	_ = t.value == t.value // ERROR "invalid operation: t.value == t.value (func can only be compared to nil)"
	_ = t.value() // ERROR "t.value() (no value) used as value"
	t.value = nil // ERROR "cannot assign to t.value (neither addressable nor a map index expression)"
	f := (*T).pointer
	f(t) // ERROR "cannot use t (variable of struct type T) as *T value in argument to f"
	var _ func() = T.value // ERROR "cannot use T.value (value of type func(T)) as func() value in variable declaration"
	var _ I = t // ERROR "cannot use t (variable of struct type T) as I value in variable declaration: T does not implement I (missing method m)"
	i.m(1) // ERROR "too many arguments in call to i.m"
	I.m() // ERROR "not enough arguments in call to I.m"
	_ = i.a // ERROR "i.a undefined (type I has no field or method a)"
}
