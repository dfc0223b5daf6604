//! `switch x.(type)`: tests of the dynamic type, one after the other.

use gol_bytecode::{Reg, op};
use gol_grammar::ast::{CaseClause, Expr, ExprKind, TypeSwitch};
use gol_types::TypeId;

use super::{Lower, TargetKind};
use crate::builder::{Cond, Label};

impl Lower<'_, '_> {
    pub(super) fn type_switch(&mut self, stmt: &TypeSwitch) {
        let name = self.next_name.take();
        if let Some(init) = &stmt.init {
            self.stmt(init);
        }
        let x = match &stmt.x.unparen().kind {
            ExprKind::TypeAssert { x, ty: None } => x,
            _ => &stmt.x,
        };
        let x_ty = self.ty(x);
        let a = self.alloc_value(x_ty);
        self.expr(x, Some(a));
        let end = self.b.new_label();
        let labels: Vec<Label> = stmt.clauses.iter().map(|_| self.b.new_label()).collect();
        for (clause, &label) in stmt.clauses.iter().zip(&labels) {
            for value in &clause.values {
                self.b.set_pos(value.span.lo);
                self.test_type(value, a, label);
            }
        }
        let default = stmt.clauses.iter().position(|c| c.is_default);
        self.b.jump(default.map_or(end, |i| labels[i]));
        self.next_name = name;
        self.push_target(TargetKind::Switch, Some(end), None);
        for (clause, &label) in stmt.clauses.iter().zip(&labels) {
            self.b.bind(label);
            let mark = self.b.mark();
            self.bind_clause(clause, a, x_ty);
            self.stmts(&clause.body);
            self.b.release(mark);
            self.b.jump(end);
        }
        self.targets.pop();
        self.b.bind(end);
    }

    fn test_type(&mut self, value: &Expr, a: Reg, label: Label) {
        if self.is_nil(value) {
            self.b.jump_if(Cond::EqImm(a, 0), label);
            return;
        }
        let ty = self.ty(value);
        if self.is_iface(ty) {
            let mark = self.b.mark();
            let ok = self.alloc_word();
            self.implements(ty, a, ok);
            self.b.jump_if(Cond::True(ok), label);
            self.b.release(mark);
            return;
        }
        let ty = self.type_idx(ty);
        self.b.emit_jump(|off| op::TypeEqJump { a, ty, off }, label);
    }

    /// Declares the guard's variable in a clause.
    fn bind_clause(&mut self, clause: &CaseClause, a: Reg, x_ty: TypeId) {
        let Some(&obj) = self.m.checker.info.implicits.get(&clause.id) else { return };
        let ty = self.obj_ty(obj);
        if self.is_iface(ty) {
            self.define_reg(obj, a, x_ty, false);
            return;
        }
        let value = self.alloc_value(ty);
        let idx = self.type_idx(ty);
        self.b.emit(op::UnpackIface { dst: value, a, ty: idx });
        if self.is_boxed(obj) || self.is_mem(ty) {
            self.define_reg(obj, value, ty, false);
        } else {
            self.insert_local(obj, ty, super::Local::Regs(value));
        }
    }
}
