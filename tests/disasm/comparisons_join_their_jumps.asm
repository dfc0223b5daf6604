func main.main  params=0 results=0 regs=8
  ; tests/disasm/comparisons_join_their_jumps.gol:20: func main() { println(pick(1, 2, "x", 3)) }
      0  LoadInt          r1, value=1
      1  LoadInt          r2, value=2
      2  LoadStr          r3, "x"
      3  LoadConst        r5, 0x4008000000000000(3)
  ; tests/disasm/comparisons_join_their_jumps.gol:5: if a < b && b != 7 {
      4  LeI64Jump        r2, r1, ->8
      5  EqI64ImmJump     r2, imm=7, ->8
  ; tests/disasm/comparisons_join_their_jumps.gol:6: return 1
      6  LoadInt          r0, value=1
      7  Jump             ->22
  ; tests/disasm/comparisons_join_their_jumps.gol:8: if s == "x" || f >= 2 {
      8  LoadStr          r6, "x"
      9  EqStrJump        r3, r6, ->12
     10  LoadConst        r6, 0x4000000000000000(2)
     11  NotLeF64Jump     r6, r5, ->14
  ; tests/disasm/comparisons_join_their_jumps.gol:9: return 2
     12  LoadInt          r0, value=2
     13  Jump             ->22
  ; tests/disasm/comparisons_join_their_jumps.gol:11: switch a {
     14  Move             r6, r1
     15  Switch           r6, table=0 { 0->17 1->17 2->17 3->19 }
     16  Jump             ->21
  ; tests/disasm/comparisons_join_their_jumps.gol:13: return 3
     17  LoadInt          r0, value=3
     18  Jump             ->22
  ; tests/disasm/comparisons_join_their_jumps.gol:15: return 4
     19  LoadInt          r0, value=4
     20  Jump             ->22
  ; tests/disasm/comparisons_join_their_jumps.gol:17: return 5
     21  LoadInt          r0, value=5
  ; tests/disasm/comparisons_join_their_jumps.gol:20: func main() { println(pick(1, 2, "x", 3)) }
     22  Move             r3, r0
     23  CallNative       r3, runtime.printint
     24  CallNative       r3, runtime.printnl
     25  Return0
