//! Instructions as text: one line each, operands decoded.

use std::fmt::Write;

use gol_diagnostic::Pos;

use crate::function::Function;
use crate::instr::{NO_REG, Op, Operand, OperandKind, Reg};
use crate::program::Program;

/// An instruction of encoded code.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// Word index in the code.
    pub pc: u32,
    pub op: Op,
    pub operands: Vec<Operand>,
}

impl Decoded {
    /// The word that the instruction jumps to, if it has an offset.
    pub fn target(&self) -> Option<i64> {
        let is_offset = |o: &&Operand| matches!(o.kind, OperandKind::Off16 | OperandKind::Off32);
        self.operands.iter().find(is_offset).map(|o| i64::from(self.pc) + o.value)
    }
}

/// The instruction at a word of the code; `None` past the end or where there is no opcode.
pub fn decode_at(code: &[u64], pc: usize) -> Option<Decoded> {
    let first = *code.get(pc)?;
    let op = Op::from_u16(first as u16)?;
    let second = if op.len() == 2 { *code.get(pc + 1)? } else { 0 };
    let all = u128::from(first) | u128::from(second) << 64;
    let mut slot = 1;
    let mut operands = Vec::new();
    for &(name, kind) in op.operands() {
        let bits = (all >> (16 * slot)) as u32;
        let value = match kind {
            OperandKind::I16 | OperandKind::Off16 => i64::from(bits as u16 as i16),
            OperandKind::I32 | OperandKind::Off32 => i64::from(bits as i32),
            _ if kind.slots() == 1 => i64::from(bits as u16),
            _ => i64::from(bits),
        };
        operands.push(Operand { name, kind, value });
        slot += kind.slots();
    }
    Some(Decoded { pc: pc as u32, op, operands })
}

/// All instructions in order; ends at the first word that is none.
pub fn decode(code: &[u64]) -> Vec<Decoded> {
    let mut out = Vec::new();
    let mut pc = 0;
    while let Some(insn) = decode_at(code, pc) {
        pc += insn.op.len();
        out.push(insn);
    }
    out
}

/// A function as text: a header, then its instructions; `source` gives the line (`file:line` and
/// its text) of a position, which is printed where it changes.
pub fn function(
    program: &Program,
    func: &Function,
    source: &mut dyn FnMut(Pos) -> Option<String>,
) -> String {
    let mut out = header(func);
    let mut last = None;
    for insn in decode(&func.code) {
        let line = source(func.lines.find(insn.pc));
        if line.is_some() && line != last {
            let _ = writeln!(out, "  ; {}", line.as_deref().unwrap_or_default());
            last = line;
        }
        let _ = writeln!(out, "{}", instruction(program, func, &insn));
    }
    out
}

fn header(func: &Function) -> String {
    let mut out = format!(
        "func {}  params={} results={} regs={}",
        func.name, func.param_words, func.result_words, func.num_regs
    );
    if func.captures != 0 {
        let _ = write!(out, " captures={}", func.captures);
    }
    if func.flags.defers {
        out.push_str(" defers");
    }
    if func.flags.wrapper {
        out.push_str(" wrapper");
    }
    if let Some(pc) = func.recover_pc {
        let _ = write!(out, " recover={pc}");
    }
    out.push('\n');
    out
}

fn instruction(program: &Program, func: &Function, insn: &Decoded) -> String {
    let mut out = format!("  {:5}  {:<16}", insn.pc, insn.op.name());
    for (i, operand) in insn.operands.iter().enumerate() {
        out.push_str(if i == 0 { " " } else { ", " });
        out.push_str(&operand_text(program, insn, operand));
    }
    match insn.op {
        Op::Switch => out.push_str(&jump_table_text(func, insn)),
        Op::Select => out.push_str(&select_text(func, insn)),
        _ => {}
    }
    out.truncate(out.trim_end().len());
    out
}

fn reg_text(value: i64) -> String {
    if value == i64::from(NO_REG.0) { "-".to_owned() } else { format!("r{value}") }
}

fn operand_text(program: &Program, insn: &Decoded, operand: &Operand) -> String {
    let index = operand.value as usize;
    match operand.kind {
        OperandKind::Dst | OperandKind::Reg => reg_text(operand.value),
        OperandKind::I16 | OperandKind::U16 | OperandKind::I32 => {
            format!("{}={}", operand.name, operand.value)
        }
        OperandKind::Off16 | OperandKind::Off32 => {
            format!("->{}", i64::from(insn.pc) + operand.value)
        }
        OperandKind::Func => program.functions.get(index).map_or("?".into(), |f| f.name.clone()),
        OperandKind::Type => program.types.get(index).map_or("?".into(), |t| t.string.clone()),
        OperandKind::Const => program.consts.get(index).map_or("?".into(), |&c| constant_text(c)),
        OperandKind::Str => program
            .strings
            .get(index)
            .map_or("?".into(), |s| format!("{:?}", String::from_utf8_lossy(s))),
        OperandKind::Native => program.natives.get(index).map_or("?".into(), Clone::clone),
        OperandKind::Method => program.methods.get(index).map_or("?".into(), |m| m.name.clone()),
        OperandKind::Global => format!("global+{}", operand.value),
    }
}

/// A constant as an integer and, where it looks like one, as a float.
fn constant_text(bits: u64) -> String {
    let float = f64::from_bits(bits);
    if float.is_normal() && (1e-100..1e100).contains(&float.abs()) {
        format!("{bits:#x}({float})")
    } else {
        format!("{}", bits as i64)
    }
}

fn jump_table_text(func: &Function, insn: &Decoded) -> String {
    let table = insn.operands.last().and_then(|o| func.jump_tables.get(o.value as usize));
    let Some(table) = table else { return " ?".to_owned() };
    let mut out = String::from(" {");
    for (i, &off) in table.offsets.iter().enumerate().filter(|&(_, &off)| off != 0) {
        let _ = write!(out, " {}->{}", table.first + i as i64, i64::from(insn.pc) + i64::from(off));
    }
    out.push_str(" }");
    out
}

fn select_text(func: &Function, insn: &Decoded) -> String {
    let table = insn.operands.last().and_then(|o| func.selects.get(o.value as usize));
    let Some(table) = table else { return " ?".to_owned() };
    let reg = |r: Reg| reg_text(i64::from(r.0));
    let mut out = String::from(" {");
    for case in &table.cases {
        let _ = match case.dir {
            crate::SelectDir::Send => write!(out, " {} <- {};", reg(case.chan), reg(case.value)),
            crate::SelectDir::Recv => {
                write!(out, " {}, {} = <-{};", reg(case.value), reg(case.ok), reg(case.chan))
            }
        };
    }
    out.push_str(if table.has_default { " default }" } else { " }" });
    out
}

/// The opcode table as Markdown, for `docs/bytecode.md`.
pub fn markdown() -> String {
    let mut out =
        String::from("| opcode | operands | words | effect |\n| --- | --- | --- | --- |\n");
    for &op in Op::ALL {
        let operands: Vec<String> =
            op.operands().iter().map(|(name, kind)| format!("{name}: {kind:?}")).collect();
        let effect = op.doc().trim().replace('|', "\\|");
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} |",
            op.name(),
            operands.join(", "),
            op.len(),
            effect
        );
    }
    out
}
