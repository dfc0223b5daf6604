// errorcheck

package p

func _() {
	len := 1
	_ = len("a") // ERROR "invalid operation: cannot call len (variable of type int): int is not a function"
	true := false
	_ = true
	nil := 1
	var p *int = nil // ERROR "cannot use nil (variable of type int) as *int value in variable declaration"
	_ = p
	type int string
	var i int = 1 // ERROR "cannot use 1 (untyped int constant) as int value in variable declaration"
	_ = i + 2 // ERROR "invalid operation: i + 2 (mismatched types int and untyped int)"
	string := func() {}
	_ = string(1) // ERROR "string(1) (no value) used as value" "too many arguments in call to string"
	_ = iota
	var append int
	_ = append([]byte{}, 1) // ERROR "invalid operation: cannot call append (variable of string type int): int is not a function"
	any := 1
	var _ any // ERROR "any (local variable) is not a type"
	error := "a"
	var _ error // ERROR "error (local variable) is not a type"
	print := 1
	print("a") // ERROR "invalid operation: cannot call print (variable of type int): int is not a function"
}

func make(x int) int { return x }

var _ = make([]byte, 1) // ERROR "[]byte (type) is not an expression" "too many arguments in call to make"

type byte float64

var _ byte = 1.5
var _ []byte = "abc" // ERROR `cannot use "abc" (untyped string constant) as []byte value in variable declaration`

const iota = 3

const (
	q = iota
	r = iota
)

var _ [q]float64 = [3]float64{}
