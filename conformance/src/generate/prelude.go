package main

import (
	"cmp"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"sync"
)

// Not every file uses all packages.
var (
	_ = runtime.Goexit
	_ sync.Mutex
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

// short and few keep what loops double from growing without bounds.
func short(s string) string { return s[:min(len(s), 1000)] }
func few[T any](s []T) []T    { return s[:min(len(s), 20)] }

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

// zero is no constant: divisions by it are allowed.
var zero float64

type number interface{ integer | ~float32 | ~float64 }

// whole converts a float to an integer where Go says what comes out.
func whole[T integer](f float64) T {
	if f > -1<<62 && f < 1<<62 {
		return T(int64(f))
	}
	return 0
}

func two[A, B any](f func() (A, B)) string {
	a, b := f()
	return fmt.Sprint(a, " ", b)
}

func counted(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer show("counted")
		for i := 0; i < n && yield(i); i++ {
		}
	}
}

func zip[A, B, C any](a iter.Seq2[A, B], c iter.Seq[C]) (all []string) {
	next, stop := iter.Pull(c)
	defer stop()
	for x, y := range a {
		z, ok := next()
		all = append(all, fmt.Sprint(x, y, z, ok))
	}
	return
}

type base struct {
	name string
	n    int
}

func (b base) Name() string { return fmt.Sprint(b.name, b.n) }

func (b *base) Add(x int) *base {
	b.n += x
	return b
}

type named interface{ Name() string }

type adder interface {
	named
	Add(int) *base
}

type middle struct {
	base
	extra float64
}

func (m middle) Name() string { return "middle " + m.base.Name() }

type outer struct {
	*middle
	tag string
}

type wrapped struct {
	named
	n int
}

type celsius float64

func (c celsius) String() string { return fmt.Sprintf("%.1f°", float64(c)) }

type code int

func (c code) Error() string { return fmt.Sprint("code ", int(c)) }

// wild does not like to be printed when it is negative.
type wild struct{ n int }

func (w wild) String() string {
	if w.n < 0 {
		panic("wild")
	}
	return fmt.Sprint("wild ", w.n)
}

func (w wild) GoString() string { return "wild!" }

type drawn struct {
	n int
	f float64
}

func (d drawn) Format(s fmt.State, verb rune) {
	width, wide := s.Width()
	precision, precise := s.Precision()
	fmt.Fprint(s, "<", string(verb), width, wide, precision, precise, s.Flag('+'), s.Flag('#'), d.n, ">")
}

type vector[T number] []T

func (v vector[T]) sum() (s T) {
	for _, x := range v {
		s += x
	}
	return
}

func (v vector[T]) turned[U number](f func(T) U) vector[U] {
	var out vector[U]
	for _, x := range v {
		out = append(out, f(x))
	}
	return out
}

func scaled[S ~[]T, T number](s S, by T) S {
	out := make(S, len(s))
	for i, x := range s {
		out[i] = x * by
	}
	return out
}

func largest[T cmp.Ordered](all ...T) (x T) {
	for i, y := range all {
		if i == 0 || y > x {
			x = y
		}
	}
	return
}

func kind[T any](x T) string {
	switch any(x).(type) {
	case int, string:
		return fmt.Sprintf("word %T", x)
	case interface{ sum() T }:
		return "sums to itself"
	case fmt.Stringer:
		return "stringer"
	case []T:
		return "never"
	}
	var p any = &x
	_, ok := p.(*T)
	return fmt.Sprintf("%T %v", x, ok)
}

type counter struct{ n int }

func (c *counter) set(n int) { c.n = n * n }

// built makes a value whose pointer has the method.
func built[T any, P interface {
	*T
	set(int)
}](n int) T {
	var x T
	P(&x).set(n)
	return x
}

func both[A, B number](a A, b B) string { return fmt.Sprint(A(2)*a, b+B(1), float64(a) < float64(b)) }

type tree[K cmp.Ordered, V any] struct {
	left, right *tree[K, V]
	key         K
	value       V
}

func (t *tree[K, V]) put(key K, value V) *tree[K, V] {
	switch {
	case t == nil:
		return &tree[K, V]{key: key, value: value}
	case key < t.key:
		t.left = t.left.put(key, value)
	case key > t.key:
		t.right = t.right.put(key, value)
	default:
		t.value = value
	}
	return t
}

func (t *tree[K, V]) get(key K) string {
	for t != nil && t.key != key {
		if key < t.key {
			t = t.left
		} else {
			t = t.right
		}
	}
	if t == nil {
		return "none"
	}
	return fmt.Sprint(t.value)
}

func (t *tree[K, V]) deep() int {
	if t == nil {
		return 0
	}
	return 1 + max(t.left.deep(), t.right.deep())
}

func (t *tree[K, V]) walk() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.push(yield) }
}

func (t *tree[K, V]) push(yield func(K, V) bool) bool {
	return t == nil || t.left.push(yield) && yield(t.key, t.value) && t.right.push(yield)
}

type list[T any] = []T
