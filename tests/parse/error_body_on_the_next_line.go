// parse
package p

func main()
{
	x := 1
}
