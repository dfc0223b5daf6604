//! An operand: what is known of an expression while it is being checked, and how messages name it.
//!
//! An operand borrows its expression: the text that messages show is made only when a message is,
//! and an untyped expression's final type is written down its tree ([`crate::untyped`]).

use gol_diagnostic::Span;
use gol_grammar::ast::{Expr, NodeId};

use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::object::BuiltinId;
use crate::store::Store;
use crate::types::{Basic, Type, TypeId};

/// Mode, type and constant value of an expression, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Operand<'a> {
    pub mode: Mode,
    pub ty: TypeId,
    pub value: Option<Value>,
    /// The expression's node, if it has one (results of a call that are spread share the call's).
    pub id: Option<NodeId>,
    pub span: Span,
    /// The expression itself, for its text and its untyped parts.
    pub expr: Option<&'a Expr>,
    /// What messages call an operand that has no expression of its own (`value of range`).
    pub text: String,
}

impl<'a> Operand<'a> {
    /// Not checked yet.
    pub fn invalid() -> Operand<'a> {
        Operand {
            mode: Mode::Invalid,
            ty: TypeId(0),
            value: None,
            id: None,
            span: Span::NONE,
            expr: None,
            text: String::new(),
        }
    }

    /// A value of type `ty` at `span` without an expression; messages call it `text`.
    pub fn synthetic(mode: Mode, ty: TypeId, span: Span, text: impl Into<String>) -> Operand<'a> {
        Operand { mode, ty, span, text: text.into(), ..Operand::invalid() }
    }

    /// Sets the expression that the operand is about.
    pub fn set_expr(&mut self, e: &'a Expr) {
        self.id = Some(e.id);
        self.span = e.span;
        self.expr = Some(e);
    }

    pub fn is_valid(&self) -> bool {
        self.mode != Mode::Invalid
    }

    /// Marks it as erroneous: nothing more is said about it.
    pub fn invalidate(&mut self) {
        self.mode = Mode::Invalid;
    }

    /// The untyped `nil`.
    pub fn is_nil(&self) -> bool {
        self.mode == Mode::NilValue
    }

    pub fn set_const(&mut self, ty: TypeId, value: Value) {
        self.mode = Mode::Constant;
        self.ty = ty;
        self.value = Some(value);
    }
}
