// parse
package p

func a(x int, string)
func b(x ...int, y int)
func c(x int y)
func (a, b T) d()
func () e()
func f(1)
type T[P any, Q] int
func g[]()
