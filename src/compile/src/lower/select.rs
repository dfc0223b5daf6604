//! `select`: channels and values are evaluated in order, then one instruction chooses and does.

use gol_bytecode::{NO_REG, Reg, SelectCase, SelectDir, SelectTable, op};
use gol_grammar::ast::{AssignOp, CommClause, Expr, ExprKind, Select, Stmt, StmtKind, UnaryOp};
use gol_types::{Basic, Store, TypeId};

use super::assign::Lhs;
use super::{Lower, TargetKind};
use crate::builder::{Cond, Label};

/// What a receiving case does with what it gets.
struct Received<'s> {
    lhs: &'s [Expr],
    define: bool,
    elem: TypeId,
    value: Reg,
    ok: Reg,
}

impl Lower<'_, '_> {
    pub(super) fn select_stmt(&mut self, stmt: &Select) {
        let (name, pos) = (self.next_name.take(), self.b.pos());
        let mut table = SelectTable::default();
        let mut received = Vec::new();
        for clause in &stmt.clauses {
            match &clause.comm {
                Some(comm) => {
                    let (case, got) = self.comm(comm);
                    table.cases.push(case);
                    received.push(got);
                }
                None => {
                    table.has_default = true;
                    received.push(None);
                }
            }
        }
        let chosen = self.alloc_word();
        let number = self.b.func.selects.len() as u16;
        self.b.func.selects.push(table);
        // Where a goroutine waits, traces say: in the statement, not in its last case.
        self.b.set_pos(pos);
        self.b.emit(op::Select { dst: chosen, table: number });
        let labels = self.dispatch_select(stmt, chosen);
        let end = self.b.new_label();
        self.next_name = name;
        self.push_target(TargetKind::Switch, Some(end), None);
        for ((clause, label), got) in stmt.clauses.iter().zip(labels).zip(received) {
            self.b.bind(label);
            self.comm_clause(clause, got);
            self.b.jump(end);
        }
        self.targets.pop();
        self.b.bind(end);
    }

    /// Goes to the chosen clause; the label of each comes back.
    fn dispatch_select(&mut self, stmt: &Select, chosen: Reg) -> Vec<Label> {
        let labels: Vec<Label> = stmt.clauses.iter().map(|_| self.b.new_label()).collect();
        let mut number = 0;
        let mut default = None;
        let mut last = None;
        for (clause, &label) in stmt.clauses.iter().zip(&labels) {
            if clause.comm.is_none() {
                default = Some(label);
                continue;
            }
            if let Some((n, label)) = last.replace((number, label)) {
                self.b.jump_if(Cond::EqImm(chosen, n), label);
            }
            number += 1;
        }
        match (last, default) {
            (Some((n, label)), Some(default)) => {
                self.b.jump_if(Cond::EqImm(chosen, n), label);
                self.b.jump(default);
            }
            (Some((_, label)), None) | (None, Some(label)) => self.b.jump(label),
            (None, None) => {}
        }
        labels
    }

    /// Evaluates the operands of a case.
    fn comm<'s>(&mut self, comm: &'s Stmt) -> (SelectCase, Option<Received<'s>>) {
        self.b.set_pos(comm.span.lo);
        match &comm.kind {
            StmtKind::Send { chan, value, .. } => {
                let chan_ty = self.ty(chan);
                let elem = self.elem(chan_ty);
                let chan = self.expr(chan, None);
                let value = self.expr_as_owned(value, elem, None);
                let words = self.words(elem);
                (SelectCase { dir: SelectDir::Send, chan, value, words, ok: NO_REG }, None)
            }
            StmtKind::Assign { lhs, op, rhs, .. } => {
                let define = *op == AssignOp::Define;
                let (case, elem) = self.recv_case(rhs.first(), lhs.len());
                let (value, ok) = (case.value, case.ok);
                (case, Some(Received { lhs, define, elem, value, ok }))
            }
            StmtKind::Expr(e) => (self.recv_case(Some(e), 0).0, None),
            _ => (self.recv_case(None, 0).0, None),
        }
    }

    fn recv_case(&mut self, e: Option<&Expr>, wanted: usize) -> (SelectCase, TypeId) {
        let dir = SelectDir::Recv;
        let mut case = SelectCase { dir, chan: NO_REG, value: NO_REG, words: 0, ok: NO_REG };
        let invalid = Store::basic(Basic::Invalid);
        let Some(ExprKind::Unary { op: UnaryOp::Recv, x, .. }) = e.map(|e| &e.unparen().kind)
        else {
            return (case, invalid);
        };
        let chan_ty = self.ty(x);
        let elem = self.elem(chan_ty);
        case.chan = self.expr(x, None);
        if wanted > 0 {
            case.value = self.alloc_value(elem);
            case.words = self.words(elem);
        }
        if wanted > 1 {
            case.ok = self.alloc_word();
        }
        (case, elem)
    }

    fn comm_clause(&mut self, clause: &CommClause, got: Option<Received>) {
        let mark = self.b.mark();
        if let Some(got) = got {
            let bool_ty = Store::basic(Basic::Bool);
            let parts = [(got.value, got.elem), (got.ok, bool_ty)];
            for (e, (reg, ty)) in got.lhs.iter().zip(parts) {
                self.receive_into(e, got.define, reg, ty);
            }
        }
        self.stmts(&clause.body);
        self.b.release(mark);
    }

    fn receive_into(&mut self, e: &Expr, define: bool, reg: Reg, ty: TypeId) {
        self.b.set_pos(e.span.lo);
        match self.lhs(e) {
            Lhs::Blank => {}
            Lhs::New(obj) if define => self.define_reg(obj, reg, ty, true),
            _ => {
                let mark = self.b.mark();
                let place = self.target_place(e);
                let value = self.convert_assigned(reg, ty, place.ty, None);
                self.store(&place, value, true);
                self.b.release(mark);
            }
        }
    }
}
