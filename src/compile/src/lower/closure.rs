//! Function values: declared functions, instances of generic ones, literals.
//!
//! A closure captures the words of unboxed variables and the addresses of boxes and of memory. A
//! literal that a `go` or `defer` statement calls gets them as parameters behind its own, and no
//! closure is made.

use std::rc::Rc;

use gol_bytecode::{FuncIdx, NO_REG, Reg, op};
use gol_grammar::ast::{Expr, FuncLit, NodeId};
use gol_types::{ObjId, TypeId};

use super::call::Callee;
use super::{Local, Lower};
use crate::builder::pointer_word;

/// A variable that a closure captures, and where it stands around the closure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Captured {
    pub obj: ObjId,
    pub ty: TypeId,
    pub local: Local,
}

/// How a literal gets what it captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passed {
    InClosure,
    AsParams,
}

impl Lower<'_, '_> {
    /// A declared function as a value.
    pub(super) fn func_value(
        &mut self,
        e: &Expr,
        id: NodeId,
        obj: ObjId,
        want: Option<Reg>,
    ) -> Reg {
        let ty = self.ty(e);
        let dst = self.dst(ty, want);
        let func = match self.static_callee(id, obj) {
            Callee::Func(func) => func,
            _ => self.m.native_func(obj),
        };
        self.b.emit(op::LoadFunc { dst, func });
        dst
    }

    pub(super) fn func_literal(&mut self, e: &Expr, lit: &Rc<FuncLit>, want: Option<Reg>) -> Reg {
        let captured = self.captured(e.id);
        let func = self.literal_func(e, lit, &captured, Passed::InClosure);
        self.new_closure(func, &captured, &[], want)
    }

    /// The code of a literal.
    pub(super) fn literal_func(
        &mut self,
        e: &Expr,
        lit: &Rc<FuncLit>,
        captured: &[Captured],
        passed: Passed,
    ) -> FuncIdx {
        let ty = self.ty(e);
        let sig = self.m.checker.info.of(e.id).map_or(ty, |tv| tv.ty);
        self.literals += 1;
        let kind = if self.nested { "" } else { "func" };
        let name = format!("{}.{kind}{}", self.name, self.literals);
        let mut inner = Lower::new(&mut *self.m, Rc::clone(&self.shared), name);
        inner.b.func.pos = e.span.lo;
        inner.b.set_pos(e.span.lo);
        inner.nested = true;
        inner.literal(sig, &lit.body, captured, passed);
        let mut function = inner.finish();
        // Functions made by reflection are called through literals of its package, which
        // `recover` must see through.
        function.flags.wrapper |= function.name.starts_with("reflect.");
        self.m.add_func(function)
    }

    /// The variables that a literal captures, which this function has at hand.
    pub(super) fn captured(&mut self, literal: NodeId) -> Vec<Captured> {
        let vars = self.shared.esc.captures(literal);
        vars.iter()
            .filter_map(|&obj| {
                let local = *self.locals.get(&obj)?;
                Some(Captured { obj, ty: self.obj_ty(obj), local })
            })
            .collect()
    }

    /// A closure over variables and further words.
    pub(super) fn new_closure(
        &mut self,
        func: FuncIdx,
        captured: &[Captured],
        extra: &[Reg],
        want: Option<Reg>,
    ) -> Reg {
        let dst = want.unwrap_or_else(|| self.alloc_pointer());
        if captured.is_empty() && extra.is_empty() {
            self.b.emit(op::LoadFunc { dst, func });
            return dst;
        }
        let mark = self.b.mark();
        let n = self.captured_words(captured) + extra.len() as u16;
        let a = self.single_word(captured, extra).unwrap_or(NO_REG);
        let a = if a == NO_REG { self.gather(captured, extra, n) } else { a };
        self.b.emit(op::NewClosure { dst, a, n, func });
        self.b.release(mark);
        dst
    }

    /// The register of the only word that is captured.
    fn single_word(&mut self, captured: &[Captured], extra: &[Reg]) -> Option<Reg> {
        match (captured, extra) {
            ([one], []) => {
                let (Local::Regs(reg) | Local::Boxed(reg) | Local::Mem(reg)) = one.local;
                Some(reg)
            }
            ([], [reg]) => Some(*reg),
            _ => None,
        }
    }

    fn gather(&mut self, captured: &[Captured], extra: &[Reg], n: u16) -> Reg {
        let first = self.b.alloc(n, None);
        let mut at = self.fill_captured(captured, first);
        for &reg in extra {
            self.move_words(at, reg, 1);
            at.0 += 1;
        }
        first
    }

    /// Puts what is captured into registers from one on; the one behind them.
    pub(super) fn fill_captured(&mut self, captured: &[Captured], mut at: Reg) -> Reg {
        for c in captured {
            let words = self.capture_words(c);
            let (Local::Regs(reg) | Local::Boxed(reg) | Local::Mem(reg)) = c.local;
            self.move_words(at, reg, words);
            at.0 += words;
        }
        at
    }

    pub(super) fn captured_words(&mut self, captured: &[Captured]) -> u16 {
        captured.iter().map(|c| self.capture_words(c)).sum()
    }

    fn capture_words(&mut self, c: &Captured) -> u16 {
        if matches!(c.local, Local::Regs(_)) { self.words(c.ty) } else { 1 }
    }

    /// In the closure: puts what was captured into registers. The registers of `extra` further
    /// words, all of them pointers, come back.
    pub(super) fn load_captures(&mut self, captured: &[Captured], extra: u16) -> Vec<Reg> {
        let n = self.captured_words(captured) + extra;
        if n == 0 {
            return Vec::new();
        }
        let first = self.b.alloc(n, None);
        if n == 1 {
            self.b.emit(op::LoadCapture { dst: first, idx: 0 });
        } else {
            self.b.emit(op::LoadCaptureN { dst: first, idx: 0, n });
        }
        self.b.func.captures = n;
        let mut at = 0;
        for c in captured {
            self.map_capture(c, at);
            self.insert_captured(c, Reg(first.0 + at));
            at += self.capture_words(c);
        }
        let rest = at..n;
        for word in rest.clone() {
            self.b.func.capture_map.set(usize::from(word));
        }
        rest.map(|word| Reg(first.0 + word)).collect()
    }

    /// In the literal: makes what was captured its last parameters.
    pub(super) fn captured_params(&mut self, captured: &[Captured]) {
        for c in captured {
            let reg = match c.local {
                Local::Regs(_) => self.alloc_value(c.ty),
                Local::Boxed(_) | Local::Mem(_) => self.alloc_pointer(),
            };
            self.insert_captured(c, reg);
        }
        let words = self.captured_words(captured);
        self.b.func.captured_params = words;
        self.b.func.param_words += words;
    }

    fn insert_captured(&mut self, c: &Captured, reg: Reg) {
        let local = match c.local {
            Local::Regs(_) => Local::Regs(reg),
            Local::Boxed(_) => Local::Boxed(reg),
            Local::Mem(_) => Local::Mem(reg),
        };
        self.locals.insert(c.obj, local);
    }

    /// Marks the captured words that can hold pointers.
    fn map_capture(&mut self, c: &Captured, at: u16) {
        if !matches!(c.local, Local::Regs(_)) {
            self.b.func.capture_map.set(usize::from(at));
            return;
        }
        let repr = self.repr(c.ty);
        for word in repr.leaves.iter().filter_map(pointer_word) {
            self.b.func.capture_map.set(usize::from(at + word));
        }
    }
}
