func main.main  params=0 results=0 regs=14
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:29: g := &grid{w: 3, cells: make([]int, 6)}
      0  New              r1, main.grid
      1  LoadInt          r2, value=3
      2  Store64          r1, off=0, r2
      3  LoadInt          r4, value=6
      4  MakeSlice        r2, r4, r4, int
      6  StorePair        r1, off=16, r2
      7  Move             r0, r1
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:30: k := len(g.cells)
      8  LoadPair         r2, r0, off=16
      9  SliceLen         r1, r2
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:31: println(sum(g, k), count(g.cells, func(x int) bool { return x < k }))
     10  Move             r4, r0
     11  Move             r5, r1
     12  Call             r4, main.sum
     13  LoadPair         r8, r0, off=16
     14  Move             r10, r1
     15  Call             r8, main.count
     16  Move             r13, r4
     17  CallNative       r13, runtime.printint
     18  CallNative       r13, runtime.printsp
     19  Move             r13, r8
     20  CallNative       r13, runtime.printint
     21  CallNative       r13, runtime.printnl
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:32: println(slices.IndexFunc(g.cells, func(x int) bool { return x == k }))
     22  LoadPair         r4, r0, off=16
     23  Move             r6, r1
     24  Call             r4, slices.IndexFunc[...]
     25  Move             r9, r4
     26  CallNative       r9, runtime.printint
     27  CallNative       r9, runtime.printnl
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:33: }
     28  Return0

func main.sum  params=2 results=1 regs=13
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:25: return scaled(1) + scaled(2)
      0  LoadInt          r4, value=1
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:24: scaled := func(x int) int { return g.at(x, 1) * k }
      1  LoadInt          r6, value=1
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:11: func (g *grid) at(x, y int) int { return g.cells[y*g.w+x] }
      2  LoadPair         r7, r0, off=16
      3  Load64           r11, r0, off=0
      4  MulAddI64        r9, r6, r11, r4
      6  LoadIndex64      r5, r7, r9
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:24: scaled := func(x int) int { return g.at(x, 1) * k }
      7  MulI64           r3, r5, r1
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:25: return scaled(1) + scaled(2)
      8  LoadInt          r5, value=2
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:24: scaled := func(x int) int { return g.at(x, 1) * k }
      9  LoadInt          r7, value=1
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:11: func (g *grid) at(x, y int) int { return g.cells[y*g.w+x] }
     10  LoadPair         r8, r0, off=16
     11  Load64           r12, r0, off=0
     12  MulAddI64        r10, r7, r12, r5
     14  LoadIndex64      r6, r8, r10
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:25: return scaled(1) + scaled(2)
     15  MulAddI64        r2, r6, r1, r3
     17  Return1          r2

func main.count  params=3 results=1 regs=7
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:14: n := 0
      0  LoadInt          r3, value=0
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:15: for _, x := range xs {
      1  SliceLen         r4, r0
      2  LoadInt          r5, value=0
      3  LeI64Jump        r4, r5, ->8
      4  LoadIndex64      r6, r0, r5
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:31: println(sum(g, k), count(g.cells, func(x int) bool { return x < k }))
      5  LeI64Jump        r2, r6, ->7
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:17: n++
      6  AddI64Imm        r3, r3, imm=1
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:15: for _, x := range xs {
      7  IncLtI64Loop     r5, r4, ->4
  ; tests/disasm/known_functions_stand_in_place_of_calls.gol:20: return n
      8  Return1          r3
