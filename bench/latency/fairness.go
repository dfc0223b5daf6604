// How evenly ten thousand goroutines that can all run do so within a second, with a pair beside
// them that passes messages.
package main

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

func main() {
	const n = 10_000
	var stop atomic.Bool
	counts := make([]int64, n)
	done := make(chan bool)
	a, b := make(chan int), make(chan int)
	go func() {
		for v := range a {
			b <- v
		}
	}()
	var passed int
	go func() {
		for ; !stop.Load(); passed++ {
			a <- passed
			<-b
		}
		done <- true
	}()
	for i := range n {
		go func() {
			for !stop.Load() {
				for k := range 200 {
					counts[i] += int64(k & 1)
				}
			}
			done <- true
		}()
	}
	time.Sleep(time.Second)
	stop.Store(true)
	for range n + 1 {
		<-done
	}
	slices.Sort(counts)
	var sum int64
	for _, c := range counts {
		sum += c
	}
	mean := float64(sum) / n
	fmt.Printf("least %.2f, 1%% below %.2f, most %.2f of the mean; the pair passed %d\n",
		float64(counts[0])/mean, float64(counts[n/100])/mean, float64(counts[n-1])/mean, passed)
}
