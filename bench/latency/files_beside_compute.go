// How much compute goroutines get done alone, and while a thousand others read files.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func compute(stop *atomic.Bool, total *atomic.Int64) {
	for !stop.Load() {
		sum := 0
		for i := range 10_000 {
			sum += i ^ sum
		}
		if sum != 1 {
			total.Add(1)
		}
	}
}

func measure(beside func(stop *atomic.Bool) int64) (rounds, reads int64) {
	var stop atomic.Bool
	var total atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			compute(&stop, &total)
		}()
	}
	time.AfterFunc(time.Second, func() { stop.Store(true) })
	reads = beside(&stop)
	wg.Wait()
	return total.Load(), reads
}

func main() {
	dir, err := os.MkdirTemp("", "files")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for i := range 16 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), make([]byte, 4096), 0o600); err != nil {
			panic(err)
		}
	}
	alone, _ := measure(func(*atomic.Bool) int64 { return 0 })
	beside, reads := measure(func(stop *atomic.Bool) int64 {
		var reads atomic.Int64
		var wg sync.WaitGroup
		for i := range 1000 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for !stop.Load() {
					if _, err := os.ReadFile(filepath.Join(dir, fmt.Sprint(i%16))); err != nil {
						panic(err)
					}
					reads.Add(1)
					time.Sleep(50 * time.Millisecond)
				}
			}()
		}
		wg.Wait()
		return reads.Load()
	})
	fmt.Printf("compute beside %d reads: %.2f of alone\n", reads, float64(beside)/float64(alone))
}
