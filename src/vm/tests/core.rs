//! The VM end to end, on hand-assembled programs: calls, blocks, closures, defers, panics,
//! goroutines, channels.

mod assemble;

use assemble::*;
use gol_bytecode::{FuncIdx, NO_REG, Program, Reg, SelectCase, SelectDir, SelectTable, op};
use gol_vm::{Config, Outcome};

const fn r(n: u16) -> Reg {
    Reg(n)
}

fn print(a: &mut Asm, reg: u16) {
    // The native's argument lies in a register of its own, above a header.
    a.emit(op::Move { dst: r(20), a: r(reg) });
    a.emit(op::CallNative { base: r(20), native: PRINT_INT });
    a.emit(op::CallNative { base: r(20), native: PRINT_NL });
}

fn print_const(a: &mut Asm, value: i32) {
    a.emit(op::LoadInt { dst: r(19), value });
    print(a, 19);
}

fn load(a: &mut Asm, reg: u16, value: i32) {
    a.emit(op::LoadInt { dst: r(reg), value });
}

fn ret(a: &mut Asm) {
    a.emit(op::Return0 {});
}

fn run_main(mut a: Asm, others: Vec<gol_bytecode::Function>) -> (String, Outcome) {
    ret(&mut a);
    let mut functions = vec![a.finish("main.main", 0, 0, 32)];
    functions.extend(others);
    run(&program(functions))
}

#[test]
fn arithmetic_wraps_and_extends() {
    let mut a = Asm::new();
    load(&mut a, 0, -7);
    load(&mut a, 1, 2);
    a.emit(op::DivI64 { dst: r(2), a: r(0), b: r(1) });
    print(&mut a, 2);
    a.emit(op::RemI64 { dst: r(2), a: r(0), b: r(1) });
    print(&mut a, 2);
    load(&mut a, 3, i32::MAX);
    a.emit(op::AddI32Imm { dst: r(4), a: r(3), imm: 1 });
    print(&mut a, 4);
    load(&mut a, 5, 70);
    a.emit(op::ShlI64 { dst: r(6), a: r(1), b: r(5) });
    print(&mut a, 6);
    a.emit(op::ShrI64 { dst: r(6), a: r(0), b: r(5) });
    print(&mut a, 6);
    assert_eq!(run_main(a, vec![]), ("-3\n-1\n-2147483648\n0\n-1\n".into(), Outcome::Exit(0)));
}

/// `func sum(n int) int { if n <= 0 { return 0 }; return n + sum(n-1) }` as function 1.
fn sum() -> gol_bytecode::Function {
    let mut a = Asm::new();
    let more = a.jump(|off| op::GtI64ImmJump { a: r(0), imm: 0, off });
    load(&mut a, 0, 0);
    a.emit(op::Return1 { a: r(0) });
    a.land(more);
    a.emit(op::AddI64Imm { dst: r(5), a: r(0), imm: -1 });
    a.emit(op::Call { base: r(5), func: FuncIdx(1) });
    a.emit(op::AddI64 { dst: r(5), a: r(5), b: r(0) });
    a.emit(op::Return1 { a: r(5) });
    a.finish("main.sum", 1, 1, 6)
}

#[test]
fn deep_recursion_crosses_blocks() {
    let mut a = Asm::new();
    load(&mut a, 10, 0);
    load(&mut a, 11, 20);
    let top = a.here();
    load(&mut a, 28, 100_000);
    a.emit(op::Call { base: r(28), func: FuncIdx(1) });
    a.back(top, |off| op::IncLtI64Loop { a: r(10), b: r(11), off });
    print(&mut a, 28);
    assert_eq!(run_main(a, vec![sum()]), ("5000050000\n".into(), Outcome::Exit(0)));
}

#[test]
fn endless_recursion_is_a_stack_overflow() {
    let mut f = Asm::new();
    f.emit(op::Call { base: r(40), func: FuncIdx(1) });
    ret(&mut f);
    let mut a = Asm::new();
    a.emit(op::Call { base: r(5), func: FuncIdx(1) });
    let (_, outcome) = run_main(a, vec![f.finish("main.f", 0, 0, 200)]);
    let Outcome::Fatal { text } = outcome else { panic!("{outcome:?}") };
    assert!(text.starts_with(
        "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n\n\
         goroutine 1 [running]:\nmain.f()\n"
    ));
    assert!(text.contains(" frames elided...\n"));
    assert!(text.lines().count() < 220);
}

#[test]
fn closures_capture() {
    let mut f = Asm::new();
    f.emit(op::LoadCapture { dst: r(1), idx: 0 });
    f.emit(op::LoadCapture { dst: r(2), idx: 1 });
    f.emit(op::SubI64 { dst: r(1), a: r(1), b: r(2) });
    f.emit(op::AddI64 { dst: r(0), a: r(0), b: r(1) });
    f.emit(op::Return1 { a: r(0) });
    let mut f = f.finish("main.main.func1", 1, 1, 8);
    f.captures = 2;
    let mut a = Asm::new();
    load(&mut a, 0, 50);
    load(&mut a, 1, 8);
    a.emit(op::NewClosure { dst: r(2), a: r(0), n: 2, func: FuncIdx(1) });
    load(&mut a, 10, 100);
    a.emit(op::CallClosure { base: r(10), closure: r(2) });
    print(&mut a, 10);
    assert_eq!(run_main(a, vec![f]), ("142\n".into(), Outcome::Exit(0)));
}

/// A function that prints its argument.
fn printer() -> gol_bytecode::Function {
    let mut a = Asm::new();
    print(&mut a, 0);
    ret(&mut a);
    a.finish("main.show", 1, 0, 32)
}

#[test]
fn defers_run_last_first() {
    let mut a = Asm::new();
    for value in [1, 2, 3] {
        load(&mut a, 10, value);
        a.emit(op::DeferFunc { base: r(10), n: 1, func: FuncIdx(1) });
    }
    print_const(&mut a, 0);
    a.emit(op::RunDefers {});
    assert_eq!(run_main(a, vec![printer()]), ("0\n3\n2\n1\n".into(), Outcome::Exit(0)));
}

/// `panic(value)` with an int.
fn panic_with(a: &mut Asm, value: i32) {
    load(a, 0, value);
    a.emit(op::MakeIface { dst: r(2), a: r(0), ty: INT });
    a.emit(op::Panic { a: r(2) });
}

/// A deferred function that recovers and prints the int that it got.
fn recoverer() -> gol_bytecode::Function {
    let mut a = Asm::new();
    a.emit(op::Recover { dst: r(0) });
    print(&mut a, 1);
    ret(&mut a);
    a.finish("main.main.func1", 0, 0, 32)
}

/// A function that defers function 2 and then goes on as `body` says; recovers to `return 9`.
fn guarded(body: impl FnOnce(&mut Asm)) -> gol_bytecode::Function {
    let mut a = Asm::new();
    a.emit(op::DeferFunc { base: r(10), n: 0, func: FuncIdx(2) });
    body(&mut a);
    let recover_pc = a.here();
    a.emit(op::RunDefers {});
    load(&mut a, 0, 9);
    a.emit(op::Return1 { a: r(0) });
    defers(a.finish("main.f", 0, 1, 32), recover_pc)
}

#[test]
fn recover_continues_in_the_deferring_function() {
    let mut a = Asm::new();
    a.emit(op::Call { base: r(5), func: FuncIdx(1) });
    print(&mut a, 5);
    let f = guarded(|a| panic_with(a, 5));
    assert_eq!(run_main(a, vec![f, recoverer()]), ("5\n9\n".into(), Outcome::Exit(0)));
}

#[test]
fn recover_drops_blocks_and_deeper_frames() {
    let mut deep = Asm::new();
    let more = deep.jump(|off| op::GtI64ImmJump { a: r(0), imm: 0, off });
    panic_with(&mut deep, 77);
    deep.land(more);
    deep.emit(op::AddI64Imm { dst: r(5), a: r(0), imm: -1 });
    deep.emit(op::Call { base: r(5), func: FuncIdx(3) });
    ret(&mut deep);
    let deep = deep.finish("main.deep", 1, 0, 8);
    let mut a = Asm::new();
    load(&mut a, 10, 0);
    load(&mut a, 11, 3);
    let top = a.here();
    a.emit(op::Call { base: r(28), func: FuncIdx(1) });
    a.back(top, |off| op::IncLtI64Loop { a: r(10), b: r(11), off });
    print(&mut a, 28);
    let f = guarded(|a| {
        load(a, 6, 10_000);
        a.emit(op::Call { base: r(6), func: FuncIdx(3) });
    });
    let (text, outcome) = run_main(a, vec![f, recoverer(), deep]);
    assert_eq!((text.as_str(), outcome), ("77\n77\n77\n9\n", Outcome::Exit(0)));
}

#[test]
fn faults_are_runtime_errors() {
    let mut a = Asm::new();
    load(&mut a, 0, 1);
    load(&mut a, 1, 0);
    a.emit(op::DivI64 { dst: r(0), a: r(0), b: r(1) });
    let (_, outcome) = run_main(a, vec![]);
    let Outcome::Panic { text } = outcome else { panic!("{outcome:?}") };
    // The assembled `Error` adds no prefix; the value was asked for its text.
    assert!(
        text.starts_with("panic: integer divide by zero\n\ngoroutine 1 [running]:\nmain.main()\n"),
        "{text}"
    );
}

#[test]
fn panics_print_in_order() {
    let mut again = Asm::new();
    panic_with(&mut again, 2);
    ret(&mut again);
    let again = again.finish("main.main.func1", 0, 0, 8);
    let mut a = Asm::new();
    a.emit(op::DeferFunc { base: r(10), n: 0, func: FuncIdx(1) });
    panic_with(&mut a, 1);
    let (_, outcome) = run_main(a, vec![again]);
    let Outcome::Panic { text } = outcome else { panic!("{outcome:?}") };
    assert!(
        text.starts_with("panic: 1\n\tpanic: 2\n\ngoroutine 1 [running]:\nmain.main.func1()\n"),
        "{text}"
    );
    assert!(text.contains("panic(...)\n"), "{text}");
    // The frame that panicked first is still at its `panic`, the sixth word.
    assert!(text.contains("main.main()\n\tmain.main +0x5\n"), "{text}");
}

#[test]
fn recovered_and_panicked_again() {
    let mut again = Asm::new();
    again.emit(op::Recover { dst: r(0) });
    again.emit(op::Panic { a: r(0) });
    let again = again.finish("main.main.func1", 0, 0, 8);
    let mut a = Asm::new();
    a.emit(op::DeferFunc { base: r(10), n: 0, func: FuncIdx(1) });
    panic_with(&mut a, 1);
    let (_, outcome) = run_main(a, vec![again]);
    let Outcome::Panic { text } = outcome else { panic!("{outcome:?}") };
    assert!(text.starts_with("panic: 1 [recovered, repanicked]\n\ngoroutine 1"), "{text}");
}

#[test]
fn recover_outside_of_the_deferred_call_is_nil() {
    // The deferred function calls the one that recovers.
    let mut outer = Asm::new();
    outer.emit(op::Call { base: r(10), func: FuncIdx(2) });
    ret(&mut outer);
    let outer = outer.finish("main.main.func1", 0, 0, 50);
    let mut a = Asm::new();
    a.emit(op::DeferFunc { base: r(10), n: 0, func: FuncIdx(1) });
    panic_with(&mut a, 4);
    let (text, outcome) = run_main(a, vec![outer, recoverer()]);
    assert_eq!(text, "0\n");
    assert!(matches!(outcome, Outcome::Panic { .. }));
}

/// A main that makes a channel, starts function 1 with it and receives until it is closed.
fn receive_all(cap: Option<i32>) -> Asm {
    let mut a = Asm::new();
    let mut size = NO_REG;
    if let Some(cap) = cap {
        load(&mut a, 1, cap);
        size = r(1);
    }
    a.emit(op::MakeChan { dst: r(0), cap: size, ty: CHAN_INT });
    a.emit(op::Move { dst: r(10), a: r(0) });
    a.emit(op::GoFunc { base: r(10), n: 1, func: FuncIdx(1) });
    load(&mut a, 4, 0);
    let top = a.here();
    a.emit(op::RecvOk { dst: r(2), ok: r(3), chan: r(0), words: 1 });
    a.emit(op::AddI64 { dst: r(4), a: r(4), b: r(2) });
    a.back(top, |off| op::JumpIfLoop { a: r(3), off });
    print(&mut a, 4);
    a
}

/// Sends 0..1000 on its channel and closes it.
fn sender() -> gol_bytecode::Function {
    let mut a = Asm::new();
    load(&mut a, 1, 0);
    load(&mut a, 2, 1000);
    let top = a.here();
    a.emit(op::Send { chan: r(0), a: r(1), words: 1 });
    a.back(top, |off| op::IncLtI64Loop { a: r(1), b: r(2), off });
    a.emit(op::Close { chan: r(0) });
    ret(&mut a);
    a.finish("main.send", 1, 0, 4)
}

#[test]
fn goroutines_talk_through_channels() {
    for cap in [None, Some(1), Some(100)] {
        let (text, outcome) = run_main(receive_all(cap), vec![sender()]);
        assert_eq!((text.as_str(), outcome), ("499500\n", Outcome::Exit(0)));
    }
}

#[test]
fn select_takes_what_is_ready() {
    let mut a = Asm::new();
    load(&mut a, 1, 1);
    a.emit(op::MakeChan { dst: r(0), cap: r(1), ty: CHAN_INT });
    a.emit(op::MakeChan { dst: r(2), cap: NO_REG, ty: CHAN_INT });
    for _ in 0..2 {
        a.emit(op::Select { dst: r(3), table: 0 });
        print(&mut a, 3);
    }
    ret(&mut a);
    let mut main = a.finish("main.main", 0, 0, 32);
    let case = |dir, chan| SelectCase { dir, chan: r(chan), value: r(1), words: 1, ok: NO_REG };
    let cases = vec![case(SelectDir::Recv, 2), case(SelectDir::Send, 0)];
    main.selects = vec![SelectTable { cases, has_default: true }];
    assert_eq!(run(&program(vec![main])), ("1\n2\n".into(), Outcome::Exit(0)));
}

#[test]
fn a_deadlock_is_reported_with_reasons() {
    let mut a = Asm::new();
    a.emit(op::MakeChan { dst: r(0), cap: NO_REG, ty: CHAN_INT });
    a.emit(op::Recv { dst: r(1), chan: r(0), words: 1 });
    let (_, outcome) = run_main(a, vec![]);
    let Outcome::Fatal { text } = outcome else { panic!("{outcome:?}") };
    let start = "fatal error: all goroutines are asleep - deadlock!\n\n\
                 goroutine 1 [chan receive]:\nmain.main()\n";
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn a_panic_in_a_goroutine_says_who_made_it() {
    let mut f = Asm::new();
    panic_with(&mut f, 3);
    let mut a = Asm::new();
    a.emit(op::GoFunc { base: r(10), n: 0, func: FuncIdx(1) });
    a.emit(op::MakeChan { dst: r(0), cap: NO_REG, ty: CHAN_INT });
    a.emit(op::Recv { dst: r(1), chan: r(0), words: 1 });
    let (_, outcome) = run_main(a, vec![f.finish("main.f", 0, 0, 8)]);
    let Outcome::Panic { text } = outcome else { panic!("{outcome:?}") };
    assert!(text.starts_with("panic: 3\n\ngoroutine "), "{text}");
    assert!(text.contains("created by main.main in goroutine 1\n"), "{text}");
}

#[test]
fn an_endless_loop_does_not_stop_the_others() {
    let mut spin = Asm::new();
    let top = spin.here();
    spin.back(top, |off| op::Loop { off: i32::from(off) });
    let mut main = Asm::new();
    main.emit(op::GoFunc { base: r(10), n: 0, func: FuncIdx(2) });
    let body = receive_all(None).finish("", 0, 0, 32);
    for word in body.code {
        main.word(word);
    }
    let (text, outcome) = run_main(main, vec![sender(), spin.finish("main.spin", 0, 0, 1)]);
    assert_eq!((text.as_str(), outcome), ("499500\n", Outcome::Exit(0)));
}

#[test]
fn slices_grow_and_are_collected() {
    let mut a = Asm::new();
    load(&mut a, 0, 0);
    load(&mut a, 1, 3_000_000);
    a.emit(op::LoadZero { dst: r(2), n: 2 });
    let top = a.here();
    a.emit(op::Append64 { dst: r(2), slice: r(2), a: r(0), ty: INT });
    a.back(top, |off| op::IncLtI64Loop { a: r(0), b: r(1), off });
    a.emit(op::SliceLen { dst: r(4), slice: r(2) });
    print(&mut a, 4);
    load(&mut a, 5, 2_999_999);
    a.emit(op::LoadIndex64 { dst: r(6), slice: r(2), idx: r(5) });
    print(&mut a, 6);
    assert_eq!(run_main(a, vec![]), ("3000000\n2999999\n".into(), Outcome::Exit(0)));
}

#[test]
fn garbage_is_collected_under_stress() {
    let mut a = Asm::new();
    load(&mut a, 0, 0);
    load(&mut a, 1, 20_000);
    load(&mut a, 7, 10);
    let top = a.here();
    a.emit(op::MakeSlice { dst: r(2), len: r(7), cap: r(7), ty: INT });
    a.emit(op::LoadZero { dst: r(5), n: 1 });
    a.emit(op::StoreIndex64 { slice: r(2), idx: r(5), a: r(0) });
    a.emit(op::LoadIndex64 { dst: r(6), slice: r(2), idx: r(5) });
    a.back(top, |off| op::IncLtI64Loop { a: r(0), b: r(1), off });
    print(&mut a, 6);
    ret(&mut a);
    let program: Program = program(vec![a.finish("main.main", 0, 0, 32)]);
    let mut config = Config { workers: 1, ..Config::default() };
    config.heap.stress = 100;
    config.heap.poison = true;
    assert_eq!(run_with(&program, config), ("19999\n".into(), Outcome::Exit(0)));
}
