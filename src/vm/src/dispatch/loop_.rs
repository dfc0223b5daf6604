//! Dispatch by `loop { match }`, from the same handler bodies.

use gol_bytecode::{Instr, Op, for_each_op, op};

use super::{COLD_COST, Code, Ctl, at_safepoint, raise_divide, raise_index, raise_nil};
use crate::frame::Regs;
use crate::handlers;
use crate::local::VmWorker;

/// What the loop keeps between instructions.
struct State {
    ip: *const u64,
    fp: *mut u64,
    budget: i64,
}

/// Runs the goroutine whose state is in `local` until it leaves; then `local.switch` says why.
pub(crate) fn execute(worker: &mut VmWorker) {
    let mut state = State { ip: worker.local.ip, fp: worker.local.fp, budget: worker.local.budget };
    while step(worker, &mut state) {}
}

impl State {
    /// Counts the budget; whether to go on.
    fn counted(&mut self, worker: &mut VmWorker) -> bool {
        self.budget -= 1;
        self.budget >= 0 || self.safepoint(worker)
    }

    fn safepoint(&mut self, worker: &mut VmWorker) -> bool {
        self.budget = worker.local.budget;
        at_safepoint(worker, self.ip, self.fp)
    }

    fn jump(&mut self, off: isize) {
        self.ip = self.ip.wrapping_offset(off);
    }

    fn finish(&mut self, worker: &mut VmWorker, ctl: Ctl, len: usize) -> bool {
        match ctl {
            Ctl::Next => self.jump(len as isize),
            Ctl::Goto(off) => self.jump(off),
            Ctl::Loop(off) => {
                self.jump(off);
                return self.counted(worker);
            }
            Ctl::Enter(ip, fp) => {
                (self.ip, self.fp) = (ip, fp);
                return self.counted(worker);
            }
            Ctl::Back(ip, fp) => (self.ip, self.fp) = (ip, fp),
            Ctl::Nil => return self.trap(worker, raise_nil),
            Ctl::Divide => return self.trap(worker, raise_divide),
            Ctl::Index(index, bound) => {
                worker.local.trap = (index, bound);
                return self.trap(worker, raise_index);
            }
            Ctl::Slow(path) => {
                let code = path(worker, Regs(self.fp), self.ip);
                return self.cold(worker, code, 0, len);
            }
            Ctl::Cold(code) => return self.cold(worker, code, len as isize, len),
            Ctl::ColdGoto(code, off) => return self.cold(worker, code, off, len),
        }
        true
    }

    fn trap(
        &mut self,
        worker: &mut VmWorker,
        raise: fn(&mut VmWorker, *const u64, *mut u64) -> Code,
    ) -> bool {
        let code = raise(worker, self.ip, self.fp);
        self.cold(worker, code, 0, 0)
    }

    fn cold(&mut self, worker: &mut VmWorker, code: Code, off: isize, len: usize) -> bool {
        self.budget -= COLD_COST;
        match code {
            Code::Next => self.jump(len as isize),
            Code::Goto => self.jump(off),
            Code::Resume => (self.ip, self.fp) = (worker.local.ip, worker.local.fp),
            Code::Safepoint => {
                self.jump(len as isize);
                return self.safepoint(worker);
            }
            Code::Leave => return false,
        }
        true
    }
}

macro_rules! define_step {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $kind:ident),* })*) => {
        /// Executes one instruction; whether to go on.
        #[inline(always)]
        #[allow(clippy::too_many_lines)]
        fn step(worker: &mut VmWorker, state: &mut State) -> bool {
            let ip = state.ip;
            // SAFETY: invariant *code*.
            let Some(op) = Op::from_u16(unsafe { *ip } as u16) else { return false };
            match op {
                $(Op::$name => {
                    let operands = handlers::operands::<op::$name>(ip);
                    let ctl = handlers::$name(worker, Regs(state.fp), ip, operands);
                    state.finish(worker, ctl, op::$name::LEN)
                })*
            }
        }
    };
}

for_each_op!(define_step);
