//! Loops of one or two instructions, run inside of a handler.
//!
//! `for _, v := range a { sum += v }` is an instruction that adds an element and one that steps and
//! jumps back. A jump backward goes on through a second table of handlers (`dispatch::tail`), which
//! has the functions of this file for the instructions that such loops are made of. Each looks
//! whether the instruction behind is the step of a loop that leads back to it, and if so does the
//! iterations whose indices are in range, at most [`MOST`] of them. The registers are then what they
//! are in front of the last step, which is executed as always: it tests, counts the budget, and
//! whatever goes wrong goes wrong in the ordinary handlers.
//!
//! Nothing but the first instruction of a loop's body pays for this. The functions are never inlined:
//! what one of them keeps on the stack would end the sibling calls of the handler that asks it, and
//! whether LLVM does that has differed from build to build.

use gol_bytecode::{Instr, Op, Reg, op};
use gol_heap::{init_word, load_word};

use super::operands;
use crate::frame::Regs;

/// Iterations between two looks at the budget.
const MOST: u64 = 256;

/// What was done: so many iterations, behind which the instruction `words` further on comes next.
/// With no iterations the ordinary handler has to do its work.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) iterations: u64,
    pub(crate) words: usize,
}

/// Whether the instruction behind one at `ip` of `words` words steps a loop. [`Steps::of`] knows which
/// loop; this much is asked before anything is called.
#[inline(always)]
pub(crate) fn may_end(ip: *const u64, words: usize) -> bool {
    // SAFETY: invariant *code* of `dispatch`: another instruction is behind this one.
    let opcode = unsafe { *ip.wrapping_add(words) } as u16;
    let steps = Op::IncLtI64Loop as u16..=Op::AddLeI64Loop as u16;
    // A sum of products has its second half there.
    steps.contains(&opcode) || opcode == Op::MulAddIndexF64 as u16
}

/// A loop as its step says it: the index goes from `at` in steps of `step` while it is below `end`.
struct Steps {
    at: u64,
    step: u64,
    end: u64,
    /// Words of the body.
    words: usize,
    idx: Reg,
}

impl Steps {
    /// The loop whose body begins at `ip` and has `words` words, if `idx` is what it steps and the
    /// body writes no register of its step, which `written` is.
    #[inline(always)]
    fn of(r: Regs, ip: *const u64, words: usize, idx: Reg, written: Option<Reg>) -> Option<Steps> {
        let at = r.get(idx);
        let step_ip = ip.wrapping_add(words);
        // SAFETY: invariant *code* of `dispatch`: another instruction is behind the body's.
        let opcode = unsafe { *step_ip } as u16;
        let (stepped, off, step, end, used) = if opcode == Op::IncLtI64Loop as u16 {
            let o: op::IncLtI64Loop = operands(step_ip);
            (o.a, o.off, 1, r.int(o.b), [o.b; 2])
        } else if opcode == Op::IncLtI64ImmLoop as u16 {
            let o: op::IncLtI64ImmLoop = operands(step_ip);
            (o.a, o.off, 1, i64::from(o.imm), [o.a; 2])
        } else if opcode == Op::IncLtLenLoop as u16 {
            let o: op::IncLtLenLoop = operands(step_ip);
            let second = Reg(o.slice.0.wrapping_add(1));
            (o.a, o.off, 1, i64::from(r.get(second) as u32), [o.slice, second])
        } else if opcode == Op::AddLtI64Loop as u16 {
            let o: op::AddLtI64Loop = operands(step_ip);
            (o.a, o.off, r.int(o.b), r.int(o.c), [o.b, o.c])
        } else if opcode == Op::AddLeI64Loop as u16 {
            let o: op::AddLeI64Loop = operands(step_ip);
            (o.a, o.off, r.int(o.b), r.int(o.c).checked_add(1)?, [o.b, o.c])
        } else {
            return None;
        };
        let clash = written.is_some_and(|reg| reg == idx || used.contains(&reg));
        if stepped != idx || isize::from(off) != -(words as isize) || step <= 0 || end <= 0 || clash
        {
            return None;
        }
        Some(Steps { at, step: step as u64, end: end as u64, words, idx })
    }

    /// No further than the length of a slice, and its first element.
    #[inline(always)]
    fn within(&mut self, r: Regs, slice: Reg) -> u64 {
        let [data, size] = r.get2(slice);
        self.end = self.end.min(size & 0xffff_ffff);
        data
    }

    /// Calls `body` with each index.
    #[inline(always)]
    fn run(self, r: Regs, mut body: impl FnMut(usize)) -> Run {
        let (mut at, mut iterations) = (self.at, 0);
        while at < self.end && iterations < MOST {
            body(at as usize);
            at += self.step;
            iterations += 1;
        }
        if iterations > 0 {
            r.set(self.idx, at - self.step);
        }
        Run { iterations, words: self.words }
    }
}

const NOTHING: Run = Run { iterations: 0, words: 0 };

/// A register that is a slice's.
fn is_of(reg: Reg, slice: Reg) -> bool {
    reg == slice || reg.0 == slice.0.wrapping_add(1)
}

/// `sum += a[i]`.
macro_rules! sums {
    ($($name:ident |$old:ident, $element:ident| $new:expr;)*) => {$(
        #[allow(non_snake_case)]
        #[inline(never)]
        pub(crate) fn $name(r: Regs, ip: *const u64) -> Run {
            let o: op::$name = operands(ip);
            if o.dst != o.a || is_of(o.dst, o.slice) {
                return NOTHING;
            }
            let Some(mut steps) = Steps::of(r, ip, op::$name::LEN, o.idx, Some(o.dst)) else {
                return NOTHING;
            };
            let data = steps.within(r, o.slice);
            let mut sum = r.get(o.a);
            let run = steps.run(r, |at| {
                // SAFETY: the index lies below the slice's length.
                let ($old, $element) = (sum, unsafe { load_word((data as *const u64).add(at)) });
                sum = $new;
            });
            r.set(o.dst, sum);
            run
        }
    )*};
}

sums! {
    AddIndexI64 |old, element| old.wrapping_add(element);
    AddIndexF64 |old, element| (f64::from_bits(old) + f64::from_bits(element)).to_bits();
}

/// `a[i] = x`, and `a[i] = i`.
macro_rules! fills {
    ($($name:ident |$at:ident, $value:ident| $store:expr;)*) => {$(
        #[allow(non_snake_case)]
        #[inline(never)]
        pub(crate) fn $name(r: Regs, ip: *const u64) -> Run {
            let o: op::$name = operands(ip);
            let Some(mut steps) = Steps::of(r, ip, op::$name::LEN, o.idx, None) else {
                return NOTHING;
            };
            let data = steps.within(r, o.slice);
            let change = if o.a == o.idx { steps.step } else { 0 };
            let mut $value = r.get(o.a);
            steps.run(r, |at| {
                let $at = (data as *mut u64, at);
                // SAFETY: the index lies below the slice's length.
                unsafe { $store };
                $value = $value.wrapping_add(change);
            })
        }
    )*};
}

fills! {
    StoreIndex8 |place, value| place.0.cast::<u8>().add(place.1).write_volatile(value as u8);
    StoreIndex64 |place, value| init_word(place.0.add(place.1), value);
    AddToIndexI64 |place, value| {
        let element = place.0.add(place.1);
        init_word(element, load_word(element).wrapping_add(value));
    };
}

/// `a[i]++`.
#[allow(non_snake_case)]
#[inline(never)]
pub(crate) fn AddToIndexI64Imm(r: Regs, ip: *const u64) -> Run {
    let o: op::AddToIndexI64Imm = operands(ip);
    let Some(mut steps) = Steps::of(r, ip, op::AddToIndexI64Imm::LEN, o.idx, None) else {
        return NOTHING;
    };
    let data = steps.within(r, o.slice) as *mut u64;
    steps.run(r, |at| {
        // SAFETY: the index lies below the slice's length.
        unsafe {
            let element = data.add(at);
            init_word(element, load_word(element).wrapping_add_signed(i64::from(o.imm)));
        }
    })
}

/// `y[i] += f * x[i]`.
#[allow(non_snake_case)]
#[inline(never)]
pub(crate) fn AddProductF64(r: Regs, ip: *const u64) -> Run {
    let o: op::AddProductF64 = operands(ip);
    let Some(mut steps) = Steps::of(r, ip, op::AddProductF64::LEN, o.idx, None) else {
        return NOTHING;
    };
    if o.at != o.idx {
        return NOTHING;
    }
    let target = steps.within(r, o.slice) as *mut u64;
    let source = steps.within(r, o.from) as *const u64;
    let factor = r.f64(o.a);
    steps.run(r, |at| {
        // SAFETY: the index lies below both slices' lengths.
        unsafe {
            let sum = f64::from_bits(load_word(target.add(at)));
            let product = factor * f64::from_bits(load_word(source.add(at)));
            init_word(target.add(at), (sum + product).to_bits());
        }
    })
}

/// `sum += a[i] * b[i]`, which is two instructions.
#[allow(non_snake_case)]
#[inline(never)]
pub(crate) fn LoadIndex64(r: Regs, ip: *const u64) -> Run {
    let first: op::LoadIndex64 = operands(ip);
    let second_ip = ip.wrapping_add(op::LoadIndex64::LEN);
    // SAFETY: invariant *code* of `dispatch`: another instruction is behind a load.
    if unsafe { *second_ip } as u16 != Op::MulAddIndexF64 as u16 {
        return NOTHING;
    }
    let o: op::MulAddIndexF64 = operands(second_ip);
    let words = op::LoadIndex64::LEN + op::MulAddIndexF64::LEN;
    let product = o.a == first.dst && o.idx == first.idx && o.c == o.dst && o.dst != first.dst;
    let kept = [first.slice, o.slice].iter().all(|s| !is_of(o.dst, *s) && !is_of(first.dst, *s));
    let of = |written| Steps::of(r, ip, words, o.idx, Some(written));
    let (true, Some(mut steps), Some(_)) = (product && kept, of(o.dst), of(first.dst)) else {
        return NOTHING;
    };
    let a = steps.within(r, first.slice) as *const u64;
    let b = steps.within(r, o.slice) as *const u64;
    let (mut sum, mut last) = (r.f64(o.c), r.get(first.dst));
    let run = steps.run(r, |at| {
        // SAFETY: the index lies below both slices' lengths.
        let x = unsafe { load_word(b.add(at)) };
        // SAFETY: as above.
        last = unsafe { load_word(a.add(at)) };
        sum += f64::from_bits(last) * f64::from_bits(x);
    });
    r.set_f64(o.dst, sum);
    r.set(first.dst, last);
    run
}
