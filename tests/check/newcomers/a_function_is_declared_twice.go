// check
package main

import "fmt"

func f() {}
func f() {}

func main() { f(); fmt.Println() }
