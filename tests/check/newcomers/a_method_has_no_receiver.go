// check
package main

import "fmt"

type T struct{}

func T.m() {}

func main() { fmt.Println(T{}) }
