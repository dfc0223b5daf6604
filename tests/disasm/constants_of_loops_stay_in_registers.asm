func main.main  params=0 results=0 regs=6
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:15: func main() { println(poly(3)) }
      0  LoadInt          r2, value=3
      1  Call             r2, main.poly
      2  Move             r5, r2
      3  CallNative       r5, runtime.printfloat
      4  CallNative       r5, runtime.printnl
      5  Return0

func main.poly  params=1 results=1 regs=13
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:4: func poly(n int) (sum float64) {
      0  LoadInt          r1, value=0
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:5: x := 0.25
      1  LoadConst        r2, 0x3fd0000000000000(0.25)
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:6: for range n {
      2  LoadConst        r3, 0x4004000000000000(2.5)
      3  LoadConst        r4, 0x3ff8000000000000(1.5)
      4  LoadConst        r5, 0x3feff7ced916872b(0.999)
      5  Move             r6, r0
      6  LoadInt          r7, value=0
      7  LeI64Jump        r6, r7, ->18
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:7: for range n {
      8  Move             r8, r0
      9  LoadInt          r9, value=0
     10  LeI64Jump        r8, r9, ->17
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:8: sum += 2.5*x*x - 1.5
     11  MulMulF64        r11, r3, r2, r2
     13  SubAddF64        r1, r11, r4, r1
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:9: x *= 0.999
     15  MulF64           r2, r2, r5
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:7: for range n {
     16  IncLtI64Loop     r9, r8, ->11
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:6: for range n {
     17  IncLtI64Loop     r7, r6, ->8
  ; tests/disasm/constants_of_loops_stay_in_registers.gol:12: return
     18  Return1          r1
