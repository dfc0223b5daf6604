//! Compiled functions and the tables that belong to one.

use gol_diagnostic::Pos;

use crate::instr::Reg;

/// One function, as the compiler leaves it.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// As Go's traces name it: `main.main`, `main.(*T).Method`, `main.f.func1`.
    pub name: String,
    /// The encoded instructions.
    pub code: Vec<u64>,
    pub lines: LineTable,
    /// Calls whose code stands in this function.
    pub inlined: InlineTable,
    /// By position of an instruction that indexes or slices: which of its operands are unsigned and
    /// as wide as `int`. The lowest bit is the index or the lower bound.
    pub unsigned: Vec<(Pos, u8)>,
    /// Where the declaration starts (for `created by`, entry and profiles).
    pub pos: Pos,
    /// Words of parameters (receiver first), in registers from 0.
    pub param_words: u16,
    /// The last of them, which are variables that a literal captured.
    pub captured_params: u16,
    /// Words of results, in registers from 0 after the return.
    pub result_words: u16,
    /// Registers that the function uses itself, header and arguments of its callees included.
    pub num_regs: u16,
    /// Registers that can hold pointers: only these are scanned.
    pub ptr_map: PtrMap,
    /// Words that closures over this function capture, and which of them can hold pointers.
    pub captures: u16,
    pub capture_map: PtrMap,
    /// Word index of the code that runs the rest of the defers and returns the named results:
    /// where a recovered panic continues. Set if the function defers.
    pub recover_pc: Option<u32>,
    pub flags: FuncFlags,
    pub selects: Vec<SelectTable>,
    pub jump_tables: Vec<JumpTable>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FuncFlags {
    /// Made by the compiler: left out of traces, and transparent for `recover`.
    pub wrapper: bool,
    /// Has deferred calls, so that returns run them.
    pub defers: bool,
    /// A standard package's, not the user's.
    pub is_std: bool,
    /// Has its frame's address in a register.
    pub keeps_frame: bool,
}

/// Which of the words 0, 1, … can hold pointers, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PtrMap(pub Vec<u64>);

impl PtrMap {
    pub fn set(&mut self, index: usize) {
        if self.0.len() <= index / 64 {
            self.0.resize(index / 64 + 1, 0);
        }
        self.0[index / 64] |= 1 << (index % 64);
    }

    pub fn get(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|w| w >> (index % 64) & 1 == 1)
    }
}

/// Source positions by word index of the code: an entry holds up to the next one's index.
#[derive(Clone, Debug, Default)]
pub struct LineTable {
    pub entries: Vec<(u32, Pos)>,
}

impl LineTable {
    /// Says that the code from `pc` on comes from `pos`.
    pub fn add(&mut self, pc: u32, pos: Pos) {
        match self.entries.last_mut() {
            Some(last) if last.1 == pos => {}
            Some(last) if last.0 == pc => last.1 = pos,
            _ => self.entries.push((pc, pos)),
        }
    }

    pub fn find(&self, pc: u32) -> Pos {
        let next = self.entries.partition_point(|&(at, _)| at <= pc);
        next.checked_sub(1).map_or(Pos::NONE, |i| self.entries[i].1)
    }
}

/// Which code stands in place of calls, by word index: an entry holds up to the next one's index.
/// Traces name the functions that it is from.
#[derive(Clone, Debug, Default)]
pub struct InlineTable {
    pub calls: Vec<InlinedCall>,
    /// With the number of a call, counted from 1; 0: the function's own code.
    pub entries: Vec<(u32, u32)>,
}

/// A call that the called function's code has replaced.
#[derive(Clone, Debug)]
pub struct InlinedCall {
    /// The called function.
    pub name: String,
    pub has_params: bool,
    /// Where it was called.
    pub pos: Pos,
    /// The number of the call around this one; 0: none.
    pub outer: u32,
}

impl InlineTable {
    /// Says that the code from `pc` on belongs to a call.
    pub fn add(&mut self, pc: u32, call: u32) {
        if self.entries.last().map_or(0, |last| last.1) != call {
            self.entries.push((pc, call));
        }
    }

    /// The calls that the code at `pc` belongs to, innermost first.
    pub fn find(&self, pc: u32) -> impl Iterator<Item = &InlinedCall> {
        let next = self.entries.partition_point(|&(at, _)| at <= pc);
        let call = |number: u32| self.calls.get((number as usize).checked_sub(1)?);
        let innermost = next.checked_sub(1).map_or(0, |i| self.entries[i].1);
        std::iter::successors(call(innermost), move |inner| call(inner.outer))
    }
}

/// Offsets, in words from the `Switch` instruction, by value; outside of it execution goes on
/// behind the instruction.
#[derive(Clone, Debug, Default)]
pub struct JumpTable {
    pub first: i64,
    /// 0 for holes: go on behind the instruction.
    pub offsets: Vec<i32>,
}

/// The cases of one `select`.
#[derive(Clone, Debug, Default)]
pub struct SelectTable {
    pub cases: Vec<SelectCase>,
    /// Whether there is a `default`; its index is `cases.len()`.
    pub has_default: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectDir {
    Send,
    Recv,
}

#[derive(Clone, Copy, Debug)]
pub struct SelectCase {
    pub dir: SelectDir,
    pub chan: Reg,
    /// First register of the value to send, or of a place of its own to receive into that nothing
    /// reads but what follows the case; `NO_REG`: dropped.
    pub value: Reg,
    /// How many registers that are.
    pub words: u16,
    /// Register for the second result of a receive; `NO_REG`: none.
    pub ok: Reg,
}
