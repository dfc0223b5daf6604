// check
package main

import "fmt"

func main() {
	const k = 1
	k = 2
	fmt.Println(k)
}
