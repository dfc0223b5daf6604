func main.main  params=0 results=0 regs=13
  ; tests/disasm/operations_of_several_steps_are_one.gol:70: s := []int{1, 2}
      0  New              r2, [2]int
      1  LoadInt          r3, value=1
      2  Store64          r2, off=0, r3
      3  LoadInt          r3, value=2
      4  Store64          r2, off=8, r3
      5  ArrayView        r0, r2, len=2
  ; tests/disasm/operations_of_several_steps_are_one.gol:71: exchange(s, []string{"a", "b"}, []*int{nil, &s[0]})
      7  Move2            r4, r0
      8  New              r10, [2]string
      9  LoadStr          r11, "a"
     10  StorePair        r10, off=0, r11
     11  LoadStr          r11, "b"
     12  StorePair        r10, off=16, r11
     13  ArrayView        r6, r10, len=2
     15  New              r10, [2]*int
     16  LoadInt          r11, value=0
     17  StorePtr         r10, off=0, r11
     18  LoadInt          r12, value=0
     19  IndexAddr        r11, r0, r12, size=8
     21  StorePtr         r10, off=8, r11
     22  ArrayView        r8, r10, len=2
     24  Call             r4, main.exchange
  ; tests/disasm/operations_of_several_steps_are_one.gol:72: p := &particle{}
     25  New              r2, main.particle
  ; tests/disasm/operations_of_several_steps_are_one.gol:73: println(integers(1, 2, 3), floats(1, 2, 3), fields(p, p, 1), flags([]bool{true}))
     26  LoadInt          r4, value=1
     27  LoadInt          r5, value=2
     28  LoadInt          r6, value=3
  ; tests/disasm/operations_of_several_steps_are_one.gol:15: at := y*width + x
     29  MulAddI64        r7, r5, r6, r4
  ; tests/disasm/operations_of_several_steps_are_one.gol:16: next := at + x + 1
     31  SumI64Imm        r8, r7, r4, imm=1
  ; tests/disasm/operations_of_several_steps_are_one.gol:17: return x/2 + y%8 + (next*10 + y)
     33  DivI64Power      r10, r4, imm=1
     34  RemI64Power      r11, r5, imm=3
     35  AddI64           r9, r10, r11
     36  MulAddI64Imm     r10, r8, imm=10, r5
     38  AddI64           r3, r9, r10
  ; tests/disasm/operations_of_several_steps_are_one.gol:73: println(integers(1, 2, 3), floats(1, 2, 3), fields(p, p, 1), flags([]bool{true}))
     39  LoadConst        r5, 0x3ff0000000000000(1)
     40  LoadConst        r6, 0x4000000000000000(2)
     41  LoadConst        r7, 0x4008000000000000(3)
  ; tests/disasm/operations_of_several_steps_are_one.gol:21: s := a + b + c
     42  AddAddF64        r8, r5, r6, r7
  ; tests/disasm/operations_of_several_steps_are_one.gol:22: d := a - b + c
     44  SubAddF64        r9, r5, r6, r7
  ; tests/disasm/operations_of_several_steps_are_one.gol:23: p := a * b * c
     46  MulMulF64        r10, r5, r6, r7
  ; tests/disasm/operations_of_several_steps_are_one.gol:24: return s*d - p
     48  MulSubF64        r4, r8, r9, r10
  ; tests/disasm/operations_of_several_steps_are_one.gol:73: println(integers(1, 2, 3), floats(1, 2, 3), fields(p, p, 1), flags([]bool{true}))
     50  LoadConst        r6, 0x3ff0000000000000(1)
  ; tests/disasm/operations_of_several_steps_are_one.gol:28: p.v += dt * q.mass * dt
     51  MulLoadF64       r8, r6, r2, off=16
     53  AddProductToF64  r2, off=8, r8, r6
  ; tests/disasm/operations_of_several_steps_are_one.gol:29: p.x -= p.v * dt * dt
     55  MulLoadF64       r8, r6, r2, off=8
     57  SubProductFromF64 r2, off=0, r8, r6
  ; tests/disasm/operations_of_several_steps_are_one.gol:30: d := p.x - q.x
     59  SubFieldsF64     r7, r2, off=0, r2, at=0
  ; tests/disasm/operations_of_several_steps_are_one.gol:31: return d + p.mass*q.mass
     61  MulFieldsF64     r8, r2, off=16, r2, at=16
     63  AddF64           r5, r7, r8
  ; tests/disasm/operations_of_several_steps_are_one.gol:73: println(integers(1, 2, 3), floats(1, 2, 3), fields(p, p, 1), flags([]bool{true}))
     64  New              r10, [1]bool
     65  LoadInt          r11, value=1
     66  Store8           r10, off=0, r11
     67  ArrayView        r8, r10, len=1
     69  Call             r8, main.flags
     70  Move             r12, r3
     71  CallNative       r12, runtime.printint
     72  CallNative       r12, runtime.printsp
     73  Move             r12, r4
     74  CallNative       r12, runtime.printfloat
     75  CallNative       r12, runtime.printsp
     76  Move             r12, r5
     77  CallNative       r12, runtime.printfloat
     78  CallNative       r12, runtime.printsp
     79  Move             r12, r8
     80  CallNative       r12, runtime.printint
     81  CallNative       r12, runtime.printnl
  ; tests/disasm/operations_of_several_steps_are_one.gol:74: println(split(s, 2))
     82  Move2            r5, r0
     83  LoadInt          r7, value=2
     84  Call             r5, main.split
     85  Move             r10, r5
     86  CallNative       r10, runtime.printint
     87  CallNative       r10, runtime.printsp
     88  Move             r10, r6
     89  CallNative       r10, runtime.printint
     90  CallNative       r10, runtime.printnl
  ; tests/disasm/operations_of_several_steps_are_one.gol:75: counts(map[string]int{}, map[string]float64{}, "w", 1)
     91  LoadInt          r5, value=0
     92  MakeMap          r3, r5, map[string]int
     94  LoadInt          r6, value=0
     95  MakeMap          r4, r6, map[string]float64
     97  LoadStr          r5, "w"
     98  LoadInt          r7, value=1
  ; tests/disasm/operations_of_several_steps_are_one.gol:47: words[w]++
     99  MapAddI64Imm     r3, r5, imm=1, map[string]int
  ; tests/disasm/operations_of_several_steps_are_one.gol:48: words[w] += n
    101  MapAddI64        r3, r5, r7, map[string]int
  ; tests/disasm/operations_of_several_steps_are_one.gol:49: weights[w] += 0.5
    103  LoadConst        r8, 0x3fe0000000000000(0.5)
    104  MapAddF64        r4, r5, r8, map[string]float64
  ; tests/disasm/operations_of_several_steps_are_one.gol:76: }
    106  Return0

func main.exchange  params=6 results=0 regs=12
  ; tests/disasm/operations_of_several_steps_are_one.gol:7: for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
      0  LoadInt          r6, value=0
      1  SliceLen         r8, r0
      2  AddI64Imm        r7, r8, imm=-1
      3  LeI64Jump        r7, r6, ->8
  ; tests/disasm/operations_of_several_steps_are_one.gol:8: s[i], s[j] = s[j], s[i]
      4  SwapIndex64      r0, r6, r7
  ; tests/disasm/operations_of_several_steps_are_one.gol:9: names[i], names[j] = names[j], names[i]
      5  SwapIndexPair    r2, r6, r7
  ; tests/disasm/operations_of_several_steps_are_one.gol:10: p[i], p[j] = p[j], p[i]
      6  SwapIndex64      r4, r6, r7
  ; tests/disasm/operations_of_several_steps_are_one.gol:7: for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
      7  IncDecLtI64Loop  r6, r7, ->4
  ; tests/disasm/operations_of_several_steps_are_one.gol:12: }
      8  Return0

func main.flags  params=2 results=1 regs=6
  ; tests/disasm/operations_of_several_steps_are_one.gol:34: func flags(seen []bool) (n int) {
      0  LoadInt          r2, value=0
  ; tests/disasm/operations_of_several_steps_are_one.gol:35: for i := range seen {
      1  SliceLen         r3, r0
      2  LoadInt          r4, value=0
      3  LeI64Jump        r3, r4, ->9
  ; tests/disasm/operations_of_several_steps_are_one.gol:36: if !seen[i] {
      4  JumpIfIndex      r0, r4, ->6
  ; tests/disasm/operations_of_several_steps_are_one.gol:37: n++
      5  AddI64Imm        r2, r2, imm=1
  ; tests/disasm/operations_of_several_steps_are_one.gol:39: if seen[i] {
      6  JumpIfNotIndex   r0, r4, ->8
  ; tests/disasm/operations_of_several_steps_are_one.gol:40: n += 2
      7  AddI64Imm        r2, r2, imm=2
  ; tests/disasm/operations_of_several_steps_are_one.gol:35: for i := range seen {
      8  IncLtI64Loop     r4, r3, ->4
  ; tests/disasm/operations_of_several_steps_are_one.gol:43: return
      9  Return1          r2

func main.split  params=3 results=2 regs=7
  ; tests/disasm/operations_of_several_steps_are_one.gol:53: i, j := 0, len(s)-1
      0  LoadInt          r3, value=0
      1  SliceLen         r5, r0
      2  AddI64Imm        r4, r5, imm=-1
  ; tests/disasm/operations_of_several_steps_are_one.gol:54: for s[i] < pivot {
      3  GeIndexI64Jump   r0, r3, r2, ->8
  ; tests/disasm/operations_of_several_steps_are_one.gol:55: i++
      5  AddI64Imm        r3, r3, imm=1
  ; tests/disasm/operations_of_several_steps_are_one.gol:54: for s[i] < pivot {
      6  LtIndexI64Loop   r0, r3, r2, ->5
  ; tests/disasm/operations_of_several_steps_are_one.gol:57: for pivot < s[j] {
      8  LeIndexI64Jump   r0, r4, r2, ->13
  ; tests/disasm/operations_of_several_steps_are_one.gol:58: j--
     10  AddI64Imm        r4, r4, imm=-1
  ; tests/disasm/operations_of_several_steps_are_one.gol:57: for pivot < s[j] {
     11  GtIndexI64Loop   r0, r4, r2, ->10
  ; tests/disasm/operations_of_several_steps_are_one.gol:60: for s[j] <= pivot && s[i] >= pivot {
     13  GtIndexI64Jump   r0, r4, r2, ->22
     15  LtIndexI64Jump   r0, r3, r2, ->22
  ; tests/disasm/operations_of_several_steps_are_one.gol:61: j++
     17  AddI64Imm        r4, r4, imm=1
  ; tests/disasm/operations_of_several_steps_are_one.gol:60: for s[j] <= pivot && s[i] >= pivot {
     18  GtIndexI64Jump   r0, r4, r2, ->22
     20  GeIndexI64Loop   r0, r3, r2, ->17
  ; tests/disasm/operations_of_several_steps_are_one.gol:63: if s[i] == pivot || pivot != s[j] {
     22  EqIndexJump      r0, r3, r2, ->26
     24  EqIndexJump      r0, r4, r2, ->27
  ; tests/disasm/operations_of_several_steps_are_one.gol:64: i++
     26  AddI64Imm        r3, r3, imm=1
  ; tests/disasm/operations_of_several_steps_are_one.gol:66: return i, j
     27  Move             r5, r3
     28  Move             r6, r4
     29  Return2          r5
