// errorcheck

package p

func seq0(yield func() bool)            {}
func seq1(yield func(int) bool)         {}
func seq2(yield func(int, string) bool) {}
func bad1(yield func(int))              {}
func bad2(yield func(int) bool) int     { return 1 }
func bad3(yield func(a, b, c int) bool) {}

func _(x int, f float64, p *[3]int, pp **[3]int, m map[string]int, str string, c chan int, fn func()) {
	for range f { // ERROR "cannot range over f (variable of type float64)"
	}
	for range pp { // ERROR "cannot range over pp (variable of type **[3]int)"
	}
	for i, v := range x { // ERROR "declared and not used: i" "range over x (variable of type int) permits only one iteration variable"
	}
	for i := range 1.5 { // ERROR "cannot range over 1.5 (untyped float constant)"
	}
	for i := range 10 { // ERROR "declared and not used: i"
		i = "a" // ERROR `cannot use "a" (untyped string constant) as int value in assignment`
	}
	var s string // ERROR "declared and not used: s"
	for s = range x { // ERROR "cannot use x (variable of type int) as string value in range clause"
	}
	for i, s := range []int{} {
		_ = i + s + "a" // ERROR `invalid operation: i + s + "a" (mismatched types int and untyped string)`
	}
	for k, v := range m {
		_ = k + v // ERROR "invalid operation: k + v (mismatched types string and int)"
	}
	for a, b, c := range m { // ERROR "declared and not used: a" "declared and not used: b" "range clause permits at most two iteration variables"
	}
	for i, r := range str {
		_ = i + r // ERROR "invalid operation: i + r (mismatched types int and rune)"
	}
	for range seq0 {
	}
	for a := range seq0 { // ERROR "range over seq0 (value of type func(yield func() bool)) permits no iteration variables"
	}
	for a, b := range seq1 { // ERROR "declared and not used: a" "range over seq1 (value of type func(yield func(int) bool)) permits only one iteration variable"
	}
	for a, b := range seq2 {
		_ = a + b // ERROR "invalid operation: a + b (mismatched types int and string)"
	}
	for range bad1 { // ERROR "cannot range over bad1 (value of type func(yield func(int))): func must be func(yield func(...) bool): yield func does not return bool"
	}
	for range bad2 { // ERROR "cannot range over bad2 (value of type func(yield func(int) bool) int): func must be func(yield func(...) bool): unexpected results"
	}
	for range bad3 { // ERROR "cannot range over bad3 (value of type func(yield func(a int, b int, c int) bool)): func must be func(yield func(...) bool): yield func has too many parameters"
	}
	for range fn { // ERROR "cannot range over fn (variable of type func()): func must be func(yield func(...) bool): wrong argument count"
	}
	for range nil { // ERROR "cannot range over nil"
	}
	for range int { // ERROR "int (type) is not an expression"
	}
	for i := range 3 { // ERROR "declared and not used: i"
	}
	for x.y = range 3 { // ERROR "x.y undefined (type int has no field or method y)"
	}
	for f() = range 3 { // ERROR "invalid operation: cannot call f (variable of type float64): float64 is not a function"
	}
	for i, i := range []int{} { // ERROR "declared and not used: i" "i redeclared in this block"
	}
	for range any(1) { // ERROR "cannot range over any(1) (value of interface type any)"
	}
}
