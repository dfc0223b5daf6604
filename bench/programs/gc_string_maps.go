// Maps from strings to strings that are filled and dropped.
package main

import (
	"fmt"
	"strconv"
)

func main() {
	total := 0
	for round := range 20 {
		m := make(map[string]string)
		for i := range 50_000 {
			key := strconv.Itoa(i * 7)
			m["key"+key] = key + ":" + strconv.Itoa(round)
		}
		for i := 0; i < 50_000; i += 3 {
			total += len(m["key"+strconv.Itoa(i*7)])
		}
	}
	fmt.Println(total)
}
