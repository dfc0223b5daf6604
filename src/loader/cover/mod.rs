//! Coverage: statements are counted by assignments put into the trees of the files under test.
//!
//! Statements that run together are a block: up to one that branches or ends the function, up to a
//! function literal, and up to a block or a label that a `goto` names. [`text`] cuts blocks into
//! ranges of lines. Each range has a counter, an element of an array that a generated file of the
//! package declares; the generated main function hands the arrays and what is known of the ranges
//! to package testing. Which statements make a block, how many it counts, and where its ranges
//! stand, are as for `go test -cover`.

mod text;

use std::fmt::Write as _;
use std::rc::Rc;

use gol_diagnostic::{Pos, Span};
use gol_grammar::ast::*;

use text::Text;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverMode {
    /// Whether a block ran.
    Set,
    /// How often.
    Count,
    /// How often, for the fuzzer alone: nothing is reported.
    Guide,
}

impl CoverMode {
    const ALL: [CoverMode; 3] = [CoverMode::Set, CoverMode::Count, CoverMode::Guide];

    /// The mode's name in profiles and on command lines.
    pub fn name(self) -> &'static str {
        match self {
            CoverMode::Set => "set",
            CoverMode::Count => "count",
            CoverMode::Guide => "guide",
        }
    }

    /// The mode of this name.
    pub fn named(name: &str) -> Option<CoverMode> {
        CoverMode::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// A range of statements that are counted together: from a line and column to another, from 1.
pub(super) struct CoverBlock {
    pub lo: (usize, usize),
    pub hi: (usize, usize),
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

/// Puts the counters of one file, whose text begins at `base`, into its tree. New nodes are numbered
/// from `next_id` on.
pub(super) fn instrument(
    tree: &mut File,
    (text, base): (&str, Pos),
    mode: CoverMode,
    array: &str,
    next_id: &mut NodeId,
) -> Vec<CoverBlock> {
    let text = Text::new(text, base, tree.mode);
    let function = (0, 0);
    let mut walk = Walk { mode, array: array.into(), next_id, text, function, blocks: Vec::new() };
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
    text: Text,
    /// Where the function's body stands that is being walked.
    function: (usize, usize),
    blocks: Vec<CoverBlock>,
}

/// The statements of a list that have not been counted yet.
struct Run {
    /// Labels before the first of them: statements with nothing behind the label.
    labels: Vec<(Ident, Span)>,
    stmts: Vec<Stmt>,
    /// Nothing has been counted before them.
    first: bool,
    /// Where a counter stands if the list begins with something that has counters of its own.
    start: usize,
}

impl Walk<'_> {
    fn decl(&mut self, decl: &mut Decl) -> Option<u32> {
        match decl {
            Decl::Func(func) => {
                if let Some(body) = &mut Rc::make_mut(func).body {
                    self.function(body);
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

    fn function(&mut self, body: &mut Block) {
        let place = (self.text.offset(body.span.lo), self.text.offset(body.span.hi));
        let outer = std::mem::replace(&mut self.function, place);
        self.block(body);
        self.function = outer;
    }

    fn block(&mut self, block: &mut Block) {
        let brace = self.text.offset(block.span.lo);
        let start = self.text.block_start(brace);
        let inner = if block.stmts.is_empty() { brace + 1 } else { start };
        self.list(&mut block.stmts, inner, Some(self.text.offset(block.rbrace.hi)));
    }

    /// Counts a list of statements. `start` is where a counter stands if the list is empty or begins
    /// with a block; `end` where the list ends, if what nothing interrupts is counted up to there.
    fn list(&mut self, stmts: &mut Vec<Stmt>, start: usize, end: Option<usize>) {
        let old = std::mem::take(stmts);
        if old.is_empty() {
            self.empty(start, stmts);
            return;
        }
        let mut run = Run { labels: Vec::new(), stmts: Vec::new(), first: true, start };
        for mut stmt in old {
            let at = self.text.offset(stmt.span.lo);
            if self.is_target(&stmt) {
                if is_block(&stmt) || !run.stmts.is_empty() || !is_breakable(&stmt) {
                    self.close(&mut run, at, stmts);
                }
                if matches!(unlabeled(&stmt).kind, StmtKind::Empty) {
                    stmts.push(stmt);
                    continue;
                }
                while !is_breakable(&stmt)
                    && let StmtKind::Labeled { label, stmt: inner } = stmt.kind
                {
                    run.labels.push((label, stmt.span));
                    stmt = *inner;
                }
            }
            let literal = self.inside(&mut stmt);
            if is_block(&stmt) {
                self.close(&mut run, at, stmts);
                stmts.push(labeled(std::mem::take(&mut run.labels), stmt, self));
                continue;
            }
            let ends = ends_run(&stmt.kind);
            let head = literal.map(|at| self.text.offset(Pos(at))).or_else(|| self.head_end(&stmt));
            let limit = head.unwrap_or(self.text.offset(stmt.span.hi));
            run.stmts.push(stmt);
            if ends || literal.is_some() {
                self.close(&mut run, limit, stmts);
            }
        }
        if let Some(last) = run.stmts.last() {
            let limit = end.filter(|_| run.first);
            let limit = limit.unwrap_or(self.text.offset(last.span.hi));
            self.close(&mut run, limit, stmts);
        }
    }

    /// Whether a `goto` leads to a statement.
    fn is_target(&self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Labeled { label, stmt } => {
                self.text.is_target(&label.name, self.function) || self.is_target(stmt)
            }
            _ => false,
        }
    }

    /// Ends a run of statements: counters go before it, and before those that begin further ranges.
    fn close(&mut self, run: &mut Run, hi: usize, stmts: &mut Vec<Stmt>) {
        let first = std::mem::replace(&mut run.first, false);
        if run.stmts.is_empty() {
            if first {
                self.empty(run.start, stmts);
            }
            return;
        }
        let ranges = self.text.ranges(&run.stmts, hi);
        let mut counted = std::mem::take(&mut run.stmts).into_iter();
        for range in ranges {
            let (lo, hi) = (self.text.place(range.lo), self.text.place(range.hi));
            let mut statements = counted.by_ref().take(range.stmts);
            let Some(first) = statements.next() else { continue };
            let block = CoverBlock { lo, hi, stmts: range.stmts };
            let counter = self.counter(block, first.span.lo);
            stmts.push(labeled(std::mem::take(&mut run.labels), counter, self));
            stmts.push(first);
            stmts.extend(statements);
        }
        stmts.extend(counted);
    }

    /// Counts how often nothing is done.
    fn empty(&mut self, at: usize, stmts: &mut Vec<Stmt>) {
        let place = self.text.place(at);
        let pos = self.text.pos(at);
        stmts.push(self.counter(CoverBlock { lo: place, hi: place, stmts: 0 }, pos));
    }

    /// Where the head of a statement ends: at the brace of its body.
    fn head_end(&self, stmt: &Stmt) -> Option<usize> {
        let (first, rbrace) = match &stmt.kind {
            StmtKind::If(stmt) => return Some(self.text.offset(stmt.then.span.lo)),
            StmtKind::For(stmt) => return Some(self.text.offset(stmt.body.span.lo)),
            StmtKind::Range(stmt) => return Some(self.text.offset(stmt.body.span.lo)),
            StmtKind::Labeled { stmt, .. } => return self.head_end(stmt),
            StmtKind::Switch(s) => (s.clauses.first().map(|c| c.span), s.rbrace),
            StmtKind::TypeSwitch(s) => (s.clauses.first().map(|c| c.span), s.rbrace),
            StmtKind::Select(s) => (s.clauses.first().map(|c| c.span), s.rbrace),
            _ => return None,
        };
        Some(self.text.token_before(self.text.offset(first.unwrap_or(rbrace).lo)))
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
                    self.list(&mut clause.body, self.text.offset(clause.colon.hi), None);
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
            self.list(&mut clause.body, self.text.offset(clause.colon.hi), None);
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
        self.list(&mut stmts, self.text.offset(span.lo), None);
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
            self.function(body);
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
    fn counter(&mut self, block: CoverBlock, at: Pos) -> Stmt {
        let index = self.blocks.len();
        self.blocks.push(block);
        let span = Span::at(at);
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
            CoverMode::Count | CoverMode::Guide => StmtKind::IncDec { x, inc: true, op_span: span },
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
        | StmtKind::Fallthrough => true,
        StmtKind::Labeled { stmt, .. } => ends_run(&stmt.kind),
        StmtKind::Expr(Expr { kind: ExprKind::Call { fun, .. }, .. }) => {
            matches!(&fun.kind, ExprKind::Name(name) if name == "panic")
        }
        _ => false,
    }
}

/// Whether `break` can name the statement's label.
fn is_breakable(stmt: &Stmt) -> bool {
    matches!(
        unlabeled(stmt).kind,
        StmtKind::Switch(_)
            | StmtKind::TypeSwitch(_)
            | StmtKind::Select(_)
            | StmtKind::For(_)
            | StmtKind::Range(_)
    )
}

fn unlabeled(stmt: &Stmt) -> &Stmt {
    match &stmt.kind {
        StmtKind::Labeled { stmt, .. } => unlabeled(stmt),
        _ => stmt,
    }
}

/// A statement with labels before it, the outermost first.
fn labeled(labels: Vec<(Ident, Span)>, stmt: Stmt, walk: &mut Walk) -> Stmt {
    labels.into_iter().rev().fold(stmt, |stmt, (label, span)| {
        let kind = StmtKind::Labeled { label, stmt: Box::new(stmt) };
        Stmt { id: walk.id(), span, kind }
    })
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
