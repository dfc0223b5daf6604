// errorcheck

package main

func bad() {
	x := := 1 // ERROR "syntax error: unexpected :=, expected expression"
}

func main() {
unused: // ERROR "label unused defined and not used"
	for {
		break nowhere // ERROR "break label not defined: nowhere"
	}
again:
	goto again
}
