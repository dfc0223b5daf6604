//! Which registers an instruction reads, and which it overwrites: what liveness is made of.
//!
//! The answer errs on one side only. *Reads* name at least the registers whose values count, *writes*
//! at most those that are overwritten whenever the instruction ends and execution goes on behind it
//! or at its offset. So a register that is live is never taken for dead; the other way round costs
//! nothing but memory that is freed later.
//!
//! What is known of a type or a function comes through [`Widths`], because the compiler's program and
//! the VM's image keep these differently. A test compares the table below with the notation in the
//! opcode table's sentences.

use crate::disasm::Decoded;
use crate::function::{SelectDir, SelectTable};
use crate::instr::{NO_REG, Op, Operand, OperandKind};
use crate::{CLOSURE_HEADER_WORDS, FRAME_HEADER_WORDS, MAP_ITER_WORDS};

/// How many registers the values of types and the arguments of functions take.
pub trait Widths {
    /// A value of a type.
    fn value(&self, ty: u32) -> u32;
    /// A key of a map type.
    fn key(&self, ty: u32) -> u32;
    /// An element of a map type.
    fn elem(&self, ty: u32) -> u32;
    /// The parameters of a function, receiver included.
    fn params(&self, func: u32) -> u32;
    /// The parameters of a method, without the receiver.
    fn method_params(&self, method: u32) -> u32;
}

/// Registers from the first up to, but not including, the second.
pub type Range = (u32, u32);

/// What one instruction does with registers.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub reads: Vec<Range>,
    pub writes: Vec<Range>,
    /// Whether it reads what the running closure captured.
    pub captures: bool,
}

/// How many registers an operand names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    One,
    Two,
    /// As many as the operand `n` says.
    Count,
    /// As many as the operand `words` says.
    Words,
    /// A value of type `ty`.
    Value,
    /// Key and element of the map type `ty`.
    Key,
    Elem,
}

impl Effects {
    /// The effects of an instruction of a function with these select tables.
    pub fn of(insn: &Decoded, selects: &[SelectTable], widths: &dyn Widths) -> Effects {
        let mut effects = Effects::default();
        // Where an instruction may jump, its results may be missing.
        let jumps = insn.target().is_some();
        for operand in &insn.operands {
            let (first, none) = (operand.value as u32, i64::from(NO_REG.0));
            let range = (first, first.saturating_add(count(insn, operand, widths)));
            match operand.kind {
                _ if operand.value == none => {}
                OperandKind::Reg => effects.reads.push(range),
                OperandKind::Dst if jumps => effects.reads.push(range),
                OperandKind::Dst => effects.writes.push(range),
                _ => {}
            }
        }
        effects.add_implicit(insn, selects, widths);
        effects
    }

    /// What no operand names by itself.
    fn add_implicit(&mut self, insn: &Decoded, selects: &[SelectTable], widths: &dyn Widths) {
        let base = value(insn, "base");
        match insn.op {
            Op::Call => {
                self.reads.push((base, base + widths.params(value(insn, "func"))));
                self.call(base, FRAME_HEADER_WORDS);
            }
            Op::CallClosure => {
                self.reads.push((base, u32::MAX));
                self.call(base, CLOSURE_HEADER_WORDS);
            }
            Op::CallIface => {
                let params = widths.method_params(value(insn, "method"));
                self.reads.push((base + 1, base + 1 + params));
                self.call(base, FRAME_HEADER_WORDS);
            }
            Op::CallNative | Op::MutexLock | Op::MutexUnlock => self.reads.push((base, u32::MAX)),
            Op::GoFunc | Op::GoClosure | Op::DeferFunc | Op::DeferClosure => {
                self.reads.push((base, base + value(insn, "n")));
            }
            Op::GoIface | Op::DeferIface => {
                self.reads.push((base, base + 1 + value(insn, "n")));
            }
            Op::LoadCapture | Op::LoadCaptureN => self.captures = true,
            // They read the parameters, and write the results, of the frame.
            Op::ReflectArgs | Op::ReflectResults => {
                self.captures = true;
                self.reads.push((0, u32::MAX));
            }
            Op::Select => self.select(selects.get(value(insn, "table") as usize)),
            _ => {}
        }
    }

    /// The window of a call is its own: nothing in it outlives the call but the results.
    fn call(&mut self, base: u32, header: u16) {
        self.writes.push((base.saturating_sub(u32::from(header)), u32::MAX));
    }

    /// What a case receives into is read nowhere but behind that case, so it does not matter that
    /// the others leave it as it is.
    fn select(&mut self, table: Option<&SelectTable>) {
        for case in table.iter().flat_map(|table| &table.cases) {
            let chan = u32::from(case.chan.0);
            self.reads.push((chan, chan + 1));
            let first = u32::from(case.value.0);
            let value = (first, first.saturating_add(u32::from(case.words)));
            match case.dir {
                _ if case.value == NO_REG => {}
                SelectDir::Send => self.reads.push(value),
                SelectDir::Recv => self.writes.push(value),
            }
        }
    }
}

/// The operand of a name; 0 if there is none.
fn value(insn: &Decoded, name: &str) -> u32 {
    insn.operands.iter().find(|o| o.name == name).map_or(0, |o| o.value as u32)
}

fn count(insn: &Decoded, operand: &Operand, widths: &dyn Widths) -> u32 {
    let ty = || value(insn, "ty");
    match (insn.op, operand.name) {
        (Op::LoadRegIndex, "a") => return value(insn, "len") * value(insn, "words"),
        (Op::ConcatN, "a") => return 2 * value(insn, "n"),
        (Op::MapIterInit | Op::MapIterNext, "iter") => return u32::from(MAP_ITER_WORDS),
        // What it names is named by the other operands, too, or is not read.
        (Op::StoreRegIndex, "dst") => return 0,
        _ => {}
    }
    match span(insn.op, operand.name) {
        Span::One => 1,
        Span::Two => 2,
        Span::Count => value(insn, "n"),
        Span::Words => value(insn, "words"),
        Span::Value => widths.value(ty()),
        Span::Key => widths.key(ty()),
        Span::Elem => widths.elem(ty()),
    }
}

/// How wide a register operand is.
#[allow(clippy::unnested_or_patterns)] // A line for each group of opcodes.
fn span(op: Op, name: &str) -> Span {
    use Op::*;
    match (op, name) {
        (_, "slice" | "from")
        | (Move2 | MulC128 | DivC128 | MulC64 | DivC64 | Concat, _)
        | (SliceStr | StrToBytes | BytesToStr | RunesToStr | StrToRunes, "dst" | "a")
        | (AppendSlice | AppendStr, "dst" | "a" | "b")
        | (SliceSlice | AppendPair | AssertIface | AssertIfaceOk, "dst" | "a")
        | (EqStr | NeStr | LtStr | LeStr | EqIface | CopySlice | CopyStr, "a" | "b")
        | (EqStrJump | NeStrJump, "a" | "b")
        | (TypeEqJump | TypeNeJump | StorePair | StoreGlobalPair | StoreIndexPair, "a")
        | (StrIndex | StrRange | ClearSlice | AssertType | AssertTypeOk | UnpackIface, "a")
        | (CallIface | GoIface | DeferIface | Return2 | Panic | ReflectResults, "a")
        | (LoadStr | LoadPair | LoadGlobalPair | LoadIndexPair | ArrayView | MakeSlice, "dst")
        | (Append8 | Append32 | Append64 | AppendValue | AppendZero | AppendMade, "dst")
        | (ConcatN | RuneToStr | MakeIface | Recover | RecoverFor | ReflectArgs, "dst") => {
            Span::Two
        }
        (MoveN | LoadZero | ReturnN | NewClosure, "a")
        | (MoveN | LoadZero | LoadCaptureN, "dst") => Span::Count,
        (LoadRegIndex | Recv | RecvOk, "dst") | (StoreRegIndex | Send, "a") => Span::Words,
        (LoadMem | AssertType | AssertTypeOk | UnpackIface, "dst")
        | (StoreMem | AppendValue | MakeIface, "a")
        | (EqRegs, "a" | "b") => Span::Value,
        (MapGet | MapGetOk | MapSet | MapDelete | MapIterNext, "key")
        | (MapAddI64 | MapAddI64Imm | MapAddF64, "key") => Span::Key,
        (MapGet | MapGetOk, "dst") | (MapSet, "a") | (MapIterNext, "val") => Span::Elem,
        _ => Span::One,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the sentence of an opcode says of an operand's width; `None` if it says nothing.
    fn documented(op: Op, name: &str) -> Option<&'static str> {
        let doc = op.doc();
        doc.match_indices("r[").find_map(|(at, _)| {
            let inside = doc[at + 2..].split_once(']')?.0;
            let (register, width) = inside.split_once("..").unwrap_or((inside, "1"));
            (register == name).then_some(width)
        })
    }

    #[test]
    fn spans_are_those_of_the_opcode_table() {
        for &op in Op::ALL {
            for &(name, kind) in op.operands() {
                let is_register = matches!(kind, OperandKind::Dst | OperandKind::Reg);
                // The operands whose registers `count` or `add_implicit` know.
                let special = matches!(
                    (op, name),
                    (_, "base" | "iter") | (Op::LoadRegIndex | Op::StoreRegIndex | Op::ConcatN, _)
                );
                if !is_register || special || name == "slice" {
                    continue;
                }
                let span = span(op, name);
                let fits = match documented(op, name) {
                    None | Some("1") => span == Span::One,
                    Some("+2") => span == Span::Two,
                    Some("+n") => span == Span::Count,
                    Some("+words") => span == Span::Words,
                    Some("") => {
                        matches!(span, Span::Value | Span::Key | Span::Elem)
                    }
                    Some(_) => false,
                };
                assert!(fits, "{} {name}: {span:?}, but it says {}", op.name(), op.doc());
            }
        }
    }
}
