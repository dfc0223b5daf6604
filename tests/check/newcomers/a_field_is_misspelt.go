// check
package main

import "fmt"

type P struct{ Name string }

func main() {
	p := P{Nmae: "a"}
	fmt.Println(p.Nam)
}
