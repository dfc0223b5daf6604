// parse
package p

func f() {
	if x = 1 {
	}
	if a + b = c {
	}
	for i := 0; i < 1; i := 2 {
	}
	switch x := 1 {
	}
	if var x = 1; x {
	}
	go (f())
}
