//! Every handler ends in a jump: long loops of all opcodes that need no surroundings run on a thread
//! with 64 KiB of stack. A sibling call that became a real call would overflow it at once.

//!
//! Loops do not come by all paths of all handlers, so the machine code is looked at, too.

#![allow(clippy::unwrap_used)] // A test may fail so.

mod assemble;

use assemble::*;
use gol_bytecode::{FuncIdx, Instr, NO_REG, Reg, op};
use gol_vm::Outcome;

const fn r(n: u16) -> Reg {
    Reg(n)
}

/// Runs `body` 30 000 times in a loop that counts r[0] up to r[1]. Registers 2…9 hold small
/// numbers, r[10..12] a slice of four ints, r[12..14] a string of three bytes.
fn on_a_small_stack(body: impl Fn(&mut Asm) + Send + 'static) {
    let run_it = move || {
        let mut a = Asm::new();
        a.emit(op::LoadInt { dst: r(0), value: 0 });
        a.emit(op::LoadInt { dst: r(1), value: 30_000 });
        for reg in 2..10 {
            a.emit(op::LoadInt { dst: r(reg), value: i32::from(reg) - 1 });
        }
        a.emit(op::LoadInt { dst: r(4), value: 4 });
        a.emit(op::MakeSlice { dst: r(10), len: r(4), cap: r(4), ty: INT });
        a.emit(op::LoadStr { dst: r(12), string: gol_bytecode::StrIdx(0) });
        a.emit(op::New { dst: r(14), ty: STRING });
        a.emit(op::MakeMap { dst: r(16), hint: NO_REG, ty: gol_bytecode::TypeIdx(5) });
        let top = a.here();
        body(&mut a);
        a.back(top, |off| op::IncLtI64Loop { a: r(0), b: r(1), off });
        a.emit(op::Return0 {});
        let mut leaf = Asm::new();
        leaf.emit(op::Return1 { a: r(0) });
        let leaf = leaf.finish("main.leaf", 1, 1, 2);
        let mut program = program(vec![a.finish("main.main", 0, 0, 80), leaf]);
        string(&mut program, "abc");
        let mut map = scalar("map[int]int", gol_bytecode::Kind::Map, gol_bytecode::LeafKind::Ptr);
        (map.key, map.elem) = (Some(INT), Some(INT));
        program.types.push(map);
        assert_eq!(run(&program), (String::new(), Outcome::Exit(0)));
    };
    let thread = std::thread::Builder::new().stack_size(64 << 10).spawn(run_it);
    assert!(thread.unwrap().join().is_ok());
}

fn all<I: Instr>(a: &mut Asm, instrs: &[I]) {
    for instr in instrs {
        a.emit(*instr);
    }
}

macro_rules! ops3 {
    ($a:ident: $($name:ident)*) => { $(all($a, &[op::$name { dst: r(20), a: r(5), b: r(6) }]);)* };
}

macro_rules! ops2 {
    ($a:ident: $($name:ident)*) => { $(all($a, &[op::$name { dst: r(20), a: r(5) }]);)* };
}

macro_rules! imms {
    ($a:ident: $($name:ident)*) => { $(all($a, &[op::$name { dst: r(20), a: r(5), imm: 3 }]);)* };
}

/// Jumps to the next instruction, taken or not.
macro_rules! jumps {
    ($a:ident: $($name:ident)*) => { $(all($a, &[op::$name { a: r(5), b: r(6), off: 1 }]);)* };
}

macro_rules! imm_jumps {
    ($a:ident: $($name:ident)*) => { $(all($a, &[op::$name { a: r(5), imm: 3, off: 1 }]);)* };
}

#[test]
fn numbers() {
    on_a_small_stack(|a| {
        ops3!(a: AddI64 SubI64 MulI64 DivI64 RemI64 DivU64 RemU64 AndI64 OrI64 XorI64 AndNotI64
            ShlI64 ShrI64 ShrU64 AddI32 SubI32 MulI32 AddU32 SubU32 MulU32 ShlU32 AddF64 SubF64
            MulF64 DivF64 AddF32 SubF32 MulF32 DivF32 MulC128 DivC128 MulC64 DivC64 EqI64 NeI64
            LtI64 LeI64 LtU64 LeU64 EqF64 NeF64 LtF64 LeF64 EqF32 NeF32 LtF32 LeF32);
        ops2!(a: NegI64 NotI64 NotBool SExt8 SExt16 SExt32 ZExt8 ZExt16 ZExt32 NegF64 SqrtF64
            AbsF64 FloorF64 CeilF64 TruncF64 NegF32 I64ToF64 U64ToF64 I64ToF32 U64ToF32 F64ToI64
            F64ToU64 F64ToF32 F32ToF64 Move Move2);
        imms!(a: AddI64Imm RsubI64Imm MulI64Imm DivI64Imm RemI64Imm DivU64Imm RemU64Imm AndI64Imm
            OrI64Imm XorI64Imm ShlI64Imm ShrI64Imm ShrU64Imm AddI32Imm AddU32Imm EqI64Imm
            NeI64Imm);
        a.emit(op::CheckShift { a: r(5) });
        a.emit(op::MulAddF64 { dst: r(20), a: r(5), b: r(6), c: r(7) });
        a.emit(op::MoveN { dst: r(20), a: r(5), n: 3 });
        a.emit(op::LoadZero { dst: r(20), n: 3 });
        a.emit(op::Nop {});
    });
}

#[test]
fn jumps_of_all_kinds() {
    on_a_small_stack(|a| {
        jumps!(a: EqI64Jump NeI64Jump LtI64Jump LeI64Jump LtU64Jump LeU64Jump EqF64Jump NeF64Jump
            LtF64Jump LeF64Jump NotLtF64Jump NotLeF64Jump EqI64Loop NeI64Loop LtI64Loop LeI64Loop
            LtU64Loop LeU64Loop LtF64Loop LeF64Loop);
        imm_jumps!(a: EqI64ImmJump NeI64ImmJump LtI64ImmJump LeI64ImmJump GtI64ImmJump
            GeI64ImmJump EqI64ImmLoop NeI64ImmLoop LtI64ImmLoop LeI64ImmLoop GtI64ImmLoop
            GeI64ImmLoop);
        a.emit(op::JumpIf { a: r(5), off: 1 });
        a.emit(op::JumpIfNot { a: r(5), off: 1 });
        a.emit(op::JumpIfLoop { a: r(5), off: 1 });
        a.emit(op::JumpIfNotLoop { a: r(5), off: 1 });
        a.emit(op::Jump { off: 1 });
        a.emit(op::Loop { off: 1 });
        a.emit(op::EqStrJump { a: r(12), b: r(12), off: 1 });
        a.emit(op::NeStrJump { a: r(12), b: r(12), off: 1 });
        a.emit(op::TypeEqJump { a: r(5), ty: INT, off: 2 });
        a.emit(op::TypeNeJump { a: r(5), ty: INT, off: 2 });
        a.emit(op::Switch { a: r(5), table: 0 });
        a.emit(op::IncLtI64ImmLoop { a: r(20), imm: 3, off: 1 });
    });
}

#[test]
fn memory_slices_and_strings() {
    on_a_small_stack(|a| {
        a.emit(op::StorePair { ptr: r(14), off: 0, a: r(12) });
        a.emit(op::LoadPair { dst: r(20), ptr: r(14), off: 0 });
        a.emit(op::Store64 { ptr: r(14), off: 8, a: r(5) });
        a.emit(op::Load64 { dst: r(20), ptr: r(14), off: 8 });
        a.emit(op::LoadU8 { dst: r(20), ptr: r(14), off: 8 });
        a.emit(op::StoreIndex64 { slice: r(10), idx: r(2), a: r(5) });
        a.emit(op::LoadIndex64 { dst: r(20), slice: r(10), idx: r(2) });
        a.emit(op::IndexAddr { dst: r(20), slice: r(10), idx: r(2), size: 8 });
        a.emit(op::StrIndex { dst: r(20), a: r(12), idx: r(2) });
        a.emit(op::SliceSlice { dst: r(20), a: r(10), lo: r(2), hi: NO_REG, max: NO_REG, size: 8 });
        a.emit(op::SliceStr { dst: r(20), a: r(12), lo: r(2), hi: NO_REG });
        a.emit(op::Concat { dst: r(20), a: r(12), b: r(12) });
        a.emit(op::EqStr { dst: r(22), a: r(12), b: r(20) });
        a.emit(op::LoadZero { dst: r(20), n: 2 });
        a.emit(op::Append64 { dst: r(20), slice: r(20), a: r(5), ty: INT });
        a.emit(op::StrRange { next: r(23), rune: r(24), a: r(12), off: 2 });
        a.emit(op::New { dst: r(20), ty: INT });
        a.emit(op::MakeIface { dst: r(20), a: r(12), ty: STRING });
        a.emit(op::AssertTypeOk { dst: r(22), ok: r(24), a: r(20), ty: STRING });
        a.emit(op::EqIface { dst: r(22), a: r(20), b: r(20) });
        a.emit(op::MapSet { map: r(16), key: r(5), a: r(6), ty: gol_bytecode::TypeIdx(5) });
        a.emit(op::MapGet { dst: r(20), map: r(16), key: r(5), ty: gol_bytecode::TypeIdx(5) });
        a.emit(op::MapIterInit { iter: r(30), map: r(16), ty: gol_bytecode::TypeIdx(5) });
        a.emit(op::MapIterNext {
            iter: r(30),
            key: r(20),
            val: r(21),
            off: 2,
            ty: gol_bytecode::TypeIdx(5),
        });
        a.emit(op::MapDelete { map: r(16), key: r(5), ty: gol_bytecode::TypeIdx(5) });
    });
}

#[test]
fn calls_defers_and_channels() {
    on_a_small_stack(|a| {
        a.emit(op::Call { base: r(40), func: FuncIdx(1) });
        a.emit(op::LoadFunc { dst: r(20), func: FuncIdx(1) });
        a.emit(op::CallClosure { base: r(40), closure: r(20) });
        a.emit(op::NewClosure { dst: r(20), a: r(5), n: 1, func: FuncIdx(1) });
        a.emit(op::DeferClosure { base: r(40), n: 1, closure: r(20) });
        a.emit(op::RunDefers {});
        a.emit(op::Recover { dst: r(20) });
        a.emit(op::GoFunc { base: r(40), n: 1, func: FuncIdx(1) });
        a.emit(op::MakeChan { dst: r(20), cap: r(4), ty: CHAN_INT });
        a.emit(op::Send { chan: r(20), a: r(5), words: 1 });
        a.emit(op::RecvOk { dst: r(21), ok: r(22), chan: r(20), words: 1 });
        a.emit(op::ChanLen { dst: r(21), chan: r(20) });
        a.emit(op::Close { chan: r(20) });
    });
}

/// No handler calls the next one through the table. Needs `objdump`; passes without it.
#[test]
fn handlers_go_on_by_jumps() {
    let this = std::env::current_exe().unwrap();
    let mut objdump = std::process::Command::new("objdump");
    objdump.args(["--disassemble", "--demangle", "--no-show-raw-insn", "--wide"]).arg(this);
    let Ok(found) = objdump.output() else { return };
    let text = String::from_utf8_lossy(&found.stdout);
    let (mut handler, mut calls) = ("", Vec::new());
    for line in text.lines() {
        if let Some(name) = line.strip_suffix(">:") {
            handler = name;
        }
        // `call *(%r9,%rax,8)`: the opcode is the table's index.
        let goes_on = line.contains("call") && line.contains(",8)");
        if goes_on && handler.contains("dispatch::tail::") && calls.last() != Some(&handler) {
            calls.push(handler);
        }
    }
    assert!(calls.is_empty(), "handlers that call the next one: {calls:#?}");
}
