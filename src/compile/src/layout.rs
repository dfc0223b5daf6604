//! From the list of instructions with labels to words with offsets.
//!
//! Dead code and jumps to the next instruction go first, and jumps to jumps lead to the end of the
//! chain. Then every instruction gets a position; a 16-bit offset that turns out too small makes
//! its instruction far, which lengthens the code, so that is repeated until nothing changes (it
//! ends: far instructions stay far). A far jump is the instruction itself, jumping over a `Jump`
//! that skips to a `Jump` (or `Loop`) to the target:
//!
//! ```text
//!     if … goto taken
//!     goto next
//! taken:
//!     goto target
//! next:
//! ```

use gol_bytecode::{Function, Instr, Op, OperandKind, op};

use crate::builder::{Insn, Label};

/// What the builder hands over.
pub(crate) struct Parts {
    pub code: Vec<Insn>,
    /// Index of the instruction that each label stands before.
    pub labels: Vec<u32>,
    pub tables: Vec<Vec<Option<Label>>>,
    pub recover: Option<Label>,
}

/// Whether execution never goes on behind such an instruction.
pub(crate) fn ends(op: Op) -> bool {
    matches!(
        op,
        Op::Jump | Op::Loop | Op::Return0 | Op::Return1 | Op::Return2 | Op::ReturnN | Op::Panic
    )
}

/// The slot of the instruction's jump offset.
fn offset_slot(op: Op) -> Option<(usize, OperandKind)> {
    let mut slot = 1;
    for &(_, kind) in op.operands() {
        if matches!(kind, OperandKind::Off16 | OperandKind::Off32) {
            return Some((slot, kind));
        }
        slot += kind.slots();
    }
    None
}

/// Fills the function's code, lines, jump tables and recovery address.
pub(crate) fn assemble(func: &mut Function, parts: Parts) -> Result<(), String> {
    if parts.labels.contains(&u32::MAX) && uses_unbound(&parts) {
        return Err(format!("internal error: a jump of {} leads nowhere", func.name));
    }
    let mut layout = Layout::new(parts);
    layout.thread_jumps();
    layout.drop_dead_code();
    layout.place();
    layout.write(func);
    Ok(())
}

fn uses_unbound(parts: &Parts) -> bool {
    let unbound = |l: Label| parts.labels[l.0 as usize] == u32::MAX;
    parts.code.iter().filter_map(|i| i.target).any(unbound)
        || parts.tables.iter().flatten().flatten().any(|&l| unbound(l))
        || parts.recover.is_some_and(unbound)
}

struct Layout {
    parts: Parts,
    /// Left out.
    dead: Vec<bool>,
    far: Vec<bool>,
    /// Word position of each instruction, and of the end.
    at: Vec<u32>,
}

impl Layout {
    fn new(parts: Parts) -> Layout {
        let n = parts.code.len();
        Layout { parts, dead: vec![false; n], far: vec![false; n], at: vec![0; n + 1] }
    }

    /// The index that a label stands for.
    fn index(&self, label: Label) -> usize {
        self.parts.labels[label.0 as usize] as usize
    }

    /// Lets forward jumps to a forward `Jump` lead to where that one goes.
    fn thread_jumps(&mut self) {
        const MAX_STEPS: usize = 8;
        for i in 0..self.parts.code.len() {
            let Some(mut label) = self.parts.code[i].target else { continue };
            for _ in 0..MAX_STEPS {
                let at = self.index(label);
                let Some(next) = self.parts.code.get(at) else { break };
                let Some(onward) = next.target.filter(|_| next.op == Op::Jump) else { break };
                if at <= i || self.index(onward) <= at {
                    break;
                }
                label = onward;
            }
            self.parts.code[i].target = Some(label);
        }
    }

    /// Marks what no jump and no fall-through reaches, and jumps to the next instruction.
    fn drop_dead_code(&mut self) {
        let mut referred = vec![false; self.parts.code.len() + 1];
        for insn in &self.parts.code {
            if let Some(label) = insn.target {
                referred[self.index(label)] = true;
            }
        }
        for &label in self.parts.tables.iter().flatten().flatten().chain(&self.parts.recover) {
            referred[self.index(label)] = true;
        }
        let mut reached = true;
        for (i, insn) in self.parts.code.iter().enumerate() {
            reached |= referred[i];
            self.dead[i] = !reached;
            reached &= !ends(insn.op);
        }
        // From the end, so that a jump over jumps to the same place falls away, too.
        let mut next_live = self.parts.code.len();
        for i in (0..self.parts.code.len()).rev() {
            if self.dead[i] {
                continue;
            }
            let insn = &self.parts.code[i];
            let to_next = insn.op == Op::Jump
                && insn.target.is_some_and(|l| self.index(l) > i && self.index(l) <= next_live);
            if to_next || insn.op == Op::Nop {
                self.dead[i] = true;
            } else {
                next_live = i;
            }
        }
    }

    fn len(&self, i: usize) -> u32 {
        match (self.dead[i], self.far[i]) {
            (true, _) => 0,
            (false, false) => self.parts.code[i].op.len() as u32,
            (false, true) => self.parts.code[i].op.len() as u32 + 2,
        }
    }

    /// Positions, with as many far jumps as they need.
    fn place(&mut self) {
        loop {
            let mut pc = 0;
            for i in 0..self.parts.code.len() {
                self.at[i] = pc;
                pc += self.len(i);
            }
            self.at[self.parts.code.len()] = pc;
            if i16::try_from(pc).is_ok() || !self.lengthen() {
                return;
            }
        }
    }

    /// Makes jumps far whose offsets do not fit; says whether there were any.
    fn lengthen(&mut self) -> bool {
        let mut changed = false;
        for i in 0..self.parts.code.len() {
            let insn = self.parts.code[i];
            let (Some(label), false, false) = (insn.target, self.dead[i], self.far[i]) else {
                continue;
            };
            let near = matches!(offset_slot(insn.op), Some((_, OperandKind::Off16)));
            if near && i16::try_from(self.distance(i, label)).is_err() {
                self.far[i] = true;
                changed = true;
            }
        }
        changed
    }

    /// Words from an instruction's start to a label.
    fn distance(&self, from: usize, label: Label) -> i32 {
        self.at[self.index(label)] as i32 - self.at[from] as i32
    }

    fn write(&self, func: &mut Function) {
        for (i, insn) in self.parts.code.iter().enumerate().filter(|&(i, _)| !self.dead[i]) {
            func.lines.add(self.at[i], insn.pos);
            func.inlined.add(self.at[i], insn.call);
            if insn.op == Op::Switch {
                self.write_table(func, i);
            }
            self.write_insn(func, i, insn);
        }
        func.recover_pc = self.parts.recover.map(|l| self.at[self.index(l)]);
    }

    fn write_insn(&self, func: &mut Function, i: usize, insn: &Insn) {
        let len = insn.op.len();
        let mut words = insn.words;
        let distance = insn.target.map(|label| self.distance(i, label));
        if let (Some(distance), Some((slot, kind))) = (distance, offset_slot(insn.op)) {
            let off = if self.far[i] { len as i32 + 1 } else { distance };
            patch(&mut words, slot, kind, off);
        }
        func.code.extend_from_slice(&words[..len]);
        if let (true, Some(distance)) = (self.far[i], distance) {
            let off = distance - len as i32 - 1;
            func.code.push(op::Jump { off: 2 }.encode()[0]);
            let last = if off < 0 { op::Loop { off }.encode() } else { op::Jump { off }.encode() };
            func.code.push(last[0]);
        }
    }

    fn write_table(&self, func: &mut Function, i: usize) {
        let table = op::Switch::decode(self.parts.code[i].words).table as usize;
        func.jump_tables[table].offsets = self.parts.tables[table]
            .iter()
            .map(|label| label.map_or(0, |l| self.distance(i, l)))
            .collect();
    }
}

/// Puts an offset into its slot.
fn patch(words: &mut [u64; 2], slot: usize, kind: OperandKind, off: i32) {
    let (bits, mask) = match kind {
        OperandKind::Off16 => (u128::from(off as i16 as u16), u128::from(u16::MAX)),
        _ => (u128::from(off as u32), u128::from(u32::MAX)),
    };
    let all = u128::from(words[0]) | u128::from(words[1]) << 64;
    let all = all & !(mask << (16 * slot)) | bits << (16 * slot);
    *words = [all as u64, (all >> 64) as u64];
}

#[cfg(test)]
mod tests {
    use gol_bytecode::disasm::{Decoded, decode};
    use gol_bytecode::{FRAME_HEADER_WORDS, Function, Op, Reg, op};

    use crate::builder::{Cond, FuncBuilder};

    fn ops(func: &Function) -> Vec<Decoded> {
        decode(&func.code)
    }

    fn names(func: &Function) -> Vec<&'static str> {
        ops(func).iter().map(|d| d.op.name()).collect()
    }

    fn registers(n: u16) -> FuncBuilder {
        let mut b = FuncBuilder::default();
        b.alloc(n, Some(&[]));
        b
    }

    #[test]
    fn a_counting_loop_is_one_instruction_at_its_end() {
        let mut b = registers(2);
        let (top, end) = (b.new_label(), b.new_label());
        b.jump_if(Cond::GeImm(Reg(0), 10), end);
        b.bind(top);
        b.emit(op::AddI64 { dst: Reg(1), a: Reg(1), b: Reg(0) });
        b.emit(op::AddI64Imm { dst: Reg(0), a: Reg(0), imm: 1 });
        b.jump_if(Cond::LtImm(Reg(0), 10), top);
        b.bind(end);
        b.emit(op::Return0 {});
        let func = b.finish().unwrap();
        assert_eq!(names(&func), ["GeI64ImmJump", "AddI64", "IncLtI64ImmLoop", "Return0"]);
        assert_eq!(ops(&func)[2].target(), Some(1));
    }

    #[test]
    fn far_jumps_get_a_jump_of_their_own_in_both_directions() {
        let mut b = registers(1);
        let (top, end) = (b.new_label(), b.new_label());
        b.bind(top);
        b.jump_if(Cond::True(Reg(0)), end);
        for _ in 0..40_000 {
            b.emit(op::NotBool { dst: Reg(0), a: Reg(0) });
        }
        b.jump_if(Cond::False(Reg(0)), top);
        b.bind(end);
        b.emit(op::Return0 {});
        let func = b.finish().unwrap();
        let all = ops(&func);
        assert_eq!((all[0].op, all[0].target()), (Op::JumpIf, Some(2)));
        assert_eq!((all[1].op, all[1].target()), (Op::Jump, Some(3)));
        assert_eq!((all[2].op, all[2].target()), (Op::Jump, Some(func.code.len() as i64 - 1)));
        let loops = &all[all.len() - 4..];
        assert_eq!(loops[0].op, Op::JumpIfNotLoop);
        assert_eq!((loops[2].op, loops[2].target()), (Op::Loop, Some(0)));
        assert_eq!(loops[0].target(), Some(i64::from(loops[2].pc)));
    }

    #[test]
    fn what_nothing_reaches_is_left_out() {
        let mut b = registers(1);
        let (then, end) = (b.new_label(), b.new_label());
        b.jump_if(Cond::True(Reg(0)), then);
        b.jump(end);
        b.emit(op::LoadInt { dst: Reg(0), value: 7 });
        b.bind(then);
        b.emit(op::LoadInt { dst: Reg(0), value: 1 });
        b.jump(end);
        b.bind(end);
        b.emit(op::Return0 {});
        b.emit(op::Return0 {});
        let func = b.finish().unwrap();
        assert_eq!(names(&func), ["JumpIf", "Jump", "LoadInt", "Return0"]);
    }

    #[test]
    fn released_temporaries_are_joined_away() {
        let mut b = registers(2);
        let mark = b.mark();
        let (t, u) = (b.alloc(1, None), b.alloc(1, None));
        b.emit(op::LoadInt { dst: t, value: 5 });
        b.emit(op::SubI64 { dst: u, a: Reg(0), b: t });
        b.emit(op::Move { dst: Reg(1), a: u });
        b.release(mark);
        b.emit(op::Return1 { a: Reg(1) });
        let func = b.finish().unwrap();
        assert_eq!(names(&func), ["AddI64Imm", "Return1"]);
        let imm = ops(&func)[0].operands[2].value;
        assert_eq!(imm, -5);
    }

    #[test]
    fn comparisons_join_with_the_jump_that_tests_them() {
        let mut b = registers(2);
        let end = b.new_label();
        let mark = b.mark();
        let t = b.alloc(1, None);
        b.emit(op::LtF64 { dst: t, a: Reg(0), b: Reg(1) });
        b.jump_if(Cond::False(t), end);
        b.release(mark);
        b.emit(op::LoadInt { dst: Reg(0), value: 1 });
        b.bind(end);
        b.emit(op::Return0 {});
        let func = b.finish().unwrap();
        assert_eq!(names(&func), ["NotLtF64Jump", "LoadInt", "Return0"]);
    }

    #[test]
    fn jump_tables_lead_from_their_switch() {
        let mut b = registers(1);
        let (one, two) = (b.new_label(), b.new_label());
        b.switch(Reg(0), 10, &[Some(one), None, Some(two)]);
        b.emit(op::Return0 {});
        b.bind(one);
        b.emit(op::Return1 { a: Reg(0) });
        b.bind(two);
        b.emit(op::Return0 {});
        let func = b.finish().unwrap();
        assert_eq!(func.jump_tables[0].first, 10);
        assert_eq!(func.jump_tables[0].offsets, [2, 0, 3]);
    }

    #[test]
    fn lines_and_frames_are_those_of_the_code() {
        let mut b = FuncBuilder::default();
        b.set_pos(gol_diagnostic::Pos(5));
        let base = b.alloc_call(2);
        let header = FRAME_HEADER_WORDS;
        assert_eq!(base, Reg(header));
        b.emit(op::LoadInt { dst: base, value: 1 });
        b.set_pos(gol_diagnostic::Pos(9));
        b.emit(op::Return1 { a: base });
        let func = b.finish().unwrap();
        let found = (func.num_regs, func.lines.find(0).0, func.lines.find(1).0);
        assert_eq!(found, (header + 2, 5, 9));
        let is_pointer = |at| func.ptr_map.get(usize::from(at));
        assert!(!is_pointer(0) && is_pointer(header) && is_pointer(header + 1));
    }
}
