//! Measures dispatch: hand-assembled fib(35), a counting loop, and mandelbrot's inner loop.
//!
//! `cargo run --release -p gol-vm --example speed`

#![allow(clippy::print_stdout, reason = "the figures are its output")]

#[path = "../tests/assemble/mod.rs"]
mod assemble;

use std::time::Instant;

use assemble::*;
use gol_bytecode::{FuncIdx, Program, Reg, op};

const fn r(n: u16) -> Reg {
    Reg(n)
}

fn main_calling(arg: i32) -> Asm {
    let mut a = Asm::new();
    a.emit(op::LoadInt { dst: r(4), value: arg });
    a.emit(op::Call { base: r(4), func: FuncIdx(1) });
    a.emit(op::CallNative { base: r(4), native: PRINT_INT });
    a.emit(op::CallNative { base: r(4), native: PRINT_NL });
    a.emit(op::Return0 {});
    a
}

/// `if n < 2 { return n }; return fib(n-1) + fib(n-2)`.
fn fib(n: i32) -> Program {
    let mut a = Asm::new();
    let big = a.jump(|off| op::GeI64ImmJump { a: r(0), imm: 2, off });
    a.emit(op::Return1 { a: r(0) });
    a.land(big);
    a.emit(op::AddI64Imm { dst: r(6), a: r(0), imm: -1 });
    a.emit(op::Call { base: r(6), func: FuncIdx(1) });
    a.emit(op::Move { dst: r(1), a: r(6) });
    a.emit(op::AddI64Imm { dst: r(6), a: r(0), imm: -2 });
    a.emit(op::Call { base: r(6), func: FuncIdx(1) });
    a.emit(op::AddI64 { dst: r(1), a: r(1), b: r(6) });
    a.emit(op::Return1 { a: r(1) });
    let fib = a.finish("main.fib", 1, 1, 7);
    program(vec![main_calling(n).finish("main.main", 0, 0, 6), fib])
}

/// `for i := 0; i < n; i++ { sum += i ^ 3; if sum > limit { sum -= limit } }`.
fn count(n: i32) -> Program {
    let mut a = Asm::new();
    a.emit(op::LoadInt { dst: r(1), value: 0 });
    a.emit(op::LoadInt { dst: r(2), value: 0 });
    a.emit(op::LoadInt { dst: r(4), value: 1 << 20 });
    let top = a.here();
    a.emit(op::XorI64Imm { dst: r(3), a: r(1), imm: 3 });
    a.emit(op::AddI64 { dst: r(2), a: r(2), b: r(3) });
    let small = a.jump(|off| op::LeI64Jump { a: r(2), b: r(4), off });
    a.emit(op::SubI64 { dst: r(2), a: r(2), b: r(4) });
    a.land(small);
    a.back(top, |off| op::IncLtI64Loop { a: r(1), b: r(0), off });
    a.emit(op::Return1 { a: r(2) });
    let count = a.finish("main.count", 1, 1, 8);
    program(vec![main_calling(n).finish("main.main", 0, 0, 6), count])
}

/// The inner loop of mandelbrot at a point that never escapes.
fn mandelbrot(n: i32) -> Program {
    let mut a = Asm::new();
    for reg in [1, 2, 3, 4, 5, 6] {
        a.emit(op::LoadInt { dst: r(reg), value: 0 });
    }
    a.emit(op::LoadInt { dst: r(7), value: 4 });
    a.emit(op::I64ToF64 { dst: r(7), a: r(7) });
    let top = a.here();
    a.emit(op::AddF64 { dst: r(8), a: r(2), b: r(2) });
    a.emit(op::MulAddF64 { dst: r(3), a: r(8), b: r(3), c: r(6) });
    a.emit(op::SubF64 { dst: r(8), a: r(4), b: r(5) });
    a.emit(op::AddF64 { dst: r(2), a: r(8), b: r(6) });
    a.emit(op::MulF64 { dst: r(4), a: r(2), b: r(2) });
    a.emit(op::MulF64 { dst: r(5), a: r(3), b: r(3) });
    a.emit(op::AddF64 { dst: r(8), a: r(4), b: r(5) });
    let out = a.jump(|off| op::NotLeF64Jump { a: r(8), b: r(7), off });
    a.back(top, |off| op::IncLtI64Loop { a: r(1), b: r(0), off });
    a.land(out);
    a.emit(op::Return1 { a: r(1) });
    let loops = a.finish("main.loops", 1, 1, 10);
    program(vec![main_calling(n).finish("main.main", 0, 0, 6), loops])
}

fn measure(name: &str, instructions: f64, program: &Program) {
    let mut best = f64::MAX;
    let mut printed = String::new();
    for _ in 0..5 {
        let start = Instant::now();
        let (text, outcome) = run(program);
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(outcome, gol_vm::Outcome::Exit(0));
        printed = text;
    }
    let ns = best * 1e9 / instructions;
    println!("{name:12} {:7.1} ms  {ns:5.2} ns an instruction  → {}", best * 1e3, printed.trim());
}

fn main() {
    // fib(35) makes 29.9 M calls, of which 14.9 M go on to call twice.
    measure("fib(35)", 29.86e6 * 2.0 + 14.93e6 * 7.0, &fib(35));
    measure("count", 100e6 * 4.5, &count(100_000_000));
    measure("mandelbrot", 50e6 * 9.0, &mandelbrot(50_000_000));
}
