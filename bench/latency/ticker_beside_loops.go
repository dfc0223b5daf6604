// How late a ticker of a millisecond is, beside endless loops on every worker.
package main

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

func main() {
	for range 2 * runtime.GOMAXPROCS(0) {
		go func() {
			for {
			}
		}()
	}
	var late []time.Duration
	ticker := time.NewTicker(time.Millisecond)
	start := time.Now()
	last := start
	for time.Since(start) < 2*time.Second {
		<-ticker.C
		now := time.Now()
		late = append(late, now.Sub(last)-time.Millisecond)
		last = now
	}
	slices.Sort(late)
	n := len(late)
	fmt.Println("ticks", n, "median", late[n/2], "p99", late[n*99/100], "worst", late[n-1])
}
