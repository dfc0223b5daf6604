// check
package main

import "fmt"

func main() {
	for i, v := range 3 {
		fmt.Println(i, v)
	}
}
