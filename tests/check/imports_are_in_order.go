// errorcheck
package p

import (
	"fmt"
	"no/such/thing" // ERROR "package no/such/thing is not in std"
	"" // ERROR "invalid import path (empty string)"
	"a b" // ERROR "invalid import path (invalid character U+0020 ' ')"
	"/etc" // ERROR "could not import /etc (import path cannot be absolute path)"
	"strings"
	"strings" // ERROR "strings redeclared in this block" `"strings" imported and not used`
)

var _ = fmt.Sprint
var _ = strings.ToUpper
