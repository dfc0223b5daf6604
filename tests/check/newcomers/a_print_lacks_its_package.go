// check
package main

import "fmt"

func main() {
	print1("a")
	Println("x")
}
