// parse
package p

import "fmt"
import (
	. "math"
	_ "embed"
	r "math/rand"
)
