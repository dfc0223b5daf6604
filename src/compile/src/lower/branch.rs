//! `if`, labels, `goto`, `break` and `continue`.

use rustc_hash::FxHashSet as HashSet;

use gol_grammar::ast::{Block, ExprKind, Ident, If, Name, Stmt, StmtKind};

use super::stmt::any_stmt;
use super::{Exit, Lower, Target, TargetKind};
use crate::builder::Label;
use crate::iterator;

impl Lower<'_, '_> {
    pub(super) fn if_stmt(&mut self, stmt: &If) {
        if let Some(call) = iterator::yield_guard(stmt)
            && self.yield_in_place(call)
        {
            return;
        }
        if let Some(init) = &stmt.init {
            self.stmt(init);
        }
        let decided = self.const_value(&stmt.cond).and_then(|v| v.as_bool());
        if decided.is_none()
            && stmt.els.is_none()
            && let Some(target) = self.plain_exit(&stmt.then)
        {
            self.b.set_pos(stmt.cond.span.lo);
            self.jump_if(&stmt.cond, target);
            return;
        }
        let (no, end) = (self.b.new_label(), self.b.new_label());
        if decided != Some(true) {
            self.b.set_pos(stmt.cond.span.lo);
            self.jump_unless(&stmt.cond, no);
        }
        self.block(&stmt.then);
        if stmt.els.is_some() {
            self.b.jump(end);
        }
        self.b.bind(no);
        if let Some(els) = &stmt.els {
            self.stmt(els);
        }
        self.b.bind(end);
    }

    /// Where a block goes that only leaves a loop or `switch`, or starts the next iteration.
    fn plain_exit(&self, block: &Block) -> Option<Label> {
        let [stmt] = block.stmts.as_slice() else { return None };
        let (label, is_continue) = match &stmt.kind {
            StmtKind::Break(label) => (label, false),
            StmtKind::Continue(label) => (label, true),
            _ => return None,
        };
        let target = find(&self.targets, label.as_ref(), is_continue)?;
        match target.kind {
            TargetKind::RangeBody => None,
            _ if is_continue => target.cont,
            _ => target.brk,
        }
    }

    // -- Labels

    pub(super) fn labeled(&mut self, label: &Ident, stmt: &Stmt) {
        let at = self.label(&label.name);
        self.b.bind(at);
        if matches!(
            stmt.kind,
            StmtKind::For(_)
                | StmtKind::Range(_)
                | StmtKind::Switch(_)
                | StmtKind::TypeSwitch(_)
                | StmtKind::Select(_)
        ) {
            self.next_name = Some(label.name.clone());
        }
        self.stmt(stmt);
        self.next_name = None;
    }

    fn label(&mut self, name: &Name) -> Label {
        if let Some(&label) = self.labels.get(name) {
            return label;
        }
        let label = self.b.new_label();
        self.labels.insert(name.clone(), label);
        label
    }

    pub(super) fn goto_stmt(&mut self, label: &Ident) {
        let leaves = self.range_body.as_ref().is_some_and(|r| !r.labels.contains(&label.name));
        if leaves {
            self.leave_range_body(Exit::Goto(label.name.clone()));
            return;
        }
        let at = self.label(&label.name);
        self.b.jump(at);
    }

    // -- Targets

    /// Enters a statement that `break` (and `continue`) can name; `self.next_name` is its label.
    pub(super) fn push_target(
        &mut self,
        kind: TargetKind,
        brk: Option<Label>,
        cont: Option<Label>,
    ) -> u32 {
        let id = self.next_target.get();
        self.next_target.set(id + 1);
        let name = self.next_name.take();
        self.targets.push(Target { name, id, kind, brk, cont });
        id
    }

    pub(super) fn break_stmt(&mut self, label: Option<&Ident>) {
        if let Some(target) = find(&self.targets, label, false).cloned() {
            self.break_target(&target);
        } else if let Some(id) = self.outer_target(label, false) {
            self.leave_range_body(Exit::Break(id));
        }
    }

    pub(super) fn continue_stmt(&mut self, label: Option<&Ident>) {
        if let Some(target) = find(&self.targets, label, true).cloned() {
            self.continue_target(&target);
        } else if let Some(id) = self.outer_target(label, true) {
            self.leave_range_body(Exit::Continue(id));
        }
    }

    fn outer_target(&self, label: Option<&Ident>, is_continue: bool) -> Option<u32> {
        let range = self.range_body.as_ref()?;
        find(&range.outer, label, is_continue).map(|t| t.id)
    }

    pub(super) fn break_target(&mut self, target: &Target) {
        if target.kind == TargetKind::RangeBody {
            self.end_range_body(false);
        } else if let Some(label) = target.brk {
            self.b.jump(label);
        }
    }

    pub(super) fn continue_target(&mut self, target: &Target) {
        if target.kind == TargetKind::RangeBody {
            self.end_range_body(true);
        } else if let Some(label) = target.cont {
            self.b.jump(label);
        }
    }

    /// Goes where an exit from an inner loop body leads, further out if that is not here.
    pub(super) fn take_exit(&mut self, exit: &Exit) {
        let target = |id: u32, targets: &[Target]| targets.iter().find(|t| t.id == id).cloned();
        match exit {
            Exit::Return if self.range_body.is_some() => self.leave_range_body(Exit::Return),
            Exit::Return => self.return_stmt(&[]),
            Exit::Break(id) => match target(*id, &self.targets) {
                Some(target) => self.break_target(&target),
                None => self.leave_range_body(exit.clone()),
            },
            Exit::Continue(id) => match target(*id, &self.targets) {
                Some(target) => self.continue_target(&target),
                None => self.leave_range_body(exit.clone()),
            },
            Exit::Goto(name) => {
                let here = self.range_body.as_ref().is_none_or(|r| r.labels.contains(name));
                if here {
                    let at = self.label(name);
                    self.b.jump(at);
                } else {
                    self.leave_range_body(exit.clone());
                }
            }
        }
    }
}

fn find<'t>(targets: &'t [Target], label: Option<&Ident>, is_continue: bool) -> Option<&'t Target> {
    targets.iter().rev().find(|t| match label {
        Some(label) => t.name.as_ref() == Some(&label.name),
        None => !is_continue || t.kind != TargetKind::Switch,
    })
}

/// The labels that stand in a block.
pub(super) fn labels_in(block: &Block) -> HashSet<Name> {
    let mut labels = HashSet::default();
    any_stmt(&block.stmts, &mut |s| {
        if let StmtKind::Labeled { label, .. } = &s.kind {
            labels.insert(label.name.clone());
        }
        false
    });
    labels
}

/// Whether a function literal stands in an expression: such an expression must be compiled once.
pub(super) fn has_literal(e: &gol_grammar::ast::Expr) -> bool {
    match &e.kind {
        ExprKind::Func(_) => true,
        ExprKind::Paren(x) | ExprKind::Star(x) | ExprKind::Selector { x, .. } => has_literal(x),
        ExprKind::Unary { x, .. } | ExprKind::TypeAssert { x, .. } => has_literal(x),
        ExprKind::Binary { x, y, .. } => has_literal(x) || has_literal(y),
        ExprKind::Index { x, indices, .. } => has_literal(x) || indices.iter().any(has_literal),
        ExprKind::Call { fun, args, .. } => has_literal(fun) || args.iter().any(has_literal),
        ExprKind::Slice { x, lo, hi, max } => {
            let bound =
                |e: &Option<Box<gol_grammar::ast::Expr>>| e.as_deref().is_some_and(has_literal);
            has_literal(x) || bound(lo) || bound(hi) || bound(max)
        }
        ExprKind::Composite { elems, .. } => elems.iter().any(has_literal),
        ExprKind::KeyValue { key, value } => has_literal(key) || has_literal(value),
        _ => false,
    }
}
