// check
package main

import "fmt"

func f(c <-chan int) { c <- 1 }

func main() { fmt.Println() }
