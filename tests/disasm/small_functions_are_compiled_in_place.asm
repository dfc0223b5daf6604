func main.main  params=0 results=0 regs=14
  ; tests/disasm/small_functions_are_compiled_in_place.gol:14: sum, n := 0.0, 0
      0  LoadInt          r0, value=0
      1  LoadInt          r1, value=0
  ; tests/disasm/small_functions_are_compiled_in_place.gol:15: for i := range 10 {
      2  LoadConst        r2, 0x3ff0000000000000(1)
      3  LoadInt          r3, value=0
  ; tests/disasm/small_functions_are_compiled_in_place.gol:16: sum += a(i, i+1)
      4  AddI64Imm        r5, r3, imm=1
  ; tests/disasm/small_functions_are_compiled_in_place.gol:11: func a(i, j int) float64 { return 1 / float64((i+j)*(i+j+1)/2+i+1) }
      5  AddI64           r11, r3, r5
      6  SumI64Imm        r12, r3, r5, imm=1
      8  MulI64           r10, r11, r12
      9  DivI64Power      r9, r10, imm=1
     10  SumI64Imm        r7, r9, r3, imm=1
     12  I64ToF64         r6, r7
     13  DivF64           r4, r2, r6
  ; tests/disasm/small_functions_are_compiled_in_place.gol:16: sum += a(i, i+1)
     14  AddF64           r0, r0, r4
  ; tests/disasm/small_functions_are_compiled_in_place.gol:17: n += abs(i - 5)
     15  AddI64Imm        r5, r3, imm=-5
  ; tests/disasm/small_functions_are_compiled_in_place.gol:5: if x < 0 {
     16  GeI64ImmJump     r5, imm=0, ->19
     17  NegI64           r4, r5
     18  Jump             ->20
     19  Move             r4, r5
  ; tests/disasm/small_functions_are_compiled_in_place.gol:17: n += abs(i - 5)
     20  AddI64           r1, r1, r4
  ; tests/disasm/small_functions_are_compiled_in_place.gol:15: for i := range 10 {
     21  IncLtI64ImmLoop  r3, imm=10, ->4
  ; tests/disasm/small_functions_are_compiled_in_place.gol:19: println(sum, n)
     22  Move             r4, r0
     23  CallNative       r4, runtime.printfloat
     24  CallNative       r4, runtime.printsp
     25  Move             r4, r1
     26  CallNative       r4, runtime.printint
     27  CallNative       r4, runtime.printnl
  ; tests/disasm/small_functions_are_compiled_in_place.gol:20: }
     28  Return0
