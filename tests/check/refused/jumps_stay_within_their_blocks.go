// errorcheck

package p

func _(x int) {
	goto missing // ERROR "label missing not defined"
	goto inner // ERROR "goto inner jumps into block starting at "
	{
	inner:
	}
	goto over // ERROR "goto over jumps over declaration of v at "
	v := 1
	_ = v
over:
	for {
		break missing // ERROR "break label not defined: missing"
		continue over
	}
unused: // ERROR "label unused defined and not used"
	for {
		break
	}
again:
again: // ERROR "label again already defined at "
	if x > 0 {
		goto again
	}
}

func _(x int) {
	break // ERROR "break is not in a loop, switch, or select"
	continue // ERROR "continue is not in a loop"
	fallthrough // ERROR "fallthrough statement out of place"
	switch x {
	case 1:
		continue // ERROR "continue is not in a loop"
		fallthrough
	case 2:
		{
			fallthrough // ERROR "fallthrough statement out of place"
		}
	case 3:
		fallthrough // ERROR "cannot fallthrough final case in switch"
	}
	switch any(x).(type) {
	case int:
		fallthrough // ERROR "cannot fallthrough in type switch"
	default:
	}
	select {
	default:
		fallthrough // ERROR "fallthrough statement out of place"
	}
loop:
	for {
		func() {
			break loop // ERROR "break label not defined: loop"
			goto loop // ERROR "label loop not defined"
		}()
		break loop
	}
sw:
	switch {
	default:
		continue sw // ERROR "invalid continue label sw"
	}
}
