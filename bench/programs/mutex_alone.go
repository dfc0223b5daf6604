// One goroutine that locks and unlocks a mutex nobody else wants.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	count := 0
	for range 20_000_000 {
		mu.Lock()
		count++
		mu.Unlock()
	}
	fmt.Println(count)
}
