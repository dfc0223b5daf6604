// errorcheck

package p

var a = b // ERROR "initialization cycle for a"
var b = c
var c = f()

func f() int { return a }

var x = x // ERROR "initialization cycle: x refers to itself"
var y, z = z, y // ERROR "initialization cycle for y"
var self = func() int { return self() } // ERROR "initialization cycle: self refers to itself"

type T struct{ f func() int }

var t = T{m} // ERROR "initialization cycle for t"

func m() int { return t.f() }

const k = l // ERROR "initialization cycle for k"
const l = k

var v int = w
var w = len(arr)
var arr [len(v2)]int
var v2 [2]int

func init() int { return 1 } // ERROR "func init must have no arguments and no return values"
func init(x int) {} // ERROR "func init must have no arguments and no return values"
func init() {}

var init = 1 // ERROR "cannot declare init - must be func"

func g() { init() } // ERROR "undefined: init"

var p = q.r // ERROR "initialization cycle for p"
var q = struct{ r int }{s}
var s = p
