// check
package main

import "fmt"

func max2[T int | float64](a, b T) T { return a }

func main() { fmt.Println(max2("a", "b")) }
