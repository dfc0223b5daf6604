// errorcheck
package p

type Number interface{ ~int | ~float64 }
type Pair[K comparable, V any] struct {
	key K
	val V
}

func Map[T, U any](s []T, f func(T) U) []U { return nil }
func Sum[T Number](xs ...T) (t T)          { return }
func Zero[T any]() (t T)                   { return }
func Same[T any](a, b T)                   {}

type Plain struct{}

func (Plain) Convert[T any](x T) T { return x }

var _ Pair // ERROR "cannot use generic type Pair[K comparable, V any] without instantiation"
var _ Pair[int] // ERROR "not enough type arguments for type Pair: have 1, want 2"
var _ Pair[int, int, int] // ERROR "too many type arguments for type Pair: have 3, want 2"
var _ Pair[[]int, int] // ERROR "[]int does not satisfy comparable"
var _ = Zero() // ERROR "in call to Zero, cannot infer T (declared"
var _ = Zero // ERROR "cannot use generic function Zero without instantiation"
var _ = Sum("a") // ERROR "string does not satisfy Number (string missing in ~int | ~float64)"
var _ = Sum[string] // ERROR "string does not satisfy Number (string missing in ~int | ~float64)"
var _ = Zero[int, int] // ERROR "got 2 type arguments but want 1"
var _ Plain[int] // ERROR "invalid operation: Plain[int] (Plain is not a generic type)"
var _ func(int) int = Plain{}.Convert
var _ = Plain{}.Convert // ERROR "cannot use generic function Plain{}.Convert without instantiation"

func _(s []int) {
	Same(1, "a") // ERROR "in call to Same, mismatched types untyped int and untyped string (cannot infer T)"
	Same(s, "a") // ERROR `cannot use "a" (untyped string constant) as []int value in argument to Same`
	Map(s, 1) // ERROR "in call to Map, cannot infer U (declared"
	_ = Map(s, func(string) int { return 0 }) // ERROR "in call to Map, type func(string) int of func(string) int {…} does not match inferred type func(int) U for func(T) U"
	var t Pair[string, int]
	t.nope = 1 // ERROR "t.nope undefined (type Pair[string, int] has no field or method nope)"
}

func Add[T any](a, b T) T {
	return a + b // ERROR "invalid operation: operator + not defined on a (variable of type T constrained by any)"
}

func Less[T comparable](a, b T) bool {
	return a < b // ERROR "invalid operation: a < b (type parameter T cannot use operator <)"
}

func Equal[T any](a, b T) bool {
	return a == b // ERROR "invalid operation: a == b (incomparable types in type set)"
}

func Const[T Number]() T {
	return 1.5 // ERROR "cannot use 1.5 (untyped float constant) as T value in return statement"
}

func Assert[T any](x T) {
	_ = x.(int) // ERROR "invalid operation: cannot use type assertion on type parameter value x (variable of type T constrained by any)"
	switch x.(type) { // ERROR "cannot use type switch on type parameter value x (variable of type T constrained by any)"
	}
	x.Foo() // ERROR "x.Foo undefined (type T has no field or method Foo)"
}

type Union interface{ int | fmtStringer } // ERROR "undefined: fmtStringer"
type Overlap interface{ int | ~int } // ERROR "overlapping terms ~int and int"
type NotBase interface{ ~MyInt } // ERROR "invalid use of ~ (underlying type of MyInt is int)"
type MyInt int

func (p Pair[K]) m() {} // ERROR "receiver declares 1 type parameter, but receiver base type declares 2"
