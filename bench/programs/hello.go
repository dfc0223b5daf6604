// The start-up of a whole process.
package main

import "fmt"

func main() {
	fmt.Println("hello, world")
}
