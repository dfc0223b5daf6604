// Computing on all cores: a sum in parts.
package main

import "fmt"

func part(from, to int) int {
	sum := 0
	for i := from; i < to; i++ {
		sum += i * i % 7
	}
	return sum
}

func main() {
	const n, parts = 40_000_000, 8
	c := make(chan int)
	for p := range parts {
		go func() { c <- part(p*(n/parts), (p+1)*(n/parts)) }()
	}
	sum := 0
	for range parts {
		sum += <-c
	}
	fmt.Println(sum)
}
