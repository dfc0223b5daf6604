func main.main  params=0 results=0 regs=10
  ; tests/disasm/comparisons_join_their_jumps.gol:20: func main() { println(pick(1, 2, "x", 3)) }
      0  LoadInt          r2, value=1
      1  LoadInt          r3, value=2
      2  LoadStr          r4, "x"
      3  LoadConst        r6, 0x4008000000000000(3)
      4  Call             r2, main.pick
      5  Move             r9, r2
      6  CallNative       r9, runtime.printint
      7  CallNative       r9, runtime.printnl
      8  Return0

func main.pick  params=5 results=1 regs=7
  ; tests/disasm/comparisons_join_their_jumps.gol:5: if a < b && b != 7 {
      0  LeI64Jump        r1, r0, ->4
      1  EqI64ImmJump     r1, imm=7, ->4
  ; tests/disasm/comparisons_join_their_jumps.gol:6: return 1
      2  LoadInt          r5, value=1
      3  Return1          r5
  ; tests/disasm/comparisons_join_their_jumps.gol:8: if s == "x" || f >= 2 {
      4  LoadStr          r5, "x"
      5  EqStrJump        r2, r5, ->8
      6  LoadConst        r5, 0x4000000000000000(2)
      7  NotLeF64Jump     r5, r4, ->10
  ; tests/disasm/comparisons_join_their_jumps.gol:9: return 2
      8  LoadInt          r5, value=2
      9  Return1          r5
  ; tests/disasm/comparisons_join_their_jumps.gol:11: switch a {
     10  Move             r5, r0
     11  Switch           r5, table=0 { 0->13 1->13 2->13 3->15 }
     12  Jump             ->17
  ; tests/disasm/comparisons_join_their_jumps.gol:13: return 3
     13  LoadInt          r5, value=3
     14  Return1          r5
  ; tests/disasm/comparisons_join_their_jumps.gol:15: return 4
     15  LoadInt          r5, value=4
     16  Return1          r5
  ; tests/disasm/comparisons_join_their_jumps.gol:17: return 5
     17  LoadInt          r5, value=5
     18  Return1          r5
