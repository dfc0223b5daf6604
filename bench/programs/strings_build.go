// Building, splitting and searching strings.
package main

import (
	"fmt"
	"strconv"
	"strings"
)

func main() {
	var b strings.Builder
	for i := range 200_000 {
		b.WriteString("item")
		b.WriteString(strconv.Itoa(i))
		b.WriteByte(',')
	}
	text := b.String()
	parts := strings.Split(text, ",")
	upper, found := 0, 0
	for _, p := range parts {
		if strings.Contains(p, "99") {
			found++
		}
		upper += len(strings.ToUpper(p))
	}
	joined := strings.Join(parts, ";")
	replaced := strings.ReplaceAll(joined, "item", "x")
	s := ""
	for i := range 2000 {
		s += string(rune('a' + i%26))
	}
	fmt.Println(len(text), len(parts), found, upper, len(replaced), len(s))
}
