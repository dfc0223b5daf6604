// check
package main

import "fmt"

func main() {
	try {
		fmt.Println(1)
	} catch {
	}
}
