// parse
import "fmt"

func main() {
