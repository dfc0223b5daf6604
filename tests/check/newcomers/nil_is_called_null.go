// check
package main

import "fmt"

func main() {
	var p *int = null
	fmt.Println(p)
}
