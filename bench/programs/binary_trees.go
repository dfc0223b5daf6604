// Allocation and collection of many small objects.
package main

import "fmt"

type node struct{ left, right *node }

func build(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{build(depth - 1), build(depth - 1)}
}

func (n *node) check() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.check() + n.right.check()
}

func main() {
	const minDepth, maxDepth = 4, 14
	fmt.Println("stretch", build(maxDepth+1).check())
	long := build(maxDepth)
	for depth := minDepth; depth <= maxDepth; depth += 2 {
		iterations := 1 << (maxDepth - depth + minDepth)
		sum := 0
		for range iterations {
			sum += build(depth).check()
		}
		fmt.Println(iterations, "trees of depth", depth, "check", sum)
	}
	fmt.Println("long lived", long.check())
}
