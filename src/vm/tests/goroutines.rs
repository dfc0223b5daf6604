//! Goroutines, channels and natives of the scheduler in assembled programs, on one worker and on
//! many, with collections at any moment.

mod assemble;

use std::io::Write;
use std::sync::{Arc, Mutex};

use assemble::*;
use gol_bytecode::{
    FuncIdx, Function, NO_REG, NativeIdx, Program, Reg, SelectCase, SelectDir, SelectTable, op,
};
use gol_heap::HeapConfig;
use gol_vm::native::Natives;
use gol_vm::{Config, Outcome, Runtime};

const fn r(n: u16) -> Reg {
    Reg(n)
}

/// What a program prints.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no writer panics").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs with collections at every seventh allocation.
fn run_on(workers: usize, seed: Option<u64>, program: &Program) -> (String, Outcome) {
    let out = Output::default();
    let config = Config {
        workers,
        seed,
        heap: HeapConfig { stress: 7, poison: true, ..HeapConfig::default() },
        stdout: Box::new(out.clone()),
        stderr: Box::new(out.clone()),
        ..Config::default()
    };
    let mut runtime =
        Runtime::new(config, program, &Natives::default()).expect("the program loads");
    let outcome = runtime.run();
    let bytes = out.0.lock().expect("no writer panics").clone();
    (String::from_utf8(bytes).expect("programs print text"), outcome)
}

/// The program prints this, however many workers run it.
fn expect(program: &Program, text: &str) {
    for (workers, seed) in [(1, None), (2, None), (5, None), (1, Some(1)), (1, Some(2))] {
        let (printed, outcome) = run_on(workers, seed, program);
        assert_eq!((printed.as_str(), outcome), (text, Outcome::Exit(0)), "{workers} workers");
    }
}

fn native(program: &mut Program, name: &str) -> NativeIdx {
    program.natives.push(name.into());
    NativeIdx(program.natives.len() as u32 - 1)
}

fn print_and_return(a: &mut Asm, reg: u16, base: u16) {
    a.emit(op::Move { dst: r(base), a: r(reg) });
    a.emit(op::CallNative { base: r(base), native: PRINT_INT });
    a.emit(op::Return0 {});
}

/// `for i := 0; i < n; i++ { v := <-in; v++; out <- v }` with in, out, n as parameters.
fn echo() -> Function {
    let mut a = Asm::new();
    a.emit(op::LoadInt { dst: r(3), value: 0 });
    let top = a.here();
    a.emit(op::Recv { dst: r(4), chan: r(0), words: 1 });
    a.emit(op::AddI64Imm { dst: r(4), a: r(4), imm: 1 });
    a.emit(op::Send { chan: r(1), a: r(4), words: 1 });
    a.back(top, |off| op::IncLtI64Loop { a: r(3), b: r(2), off });
    a.emit(op::Return0 {});
    a.finish("main.echo", 3, 0, 6)
}

#[test]
fn values_go_back_and_forth() {
    let mut a = Asm::new();
    a.emit(op::MakeChan { dst: r(0), cap: NO_REG, ty: CHAN_INT });
    a.emit(op::MakeChan { dst: r(1), cap: NO_REG, ty: CHAN_INT });
    a.emit(op::LoadInt { dst: r(2), value: 1000 });
    a.emit(op::MoveN { dst: r(10), a: r(0), n: 3 });
    a.emit(op::GoFunc { base: r(10), n: 3, func: FuncIdx(1) });
    a.emit(op::LoadInt { dst: r(3), value: 0 });
    a.emit(op::LoadInt { dst: r(4), value: 0 });
    let top = a.here();
    a.emit(op::Send { chan: r(0), a: r(4), words: 1 });
    a.emit(op::Recv { dst: r(4), chan: r(1), words: 1 });
    a.back(top, |off| op::IncLtI64Loop { a: r(3), b: r(2), off });
    print_and_return(&mut a, 4, 10);
    expect(&program(vec![a.finish("main.main", 0, 0, 14), echo()]), "1000");
}

/// Sends 1 to n on the channel: parameters channel, n.
fn send_up_to() -> Function {
    let mut a = Asm::new();
    a.emit(op::LoadInt { dst: r(2), value: 1 });
    a.emit(op::AddI64Imm { dst: r(1), a: r(1), imm: 1 });
    let top = a.here();
    a.emit(op::Send { chan: r(0), a: r(2), words: 1 });
    a.back(top, |off| op::IncLtI64Loop { a: r(2), b: r(1), off });
    a.emit(op::Return0 {});
    a.finish("main.send", 2, 0, 4)
}

#[test]
fn a_select_takes_from_all_of_its_channels() {
    let mut a = Asm::new();
    a.emit(op::LoadInt { dst: r(3), value: 2 });
    a.emit(op::MakeChan { dst: r(0), cap: NO_REG, ty: CHAN_INT });
    a.emit(op::MakeChan { dst: r(1), cap: r(3), ty: CHAN_INT });
    a.emit(op::MakeChan { dst: r(2), cap: NO_REG, ty: CHAN_INT });
    for chan in 0..3 {
        a.emit(op::Move { dst: r(20), a: r(chan) });
        a.emit(op::LoadInt { dst: r(21), value: 100 });
        a.emit(op::GoFunc { base: r(20), n: 2, func: FuncIdx(1) });
    }
    a.emit(op::LoadInt { dst: r(4), value: 0 });
    a.emit(op::LoadInt { dst: r(5), value: 300 });
    a.emit(op::LoadInt { dst: r(6), value: 0 });
    let top = a.here();
    a.emit(op::Select { dst: r(9), table: 0 });
    a.emit(op::AddI64 { dst: r(6), a: r(6), b: r(7) });
    a.back(top, |off| op::IncLtI64Loop { a: r(4), b: r(5), off });
    print_and_return(&mut a, 6, 20);
    let case =
        |chan| SelectCase { dir: SelectDir::Recv, chan: r(chan), value: r(7), words: 1, ok: r(8) };
    let mut main = a.finish("main.main", 0, 0, 24);
    main.selects = vec![SelectTable { cases: (0..3).map(case).collect(), has_default: false }];
    expect(&program(vec![main, send_up_to()]), "15150");
}

#[test]
fn a_deadlock_tells_what_everybody_waits_on() {
    let mut a = Asm::new();
    a.emit(op::MakeChan { dst: r(0), cap: NO_REG, ty: CHAN_INT });
    a.emit(op::LoadInt { dst: r(1), value: 5 });
    a.emit(op::MakeChan { dst: r(2), cap: NO_REG, ty: CHAN_INT });
    a.emit(op::MoveN { dst: r(10), a: r(0), n: 2 });
    a.emit(op::GoFunc { base: r(10), n: 2, func: FuncIdx(1) });
    a.emit(op::Recv { dst: NO_REG, chan: r(2), words: 1 });
    a.emit(op::Return0 {});
    let program = program(vec![a.finish("main.main", 0, 0, 14), send_up_to()]);
    for workers in [1, 4] {
        let (_, outcome) = run_on(workers, None, &program);
        let Outcome::Fatal { text } = outcome else { panic!("{outcome:?}") };
        assert!(
            text.starts_with("fatal error: all goroutines are asleep - deadlock!\n\n"),
            "{text}"
        );
        assert!(text.contains("goroutine 1 [chan receive]:\nmain.main"), "{text}");
        assert!(text.contains("[chan send]:\nmain.send"), "{text}");
    }
}

#[test]
fn a_sender_that_waits_panics_when_its_channel_is_closed() {
    let mut sched = Asm::new();
    sched.emit(op::MakeChan { dst: r(0), cap: NO_REG, ty: CHAN_INT });
    sched.emit(op::LoadInt { dst: r(1), value: 5 });
    sched.emit(op::MoveN { dst: r(10), a: r(0), n: 2 });
    sched.emit(op::GoFunc { base: r(10), n: 2, func: FuncIdx(1) });
    sched.emit(op::CallNative { base: r(10), native: NativeIdx(2) });
    sched.emit(op::Close { chan: r(0) });
    sched.emit(op::MakeChan { dst: r(0), cap: NO_REG, ty: CHAN_INT });
    sched.emit(op::Recv { dst: NO_REG, chan: r(0), words: 1 });
    let mut program = program(vec![sched.finish("main.main", 0, 0, 14), send_up_to()]);
    assert_eq!(native(&mut program, "runtime.Gosched"), NativeIdx(2));
    for workers in [1, 4] {
        let (_, outcome) = run_on(workers, None, &program);
        let Outcome::Panic { text } = outcome else { panic!("{outcome:?}") };
        assert!(text.starts_with("panic: send on closed channel\n"), "{text}");
    }
}

/// Adds 1 to a counter behind a mutex, n times, and then counts a wait group down. Parameters:
/// address of the mutex, channel that holds the counter, n, address of the wait group.
fn count_up(lock: NativeIdx, unlock: NativeIdx, add: NativeIdx) -> Function {
    let mut a = Asm::new();
    a.emit(op::LoadInt { dst: r(4), value: 0 });
    let top = a.here();
    a.emit(op::Move { dst: r(10), a: r(0) });
    a.emit(op::CallNative { base: r(10), native: lock });
    a.emit(op::Recv { dst: r(5), chan: r(1), words: 1 });
    a.emit(op::AddI64Imm { dst: r(5), a: r(5), imm: 1 });
    a.emit(op::Send { chan: r(1), a: r(5), words: 1 });
    a.emit(op::Move { dst: r(10), a: r(0) });
    a.emit(op::CallNative { base: r(10), native: unlock });
    a.back(top, |off| op::IncLtI64Loop { a: r(4), b: r(2), off });
    a.emit(op::Move { dst: r(10), a: r(3) });
    a.emit(op::New { dst: r(11), ty: INT });
    a.emit(op::LoadInt { dst: r(12), value: -1 });
    a.emit(op::CallNative { base: r(10), native: add });
    a.emit(op::Return0 {});
    a.finish("main.count", 4, 0, 14)
}

#[test]
fn mutexes_and_wait_groups_hold_what_they_promise() {
    let [lock, unlock, add, wait] = [2, 3, 4, 5].map(NativeIdx);
    let mut a = Asm::new();
    a.emit(op::New { dst: r(0), ty: INT });
    a.emit(op::LoadInt { dst: r(2), value: 1 });
    a.emit(op::MakeChan { dst: r(1), cap: r(2), ty: CHAN_INT });
    a.emit(op::LoadInt { dst: r(2), value: 0 });
    a.emit(op::Send { chan: r(1), a: r(2), words: 1 });
    a.emit(op::LoadInt { dst: r(2), value: 50 });
    a.emit(op::New { dst: r(3), ty: INT });
    a.emit(op::Move { dst: r(20), a: r(3) });
    a.emit(op::New { dst: r(21), ty: INT });
    a.emit(op::LoadInt { dst: r(22), value: 30 });
    a.emit(op::CallNative { base: r(20), native: add });
    a.emit(op::LoadInt { dst: r(4), value: 0 });
    a.emit(op::LoadInt { dst: r(5), value: 30 });
    let top = a.here();
    a.emit(op::MoveN { dst: r(20), a: r(0), n: 4 });
    a.emit(op::GoFunc { base: r(20), n: 4, func: FuncIdx(1) });
    a.back(top, |off| op::IncLtI64Loop { a: r(4), b: r(5), off });
    a.emit(op::Move { dst: r(20), a: r(3) });
    a.emit(op::New { dst: r(21), ty: INT });
    a.emit(op::CallNative { base: r(20), native: wait });
    a.emit(op::Recv { dst: r(6), chan: r(1), words: 1 });
    print_and_return(&mut a, 6, 20);
    let main = a.finish("main.main", 0, 0, 26);
    let mut program = program(vec![main, count_up(lock, unlock, add)]);
    for name in ["sync.Mutex.Lock", "sync.Mutex.Unlock", "sync.groupAdd", "sync.groupWait"] {
        native(&mut program, name);
    }
    expect(&program, "1500");
}

/// Sleeps for a time and sends the number: parameters number, nanoseconds, channel.
fn sleeper(sleep: NativeIdx) -> Function {
    let mut a = Asm::new();
    a.emit(op::Move { dst: r(10), a: r(1) });
    a.emit(op::CallNative { base: r(10), native: sleep });
    a.emit(op::Send { chan: r(2), a: r(0), words: 1 });
    a.emit(op::Return0 {});
    a.finish("main.sleeper", 3, 0, 12)
}

#[test]
fn sleepers_wake_in_the_order_of_their_times() {
    let mut a = Asm::new();
    a.emit(op::MakeChan { dst: r(0), cap: NO_REG, ty: CHAN_INT });
    for (number, hours) in [(3, 3), (1, 1), (2, 2)] {
        a.emit(op::LoadInt { dst: r(20), value: number });
        a.emit(op::LoadInt { dst: r(21), value: hours * 1_000_000 });
        a.emit(op::LoadInt { dst: r(3), value: 3_600_000 });
        a.emit(op::MulI64 { dst: r(21), a: r(21), b: r(3) });
        a.emit(op::Move { dst: r(22), a: r(0) });
        a.emit(op::GoFunc { base: r(20), n: 3, func: FuncIdx(1) });
    }
    for _ in 0..3 {
        a.emit(op::Recv { dst: r(20), chan: r(0), words: 1 });
        a.emit(op::CallNative { base: r(20), native: PRINT_INT });
    }
    a.emit(op::Return0 {});
    let mut program = program(vec![a.finish("main.main", 0, 0, 24), sleeper(NativeIdx(2))]);
    assert_eq!(native(&mut program, "time.Sleep"), NativeIdx(2));
    // Hours of virtual time.
    for seed in 0..5 {
        assert_eq!(run_on(1, Some(seed), &program), ("123".into(), Outcome::Exit(0)));
    }
}
