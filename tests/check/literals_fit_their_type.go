// errorcheck
package p

var _ = [2]int{1, 2, 3} // ERROR "index 2 is out of bounds (>= 2)"
var _ = []int{0: 1, 0: 2} // ERROR "duplicate index 0 in array or slice literal"
var _ = []int{-1: 1} // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
var _ = []int{"a"} // ERROR `cannot use "a" (untyped string constant) as int value in array or slice literal`
var _ = map[string]int{"a": 1, "a": 2} // ERROR `duplicate key "a" in map literal`
var _ = map[string]int{1: 1} // ERROR "cannot use 1 (untyped int constant) as string value in map literal"
var _ = map[string]int{"a"} // ERROR "missing key in map literal"
var _ map[[]int]string // ERROR "invalid map key type []int"
var _ [n]int // ERROR "invalid array length n"
var _ [-1]int // ERROR "invalid array length -1 (untyped int constant)"
var _ [1.5]int // ERROR "array length 1.5 (untyped float constant) must be integer"
var _ = int{} // ERROR "invalid composite literal type int"
var _ [...]int // ERROR "invalid use of [...] array (outside a composite literal)"
var n = 3
var arr [3]int
var _ = arr[5] // ERROR "invalid argument: index 5 out of bounds [0:3]"
var _ = arr["a"] // ERROR `cannot convert "a" (untyped string constant) to type int`
var _ = "abc"[5] // ERROR "invalid argument: index 5 out of bounds [0:3]"
var _ = arr[2:1] // ERROR "invalid slice indices: 1 < 2"
var _ = "abc"[0:1:2] // ERROR "invalid operation: 3-index slice of string"
var _ = 5[0] // ERROR "cannot index 5 (untyped int constant)"
var _ = 'ab' // ERROR "more than one character in rune literal"
var _ = '' // ERROR "empty rune literal or unescaped '"
var _ = "\z" // ERROR "unknown escape"
var _ = 08 // ERROR "invalid digit '8' in octal literal"
var _ = 0x // ERROR "hexadecimal literal has no digits"
var _ = 1__0 // ERROR "'_' must separate successive digits"
var _ = 1e // ERROR "exponent has no digits"
var _ = make(int) // ERROR "invalid argument: cannot make int: type must be slice, map, or channel"
var _ = make([]int) // ERROR "invalid operation: make([]int) expects 2 or 3 arguments; found 1"
var _ = make([]int, 2, 1) // ERROR "invalid argument: length and capacity swapped"
var _ = make([]int, -1) // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
var _ = len(5) // ERROR "invalid argument: 5 (untyped int constant) for built-in len"
var _ = cap(map[int]int{}) // ERROR "invalid argument: map[int]int{} (value of type map[int]int) for built-in cap"
var _ = copy(arr, arr) // ERROR "invalid copy: argument must be a slice; have arr (variable of type [3]int)"
var _ = new(5, 6) // ERROR "invalid operation: too many arguments for new(5, 6) (expected 1, found 2)"
var _ = min(1, "a") // ERROR `invalid argument: mismatched types untyped int (previous argument) and untyped string (type of "a")`
var _ = complex(1, "a") // ERROR `invalid operation: complex(1, "a") (mismatched types untyped float and untyped string)`
var _ = real("a") // ERROR "invalid argument: argument has type untyped string, expected complex type"
