func main.main  params=0 results=0 regs=6
  ; tests/disasm/channels_have_instructions.gol:20: in, out := make(chan int, 1), make(chan int)
      0  LoadInt          r1, value=1
      1  MakeChan         r0, r1, chan int
      3  MakeChan         r1, -, chan int
  ; tests/disasm/channels_have_instructions.gol:21: go relay(in, out, nil)
      5  Move             r2, r0
      6  Move             r3, r1
      7  LoadInt          r4, value=0
      8  GoFunc           r2, n=3, main.relay
  ; tests/disasm/channels_have_instructions.gol:22: in <- 1
     10  LoadInt          r2, value=1
     11  Send             r0, r2, words=1
  ; tests/disasm/channels_have_instructions.gol:23: println(<-out)
     12  Recv             r2, r1, words=1
     13  Move             r5, r2
     14  CallNative       r5, runtime.printint
     15  CallNative       r5, runtime.printnl
  ; tests/disasm/channels_have_instructions.gol:24: for range in {
     16  Move             r2, r0
     17  RecvOk           -, r3, r2, words=0
     19  JumpIfNot        r3, ->21
     20  Loop             ->17
  ; tests/disasm/channels_have_instructions.gol:26: }
     21  Return0

func main.relay  params=3 results=0 regs=8
  ; tests/disasm/channels_have_instructions.gol:6: select {
      0  Select           r5, table=0 { r3, r4 = <-r0; -, - = <-r2; }
      1  EqI64ImmJump     r5, imm=0, ->3
      2  Jump             ->10
  ; tests/disasm/channels_have_instructions.gol:7: case v, ok := <-in:
      3  Move             r6, r3
      4  Move             r7, r4
  ; tests/disasm/channels_have_instructions.gol:8: if !ok {
      5  JumpIf           r7, ->8
  ; tests/disasm/channels_have_instructions.gol:9: close(out)
      6  Close            r1
  ; tests/disasm/channels_have_instructions.gol:10: return
      7  Return0
  ; tests/disasm/channels_have_instructions.gol:12: out <- v
      8  Send             r1, r6, words=1
      9  Jump             ->11
  ; tests/disasm/channels_have_instructions.gol:14: return
     10  Return0
     11  Loop             ->0
