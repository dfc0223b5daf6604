//! `switch` on values: a jump table where the cases are dense integers, else a chain of tests.

use rustc_hash::FxHashSet as HashSet;

use gol_bytecode::Reg;
use gol_grammar::ast::{BinaryOp, CaseClause, Expr, StmtKind, Switch};
use gol_types::TypeId;

use super::types::Class;
use super::{Lower, TargetKind};
use crate::builder::{Cond, Label};

/// Fewest cases that make a table worth it.
const MIN_TABLE: usize = 4;

impl Lower<'_, '_> {
    pub(super) fn switch_stmt(&mut self, stmt: &Switch) {
        let name = self.next_name.take();
        if let Some(init) = &stmt.init {
            self.stmt(init);
        }
        let end = self.b.new_label();
        let labels: Vec<Label> = stmt.clauses.iter().map(|_| self.b.new_label()).collect();
        match &stmt.tag {
            Some(tag) => self.dispatch(tag, &stmt.clauses, &labels),
            None => self.dispatch_conditions(&stmt.clauses, &labels),
        }
        let default = stmt.clauses.iter().position(|c| c.is_default);
        self.b.jump(default.map_or(end, |i| labels[i]));
        self.next_name = name;
        self.push_target(TargetKind::Switch, Some(end), None);
        self.clauses(&stmt.clauses, &labels, end);
        self.targets.pop();
        self.b.bind(end);
    }

    fn clauses(&mut self, clauses: &[CaseClause], labels: &[Label], end: Label) {
        let saved = self.fallthrough;
        for (i, clause) in clauses.iter().enumerate() {
            self.b.bind(labels[i]);
            self.fallthrough = labels.get(i + 1).copied();
            self.stmts(&clause.body);
            if !matches!(clause.body.last().map(|s| &s.kind), Some(StmtKind::Fallthrough)) {
                self.b.jump(end);
            }
        }
        self.fallthrough = saved;
    }

    fn dispatch_conditions(&mut self, clauses: &[CaseClause], labels: &[Label]) {
        for (clause, &label) in clauses.iter().zip(labels) {
            for value in &clause.values {
                self.b.set_pos(value.span.lo);
                self.jump_if(value, label);
            }
        }
    }

    fn dispatch(&mut self, tag: &Expr, clauses: &[CaseClause], labels: &[Label]) {
        let ty = self.ty(tag);
        let class = self.class(ty);
        let mark = self.b.mark();
        let reg = self.alloc_value(ty);
        self.expr_as(tag, ty, Some(reg));
        if !matches!(class, Class::Int { .. }) || !self.jump_table(reg, clauses, labels) {
            for (clause, &label) in clauses.iter().zip(labels) {
                for value in &clause.values {
                    self.test_case((ty, class, reg), value, label);
                }
            }
        }
        self.b.release(mark);
    }

    fn test_case(&mut self, (ty, class, reg): (TypeId, Class, Reg), value: &Expr, label: Label) {
        self.b.set_pos(value.span.lo);
        let mark = self.b.mark();
        if let Some(imm) = self.immediate(value, ty) {
            self.b.jump_if(Cond::EqImm(reg, imm), label);
            self.b.release(mark);
            return;
        }
        let value_ty = self.ty(value);
        let cond = if class != Class::Iface && self.is_iface(value_ty) {
            self.compare_with_iface(ty, reg, value, value_ty)
        } else if self.is_nil(value) {
            Cond::EqImm(reg, 0)
        } else {
            let b = self.expr_as(value, ty, None);
            match class {
                Class::Str => Cond::EqStr(reg, b),
                Class::F64 => Cond::EqF64(reg, b),
                Class::Int { .. } | Class::Ref | Class::Bool => Cond::EqI64(reg, b),
                _ => {
                    let dst = self.alloc_word();
                    let negated = self.compare_regs(BinaryOp::Eq, ty, class, dst, (reg, b));
                    if negated { Cond::False(dst) } else { Cond::True(dst) }
                }
            }
        };
        self.b.jump_if(cond, label);
        self.b.release(mark);
    }

    /// A case that is an interface, the tag being none.
    fn compare_with_iface(&mut self, ty: TypeId, reg: Reg, value: &Expr, iface: TypeId) -> Cond {
        let a = self.convert_assigned(reg, ty, iface, None);
        let b = self.expr(value, None);
        let dst = self.alloc_word();
        self.compare_regs(BinaryOp::Eq, iface, Class::Iface, dst, (a, b));
        Cond::True(dst)
    }

    /// Emits a jump table if all cases are constants that lie close together.
    fn jump_table(&mut self, reg: Reg, clauses: &[CaseClause], labels: &[Label]) -> bool {
        let mut cases = Vec::new();
        let mut seen = HashSet::default();
        for (clause, &label) in clauses.iter().zip(labels) {
            for value in &clause.values {
                let Some(n) = self.const_int(value) else { return false };
                if seen.insert(n) {
                    cases.push((n, label));
                }
            }
        }
        let (Some(first), Some(last)) =
            (cases.iter().map(|c| c.0).min(), cases.iter().map(|c| c.0).max())
        else {
            return false;
        };
        let Some(span) = last.checked_sub(first).and_then(|d| usize::try_from(d).ok()) else {
            return false;
        };
        if cases.len() < MIN_TABLE || span / 4 > cases.len() {
            return false;
        }
        let mut table = vec![None; span + 1];
        for (n, label) in cases {
            table[(n - first) as usize] = Some(label);
        }
        self.b.switch(reg, first, &table);
        true
    }
}
