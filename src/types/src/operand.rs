//! An operand: what is known of an expression while it is being checked.

use gol_diagnostic::Span;
use gol_grammar::ast::{Expr, NodeId};

use crate::constant::Value;
use crate::info::Mode;
use crate::types::TypeId;

/// Mode, type and constant value of an expression, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
    pub mode: Mode,
    pub ty: TypeId,
    pub value: Option<Value>,
    /// The expression's node, if it has one (results of a call that are spread have none).
    pub id: Option<NodeId>,
    pub span: Span,
    /// The expression's text for messages, as Go prints expressions (`ExprString`).
    pub text: String,
}

impl Operand {
    /// Not checked yet.
    pub fn invalid() -> Operand {
        Operand {
            mode: Mode::Invalid,
            ty: TypeId(0),
            value: None,
            id: None,
            span: Span::NONE,
            text: String::new(),
        }
    }

    /// Sets what the operand says about its expression.
    pub fn set_expr(&mut self, e: &Expr) {
        self.id = Some(e.id);
        self.span = e.span;
    }
}
