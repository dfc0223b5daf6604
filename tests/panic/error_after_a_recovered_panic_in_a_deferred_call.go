// panic
package main

import (
	"fmt"
	"strings"
	"errors"
)

func main() {
	s := "dmr 1771 1.61803398875\n\tken x 3.14159"
	r := strings.NewReader(s)
	var a string
	var b int
	var c float64
	for {
		n, err := fmt.Fscanln(r, &a, &b, &c)
		if err != nil {
			panic(errors.Join(err))
		}
		fmt.Printf("%d: %s, %d, %f\n", n, a, b, c)
	}
}
