// check
package main

import "fmt"

func main() {
	fmt.Println("hi"
	fmt.Println("ho")
}
