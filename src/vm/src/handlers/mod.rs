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
#[cfg(gol_tail)]
pub(crate) mod run;
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

/// The operands of the instruction at `ip`. Up to three are shifted out of one word (3.15 cycles
/// for an addition in a row of such; with a load for each operand 3.5). More are loaded one by
/// one, which takes fewer registers: no handler has to save one on the stack then.
#[inline(always)]
pub(crate) fn operands<I: gol_bytecode::Instr>(ip: *const u64) -> I {
    if I::LEN == 1 {
        // SAFETY: invariant *code* of `dispatch`.
        return I::decode([unsafe { *ip }, 0]);
    }
    I::decode(InCode(ip))
}

/// Slots read where they lie.
#[derive(Clone, Copy)]
struct InCode(*const u64);

impl gol_bytecode::SlotReader for InCode {
    #[inline(always)]
    fn one(self, slot: usize) -> u16 {
        let at = if cfg!(target_endian = "little") { slot } else { slot ^ 3 };
        // SAFETY: invariant *code* of `dispatch`: an instruction has the slots of its operands.
        unsafe { self.0.cast::<u16>().add(at).read() }
    }

    #[inline(always)]
    fn two(self, slot: usize) -> u32 {
        if cfg!(target_endian = "big") {
            return u32::from(self.one(slot)) | u32::from(self.one(slot + 1)) << 16;
        }
        // SAFETY: as in `one`; not every pair of slots lies at a multiple of four bytes.
        unsafe { self.0.cast::<u16>().add(slot).cast::<u32>().read_unaligned() }
    }
}

/// The instruction behind one of type `I` at `ip`.
#[inline(always)]
pub(crate) fn behind<I: gol_bytecode::Instr>(ip: *const u64) -> *const u64 {
    ip.wrapping_add(I::LEN)
}
