// errorcheck

package main

var (
	_ = 1 / 1e-600000000i  // ERROR "invalid operation: division by zero"
	_ = 1i / 1e-600000000  // ERROR "invalid operation: division by zero"
	_ = 1i / (1e-600000000 + 1e-600000000i) // ERROR "invalid operation: division by zero"
	_ = 1 / (1i - 1i) // ERROR "invalid operation: division by zero"
	_ = 1 / 1e-6i
)

func main() {}
