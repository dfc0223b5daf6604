//! Expressions, types among them: only the checker can tell the two apart everywhere.

use std::rc::Rc;

use gol_diagnostic::{Pos, Span};

use super::{Block, Ident, Name, NodeId};

/// An expression or a type. `span.lo` is where its leftmost operand starts, as messages place it:
/// that of a slice expression is at its bracket, that of a function type at its parenthesis.
/// [`Expr::extent`] is all of its text.
#[derive(Clone, Debug)]
pub struct Expr {
    pub id: NodeId,
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    /// What could not be parsed; its error has been reported.
    Bad,
    /// `x`; the node's id is the identifier's.
    Name(Name),
    /// `42`, `0x1p-2`, `3i`, `'x'`, `"text"`, with the text as written; its form has been checked.
    Literal { kind: LiteralKind, text: Name },
    /// `T{…}`, or `{…}` inside another one (`ty` is `None`). An element may be `KeyValue`.
    Composite { ty: Option<Box<Expr>>, elems: Vec<Expr>, lbrace: Span, rbrace: Span },
    /// `key: value`, in composite literals only.
    KeyValue { key: Box<Expr>, value: Box<Expr> },
    /// `func(…) … { … }`.
    Func(Rc<FuncLit>),
    /// `(x)`.
    Paren(Box<Expr>),
    /// `x.sel`.
    Selector { x: Box<Expr>, sel: Ident },
    /// `x[i]`, `F[int, string]`, `T[int]`: at least one index.
    Index { x: Box<Expr>, lbrack: Pos, indices: Vec<Expr> },
    /// `x[lo:hi:max]`; `max` only in the three-index form.
    Slice { x: Box<Expr>, lo: Option<Box<Expr>>, hi: Option<Box<Expr>>, max: Option<Box<Expr>> },
    /// `x.(T)`; `x.(type)` has no `ty`.
    TypeAssert { x: Box<Expr>, ty: Option<Box<Expr>> },
    /// `fun(args…)`; `ellipsis` is the span of the `...` behind the last argument.
    Call { fun: Box<Expr>, lparen: Pos, args: Vec<Expr>, ellipsis: Option<Span>, rparen: Span },
    /// `*x`: a pointer type or an indirection.
    Star(Box<Expr>),
    /// `-x`, `&x`, `<-x`, `~T` ….
    Unary { op: UnaryOp, op_span: Span, x: Box<Expr> },
    /// `x + y` ….
    Binary { op: BinaryOp, op_span: Span, x: Box<Expr>, y: Box<Expr> },
    /// `[]T`.
    SliceType(Box<Expr>),
    /// `[n]T`; `[...]T` has no `len`.
    ArrayType { len: Option<Box<Expr>>, elem: Box<Expr> },
    /// `map[K]V`.
    MapType { key: Box<Expr>, value: Box<Expr> },
    /// `chan T`, `<-chan T`, `chan<- T`.
    ChanType { dir: ChanDir, elem: Box<Expr> },
    /// `func(…) …` without a body.
    FuncType(Box<FuncType>),
    /// `struct { … }`.
    StructType(Box<StructType>),
    /// `interface { … }`.
    InterfaceType(Box<InterfaceType>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiteralKind {
    Int,
    Float,
    Imag,
    Rune,
    String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChanDir {
    Both,
    Send,
    Recv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Plus,
    Neg,
    Not,
    /// `^x`.
    Complement,
    /// `&x`.
    Addr,
    /// `<-x`.
    Recv,
    /// `~T`, in constraints.
    Tilde,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    AndNot,
    LogicalAnd,
    LogicalOr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl UnaryOp {
    pub fn text(self) -> &'static str {
        match self {
            UnaryOp::Plus => "+",
            UnaryOp::Neg => "-",
            UnaryOp::Not => "!",
            UnaryOp::Complement => "^",
            UnaryOp::Addr => "&",
            UnaryOp::Recv => "<-",
            UnaryOp::Tilde => "~",
        }
    }
}

impl BinaryOp {
    pub fn text(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Rem => "%",
            BinaryOp::And => "&",
            BinaryOp::Or => "|",
            BinaryOp::Xor => "^",
            BinaryOp::Shl => "<<",
            BinaryOp::Shr => ">>",
            BinaryOp::AndNot => "&^",
            BinaryOp::LogicalAnd => "&&",
            BinaryOp::LogicalOr => "||",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
        }
    }

    pub fn is_comparison(self) -> bool {
        use BinaryOp::*;
        matches!(self, Eq | Ne | Lt | Le | Gt | Ge)
    }

    pub fn is_shift(self) -> bool {
        matches!(self, BinaryOp::Shl | BinaryOp::Shr)
    }
}

/// A function literal; shared, because the checker keeps it until its body is checked.
#[derive(Clone, Debug)]
pub struct FuncLit {
    pub ty: FuncType,
    pub body: Block,
}

/// Parameters and results; the type parameters of a declaration stand with it.
#[derive(Clone, Debug)]
pub struct FuncType {
    pub id: NodeId,
    pub span: Span,
    pub lparen: Pos,
    pub params: Vec<Param>,
    pub results: Vec<Param>,
}

/// One parameter or result. `a, b int` is two of them: `ty` is shared, and the checker need look
/// at it once only for parameters that follow one another with the same `Rc`.
#[derive(Clone, Debug)]
pub struct Param {
    pub id: NodeId,
    pub name: Option<Ident>,
    pub ty: Rc<Expr>,
    /// `...T`: `ty` is `T`, this the span of the dots.
    pub variadic: Option<Span>,
}

#[derive(Clone, Debug)]
pub struct StructType {
    pub fields: Vec<Field>,
    pub rbrace: Span,
}

/// One field; `a, b int` is two of them with a shared `ty`.
#[derive(Clone, Debug)]
pub struct Field {
    pub id: NodeId,
    /// `None` for an embedded field.
    pub name: Option<Ident>,
    /// The type; of an embedded field as written, with its `*`.
    pub ty: Rc<Expr>,
    /// The tag's literal as written, with its quotes.
    pub tag: Option<(Name, Span)>,
}

#[derive(Clone, Debug)]
pub struct InterfaceType {
    pub elems: Vec<InterfaceElem>,
    pub rbrace: Span,
}

#[derive(Clone, Debug)]
pub enum InterfaceElem {
    /// `Name(…) …`.
    Method { name: Ident, ty: Rc<FuncType> },
    /// An embedded type or union: `error`, `~int | string`; unions are `Binary` with `Or`, `~T`
    /// is `Unary` with `Tilde`.
    Embedded(Rc<Expr>),
}

/// One type parameter; `[K, V any]` is two of them with a shared constraint.
#[derive(Clone, Debug)]
pub struct TypeParam {
    pub id: NodeId,
    pub name: Ident,
    pub constraint: Rc<Expr>,
}

impl Expr {
    /// The expression without the parentheses around it.
    pub fn unparen(&self) -> &Expr {
        let mut e = self;
        while let ExprKind::Paren(inner) = &e.kind {
            e = inner;
        }
        e
    }

    /// All of the expression's text, as [`Expr::span`] is not where messages place it elsewhere.
    pub fn extent(&self) -> Span {
        let mut first = self;
        loop {
            first = match &first.kind {
                ExprKind::Slice { x, .. }
                | ExprKind::Index { x, .. }
                | ExprKind::Selector { x, .. }
                | ExprKind::TypeAssert { x, .. }
                | ExprKind::Call { fun: x, .. }
                | ExprKind::Binary { x, .. } => x,
                ExprKind::FuncType(ty) => return ty.span.to(self.span),
                _ => return first.span.to(self.span),
            };
        }
    }

    /// The name, if the expression is just one.
    pub fn as_name(&self) -> Option<&Name> {
        if let ExprKind::Name(name) = &self.kind { Some(name) } else { None }
    }
}
