// check
package main

import "fmt"

func main() {
	func f() int { return 1 }
	fmt.Println(f())
}
