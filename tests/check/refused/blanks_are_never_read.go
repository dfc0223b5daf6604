// errorcheck

package p

import _ "fmt"

type T struct{ _, _ int }

func _() {}
func _() {}

var _ = 1
var _, _ = 1, 2

const _ = iota

type _ int

func f(_ int, _ string) (_ int) { return 1 }

func _() {
	_ = _ // ERROR "cannot use _ as value or type"
	x := _ // ERROR "declared and not used: x" "cannot use _ as value or type"
	_ := 1 // ERROR "no new variables on left side of :="
	_, _ := 1, 2 // ERROR "no new variables on left side of :="
	_() // ERROR "cannot use _ as value or type"
	_.x = 1 // ERROR "cannot use _ as value or type"
	_++ // ERROR "cannot use _ as value or type"
	_ += 1 // ERROR "cannot use _ as value or type"
	_ = T{_: 1} // ERROR "unknown field _ in struct literal of type T"
	_ = T{}._ // ERROR "T{}._ undefined (type T has no field or method _)"
	var t T
	t._ = 1 // ERROR "t._ undefined (type T has no field or method _)"
	for _ := range 3 { // ERROR "no new variables on left side of :="
	}
	for _, _ = range []int{} {
	}
	goto _ // ERROR "label _ not defined"
_:
	func(_ int) { _ = _ }(1) // ERROR "cannot use _ as value or type"
	_ = &_ // ERROR "cannot use _ as value or type"
	_ = f
	_ = nil // ERROR "use of untyped nil in assignment to _ identifier"
	if _ { // ERROR "cannot use _ as value or type"
	}
}
