func main.main  params=0 results=0 regs=5
  ; tests/disasm/launched_literals_need_no_closure.gol:15: done := make(chan int)
      0  MakeChan         r0, -, chan int
  ; tests/disasm/launched_literals_need_no_closure.gol:16: start(1, done)
      2  LoadInt          r3, value=1
      3  Move             r4, r0
      4  Call             r3, main.start
  ; tests/disasm/launched_literals_need_no_closure.gol:17: later(<-done)
      5  Recv             r3, r0, words=1
      6  Call             r3, main.later
  ; tests/disasm/launched_literals_need_no_closure.gol:18: }
      7  Return0

func main.start  params=2 results=0 regs=9
  ; tests/disasm/launched_literals_need_no_closure.gol:5: text := "x"
      0  LoadStr          r2, "x"
  ; tests/disasm/launched_literals_need_no_closure.gol:6: go func(m int) { done <- n + m + len(text) }(n + 1)
      1  AddI64Imm        r4, r0, imm=1
      2  Move             r5, r1
      3  Move             r6, r0
      4  Move2            r7, r2
      5  GoFunc           r4, n=5, main.start.func1
  ; tests/disasm/launched_literals_need_no_closure.gol:7: }
      7  Return0

func main.later  params=1 results=1 regs=5 defers recover=11
  ; tests/disasm/launched_literals_need_no_closure.gol:9: func later(n int) (sum int) {
      0  LoadInt          r1, value=0
      1  New              r2, int
  ; tests/disasm/launched_literals_need_no_closure.gol:10: defer func() { sum += n }()
      2  Move             r3, r0
      3  Move             r4, r2
      4  DeferFunc        r3, n=2, main.later.func1
  ; tests/disasm/launched_literals_need_no_closure.gol:11: return n
      6  Store64          r2, off=0, r0
      7  RunDefers
      8  Load64           r4, r2, off=0
      9  Move             r3, r4
     10  Return1          r3
  ; tests/disasm/launched_literals_need_no_closure.gol:12: }
     11  RunDefers
     12  Load64           r4, r2, off=0
     13  Move             r3, r4
     14  Return1          r3

func main.later.func1  params=2 results=0 regs=4
  ; tests/disasm/launched_literals_need_no_closure.gol:10: defer func() { sum += n }()
      0  AddToI64         r1, off=0, r0
      1  Return0

func main.start.func1  params=5 results=0 regs=7
  ; tests/disasm/launched_literals_need_no_closure.gol:6: go func(m int) { done <- n + m + len(text) }(n + 1)
      0  AddI64           r6, r2, r0
      1  AddI64           r5, r6, r4
      2  Send             r1, r5, words=1
      3  Return0
