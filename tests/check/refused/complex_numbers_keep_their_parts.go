// errorcheck

package p

import "fmt"

var (
	f32 float32
	f64 float64
	c64 complex64
	c   complex128
	i   int
)

func _() {
	_ = complex(f32, f64) // ERROR "invalid operation: complex(f32, f64) (mismatched types float32 and float64)"
	_ = complex(i, i) // ERROR "invalid argument: arguments have type int, expected floating-point"
	_ = complex("a", 1) // ERROR `invalid operation: complex("a", 1) (mismatched types untyped string and untyped float)`
	_ = complex(1) // ERROR "invalid operation: not enough arguments for complex(1) (expected 2, found 1)"
	_ = complex(1, 2, 3) // ERROR "invalid operation: too many arguments for complex(1, 2, 3) (expected 2, found 3)"
	_ = real(f64) // ERROR "invalid argument: argument has type float64, expected complex type"
	_ = imag("a") // ERROR "invalid argument: argument has type untyped string, expected complex type"
	_ = c < c // ERROR "invalid operation: c < c (operator < not defined on complex128)"
	_ = c % c // ERROR "invalid operation: operator % not defined on c (variable of type complex128)"
	_ = c64 + c // ERROR "invalid operation: c64 + c (mismatched types complex64 and complex128)"
	c = c64 // ERROR "cannot use c64 (variable of type complex64) as complex128 value in assignment"
	c = f64 // ERROR "cannot use f64 (variable of type float64) as complex128 value in assignment"
	_ = float64(c) // ERROR "cannot convert c (variable of type complex128) to type float64"
	_ = int(1 + 2i) // ERROR "cannot convert 1 + 2i (untyped complex constant (1 + 2i)) to type int"
	_ = complex64(1e100) // ERROR "cannot convert 1e100 (untyped float constant 1e+100) to type complex64"
	var _ int = 1i // ERROR "cannot use 1i (untyped complex constant (0 + 1i)) as int value in variable declaration (truncated)"
	var _ float32 = real(c) // ERROR "cannot use real(c) (value of type float64) as float32 value in variable declaration"
	_ = c << 1 // ERROR "invalid operation: shifted operand c (variable of type complex128) must be integer"
	_ = 1i << 2 // ERROR "invalid operation: shifted operand 1i (untyped complex constant (0 + 1i)) must be integer"
	_ = []int{}[1i] // ERROR "1i (untyped complex constant (0 + 1i)) truncated to int"
	c++
	real(c) // ERROR "real(c) (value of type float64) is not used"
	fmt.Println(c)
}

const _ = 2i / 0 // ERROR "invalid operation: division by zero"
const _ int = 0i
const _ = complex(1, f64) // ERROR "complex(1, f64) (value of type complex128) is not constant"
