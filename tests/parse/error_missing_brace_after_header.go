// parse
package p

func f() {
	if x
	{
	}
	for i := 0; i < 10 {
	}
	if {
	}
	switch x
	{
	}
}
