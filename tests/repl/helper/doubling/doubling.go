// Package doubling doubles.
package doubling

// Twice is n and n.
func Twice(n int) int { return 2 * n }
