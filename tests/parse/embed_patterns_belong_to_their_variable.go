// parse
package p

import _ "embed"

//go:embed a.txt "b c.txt"
//go:embed d
var s string

var t int

var (
	//go:embed e
	u []byte
	v int
)
