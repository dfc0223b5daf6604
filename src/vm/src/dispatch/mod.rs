//! How one instruction follows the other.
//!
//! The handlers ([`crate::handlers`]) are safe-looking functions from operands to a [`Ctl`]. From
//! these one body each, the opcode table makes two machines, of which `build.rs` picks one: `tail`,
//! where each handler ends in a sibling call of the next (the instruction pointer, the frame, the
//! worker, the budget and the last loop's start stay in machine registers), and `loop_`, a
//! `loop { match }` for unoptimised builds and other targets.
//!
//! Invariant *code*: `ip` leads to an instruction of a loaded function or to one of the stubs of
//! `frame`; the compiler ends no function without a jump, return or panic.

#[cfg(not(gol_tail))]
mod loop_;
#[cfg(gol_tail)]
mod tail;

#[cfg(not(gol_tail))]
pub(crate) use loop_::execute;
#[cfg(gol_tail)]
pub(crate) use tail::execute;

use gol_sched::{Safepoint, Switch};

use crate::collect;
use crate::defer::Next;
use crate::fault::Fault;
use crate::frame::Regs;
use crate::local::VmWorker;
use crate::panic;

/// Back edges and calls between two looks at the flags: some dozen microseconds.
pub(crate) const BUDGET: i64 = 10_000;

/// What a cold path takes of the budget: it may do much work, and a loop of such must come to a
/// safepoint in time.
pub(crate) const COLD_COST: i64 = 24;

/// What a handler wants to happen next. It never reaches memory: handlers are inlined into the
/// dispatcher's functions, which match on it.
pub(crate) enum Ctl {
    /// The instruction behind this one.
    Next,
    /// So many words on from this instruction.
    Goto(isize),
    /// The same backward: counts the budget.
    Loop(isize),
    /// A call: counts the budget.
    Enter(*const u64, *mut u64),
    /// A return.
    Back(*const u64, *mut u64),
    /// Faults of instructions without cold path of their own.
    Nil,
    Divide,
    Index(u64, u64),
    /// A rare path out of line, which is jumped to: the handler needs no stack frame for it.
    Slow(SlowPath),
    /// What a cold path said.
    Cold(Code),
    /// The same; the offset is for `Code::Goto`.
    ColdGoto(Code, isize),
}

/// A rare path of the instruction at the address: finds its operands there itself.
pub(crate) type SlowPath = fn(&mut VmWorker, Regs, *const u64) -> Code;

/// How a cold path ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Code {
    Next,
    /// Go on at the state in `Local`.
    Resume,
    /// Return from the machine; `Local::switch` says why.
    Leave,
    /// Jump to the instruction's offset.
    Goto,
    /// Go on behind the instruction, after a safepoint.
    Safepoint,
}

/// Turns what follows from a fault into a code.
pub(crate) fn code_of(worker: &mut VmWorker, next: Next) -> Code {
    match next {
        Next::Resume => Code::Resume,
        Next::Leave(switch) => {
            worker.local.switch = switch;
            Code::Leave
        }
    }
}

/// Raises a fault of the instruction at `ip`.
#[cold]
#[inline(never)]
pub(crate) fn raise_at(worker: &mut VmWorker, ip: *const u64, fp: *mut u64, fault: Fault) -> Code {
    worker.local.ip = ip;
    worker.local.fp = fp;
    let next = panic::raise(worker, fault);
    code_of(worker, next)
}

#[cold]
#[inline(never)]
fn raise_nil(worker: &mut VmWorker, ip: *const u64, fp: *mut u64) -> Code {
    raise_at(worker, ip, fp, Fault::nil_dereference())
}

#[cold]
#[inline(never)]
fn raise_divide(worker: &mut VmWorker, ip: *const u64, fp: *mut u64) -> Code {
    raise_at(worker, ip, fp, Fault::divide())
}

/// The index fault whose figures are in `local`.
#[cold]
#[inline(never)]
fn raise_index(worker: &mut VmWorker, ip: *const u64, fp: *mut u64) -> Code {
    let (index, len) = worker.local.trap;
    raise_at(worker, ip, fp, Fault::Index { index: index as i64, len: len as usize })
}

/// The budget is used up before the instruction at `ip`: whether to go on.
#[cold]
#[inline(never)]
pub(crate) fn at_safepoint(worker: &mut VmWorker, ip: *const u64, fp: *mut u64) -> bool {
    collect::at_safepoint(worker);
    let switch = match worker.safepoint() {
        Safepoint::Continue => return true,
        Safepoint::Stop => Switch::Safepoint,
        Safepoint::Yield => Switch::Yielded,
    };
    worker.local.ip = ip;
    worker.local.fp = fp;
    panic::save(&mut worker.local);
    worker.local.switch = switch;
    false
}
