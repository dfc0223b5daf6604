//! Expressions and types.

use std::rc::Rc;

use gol_diagnostic::{Pos, Span};

use super::{Builder, Elems};
use crate::ast::*;
use crate::literal;

fn binary_op(text: &str) -> BinaryOp {
    use BinaryOp::*;
    match text {
        "+" => Add,
        "-" => Sub,
        "*" => Mul,
        "/" => Div,
        "%" => Rem,
        "&" => And,
        "|" => Or,
        "^" => Xor,
        "<<" => Shl,
        ">>" => Shr,
        "&^" => AndNot,
        "&&" => LogicalAnd,
        "||" => LogicalOr,
        "==" => Eq,
        "!=" => Ne,
        "<" => Lt,
        "<=" => Le,
        ">" => Gt,
        // The token table has no other operator.
        _ => Ge,
    }
}

fn boxed(x: Expr) -> Box<Expr> {
    Box::new(x)
}

impl Builder<'_> {
    pub(super) fn expr(&self, span: Span, kind: ExprKind) -> Expr {
        self.progress.set(self.progress.get() + 1);
        Expr { id: self.id(), span, kind }
    }

    pub(super) fn bad_expr(&self, span: Span) -> Expr {
        self.expr(span, ExprKind::Bad)
    }

    pub(crate) fn ident_expr(&self, name: Ident) -> Expr {
        Expr { id: name.id, span: name.span, kind: ExprKind::Name(name.name) }
    }

    pub(crate) fn literal(&self, span: Span) -> Expr {
        let text = self.text(span);
        self.expr(span, ExprKind::Literal { kind: literal::kind(text), text: text.into() })
    }

    pub(crate) fn binary(&self, x: Expr, op_span: Span, y: Expr) -> Expr {
        let op = binary_op(self.text(op_span));
        let span = x.span.to(y.span);
        self.expr(span, ExprKind::Binary { op, op_span, x: boxed(x), y: boxed(y) })
    }

    pub(super) fn assign_op(&self, span: Span) -> AssignOp {
        AssignOp::Op(binary_op(self.text(span).strip_suffix('=').unwrap_or_default()))
    }

    pub(crate) fn unary(&self, op_span: Span, x: Expr) -> Expr {
        let op = match self.text(op_span) {
            "+" => UnaryOp::Plus,
            "-" => UnaryOp::Neg,
            "!" => UnaryOp::Not,
            "^" => UnaryOp::Complement,
            "&" => UnaryOp::Addr,
            "<-" => UnaryOp::Recv,
            _ => UnaryOp::Tilde,
        };
        let span = op_span.to(x.span);
        self.expr(span, ExprKind::Unary { op, op_span, x: boxed(x) })
    }

    /// `<-x`; before a channel type the arrow is part of the type, and moves down the chain of
    /// element types until it finds a `chan` without direction: `<-chan<- T` is `<-chan (<-T)`.
    pub(crate) fn receive(&self, arrow: Span, x: Expr) -> Expr {
        match x.kind {
            ExprKind::ChanType { dir: ChanDir::Both, elem } => {
                self.expr(arrow.to(x.span), ExprKind::ChanType { dir: ChanDir::Recv, elem })
            }
            ExprKind::ChanType { dir: ChanDir::Send, elem } => {
                if !matches!(elem.kind, ExprKind::ChanType { .. }) {
                    let shown = self.text(elem.span);
                    self.fault(arrow, format!("syntax error: unexpected {shown}, expected chan"));
                }
                let elem = boxed(self.receive(Span::at(elem.span.lo), *elem));
                self.expr(arrow.to(x.span), ExprKind::ChanType { dir: ChanDir::Recv, elem })
            }
            ExprKind::ChanType { dir: ChanDir::Recv, .. } => {
                self.fault(x.span, "syntax error: unexpected <-, expected chan");
                x
            }
            _ if arrow.lo == arrow.hi => x,
            _ => self.unary(arrow, x),
        }
    }

    pub(crate) fn star(&self, lo: Pos, x: Expr) -> Expr {
        self.expr(Span::new(lo, x.span.hi), ExprKind::Star(boxed(x)))
    }

    pub(crate) fn paren(&self, lo: Pos, x: Expr, hi: Pos) -> Expr {
        self.expr(Span::new(lo, hi), ExprKind::Paren(boxed(x)))
    }

    pub(crate) fn selector(&self, x: Expr, sel: Ident) -> Expr {
        self.expr(x.span.to(sel.span), ExprKind::Selector { x: boxed(x), sel })
    }

    pub(crate) fn index(&self, x: Expr, open: Span, indices: Vec<Expr>, end: Span) -> Expr {
        let span = x.span.to(end);
        self.expr(span, ExprKind::Index { x: boxed(x), lbrack: open.lo, indices })
    }

    pub(crate) fn slice(
        &self,
        open: Span,
        x: Expr,
        lo: Option<Expr>,
        hi: Option<Expr>,
        end: Span,
    ) -> Expr {
        let span = open.to(end);
        let (lo, hi) = (lo.map(boxed), hi.map(boxed));
        self.expr(span, ExprKind::Slice { x: boxed(x), lo, hi, max: None })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of the expression, as the grammar has them"
    )]
    pub(crate) fn slice3(
        &self,
        open: Span,
        x: Expr,
        lo: Option<Expr>,
        hi: Option<Expr>,
        colon: Span,
        max: Option<Expr>,
        end: Span,
    ) -> Expr {
        if hi.is_none() {
            self.breach(colon, "middle index required in 3-index slice");
        }
        if max.is_none() {
            self.breach(end, "final index required in 3-index slice");
        }
        let hi = hi.unwrap_or_else(|| self.bad_expr(colon));
        let max = max.unwrap_or_else(|| self.bad_expr(end));
        let span = open.to(end);
        let (hi, max) = (Some(boxed(hi)), Some(boxed(max)));
        self.expr(span, ExprKind::Slice { x: boxed(x), lo: lo.map(boxed), hi, max })
    }

    pub(crate) fn type_assert(&self, x: Expr, ty: Option<Expr>, hi: Pos) -> Expr {
        let span = Span::new(x.span.lo, hi);
        self.expr(span, ExprKind::TypeAssert { x: boxed(x), ty: ty.map(boxed) })
    }

    pub(crate) fn call(
        &self,
        fun: Expr,
        open: Span,
        args: (Vec<Expr>, Option<Span>),
        rparen: Span,
    ) -> Expr {
        let (args, ellipsis) = args;
        let span = fun.span.to(rparen);
        let lparen = open.lo;
        self.expr(span, ExprKind::Call { fun: boxed(fun), lparen, args, ellipsis, rparen })
    }

    pub(crate) fn func_lit(&self, ty: FuncType, body: Block) -> Expr {
        let span = ty.span.to(body.span);
        self.expr(span, ExprKind::Func(Rc::new(FuncLit { ty, body })))
    }

    pub(crate) fn composite(&self, ty: Option<Expr>, braces: Elems) -> Expr {
        let Elems { lbrace, list: elems, rbrace } = braces;
        let lo = ty.as_ref().map_or(lbrace.lo, |ty| ty.span.lo);
        let ty = ty.map(boxed);
        self.expr(Span::new(lo, rbrace.hi), ExprKind::Composite { ty, elems, lbrace, rbrace })
    }

    pub(crate) fn key_value(&self, key: Expr, value: Expr) -> Expr {
        self.expr(
            key.span.to(value.span),
            ExprKind::KeyValue { key: boxed(key), value: boxed(value) },
        )
    }

    // Types.

    pub(crate) fn slice_type(&self, lo: Pos, elem: Expr) -> Expr {
        self.expr(Span::new(lo, elem.span.hi), ExprKind::SliceType(boxed(elem)))
    }

    pub(crate) fn open_array(&self, lo: Pos, elem: Expr) -> Expr {
        let span = Span::new(lo, elem.span.hi);
        self.expr(span, ExprKind::ArrayType { len: None, elem: boxed(elem) })
    }

    pub(crate) fn array(&self, lo: Pos, lengths: Vec<Expr>, elem: Expr) -> Expr {
        let span = Span::new(lo, elem.span.hi);
        let mut lengths = lengths.into_iter();
        let Some(len) = lengths.next() else { return self.slice_type(lo, elem) };
        if lengths.next().is_some() || self.text(self.token_after(len.span.hi)) == "," {
            self.fault(self.token_after(len.span.hi), "syntax error: unexpected comma; expected ]");
        }
        self.expr(span, ExprKind::ArrayType { len: Some(boxed(len)), elem: boxed(elem) })
    }

    pub(crate) fn map(&self, lo: Pos, key: Expr, value: Expr) -> Expr {
        let span = Span::new(lo, value.span.hi);
        self.expr(span, ExprKind::MapType { key: boxed(key), value: boxed(value) })
    }

    pub(crate) fn chan(&self, lo: Pos, dir: ChanDir, elem: Expr) -> Expr {
        self.expr(Span::new(lo, elem.span.hi), ExprKind::ChanType { dir, elem: boxed(elem) })
    }

    pub(crate) fn func_type_expr(&self, ty: FuncType) -> Expr {
        let span = Span::new(ty.lparen, ty.span.hi);
        self.expr(span, ExprKind::FuncType(Box::new(ty)))
    }

    pub(crate) fn struct_type(&self, lo: Pos, fields: Vec<Vec<Field>>, rbrace: Span) -> Expr {
        let fields = fields.into_iter().flatten().collect();
        let span = Span::new(lo, rbrace.hi);
        self.expr(span, ExprKind::StructType(Box::new(StructType { fields, rbrace })))
    }

    pub(crate) fn embedded(&self, ty: Expr) -> Vec<Field> {
        vec![Field { id: self.id(), name: None, ty: Rc::new(ty), tag: None }]
    }

    pub(crate) fn paren_embedded(&self, lo: Pos, ty: Expr) -> Expr {
        self.fault(Span::new(lo, lo.after(1)), "syntax error: cannot parenthesize embedded type");
        ty
    }

    pub(crate) fn fields(&self, names: Vec<Ident>, ty: Expr) -> Vec<Field> {
        let ty = Rc::new(ty);
        let field = |name| Field { id: self.id(), name: Some(name), ty: ty.clone(), tag: None };
        names.into_iter().map(field).collect()
    }

    pub(crate) fn tagged(&self, mut fields: Vec<Field>, tag: Option<Span>) -> Vec<Field> {
        if let Some(span) = tag {
            for field in &mut fields {
                field.tag = Some((self.text(span).into(), span));
            }
        }
        fields
    }

    pub(crate) fn interface(
        &self,
        lo: Pos,
        elems: Vec<Option<InterfaceElem>>,
        rbrace: Span,
    ) -> Expr {
        let elems = elems.into_iter().flatten().collect();
        let span = Span::new(lo, rbrace.hi);
        self.expr(span, ExprKind::InterfaceType(Box::new(InterfaceType { elems, rbrace })))
    }

    pub(crate) fn method(&self, name: Ident, ty: FuncType) -> InterfaceElem {
        InterfaceElem::Method { name, ty: Rc::new(ty) }
    }

    pub(crate) fn embedded_elem(&self, ty: Expr) -> InterfaceElem {
        InterfaceElem::Embedded(Rc::new(ty))
    }
}
