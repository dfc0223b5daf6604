// errorcheck
package p

import (
	"math"
	"strings"
)

var _ = undefined // ERROR "undefined: undefined"
var _ undefinedType // ERROR "undefined: undefinedType"
var _ = math.SQrt(2) // ERROR "undefined: math.SQrt (but have Sqrt)"
var _ = strings.split // ERROR "undefined: strings.split (but have Split)"
var _ = strings.Nope // ERROR "undefined: strings.Nope"
var _ strings.Bilder // ERROR "undefined: strings.Bilder"
var _ = math // ERROR "use of package math not in selector"
var _ = int // ERROR "int (type) is not an expression"
var _ = len // ERROR "len (built-in) must be called"
var _ = _ // ERROR "cannot use _ as value or type"
var _ = iota // ERROR "cannot use iota outside constant declaration"
var _ math.Pi // ERROR "math.Pi (untyped float constant 3.14159) is not a type"
var v int
var _ v // ERROR "v (package-level variable) is not a type"

func _() {
	goto L // ERROR "label L not defined"
	for {
		break M // ERROR "break label not defined: M"
		continue N // ERROR "continue label not defined: N"
	}
}
