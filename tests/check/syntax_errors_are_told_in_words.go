// errorcheck
package p

var a = [3]int{
	1,
	2 // ERROR "syntax error: unexpected newline in composite literal; possibly missing comma or }"
}

func b() {
	if x := 1 { // ERROR "syntax error: cannot use x := 1 as value"
	}
}

func c() {
	if y = 1 { // ERROR "syntax error: cannot use assignment y = 1 as value"
	}
}

func d() {
	x :=
} // ERROR "syntax error: unexpected }, expected expression"

func e(a int b int) { // ERROR "syntax error: unexpected name b in parameter list; possibly missing comma or )"
}

func g() {
	for i := 0; i < 10; i++ // ERROR "syntax error: unexpected newline, expected { after for clause"
	{
	}
}
