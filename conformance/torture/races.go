// Races of every kind for some seconds (the argument): slice headers and elements, interfaces,
// strings, functions, structs that are copied as a whole, arrays, what closures capture, channels'
// variables, all read, written, appended to, sliced, compared, formatted and ranged over by several
// goroutines at once, while garbage is made. It only has to end well: values may be old or new ones,
// never anything else, and the interpreter must not be harmed.
package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

type point struct{ x, y int }

func (p point) String() string { return strconv.Itoa(p.x) }

type leaf struct {
	text string
	next *leaf
}

func (l *leaf) String() string { return l.text }

type inner struct {
	list []int
	any  any
	fun  func() int
}

type whole struct {
	name  string
	parts [3]inner
	table [][]string
	err   error
	str   fmt.Stringer
	ch    chan int
	leaf  *leaf
}

var (
	list   []int
	lists  [][]string
	text   string
	box    any
	str    fmt.Stringer
	fault  error
	call   func() int
	large  whole
	grid   [16]whole
	boxes  = make([]any, 32)
	bytes  []byte
	root   *leaf
	ch     = make(chan int, 4)
	ptr    = &large
	matrix [4][4][]int
)

func check(ok bool, what string) {
	if !ok {
		fmt.Println("torn:", what)
		os.Exit(1)
	}
}

func numbers(n int) []int {
	s := make([]int, n, n+n/2)
	for i := range s {
		s[i] = n
	}
	return s
}

// try does something that may panic as any index out of range may: lengths change in between.
func try(f func()) {
	defer func() {
		if v := recover(); v != nil {
			_, isFault := v.(runtime.Error)
			check(isFault, fmt.Sprint("panic ", v))
		}
	}()
	f()
}

func value(i int) any {
	switch i % 9 {
	case 0:
		return i
	case 1:
		return strings.Repeat("v", i%50)
	case 2:
		return numbers(i % 20)
	case 3:
		return point{i, i}
	case 4:
		return &leaf{text: strconv.Itoa(i)}
	case 5:
		return 1.5
	case 6:
		return func() int { return i }
	case 7:
		return [2]string{"a", strings.Repeat("b", i%9)}
	}
	return nil
}

func look(v any) {
	switch v := v.(type) {
	case int, nil, float64:
	case string:
		check(len(v) < 50 && strings.Trim(v, "v") == "", "string "+v)
	case []int:
		for _, n := range v {
			check(n >= 0 && n < 1000, "element")
		}
	case point:
		check(v.x >= 0, "point")
	case *leaf:
		check(v.text != "", "leaf")
	case func() int:
		check(v() >= 0, "function")
	case [2]string:
		check(len(v[1]) < 9, "array")
	default:
		check(false, fmt.Sprintf("type %T", v))
	}
}

func write(i int) {
	n := i % 40
	list = numbers(n)
	text = strings.Repeat(string(rune('a'+i%26)), n)
	box = value(i)
	boxes[i%32] = value(i + 1)
	bytes = append(bytes[:len(bytes)/2], text...)
	if i%2 == 0 {
		str, fault = point{n, n}, fmt.Errorf("fault %d", n)
	} else {
		str, fault = &leaf{text: "leaf"}, nil
	}
	captured := numbers(n)
	call = func() int { captured = append(captured, n); return len(captured) }
	w := whole{name: text, str: str, err: fault, ch: make(chan int, 1), leaf: &leaf{text: "x", next: root}}
	for k := range w.parts {
		w.parts[k] = inner{list: numbers(k), any: value(i + k), fun: call}
	}
	w.table = append(lists, []string{text, "t"})
	large = w
	grid[i%16] = large
	*ptr = grid[(i+1)%16]
	ptr = &grid[i%16]
	matrix[i%4][i/4%4] = list
	if i%64 == 0 {
		root, lists = nil, nil
	} else {
		root = &leaf{text: "root", next: root}
		lists = append(lists, []string{text})
	}
}

func read(i int) {
	for _, n := range list {
		check(n >= 0 && n < 1000, "number")
	}
	t := text
	check(t == "" || strings.Count(t, t[:1]) == len(t), "text "+t)
	look(box)
	look(boxes[i%32])
	for _, v := range boxes {
		look(v)
	}
	_ = string(bytes)
	if s := str; s != nil {
		_ = s.String()
	}
	if err := fault; err != nil {
		check(strings.HasPrefix(err.Error(), "fault "), err.Error())
	}
	if f := call; f != nil {
		check(f() > 0, "call")
	}
	w := large
	g := grid[i%16]
	p := *ptr
	for _, w := range []whole{w, g, p} {
		for _, part := range w.parts {
			look(part.any)
			check(len(part.list) < 3, "list of a part")
		}
		for _, row := range w.table {
			check(len(row) < 3, "row")
		}
		if w.leaf != nil {
			check(w.leaf.text == "x", "leaf of a struct")
		}
		if i%50 == 0 {
			_ = fmt.Sprintf("%v", w.parts[0].list)
		}
	}
	check(box == box || true, "comparison")
	m := matrix
	_ = len(m[i%4][i%4])
	n := 0
	for l := root; l != nil && n < 100; l = l.next {
		check(l.text == "root", "list")
		n++
	}
	for _, row := range slices.Clone(lists) {
		// The table of a struct may be appended to in the same array.
		check(len(row) == 1 || len(row) == 2, "row of lists")
	}
	select {
	case ch <- i:
	case <-ch:
	default:
	}
}

func main() {
	seconds := 1
	if len(os.Args) > 1 {
		seconds, _ = strconv.Atoi(os.Args[1])
	}
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	var wg sync.WaitGroup
	for g := range 4 {
		for _, f := range []func(int){write, read} {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := g; time.Now().Before(end); i += 7 {
					try(func() { f(i) })
				}
			}()
		}
	}
	wg.Wait()
	fmt.Println("whole")
}
