// check
package main

import "fmt"

class P {
}

func main() { fmt.Println() }
