// check
package main

import "fmt"

type T struct{ n int }

func (t T) m() int { return this.n }

func main() { fmt.Println(T{}.m()) }
