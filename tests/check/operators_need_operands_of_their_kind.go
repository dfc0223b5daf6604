// errorcheck
package p

type S struct{ f []int }

func _(i int, f float64, s string, b bool, p *int, m map[string]int, fn func(), sl []int, st S, a any, u8 uint8) {
	_ = i + f // ERROR "invalid operation: i + f (mismatched types int and float64)"
	_ = i + s // ERROR "invalid operation: i + s (mismatched types int and string)"
	_ = i + 1.5 // ERROR "1.5 (untyped float constant) truncated to int"
	_ = u8 + 256 // ERROR "256 (untyped int constant) overflows uint8"
	_ = s - s // ERROR "invalid operation: operator - not defined on s (variable of type string)"
	_ = b + b // ERROR "invalid operation: operator + not defined on b (variable of type bool)"
	_ = f % f // ERROR "invalid operation: operator % not defined on f (variable of type float64)"
	_ = i && b // ERROR "invalid operation: i && b (mismatched types int and bool)"
	_ = i && i // ERROR "invalid operation: operator && not defined on i (variable of type int)"
	_ = !i // ERROR "invalid operation: operator ! not defined on i (variable of type int)"
	_ = -s // ERROR "invalid operation: operator - not defined on s (variable of type string)"
	_ = ^f // ERROR "invalid operation: operator ^ not defined on f (variable of type float64)"
	_ = *i // ERROR "invalid operation: cannot indirect i (variable of type int)"
	_ = &1 // ERROR "invalid operation: cannot take address of 1 (untyped int constant)"
	_ = &f2() // ERROR "invalid operation: cannot take address of f2() (value of type int)"
	_ = i / 0 // ERROR "invalid operation: division by zero"
	_ = 1 << -1 // ERROR "invalid operation: negative shift count -1 (untyped int constant)"
	_ = i << f // ERROR "invalid operation: shift count f (variable of type float64) must be integer"
	_ = f << 1 // ERROR "invalid operation: shifted operand f (variable of type float64) must be integer"
	_ = m == m // ERROR "invalid operation: m == m (map can only be compared to nil)"
	_ = fn == fn // ERROR "invalid operation: fn == fn (func can only be compared to nil)"
	_ = sl == sl // ERROR "invalid operation: sl == sl (slice can only be compared to nil)"
	_ = st == st // ERROR "invalid operation: st == st (struct containing []int cannot be compared)"
	_ = p < p // ERROR "invalid operation: p < p (operator < not defined on pointer)"
	_ = b < b // ERROR "invalid operation: b < b (operator < not defined on bool)"
	_ = i == s // ERROR "invalid operation: i == s (mismatched types int and string)"
	_ = i == nil // ERROR "invalid operation: i == nil (mismatched types int and untyped nil)"
	_ = nil == nil // ERROR "invalid operation: nil == nil (operator == not defined on untyped nil)"
	_ = a + a // ERROR "invalid operation: operator + not defined on a (variable of interface type any)"
	_ = <-i // ERROR "invalid operation: cannot receive from non-channel int i (variable of type int)"
	i() // ERROR "invalid operation: cannot call i (variable of type int): int is not a function"
	if i { // ERROR "non-boolean condition in if statement"
	}
	for s { // ERROR "non-boolean condition in for statement"
	}
	const big = 1 << 64
	_ = int(big) // ERROR "constant 18446744073709551616 overflows int"
	_ = uint8(-1) // ERROR "constant -1 overflows uint8"
	_ = string(f) // ERROR "cannot convert f (variable of type float64) to type string"
	_ = []byte(i) // ERROR "cannot convert i (variable of type int) to type []byte"
	_ = int() // ERROR "missing argument in conversion to int"
	_ = int(1, 2) // ERROR "too many arguments in conversion to int"
}

func f2() int { return 1 }
