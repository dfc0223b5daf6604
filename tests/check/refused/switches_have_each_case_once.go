// errorcheck

package p

func _(x int, s string, i any, f float64, b bool) {
	switch x {
	case 1, 2, 1: // ERROR "duplicate case 1 (constant of type int) in expression switch"
	case 2: // ERROR "duplicate case 2 (constant of type int) in expression switch"
	case 'a', 97: // ERROR "duplicate case 97 (constant of type int) in expression switch"
	case 1.0: // ERROR "duplicate case 1.0 (constant 1 of type int) in expression switch"
	case "a": // ERROR `cannot convert "a" (untyped string constant) to type int`
	case 1.5: // ERROR "1.5 (untyped float constant) truncated to int"
	default:
	default: // ERROR "multiple defaults (first at "
	}
	switch s {
	case "a", "b":
	case "a": // ERROR `duplicate case "a" (constant of type string) in expression switch`
	case 1: // ERROR "cannot convert 1 (untyped int constant) to type string"
	}
	switch f {
	case 1, 1.0: // ERROR "duplicate case 1.0 (constant 1 of type float64) in expression switch"
	}
	switch b {
	case true:
	case true:
	}
	switch {
	case x: // ERROR "invalid case x in switch on true (mismatched types int and bool)"
	case true, true:
	}
	switch i.(type) {
	case int, string, int: // ERROR "duplicate case int in type switch"
	case nil:
	case nil: // ERROR "duplicate case nil in type switch"
	case []int:
	case []int: // ERROR "duplicate case []int in type switch"
	case T: // ERROR "undefined: T"
	}
	switch x.(type) { // ERROR "x (variable of type int) is not an interface"
	}
	switch y := i.(type) { // ERROR "y declared and not used"
	case int:
	}
	switch y := i.(type) {
	case int, string:
		y++ // ERROR "invalid operation: y++ (non-numeric type any)"
	}
	switch e := error(nil).(type) {
	case int: // ERROR "impossible type switch case: int"
		_ = e
	}
	switch i {
	case 1:
	case 1: // ERROR "duplicate case 1 (constant of type int) in expression switch"
	case "a":
	case []int{}: // ERROR "invalid case []int{} in switch on i (slice can only be compared to nil)"
	}
	switch i.(type) {
	case x: // ERROR "x (parameter) is not a type"
	case 1: // ERROR "1 is not a type"
	}
	switch func() {} {
	case nil:
	}
}
