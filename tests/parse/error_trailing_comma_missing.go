// parse
package p

var a = []int{
	3
}

func f() {
	f(1,
		2
	)
	x := T{a: 1
	}
}
