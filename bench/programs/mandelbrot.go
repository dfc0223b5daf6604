// Floating-point arithmetic in a tight loop.
package main

import "fmt"

func main() {
	const n, limit = 300, 100
	inside := 0
	for py := range n {
		y := float64(py)/n*2 - 1
		for px := range n {
			x := float64(px)/n*3 - 2
			a, b := 0.0, 0.0
			i := 0
			for ; i < limit; i++ {
				a2, b2 := a*a, b*b
				if a2+b2 > 4 {
					break
				}
				b = 2*a*b + y
				a = a2 - b2 + x
			}
			if i == limit {
				inside++
			}
		}
	}
	fmt.Println(inside)
}
