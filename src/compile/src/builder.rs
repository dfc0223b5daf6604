//! The code of one function while it grows: registers, instructions, labels, lines.
//!
//! Registers are a stack: what a block or an expression allocates, it releases at its end, and the
//! high-water mark is the frame's size. Instructions stay a list with symbolic targets until
//! [`FuncBuilder::finish`], where `layout` gives them word positions. Releasing registers says
//! that they are dead, which is what `fuse` needs to know to join instructions.

use gol_bytecode::Repr;
use gol_bytecode::{
    CLOSURE_HEADER_WORDS, FRAME_HEADER_WORDS, Function, InlinedCall, Instr, JumpTable, Leaf,
    LeafKind, Op, Reg, op,
};
use gol_diagnostic::Pos;

use crate::fuse;
use crate::layout;
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

impl Cond {
    /// The condition that holds where this one does not.
    pub(crate) fn negate(self) -> Cond {
        use Cond::*;
        match self {
            True(a) => False(a),
            False(a) => True(a),
            EqI64(a, b) => NeI64(a, b),
            NeI64(a, b) => EqI64(a, b),
            LtI64(a, b) => LeI64(b, a),
            LeI64(a, b) => LtI64(b, a),
            LtU64(a, b) => LeU64(b, a),
            LeU64(a, b) => LtU64(b, a),
            EqImm(a, i) => NeImm(a, i),
            NeImm(a, i) => EqImm(a, i),
            LtImm(a, i) => GeImm(a, i),
            LeImm(a, i) => GtImm(a, i),
            GtImm(a, i) => LeImm(a, i),
            GeImm(a, i) => LtImm(a, i),
            EqF64(a, b) => NeF64(a, b),
            NeF64(a, b) => EqF64(a, b),
            LtF64(a, b) => NotLtF64(a, b),
            LeF64(a, b) => NotLeF64(a, b),
            NotLtF64(a, b) => LtF64(a, b),
            NotLeF64(a, b) => LeF64(a, b),
            EqStr(a, b) => NeStr(a, b),
            NeStr(a, b) => EqStr(a, b),
        }
    }
}

/// An instruction whose target is a label.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Insn {
    pub op: Op,
    pub words: [u64; 2],
    /// Where its offset leads, if it has one.
    pub target: Option<Label>,
    pub pos: Pos,
    /// The inlined call that it belongs to (see `InlineTable`).
    pub call: u32,
}

impl Insn {
    /// The instruction with typed operands, if it is one of this kind.
    pub(crate) fn get<I: Instr>(&self) -> Option<I> {
        (self.op == I::OP).then(|| I::decode(self.words))
    }

    /// Is from where another one is from: that one is what can panic.
    pub(crate) fn move_to(&mut self, other: &Insn) {
        (self.pos, self.call) = (other.pos, other.call);
    }

    /// Becomes another instruction at the same place, with the same target.
    pub(crate) fn set<I: Instr>(&mut self, instr: I) {
        self.op = I::OP;
        self.words = instr.encode();
    }
}

/// Most registers that a function may use: operands are 16 bits wide, and the highest number means
/// "no register".
const MAX_REGS: u32 = 65_000;

#[derive(Debug, Default)]
pub(crate) struct FuncBuilder {
    pub func: Function,
    code: Vec<Insn>,
    /// Index of the instruction that a label stands before; `u32::MAX` while it is not bound.
    labels: Vec<u32>,
    /// Instructions before this one must not be joined with later ones: a label lies between.
    barrier: usize,
    /// Targets of `func.jump_tables`, in their order.
    tables: Vec<Vec<Option<Label>>>,
    recover: Option<Label>,
    top: u32,
    high: u32,
    pos: Pos,
    /// The inlined call whose code is being made.
    call: u32,
}

impl FuncBuilder {
    /// The next `words` free registers; registers are a stack. `leaves` says which may be pointers
    /// (`None`: any may).
    pub(crate) fn alloc(&mut self, words: u16, leaves: Option<&[Leaf]>) -> Reg {
        let first = self.top;
        self.top = (first + u32::from(words)).min(MAX_REGS + 1);
        self.high = self.high.max(self.top);
        let mut mark = |word: u32| self.func.ptr_map.set(word as usize);
        match leaves {
            None => (first..self.top).for_each(mark),
            Some(leaves) => {
                leaves.iter().filter_map(pointer_word).for_each(|w| mark(first + u32::from(w)));
            }
        }
        Reg(first as u16)
    }

    /// Registers for a value of this representation, `Repr::Mem` included. Prefer it to `alloc`.
    pub(crate) fn alloc_value(&mut self, repr: &TypeRepr) -> Reg {
        let leaves = (repr.repr == Repr::Regs).then_some(repr.leaves.as_slice());
        self.alloc(repr.words, leaves)
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark(self.top as u16)
    }

    /// Frees everything allocated since `mark`.
    pub(crate) fn release(&mut self, mark: Mark) {
        self.top = self.top.min(u32::from(mark.0));
        fuse::on_release(&mut self.code, self.barrier, mark.0);
    }

    /// The base register for a call: leaves the header's words free, then `words` registers.
    pub(crate) fn alloc_call(&mut self, words: u16) -> Reg {
        self.alloc(FRAME_HEADER_WORDS, Some(&[]));
        self.alloc(words, None)
    }

    /// The same for the call of a function value.
    pub(crate) fn alloc_closure_call(&mut self, words: u16) -> Reg {
        self.alloc(CLOSURE_HEADER_WORDS, Some(&[]));
        self.alloc(words, None)
    }

    pub(crate) fn emit<I: Instr>(&mut self, instr: I) {
        self.push(instr, None);
    }

    fn push<I: Instr>(&mut self, instr: I, target: Option<Label>) {
        self.code.push(Insn {
            op: I::OP,
            words: instr.encode(),
            target,
            pos: self.pos,
            call: self.call,
        });
    }

    /// The position that the instructions from here on come from.
    pub(crate) fn set_pos(&mut self, pos: Pos) {
        self.pos = pos;
    }

    /// From here on the code is an inlined call's, which stands at the present position. Gives
    /// what `end_inlined` wants.
    pub(crate) fn begin_inlined(&mut self, name: String, has_params: bool) -> u32 {
        let outer = self.call;
        let pos = self.pos;
        self.func.inlined.calls.push(InlinedCall { name, has_params, pos, outer });
        self.call = self.func.inlined.calls.len() as u32;
        outer
    }

    pub(crate) fn end_inlined(&mut self, outer: u32) {
        self.call = outer;
    }

    /// The position that was set last.
    pub(crate) fn pos(&self) -> Pos {
        self.pos
    }

    pub(crate) fn new_label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    pub(crate) fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.code.len() as u32;
        self.barrier = self.code.len();
    }

    fn is_bound(&self, label: Label) -> bool {
        self.labels[label.0 as usize] != u32::MAX
    }

    /// `goto label`: a `Jump`, or a `Loop` if the label is bound already.
    pub(crate) fn jump(&mut self, label: Label) {
        if self.is_bound(label) {
            self.push(op::Loop { off: 0 }, Some(label));
        } else {
            self.push(op::Jump { off: 0 }, Some(label));
        }
    }

    /// Jumps if the condition holds; picks the instruction, near or far, forward or backward.
    pub(crate) fn jump_if(&mut self, cond: Cond, label: Label) {
        if !self.is_bound(label) {
            self.jump_forward(cond, label);
        } else if !self.jump_backward(cond, label) {
            let skip = self.new_label();
            self.jump_forward(cond.negate(), skip);
            self.push(op::Loop { off: 0 }, Some(label));
            self.bind(skip);
        }
    }

    fn jump_forward(&mut self, cond: Cond, label: Label) {
        let l = Some(label);
        let off = 0;
        match cond {
            Cond::True(a) => self.push(op::JumpIf { a, off }, l),
            Cond::False(a) => self.push(op::JumpIfNot { a, off }, l),
            Cond::EqI64(a, b) => self.push(op::EqI64Jump { a, b, off }, l),
            Cond::NeI64(a, b) => self.push(op::NeI64Jump { a, b, off }, l),
            Cond::LtI64(a, b) => self.push(op::LtI64Jump { a, b, off }, l),
            Cond::LeI64(a, b) => self.push(op::LeI64Jump { a, b, off }, l),
            Cond::LtU64(a, b) => self.push(op::LtU64Jump { a, b, off }, l),
            Cond::LeU64(a, b) => self.push(op::LeU64Jump { a, b, off }, l),
            Cond::EqImm(a, imm) => self.push(op::EqI64ImmJump { a, imm, off }, l),
            Cond::NeImm(a, imm) => self.push(op::NeI64ImmJump { a, imm, off }, l),
            Cond::LtImm(a, imm) => self.push(op::LtI64ImmJump { a, imm, off }, l),
            Cond::LeImm(a, imm) => self.push(op::LeI64ImmJump { a, imm, off }, l),
            Cond::GtImm(a, imm) => self.push(op::GtI64ImmJump { a, imm, off }, l),
            Cond::GeImm(a, imm) => self.push(op::GeI64ImmJump { a, imm, off }, l),
            Cond::EqF64(a, b) => self.push(op::EqF64Jump { a, b, off }, l),
            Cond::NeF64(a, b) => self.push(op::NeF64Jump { a, b, off }, l),
            Cond::LtF64(a, b) => self.push(op::LtF64Jump { a, b, off }, l),
            Cond::LeF64(a, b) => self.push(op::LeF64Jump { a, b, off }, l),
            Cond::NotLtF64(a, b) => self.push(op::NotLtF64Jump { a, b, off }, l),
            Cond::NotLeF64(a, b) => self.push(op::NotLeF64Jump { a, b, off }, l),
            Cond::EqStr(a, b) => self.push(op::EqStrJump { a, b, off }, l),
            Cond::NeStr(a, b) => self.push(op::NeStrJump { a, b, off }, l),
        }
    }

    /// The backward form of a condition, where it has one; says whether it had.
    fn jump_backward(&mut self, cond: Cond, label: Label) -> bool {
        let l = Some(label);
        let off = 0;
        match cond {
            Cond::True(a) => self.push(op::JumpIfLoop { a, off }, l),
            Cond::False(a) => self.push(op::JumpIfNotLoop { a, off }, l),
            Cond::EqI64(a, b) => self.push(op::EqI64Loop { a, b, off }, l),
            Cond::NeI64(a, b) => self.push(op::NeI64Loop { a, b, off }, l),
            Cond::LtI64(a, b) => self.push(op::LtI64Loop { a, b, off }, l),
            Cond::LeI64(a, b) => self.push(op::LeI64Loop { a, b, off }, l),
            Cond::LtU64(a, b) => self.push(op::LtU64Loop { a, b, off }, l),
            Cond::LeU64(a, b) => self.push(op::LeU64Loop { a, b, off }, l),
            Cond::EqImm(a, imm) => self.push(op::EqI64ImmLoop { a, imm, off }, l),
            Cond::NeImm(a, imm) => self.push(op::NeI64ImmLoop { a, imm, off }, l),
            Cond::LtImm(a, imm) => self.push(op::LtI64ImmLoop { a, imm, off }, l),
            Cond::LeImm(a, imm) => self.push(op::LeI64ImmLoop { a, imm, off }, l),
            Cond::GtImm(a, imm) => self.push(op::GtI64ImmLoop { a, imm, off }, l),
            Cond::GeImm(a, imm) => self.push(op::GeI64ImmLoop { a, imm, off }, l),
            Cond::LtF64(a, b) => self.push(op::LtF64Loop { a, b, off }, l),
            Cond::LeF64(a, b) => self.push(op::LeF64Loop { a, b, off }, l),
            Cond::EqF64(..)
            | Cond::NeF64(..)
            | Cond::NotLtF64(..)
            | Cond::NotLeF64(..)
            | Cond::EqStr(..)
            | Cond::NeStr(..) => return false,
        }
        fuse::loop_step(&mut self.code, self.barrier);
        true
    }

    /// An instruction with a jump offset in it that is none of the conditions (`StrRange`,
    /// `MapIterNext`, `TypeEqJump` …): `make` gets the offset, which is patched when the label is
    /// bound; if it is too far a jump over a `Jump` is made.
    pub(crate) fn emit_jump<I: Instr>(&mut self, make: impl Fn(i16) -> I, label: Label) {
        if !self.is_bound(label) {
            self.push(make(0), Some(label));
            return;
        }
        let (taken, skip) = (self.new_label(), self.new_label());
        self.push(make(0), Some(taken));
        self.jump(skip);
        self.bind(taken);
        self.jump(label);
        self.bind(skip);
    }

    /// A `Switch` on r[a]: value `first + i` goes to `labels[i]`; everything else goes on behind
    /// it. All labels must lie behind it.
    pub(crate) fn switch(&mut self, a: Reg, first: i64, labels: &[Option<Label>]) {
        let table = self.tables.len() as u16;
        self.tables.push(labels.to_vec());
        self.func.jump_tables.push(JumpTable { first, offsets: Vec::new() });
        self.emit(op::Switch { a, table });
    }

    /// Where a recovered panic continues (`Function::recover_pc`).
    pub(crate) fn set_recover(&mut self, label: Label) {
        self.recover = Some(label);
    }

    /// Whether the code's end can be reached (the last instruction is no jump, return or panic).
    /// A label at the end counts as reached.
    pub(crate) fn reachable(&self) -> bool {
        self.barrier == self.code.len() || self.code.last().is_none_or(|i| !layout::ends(i.op))
    }

    /// Ends the function: patches jumps, makes the pointer map; an error if it is too large.
    pub(crate) fn finish(mut self) -> Result<Function, String> {
        if self.high > MAX_REGS || self.tables.len() > usize::from(u16::MAX) {
            return Err(format!("function {} is too large", self.func.name));
        }
        self.func.num_regs =
            self.high.max(u32::from(self.func.param_words.max(self.func.result_words))) as u16;
        let parts = layout::Parts {
            code: self.code,
            labels: self.labels,
            tables: self.tables,
            recover: self.recover,
        };
        layout::assemble(&mut self.func, parts)?;
        Ok(self.func)
    }
}

/// The register of a leaf that can hold a pointer.
pub(crate) fn pointer_word(leaf: &Leaf) -> Option<u16> {
    match leaf.kind {
        LeafKind::Ptr | LeafKind::Str | LeafKind::Slice => Some(leaf.word),
        LeafKind::Iface => Some(leaf.word + 1),
        _ => None,
    }
}
