// check
package main

func run(n int) int { return n }

func main() {
	x := 1
	x := run(x)
	var x string
}

func run() {}
