// errorcheck

package p

func _(r <-chan int, s chan<- int, c chan int, x int) {
	r <- 1 // ERROR "invalid operation: cannot send to receive-only channel <-chan int r (variable of type <-chan int)"
	<-s // ERROR "invalid operation: cannot receive from send-only channel chan<- int s (variable of type chan<- int)"
	c <- "a" // ERROR `cannot use "a" (untyped string constant) as int value in send`
	var _ string = <-c // ERROR "cannot use <-c (comma, ok expression of type int) as string value in variable declaration"
	close(r) // ERROR "invalid operation: cannot close receive-only channel r (variable of type <-chan int)"
	close(x) // ERROR "invalid operation: cannot close non-channel x (variable of type int)"
	x <- 1 // ERROR "invalid operation: cannot send to non-channel int x (variable of type int)"
	<-x // ERROR "invalid operation: cannot receive from non-channel int x (variable of type int)"
	for range s { // ERROR "cannot range over s (variable of type chan<- int): receive from send-only channel chan<- int"
	}
	for a, b := range c { // ERROR "declared and not used: a" "range over c (variable of type chan int) permits only one iteration variable"
	}
	_ = (<-chan int)(s) // ERROR "cannot convert s (variable of type chan<- int) to type <-chan int"
	r = s // ERROR "cannot use s (variable of type chan<- int) as <-chan int value in assignment"
	c = r // ERROR "cannot use r (variable of type <-chan int) as chan int value in assignment"
	r = c
	_ = len(r)
	_, _ = <-c, 1
	v, ok, z := <-c // ERROR "declared and not used: v" "declared and not used: ok" "declared and not used: z" "assignment mismatch: 3 variables but 1 value"
	select {
	case x: // ERROR "select case must be send or receive (possibly with assignment)"
	case x = 1: // ERROR "select case must be send or receive (possibly with assignment)"
	case v := c: // ERROR "select case must be send or receive (possibly with assignment)"
	case <-s: // ERROR "invalid operation: cannot receive from send-only channel chan<- int s (variable of type chan<- int)"
	case r <- 1: // ERROR "invalid operation: cannot send to receive-only channel <-chan int r (variable of type <-chan int)"
	default:
	default: // ERROR "multiple defaults (first at "
	}
	_ = make(chan int, "a") // ERROR `cannot convert "a" (untyped string constant) to type int`
	_ = make(chan int, -1) // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = make(<-chan int)
	go r // ERROR "expression in go must be function call"
	c == 1 // ERROR "invalid operation: c == 1 (mismatched types chan int and untyped int)"
}
