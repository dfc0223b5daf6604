// How late a goroutine that sleeps a millisecond again and again wakes, while another one allocates:
// with nothing else alive, with 200 megabytes of small objects of which one after the other is
// replaced, and with a million parked goroutines.
package main

import (
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

type item struct {
	left, right *item
	data        []byte
}

func fresh(i int) *item {
	return &item{data: make([]byte, 64+i%64)}
}

// churn replaces items until it is told to stop.
func churn(items []*item, stop *atomic.Bool) {
	at := uint32(1)
	for i := 0; !stop.Load(); i++ {
		at = at*1664525 + 1013904223
		items[at%uint32(len(items))] = fresh(i)
	}
}

// ticks measures for three seconds beside churn.
func ticks(what string, items []*item) {
	var stop atomic.Bool
	done := make(chan bool)
	go func() {
		churn(items, &stop)
		done <- true
	}()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var late []time.Duration
	start := time.Now()
	last := start
	for time.Since(start) < 3*time.Second {
		time.Sleep(time.Millisecond)
		now := time.Now()
		late = append(late, now.Sub(last)-time.Millisecond)
		last = now
	}
	runtime.ReadMemStats(&after)
	stop.Store(true)
	<-done
	slices.Sort(late)
	n := len(late)
	fmt.Println(what, "ticks", n, "median", late[n/2], "p99", late[n*99/100], "worst", late[n-1],
		"collections", after.NumGC-before.NumGC)
}

func live() {
	items := make([]*item, 1_200_000)
	for i := range items {
		items[i] = fresh(i)
		if i > 0 {
			items[i].left = items[i/2]
		}
	}
	ticks("200 MB live:", items)
}

func parked() {
	gate := make(chan bool)
	const n = 1_000_000
	for range n {
		go func() { <-gate }()
	}
	ticks("a million parked:", make([]*item, 1000))
	close(gate)
}

func main() {
	ticks("nothing live:", make([]*item, 1000))
	live()
	runtime.GC()
	parked()
}
