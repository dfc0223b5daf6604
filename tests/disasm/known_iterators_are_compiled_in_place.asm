func main.main  params=0 results=0 regs=9
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:34: func main() { println(sum(3), first(count(4))) }
      0  LoadInt          r2, value=3
      1  Call             r2, main.sum
      2  LoadInt          r8, value=4
      3  Call             r8, main.count
      4  Move             r5, r8
      5  Call             r5, main.first
      6  Move             r8, r2
      7  CallNative       r8, runtime.printint
      8  CallNative       r8, runtime.printsp
      9  Move             r8, r5
     10  CallNative       r8, runtime.printint
     11  CallNative       r8, runtime.printnl
     12  Return0

func main.sum  params=1 results=1 regs=4
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:17: s := 0
      0  LoadInt          r1, value=0
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:18: for x := range count(n) {
      1  Move             r2, r0
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:8: for i := 0; i < n; i++ {
      2  LoadInt          r3, value=0
      3  LeI64Jump        r2, r3, ->7
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:19: if x == 7 {
      4  EqI64ImmJump     r3, imm=7, ->7
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:22: s += x
      5  AddI64           r1, r1, r3
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:8: for i := 0; i < n; i++ {
      6  IncLtI64Loop     r3, r2, ->4
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:24: return s
      7  Return1          r1

func main.first  params=1 results=1 regs=13
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:27: func first(seq iter.Seq[int]) int {
      0  LoadInt          r1, value=0
      1  New              r2, int
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:28: for x := range seq {
      2  New              r3, int
      3  New              r4, int
      4  Move             r9, r3
      5  Move             r10, r4
      6  Move             r11, r2
      7  NewClosure       r8, r9, n=3, main.first-range1
      9  CallClosure      r8, r0
     10  Load64           r9, r3, off=0
     11  NeI64ImmJump     r9, imm=2, ->14
     12  LoadInt          r12, value=4
     13  CallNative       r12, runtime.panicrange
     14  LoadInt          r10, value=3
     15  Store64          r3, off=0, r10
     16  Load64           r10, r4, off=0
     17  EqI64ImmJump     r10, imm=0, ->24
     18  NeI64ImmJump     r10, imm=1, ->24
     19  LoadInt          r11, value=0
     20  Store64          r4, off=0, r11
     21  Load64           r12, r2, off=0
     22  Move             r11, r12
     23  Return1          r11
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:31: return 0
     24  LoadInt          r3, value=0
     25  Store64          r2, off=0, r3
     26  Load64           r4, r2, off=0
     27  Move             r3, r4
     28  Return1          r3

func main.count  params=1 results=1 regs=2
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:7: return func(yield func(int) bool) {
      0  NewClosure       r1, r0, n=1, main.count.func1
      2  Return1          r1

func main.count.func1  params=1 results=0 regs=7 captures=1
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:7: return func(yield func(int) bool) {
      0  LoadCapture      r1, idx=0
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:8: for i := 0; i < n; i++ {
      1  LoadInt          r2, value=0
      2  LeI64Jump        r1, r2, ->8
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:9: if !yield(i) {
      3  Move             r6, r2
      4  CallClosure      r6, r0
      5  JumpIf           r6, ->7
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:10: return
      6  Return0
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:8: for i := 0; i < n; i++ {
      7  IncLtI64Loop     r2, r1, ->3
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:13: }
      8  Return0

func main.first-range1  params=1 results=1 regs=8 captures=3
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:28: for x := range seq {
      0  LoadCaptureN     r1, idx=0, n=3
      1  Load64           r6, r1, off=0
      2  EqI64ImmJump     r6, imm=0, ->4
      3  CallNative       r6, runtime.panicrange
      4  LoadInt          r7, value=2
      5  Store64          r1, off=0, r7
      6  Move             r4, r0
  ; tests/disasm/known_iterators_are_compiled_in_place.gol:29: return x
      7  Store64          r3, off=0, r4
      8  LoadInt          r5, value=1
      9  Store64          r2, off=0, r5
     10  LoadInt          r5, value=1
     11  Store64          r1, off=0, r5
     12  LoadInt          r5, value=0
     13  Return1          r5
