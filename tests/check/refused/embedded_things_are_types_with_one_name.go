// errorcheck

package p

type A struct{ x, y int }
type B struct{ x int }
type C struct {
	A
	B
	y string
}
type D struct {
	*A
	A // ERROR "A redeclared"
}
type F struct{ *I } // ERROR "embedded field type cannot be a pointer to an interface"
type H struct{ *P } // ERROR "embedded field type cannot be a pointer"
type P *A
type I interface {
	m()
	m(int) // ERROR "duplicate method m"
}
type J interface {
	I1
	I2 // ERROR "duplicate method m"
}
type I1 interface{ m() }
type I2 interface{ m() int }
type K interface{ A }
type L interface{ L } // ERROR "invalid recursive type: L refers to itself"
type M struct{ M } // ERROR "invalid recursive type: M refers to itself"

var c C

func _() {
	_ = c.x // ERROR "ambiguous selector c.x"
	_ = c.A.x
	_ = c.z // ERROR "c.z undefined (type C has no field or method z)"
	_ = C{x: 1} // ERROR "unknown field x in struct literal of type C"
	_ = C{A: A{1, 2}, B: 1} // ERROR "cannot use 1 (untyped int constant) as B value in struct literal"
	_ = C{1, 2} // ERROR "cannot use 1 (untyped int constant) as A value in struct literal" "cannot use 2 (untyped int constant) as B value in struct literal" "too few values in struct literal of type C"
	var _ K // ERROR "cannot use type K outside a type constraint: interface contains type constraints"
	_ = J.m
}
