// errorcheck
// A type that an operand gives is held against its constraint while types are inferred; one that a
// constant gives only when all are known. The words differ, as in Go.

package main

type Self[T any] interface{ Cmp(T) int }
type Around[T any] interface {
	~int
	Cmp(T) int
}

func max[T Self[T]](a, b T)              {}
func core[T Around[T]](a T)              {}
func foo[T interface{ Foo() }](a T)      {}
func slice[T ~[]int](x T)                {}
func two[T Self[E], E any](x T, e E)     {}
func setter[T any, P interface {
	*T
	Set(int)
}](x P) {
}

func main() {
	var x int
	max(x, x)     // ERROR "in call to max, T (type int) does not satisfy Self[T] (missing method Cmp)"
	max("a", "b") // ERROR "string does not satisfy Self[string] (missing method Cmp)"
	core(1)       // ERROR "int does not satisfy Around[int] (missing method Cmp)"
	core(x)       // ERROR "in call to core, T (type int) does not satisfy Around[T] (missing method Cmp)"
	foo(2.5)      // ERROR "float64 does not satisfy interface{Foo()} (missing method Foo)"
	slice(1)      // ERROR "int does not satisfy ~[]int (int missing in ~[]int)"
	slice(x)      // ERROR "in call to slice, T (type int) does not satisfy ~[]int"
	two(1, 2)     // ERROR "int does not satisfy Self[int] (missing method Cmp)"
	setter(&x)    // ERROR "in call to setter, P (type *int) does not satisfy interface{Set(int); *T} (missing method Set)"
}
