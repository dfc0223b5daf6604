//! Statements.

use gol_diagnostic::{Code, Diagnostic, Pos, Span};

use super::Builder;
use crate::ast::*;

/// What stands between `if` or `switch` and the block.
#[derive(Default)]
pub(crate) struct Header {
    pub init: Option<Stmt>,
    pub semi: Option<Span>,
    pub cond: Option<Stmt>,
}

/// What stands between `for` and the block, where it is not a range.
#[derive(Default)]
pub(crate) struct For3 {
    pub init: Option<Stmt>,
    pub cond: Option<Stmt>,
    pub post: Option<Stmt>,
}

impl Builder<'_> {
    pub(crate) fn stmt(&self, lo: Pos, kind: StmtKind, hi: Pos) -> Stmt {
        self.progress.set(self.progress.get() + 1);
        Stmt { id: self.id(), span: Span::new(lo, hi), kind }
    }

    pub(crate) fn bad_stmt(&self, span: Span) -> Stmt {
        self.stmt(span.lo, StmtKind::Bad, span.hi)
    }

    /// A block behind what could not be read: its header, as likely as not.
    pub(crate) fn bad_block(&self, span: Span, block: Block) -> Stmt {
        self.stmt(span.lo, StmtKind::Block(block), span.hi)
    }

    pub(crate) fn block(&self, lo: Pos, stmts: Vec<Stmt>, rbrace: Span) -> Block {
        Block { id: self.id(), span: Span::new(lo, rbrace.hi), stmts, rbrace }
    }

    pub(crate) fn expr_stmt(&self, x: Expr) -> Stmt {
        let span = x.span;
        self.stmt(span.lo, StmtKind::Expr(x), span.hi)
    }

    pub(crate) fn inc_dec(&self, x: Expr, op_span: Span) -> Stmt {
        let inc = self.text(op_span) == "++";
        self.stmt(x.span.lo, StmtKind::IncDec { x, inc, op_span }, op_span.hi)
    }

    pub(crate) fn send(&self, chan: Expr, arrow: Span, value: Expr) -> Stmt {
        let span = chan.span.to(value.span);
        self.stmt(span.lo, StmtKind::Send { chan, arrow, value }, span.hi)
    }

    pub(crate) fn op_assign(&self, x: Expr, op_span: Span, y: Expr) -> Stmt {
        let op = self.assign_op(op_span);
        self.assign(vec![x], op, op_span, vec![y])
    }

    pub(crate) fn assign(
        &self,
        lhs: Vec<Expr>,
        op: AssignOp,
        op_span: Span,
        rhs: Vec<Expr>,
    ) -> Stmt {
        let lo = lhs.first().map_or(op_span.lo, |x| x.span.lo);
        let hi = rhs.last().map_or(op_span.hi, |x| x.span.hi);
        self.stmt(lo, StmtKind::Assign { lhs, op, op_span, rhs }, hi)
    }

    pub(crate) fn labeled(&self, label: Ident, lo: Pos, stmt: Option<Stmt>) -> StmtKind {
        let stmt = stmt.unwrap_or_else(|| self.stmt(lo, StmtKind::Empty, lo));
        StmtKind::Labeled { label, stmt: Box::new(stmt) }
    }

    /// A clause whose head ends in a semicolon.
    pub(crate) fn no_colon(&self, semicolon: Span) -> Span {
        let shown = if semicolon.lo == semicolon.hi { "newline" } else { "semicolon" };
        self.fault(semicolon, format!("syntax error: unexpected {shown}, expected :"));
        semicolon
    }

    pub(crate) fn go(&self, x: Expr) -> StmtKind {
        StmtKind::Go(self.started_call(x, "go"))
    }

    pub(crate) fn defer(&self, x: Expr) -> StmtKind {
        StmtKind::Defer(self.started_call(x, "defer"))
    }

    fn started_call(&self, x: Expr, keyword: &str) -> Expr {
        if matches!(x.kind, ExprKind::Paren(_)) {
            self.breach(x.span, format!("expression in {keyword} must not be parenthesized"));
        }
        let mut x = x;
        while let ExprKind::Paren(inner) = x.kind {
            x = *inner;
        }
        x
    }

    /// The condition of a header; other statements are refused.
    fn condition(&self, stmt: Stmt) -> Expr {
        let shown = match stmt.kind {
            StmtKind::Expr(x) => return x,
            StmtKind::Assign { ref lhs, op: AssignOp::Assign, ref rhs, .. } => {
                format!("assignment {} = {}", self.emphasized(lhs), self.emphasized(rhs))
            }
            _ => self.text(stmt.span).to_owned(),
        };
        let at = match stmt.kind {
            StmtKind::Assign { op_span, .. } | StmtKind::IncDec { op_span, .. } => op_span,
            StmtKind::Send { arrow, .. } => arrow,
            _ => stmt.span,
        };
        let message = format!("syntax error: cannot use {shown} as value");
        let d = Diagnostic::error(Code("SyntaxForm"), at, message);
        let assigned = matches!(stmt.kind, StmtKind::Assign { op: AssignOp::Assign, .. });
        self.report(if assigned { d.fix(at, "==", "compare with ==") } else { d });
        self.bad_expr(stmt.span)
    }

    fn emphasized(&self, list: &[Expr]) -> String {
        let (Some(first), Some(last)) = (list.first(), list.last()) else { return String::new() };
        let text = self.text(first.span.to(last.span));
        if list.len() == 1 && matches!(first.kind, ExprKind::Binary { .. }) {
            format!("({text})")
        } else {
            text.to_owned()
        }
    }

    pub(crate) fn if_stmt(
        &self,
        keyword: Span,
        header: Box<Header>,
        then: Block,
        els: Option<Stmt>,
    ) -> StmtKind {
        let Header { init, semi, cond } = *header;
        let cond = if let Some(cond) = cond {
            self.condition(cond)
        } else {
            let at = semi.unwrap_or_else(|| Span::new(then.span.lo, then.span.lo.after(1)));
            if semi.is_some_and(|semi| semi.lo == semi.hi) {
                self.fault(at, "syntax error: unexpected newline, expected { after if clause");
            } else {
                self.fault(at, "syntax error: missing condition in if statement");
            }
            self.bad_expr(keyword)
        };
        StmtKind::If(Box::new(If { init, cond, then, els }))
    }

    pub(crate) fn bad_if(&self, span: Span, then: Block, els: Option<Stmt>) -> StmtKind {
        StmtKind::If(Box::new(If { init: None, cond: self.bad_expr(span), then, els }))
    }

    pub(crate) fn for_stmt(&self, header: For3, body: Block) -> StmtKind {
        let For3 { init, cond, post } = header;
        let cond = cond.map(|cond| self.condition(cond));
        if let Some(StmtKind::Assign { op: AssignOp::Define, op_span, .. }) =
            post.as_ref().map(|post| &post.kind)
        {
            self.fault(*op_span, "syntax error: cannot declare in post statement of for loop");
        }
        StmtKind::For(Box::new(For { init, cond, post, body }))
    }

    pub(crate) fn range(
        &self,
        lhs: Vec<Expr>,
        define: bool,
        range_span: Span,
        x: Expr,
        body: Block,
    ) -> StmtKind {
        StmtKind::Range(Box::new(Range { lhs, define, range_span, x, body }))
    }

    /// A type switch is one whose tag is `x.(type)` or `v := x.(type)`.
    pub(crate) fn switch(
        &self,
        header: Box<Header>,
        clauses: Vec<CaseClause>,
        rbrace: Span,
    ) -> StmtKind {
        let Header { init, cond, .. } = *header;
        let Some(cond) = cond else {
            return StmtKind::Switch(Box::new(Switch { init, tag: None, clauses, rbrace }));
        };
        match type_guard(cond) {
            Ok((bind, x)) => {
                StmtKind::TypeSwitch(Box::new(TypeSwitch { init, bind, x, clauses, rbrace }))
            }
            Err(cond) => {
                let tag = Some(self.condition(*cond));
                StmtKind::Switch(Box::new(Switch { init, tag, clauses, rbrace }))
            }
        }
    }

    pub(crate) fn clause(
        &self,
        lo: Pos,
        head: (Option<Vec<Expr>>, Span),
        body: Vec<Stmt>,
        hi: Pos,
    ) -> CaseClause {
        let (values, colon) = head;
        CaseClause {
            id: self.id(),
            span: Span::new(lo, hi.max(colon.hi)),
            is_default: values.is_none(),
            values: values.unwrap_or_default(),
            colon,
            body,
        }
    }

    pub(crate) fn comm_clause(
        &self,
        lo: Pos,
        head: (Option<Stmt>, Span),
        body: Vec<Stmt>,
        hi: Pos,
    ) -> CommClause {
        let (comm, colon) = head;
        CommClause { id: self.id(), span: Span::new(lo, hi.max(colon.hi)), comm, colon, body }
    }
}

/// The variable and the operand of a type switch's guard; the statement back if it is none.
fn type_guard(stmt: Stmt) -> Result<(Option<Ident>, Expr), Box<Stmt>> {
    let guarded = |x: &Expr| matches!(x.kind, ExprKind::TypeAssert { ty: None, .. });
    let is_guard = match &stmt.kind {
        StmtKind::Expr(x) => guarded(x),
        StmtKind::Assign { lhs, op: AssignOp::Define, rhs, .. } => {
            matches!((lhs.as_slice(), rhs.as_slice()), ([v], [x]) if v.as_name().is_some() && guarded(x))
        }
        _ => false,
    };
    if !is_guard {
        return Err(Box::new(stmt));
    }
    let (id, span) = (stmt.id, stmt.span);
    let (bind, guard) = match stmt.kind {
        StmtKind::Expr(x) => (None, Some(x)),
        StmtKind::Assign { mut lhs, mut rhs, .. } => (lhs.pop(), rhs.pop()),
        _ => (None, None),
    };
    let bind = bind.and_then(|v| match v.kind {
        ExprKind::Name(name) => Some(Ident { id: v.id, span: v.span, name }),
        _ => None,
    });
    match guard.map(|x| x.kind) {
        Some(ExprKind::TypeAssert { x, .. }) => Ok((bind, *x)),
        _ => Err(Box::new(Stmt { id, span, kind: StmtKind::Bad })),
    }
}
