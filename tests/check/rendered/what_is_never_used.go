// check
package main

import (
	"fmt"
	"os"
)

func main() {
	count := 1
	fmt.Println("done")
}
