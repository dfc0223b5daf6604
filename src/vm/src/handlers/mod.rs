//! One function for each opcode, from operands to [`Ctl`].
//!
//! A handler is inlined into the dispatcher. The `hot!` ones stand as they are: nothing in them may
//! need an address on the stack. The `slow!` ones are split: what is inlined only calls a function
//! of its own, whose body may fail with a [`Fault`], allocate, or switch goroutines, and which
//! returns a [`Code`]. All of them see registers through [`Regs`] and rest on its invariant.

mod call;
mod chan;
mod fused;
mod iface;
mod jump;
mod map;
mod memory;
mod number;
mod slice;
mod string;

pub(crate) use call::*;
pub(crate) use chan::*;
pub(crate) use fused::*;
pub(crate) use iface::*;
pub(crate) use jump::*;
pub(crate) use map::*;
pub(crate) use memory::*;
pub(crate) use number::*;
pub(crate) use slice::*;
pub(crate) use string::*;

/// Handlers that are inlined whole: `Name(worker, regs, ip, operands) { … Ctl }`.
macro_rules! hot {
    ($($name:ident($w:ident, $r:ident, $ip:ident, $o:ident) $body:block)*) => {$(
        #[inline(always)]
        #[allow(non_snake_case, unused_variables)]
        pub(crate) fn $name(
            $w: &mut crate::local::VmWorker,
            $r: crate::frame::Regs,
            $ip: *const u64,
            $o: gol_bytecode::op::$name,
        ) -> crate::dispatch::Ctl $body
    )*};
}

/// Handlers whose work is done out of line: the body gives `Result<(), Fault>`. A collection that
/// it made due happens right behind.
macro_rules! slow {
    ($($name:ident($w:ident, $r:ident, $at:ident, $o:ident) $body:block)*) => {$(
        #[inline(always)]
        #[allow(non_snake_case)]
        pub(crate) fn $name(
            worker: &mut crate::local::VmWorker,
            regs: crate::frame::Regs,
            ip: *const u64,
            operands: gol_bytecode::op::$name,
        ) -> crate::dispatch::Ctl {
            #[inline(never)]
            #[allow(unused_variables, clippy::redundant_closure_call)]
            fn run(
                $w: &mut crate::local::VmWorker,
                $r: crate::frame::Regs,
                $at: *const u64,
            ) -> crate::dispatch::Code {
                let $o = crate::handlers::operands::<gol_bytecode::op::$name>($at);
                let result: Result<(), crate::fault::Fault> = (|| $body)();
                match result {
                    Ok(()) => crate::machine::after_allocation($w),
                    Err(fault) => crate::dispatch::raise_at($w, $at, $r.0, fault),
                }
            }
            let _ = operands;
            crate::dispatch::Ctl::Cold(run(worker, regs, ip))
        }
    )*};
}

pub(crate) use {hot, slow};

/// The operands of the instruction at `ip`, for bodies out of line.
#[inline(always)]
pub(crate) fn operands<I: gol_bytecode::Instr>(ip: *const u64) -> I {
    // SAFETY: invariant *code* of `dispatch`.
    unsafe { I::decode([*ip, if I::LEN == 2 { *ip.add(1) } else { 0 }]) }
}

/// The instruction behind one of type `I` at `ip`.
#[inline(always)]
pub(crate) fn behind<I: gol_bytecode::Instr>(ip: *const u64) -> *const u64 {
    ip.wrapping_add(I::LEN)
}
