//! Checks that compiled code keeps the rules that the VM relies on without looking.
//!
//! Checked for each function: opcodes are known; registers lie in the frame (how many a type's
//! value takes, the type says); indices lead into the program's and the function's tables; jumps
//! lead to the start of an instruction, backward only from loop instructions; execution cannot run
//! past the end. Debug builds of the compiler run it on every program, so do the tests.

use crate::disasm::{Decoded, decode_at};
use crate::function::{Function, SelectDir};
use crate::instr::{NO_REG, Op, Operand, OperandKind};
use crate::program::Program;
use crate::typedesc::TypeDesc;

/// The first fault of each function that has one, in words.
pub fn program(program: &Program) -> Vec<String> {
    let mut faults = Vec::new();
    for func in &program.functions {
        if let Err(fault) = function(program, func) {
            faults.push(format!("{}: {fault}", func.name));
        }
    }
    if program.entry.0 as usize >= program.functions.len() {
        faults.push("entry is no function".to_owned());
    }
    faults
}

/// Checks one function.
pub fn function(program: &Program, func: &Function) -> Result<(), String> {
    let starts = instruction_starts(func)?;
    let check = Check { program, func, starts: &starts };
    let mut pc = 0;
    let mut last = Op::Nop;
    while let Some(insn) = decode_at(&func.code, pc) {
        check.instruction(&insn).map_err(|e| format!("{pc} {}: {e}", insn.op.name()))?;
        pc += insn.op.len();
        last = insn.op;
    }
    if !ends(last) {
        return Err("execution can run past the end".to_owned());
    }
    if func.recover_pc.is_some_and(|pc| !check.is_start(i64::from(pc))) {
        return Err("the recovery address is no instruction".to_owned());
    }
    check.selects()
}

fn ends(op: Op) -> bool {
    matches!(
        op,
        Op::Jump | Op::Loop | Op::Return0 | Op::Return1 | Op::Return2 | Op::ReturnN | Op::Panic
    )
}

fn instruction_starts(func: &Function) -> Result<Vec<bool>, String> {
    let mut starts = vec![false; func.code.len()];
    let mut pc = 0;
    while pc < func.code.len() {
        let Some(insn) = decode_at(&func.code, pc) else {
            return Err(format!("{pc}: no instruction"));
        };
        starts[pc] = true;
        pc += insn.op.len();
    }
    Ok(starts)
}

struct Check<'a> {
    program: &'a Program,
    func: &'a Function,
    starts: &'a [bool],
}

impl Check<'_> {
    fn is_start(&self, pc: i64) -> bool {
        usize::try_from(pc).is_ok_and(|pc| self.starts.get(pc).copied().unwrap_or(false))
    }

    fn instruction(&self, insn: &Decoded) -> Result<(), String> {
        for operand in &insn.operands {
            self.operand(insn, operand)?;
        }
        match insn.op {
            Op::Switch => self.switch(insn),
            Op::Select if value(insn, "table") as usize >= self.func.selects.len() => {
                Err("no such select table".to_owned())
            }
            _ => self.wide_operands(insn),
        }
    }

    fn operand(&self, insn: &Decoded, operand: &Operand) -> Result<(), String> {
        let p = self.program;
        let limit = match operand.kind {
            OperandKind::Dst | OperandKind::Reg => return self.register(operand.value, 1, operand),
            OperandKind::I16 | OperandKind::U16 | OperandKind::I32 => return Ok(()),
            OperandKind::Off16 | OperandKind::Off32 => return self.jump(insn, operand.value),
            OperandKind::Func => p.functions.len(),
            OperandKind::Type => p.types.len(),
            OperandKind::Const => p.consts.len(),
            OperandKind::Str => p.strings.len(),
            OperandKind::Native => p.natives.len(),
            OperandKind::Method => p.methods.len(),
            OperandKind::Global => p.globals_size as usize,
        };
        if (operand.value as usize) < limit {
            return Ok(());
        }
        // The address of a variable without size may be the end of the package variables.
        if operand.kind == OperandKind::Global && insn.op == Op::GlobalAddr {
            return Ok(());
        }
        Err(format!("{} {} is out of range", operand.name, operand.value))
    }

    /// A value of no words may start at the frame's end.
    fn register(&self, first: i64, words: i64, operand: &Operand) -> Result<(), String> {
        let end = i64::from(self.func.num_regs);
        if first == i64::from(NO_REG.0) || first + words <= end || first == end && words <= 1 {
            return Ok(());
        }
        Err(format!("{} r{first}..+{words} lies outside of {end} registers", operand.name))
    }

    fn jump(&self, insn: &Decoded, offset: i64) -> Result<(), String> {
        let target = i64::from(insn.pc) + offset;
        if !self.is_start(target) {
            return Err(format!("jump to {target}, which is no instruction"));
        }
        if offset <= 0 && !insn.op.name().ends_with("Loop") {
            return Err(format!("jumps backward to {target}"));
        }
        Ok(())
    }

    fn switch(&self, insn: &Decoded) -> Result<(), String> {
        let Some(table) = self.func.jump_tables.get(value(insn, "table") as usize) else {
            return Err("no such jump table".to_owned());
        };
        let pc = i64::from(insn.pc);
        let bad = |&&off: &&i32| off < 0 || !self.is_start(pc + i64::from(off));
        match table.offsets.iter().find(bad) {
            Some(off) => Err(format!("jump table leads to {}", pc + i64::from(*off))),
            None => Ok(()),
        }
    }

    /// Registers of operands that take several: by the instruction's count or type.
    fn wide_operands(&self, insn: &Decoded) -> Result<(), String> {
        let words = match insn.op {
            Op::MoveN | Op::LoadZero | Op::ReturnN | Op::ConcatN => value(insn, "n"),
            Op::LoadMem | Op::StoreMem | Op::MakeIface | Op::AssertType | Op::UnpackIface => {
                self.ty(insn).map_or(1, |t| i64::from(t.words))
            }
            Op::Send | Op::Recv | Op::RecvOk => value(insn, "words"),
            Op::Move2 | Op::LoadStr | Op::LoadPair | Op::StorePair | Op::Return2 => 2,
            _ => return Ok(()),
        };
        for operand in &insn.operands {
            let is_wide = match insn.op {
                Op::MakeIface | Op::StoreMem | Op::Send => operand.name == "a",
                Op::Recv | Op::RecvOk => operand.name == "dst",
                Op::ConcatN => false,
                Op::AssertType | Op::UnpackIface | Op::LoadMem | Op::LoadPair => {
                    operand.name == "dst"
                }
                Op::StorePair => operand.name == "a",
                _ => matches!(operand.kind, OperandKind::Dst | OperandKind::Reg),
            };
            if is_wide {
                self.register(operand.value, words, operand)?;
            }
        }
        Ok(())
    }

    fn ty(&self, insn: &Decoded) -> Option<&TypeDesc> {
        self.program.types.get(value(insn, "ty") as usize)
    }

    fn selects(&self) -> Result<(), String> {
        let end = self.func.num_regs;
        for case in self.func.selects.iter().flat_map(|s| &s.cases) {
            let last = case.value.0.saturating_add(case.words.saturating_sub(1));
            let value = if case.value == NO_REG { NO_REG } else { crate::Reg(last) };
            let mut regs = vec![case.chan, value];
            if case.dir == SelectDir::Recv {
                regs.push(case.ok);
            }
            if regs.iter().any(|&r| r != NO_REG && r.0 > end) {
                return Err("a select case lies outside of the frame".to_owned());
            }
        }
        Ok(())
    }
}

/// The operand of a name; 0 if there is none.
fn value(insn: &Decoded, name: &str) -> i64 {
    insn.operands.iter().find(|o| o.name == name).map_or(0, |o| o.value)
}
