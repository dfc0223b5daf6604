// The sieve of goroutines: the first 1500 primes.
package main

import "fmt"

func filter(in <-chan int, out chan<- int, prime int) {
	for {
		if i := <-in; i%prime != 0 {
			out <- i
		}
	}
}

func main() {
	ch := make(chan int)
	go func() {
		for i := 2; ; i++ {
			ch <- i
		}
	}()
	in, prime := ch, 0
	for range 1500 {
		prime = <-in
		out := make(chan int)
		go filter(in, out, prime)
		in = out
	}
	fmt.Println(prime)
}
