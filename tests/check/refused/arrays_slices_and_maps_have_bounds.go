// errorcheck

package p

func _(a [3]int, p *[3]int, s []int, m map[string]int, str string, x int) {
	_ = a[3] // ERROR "invalid argument: index 3 out of bounds [0:3]"
	_ = a[-1] // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = p[3] // ERROR "invalid argument: index 3 out of bounds [0:3]"
	_ = a[1.5] // ERROR "1.5 (untyped float constant) truncated to int"
	_ = a["a"] // ERROR `cannot convert "a" (untyped string constant) to type int`
	_ = s[-1] // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = s[2:1] // ERROR "invalid slice indices: 1 < 2"
	_ = a[2:1] // ERROR "invalid slice indices: 1 < 2"
	_ = a[:4] // ERROR "invalid argument: index 4 out of bounds [0:4]"
	_ = "abc"[3] // ERROR "invalid argument: index 3 out of bounds [0:3]"
	_ = "abc"[1:5] // ERROR "invalid argument: index 5 out of bounds [0:4]"
	_ = str[0:1:2] // ERROR "invalid operation: 3-index slice of string"
	_ = s[::] // ERROR "middle index required in 3-index slice" "final index required in 3-index slice"
	_ = s[:1:] // ERROR "final index required in 3-index slice"
	_ = m[1] // ERROR "cannot use 1 (untyped int constant) as string value in map index"
	_ = m[0:1] // ERROR "cannot slice m (variable of type map[string]int)"
	_ = x[0] // ERROR "cannot index x (variable of type int)"
	_ = (*p)[3] // ERROR "invalid argument: index 3 out of bounds [0:3]"
	_ = [3]int{1, 2, 3, 4} // ERROR "index 3 is out of bounds (>= 3)"
	_ = [...]int{5: 1, 5: 2} // ERROR "duplicate index 5 in array or slice literal"
	_ = []int{-1: 0} // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = []int{"a": 1} // ERROR `cannot convert "a" (untyped string constant) to type int`
	_ = []int{x: 1} // ERROR "index x must be integer constant"
	_ = map[string]int{"a"} // ERROR "missing key in map literal"
	_ = map[string]int{"a": 1, "b": 2, "a": 3} // ERROR `duplicate key "a" in map literal`
	_ = [2]int{0: 1, 2: 1} // ERROR "invalid argument: index 2 out of bounds [0:2]"
	var _ [-1]int // ERROR "invalid array length -1 (untyped int constant)"
	var _ [1.5]int // ERROR "array length 1.5 (untyped float constant) must be integer"
	var _ ["a"]int // ERROR `array length "a" (untyped string constant) must be integer`
	var _ [x]int // ERROR "invalid array length x"
	var _ [...]int // ERROR "invalid use of [...] array (outside a composite literal)"
	str[0] = 'a' // ERROR "cannot assign to str[0] (neither addressable nor a map index expression)"
	&m["a"] // ERROR `invalid operation: cannot take address of m["a"] (map index expression of type int)`
	_ = &m["a"] // ERROR `invalid operation: cannot take address of m["a"] (map index expression of type int)`
	_ = &a[0:1] // ERROR "invalid operation: cannot take address of a[0:1] (value of type []int)"
	m["a"]++
	m.x = 1 // ERROR "m.x undefined (type map[string]int has no field or method x)"
	_ = cap(m) // ERROR "invalid argument: m (variable of type map[string]int) for built-in cap"
	_ = len(x) // ERROR "invalid argument: x (variable of type int) for built-in len"
	_ = len(p, p) // ERROR "invalid operation: too many arguments for len(p, p) (expected 1, found 2)"
	copy(a, s) // ERROR "invalid copy: argument must be a slice; have a (variable of type [3]int)"
	copy(s, str) // ERROR "invalid copy: arguments s (variable of type []int) and str (variable of type string) have different element types int and byte"
	delete(m, 1) // ERROR "cannot use 1 (untyped int constant) as string value in argument to delete"
	delete(s, 1) // ERROR "invalid argument: s (variable of type []int) is not a map"
	clear(x) // ERROR "invalid argument: cannot clear x (variable of type int): argument must be (or constrained by) map or slice"
	append(s, 1) // ERROR "append(s, 1) (value of type []int) is not used"
	_ = append(a, 1) // ERROR "invalid append: argument must be a slice; have a (variable of type [3]int)"
	_ = append(s, "a") // ERROR `cannot use "a" (untyped string constant) as int value in argument to append`
	_ = append(s, s) // ERROR "cannot use s (variable of type []int) as int value in argument to append"
	_ = append(s, s...)
	_ = append() // ERROR "invalid operation: not enough arguments for append() (expected 1, found 0)"
	_ = make([]int) // ERROR "invalid operation: make([]int) expects 2 or 3 arguments; found 1"
	_ = make([]int, -1) // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = make([]int, 2, 1) // ERROR "invalid argument: length and capacity swapped"
	_ = make(int) // ERROR "invalid argument: cannot make int: type must be slice, map, or channel"
	_ = make([]int, 1, 2, 3) // ERROR "invalid operation: make([]int, 1, 2, 3) expects 2 or 3 arguments; found 4"
	_ = make(map[string]int, 1, 2) // ERROR "invalid operation: make(map[string]int, 1, 2) expects 1 or 2 arguments; found 3"
	_ = make([]int, "a") // ERROR `cannot convert "a" (untyped string constant) to type int`
	_ = make([3]int, 1) // ERROR "invalid argument: cannot make [3]int: type must be slice, map, or channel"
	_ = new(1, 2) // ERROR "invalid operation: too many arguments for new(1, 2) (expected 1, found 2)"
}
