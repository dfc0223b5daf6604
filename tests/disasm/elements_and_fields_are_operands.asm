func main.main  params=0 results=0 regs=20
  ; tests/disasm/elements_and_fields_are_operands.gol:32: a := []float64{1, 2, 3}
      0  New              r2, [3]float64
      1  LoadConst        r3, 0x3ff0000000000000(1)
      2  Store64          r2, off=0, r3
      3  LoadConst        r3, 0x4000000000000000(2)
      4  Store64          r2, off=8, r3
      5  LoadConst        r3, 0x4008000000000000(3)
      6  Store64          r2, off=16, r3
      7  ArrayView        r0, r2, len=3
  ; tests/disasm/elements_and_fields_are_operands.gol:33: b := body{1, 2, 0}
      9  LoadConst        r3, 0x3ff0000000000000(1)
     10  LoadConst        r4, 0x4000000000000000(2)
     11  LoadInt          r5, value=0
     12  New              r2, main.body
     13  Store64          r2, off=0, r3
     14  Store64          r2, off=8, r4
     15  Store64          r2, off=16, r5
  ; tests/disasm/elements_and_fields_are_operands.gol:34: b.step(&body{}, 0.1)
     16  New              r3, main.body
     17  LoadConst        r4, 0x3fb999999999999a(0.1)
  ; tests/disasm/elements_and_fields_are_operands.gol:26: b.n++
     18  AddToI64Imm      r2, off=16, imm=1
  ; tests/disasm/elements_and_fields_are_operands.gol:27: b.v -= (b.x - c.x) * dt
     19  SubFieldsF64     r6, r2, off=0, r3, at=0
     21  SubProductFromF64 r2, off=8, r6, r4
  ; tests/disasm/elements_and_fields_are_operands.gol:28: b.x += b.v * dt
     23  MulLoadF64       r5, r4, r2, off=8
     25  AddToF64         r2, off=0, r5
  ; tests/disasm/elements_and_fields_are_operands.gol:35: println(dot(a, a), scale([][]float64{a, a}, 2, []int{1, 2, 3}), b.n)
     26  Move2            r5, r0
     27  Move2            r7, r0
     28  Call             r5, main.dot
     29  New              r16, [2][]float64
     30  StorePair        r16, off=0, r0
     31  StorePair        r16, off=16, r0
     32  ArrayView        r11, r16, len=2
     34  LoadConst        r13, 0x4000000000000000(2)
     35  New              r16, [3]int
     36  LoadInt          r17, value=1
     37  Store64          r16, off=0, r17
     38  LoadInt          r17, value=2
     39  Store64          r16, off=8, r17
     40  LoadInt          r17, value=3
     41  Store64          r16, off=16, r17
     42  ArrayView        r14, r16, len=3
     44  Call             r11, main.scale
     45  Load64           r16, r2, off=16
     46  Move             r19, r5
     47  CallNative       r19, runtime.printfloat
     48  CallNative       r19, runtime.printsp
     49  Move             r19, r11
     50  CallNative       r19, runtime.printfloat
     51  CallNative       r19, runtime.printsp
     52  Move             r19, r16
     53  CallNative       r19, runtime.printint
     54  CallNative       r19, runtime.printnl
  ; tests/disasm/elements_and_fields_are_operands.gol:36: }
     55  Return0

func main.dot  params=4 results=1 regs=10
  ; tests/disasm/elements_and_fields_are_operands.gol:9: func dot(a, b []float64) (sum float64) {
      0  LoadInt          r4, value=0
  ; tests/disasm/elements_and_fields_are_operands.gol:10: for i := range a {
      1  SliceLen         r5, r0
      2  LoadInt          r6, value=0
      3  LeI64Jump        r5, r6, ->8
  ; tests/disasm/elements_and_fields_are_operands.gol:11: sum += a[i] * b[i]
      4  LoadIndex64      r8, r0, r6
      5  MulAddIndexF64   r4, r8, r2, r6, r4
  ; tests/disasm/elements_and_fields_are_operands.gol:10: for i := range a {
      7  IncLtI64Loop     r6, r5, ->4
  ; tests/disasm/elements_and_fields_are_operands.gol:13: return
      8  Return1          r4

func main.scale  params=5 results=1 regs=16
  ; tests/disasm/elements_and_fields_are_operands.gol:17: for i := range counts {
      0  LoadInt          r5, value=0
      1  LoadInt          r6, value=1
      2  SliceLen         r7, r3
      3  LoadInt          r8, value=0
      4  LeI64Jump        r7, r8, ->16
  ; tests/disasm/elements_and_fields_are_operands.gol:18: counts[i]++
      5  AddToIndexI64Imm r3, r8, imm=1
  ; tests/disasm/elements_and_fields_are_operands.gol:19: m[0][i] -= f * m[1][i]
      6  LoadIndexPair    r9, r0, r5
      7  LoadIndex64      r11, r9, r8
      8  LoadIndex2d64    r13, r0, r6, r8
     10  MulF64           r12, r2, r13
     11  SubF64           r13, r11, r12
     12  StoreIndex64     r9, r8, r13
  ; tests/disasm/elements_and_fields_are_operands.gol:20: counts[i] = counts[i+1]
     13  MoveIndex64      r3, r8, r3, r8, imm=1
  ; tests/disasm/elements_and_fields_are_operands.gol:17: for i := range counts {
     15  IncLtI64Loop     r8, r7, ->5
  ; tests/disasm/elements_and_fields_are_operands.gol:22: return m[1][2]
     16  LoadInt          r8, value=1
     17  LoadIndexPair    r6, r0, r8
     18  LoadInt          r8, value=2
     19  LoadIndex64      r5, r6, r8
     20  Return1          r5
