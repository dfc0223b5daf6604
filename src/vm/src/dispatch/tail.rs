//! Threaded dispatch: every handler ends in a sibling call of the next one.
//!
//! Stable Rust does not promise that such calls become jumps, but LLVM makes them so for functions
//! of one signature with all arguments in registers, nothing to drop and no local whose address is
//! taken; `tests/stack.rs` runs loops on a small stack to prove it. Whatever needs a local with an
//! address (faults carry strings) is in a function of its own that is not inlined.
//!
//! The ABI is the C one that lets Rust panics through: one of ours reaches `machine`, which makes an
//! internal error of it.
//!
//! The table of handlers has a fixed place: an address relative to the instruction costs no more
//! than one in a register.
//!
//! The empty `asm!` in the taken arm of a jump keeps LLVM from turning `if c { ip += off }` into a
//! conditional move of `ip`, which would make every next load wait for the comparison instead of
//! the branch predictor (345 against 169 ms on fib(35) of a prototype).

use std::arch::asm;

use gol_bytecode::{Instr, Op, for_each_op, op};

use super::{COLD_COST, Code, Ctl, at_safepoint};
use crate::frame::Regs;
use crate::handlers;
use crate::local::VmWorker;

/// Instruction pointer, frame, worker, budget, and where the last jump backward led.
type Handler = unsafe extern "C-unwind" fn(*const u64, *mut u64, *mut VmWorker, i64, *const u64);

/// Runs the goroutine whose state is in `local` until it leaves; then `local.switch` says why.
#[inline]
pub(crate) fn execute(worker: &mut VmWorker) {
    let (ip, fp, budget) = (worker.local.ip, worker.local.fp, worker.local.budget);
    // SAFETY: invariants *code* and *frames*.
    unsafe { dispatch(ip, fp, worker, budget, ip) };
}

/// Goes to the handler of the instruction at `ip`.
#[inline(always)]
unsafe fn dispatch(
    ip: *const u64,
    fp: *mut u64,
    worker: *mut VmWorker,
    budget: i64,
    likely: *const u64,
) {
    // SAFETY: invariant *code*: the opcode is one of the table's.
    unsafe {
        let handler = *(&raw const TABLE).cast::<Handler>().add(*ip as u16 as usize);
        handler(ip, fp, worker, budget, likely);
    }
}

/// Enters a function at `ip`, and counts the budget.
#[inline(always)]
unsafe fn enter(
    ip: *const u64,
    fp: *mut u64,
    worker: *mut VmWorker,
    budget: i64,
    likely: *const u64,
) {
    let budget = budget - 1;
    // SAFETY: as in `dispatch`.
    unsafe {
        if budget < 0 {
            return safepoint(ip, fp, worker, budget, likely);
        }
        dispatch(ip, fp, worker, budget, likely);
    }
}

/// Goes back to `ip`, and counts the budget.
///
/// The address was computed from an offset that lies in the code: eight cycles, for which nothing
/// of the next iteration can begin, and so each iteration would wait for the one before. So it is
/// guessed to be where the last jump backward led, and compared with that: a branch, which the
/// processor predicts, and it goes on from the guess. An empty loop takes 3.6 cycles instead of
/// 7.9, one of two instructions 6.5 instead of 9.8.
#[inline(always)]
#[allow(clippy::pointers_in_nomem_asm_block, reason = "nothing is read through the pointer there")]
unsafe fn back_edge(
    ip: *const u64,
    fp: *mut u64,
    worker: *mut VmWorker,
    budget: i64,
    likely: *const u64,
) {
    let budget = budget - 1;
    // SAFETY: as in `dispatch`.
    unsafe {
        if budget < 0 {
            return safepoint(ip, fp, worker, budget, likely);
        }
        if ip == likely {
            let mut guess = likely;
            // LLVM must not know that the two are equal here.
            asm!("/* {0} */", inout(reg) guess, options(nomem, nostack, preserves_flags));
            iterate(guess, fp, worker, budget, guess);
        } else {
            iterate(ip, fp, worker, budget, ip);
        }
    }
}

/// Goes to the handler of the first instruction of a loop's body: [`LOOPS`] has others for those
/// that can be a whole body.
#[inline(always)]
unsafe fn iterate(
    ip: *const u64,
    fp: *mut u64,
    worker: *mut VmWorker,
    budget: i64,
    likely: *const u64,
) {
    // SAFETY: as in `dispatch`.
    unsafe {
        let handler = *(&raw const LOOPS).cast::<Handler>().add(*ip as u16 as usize);
        handler(ip, fp, worker, budget, likely);
    }
}

#[cold]
#[inline(never)]
unsafe extern "C-unwind" fn safepoint(
    ip: *const u64,
    fp: *mut u64,
    worker: *mut VmWorker,
    _: i64,
    _: *const u64,
) {
    // SAFETY: as in `dispatch`; the worker is this thread's own.
    unsafe {
        if at_safepoint(&mut *worker, ip, fp) {
            let budget = (*worker).local.budget;
            dispatch(ip, fp, worker, budget, ip);
        }
    }
}

/// Goes on at the state that a cold path left in `local`.
#[inline(always)]
unsafe fn resume(worker: *mut VmWorker, budget: i64, likely: *const u64) {
    // SAFETY: as in `dispatch`.
    unsafe {
        let (ip, fp) = ((*worker).local.ip, (*worker).local.fp);
        dispatch(ip, fp, worker, budget, likely);
    }
}

macro_rules! traps {
    ($($name:ident => $raise:ident;)*) => {$(
        #[cold]
        #[inline(never)]
        unsafe extern "C-unwind" fn $name(
            ip: *const u64,
            fp: *mut u64,
            worker: *mut VmWorker,
            budget: i64,
            likely: *const u64,
        ) {
            // SAFETY: as in `dispatch`; the worker is this thread's own.
            unsafe {
                if super::$raise(&mut *worker, ip, fp) == Code::Resume {
                    resume(worker, budget, likely);
                }
            }
        }
    )*};
}

traps! {
    trap_nil => raise_nil;
    trap_divide => raise_divide;
    trap_index => raise_index;
}

/// Runs the path that a handler left in `local`.
#[cold]
#[inline(never)]
unsafe extern "C-unwind" fn slow_path(
    ip: *const u64,
    fp: *mut u64,
    worker: *mut VmWorker,
    budget: i64,
    likely: *const u64,
) {
    // SAFETY: as in `dispatch`; the worker is this thread's own.
    unsafe {
        let path = (*worker).local.slow;
        let code = path(&mut *worker, Regs(fp), ip);
        let len = Op::from_u16(*ip as u16).map_or(1, Op::len);
        cold(code, 0, len, ip, fp, worker, budget, likely);
    }
}

/// What every handler ends in.
#[inline(always)]
unsafe fn finish(
    ctl: Ctl,
    len: usize,
    ip: *const u64,
    fp: *mut u64,
    worker: *mut VmWorker,
    budget: i64,
    likely: *const u64,
) {
    // SAFETY: as in `dispatch`; offsets lead to instructions of the same function.
    unsafe {
        match ctl {
            Ctl::Next => dispatch(ip.add(len), fp, worker, budget, likely),
            Ctl::Goto(off) => {
                asm!("", options(nomem, nostack, preserves_flags));
                dispatch(ip.offset(off), fp, worker, budget, likely);
            }
            Ctl::Loop(off) => back_edge(ip.offset(off), fp, worker, budget, likely),
            Ctl::Enter(to, fp) => enter(to, fp, worker, budget, likely),
            Ctl::Back(to, fp) => dispatch(to, fp, worker, budget, likely),
            Ctl::Nil => trap_nil(ip, fp, worker, budget, likely),
            Ctl::Divide => trap_divide(ip, fp, worker, budget, likely),
            Ctl::Index(index, bound) => {
                (*worker).local.trap = (index, bound);
                trap_index(ip, fp, worker, budget, likely);
            }
            Ctl::Slow(path) => {
                (*worker).local.slow = path;
                slow_path(ip, fp, worker, budget, likely);
            }
            Ctl::Cold(code) => cold(code, len as isize, len, ip, fp, worker, budget, likely),
            Ctl::ColdGoto(code, off) => cold(code, off, len, ip, fp, worker, budget, likely),
        }
    }
}

#[inline(always)]
#[allow(clippy::too_many_arguments)]
unsafe fn cold(
    code: Code,
    off: isize,
    len: usize,
    ip: *const u64,
    fp: *mut u64,
    worker: *mut VmWorker,
    budget: i64,
    likely: *const u64,
) {
    // SAFETY: as in `dispatch`.
    unsafe {
        if code == Code::Next {
            return dispatch(ip.add(len), fp, worker, budget - COLD_COST, likely);
        }
        // Not one table of jumps for all codes: nearly always it is the first.
        asm!("", options(nomem, nostack, preserves_flags));
        match code {
            Code::Next => {}
            Code::Goto => dispatch(ip.offset(off), fp, worker, budget - COLD_COST, likely),
            Code::Resume => resume(worker, budget, likely),
            Code::Safepoint => safepoint(ip.add(len), fp, worker, budget, likely),
            Code::Leave => {}
        }
    }
}

macro_rules! define_handlers {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $kind:ident),* })*) => {
        $(
            #[allow(non_snake_case)]
            unsafe extern "C-unwind" fn $name(
                ip: *const u64,
                fp: *mut u64,
                worker: *mut VmWorker,
                budget: i64,
                likely: *const u64,
            ) {
                // SAFETY: as in `dispatch`; the worker is this thread's own.
                unsafe {
                    let operands = handlers::operands::<op::$name>(ip);
                    let ctl = handlers::$name(&mut *worker, Regs(fp), ip, operands);
                    finish(ctl, op::$name::LEN, ip, fp, worker, budget, likely);
                }
            }
        )*

        const HANDLERS: [Handler; [$(stringify!($name)),*].len()] = [$($name),*];
    };
}

for_each_op!(define_handlers);

static TABLE: [Handler; HANDLERS.len()] = HANDLERS;

/// Iterations of a loop that runs in one handler for one of the budget.
const ITERATIONS: u64 = 4;

macro_rules! define_loops {
    ($($name:ident)*) => {
        mod loops {
            use super::*;

            $(
                #[allow(non_snake_case)]
                pub(super) unsafe extern "C-unwind" fn $name(
                    ip: *const u64,
                    fp: *mut u64,
                    worker: *mut VmWorker,
                    budget: i64,
                    likely: *const u64,
                ) {
                    // SAFETY: as in `dispatch`.
                    unsafe {
                        if !handlers::run::may_end(ip, op::$name::LEN) {
                            return super::$name(ip, fp, worker, budget, likely);
                        }
                        let run = handlers::run::$name(Regs(fp), ip);
                        if run.iterations == 0 {
                            return super::$name(ip, fp, worker, budget, likely);
                        }
                        let budget = budget - (run.iterations / ITERATIONS) as i64;
                        dispatch(ip.add(run.words), fp, worker, budget, likely);
                    }
                }
            )*
        }

        /// The handlers of a loop's first instruction.
        static LOOPS: [Handler; HANDLERS.len()] = {
            let mut table = HANDLERS;
            $(table[Op::$name as usize] = loops::$name;)*
            table
        };
    };
}

define_loops! {
    AddIndexI64 AddIndexF64 StoreIndex8 StoreIndex64 AddToIndexI64 AddToIndexI64Imm AddProductF64
    LoadIndex64
}
