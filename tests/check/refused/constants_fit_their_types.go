// errorcheck

package p

const big = 1 << 100
const huge = 1e1000

var (
	_ int8    = 128 // ERROR "cannot use 128 (untyped int constant) as int8 value in variable declaration (overflows)"
	_ uint8   = -1 // ERROR "cannot use -1 (untyped int constant) as uint8 value in variable declaration (overflows)"
	_ int     = big // ERROR "cannot use big (untyped int constant 1267650600228229401496703205376) as int value in variable declaration (overflows)"
	_ float32 = huge // ERROR "cannot use huge (untyped float constant 1e+1000) as float32 value in variable declaration (overflows)"
	_ float64 = big
	_ int     = 1.0
	_ int     = 1.5 // ERROR "cannot use 1.5 (untyped float constant) as int value in variable declaration (truncated)"
	_ uint    = 'a'
	_ string  = 'a' // ERROR "cannot use 'a' (untyped rune constant 97) as string value in variable declaration"
	_ byte    = "a" // ERROR `cannot use "a" (untyped string constant) as byte value in variable declaration`
	_ rune    = 0x110000
	_         = '\ud800' // ERROR "escape is invalid Unicode code point U+D800"
	_         = "\xzz" // ERROR "invalid character 'z' in hexadecimal escape"
	_         = 08 // ERROR "invalid digit '8' in octal literal"
	_         = 1_ // ERROR "'_' must separate successive digits"
	_         = 0b2 // ERROR "invalid digit '2' in binary literal"
	_         = 1 / 0 // ERROR "invalid operation: division by zero"
	_         = 1.0 / 0 // ERROR "invalid operation: division by zero"
	_         = 5 % 0 // ERROR "invalid operation: division by zero"
	_         = 5.0 % 2 // ERROR "invalid operation: operator % not defined on 5.0 (untyped float constant 5)"
	_         = big // ERROR "cannot use big (untyped int constant 1267650600228229401496703205376) as int value in variable declaration (overflows)"
	_         = big >> 98
	_         = -uint8(1) // ERROR "-uint8(1) (constant -1 of type uint8) overflows uint8"
	_         = ^uint8(1) + 255 // ERROR "^uint8(1) + 255 (constant 509 of type uint8) overflows uint8"
	_         = uint8(255) + 1 // ERROR "uint8(255) + 1 (constant 256 of type uint8) overflows uint8"
	_         = int8(-128) / -1 // ERROR "int8(-128) / -1 (constant 128 of type int8) overflows int8"
	_         = -int8(-128) // ERROR "-int8(-128) (constant 128 of type int8) overflows int8"
	_         = 1 << 63 // ERROR "cannot use 1 << 63 (untyped int constant 9223372036854775808) as int value in variable declaration (overflows)"
	_ uint64  = 1 << 64 // ERROR "cannot use 1 << 64 (untyped int constant 18446744073709551616) as uint64 value in variable declaration (overflows)"
	_         = "a" + 1 // ERROR `invalid operation: "a" + 1 (mismatched types untyped string and untyped int)`
	_         = !1 // ERROR "invalid operation: operator ! not defined on 1 (untyped int constant)"
	_         = -"a" // ERROR `invalid operation: operator - not defined on "a" (untyped string constant)`
	_         = +true // ERROR "invalid operation: operator + not defined on true (untyped bool constant)"
	_         = ^1.5 // ERROR "invalid operation: operator ^ not defined on 1.5 (untyped float constant)"
	_         = 1 && true // ERROR "invalid operation: 1 && true (mismatched types untyped int and untyped bool)"
	_         = 1.5 | 2 // ERROR "invalid operation: operator | not defined on 1.5 (untyped float constant)"
	_         = len([10]int{}) / 0 // ERROR "invalid operation: division by zero"
)

const f = f2() // ERROR "f2() (value of type int) is not constant"

func f2() int { return 1 }

const c []int = nil // ERROR "invalid constant type []int"
const d = nil // ERROR "nil is not constant"
const e, g = 1 // ERROR "missing init expr for g"
const h // ERROR "missing init expr for h"
const (
	i = iota
	j, k // ERROR "missing init expr for k"
	l = "a" + iota // ERROR `invalid operation: "a" + iota (mismatched types untyped string and untyped int)`
)
