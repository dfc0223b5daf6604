// Maps with integer and string keys.
package main

import (
	"fmt"
	"strconv"
)

func main() {
	ints := map[int]int{}
	for i := range 300_000 {
		ints[i*7%100_003] += i
	}
	sum := 0
	for k, v := range ints {
		sum += k ^ v
	}
	words := map[string]int{}
	keys := make([]string, 5000)
	for i := range keys {
		keys[i] = "key" + strconv.Itoa(i)
	}
	for i := range 500_000 {
		words[keys[i%len(keys)]]++
	}
	for i := 0; i < 100_003; i += 2 {
		delete(ints, i)
	}
	fmt.Println(len(ints), sum, len(words), words["key42"])
}
