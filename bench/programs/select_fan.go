// Four producers, one select.
package main

import "fmt"

func main() {
	const n = 500_000
	var cs [4]chan int
	for i := range cs {
		cs[i] = make(chan int)
		go func(c chan<- int) {
			for j := range n {
				c <- j
			}
			close(c)
		}(cs[i])
	}
	a, b, c, d := cs[0], cs[1], cs[2], cs[3]
	sum := 0
	for a != nil || b != nil || c != nil || d != nil {
		var v int
		var ok bool
		select {
		case v, ok = <-a:
			if !ok {
				a = nil
			}
		case v, ok = <-b:
			if !ok {
				b = nil
			}
		case v, ok = <-c:
			if !ok {
				c = nil
			}
		case v, ok = <-d:
			if !ok {
				d = nil
			}
		}
		sum += v
	}
	fmt.Println(sum)
}
