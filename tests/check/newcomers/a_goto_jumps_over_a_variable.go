// check
package main

import "fmt"

func main() {
	goto end
	x := 1
	_ = x
	end:
		fmt.Println()
}
