// errorcheck
package p

func _(f func()) {
	go (f()) // ERROR "expression in go must not be parenthesized"
	defer (f()) // ERROR "expression in defer must not be parenthesized"
	undefined() // ERROR "undefined: undefined"
}
