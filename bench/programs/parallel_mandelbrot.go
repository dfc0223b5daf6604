// Computing on all cores: a goroutine for each row of the Mandelbrot set.
package main

import "fmt"

func row(py, n, limit int) int {
	inside := 0
	y := float64(py)/float64(n)*2 - 1
	for px := range n {
		x := float64(px)/float64(n)*3 - 2
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
	return inside
}

func main() {
	const n, limit = 600, 100
	c := make(chan int)
	for py := range n {
		go func() { c <- row(py, n, limit) }()
	}
	sum := 0
	for range n {
		sum += <-c
	}
	fmt.Println(sum)
}
