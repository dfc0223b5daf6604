// How evenly ten thousand goroutines that can all run do so within a second of all processors, with
// a pair beside them that passes messages.
package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// used returns the processor time that the process has had, in hundredths of a second: on a busy
// machine a second may pass in which it has hardly run.
func used() int {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		panic(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')'):]))
	user, _ := strconv.Atoi(fields[12])
	system, _ := strconv.Atoi(fields[13])
	return user + system
}

func main() {
	const n = 10_000
	var stop atomic.Bool
	counts := make([]int64, n)
	done, start := make(chan bool), make(chan bool)
	a, b := make(chan int), make(chan int)
	go func() {
		for v := range a {
			b <- v
		}
	}()
	var passed int
	go func() {
		<-start
		for ; !stop.Load(); passed++ {
			a <- passed
			<-b
		}
		done <- true
	}()
	for i := range n {
		go func() {
			<-start
			for !stop.Load() {
				for k := range 200 {
					counts[i] += int64(k & 1)
				}
			}
			done <- true
		}()
	}
	begin := used()
	close(start)
	for used()-begin < 100*runtime.GOMAXPROCS(0) {
		time.Sleep(10 * time.Millisecond)
	}
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
