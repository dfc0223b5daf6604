// Sorting, by the library and by hand.
package main

import (
	"fmt"
	"slices"
	"sort"
)

func numbers(n int) []int {
	out := make([]int, n)
	x := uint32(12345)
	for i := range out {
		x = x*1664525 + 1013904223
		out[i] = int(x >> 8)
	}
	return out
}

func quick(a []int) {
	for len(a) > 1 {
		pivot, i, j := a[len(a)/2], 0, len(a)-1
		for i <= j {
			for a[i] < pivot {
				i++
			}
			for a[j] > pivot {
				j--
			}
			if i <= j {
				a[i], a[j] = a[j], a[i]
				i++
				j--
			}
		}
		quick(a[:j+1])
		a = a[i:]
	}
}

func main() {
	a, b, c := numbers(300_000), numbers(300_000), numbers(100_000)
	slices.Sort(a)
	quick(b)
	sort.Slice(c, func(i, j int) bool { return c[i] > c[j] })
	fmt.Println(slices.Equal(a, b), a[0], a[len(a)-1], c[0], c[len(c)-1])
}
