// check
package main

func main() {
	fmt.Println(strings.ToUpper("a"))
}
