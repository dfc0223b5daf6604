// A hundred thousand goroutines that wait for one context, each with a child of it, cancelled.
package main

import (
	"context"
	"fmt"
	"sync"
)

func main() {
	const n = 100_000
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	results := make([]bool, n)
	for i := range n {
		child, stop := context.WithCancel(ctx)
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer stop()
			<-child.Done()
			results[i] = child.Err() == context.Canceled
		}()
	}
	cancel()
	wg.Wait()
	count := 0
	for _, ok := range results {
		if ok {
			count++
		}
	}
	fmt.Println(count)
}
