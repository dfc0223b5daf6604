// Five stages connected by buffered channels.
package main

import "fmt"

func stage(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int, 64)
	go func() {
		for v := range in {
			out <- f(v)
		}
		close(out)
	}()
	return out
}

func main() {
	source := make(chan int, 64)
	go func() {
		for i := range 400_000 {
			source <- i
		}
		close(source)
	}()
	var c <-chan int = source
	for range 4 {
		c = stage(c, func(v int) int { return v + 1 })
	}
	sum := 0
	for v := range c {
		sum += v
	}
	fmt.Println(sum)
}
