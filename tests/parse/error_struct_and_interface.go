// parse
package p

type T struct {
	a int b
	(E)
	1
	c int
}

type I interface {
	M() int x
	N()
	1
}
