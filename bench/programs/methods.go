// Method, interface and closure calls.
package main

import "fmt"

type shape interface{ area() int }
type square struct{ side int }
type rect struct{ a, b int }

func (s square) area() int { return s.side * s.side }
func (r *rect) area() int  { return r.a * r.b }

type counter struct{ n int }

func (c *counter) add(d int) { c.n += d }

func main() {
	shapes := []shape{square{3}, &rect{2, 5}, square{7}}
	c := &counter{}
	twice := func(x int) int { return 2 * x }
	for i := range 3_000_000 {
		c.add(shapes[i%3].area())
		c.add(twice(i & 7))
	}
	fmt.Println(c.n)
}
