// errorcheck
package p

func _(x int, ch chan int, f func()) {
	break // ERROR "break is not in a loop, switch, or select"
	continue // ERROR "continue is not in a loop"
	switch x {
	case 1:
		fallthrough // ERROR "cannot fallthrough final case in switch"
	}
	switch x {
	case 1, 1: // ERROR "duplicate case 1 (constant of type int) in expression switch"
	case "a": // ERROR `cannot convert "a" (untyped string constant) to type int`
	}
	fallthrough // ERROR "fallthrough statement out of place"
	switch {
	default:
	default: // ERROR "multiple defaults (first"
	}
	go f // ERROR "expression in go must be function call"
	defer f // ERROR "expression in defer must be function call"
	defer int(x) // ERROR "defer requires function call, not conversion int(x) (value of type int)"
	defer len("") // ERROR `defer discards result of len("") (constant 0 of type int)`
	for range 1.5 { // ERROR "cannot range over 1.5 (untyped float constant)"
	}
	for a, b := range x { // ERROR "range over x (variable of type int) permits only one iteration variable"
		_, _ = a, b
	}
	for a, b := range ch { // ERROR "range over ch (variable of type chan int) permits only one iteration variable"
		_, _ = a, b
	}
	for range f { // ERROR "cannot range over f (variable of type func()): func must be func(yield func(...) bool): wrong argument count"
	}
	select {
	case x > 1: // ERROR "select case must be send or receive (possibly with assignment)"
	}
	goto L // ERROR "goto L jumps over declaration of v"
	v := 1
	_ = v
L:
	{
	M:
		for {
			break M
		}
	}
	goto M // ERROR "goto M jumps into block starting"
	x, y = 1, 2 // ERROR "undefined: y"
}
