package main

import (
	"fmt"
	"strings"
)

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

// Loops and calls that a program may still make, and lines that it may print.
var fuel, lines int

func use() {
	fuel--
	if fuel < 0 {
		panic("no fuel")
	}
}

func run(seed uint64, program func()) {
	fuel, lines = 400, 200
	fmt.Println("== seed", seed)
	defer caught()
	program()
}

// show prints a value; long ones are cut.
func show(x any) {
	lines--
	if lines < 0 {
		return
	}
	text := fmt.Sprintf("%T %v", x, x)
	if len(text) > 300 {
		text = fmt.Sprint(len(text), text[:300])
	}
	fmt.Printf("%q\n", text)
}

func caught() {
	if r := recover(); r != nil {
		if err, ok := r.(error); ok {
			text := err.Error()
			if strings.HasPrefix(text, "value method ") {
				// Which of the two it is depends on what the compiler inlines.
				text = "runtime error: invalid memory address or nil pointer dereference"
			}
			show(text)
			return
		}
		show(r)
	}
}

// id keeps the compiler from seeing a constant.
func id[T any](x T) T { return x }

// within is an index below n, if there is one.
func within(i, n int) int {
	if n == 0 {
		return i
	}
	return int(uint(i) % uint(n))
}

func part[T any](s []T, lo, hi int) []T {
	lo = within(lo, len(s)+1)
	return s[lo : lo+within(hi, len(s)-lo+1)]
}

func cut(s string, lo, hi int) string {
	lo = within(lo, len(s)+1)
	s = s[lo : lo+within(hi, len(s)-lo+1)]
	if len(s) > 1000 {
		s = s[:1000]
	}
	return s
}

func at(s string, i int) uint8 { return s[within(i, len(s))] }

func mapped[T, U any](s []T, f func(T) U) []U {
	var out []U
	for _, x := range s {
		out = append(out, f(x))
	}
	return out
}

func pairs(n int) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for i := range n {
			if !yield(i, fmt.Sprint("p", i)) {
				return
			}
		}
	}
}
