//! Coverage: statements are counted by assignments put into the trees of the files under test.
//!
//! Statements that run together are a block: up to one that branches or ends the function, up to a
//! function literal, and up to a label. Each block has a counter, an element of an array that a
//! generated file of the package declares; the generated main function hands the arrays and what
//! is known of the blocks to package testing. Which statements make a block, and how many it
//! counts, are as for `go test -cover`.

use std::fmt::Write as _;
use std::rc::Rc;

use gol_diagnostic::Span;
use gol_grammar::ast::*;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverMode {
    /// Whether a block ran.
    Set,
    /// How often.
    Count,
}

/// A block: from its first statement to the end of its last one, or to the brace that ends it.
pub(super) struct CoverBlock {
    pub lo: usize,
    pub hi: usize,
    pub stmts: usize,
}

/// The array of a package's file.
pub(super) fn array(file: usize) -> String {
    format!("GolCover_{file}")
}

/// The file that declares the arrays.
pub(super) fn declarations(package: &str, sizes: &[usize]) -> String {
    let mut out = format!("package {package}\n");
    for (file, size) in sizes.iter().enumerate() {
        let _ = write!(out, "\nvar {} [{size}]uint32\n", array(file));
    }
    out
}

/// Puts the counters of one file into its tree. New nodes are numbered from `next_id` on.
pub(super) fn instrument(
    tree: &mut File,
    mode: CoverMode,
    array: &str,
    next_id: &mut NodeId,
) -> Vec<CoverBlock> {
    let mut walk = Walk { mode, array: array.into(), next_id, blocks: Vec::new() };
    for item in &mut tree.items {
        if let Item::Decl(decl) = item {
            walk.decl(decl);
        }
    }
    walk.blocks
}

struct Walk<'a> {
    mode: CoverMode,
    array: Name,
    next_id: &'a mut NodeId,
    blocks: Vec<CoverBlock>,
}

impl Walk<'_> {
    fn decl(&mut self, decl: &mut Decl) -> Option<u32> {
        match decl {
            Decl::Func(func) => {
                if let Some(body) = &mut Rc::make_mut(func).body {
                    self.block(body);
                }
                None
            }
            Decl::Var(specs) => {
                let values = specs.iter_mut().map(|spec| &mut Rc::make_mut(spec).values);
                let found: Vec<Option<u32>> = values.map(|values| self.exprs(values)).collect();
                first(found)
            }
            Decl::Import(_) | Decl::Const(_) | Decl::Type(_) => None,
        }
    }

    fn block(&mut self, block: &mut Block) {
        let start = block.span.lo.after(1);
        self.list(&mut block.stmts, Span { lo: start, hi: start }, block.rbrace.hi.0);
    }

    /// Counts a list of statements; `start` and `end` are where it stands if it is empty, and how
    /// far its last block reaches.
    fn list(&mut self, stmts: &mut Vec<Stmt>, start: Span, end: u32) {
        let old = std::mem::take(stmts);
        if old.is_empty() {
            let counter = self.counter(start, start.lo.0, 0);
            stmts.push(counter);
            return;
        }
        let mut run: Vec<Stmt> = Vec::new();
        for mut stmt in old {
            if matches!(stmt.kind, StmtKind::Labeled { .. }) {
                self.close(&mut run, None, stmts);
            }
            let literal = self.inside(&mut stmt);
            if is_block(&stmt) {
                self.close(&mut run, None, stmts);
                stmts.push(stmt);
                continue;
            }
            let ends = ends_run(&stmt.kind);
            let limit = literal.or(head_end(&stmt.kind));
            run.push(stmt);
            if ends || literal.is_some() {
                self.close(&mut run, limit, stmts);
            }
        }
        self.close(&mut run, Some(end), stmts);
    }

    /// Ends a run of statements: its counter goes before it.
    fn close(&mut self, run: &mut Vec<Stmt>, end: Option<u32>, stmts: &mut Vec<Stmt>) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
        let (at, hi) = (first.span, end.unwrap_or(last.span.hi.0));
        let counter = self.counter(at, hi, run.len());
        stmts.push(counter);
        stmts.append(run);
    }

    /// What is nested in a statement; gives where the body of the first function literal among
    /// its own expressions starts.
    fn inside(&mut self, stmt: &mut Stmt) -> Option<u32> {
        match &mut stmt.kind {
            StmtKind::Expr(x) | StmtKind::Go(x) | StmtKind::Defer(x) => self.expr(x),
            StmtKind::Send { chan, value, .. } => first([self.expr(chan), self.expr(value)]),
            StmtKind::IncDec { x, .. } => self.expr(x),
            StmtKind::Assign { lhs, rhs, .. } => first([self.exprs(lhs), self.exprs(rhs)]),
            StmtKind::Return(values) => self.exprs(values),
            StmtKind::Block(block) => {
                self.block(block);
                None
            }
            StmtKind::If(stmt) => self.if_stmt(stmt),
            StmtKind::Switch(switch) => {
                let init = self.optional(&mut switch.init);
                let tag = switch.tag.as_mut().and_then(|x| self.expr(x));
                self.clauses(&mut switch.clauses);
                first([init, tag])
            }
            StmtKind::TypeSwitch(switch) => {
                let init = self.optional(&mut switch.init);
                let x = self.expr(&mut switch.x);
                self.clauses(&mut switch.clauses);
                first([init, x])
            }
            StmtKind::Select(select) => {
                for clause in &mut select.clauses {
                    self.optional(&mut clause.comm);
                    self.list(&mut clause.body, after(clause.colon), clause.span.hi.0);
                }
                None
            }
            StmtKind::For(stmt) => {
                let init = self.optional(&mut stmt.init);
                let cond = stmt.cond.as_mut().and_then(|x| self.expr(x));
                let post = self.optional(&mut stmt.post);
                self.block(&mut stmt.body);
                first([init, cond, post])
            }
            StmtKind::Range(stmt) => {
                let x = self.expr(&mut stmt.x);
                self.block(&mut stmt.body);
                x
            }
            StmtKind::Labeled { stmt, .. } => self.inside(stmt),
            StmtKind::Decl(decl) => self.decl(decl),
            StmtKind::Bad
            | StmtKind::Empty
            | StmtKind::Break(_)
            | StmtKind::Continue(_)
            | StmtKind::Goto(_)
            | StmtKind::Fallthrough => None,
        }
    }

    fn optional(&mut self, stmt: &mut Option<Stmt>) -> Option<u32> {
        stmt.as_mut().and_then(|stmt| self.inside(stmt))
    }

    fn clauses(&mut self, clauses: &mut [CaseClause]) {
        for clause in clauses {
            self.exprs(&mut clause.values);
            self.list(&mut clause.body, after(clause.colon), clause.span.hi.0);
        }
    }

    /// `else if` becomes `else { if … }`, so that its counter has a place.
    fn if_stmt(&mut self, stmt: &mut If) -> Option<u32> {
        let init = self.optional(&mut stmt.init);
        let cond = self.expr(&mut stmt.cond);
        self.block(&mut stmt.then);
        let literal = first([init, cond]);
        let Some(els) = &mut stmt.els else { return literal };
        if let StmtKind::Block(block) = &mut els.kind {
            self.block(block);
            return literal;
        }
        let span = els.span;
        let kind = std::mem::replace(&mut els.kind, StmtKind::Empty);
        let mut stmts = vec![Stmt { id: self.id(), span, kind }];
        self.list(&mut stmts, span, span.hi.0);
        els.kind = StmtKind::Block(Block { id: self.id(), span, stmts, rbrace: after(span) });
        literal
    }

    fn exprs(&mut self, list: &mut [Expr]) -> Option<u32> {
        let found: Vec<Option<u32>> = list.iter_mut().map(|x| self.expr(x)).collect();
        first(found)
    }

    /// Function literals in an expression; gives where the body of the first one starts.
    fn expr(&mut self, x: &mut Expr) -> Option<u32> {
        if let ExprKind::Func(literal) = &mut x.kind {
            let body = &mut Rc::make_mut(literal).body;
            self.block(body);
            return Some(body.span.lo.0);
        }
        let mut found = None;
        for_each_operand(&mut x.kind, &mut |operand| {
            let inner = self.expr(operand);
            found = found.or(inner);
        });
        found
    }

    fn id(&mut self) -> NodeId {
        let id = *self.next_id;
        self.next_id.0 += 1;
        id
    }

    /// `array[i] = 1` or `array[i]++`.
    fn counter(&mut self, at: Span, hi: u32, stmts: usize) -> Stmt {
        let index = self.blocks.len();
        self.blocks.push(CoverBlock { lo: at.lo.0 as usize, hi: hi as usize, stmts });
        let span = Span { lo: at.lo, hi: at.lo };
        let name = self.array.clone();
        let mut expr = |kind| Expr { id: self.id(), span, kind };
        let literal =
            |text: String| ExprKind::Literal { kind: LiteralKind::Int, text: text.into() };
        let x = Box::new(expr(ExprKind::Name(name)));
        let indices = vec![expr(literal(index.to_string()))];
        let x = expr(ExprKind::Index { x, indices, lbrack: span.lo });
        let kind = match self.mode {
            CoverMode::Set => {
                let one = Expr { id: self.id(), span, kind: literal("1".to_owned()) };
                StmtKind::Assign {
                    lhs: vec![x],
                    op: AssignOp::Assign,
                    op_span: span,
                    rhs: vec![one],
                }
            }
            CoverMode::Count => StmtKind::IncDec { x, inc: true, op_span: span },
        };
        Stmt { id: self.id(), span, kind }
    }
}

fn first(found: impl IntoIterator<Item = Option<u32>>) -> Option<u32> {
    found.into_iter().flatten().next()
}

/// The place behind a span.
fn after(span: Span) -> Span {
    Span { lo: span.hi, hi: span.hi }
}

/// Whether a statement is a block, maybe with a label.
fn is_block(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Block(_) => true,
        StmtKind::Labeled { stmt, .. } => is_block(stmt),
        _ => false,
    }
}

/// Whether what follows a statement may run more or less often than the statement.
fn ends_run(kind: &StmtKind) -> bool {
    match kind {
        StmtKind::If(_)
        | StmtKind::Switch(_)
        | StmtKind::TypeSwitch(_)
        | StmtKind::Select(_)
        | StmtKind::For(_)
        | StmtKind::Range(_)
        | StmtKind::Break(_)
        | StmtKind::Continue(_)
        | StmtKind::Goto(_)
        | StmtKind::Fallthrough
        | StmtKind::Return(_) => true,
        StmtKind::Labeled { stmt, .. } => ends_run(&stmt.kind),
        StmtKind::Expr(Expr { kind: ExprKind::Call { fun, .. }, .. }) => {
            matches!(&fun.kind, ExprKind::Name(name) if name == "panic")
        }
        _ => false,
    }
}

/// Where the head of a statement ends: at the brace of its body.
fn head_end(kind: &StmtKind) -> Option<u32> {
    match kind {
        StmtKind::If(stmt) => Some(stmt.then.span.lo.0),
        StmtKind::For(stmt) => Some(stmt.body.span.lo.0),
        StmtKind::Range(stmt) => Some(stmt.body.span.lo.0),
        StmtKind::Labeled { stmt, .. } => head_end(&stmt.kind),
        _ => None,
    }
}

/// The operands of an expression that may hold function literals; types hold none.
fn for_each_operand(kind: &mut ExprKind, f: &mut impl FnMut(&mut Expr)) {
    match kind {
        ExprKind::Composite { elems, .. } => elems.iter_mut().for_each(f),
        ExprKind::KeyValue { key, value } => {
            f(key);
            f(value);
        }
        ExprKind::Paren(x)
        | ExprKind::Selector { x, .. }
        | ExprKind::TypeAssert { x, .. }
        | ExprKind::Star(x)
        | ExprKind::Unary { x, .. } => f(x),
        ExprKind::Index { x, indices, .. } => {
            f(x);
            indices.iter_mut().for_each(f);
        }
        ExprKind::Slice { x, lo, hi, max } => {
            f(x);
            [lo, hi, max].into_iter().flatten().for_each(|x| f(x));
        }
        ExprKind::Call { fun, args, .. } => {
            f(fun);
            args.iter_mut().for_each(f);
        }
        ExprKind::Binary { x, y, .. } => {
            f(x);
            f(y);
        }
        _ => {}
    }
}
