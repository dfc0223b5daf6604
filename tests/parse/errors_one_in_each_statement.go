// parse
package p

func f() {
	x := 1 +
	}
	y = )
	if x := 1 {
	}
	f(a b)
	var z [3
}

func g() {
	return ]
}
