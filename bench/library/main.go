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

// slot is how long calls are timed at once; the best of many slots counts, as others may work on
// the machine. A slot is shorter than the turn of the processor that a process gets among others.
// Calls that take longer are made at least fewest times, and until they have taken enough.
const (
	slot   = 1 * time.Millisecond
	slots  = 60
	fewest = 5
	enough = 200 * time.Millisecond
)

func measure(call func()) float64 {
	call()
	calls, best := 1, math.Inf(1)
	var total time.Duration
	for done := 0; done < slots && (done < fewest || total < enough); {
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
		total += spent
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
