// errorcheck

package p

type A struct{ x int }
type B struct{ x int }
type C struct{ y int }
type I interface{ m() }
type S string

func _(i int, f float64, s string, b []byte, r []rune, a A, p *int, e error, fn func(), arr [2]int, sl []int, u uintptr) {
	_ = B(a)
	_ = C(a) // ERROR "cannot convert a (variable of struct type A) to type C"
	_ = string(f) // ERROR "cannot convert f (variable of type float64) to type string"
	_ = string(i)
	_ = int(s) // ERROR "cannot convert s (variable of type string) to type int"
	_ = []byte(s)
	_ = []byte(r) // ERROR "cannot convert r (variable of type []rune) to type []byte"
	_ = []int(b) // ERROR "cannot convert b (variable of type []byte) to type []int"
	_ = []int(s) // ERROR "cannot convert s (variable of type string) to type []int"
	_ = (*float64)(p) // ERROR "cannot convert p (variable of type *int) to type *float64"
	_ = *A(p) // ERROR "cannot convert p (variable of type *int) to type A"
	_ = I(a) // ERROR "cannot convert a (variable of struct type A) to type I: A does not implement I (missing method m)"
	_ = error(s) // ERROR "cannot convert s (variable of type string) to type error: string does not implement error (missing method Error)"
	_ = fn.(func()) // ERROR "invalid operation: fn (variable of type func()) is not an interface"
	_ = e.(int) // ERROR "impossible type assertion: e.(int)"
	_ = e.(I)
	_ = [2]int(sl)
	_ = [3]int(arr) // ERROR "cannot convert arr (variable of type [2]int) to type [3]int"
	_ = (*[2]int)(sl)
	_ = (*[2]string)(sl) // ERROR "cannot convert sl (variable of type []int) to type *[2]string"
	_ = bool(i) // ERROR "cannot convert i (variable of type int) to type bool"
	_ = int(true) // ERROR "cannot convert true (untyped bool constant) to type int"
	_ = int8(300) // ERROR "constant 300 overflows int8"
	_ = uint(-1) // ERROR "constant -1 overflows uint"
	_ = int(1.5) // ERROR "cannot convert 1.5 (untyped float constant) to type int"
	_ = int(f)
	_ = float32("1") // ERROR `cannot convert "1" (untyped string constant) to type float32`
	_ = S(s)
	_ = S(i, i) // ERROR "too many arguments in conversion to S"
	_ = S() // ERROR "missing argument in conversion to S"
	_ = string(nil) // ERROR "cannot convert nil to type string"
	_ = []int(nil)
	_ = int(nil) // ERROR "cannot convert nil to type int"
	_ = func()(nil) // ERROR "func() nil (type) is not an expression" "nil (untyped nil) is not a type"
	_ = (func())(nil)
	_ = (*int)(u) // ERROR "cannot convert u (variable of type uintptr) to type *int"
	_ = chan<- int(make(chan int))
}
