// parse
package p

func a(x, y int, z string)
func b(int, string, ...T)
func c(x [3]int, y []int, z T[int], q p.T)
func d(T[int], p.T, p.U[int], []int, [3]int)
func e(f func(int) string, c chan int) (n int, err error)
func (T) m()
func (t *T) n() (a, b int)
func g(x (int), y *(T))
