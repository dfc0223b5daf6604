package main

import (
	"bufio"
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	text   = strings.Repeat("the quick brown fox jumps over the lazy dog 0123456789, ", 200)
	data   = []byte(text)
	lines  = bytes.Repeat([]byte("a line of some forty characters of text\n"), 10000)
	other  = []byte(text)
	word   = regexp.MustCompile(`\b\w+\b`)
	mail   = regexp.MustCompile(`([a-z]+)@([a-z]+)\.com`)
	moment = time.Date(2024, 5, 6, 7, 8, 9, 123456789, time.UTC)
)

func numbers(n int) []int {
	s := make([]int, n)
	x := uint32(1)
	for i := range s {
		x = x*1664525 + 1013904223
		s[i] = int(x >> 8)
	}
	return s
}

var unsorted = numbers(10000)

var textCases = []benchCase{
	{"strings.Index miss", func() { sink += strings.Index(text, "needle") }},
	{"strings.Contains short", func() { _ = strings.Contains("hello, world", "wor") }},
	{"strings.Split", func() { sink += len(strings.Split(text, " ")) }},
	{"strings.Fields", func() { sink += len(strings.Fields(text)) }},
	{"strings.ReplaceAll", func() { sink += len(strings.ReplaceAll(text, "fox", "cat")) }},
	{"strings.ToUpper", func() { sink += len(strings.ToUpper(text)) }},
	{"strings.TrimSpace", func() { sink += len(strings.TrimSpace("   hello   ")) }},
	{"strings.EqualFold", func() { _ = strings.EqualFold("Hello, World", "hELLO, wORLD") }},
	{"bytes.Equal", func() { _ = bytes.Equal(data, other) }},
	{"bytes.Count", func() { sink += bytes.Count(data, []byte("o")) }},
	{"utf8.RuneCountInString", func() { sink += utf8.RuneCountInString(text) }},
	{"strconv.Itoa", func() { sink += len(strconv.Itoa(123456789)) }},
	{"strconv.Atoi", func() { n, _ := strconv.Atoi("123456789"); sink += n }},
	{"strconv.ParseFloat", func() { f, _ := strconv.ParseFloat("3.14159265358979", 64); sink += int(f) }},
	{"strconv.FormatFloat", func() { sink += len(strconv.FormatFloat(3.14159265358979, 'g', -1, 64)) }},
	{"strconv.Quote", func() { sink += len(strconv.Quote("hello\n\"world\"")) }},
	{"slices.Sort 10k ints", func() { s := slices.Clone(unsorted); slices.Sort(s) }},
	{"sort.Ints 10k", func() { s := slices.Clone(unsorted); sort.Ints(s) }},
	{"regexp.MatchString", func() { _ = mail.MatchString("write to someone@example.com now") }},
	{"regexp.FindStringSubmatch", func() { sink += len(mail.FindStringSubmatch("write to someone@example.com now")) }},
	{"regexp.FindAllString", func() { sink += len(word.FindAllString(text, -1)) }},
	{"regexp.ReplaceAllString", func() { sink += len(word.ReplaceAllString(text, "<$0>")) }},
	{"regexp.Compile", func() { sink += regexp.MustCompile(`^(\d+)-(\w+)\.[a-z]{2,3}$`).NumSubexp() }},
	{"time.Format", func() { sink += len(moment.Format(time.RFC3339Nano)) }},
	{"time.Parse", func() { t, _ := time.Parse(time.RFC3339, "2024-05-06T07:08:09Z"); sink += t.Day() }},
	{"time.Date", func() { sink += time.Date(2024, 5, 6, 7, 8, 9, 10, time.UTC).YearDay() }},
	{"strings.Builder 10k", func() {
		var b strings.Builder
		for range 10000 {
			b.WriteString("word")
			b.WriteByte(' ')
		}
		sink += b.Len()
	}},
	{"bufio.Scanner 10k lines", func() {
		for s := bufio.NewScanner(bytes.NewReader(lines)); s.Scan(); {
			sink += len(s.Bytes())
		}
	}},
	{"path.Clean", func() { sink += len(path.Clean("/a/b/../c/./d//e")) }},
	{"path.Match", func() { ok, _ := path.Match("*_test.[gx]o", "library_test.go"); _ = ok }},
	{"fmt.Sprintf", func() { sink += len(fmt.Sprintf("%d %s %5.2f %v", 42, "text", 3.14159, true)) }},
}
