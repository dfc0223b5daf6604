// A million goroutines that wait at one gate, all at the same time.
package main

import (
	"fmt"
	"sync"
)

func main() {
	const n = 1_000_000
	gate := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(n)
	for range n {
		go func() {
			<-gate
			wg.Done()
		}()
	}
	close(gate)
	wg.Wait()
	fmt.Println(n)
}
