// errorcheck

package p

func none()                    {}
func one() int                 { return 1 }
func two() (int, string)       { return 1, "a" }
func variadic(a int, b ...int) {}
func takes(a int, b string)    {}

func _(x int, s []int, i any) {
	none(1) // ERROR "too many arguments in call to none"
	takes(1) // ERROR "not enough arguments in call to takes"
	takes(1, "a", 2) // ERROR "too many arguments in call to takes"
	takes("a", 1) // ERROR `cannot use "a" (untyped string constant) as int value in argument to takes` "cannot use 1 (untyped int constant) as string value in argument to takes"
	takes(two())
	takes(two(), 1) // ERROR "multiple-value two() (value of type (int, string)) in single-value context" "cannot use 1 (untyped int constant) as string value in argument to takes"
	takes(one(), two()) // ERROR "multiple-value two() (value of type (int, string)) in single-value context"
	variadic() // ERROR "not enough arguments in call to variadic"
	variadic(1, "a") // ERROR `cannot use "a" (untyped string constant) as int value in argument to variadic`
	variadic(1, s) // ERROR "cannot use s (variable of type []int) as int value in argument to variadic"
	variadic(1, s...)
	variadic(1, 2, s...) // ERROR "too many arguments in call to variadic"
	takes(1, s...) // ERROR "cannot use ... in call to non-variadic takes"
	x() // ERROR "invalid operation: cannot call x (variable of type int): int is not a function"
	i() // ERROR "invalid operation: cannot call i (variable of interface type any): any is not a function"
	none()() // ERROR "none() (no value) used as value or type"
	_ = none() // ERROR "none() (no value) used as value"
	var _ = two() // ERROR "multiple-value two() (value of type (int, string)) in single-value context"
	var a, b int = two() // ERROR "cannot use 2nd function result (value of type string) as int value in multiple assignment"
	a, b = one() // ERROR "assignment mismatch: 2 variables but one returns 1 value"
	a, b, c := two() // ERROR "assignment mismatch: 3 variables but two returns 2 values"
	_ = one() + two() // ERROR "multiple-value two() (value of type (int, string)) in single-value context"
	return one() // ERROR "too many return values"
	go one // ERROR "expression in go must be function call"
	defer x // ERROR "expression in defer must be function call"
	go int(x) // ERROR "go requires function call, not conversion int(x) (value of type int)"
	defer len(s) // ERROR "defer discards result of len(s) (value of type int)"
	defer recover()
	go func() {} // ERROR "expression in go must be function call"
	panic() // ERROR "invalid operation: not enough arguments for panic() (expected 1, found 0)"
	panic(1, 2) // ERROR "invalid operation: too many arguments for panic(1, 2) (expected 1, found 2)"
	recover(1) // ERROR "invalid operation: too many arguments for recover(1) (expected 0, found 1)"
	print(none()) // ERROR "none() (no value) used as value"
	two().x // ERROR "multiple-value two() (value of type (int, string)) in single-value context"
	one()
	one() + 1 // ERROR "one() + 1 (value of type int) is not used"
	-one() // ERROR "-one() (value of type int) is not used"
	func() {} // ERROR "func() {} (value of type func()) is not used"
	one // ERROR "one (value of type func() int) is not used"
	1 // ERROR "1 (untyped int constant) is not used"
	"a" // ERROR `"a" (untyped string constant) is not used`
	<-make(chan int)
	new(int) // ERROR "new(int) (value of type *int) is not used"
	_, _, _ = a, b, c
}

func _() int {
	for {
		break
	}
} // ERROR "missing return"

func _() int {
	if true {
		return 1
	} else {
	}
} // ERROR "missing return"

func _(x int) int {
	switch x {
	case 1:
		return 1
	}
} // ERROR "missing return"

func _() (a, b int) {
	return 1 // ERROR "not enough return values"
}

func _() (a int) {
	{
		a := 1 // ERROR "declared and not used: a"
		return // ERROR "result parameter a not in scope at return"
	}
}

func _() {
	return 1 // ERROR "too many return values"
}
