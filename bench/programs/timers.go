// A hundred thousand timers: half of them are stopped, half fire.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	const n = 100_000
	var wg sync.WaitGroup
	timers := make([]*time.Timer, n)
	wg.Add(n / 2)
	seed := uint32(1)
	for i := range timers {
		seed = seed*1664525 + 1013904223
		after := time.Duration(seed>>8%200) * time.Millisecond
		if i%2 == 0 {
			after += time.Hour
		}
		timers[i] = time.AfterFunc(after, wg.Done)
	}
	stopped := 0
	for i := 0; i < n; i += 2 {
		if timers[i].Stop() {
			stopped++
		}
	}
	wg.Wait()
	fmt.Println(stopped)
}
