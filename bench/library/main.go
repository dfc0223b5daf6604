// Times single functions of the library, one line for each: name and nanoseconds a call. Run by
// gol and by Go (`gol-bench --library`), the lines are put side by side.
package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"
)

type benchCase struct {
	name string
	call func()
}

// sink keeps results alive.
var sink int

// slot is how long calls are timed at once; the best of several slots counts, as others may work
// on the machine.
const (
	slot  = 20 * time.Millisecond
	slots = 5
)

func measure(call func()) float64 {
	call()
	calls, best := 1, math.Inf(1)
	for done := 0; done < slots; {
		start := time.Now()
		for range calls {
			call()
		}
		spent := time.Since(start)
		if spent < slot {
			calls = max(calls*2, int(1.2*float64(calls)*float64(slot)/float64(max(spent, 1))))
			continue
		}
		best = min(best, float64(spent)/float64(calls))
		done++
	}
	return best
}

func main() {
	for _, c := range slices.Concat(textCases, scriptCases, dataCases, hashCases) {
		if len(os.Args) > 1 && !strings.Contains(c.name, os.Args[1]) {
			continue
		}
		fmt.Printf("%s\t%.1f\n", c.name, measure(c.call))
	}
	if name := madeFile; name != "" {
		os.Remove(name)
	}
}
