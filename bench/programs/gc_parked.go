// A heap that is filled and dropped beside two hundred thousand goroutines that wait.
package main

import (
	"fmt"
	"sync"
)

type node struct {
	left, right *node
	value       int
}

func tree(depth int) *node {
	if depth == 0 {
		return &node{value: 1}
	}
	return &node{tree(depth - 1), tree(depth - 1), depth}
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return n.value + n.left.sum() + n.right.sum()
}

func main() {
	const n = 200_000
	gate := make(chan int)
	var wg sync.WaitGroup
	wg.Add(n)
	for range n {
		go func() {
			<-gate
			wg.Done()
		}()
	}
	sum := 0
	for range 100 {
		sum += tree(12).sum()
	}
	close(gate)
	wg.Wait()
	fmt.Println(sum)
}
