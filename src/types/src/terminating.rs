//! Terminating statements: whether control can reach a function's end.

use gol_grammar::ast::{CaseClause, Expr, ExprKind, Name, Stmt, StmtKind};

use crate::checker::Checker;

/// Which `break`s end the statement that is looked at.
#[derive(Clone, Copy)]
struct Breaks<'a> {
    label: Option<&'a Name>,
    /// Those without a label do.
    plain: bool,
}

impl Checker {
    /// Whether a list's last statement is terminating; empty statements do not count.
    pub(crate) fn is_terminating_list(&self, list: &[Stmt]) -> bool {
        let last = list.iter().rev().find(|s| !matches!(s.kind, StmtKind::Empty));
        last.is_some_and(|s| self.is_terminating(s, None))
    }

    fn is_terminating(&self, s: &Stmt, label: Option<&Name>) -> bool {
        let breaks = Breaks { label, plain: true };
        match &s.kind {
            StmtKind::Return(_) | StmtKind::Goto(_) | StmtKind::Fallthrough => true,
            // What could not be parsed is not held against the function.
            StmtKind::Bad => true,
            StmtKind::Labeled { label, stmt } => self.is_terminating(stmt, Some(&label.name)),
            StmtKind::Expr(e) => self.is_panic(e),
            StmtKind::Block(block) => self.is_terminating_list(&block.stmts),
            StmtKind::If(stmt) => {
                let els = stmt.els.as_ref().is_some_and(|els| self.is_terminating(els, None));
                els && self.is_terminating_list(&stmt.then.stmts)
            }
            StmtKind::Switch(stmt) => self.is_terminating_switch(&stmt.clauses, breaks),
            StmtKind::TypeSwitch(stmt) => self.is_terminating_switch(&stmt.clauses, breaks),
            StmtKind::Select(stmt) => stmt
                .clauses
                .iter()
                .all(|c| self.is_terminating_list(&c.body) && !list_breaks(&c.body, breaks)),
            StmtKind::For(stmt) => stmt.cond.is_none() && !list_breaks(&stmt.body.stmts, breaks),
            _ => false,
        }
    }

    fn is_panic(&self, e: &Expr) -> bool {
        let e = e.unparen();
        matches!(e.kind, ExprKind::Call { .. }) && self.env.panic_calls.borrow().contains(&e.id)
    }

    fn is_terminating_switch(&self, clauses: &[CaseClause], breaks: Breaks) -> bool {
        clauses.iter().any(|c| c.is_default)
            && clauses
                .iter()
                .all(|c| self.is_terminating_list(&c.body) && !list_breaks(&c.body, breaks))
    }
}

fn list_breaks(list: &[Stmt], breaks: Breaks) -> bool {
    list.iter().any(|s| stmt_breaks(s, breaks))
}

/// Whether s is or holds a `break` that ends the statement around it.
fn stmt_breaks(s: &Stmt, breaks: Breaks) -> bool {
    // Inside of another breakable statement only labelled ones count.
    let labelled = Breaks { plain: false, ..breaks };
    let clauses = |clauses: &[CaseClause]| {
        breaks.label.is_some() && clauses.iter().any(|c| list_breaks(&c.body, labelled))
    };
    match &s.kind {
        StmtKind::Break(None) => breaks.plain,
        StmtKind::Break(Some(label)) => breaks.label == Some(&label.name),
        StmtKind::Labeled { stmt, .. } => stmt_breaks(stmt, breaks),
        StmtKind::Block(block) => list_breaks(&block.stmts, breaks),
        StmtKind::If(stmt) => {
            list_breaks(&stmt.then.stmts, breaks)
                || stmt.els.as_ref().is_some_and(|els| stmt_breaks(els, breaks))
        }
        StmtKind::Switch(stmt) => clauses(&stmt.clauses),
        StmtKind::TypeSwitch(stmt) => clauses(&stmt.clauses),
        StmtKind::Select(stmt) => {
            breaks.label.is_some() && stmt.clauses.iter().any(|c| list_breaks(&c.body, labelled))
        }
        StmtKind::For(stmt) => breaks.label.is_some() && list_breaks(&stmt.body.stmts, labelled),
        StmtKind::Range(stmt) => breaks.label.is_some() && list_breaks(&stmt.body.stmts, labelled),
        _ => false,
    }
}
