// errorcheck
package p

type T struct{ a int }
type Celsius float64

func two() (int, string)  { return 0, "" }
func none()               {}
func takes(int, string)   {}
func variadic(...string)  {}

var i int = "a" // ERROR `cannot use "a" (untyped string constant) as int value in variable declaration`
var s string = 1 // ERROR "cannot use 1 (untyped int constant) as string value in variable declaration"
var u uint8 = 256 // ERROR "cannot use 256 (untyped int constant) as uint8 value in variable declaration (overflows)"
var n int = 1.5 // ERROR "cannot use 1.5 (untyped float constant) as int value in variable declaration (truncated)"
var p *T = T{} // ERROR "cannot use T{} (value of struct type T) as *T value in variable declaration"
var e error = T{} // ERROR "cannot use T{} (value of struct type T) as error value in variable declaration: T does not implement error (missing method Error)"
var z = nil // ERROR "use of untyped nil in variable declaration"
var b bool = nil // ERROR "cannot use nil as bool value in variable declaration"
var c Celsius = float64(1) // ERROR "cannot use float64(1) (constant 1 of type float64) as Celsius value in variable declaration"
var q, r = 1, 2, 3 // ERROR "extra init expr 3"
var f, g = two()
var h, k, l = two() // ERROR "assignment mismatch: 3 variables but two returns 2 values"

func _() {
	var x int
	x = "s" // ERROR `cannot use "s" (untyped string constant) as int value in assignment`
	x = two() // ERROR "assignment mismatch: 1 variable but two returns 2 values"
	x, y := two()
	y = x // ERROR "cannot use x (variable of type int) as string value in assignment"
	x = none() // ERROR "none() (no value) used as value"
	x += "a" // ERROR `invalid operation: x += "a" (mismatched types int and untyped string)`
	x++
	y++ // ERROR "invalid operation: y++ (non-numeric type string)"
	1 = x // ERROR "cannot assign to 1 (neither addressable nor a map index expression)"
	two() = 1, 2 // ERROR "assignment mismatch: 1 variable but 2 values"
	m := map[string]T{}
	m["a"].a = 1 // ERROR `cannot assign to struct field m["a"].a in map`
	"abc"[0] = 1 // ERROR `cannot assign to "abc"[0] (neither addressable nor a map index expression)`
	const k = 1
	k = 2 // ERROR "cannot assign to k (neither addressable nor a map index expression)"
	takes(1) // ERROR "not enough arguments in call to takes"
	takes(1, "a", 2) // ERROR "too many arguments in call to takes"
	takes("a", "b") // ERROR `cannot use "a" (untyped string constant) as int value in argument to takes`
	takes(two())
	variadic([]int{}...) // ERROR "cannot use []int{} (value of type []int) as []string value in argument to variadic"
	takes([]int{}...) // ERROR "cannot use ... in call to non-variadic takes"
	_ = append(1, 2) // ERROR "invalid append: argument must be a slice; have 1 (untyped int constant)"
	var ch chan<- int
	ch <- "a" // ERROR `cannot use "a" (untyped string constant) as int value in send`
	<-ch // ERROR "invalid operation: cannot receive from send-only channel chan<- int ch (variable of type chan<- int)"
}
