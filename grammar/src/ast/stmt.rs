//! Statements.

use gol_diagnostic::Span;

use super::{BinaryOp, Decl, Expr, Ident, NodeId};

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    pub id: NodeId,
    pub span: Span,
    pub kind: StmtKind,
}

#[derive(Clone, Debug)]
pub enum StmtKind {
    /// What could not be parsed; its error has been reported.
    Bad,
    Empty,
    Expr(Expr),
    Send {
        chan: Expr,
        arrow: Span,
        value: Expr,
    },
    /// `x++`, `x--`.
    IncDec {
        x: Expr,
        inc: bool,
        op_span: Span,
    },
    /// `a, b = …`, `a, b := …`, `a += b` (one on each side).
    Assign {
        lhs: Vec<Expr>,
        op: AssignOp,
        op_span: Span,
        rhs: Vec<Expr>,
    },
    /// `go f(…)`; that it is a call is for the checker to say.
    Go(Expr),
    Defer(Expr),
    Return(Vec<Expr>),
    Break(Option<Ident>),
    Continue(Option<Ident>),
    Goto(Ident),
    Fallthrough,
    Block(Block),
    If(Box<If>),
    Switch(Box<Switch>),
    TypeSwitch(Box<TypeSwitch>),
    Select(Select),
    For(Box<For>),
    Range(Box<Range>),
    Labeled {
        label: Ident,
        stmt: Box<Stmt>,
    },
    /// A `const`, `type` or `var` declaration.
    Decl(Decl),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssignOp {
    /// `=`.
    Assign,
    /// `:=`.
    Define,
    /// `+=` ….
    Op(BinaryOp),
}

#[derive(Clone, Debug)]
pub struct Block {
    pub id: NodeId,
    pub span: Span,
    pub stmts: Vec<Stmt>,
    pub rbrace: Span,
}

#[derive(Clone, Debug)]
pub struct If {
    pub init: Option<Stmt>,
    pub cond: Expr,
    pub then: Block,
    /// A `Block` or an `If`.
    pub els: Option<Stmt>,
}

#[derive(Clone, Debug)]
pub struct Switch {
    pub init: Option<Stmt>,
    /// `None` stands for `true`.
    pub tag: Option<Expr>,
    pub clauses: Vec<CaseClause>,
    pub rbrace: Span,
}

/// `case a, b:` or `default:` (no `values`) with its statements. In a type switch the values are
/// types or `nil`, and the clause's id keys the variable that the guard declares in it.
#[derive(Clone, Debug)]
pub struct CaseClause {
    pub id: NodeId,
    pub span: Span,
    pub is_default: bool,
    pub values: Vec<Expr>,
    pub colon: Span,
    pub body: Vec<Stmt>,
}

/// `switch init; bind := x.(type) { … }`.
#[derive(Clone, Debug)]
pub struct TypeSwitch {
    pub init: Option<Stmt>,
    pub bind: Option<Ident>,
    pub x: Expr,
    pub clauses: Vec<CaseClause>,
    pub rbrace: Span,
}

#[derive(Clone, Debug)]
pub struct Select {
    pub clauses: Vec<CommClause>,
    pub rbrace: Span,
}

/// `case v := <-c:`; `comm` is a send, an expression or an assignment statement, `None` for
/// `default`. That it is a communication is for the checker to say.
#[derive(Clone, Debug)]
pub struct CommClause {
    pub id: NodeId,
    pub span: Span,
    pub comm: Option<Stmt>,
    pub colon: Span,
    pub body: Vec<Stmt>,
}

/// `for init; cond; post { … }`; every part but the body may be missing.
#[derive(Clone, Debug)]
pub struct For {
    pub init: Option<Stmt>,
    pub cond: Option<Expr>,
    pub post: Option<Stmt>,
    pub body: Block,
}

/// `for key, value := range x { … }`.
#[derive(Clone, Debug)]
pub struct Range {
    /// At most two; a third one is for the checker to refuse.
    pub lhs: Vec<Expr>,
    /// `:=` rather than `=`.
    pub define: bool,
    pub range_span: Span,
    pub x: Expr,
    pub body: Block,
}
