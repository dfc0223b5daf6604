//! Statements: what each kind is handed on to, blocks, declarations of variables.

use std::rc::Rc;

use gol_bytecode::{Reg, op};
use gol_grammar::ast::{AssignOp, Block, Decl, Expr, ExprKind, Stmt, StmtKind, UnaryOp, VarSpec};
use gol_types::{ObjId, TypeId};

use super::call_in_place::Known;
use super::{Local, Lower};

impl Lower<'_, '_> {
    pub(super) fn block(&mut self, block: &Block) {
        self.stmts(&block.stmts);
    }

    /// Statements of one block: the variables that they declare end with it.
    pub(super) fn stmts(&mut self, stmts: &[Stmt]) {
        let mark = self.b.mark();
        for stmt in stmts {
            self.stmt(stmt);
        }
        self.b.release(mark);
    }

    pub(super) fn stmt(&mut self, s: &Stmt) {
        self.b.set_pos(s.span.lo);
        match &s.kind {
            StmtKind::Decl(decl) => self.declaration(decl),
            StmtKind::Assign { lhs, op: AssignOp::Define, rhs, .. } => self.define(lhs, rhs),
            StmtKind::Labeled { label, stmt } => self.labeled(label, stmt),
            _ => {
                let mark = self.b.mark();
                self.closed_stmt(s);
                self.b.release(mark);
            }
        }
    }

    /// A statement that declares nothing for those behind it.
    fn closed_stmt(&mut self, s: &Stmt) {
        match &s.kind {
            StmtKind::Expr(e) => self.expr_stmt(e),
            StmtKind::Send { chan, arrow, value } => self.send(chan, arrow.lo, value),
            StmtKind::IncDec { x, inc, op_span } => self.inc_dec(x, *inc, op_span.lo),
            StmtKind::Assign { lhs, op: AssignOp::Op(op), op_span, rhs } => {
                if let (Some(x), Some(y)) = (lhs.first(), rhs.first()) {
                    self.op_assign(*op, op_span.lo, x, y);
                }
            }
            StmtKind::Assign { lhs, rhs, .. } => self.assign(lhs, rhs),
            StmtKind::Go(call) => self.go_stmt(call),
            StmtKind::Defer(call) => self.defer_stmt(call),
            StmtKind::Return(values) => self.return_stmt(values),
            StmtKind::Break(label) => self.break_stmt(label.as_ref()),
            StmtKind::Continue(label) => self.continue_stmt(label.as_ref()),
            StmtKind::Goto(label) => self.goto_stmt(label),
            StmtKind::Fallthrough => {
                if let Some(label) = self.fallthrough {
                    self.b.jump(label);
                }
            }
            StmtKind::Block(block) => self.block(block),
            StmtKind::If(stmt) => self.if_stmt(stmt),
            StmtKind::Switch(stmt) => self.switch_stmt(stmt),
            StmtKind::TypeSwitch(stmt) => self.type_switch(stmt),
            StmtKind::Select(stmt) => self.select_stmt(stmt),
            StmtKind::For(stmt) => self.for_stmt(stmt),
            StmtKind::Range(stmt) => self.range_stmt(stmt),
            StmtKind::Bad | StmtKind::Empty | StmtKind::Decl(_) | StmtKind::Labeled { .. } => {}
        }
    }

    fn expr_stmt(&mut self, e: &Expr) {
        let e = e.unparen();
        match &e.kind {
            ExprKind::Call { fun, args, ellipsis, .. } if !self.is_type(fun) => {
                if let Some(id) = self.builtin(fun) {
                    self.builtin_stmt(e, id, args);
                    return;
                }
                let in_place = self.yield_in_place(e)
                    || self.inlined_stmt(e, fun, args)
                    || ellipsis.is_none() && self.stmt_in_place(e, fun, args);
                if !in_place {
                    self.call(e);
                }
            }
            ExprKind::Unary { op: UnaryOp::Recv, op_span, x } => {
                let chan = self.expr(x, None);
                self.b.set_pos(op_span.lo);
                self.b.emit(op::Recv { dst: gol_bytecode::NO_REG, chan, words: 0 });
            }
            _ => {
                self.expr(e, None);
            }
        }
    }

    fn send(&mut self, chan: &Expr, pos: gol_diagnostic::Pos, value: &Expr) {
        let chan_ty = self.ty(chan);
        let elem = self.elem(chan_ty);
        let order = self.begin_order(&[chan, value]);
        let chan = self.expr(chan, None);
        let a = self.expr_as_owned(value, elem, None);
        self.end_order(order);
        self.b.set_pos(pos);
        let words = self.words(elem);
        self.b.emit(op::Send { chan, a, words });
    }

    pub(super) fn declaration(&mut self, decl: &Decl) {
        let Decl::Var(specs) = decl else { return };
        for spec in specs {
            self.b.set_pos(spec.span.lo);
            match self.m.checker.info.embeds.get(&spec.id).cloned() {
                Some(filled) => self.var_spec(&filled),
                None => self.var_spec(spec),
            }
        }
    }

    fn var_spec(&mut self, spec: &VarSpec) {
        let objs: Vec<Option<ObjId>> =
            spec.names.iter().map(|name| self.defined_ident(name)).collect();
        if spec.values.is_empty() {
            for obj in objs.into_iter().flatten() {
                self.define_zero(obj);
            }
        } else {
            self.define_all(&objs, &spec.values);
        }
    }

    /// Declares variables with initial values; `None` for blanks.
    fn define_all(&mut self, objs: &[Option<ObjId>], values: &[Expr]) {
        match (objs, values) {
            ([Some(obj)], [value]) => self.define_expr(*obj, value),
            (_, [value]) if objs.len() > 1 => {
                let lhs: Vec<super::assign::Lhs> = objs
                    .iter()
                    .map(|obj| obj.map_or(super::assign::Lhs::Blank, super::assign::Lhs::New))
                    .collect();
                self.assign_results(&lhs, value);
            }
            _ => {
                let parts: Vec<&Expr> = values.iter().collect();
                let order = self.begin_order(&parts);
                for (obj, value) in objs.iter().zip(values) {
                    match obj {
                        Some(obj) => self.define_expr(*obj, value),
                        None => self.discard(value),
                    }
                }
                self.end_order(order);
            }
        }
    }

    /// Evaluates an expression for what it does.
    pub(super) fn discard(&mut self, e: &Expr) {
        let mark = self.b.mark();
        if !self.is_nil(e) {
            self.expr(e, None);
        }
        self.b.release(mark);
    }

    /// Declares a variable with its zero value.
    pub(super) fn define_zero(&mut self, obj: ObjId) {
        let ty = self.obj_ty(obj);
        if self.is_package_var(obj) {
            let mark = self.b.mark();
            let value = self.zero_value(ty, None);
            let place = self.var_place(obj);
            self.store(&place, value, true);
            self.b.release(mark);
            return;
        }
        let local = if self.is_mem(ty) {
            Local::Mem(self.zero_value(ty, None))
        } else if self.is_boxed(obj) {
            let dst = self.alloc_pointer();
            let ty = self.type_idx(ty);
            self.b.emit(op::New { dst, ty });
            Local::Boxed(dst)
        } else {
            Local::Regs(self.zero_value(ty, None))
        };
        self.insert_local(obj, ty, local);
    }

    /// Declares a variable with an initial value.
    pub(super) fn define_expr(&mut self, obj: ObjId, e: &Expr) {
        if let Some(known) = self.only_called(obj, e) {
            self.known.insert(obj, known);
            return;
        }
        let ty = self.obj_ty(obj);
        if self.is_package_var(obj) {
            let mark = self.b.mark();
            let value = self.expr_as(e, ty, None);
            let place = self.var_place(obj);
            self.store(&place, value, false);
            self.b.release(mark);
            return;
        }
        let reg = if self.is_mem(ty) || self.is_boxed(obj) {
            self.alloc_pointer()
        } else {
            self.alloc_value(ty)
        };
        let mark = self.b.mark();
        let local = if self.is_mem(ty) {
            self.expr_as_owned(e, ty, Some(reg));
            Local::Mem(reg)
        } else if self.is_boxed(obj) {
            let value = self.expr_as(e, ty, None);
            self.box_into(ty, reg, value);
            Local::Boxed(reg)
        } else {
            self.expr_as(e, ty, Some(reg));
            Local::Regs(reg)
        };
        self.b.release(mark);
        self.insert_local(obj, ty, local);
    }

    /// The literal that a variable holds which is only called, if its body can stand in place of the
    /// calls.
    fn only_called(&mut self, obj: ObjId, e: &Expr) -> Option<Rc<Known>> {
        if !matches!(e.unparen().kind, ExprKind::Func(_)) || self.is_package_var(obj) {
            return None;
        }
        let shared = Rc::clone(&self.shared);
        let calls = shared.esc.only_called(obj)?;
        self.m.passes_on(&calls.passed, false)?;
        self.known_literal(e)
    }

    /// Declares a variable with a value in registers (of `Repr::Mem`: borrowed unless `fresh`).
    pub(super) fn define_reg(&mut self, obj: ObjId, value: Reg, from: TypeId, fresh: bool) {
        let ty = self.obj_ty(obj);
        if self.is_package_var(obj) {
            let value = self.convert_assigned(value, from, ty, None);
            let place = self.var_place(obj);
            self.store(&place, value, false);
            return;
        }
        if self.is_mem(ty) {
            let dst = self.alloc_pointer();
            if fresh {
                self.move_words(dst, value, 1);
            } else {
                let idx = self.type_idx(ty);
                self.b.emit(op::NewCopy { dst, src: value, ty: idx });
            }
            self.insert_local(obj, ty, Local::Mem(dst));
        } else if self.is_boxed(obj) {
            let dst = self.alloc_pointer();
            let mark = self.b.mark();
            let value = self.convert_assigned(value, from, ty, None);
            self.box_into(ty, dst, value);
            self.b.release(mark);
            self.insert_local(obj, ty, Local::Boxed(dst));
        } else {
            let dst = self.alloc_value(ty);
            self.convert_assigned(value, from, ty, Some(dst));
            self.insert_local(obj, ty, Local::Regs(dst));
        }
    }

    fn box_into(&mut self, ty: TypeId, dst: Reg, value: Reg) {
        let idx = self.type_idx(ty);
        self.b.emit(op::New { dst, ty: idx });
        self.store_mem(ty, dst, 0, value);
    }

    /// `a, b := …`.
    fn define(&mut self, lhs: &[Expr], rhs: &[Expr]) {
        if lhs.len() == 1
            && let (Some(obj), [value]) = (self.defined(&lhs[0]), rhs)
        {
            self.define_expr(obj, value);
            return;
        }
        let targets: Vec<super::assign::Lhs> = lhs.iter().map(|e| self.lhs(e)).collect();
        let all_new = targets.iter().all(|t| !matches!(t, super::assign::Lhs::Place(_)));
        if all_new && lhs.len() == rhs.len() {
            // Nothing on the right side can mention what is declared.
            let objs: Vec<Option<ObjId>> = lhs.iter().map(|e| self.defined(e)).collect();
            self.define_all(&objs, rhs);
            return;
        }
        match rhs {
            [value] if lhs.len() > 1 => self.assign_results(&targets, value),
            _ => self.assign_tuple(&targets, rhs),
        }
    }
}

/// Whether a statement, or one inside of it but not inside of a function literal, is of a kind.
pub(crate) fn any_stmt<'s>(stmts: &'s [Stmt], found: &mut impl FnMut(&'s Stmt) -> bool) -> bool {
    stmts.iter().any(|s| any_in(s, found))
}

fn any_in<'s>(s: &'s Stmt, found: &mut impl FnMut(&'s Stmt) -> bool) -> bool {
    if found(s) {
        return true;
    }
    match &s.kind {
        StmtKind::Block(block) => any_stmt(&block.stmts, found),
        StmtKind::Labeled { stmt, .. } => any_in(stmt, found),
        StmtKind::If(stmt) => {
            stmt.init.as_ref().is_some_and(|s| any_in(s, found))
                || any_stmt(&stmt.then.stmts, found)
                || stmt.els.as_ref().is_some_and(|s| any_in(s, found))
        }
        StmtKind::For(stmt) => {
            stmt.init.as_ref().is_some_and(|s| any_in(s, found))
                || stmt.post.as_ref().is_some_and(|s| any_in(s, found))
                || any_stmt(&stmt.body.stmts, found)
        }
        StmtKind::Range(stmt) => any_stmt(&stmt.body.stmts, found),
        StmtKind::Switch(stmt) => {
            stmt.init.as_ref().is_some_and(|s| any_in(s, found))
                || stmt.clauses.iter().any(|c| any_stmt(&c.body, found))
        }
        StmtKind::TypeSwitch(stmt) => {
            stmt.init.as_ref().is_some_and(|s| any_in(s, found))
                || stmt.clauses.iter().any(|c| any_stmt(&c.body, found))
        }
        StmtKind::Select(stmt) => stmt
            .clauses
            .iter()
            .any(|c| c.comm.as_ref().is_some_and(|s| any_in(s, found)) || any_stmt(&c.body, found)),
        _ => false,
    }
}
