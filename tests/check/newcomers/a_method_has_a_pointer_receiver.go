// check
package main

import "fmt"

type Inc interface{ Inc() }

type C struct{ n int }

func (c *C) Inc() { c.n++ }

func main() {
	var i Inc = C{}
	fmt.Println(i)
}
