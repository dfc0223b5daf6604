package main

import (
	"fmt"
	"os"
)

// A Shape has an area.
type Shape interface{ Area() float64 }

var counter = 3

func main() {
	fmt.Println("main runs", counter, len(os.Args))
}

func helper(n int) int { return n * counter }
