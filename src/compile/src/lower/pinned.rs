//! Constants of loops, in registers.
//!
//! An operand that no immediate holds would be loaded in each iteration. Before an outermost loop
//! its statements are looked through once for such operands, and the first few of them are loaded
//! in front of it; `load_const` then finds them. A pinned register is only ever read.

use gol_bytecode::Reg;
use gol_grammar::ast::{AssignOp, BinaryOp, Expr, ExprKind, Stmt, StmtKind};
use gol_types::constant::Value;
use gol_types::{Basic, Store, Type, TypeId};

use super::stmt::any_stmt;
use super::types::Class;
use super::{Lower, TargetKind};

/// Registers that one loop may take for constants.
const MOST: usize = 6;

/// What was pinned before a loop; to be given back behind it.
#[derive(Clone, Copy)]
pub(super) struct Pinned(usize);

impl Lower<'_, '_> {
    /// Loads the constants of an outermost loop, given by its expressions and statements.
    pub(super) fn pin_constants(&mut self, exprs: &[&Expr], stmts: &[&[Stmt]]) -> Pinned {
        let before = Pinned(self.pinned.len());
        if self.targets.iter().any(|t| t.kind == TargetKind::Loop) {
            return before;
        }
        let mut found = Vec::new();
        for e in exprs {
            self.constants_of(e, &mut found);
        }
        for list in stmts {
            self.constants_in(list, &mut found);
        }
        found.truncate(MOST);
        for (value, ty) in found {
            let reg = self.load_const(&value, ty, None);
            self.pinned.push((value, ty, reg));
        }
        before
    }

    pub(super) fn unpin(&mut self, before: Pinned) {
        self.pinned.truncate(before.0);
    }

    /// A constant among the pinned ones.
    pub(super) fn pinned_const(&self, value: &Value, ty: TypeId) -> Option<Reg> {
        self.pinned.iter().find(|p| p.1 == ty && p.0 == *value).map(|p| p.2)
    }

    fn constants_in(&mut self, list: &[Stmt], found: &mut Vec<(Value, TypeId)>) {
        let mut inside = Vec::new();
        any_stmt(list, &mut |s| {
            inside.push(s);
            false
        });
        for stmt in inside {
            self.constants_of_stmt(stmt, found);
        }
    }

    fn constants_of_stmt(&mut self, stmt: &Stmt, found: &mut Vec<(Value, TypeId)>) {
        match &stmt.kind {
            StmtKind::Expr(e) | StmtKind::IncDec { x: e, .. } => self.constants_of(e, found),
            StmtKind::Send { chan, value, .. } => {
                self.constants_of(chan, found);
                self.constants_of(value, found);
            }
            StmtKind::Return(list) => self.constants_of_all(list, found),
            StmtKind::If(s) => self.constants_of(&s.cond, found),
            StmtKind::For(s) => s.cond.iter().for_each(|e| self.constants_of(e, found)),
            StmtKind::Range(s) => self.constants_of(&s.x, found),
            StmtKind::Switch(s) => {
                s.tag.iter().for_each(|e| self.constants_of(e, found));
            }
            StmtKind::Assign { lhs, op, rhs, .. } => {
                self.constants_of_all(lhs, found);
                self.constants_of_all(rhs, found);
                if lhs.len() == rhs.len() && *op != AssignOp::Define {
                    for (x, y) in lhs.iter().zip(rhs) {
                        self.stored_constant(x, *op, y, found);
                    }
                }
            }
            _ => {}
        }
    }

    fn constants_of_all(&mut self, list: &[Expr], found: &mut Vec<(Value, TypeId)>) {
        for e in list {
            self.constants_of(e, found);
        }
    }

    /// `s[i] = 1`, `x *= 0.5`: a store has no immediate, and floats have none at all.
    fn stored_constant(
        &mut self,
        x: &Expr,
        op: AssignOp,
        y: &Expr,
        found: &mut Vec<(Value, TypeId)>,
    ) {
        if x.unparen().as_name().is_some_and(|name| name == "_") {
            return;
        }
        let ty = self.ty(x);
        match op {
            AssignOp::Op(op) => self.operand(op, y, ty, found),
            _ if x.unparen().as_name().is_none() => self.note(y, ty, found),
            _ => {}
        }
    }

    fn constants_of(&mut self, e: &Expr, found: &mut Vec<(Value, TypeId)>) {
        if self.const_value(e).is_some() {
            return;
        }
        match &e.kind {
            ExprKind::Paren(x)
            | ExprKind::Star(x)
            | ExprKind::Selector { x, .. }
            | ExprKind::Unary { x, .. }
            | ExprKind::TypeAssert { x, .. } => self.constants_of(x, found),
            ExprKind::Binary { op, x, y, .. } => {
                self.constants_of(x, found);
                self.constants_of(y, found);
                if self.const_value(x).is_some() {
                    let ty = self.ty(y);
                    self.operand(*op, x, ty, found);
                } else {
                    let ty = self.ty(x);
                    self.operand(*op, y, ty, found);
                }
            }
            ExprKind::Index { x, indices, .. } => {
                self.constants_of(x, found);
                self.constants_of_all(indices, found);
                let ty = self.ty(x);
                if let (Type::Slice(_), [i]) = (self.under(ty), indices.as_slice()) {
                    self.note(i, Store::basic(Basic::Int), found);
                }
            }
            ExprKind::Call { fun, args, .. } => {
                self.constants_of(fun, found);
                self.constants_of_all(args, found);
                if let Some(decl) = self.inlined_body(fun.unparen())
                    && let Some(body) = &decl.body
                {
                    self.constants_in(&body.stmts, found);
                }
            }
            _ => {}
        }
    }

    /// An operand of an operation on values of a type, unless an immediate holds it.
    fn operand(&mut self, op: BinaryOp, e: &Expr, ty: TypeId, found: &mut Vec<(Value, TypeId)>) {
        if !op.is_shift() && self.immediate(e, ty).is_none() {
            self.note(e, ty, found);
        }
    }

    /// Notes a constant of one word.
    fn note(&mut self, e: &Expr, ty: TypeId, found: &mut Vec<(Value, TypeId)>) {
        let Some(value) = self.const_value(e) else { return };
        let class = self.class(ty);
        let is_word = matches!(class, Class::Bool | Class::Int { .. } | Class::F64 | Class::F32);
        if is_word && !found.iter().any(|f| f.1 == ty && f.0 == value) {
            found.push((value, ty));
        }
    }
}
