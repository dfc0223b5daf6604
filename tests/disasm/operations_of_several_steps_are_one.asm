func main.main  params=0 results=0 regs=25
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
     26  LoadInt          r5, value=1
     27  LoadInt          r6, value=2
     28  LoadInt          r7, value=3
     29  Call             r5, main.integers
     30  LoadConst        r10, 0x3ff0000000000000(1)
     31  LoadConst        r11, 0x4000000000000000(2)
     32  LoadConst        r12, 0x4008000000000000(3)
     33  Call             r10, main.floats
     34  Move             r15, r2
     35  Move             r16, r2
     36  LoadConst        r17, 0x3ff0000000000000(1)
     37  Call             r15, main.fields
     38  New              r22, [1]bool
     39  LoadInt          r23, value=1
     40  Store8           r22, off=0, r23
     41  ArrayView        r20, r22, len=1
     43  Call             r20, main.flags
     44  Move             r24, r5
     45  CallNative       r24, runtime.printint
     46  CallNative       r24, runtime.printsp
     47  Move             r24, r10
     48  CallNative       r24, runtime.printfloat
     49  CallNative       r24, runtime.printsp
     50  Move             r24, r15
     51  CallNative       r24, runtime.printfloat
     52  CallNative       r24, runtime.printsp
     53  Move             r24, r20
     54  CallNative       r24, runtime.printint
     55  CallNative       r24, runtime.printnl
  ; tests/disasm/operations_of_several_steps_are_one.gol:74: println(split(s, 2))
     56  Move2            r5, r0
     57  LoadInt          r7, value=2
     58  Call             r5, main.split
     59  Move             r10, r5
     60  CallNative       r10, runtime.printint
     61  CallNative       r10, runtime.printsp
     62  Move             r10, r6
     63  CallNative       r10, runtime.printint
     64  CallNative       r10, runtime.printnl
  ; tests/disasm/operations_of_several_steps_are_one.gol:75: counts(map[string]int{}, map[string]float64{}, "w", 1)
     65  LoadInt          r11, value=0
     66  MakeMap          r5, r11, map[string]int
     68  LoadInt          r11, value=0
     69  MakeMap          r6, r11, map[string]float64
     71  LoadStr          r7, "w"
     72  LoadInt          r9, value=1
     73  Call             r5, main.counts
  ; tests/disasm/operations_of_several_steps_are_one.gol:76: }
     74  Return0

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

func main.integers  params=3 results=1 regs=9
  ; tests/disasm/operations_of_several_steps_are_one.gol:15: at := y*width + x
      0  MulAddI64        r3, r1, r2, r0
  ; tests/disasm/operations_of_several_steps_are_one.gol:16: next := at + x + 1
      2  SumI64Imm        r4, r3, r0, imm=1
  ; tests/disasm/operations_of_several_steps_are_one.gol:17: return x/2 + y%8 + (next*10 + y)
      4  DivI64Power      r7, r0, imm=1
      5  RemI64Power      r8, r1, imm=3
      6  AddI64           r6, r7, r8
      7  MulAddI64Imm     r7, r4, imm=10, r1
      9  AddI64           r5, r6, r7
     10  Return1          r5

func main.floats  params=3 results=1 regs=8
  ; tests/disasm/operations_of_several_steps_are_one.gol:21: s := a + b + c
      0  AddAddF64        r3, r0, r1, r2
  ; tests/disasm/operations_of_several_steps_are_one.gol:22: d := a - b + c
      2  SubAddF64        r4, r0, r1, r2
  ; tests/disasm/operations_of_several_steps_are_one.gol:23: p := a * b * c
      4  MulMulF64        r5, r0, r1, r2
  ; tests/disasm/operations_of_several_steps_are_one.gol:24: return s*d - p
      6  MulSubF64        r6, r3, r4, r5
      8  Return1          r6

func main.fields  params=3 results=1 regs=8
  ; tests/disasm/operations_of_several_steps_are_one.gol:28: p.v += dt * q.mass * dt
      0  MulLoadF64       r4, r2, r1, off=16
      2  AddProductToF64  r0, off=8, r4, r2
  ; tests/disasm/operations_of_several_steps_are_one.gol:29: p.x -= p.v * dt * dt
      4  MulLoadF64       r4, r2, r0, off=8
      6  SubProductFromF64 r0, off=0, r4, r2
  ; tests/disasm/operations_of_several_steps_are_one.gol:30: d := p.x - q.x
      8  SubFieldsF64     r3, r0, off=0, r1, at=0
  ; tests/disasm/operations_of_several_steps_are_one.gol:31: return d + p.mass*q.mass
     10  MulFieldsF64     r5, r0, off=16, r1, at=16
     12  AddF64           r4, r3, r5
     13  Return1          r4

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

func main.counts  params=5 results=0 regs=8
  ; tests/disasm/operations_of_several_steps_are_one.gol:47: words[w]++
      0  MapAddI64Imm     r0, r2, imm=1, map[string]int
  ; tests/disasm/operations_of_several_steps_are_one.gol:48: words[w] += n
      2  MapAddI64        r0, r2, r4, map[string]int
  ; tests/disasm/operations_of_several_steps_are_one.gol:49: weights[w] += 0.5
      4  LoadConst        r5, 0x3fe0000000000000(0.5)
      5  MapAddF64        r1, r2, r5, map[string]float64
  ; tests/disasm/operations_of_several_steps_are_one.gol:50: }
      7  Return0
