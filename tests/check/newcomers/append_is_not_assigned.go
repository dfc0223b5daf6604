// check
package main

import "fmt"

func main() {
	xs := []int{}
	append(xs, 1)
	fmt.Println(xs)
}
