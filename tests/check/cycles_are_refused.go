// errorcheck
package p

import "unsafe"

type T struct{ t T } // ERROR "invalid recursive type: T refers to itself"
type A [2]B // ERROR "invalid recursive type A"
type B struct{ a A }
type P struct{ next *P }
type L []L
type I interface{ I } // ERROR "invalid recursive type: I refers to itself"
type D D // ERROR "invalid recursive type: D refers to itself"
type Size [unsafe.Sizeof(Size{})]int // ERROR "invalid recursive type: Size refers to itself"
type Len [len(Len{})]int // ERROR "invalid recursive type: Len refers to itself"
type G[P any] struct{ g G[P] } // ERROR "invalid recursive type: G[P] refers to itself"

const c = d // ERROR "initialization cycle for c"
const d = c

var x = y // ERROR "initialization cycle for x"
var y = f()

func f() int { return x }
