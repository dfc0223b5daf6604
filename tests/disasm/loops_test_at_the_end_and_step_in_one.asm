func main.main  params=0 results=0 regs=8
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:29: func main() { println(steps(10, make([]bool, 20))) }
      0  LoadInt          r2, value=10
      1  LoadInt          r5, value=20
      2  MakeSlice        r3, r5, r5, bool
      4  Call             r2, main.steps
      5  Move             r7, r2
      6  CallNative       r7, runtime.printint
      7  CallNative       r7, runtime.printnl
      8  Return0

func main.steps  params=3 results=1 regs=7
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:4: func steps(n int, s []bool) (sum int) {
      0  LoadInt          r3, value=0
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:5: for i := 0; i < n; i++ {
      1  LoadInt          r4, value=0
      2  LeI64Jump        r0, r4, ->5
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:6: sum += i
      3  AddI64           r3, r3, r4
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:5: for i := 0; i < n; i++ {
      4  IncLtI64Loop     r4, r0, ->3
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:8: for i := 2; i <= n; i++ {
      5  LoadInt          r4, value=2
      6  LtI64Jump        r0, r4, ->9
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:9: sum ^= i
      7  XorI64           r3, r3, r4
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:8: for i := 2; i <= n; i++ {
      8  IncLeI64Loop     r4, r0, ->7
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:11: for i := n; i >= 0; i-- {
      9  Move             r4, r0
     10  LtI64ImmJump     r4, imm=0, ->13
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:12: sum -= i
     11  SubI64           r3, r3, r4
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:11: for i := n; i >= 0; i-- {
     12  DecGeI64ImmLoop  r4, imm=0, ->11
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:14: for j := n; j < len(s); j += n {
     13  Move             r4, r0
     14  LoadInt          r5, value=1
     15  SliceLen         r6, r1
     16  LeI64Jump        r6, r4, ->21
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:15: s[j] = true
     17  StoreIndex8      r1, r4, r5
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:14: for j := n; j < len(s); j += n {
     18  AddI64           r4, r4, r0
     19  SliceLen         r6, r1
     20  LtI64Loop        r4, r6, ->17
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:17: for i := range n {
     21  LoadInt          r4, value=0
     22  LeI64Jump        r0, r4, ->28
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:18: if i > 100 {
     23  GtI64ImmJump     r4, imm=100, ->28
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:21: if i&1 == 1 {
     24  AndI64Imm        r5, r4, imm=1
     25  EqI64ImmJump     r5, imm=1, ->27
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:24: sum++
     26  AddI64Imm        r3, r3, imm=1
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:17: for i := range n {
     27  IncLtI64Loop     r4, r0, ->23
  ; tests/disasm/loops_test_at_the_end_and_step_in_one.gol:26: return
     28  Return1          r3
