// errorcheck
// What follows it up to the next declaration is passed over, as Go's parser does.

package main

func a() {
	if true {
	}
	}
	x := 1 // ERROR "non-declaration statement outside function body"
	for i := range 10 {
		println(i)
	}
	var y = 2
	println(y) // ERROR "non-declaration statement outside function body"
	if y > 1 {
		return
	}
}

func b() {}

type T struct {
	a int
	}
	b string // ERROR "non-declaration statement outside function body"
}

const c = 1
} // ERROR "non-declaration statement outside function body"

func main() {}
