package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"strings"
	"sync"
	"text/template"
	"time"
)

// What scripts spend their time with: files line by line, words in maps, small texts printed.

type item struct {
	Name string
	Size int
}

var (
	items = manyItems(1000)
	words = strings.Fields(text)
	page  = template.Must(template.New("page").Parse(`{{range .}}{{if gt .Size 500}}{{.Name}}: {{.Size | printf "%6d"}}{{"\n"}}{{end}}{{end}}`))
	names = strings.NewReplacer("quick", "slow", "brown", "black", "&", "&amp;")
	// large is a file of 50 MB in lines of 40 bytes, made when it is first asked for.
	large = sync.OnceValue(func() string {
		file := must2(os.CreateTemp("", "large"))
		file.Write(bytes.Repeat(lines, 50_000_000/len(lines)))
		file.Close()
		madeFile = file.Name()
		return madeFile
	})
	numberText = strings.Trim(fmt.Sprint(numbers(1000)), "[]")
	floats     = manyFloats(10000)
	// madeFile is its name then, to be removed at the end.
	madeFile string
)

func must2[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func manyItems(n int) []item {
	all := make([]item, n)
	for i, size := range numbers(n) {
		all[i] = item{fmt.Sprint("item ", i), size % 1000}
	}
	return all
}

func manyFloats(n int) []float64 {
	all := make([]float64, n)
	for i, size := range numbers(n) {
		all[i] = float64(size) / 7
	}
	return all
}

func eachLine(each func(line string)) {
	file := must2(os.Open(large()))
	defer file.Close()
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		each(scanner.Text())
	}
}

var scriptCases = []benchCase{
	{"sort.Slice 1k structs", func() {
		s := slices.Clone(items)
		sort.Slice(s, func(i, j int) bool { return s[i].Size < s[j].Size })
	}},
	{"slices.SortFunc 1k structs", func() {
		s := slices.Clone(items)
		slices.SortFunc(s, func(a, b item) int { return a.Size - b.Size })
	}},
	{"map of 2k words", func() {
		counts := map[string]int{}
		for _, word := range words {
			counts[word]++
		}
		sink += len(counts)
	}},
	{"lines of a 50 MB file", func() { eachLine(func(line string) { sink += len(line) }) }},
	{"bufio.Reader 10k lines", func() {
		r := bufio.NewReader(bytes.NewReader(lines))
		for {
			line, err := r.ReadString('\n')
			sink += len(line)
			if err != nil {
				break
			}
		}
	}},
	{"os.ReadFile 50 MB", func() { sink += len(must2(os.ReadFile(large()))) }},
	{"fmt.Fprintf 1k", func() {
		w := bufio.NewWriter(io.Discard)
		for i := range 1000 {
			fmt.Fprintf(w, "%d: %s\n", i, "text")
		}
		w.Flush()
	}},
	{"fmt.Fprintln 1k", func() {
		w := bufio.NewWriter(io.Discard)
		for i := range 1000 {
			fmt.Fprintln(w, i, "text", 1.5)
		}
		w.Flush()
	}},
	{"fmt.Sscanf", func() {
		var n int
		var s string
		fmt.Sscanf("17 seventeen", "%d %s", &n, &s)
		sink += n
	}},
	{"fmt.Sscan", func() {
		var n int
		var s string
		fmt.Sscan("17 seventeen", &n, &s)
		sink += n
	}},
	{"fmt.Fscan 1k numbers", func() {
		r := bufio.NewReader(strings.NewReader(numberText))
		for n := 0; ; {
			if _, err := fmt.Fscan(r, &n); err != nil {
				break
			}
			sink += n
		}
	}},
	{"map of 10k integers", func() {
		counts := map[int]int{}
		for _, n := range unsorted {
			counts[n]++
		}
		sink += len(counts)
	}},
	{"sort.Strings 2k", func() { sort.Strings(slices.Clone(words)) }},
	{"slices.Sort 10k floats", func() { slices.Sort(slices.Clone(floats)) }},
	{"strings.Replacer", func() { sink += len(names.Replace(text)) }},
	{"strings.Map", func() { sink += len(strings.Map(func(r rune) rune { return r + 1 }, text)) }},
	{"strings.Join 2k words", func() { sink += len(strings.Join(words, ",")) }},
	{"strings.HasPrefix", func() { _ = strings.HasPrefix(text, "the quick") }},
	{"template.Execute 1k", func() { page.Execute(io.Discard, items) }},
	{"time.Now", func() { sink += time.Now().Nanosecond() }},
	{"time.Since", func() { sink += int(time.Since(moment)) }},
}
