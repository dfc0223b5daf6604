// Product of two matrices, slices of slices.
package main

import "fmt"

func matrix(n int, seed float64) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		for j := range m[i] {
			m[i][j] = seed * float64(i-j) * float64(i+j)
		}
	}
	return m
}

func multiply(a, b [][]float64) [][]float64 {
	n := len(a)
	c := make([][]float64, n)
	for i := range c {
		row := make([]float64, n)
		for k := range n {
			f, bk := a[i][k], b[k]
			for j := range n {
				row[j] += f * bk[j]
			}
		}
		c[i] = row
	}
	return c
}

func main() {
	const n = 240
	seed := 1.0 / n / n
	c := multiply(matrix(n, seed), matrix(n, seed))
	fmt.Println(c[n/2][n/2])
}
