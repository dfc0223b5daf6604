// Ten thousand goroutines, each of which waits a hundred calls deep.
package main

import (
	"fmt"
	"sync"
)

var gate = make(chan struct{})

func down(depth int) int {
	if depth == 0 {
		<-gate
		return 1
	}
	return down(depth-1) + 1
}

func main() {
	const n = 10_000
	var wg sync.WaitGroup
	sums := make(chan int, n)
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			sums <- down(100)
		}()
	}
	close(gate)
	wg.Wait()
	close(sums)
	sum := 0
	for s := range sums {
		sum += s
	}
	fmt.Println(sum)
}
