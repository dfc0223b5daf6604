// parse
package p

var x int

import "fmt"

x = 1

func f() {} var y int
