// check
package main

import "fmt"

func main() {
	int x = 1
	fmt.Println(x)
}
