//! Which registers of a function hold values that are still needed, at each of its instructions.
//!
//! A register that may hold a pointer keeps what it leads to alive only as long as something will
//! read it: else finalizers would wait, and weak pointers hold, until the function returns. The
//! answer is computed from the bytecode when the collector first meets a frame of the function, and
//! kept; running code pays nothing for it. (HotSpot makes the maps of its interpreter's frames in the
//! same way.) The rejected ways were a map for each safepoint from the compiler, which all programs
//! would carry and hardly any need, and instructions that clear dead registers, which all would run.
//!
//! The analysis is the usual one, backwards to a fixed point: live before an instruction is what it
//! reads, and what is live behind it without what it writes. A function that defers goes on at its
//! recovery address from anywhere, so what is live there is live everywhere in it.

use std::sync::OnceLock;

use gol_bytecode::disasm::{Decoded, decode};
use gol_bytecode::effects::{Effects, Range, Widths};
use gol_bytecode::{Op, OperandKind};

use crate::code::RtFunction;
use crate::load::Image;

/// For functions whose answer would take more words than this, all registers count as live.
const MOST_WORDS: usize = 1 << 18;

/// A function's answer, made on first use.
pub(crate) type Cell = OnceLock<Option<Liveness>>;

/// Live registers by instruction.
#[derive(Debug)]
pub(crate) struct Liveness {
    /// A row for each word of the code; those of an instruction's second word are like its first's.
    /// One bit a register that may hold a pointer, and one behind the last register for the closure.
    rows: Box<[u64]>,
    width: usize,
}

impl Liveness {
    /// The function's answer; `None` if it is too large to have one.
    pub(crate) fn of<'a>(function: &'a RtFunction, image: &Image) -> Option<&'a Liveness> {
        function.live.get_or_init(|| analyse(function, image)).as_ref()
    }

    /// The function's answer, if there has been a question.
    pub(crate) fn known(function: &RtFunction) -> Option<&Liveness> {
        function.live.get()?.as_ref()
    }

    /// What is live when execution goes on at a word of the code.
    pub(crate) fn row(&self, index: u32) -> &[u64] {
        let first = index as usize * self.width;
        &self.rows[first..first + self.width]
    }
}

fn analyse(function: &RtFunction, image: &Image) -> Option<Liveness> {
    let registers = function.num_regs as usize;
    let (len, width) = (function.code_len as usize, registers / 64 + 1);
    if len * width > MOST_WORDS {
        return None;
    }
    // SAFETY: a loaded function's code is as long as it says and does not change.
    let code = unsafe { std::slice::from_raw_parts(function.entry, len) };
    let steps = steps(function, &decode(code), image);
    let mut analysis =
        Analysis { rows: vec![0; len * width], width, row: vec![0; width], registers };
    let mut changed = true;
    while changed {
        changed = false;
        for step in steps.iter().rev() {
            changed |= analysis.update(step);
        }
    }
    analysis.finish(function);
    Some(Liveness { rows: analysis.rows.into(), width })
}

/// An instruction as the analysis sees it.
struct Step {
    pc: usize,
    len: usize,
    /// Where execution may go on.
    next: Vec<usize>,
    effects: Effects,
}

fn steps(function: &RtFunction, code: &[Decoded], image: &Image) -> Vec<Step> {
    let step = |insn: &Decoded| {
        let (pc, len) = (insn.pc as usize, insn.op.len());
        let mut next: Vec<usize> = insn.target().into_iter().map(|at| at as usize).collect();
        if insn.op == Op::Switch {
            let table = insn.operands.iter().find(|o| o.kind == OperandKind::U16);
            let tables = &function.source.jump_tables;
            let table = table.and_then(|o| tables.get(o.value as usize));
            let offsets = table.iter().flat_map(|table| &table.offsets);
            next.extend(offsets.map(|off| pc.wrapping_add_signed(*off as isize)));
        }
        if !ends(insn.op) {
            next.push(pc + len);
        }
        Step { pc, len, next, effects: Effects::of(insn, &function.source.selects, image) }
    };
    code.iter().map(step).collect()
}

/// Whether execution never goes on behind such an instruction.
fn ends(op: Op) -> bool {
    use Op::*;
    matches!(op, Jump | Loop | Return0 | Return1 | Return2 | ReturnN | Panic)
}

struct Analysis {
    rows: Vec<u64>,
    width: usize,
    /// The row that is being made.
    row: Vec<u64>,
    registers: usize,
}

impl Analysis {
    /// Whether the instruction's row has changed.
    fn update(&mut self, step: &Step) -> bool {
        self.row.fill(0);
        for next in &step.next {
            let first = next * self.width;
            let Some(row) = self.rows.get(first..first + self.width) else { continue };
            self.row.iter_mut().zip(row).for_each(|(to, from)| *to |= from);
        }
        for range in &step.effects.writes {
            self.each_word(*range, |word, bits| *word &= !bits);
        }
        for range in &step.effects.reads {
            self.each_word(*range, |word, bits| *word |= bits);
        }
        if step.effects.captures {
            self.row[self.registers / 64] |= 1 << (self.registers % 64);
        }
        let mut changed = false;
        for word in step.pc..step.pc + step.len {
            let old = &mut self.rows[word * self.width..(word + 1) * self.width];
            changed |= *old != *self.row;
            old.copy_from_slice(&self.row);
        }
        changed
    }

    /// Shows the parts of the row that a range of registers covers.
    fn each_word(&mut self, (first, end): Range, change: impl Fn(&mut u64, u64)) {
        let (mut at, end) = (first as usize, (end as usize).min(self.registers));
        while at < end {
            let stop = end.min((at / 64 + 1) * 64);
            let bits = u64::MAX >> (64 - (stop - at)) << (at % 64);
            change(&mut self.row[at / 64], bits);
            at = stop;
        }
    }

    /// Adds what a recovery needs, and leaves out registers without pointers.
    fn finish(&mut self, function: &RtFunction) {
        let recovery = function.source.recover_pc.map(|pc| pc as usize * self.width);
        let always = match recovery {
            Some(first) => self.rows[first..first + self.width].to_vec(),
            None => vec![0; self.width],
        };
        let mut pointers = function.source.ptr_map.0.clone();
        pointers.resize(self.width, 0);
        pointers[self.registers / 64] |= 1 << (self.registers % 64);
        for row in self.rows.chunks_exact_mut(self.width) {
            for ((word, always), pointers) in row.iter_mut().zip(&always).zip(&pointers) {
                *word = (*word | always) & pointers;
            }
        }
    }
}

impl Widths for Image {
    fn value(&self, ty: u32) -> u32 {
        self.desc(ty).map_or(0, |desc| u32::from(desc.words))
    }

    fn key(&self, ty: u32) -> u32 {
        self.desc(ty).and_then(|desc| desc.key).map_or(0, |key| self.value(key.0))
    }

    fn elem(&self, ty: u32) -> u32 {
        self.desc(ty).and_then(|desc| desc.elem).map_or(0, |elem| self.value(elem.0))
    }

    fn params(&self, func: u32) -> u32 {
        self.functions().get(func as usize).map_or(0, |f| u32::from(f.param_words))
    }

    fn method_params(&self, method: u32) -> u32 {
        self.methods.get(method as usize).map_or(0, |m| u32::from(m.param_words))
    }
}
