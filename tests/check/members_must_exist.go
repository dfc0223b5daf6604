// errorcheck
package p

type Inner struct{ deep int }
type A struct{ x int }
type B struct{ x int }
type Both struct {
	A
	B
}
type T struct {
	Name string
	Inner
}

func (t *T) Change() {}
func (T) Read()      {}

func _(t T, p **T, both Both, i interface{ M() }, ip *interface{ M() }) {
	_ = t.name // ERROR "t.name undefined (type T has no field or method name, but does have field Name)"
	t.read() // ERROR "t.read undefined (type T has no field or method read, but does have method Read)"
	t.Write() // ERROR "t.Write undefined (type T has no field or method Write)"
	_ = t.deep
	_ = both.x // ERROR "ambiguous selector both.x"
	_ = p.Name // ERROR "p.Name undefined (type **T has no field or method Name)"
	i.N() // ERROR "i.N undefined (type interface{M()} has no field or method N)"
	ip.M() // ERROR "ip.M undefined (type *interface{M()} is pointer to interface, not interface)"
	T{}.Change() // ERROR "cannot call pointer method Change on T"
	_ = T.Name // ERROR "operand for field selector Name must be value of type T"
	T.Change(t) // ERROR "invalid method expression T.Change (needs pointer receiver (*T).Change)"
	_ = T{name: ""} // ERROR "unknown field name in struct literal of type T, but does have Name"
	_ = T{Nome: ""} // ERROR "unknown field Nome in struct literal of type T"
	_ = T{"", Inner{}, 1} // ERROR "too many values in struct literal of type T"
	_ = T{""} // ERROR "too few values in struct literal of type T"
	_ = T{Name: "", Inner{}} // ERROR "mixture of field:value and value elements in struct literal"
	_ = T{Name: "", Name: ""} // ERROR "duplicate field name Name in struct literal"
	_ = A{x: "a"} // ERROR `cannot use "a" (untyped string constant) as int value in struct literal`
}
