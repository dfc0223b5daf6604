//! `return`, and where results live.
//!
//! Results are variables if they have names, if the function defers (a recovered panic returns
//! them) or if a loop body over a function returns for it. A function that defers runs the deferred
//! calls at each `return`, so that traces name it; a recovered panic continues at the function's end.

use gol_bytecode::{Reg, op};
use gol_grammar::ast::{Expr, Stmt, StmtKind};
use gol_types::{Basic, ObjId, Signature, Store, TypeId};

use super::place::{Place, PlaceKind};
use super::stmt::any_stmt;
use super::{Local, Lower};
use crate::builder::Label;

#[derive(Debug, Default)]
pub(super) struct Results {
    pub types: Vec<TypeId>,
    /// Where they live, if they are variables.
    vars: Vec<Local>,
    /// The first of the registers of unboxed variables, which follow one another.
    first: Reg,
    /// Whether a return must store them before it does anything else.
    store: bool,
    /// Whether all live in registers that can be returned as they are.
    in_place: bool,
    epilogue: Option<Label>,
}

impl Lower<'_, '_> {
    pub(super) fn set_up_results(&mut self, sig: &Signature, defers: bool, from_loops: bool) {
        let types = self.obj_types(&sig.results);
        self.b.func.result_words = self.total_words(&types);
        self.results = Results { types, ..Results::default() };
        let name = |obj: &ObjId| self.m.checker.store.obj(*obj).name.clone();
        let named = sig.results.first().is_some_and(|obj| !name(obj).is_empty());
        if named || defers || from_loops {
            self.result_vars(&sig.results, from_loops);
        }
        self.results.store |= defers || from_loops;
        if defers {
            self.b.func.flags.defers = true;
            let label = self.b.new_label();
            self.b.set_recover(label);
            self.results.epilogue = Some(label);
        }
    }

    fn result_vars(&mut self, objs: &[ObjId], box_all: bool) {
        let types = self.results.types.clone();
        let first = Reg(self.b.mark().0);
        let regs: Vec<Reg> = types.iter().map(|&ty| self.alloc_value(ty)).collect();
        self.results.first = first;
        self.results.in_place = true;
        for ((&obj, &ty), &reg) in objs.iter().zip(&types).zip(&regs) {
            if box_all {
                self.shared.boxed.borrow_mut().insert(obj);
            }
            let boxed = self.is_boxed(obj);
            self.zero_value(ty, Some(reg));
            let local = match (self.is_mem(ty), boxed) {
                (true, _) => Local::Mem(reg),
                (false, false) => Local::Regs(reg),
                (false, true) => {
                    let ptr = self.alloc_pointer();
                    let ty = self.type_idx(ty);
                    self.b.emit(op::New { dst: ptr, ty });
                    Local::Boxed(ptr)
                }
            };
            self.results.in_place &= !boxed;
            self.results.store |= boxed;
            self.results.vars.push(local);
            self.insert_local(obj, ty, local);
        }
    }

    /// The results as variables, for the body of a loop over a function.
    pub(super) fn result_locals(&self) -> Vec<(TypeId, Local)> {
        match &self.range_body {
            Some(range) => range.results.clone(),
            None => {
                self.results.types.iter().copied().zip(self.results.vars.iter().copied()).collect()
            }
        }
    }

    pub(super) fn returns_from_range_body(&mut self, stmts: &[Stmt]) -> bool {
        any_stmt(stmts, &mut |s| match &s.kind {
            StmtKind::Range(range) if self.has_range_closure(range) => {
                any_stmt(&range.body.stmts, &mut |s| matches!(s.kind, StmtKind::Return(_)))
            }
            _ => false,
        })
    }

    pub(super) fn return_stmt(&mut self, values: &[Expr]) {
        if self.range_body.is_some() {
            self.return_from_range_body(values);
            return;
        }
        if self.returns_to.is_some() {
            self.return_in_place(values);
            return;
        }
        let has_vars = !self.results.vars.is_empty();
        let pos = self.b.pos();
        if self.results.store && has_vars {
            let vars = self.result_locals();
            self.store_results(&vars, values);
            self.b.set_pos(pos);
            self.leave();
        } else if values.is_empty() {
            self.leave();
        } else {
            self.return_values(values);
        }
    }

    /// Evaluates returned values and stores them in the result variables.
    pub(super) fn store_results(&mut self, vars: &[(TypeId, Local)], values: &[Expr]) {
        let mark = self.b.mark();
        let places: Vec<Place> = vars.iter().map(|&(ty, local)| result_place(ty, local)).collect();
        match values {
            [] => {}
            [value] if self.is_multi_call(value) => {
                let (mut from, types) = self.call(value.unparen());
                for (place, ty) in places.iter().zip(types) {
                    let reg = self.convert_assigned(from, ty, place.ty, None);
                    self.store(place, reg, true);
                    from.0 += self.words(ty);
                }
            }
            [value] => {
                if let Some(place) = places.first() {
                    self.assign_to(place, value);
                }
            }
            _ => {
                let parts: Vec<&Expr> = values.iter().collect();
                let order = self.begin_order(&parts);
                let regs: Vec<Reg> = values
                    .iter()
                    .zip(&places)
                    .map(|(value, place)| {
                        let temp = self.alloc_value(place.ty);
                        self.expr_as_owned(value, place.ty, Some(temp))
                    })
                    .collect();
                for (place, reg) in places.iter().zip(regs) {
                    self.store(place, reg, true);
                }
                self.end_order(order);
            }
        }
        self.b.release(mark);
    }

    /// Returns what the result variables hold.
    fn leave(&mut self) {
        if self.results.epilogue.is_some() {
            self.b.emit(op::RunDefers {});
        }
        self.return_vars();
    }

    fn return_vars(&mut self) {
        let words = self.b.func.result_words;
        if self.results.in_place || self.results.vars.is_empty() {
            self.emit_return(self.results.first, words);
            return;
        }
        let mark = self.b.mark();
        let out = self.b.alloc(words, None);
        let mut at = out;
        for (ty, local) in self.result_locals() {
            let place = result_place(ty, local);
            let value = self.load(&place, None);
            if self.is_mem(ty) {
                let ty = self.type_idx(ty);
                self.b.emit(op::NewCopy { dst: at, src: value, ty });
            } else {
                self.move_to(ty, value, Some(at));
            }
            at.0 += self.words(ty);
        }
        self.emit_return(out, words);
        self.b.release(mark);
    }

    fn return_values(&mut self, values: &[Expr]) {
        let mark = self.b.mark();
        let types = self.results.types.clone();
        match (values, &types[..]) {
            ([value], _) if self.is_multi_call(value) => self.return_call(value, &types),
            ([value], &[ty]) => {
                let reg = self.expr_as_owned(value, ty, None);
                let words = self.words(ty);
                self.emit_return(reg, words);
            }
            _ => {
                let words = self.b.func.result_words;
                let parts: Vec<&Expr> = values.iter().collect();
                let order = self.begin_order(&parts);
                let out = self.b.alloc(words, None);
                let mut at = out;
                for (value, ty) in values.iter().zip(types) {
                    let mark = self.b.mark();
                    self.expr_as_owned(value, ty, Some(at));
                    self.b.release(mark);
                    at.0 += self.words(ty);
                }
                self.end_order(order);
                self.emit_return(out, words);
            }
        }
        self.b.release(mark);
    }

    /// `return f()` with several results.
    fn return_call(&mut self, value: &Expr, types: &[TypeId]) {
        let (mut from, have) = self.call(value.unparen());
        let words = self.b.func.result_words;
        if have == types {
            self.emit_return(from, words);
            return;
        }
        let out = self.b.alloc(words, None);
        let mut at = out;
        for (&ty, have) in types.iter().zip(have) {
            self.convert_assigned(from, have, ty, Some(at));
            at.0 += self.words(ty);
            from.0 += self.words(have);
        }
        self.emit_return(out, words);
    }

    pub(super) fn emit_return(&mut self, a: Reg, words: u16) {
        match words {
            0 => self.b.emit(op::Return0 {}),
            1 => self.b.emit(op::Return1 { a }),
            2 => self.b.emit(op::Return2 { a }),
            n => self.b.emit(op::ReturnN { a, n }),
        }
    }

    /// What stands behind the last statement.
    pub(super) fn end_function(&mut self) {
        if let Some(epilogue) = self.results.epilogue {
            self.b.bind(epilogue);
            self.b.emit(op::RunDefers {});
            self.return_vars();
        } else if self.b.reachable() {
            self.b.emit(op::Return0 {});
        }
    }

    /// A boolean as a value of what it is assigned to: an interface, if that is one.
    pub(super) fn bool_as(&mut self, reg: Reg, target: TypeId) -> Reg {
        self.convert_assigned(reg, Store::basic(Basic::Bool), target, None)
    }
}

fn result_place(ty: TypeId, local: Local) -> Place {
    match local {
        Local::Regs(reg) => Place::value(ty, reg),
        Local::Boxed(ptr) => Place::memory(ty, ptr, 0),
        Local::Mem(ptr) => {
            Place { ty, kind: PlaceKind::Mem { ptr, off: 0, nonnil: true, view: None } }
        }
    }
}
