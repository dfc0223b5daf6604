func main.main  params=0 results=0 regs=7
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:23: println(count(&counter{}, func() int { return 1 }))
      0  New              r2, main.counter
      1  LoadFunc         r3, main.main.func1
      2  Call             r2, main.count
      3  Move             r6, r2
      4  CallNative       r6, runtime.printint
      5  CallNative       r6, runtime.printnl
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:24: }
      6  Return0

func main.count  params=2 results=1 regs=8
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:16: c.add(1)
      0  LoadInt          r2, value=1
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:6: func (c *counter) add(d int) { c.n += d }
      1  AddToI64         r0, off=0, r2
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:17: c.add(f())
      2  CallClosure      r5, r1
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:6: func (c *counter) add(d int) { c.n += d }
      3  AddToI64         r0, off=0, r5
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:7: func (c *counter) get() int  { return c.n }
      4  Load64           r2, r0, off=0
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:10: if n > c.max {
      5  Load64           r3, r0, off=8
      6  LeI64Jump        r2, r3, ->8
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:11: c.max = n
      7  Store64          r0, off=8, r2
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:7: func (c *counter) get() int  { return c.n }
      8  Load64           r3, r0, off=0
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:19: return c.get() + c.max
      9  AddLoadI64       r2, r3, r0, off=8
     11  Return1          r2

func main.main.func1  params=0 results=1 regs=1
  ; tests/disasm/small_methods_of_pointers_are_compiled_in_place.gol:23: println(count(&counter{}, func() int { return 1 }))
      0  LoadInt          r0, value=1
      1  Return1          r0
