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
		if _, ok := r.(error); ok {
			show(said(r))
			return
		}
		show(r)
	}
}

// said is the text of a panic's value.
func said(r any) string {
	text := fmt.Sprint(r)
	if strings.HasPrefix(text, "value method ") {
		// Which of the two it is depends on what the compiler inlines.
		return "runtime error: invalid memory address or nil pointer dereference"
	}
	return text
}

// id keeps the compiler from seeing a constant.
func id[T any](x T) T { return x }

// within is an index below n. Which of two indices in an expression is looked at first, Go leaves
// open, but not the order of calls: so it is the call that fails.
func within(i, n int) int {
	if n == 0 {
		panic(fmt.Sprint("no element ", i))
	}
	return int(uint(i) % uint(n))
}

func part[T any](s []T, lo, hi int) []T {
	lo = within(lo, len(s)+1)
	return s[lo : lo+within(hi, len(s)-lo+1)]
}

// part3 does not look at what append left behind the end: how much that is, Go leaves open.
func part3[T any](s []T, lo, hi, max int) []T {
	lo = within(lo, len(s)+1)
	hi = lo + within(hi, len(s)-lo+1)
	return s[lo : hi : hi+within(max, len(s)-hi+1)]
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

type pair[A, B any] struct {
	first  A
	second B
}

func (p pair[A, B]) swap() pair[B, A] { return pair[B, A]{p.second, p.first} }
func (p *pair[A, B]) set(a A, b B)    { p.first, p.second = a, b }

type stack[T any] struct{ items []T }

func (s *stack[T]) push(x T) *stack[T] {
	s.items = append(s.items, x)
	return s
}

func (s *stack[T]) pop() (x T, ok bool) {
	if len(s.items) == 0 {
		return
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

func (s *stack[T]) all() func(func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for i := len(s.items) - 1; i >= 0; i-- {
			if !yield(i, s.items[i]) {
				return
			}
		}
	}
}

func fold[T, A any](s []T, a A, f func(A, T) A) A {
	for _, x := range s {
		a = f(a, x)
	}
	return a
}
