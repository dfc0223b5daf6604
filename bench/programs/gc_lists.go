// Linked lists that are built, walked and dropped, beside one that stays.
package main

import "fmt"

type node struct {
	next  *node
	value int
}

func build(n int) *node {
	var head *node
	for i := range n {
		head = &node{head, i}
	}
	return head
}

func sum(list *node) int {
	total := 0
	for n := list; n != nil; n = n.next {
		total += n.value
	}
	return total
}

func main() {
	kept := build(500_000)
	total := 0
	for range 60 {
		total += sum(build(100_000))
	}
	fmt.Println(total, sum(kept))
}
