//! The code of one function while it grows: registers, instructions, labels, lines.

use gol_bytecode::{Function, Instr, Leaf, Reg};
use gol_diagnostic::Pos;

use crate::module::TypeRepr;

/// A place in the code that jumps name before it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Label(pub u32);

/// A height of the register stack, to go back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(pub u16);

/// Conditions of the compare-and-jump instructions, so that a caller need not know which variants
/// (immediate, forward or backward, negated) exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cond {
    True(Reg),
    False(Reg),
    EqI64(Reg, Reg),
    NeI64(Reg, Reg),
    LtI64(Reg, Reg),
    LeI64(Reg, Reg),
    LtU64(Reg, Reg),
    LeU64(Reg, Reg),
    EqImm(Reg, i16),
    NeImm(Reg, i16),
    LtImm(Reg, i16),
    LeImm(Reg, i16),
    GtImm(Reg, i16),
    GeImm(Reg, i16),
    EqF64(Reg, Reg),
    NeF64(Reg, Reg),
    LtF64(Reg, Reg),
    LeF64(Reg, Reg),
    NotLtF64(Reg, Reg),
    NotLeF64(Reg, Reg),
    EqStr(Reg, Reg),
    NeStr(Reg, Reg),
}

#[derive(Debug, Default)]
pub(crate) struct FuncBuilder {
    pub func: Function,
}

#[allow(unused_variables, clippy::unimplemented, dead_code)]
impl FuncBuilder {
    /// The next `words` free registers; registers are a stack. `leaves` says which may be pointers
    /// (`None`: any may).
    pub(crate) fn alloc(&mut self, words: u16, leaves: Option<&[Leaf]>) -> Reg {
        unimplemented!()
    }
    /// Registers for a value of this representation, `Repr::Mem` included. Prefer it to `alloc`.
    pub(crate) fn alloc_value(&mut self, repr: &TypeRepr) -> Reg {
        unimplemented!()
    }
    pub(crate) fn mark(&self) -> Mark {
        unimplemented!()
    }
    /// Frees everything allocated since `mark`.
    pub(crate) fn release(&mut self, mark: Mark) {
        unimplemented!()
    }
    /// The base register for a call: leaves the header's words free, then `words` registers.
    pub(crate) fn alloc_call(&mut self, words: u16) -> Reg {
        unimplemented!()
    }
    pub(crate) fn emit<I: Instr>(&mut self, instr: I) {
        unimplemented!()
    }
    /// The position that the instructions from here on come from.
    pub(crate) fn set_pos(&mut self, pos: Pos) {
        unimplemented!()
    }
    pub(crate) fn new_label(&mut self) -> Label {
        unimplemented!()
    }
    pub(crate) fn bind(&mut self, label: Label) {
        unimplemented!()
    }
    /// `goto label`: a `Jump`, or a `Loop` if the label is bound already.
    pub(crate) fn jump(&mut self, label: Label) {
        unimplemented!()
    }
    /// Jumps if the condition holds; picks the instruction, near or far, forward or backward.
    pub(crate) fn jump_if(&mut self, cond: Cond, label: Label) {
        unimplemented!()
    }
    /// An instruction with a jump offset in it that is none of the conditions (`StrRange`,
    /// `MapIterNext`, `TypeEqJump` …): `make` gets the offset, which is patched when the label is
    /// bound; if it is too far a jump over a `Jump` is made.
    pub(crate) fn emit_jump<I: Instr>(&mut self, make: impl Fn(i16) -> I, label: Label) {
        unimplemented!()
    }
    /// A `Switch` on r[a]: value `first + i` goes to `labels[i]`; everything else goes on behind
    /// it. All labels must lie behind it.
    pub(crate) fn switch(&mut self, a: Reg, first: i64, labels: &[Option<Label>]) {
        unimplemented!()
    }
    /// Where a recovered panic continues (`Function::recover_pc`).
    pub(crate) fn set_recover(&mut self, label: Label) {
        unimplemented!()
    }
    /// Whether the code's end can be reached (the last instruction is no jump, return or panic).
    pub(crate) fn reachable(&self) -> bool {
        unimplemented!()
    }
    /// Ends the function: patches jumps, makes the pointer map; an error if it is too large.
    pub(crate) fn finish(self) -> Result<Function, String> {
        unimplemented!()
    }
}
