// A tree of a million goroutines that sums its leaves.
package main

import "fmt"

func skynet(c chan<- int, number, size int) {
	if size == 1 {
		c <- number
		return
	}
	children := make(chan int)
	for i := range 10 {
		go skynet(children, number+i*(size/10), size/10)
	}
	sum := 0
	for range 10 {
		sum += <-children
	}
	c <- sum
}

func main() {
	c := make(chan int)
	go skynet(c, 0, 1_000_000)
	fmt.Println(<-c)
}
