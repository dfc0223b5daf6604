// Goroutines that use maps at the same time, for some seconds (the argument): reads, writes,
// deletions, ranges, clear and growth, keys that are numbers, strings and interfaces. It ends
// with Go's fatal error for such programs, at once or late, or with "whole", and with nothing else.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

type record struct {
	name string
	list []int
}

var (
	ints    = map[int]record{}
	strs    = map[string]any{}
	anys    = map[any]*record{}
	current = ints
)

func use(i int) {
	key := strconv.Itoa(i % 500)
	switch i % 11 {
	case 0:
		ints[i%1000] = record{key, make([]int, i%10)}
	case 1:
		strs[key] = i
	case 2:
		anys[key] = &record{name: key}
	case 3:
		delete(ints, i%1000)
	case 4:
		for k, v := range ints {
			if v.name == "" && k < 0 {
				panic("torn")
			}
		}
	case 5:
		if r := anys[any(key)]; r != nil && r.name != key {
			panic("torn")
		}
	case 6:
		_, _ = strs[key].(int)
	case 7:
		for range strs {
			break
		}
	case 8:
		current = map[int]record{i: {name: key}}
	case 9:
		current[i%50] = record{name: key}
	case 10:
		if i%110 == 10 {
			clear(anys)
		}
		_ = len(strs) + len(current)
	}
}

func main() {
	seconds := 1
	if len(os.Args) > 1 {
		seconds, _ = strconv.Atoi(os.Args[1])
	}
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := g; time.Now().Before(end); i += 3 {
				use(i)
			}
		}()
	}
	wg.Wait()
	fmt.Println("whole")
}
