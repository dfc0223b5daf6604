// One producer, one consumer, a buffered channel.
package main

import "fmt"

func main() {
	const n = 3_000_000
	c := make(chan int, 128)
	go func() {
		for i := range n {
			c <- i
		}
		close(c)
	}()
	sum := 0
	for v := range c {
		sum += v
	}
	fmt.Println(sum)
}
