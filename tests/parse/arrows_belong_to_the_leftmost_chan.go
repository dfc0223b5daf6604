package p

var a chan<- chan<- chan int
var b chan <- <- chan chan int
var c <-chan <-chan int
var d chan (<-chan int)
