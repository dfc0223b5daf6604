// errorcheck

package p

type S struct{ f []int }
type U struct{ f int }

func _(a, b []int, m map[string]int, f func(), s S, u U, i any, e error, p *int, c chan int, arr [2]S) {
	_ = a == b // ERROR "invalid operation: a == b (slice can only be compared to nil)"
	_ = a == nil
	_ = m == m // ERROR "invalid operation: m == m (map can only be compared to nil)"
	_ = f == f // ERROR "invalid operation: f == f (func can only be compared to nil)"
	_ = f != nil
	_ = s == s // ERROR "invalid operation: s == s (struct containing []int cannot be compared)"
	_ = u < u // ERROR "invalid operation: u < u (operator < not defined on struct)"
	_ = arr == arr // ERROR "invalid operation: arr == arr ([2]S cannot be compared)"
	_ = i == a // ERROR "invalid operation: i == a (slice can only be compared to nil)"
	_ = i == u
	_ = e == u // ERROR "invalid operation: e == u (mismatched types error and U)"
	_ = i < i // ERROR "invalid operation: i < i (operator < not defined on interface)"
	_ = p < p // ERROR "invalid operation: p < p (operator < not defined on pointer)"
	_ = p == c // ERROR "invalid operation: p == c (mismatched types *int and chan int)"
	_ = p == 0 // ERROR "invalid operation: p == 0 (mismatched types *int and untyped int)"
	_ = nil == nil // ERROR "invalid operation: nil == nil (operator == not defined on untyped nil)"
	_ = c == nil
	_ = 1 == "a" // ERROR `invalid operation: 1 == "a" (mismatched types untyped int and untyped string)`
	_ = true < false // ERROR "invalid operation: true < false (operator < not defined on untyped bool)"
	_ = u == U{1}.f // ERROR "invalid operation: u == U{…}.f (mismatched types U and int)"
	switch a {
	case b: // ERROR "invalid case b in switch on a (slice can only be compared to nil)"
	}
	switch s { // ERROR "cannot switch on s (variable of struct type S) (S is not comparable)"
	case s:
	}
	_ = map[S]int{} // ERROR "invalid map key type S"
	_ = map[[]int]int{} // ERROR "invalid map key type []int"
	_ = map[func()]int{} // ERROR "invalid map key type func()"
	_ = map[any]int{a: 1}
}
