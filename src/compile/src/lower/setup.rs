//! How a function begins and ends: parameters, results, captures, the epilogue.

use gol_diagnostic::Pos;
use gol_grammar::ast::{Block, Expr, Item, Stmt, StmtKind};
use gol_types::{Basic, Initializer, ObjId, Signature, Store, Type, TypeId};

use super::closure::{Captured, Passed};
use super::place::{Place, PlaceKind};
use super::stmt::any_stmt;
use super::{Local, Lower};

impl Lower<'_, '_> {
    /// A declared function or method.
    pub(super) fn declared(&mut self, sig: TypeId, body: &Block) {
        let sig = self.declared_signature(sig);
        self.params(sig.recv.iter().chain(&sig.params).copied());
        self.body(&sig, body);
    }

    /// A function literal.
    pub(super) fn literal(
        &mut self,
        sig: TypeId,
        body: &Block,
        captured: &[Captured],
        passed: Passed,
    ) {
        let sig = self.declared_signature(sig);
        let boxes = self.alloc_params(&sig.params);
        match passed {
            Passed::AsParams => self.captured_params(captured),
            Passed::InClosure => drop(self.load_captures(captured, 0)),
        }
        self.box_params(boxes);
        self.body(&sig, body);
    }

    /// The signature with the very objects that the body uses.
    fn declared_signature(&mut self, sig: TypeId) -> Signature {
        match self.m.checker.store.ty(sig) {
            Type::Signature(sig) => sig.clone(),
            _ => self.signature(sig),
        }
    }

    fn params(&mut self, params: impl Iterator<Item = ObjId>) {
        let params: Vec<ObjId> = params.collect();
        let boxes = self.alloc_params(&params);
        self.box_params(boxes);
    }

    /// Gives parameters their registers, the function's first ones.
    pub(super) fn alloc_params(&mut self, params: &[ObjId]) -> Vec<(ObjId, TypeId, Local)> {
        let mut all = Vec::new();
        for &obj in params {
            let ty = self.obj_ty(obj);
            let reg = self.alloc_value(ty);
            self.b.func.param_words += self.words(ty);
            let local = if self.is_mem(ty) { Local::Mem(reg) } else { Local::Regs(reg) };
            all.push((obj, ty, local));
        }
        all
    }

    /// Moves parameters that must be boxed into boxes.
    pub(super) fn box_params(&mut self, params: Vec<(ObjId, TypeId, Local)>) {
        for (obj, ty, local) in params {
            let local = match local {
                Local::Regs(reg) if self.is_boxed(obj) => Local::Boxed(self.new_box(ty, reg)),
                other => other,
            };
            self.insert_local(obj, ty, local);
        }
    }

    /// Makes a local variable known; an array in memory gets a slice of its whole.
    pub(super) fn insert_local(&mut self, obj: ObjId, ty: TypeId, local: Local) {
        self.locals.insert(obj, local);
        self.views.remove(&obj);
        if let (Local::Mem(ptr), Some((_, len))) = (local, self.array(ty)) {
            let view = self.array_view(&Place::memory(ty, ptr, 0), len);
            self.views.insert(obj, view);
        }
    }

    pub(super) fn body(&mut self, sig: &Signature, body: &Block) {
        let returns = self.returns_from_range_body(&body.stmts);
        self.set_up_results(sig, defers(&body.stmts), returns);
        self.block(body);
        self.b.set_pos(body.rbrace.lo);
        self.end_function();
    }

    /// The top-level statements of a script.
    pub(super) fn script(&mut self, items: &[Item], end: Pos) {
        let has_defer = items.iter().any(|item| match item {
            Item::Stmt(s) => defers(std::slice::from_ref(s)),
            Item::Decl(_) => false,
        });
        let nothing = Store::basic(Basic::Invalid);
        let sig = self.signature(nothing);
        self.set_up_results(&sig, has_defer, false);
        for item in items {
            match item {
                Item::Stmt(s) if self.show(s) => {}
                Item::Stmt(s) => self.stmt(s),
                Item::Decl(decl) => self.declaration(decl),
            }
        }
        self.b.set_pos(end);
        self.end_function();
    }

    /// `lhs = rhs` at package level.
    pub(super) fn initialize(&mut self, init: &Initializer) {
        self.assign_package_vars(&init.lhs, init.rhs());
        self.b.emit(gol_bytecode::op::Return0 {});
    }

    pub(super) fn assign_package_vars(&mut self, lhs: &[ObjId], rhs: &Expr) {
        if let [obj] = *lhs {
            let place = self.package_place(obj);
            let value = self.expr_as(rhs, place.ty, None);
            self.store(&place, value, false);
        } else if self.is_multi_call(rhs) {
            let (mut from, types) = self.call(rhs.unparen());
            for (&obj, ty) in lhs.iter().zip(types) {
                let place = self.package_place(obj);
                let value = self.convert_assigned(from, ty, place.ty, None);
                self.store(&place, value, false);
                from.0 += self.words(ty);
            }
        } else if let [v, ok] = *lhs {
            let ty = self.ty(rhs);
            let (value, flag) = (self.alloc_value(ty), self.alloc_word());
            self.comma_ok(rhs, value, flag);
            let place = self.package_place(v);
            let value = self.convert_assigned(value, ty, place.ty, None);
            self.store(&place, value, false);
            let place = self.package_place(ok);
            let flag = self.bool_as(flag, place.ty);
            self.store(&place, flag, false);
        }
    }

    fn package_place(&mut self, obj: ObjId) -> Place {
        if self.m.checker.store.obj(obj).name == "_" {
            let ty = self.obj_ty(obj);
            return Place { ty, kind: PlaceKind::Blank };
        }
        self.var_place(obj)
    }
}

/// Whether statements defer, those in loop bodies over functions included.
fn defers(stmts: &[Stmt]) -> bool {
    any_stmt(stmts, &mut |s| matches!(s.kind, StmtKind::Defer(_)))
}
