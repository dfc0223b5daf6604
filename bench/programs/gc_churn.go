// Two hundred megabytes that are alive, in small objects of which one after the other is replaced.
package main

import "fmt"

type item struct {
	left, right *item
	data        []byte
}

func fresh(i int) *item {
	return &item{data: make([]byte, 64+i%64)}
}

func main() {
	const n = 1_200_000
	items := make([]*item, n)
	for i := range items {
		items[i] = fresh(i)
		if i > 0 {
			items[i].left = items[i/2]
		}
	}
	at := uint32(1)
	for i := range 3 * n {
		at = at*1664525 + 1013904223
		items[at%n] = fresh(i)
	}
	size := 0
	for _, it := range items {
		size += len(it.data)
	}
	fmt.Println(size > n*64)
}
