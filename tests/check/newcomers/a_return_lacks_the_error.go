// check
package main

import "fmt"

func div(a, b int) (int, error) {
	return a / b
}

func main() {
	fmt.Println(div(1, 2))
}
