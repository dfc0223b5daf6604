// errorcheck
package p

func f[P any](n int) { // ERROR "instantiation cycle:"
	if n > 0 {
		f[*P](n - 1)
	}
}

type List[E any] struct{}

func (List[E]) nest() { List[E]{}.nest() }
