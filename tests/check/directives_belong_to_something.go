// errorcheck

package main

func f() {} //go:noinline // ERROR "misplaced compiler directive"

//go:nosplit // ERROR "misplaced compiler directive"
type (
	a int
	b struct {
		//go:noinline // ERROR "misplaced compiler directive"
		x int
	}
)

//go:systemstack // ERROR "//go:systemstack only allowed in runtime"
func g() {
	//go:noinline // ERROR "misplaced compiler directive"
	f()
}

//go:linkname a b c d // ERROR "usage: //go:linkname localname [linkname]"

func main() {
	g()
	_ = missing // ERROR "undefined: missing"
}

//go:norace // ERROR "misplaced compiler directive"
