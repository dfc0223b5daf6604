// How late a hundred thousand sleepers with random deadlines wake, and whether in their order.
package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

func main() {
	const n = 100_000
	type waking struct {
		deadline time.Duration
		late     time.Duration
	}
	woken := make([]waking, 0, n)
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := time.Now()
	seed := uint32(7)
	for range n {
		seed = seed*1664525 + 1013904223
		deadline := time.Second + time.Duration(seed>>4%2_000_000)*time.Microsecond
		wg.Add(1)
		go func() {
			defer wg.Done()
			time.Sleep(deadline - time.Since(start))
			mu.Lock()
			woken = append(woken, waking{deadline, time.Since(start) - deadline})
			mu.Unlock()
		}()
	}
	wg.Wait()
	disorder := 0
	for i := 1; i < n; i++ {
		if woken[i].deadline < woken[i-1].deadline-time.Millisecond {
			disorder++
		}
	}
	slices.SortFunc(woken, func(a, b waking) int { return int(a.late - b.late) })
	fmt.Println("median", woken[n/2].late, "p99", woken[n*99/100].late, "worst", woken[n-1].late,
		"more than 1ms out of order", disorder)
}
