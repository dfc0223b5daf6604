// errorcheck

package main

type large struct {
	b [1500000000]byte
}

func (x large) f1() int { // ERROR "stack frame too large (>1GB): 0 MB locals + 1430 MB args"
	return 5
}

func f2() (x large, i int) { // ERROR "stack frame too large (>1GB): 0 MB locals + 1430 MB args"
	return
}

func pointers(x *large, y []large) {}

func main() {}
