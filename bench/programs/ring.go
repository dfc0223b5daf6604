// A token goes round a ring of a thousand goroutines.
package main

import "fmt"

func main() {
	const size, rounds = 1000, 2000
	first := make(chan int)
	in := first
	for range size - 1 {
		out := make(chan int)
		go func(in <-chan int, out chan<- int) {
			for v := range in {
				out <- v + 1
			}
			close(out)
		}(in, out)
		in = out
	}
	sum := 0
	for range rounds {
		first <- 1
		sum += <-in
	}
	close(first)
	fmt.Println(sum)
}
