// parse
package p

type A[P any] struct{}
type B [N]int
type C[P *T,] struct{}
type D[P *T] struct{}
type E[P *T, Q any] struct{}
type F[P *struct{}] struct{}
type G [2 * N]int
type H[K comparable, V ~int | ~string] map[K]V
type I[P []int] struct{}
type J = A[int]
type K[P any] = A[P]

func f[K, V any](m map[K]V) {}
func (a *A[P]) m[Q any](q Q) {}
