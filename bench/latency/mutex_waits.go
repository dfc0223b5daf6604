// How long a goroutine waits for a lock beside others that take it again and again: a mutex beside
// one and beside eight, and the writing side of one for readers beside writers and beside readers.
package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

func hold(lock, unlock func(), stop *atomic.Bool) {
	sum := 0
	for !stop.Load() {
		lock()
		for i := range 2000 {
			sum += i
		}
		unlock()
	}
}

func measure(what string, lock, unlock, otherLock, otherUnlock func(), others int) {
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range others {
		wg.Go(func() { hold(otherLock, otherUnlock, &stop) })
	}
	var waits []time.Duration
	for begin := time.Now(); time.Since(begin) < 2*time.Second; {
		time.Sleep(time.Millisecond)
		t := time.Now()
		lock()
		waits = append(waits, time.Since(t))
		unlock()
	}
	stop.Store(true)
	wg.Wait()
	slices.Sort(waits)
	n := len(waits)
	fmt.Println(what, "waits", n, "median", waits[n/2], "p99", waits[n*99/100], "worst", waits[n-1])
}

func main() {
	var mu sync.Mutex
	measure("beside one:", mu.Lock, mu.Unlock, mu.Lock, mu.Unlock, 1)
	measure("beside eight:", mu.Lock, mu.Unlock, mu.Lock, mu.Unlock, 8)
	var rw sync.RWMutex
	measure("writer beside writers:", rw.Lock, rw.Unlock, rw.Lock, rw.Unlock, 4)
	measure("writer beside readers:", rw.Lock, rw.Unlock, rw.RLock, rw.RUnlock, 4)
}
