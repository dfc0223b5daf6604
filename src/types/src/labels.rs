//! Labels: where `goto`, `break` and `continue` may go, and labels that nothing goes to.
//!
//! The body is walked once, block by block. A jump forward waits in the list of its block until
//! the label comes or the block ends; then it goes on to wait in the enclosing block.

use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

use gol_diagnostic::{Code, Diagnostic, Pos, Span};
use gol_grammar::ast::{AssignOp, Decl, File, Ident, Item, Mode, Name, Stmt, StmtKind};

use crate::checker::Checker;
use crate::object::{ObjId, ObjKind, Object};
use crate::operand::INVALID;

/// A `goto` whose label has not been met.
#[derive(Clone, Copy)]
struct Jump<'a> {
    label: &'a Ident,
    /// The variable that it jumps over, if one is declared in its block, and where.
    over: Option<(Span, &'a str)>,
}

/// A block and those around it, innermost last.
struct BlockLabels<'a> {
    /// The statement that the block belongs to, with its label.
    of: Option<(&'a Name, &'a Stmt)>,
    span: Span,
    names: Vec<&'a Name>,
}

/// All labels of a body, and the blocks around the current statement.
#[derive(Default)]
struct Walk<'a> {
    /// With the block that each stands in.
    all: HashMap<&'a str, (ObjId, Span)>,
    order: Vec<ObjId>,
    blocks: Vec<BlockLabels<'a>>,
}

impl<'a> Walk<'a> {
    fn goto_target(&self, name: &str) -> bool {
        self.blocks.iter().any(|b| b.names.iter().any(|n| *n == name))
    }

    fn enclosing(&self, name: &str) -> Option<&'a Stmt> {
        let found = self.blocks.iter().rev().filter_map(|b| b.of).find(|(n, _)| *n == name);
        found.map(|(_, stmt)| stmt)
    }
}

type Labeled<'a> = Option<(&'a Name, &'a Stmt)>;

impl Checker {
    /// Checks the labels of functions in files with syntax errors, as Go's parser does: of those
    /// that were read whole.
    pub fn check_labels(&mut self, files: &[Rc<File>], syntax_errors: &[Diagnostic]) {
        for file in files.iter().filter(|file| file.mode == Mode::Go) {
            for item in &file.items {
                let Item::Decl(Decl::Func(func)) = item else { continue };
                let is_inside =
                    |d: &Diagnostic| func.span.lo <= d.span.lo && d.span.lo <= func.span.hi;
                if let Some(body) = &func.body
                    && !syntax_errors.iter().any(is_inside)
                {
                    let stmts: Vec<&Stmt> = body.stmts.iter().collect();
                    self.labels(&stmts);
                }
            }
        }
    }

    /// Checks the labels of a function's body.
    pub(crate) fn labels(&mut self, body: &[&Stmt]) {
        let mut walk = Walk::default();
        let jumps = self.block_labels(&mut walk, None, Span::NONE, body);
        for jump in jumps {
            let name = &jump.label.name;
            if let Some(&(obj, block)) = walk.all.get(name.as_str()) {
                self.use_label(jump.label, obj);
                let place = self.position(block.lo);
                let message = format!("goto {name} jumps into block starting at {place}");
                self.err("JumpIntoBlock", jump.label.span, message);
            } else {
                self.err("UndeclaredLabel", jump.label.span, format!("label {name} not defined"));
            }
        }
        for obj in walk.order {
            let object = self.store.obj(obj);
            if matches!(object.kind, ObjKind::Label { used: false }) {
                let name = object.name.clone();
                let span = Span::new(object.pos, object.pos.after(name.len()));
                let message = format!("label {name} defined and not used");
                self.soft_error(Code("UnusedLabel"), span, message);
            }
        }
    }

    fn use_label(&mut self, label: &Ident, obj: ObjId) {
        if let ObjKind::Label { used } = &mut self.store.obj_mut(obj).kind {
            *used = true;
        }
        self.info.uses.insert(label.id, obj);
    }

    /// Walks a block; returns the jumps that leave it forwards.
    fn block_labels<'a>(
        &mut self,
        walk: &mut Walk<'a>,
        of: Labeled<'a>,
        span: Span,
        list: &[&'a Stmt],
    ) -> Vec<Jump<'a>> {
        walk.blocks.push(BlockLabels { of, span, names: Vec::new() });
        let mut jumps = Vec::new();
        for s in list {
            self.stmt_labels(walk, None, s, &mut jumps);
        }
        walk.blocks.pop();
        for jump in &mut jumps {
            // Out of this block, it does not matter what was declared in it.
            jump.over = None;
        }
        jumps
    }

    fn stmt_labels<'a>(
        &mut self,
        walk: &mut Walk<'a>,
        of: Labeled<'a>,
        s: &'a Stmt,
        jumps: &mut Vec<Jump<'a>>,
    ) {
        let block = |list: &'a [Stmt]| list.iter().collect::<Vec<&Stmt>>();
        match &s.kind {
            StmtKind::Decl(Decl::Var(specs)) => {
                let first = specs.first().and_then(|spec| spec.names.first());
                let over = first.map(|name| (name.span, name.name.as_str()));
                for jump in jumps {
                    jump.over = over;
                }
            }
            StmtKind::Assign { lhs, op: AssignOp::Define, op_span, .. } => {
                let name = lhs.first().and_then(|e| e.as_name()).map_or("_", |n| n.as_str());
                for jump in jumps {
                    jump.over = Some((*op_span, name));
                }
            }
            StmtKind::Labeled { label, stmt } => {
                if label.is_blank() {
                    self.stmt_labels(walk, of, stmt, jumps);
                } else {
                    self.declare_label(walk, label, jumps);
                    self.stmt_labels(walk, Some((&label.name, stmt)), stmt, jumps);
                }
            }
            StmtKind::Goto(label) => {
                if walk.goto_target(&label.name) {
                    self.use_known(walk, label);
                } else {
                    jumps.push(Jump { label, over: None });
                }
            }
            StmtKind::Break(Some(label)) => self.branch_label(walk, label, "break"),
            StmtKind::Continue(Some(label)) => self.branch_label(walk, label, "continue"),
            StmtKind::Block(b) => {
                jumps.extend(self.block_labels(walk, of, b.span, &block(&b.stmts)));
            }
            StmtKind::If(stmt) => {
                jumps.extend(self.block_labels(walk, of, stmt.then.span, &block(&stmt.then.stmts)));
                if let Some(els) = &stmt.els {
                    self.stmt_labels(walk, of, els, jumps);
                }
            }
            StmtKind::Switch(stmt) => {
                self.clause_labels(
                    walk,
                    of,
                    stmt.clauses.iter().map(|c| (c.span, &c.body[..])),
                    jumps,
                );
            }
            StmtKind::TypeSwitch(stmt) => {
                self.clause_labels(
                    walk,
                    of,
                    stmt.clauses.iter().map(|c| (c.span, &c.body[..])),
                    jumps,
                );
            }
            StmtKind::Select(stmt) => {
                self.clause_labels(
                    walk,
                    of,
                    stmt.clauses.iter().map(|c| (c.span, &c.body[..])),
                    jumps,
                );
            }
            StmtKind::For(stmt) => {
                jumps.extend(self.block_labels(walk, of, stmt.body.span, &block(&stmt.body.stmts)));
            }
            StmtKind::Range(stmt) => {
                jumps.extend(self.block_labels(walk, of, stmt.body.span, &block(&stmt.body.stmts)));
            }
            _ => {}
        }
    }

    fn clause_labels<'a>(
        &mut self,
        walk: &mut Walk<'a>,
        of: Labeled<'a>,
        clauses: impl Iterator<Item = (Span, &'a [Stmt])>,
        jumps: &mut Vec<Jump<'a>>,
    ) {
        walk.blocks.push(BlockLabels { of, span: Span::NONE, names: Vec::new() });
        for (span, body) in clauses {
            let list: Vec<&Stmt> = body.iter().collect();
            jumps.extend(self.block_labels(walk, None, span, &list));
        }
        walk.blocks.pop();
    }

    fn declare_label<'a>(
        &mut self,
        walk: &mut Walk<'a>,
        label: &'a Ident,
        jumps: &mut Vec<Jump<'a>>,
    ) {
        let name = &label.name;
        let obj = match walk.all.get(name.as_str()) {
            Some(&(first, _)) => {
                self.report_second_label(label, self.store.obj(first).pos);
                first
            }
            None => self.new_label(walk, label),
        };
        let (met, rest): (Vec<_>, Vec<_>) =
            std::mem::take(jumps).into_iter().partition(|j| j.label.name == *name);
        *jumps = rest;
        for jump in met {
            self.use_label(jump.label, obj);
            if let Some((over, var)) = jump.over {
                let place = self.position(over.lo);
                let message = format!("goto {name} jumps over declaration of {var} at {place}");
                let diagnostic = Diagnostic::error(Code("JumpOverDecl"), jump.label.span, message)
                    .context(over, "variable declared here");
                self.report(diagnostic);
            }
        }
    }

    fn new_label<'a>(&mut self, walk: &mut Walk<'a>, label: &'a Ident) -> ObjId {
        let obj = self.store.add_obj(Object {
            name: label.name.clone(),
            pkg: self.env.pkg,
            pos: label.span.lo,
            ty: INVALID,
            kind: ObjKind::Label { used: false },
        });
        let span = walk.blocks.last().map_or(Span::NONE, |b| b.span);
        walk.all.insert(&label.name, (obj, span));
        walk.order.push(obj);
        if let Some(block) = walk.blocks.last_mut() {
            block.names.push(&label.name);
        }
        self.info.defs.insert(label.id, Some(obj));
        obj
    }

    fn report_second_label(&mut self, label: &Ident, first: Pos) {
        let name = &label.name;
        let message = format!("label {name} already defined at {}", self.position(first));
        let diagnostic = Diagnostic::error(Code("DuplicateLabel"), label.span, message).context(
            Span::new(first, first.after(name.len())),
            format!("other declaration of {name}"),
        );
        self.report(diagnostic);
    }

    fn use_known(&mut self, walk: &Walk, label: &Ident) {
        if let Some(&(obj, _)) = walk.all.get(label.name.as_str()) {
            self.use_label(label, obj);
        }
    }

    /// `break` and `continue` name a statement around them.
    fn branch_label(&mut self, walk: &Walk, label: &Ident, keyword: &str) {
        let name = &label.name;
        let valid = walk.enclosing(name).is_some_and(|s| match s.kind {
            StmtKind::For(_) | StmtKind::Range(_) => true,
            StmtKind::Switch(_) | StmtKind::TypeSwitch(_) | StmtKind::Select(_) => {
                keyword == "break"
            }
            _ => false,
        });
        if valid {
            self.use_known(walk, label);
            return;
        }
        let message = if walk.all.contains_key(name.as_str()) {
            self.use_known(walk, label);
            format!("invalid {keyword} label {name}")
        } else {
            format!("{keyword} label not defined: {name}")
        };
        self.err("MisplacedLabel", label.span, message);
    }
}
