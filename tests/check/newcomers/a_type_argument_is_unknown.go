// check
package main

import "fmt"

func z[T any]() T { var t T; return t }

func main() { fmt.Println(z()) }
