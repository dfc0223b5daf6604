// Spawns a million goroutines one after the other and waits for each batch.
package main

import "fmt"

func main() {
	const n, batch = 1_000_000, 1000
	done := make(chan int, batch)
	sum := 0
	for range n / batch {
		for i := range batch {
			go func() { done <- i }()
		}
		for range batch {
			sum += <-done
		}
	}
	fmt.Println(sum)
}
