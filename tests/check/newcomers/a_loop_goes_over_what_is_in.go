// check
package main

import "fmt"

func main() {
	for x in []int{1, 2} {
		fmt.Println(x)
	}
}
