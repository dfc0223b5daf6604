// errorcheck

//go:noinline // ERROR "misplaced compiler directive"
package main

import "fmt"

//go:noinline // ERROR "misplaced compiler directive"
var n int

// Comments and empty lines may stand between.
//go:noinline

//go:nosplit
func good() { fmt.Println(n) }

//go:build linux // ERROR "misplaced compiler directive"
func alsoGood() {}

//go:generate something
//go:unknown
const c = 1

type t int

//go:noescape
func (t) m() {} // ERROR "can only use //go:noescape with external func implementations"

func main() {
	good()
	alsoGood()
	t(1).m()
	_ = c
}
