// Two goroutines hand a value back and forth over unbuffered channels.
package main

import "fmt"

func main() {
	const n = 2_000_000
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v + 1
		}
		close(pong)
	}()
	v := 0
	for range n {
		ping <- v
		v = <-pong
	}
	close(ping)
	fmt.Println(v)
}
