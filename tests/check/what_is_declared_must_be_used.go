// errorcheck
package p

import "os" // ERROR `"os" imported and not used`
import f "fmt" // ERROR `"fmt" imported as f and not used`
import _ "strings"

func _(unused int) (result string) {
	x := 1 // ERROR "declared and not used: x"
	var y int // ERROR "declared and not used: y"
	y = 2
	a, b := 1, 2 // ERROR "declared and not used: b"
	_ = a
	for i, v := range []int{} { // ERROR "declared and not used: v"
		_ = i
	}
	func() {
		inner := 1 // ERROR "declared and not used: inner"
	}()
	switch t := any(a).(type) { // ERROR "t declared and not used"
	case int:
	}
	if z := 1; true { // ERROR "declared and not used: z"
	}
L: // ERROR "label L defined and not used"
	for {
	}
	1 + 2 // ERROR "1 + 2 (untyped int constant 3) is not used"
	a == 1 // ERROR "a == 1 (untyped bool value) is not used"
	len("abc") // ERROR `len("abc") (constant 3 of type int) is not used`
	-a // ERROR "-a (value of type int) is not used"
	"text" // ERROR `"text" (untyped string constant) is not used`
	int // ERROR "int (type) is not an expression"
} // ERROR "missing return"
