// One goroutine that calls itself a million deep, ten times.
package main

import "fmt"

func down(depth int) int {
	if depth == 0 {
		return 0
	}
	return down(depth-1) + depth%7
}

func main() {
	sum := 0
	for range 10 {
		sum += down(1_000_000)
	}
	fmt.Println(sum)
}
