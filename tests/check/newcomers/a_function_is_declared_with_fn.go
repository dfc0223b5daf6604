// check
package main

import "fmt"

fn f() {}

func main() { fmt.Println() }
