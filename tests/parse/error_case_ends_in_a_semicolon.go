package p

func f() {
	switch {
	case 0;
	default;
	case 1:
	}
}
