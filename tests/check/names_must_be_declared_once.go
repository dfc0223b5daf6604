// errorcheck
package p

import "fmt"

var x int
var x string // ERROR "x redeclared in this block"

type T struct{}
type T int // ERROR "T redeclared in this block"

func f() {}
func f() {} // ERROR "f redeclared in this block"

func (T) m() {}
func (T) m() {} // ERROR "method T.m already declared"

type S struct {
	a int
	a string // ERROR "a redeclared"
	b int
}

func (S) b() {} // ERROR "field and method with the same name b"

type I interface {
	m()
	m() // ERROR "duplicate method m"
}

func params(a int, a string) {} // ERROR "a redeclared in this block"

func locals() {
	y := 1
	var y int // ERROR "y redeclared in this block"
	_ = y
	a, a := 1, 2 // ERROR "declared and not used: a" "a repeated on left side of :="
	y := 2 // ERROR "no new variables on left side of :="
	fmt := 1
	_ = fmt
}

func init() int { return 1 } // ERROR "func init must have no arguments and no return values"

var init = 2 // ERROR "cannot declare init - must be func"

var _ = fmt.Sprint
