// errorcheck

package p

func _(s uint, i int, f float64, b byte) {
	_ = 1.0 << s // ERROR "invalid operation: shifted operand 1.0 (type float64) must be integer"
	_ = f << 1 // ERROR "invalid operation: shifted operand f (variable of type float64) must be integer"
	_ = 1 << f // ERROR "invalid operation: shift count f (variable of type float64) must be integer"
	_ = 1 << 1.5 // ERROR "1.5 (untyped float constant) truncated to uint"
	_ = 1 << -1 // ERROR "invalid operation: negative shift count -1 (untyped int constant)"
	_ = 1 << 1000 // ERROR "constant shift overflow"
	_ = "a" << 1 // ERROR `invalid operation: shifted operand "a" (untyped string constant) must be integer`
	_ = i << "a" // ERROR `cannot convert "a" (untyped string constant) to type uint`
	_ = b << 8
	var _ float64 = 1 << s // ERROR "invalid operation: shifted operand 1 (type float64) must be integer"
	var _ = float32(1 << s) // ERROR "invalid operation: shifted operand 1 (type float32) must be integer"
	var _ = 1.0<<s == 1.5 // ERROR "invalid operation: shifted operand 1.0 (type float64) must be integer"
	var _ []int = make([]int, 1.0<<s)
	var _ = make([]int, 1.5<<s) // ERROR "invalid operation: shifted operand 1.5 (untyped float constant) must be integer"
	var a [10]int
	_ = a[1.0<<s]
	_ = a[1<<10] // ERROR "invalid argument: index 1024 out of bounds [0:10]"
	_ = uint8(1 << 8) // ERROR "constant 256 overflows uint8"
	var _ int8 = 1 << 7 // ERROR "cannot use 1 << 7 (untyped int constant 128) as int8 value in variable declaration (overflows)"
	_ = int8(1) << 7 // ERROR "int8(1) << 7 (constant 128 of type int8) overflows int8"
	const _ = 1 << s // ERROR "1 << s (untyped int value) is not constant"
	const _ int = 1 << 63 // ERROR "cannot use 1 << 63 (untyped int constant 9223372036854775808) as int value in constant declaration (overflows)"
	_ = i >> -1 // ERROR "invalid operation: negative shift count -1 (untyped int constant)"
	i <<= 1.5 // ERROR "1.5 (untyped float constant) truncated to uint"
	f <<= 1 // ERROR "invalid operation: shifted operand f (variable of type float64) must be integer"
	_ = 1 << nil // ERROR "cannot convert nil to type uint"
	_ = true << 1 // ERROR "invalid operation: shifted operand true (untyped bool constant) must be integer"
	var _ any = 1 << s
	var _ string = string(1 << s) // ERROR "invalid operation: shifted operand 1 (type string) must be integer"
}
