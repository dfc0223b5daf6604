// errorcheck
package p

func a() int {
} // ERROR "missing return"

func b(x bool) int {
	if x {
		return 1
	}
} // ERROR "missing return"

func c() (int, error) {
	return 1 // ERROR "not enough return values"
}

func d() {
	return 1 // ERROR "too many return values"
}

func e() int {
	return // ERROR "not enough return values"
}

func f() (n int) {
	{
		n := 2
		_ = n
		return // ERROR "result parameter n not in scope at return"
	}
}

func g() string {
	return 1 // ERROR "cannot use 1 (untyped int constant) as string value in return statement"
}

func h() int {
	for {
		break
	}
} // ERROR "missing return"

func i(x int) int {
	switch x {
	case 1:
		return 1
	}
} // ERROR "missing return"

func j() int {
	for {
	}
}

func k() int { panic("no result is needed") }
