// Waits a second on a timer, with a thousand goroutines parked beside: the processor time that the
// process takes is the figure.
package main

import (
	"fmt"
	"time"
)

func main() {
	gate := make(chan bool)
	for range 1000 {
		go func() { <-gate }()
	}
	<-time.After(time.Second)
	fmt.Println("waited")
}
