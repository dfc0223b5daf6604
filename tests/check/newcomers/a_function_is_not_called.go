// check
package main

import "fmt"

func f() int { return 1 }

func main() {
	x := f + 1
	fmt.Println(x)
}
