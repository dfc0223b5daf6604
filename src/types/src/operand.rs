//! An operand: what is known of an expression while it is being checked, and how messages name it.
//!
//! An operand borrows its expression: the text that messages show is made only when a message is,
//! and an untyped expression's final type is written down its tree ([`crate::untyped`]).

use gol_diagnostic::{Code, Diagnostic, Span};
use gol_grammar::ast::{Expr, NodeId};

use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::object::BuiltinId;
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
    pub(crate) fn invalid() -> Operand<'a> {
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
    pub(crate) fn synthetic(
        mode: Mode,
        ty: TypeId,
        span: Span,
        text: impl Into<String>,
    ) -> Operand<'a> {
        Operand { mode, ty, span, text: text.into(), ..Operand::invalid() }
    }

    /// Sets the expression that the operand is about.
    pub(crate) fn set_expr(&mut self, e: &'a Expr) {
        self.id = Some(e.id);
        self.span = e.span;
        self.expr = Some(e);
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.mode != Mode::Invalid
    }

    /// Marks it as erroneous: nothing more is said about it.
    pub(crate) fn invalidate(&mut self) {
        self.mode = Mode::Invalid;
    }

    /// The untyped `nil`.
    pub(crate) fn is_nil(&self) -> bool {
        self.mode == Mode::NilValue
    }

    pub(crate) fn set_const(&mut self, ty: TypeId, value: Value) {
        self.mode = Mode::Constant;
        self.ty = ty;
        self.value = Some(value);
    }
}

/// What is wrong with an untyped operand where a type is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// The kinds have nothing to do with one another.
    Kind,
    /// The constant is no value of the type.
    Value,
    Truncated,
    Overflows,
}

impl Misfit {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Misfit::Kind => "InvalidUntypedConversion",
            Misfit::Value => "InvalidConstVal",
            Misfit::Truncated => "TruncatedFloat",
            Misfit::Overflows => "NumericOverflow",
        }
    }
}

/// The name of a predeclared function, with its package if that is `unsafe`.
pub(crate) fn builtin_name(id: BuiltinId) -> &'static str {
    use BuiltinId::*;
    match id {
        Append => "append",
        Cap => "cap",
        Clear => "clear",
        Close => "close",
        Complex => "complex",
        Copy => "copy",
        Delete => "delete",
        Imag => "imag",
        Len => "len",
        Make => "make",
        Max => "max",
        Min => "min",
        New => "new",
        Panic => "panic",
        Print => "print",
        Println => "println",
        Real => "real",
        Recover => "recover",
        UnsafeAdd => "Add",
        UnsafeAlignof => "Alignof",
        UnsafeOffsetof => "Offsetof",
        UnsafeSizeof => "Sizeof",
        UnsafeSlice => "Slice",
        UnsafeSliceData => "SliceData",
        UnsafeString => "String",
        UnsafeStringData => "StringData",
    }
}

fn mode_text(mode: Mode) -> &'static str {
    match mode {
        Mode::Invalid => "invalid operand",
        Mode::NoValue => "no value",
        Mode::Builtin(_) => "built-in",
        Mode::TypeExpr => "type",
        Mode::Constant => "constant",
        Mode::Variable => "variable",
        Mode::MapIndex => "map index expression",
        Mode::Value => "value",
        Mode::NilValue => "nil",
        Mode::CommaOk => "comma, ok expression",
        Mode::CommaErr => "comma, error expression",
    }
}

/// The id of a basic type.
pub(crate) const fn basic(kind: Basic) -> TypeId {
    TypeId(kind as u32)
}

pub(crate) const INVALID: TypeId = basic(Basic::Invalid);

impl Checker {
    /// `x (variable of type int)` and the like, for messages.
    pub(crate) fn operand_string(&mut self, x: &Operand) -> String {
        if x.is_nil() {
            return self.nil_string(x);
        }
        let text = self.operand_text(x);
        let mut inner = String::new();
        let typed =
            !matches!(x.mode, Mode::Invalid | Mode::NoValue | Mode::Builtin(_) | Mode::TypeExpr);
        let untyped = typed && self.is_untyped(x.ty);
        if untyped {
            inner = self.type_string(x.ty) + " ";
        }
        inner += mode_text(x.mode);
        if let (Mode::Constant, Some(value)) = (x.mode, &x.value) {
            let value = value.to_string();
            if value != text {
                inner = inner + " " + &value;
            }
        }
        if typed && !untyped {
            inner += &self.type_phrase(x.ty);
        }
        if text.is_empty() { inner } else { format!("{text} ({inner})") }
    }

    fn nil_string(&mut self, x: &Operand) -> String {
        match x.ty {
            INVALID => "nil (with invalid type)".into(),
            t if t == basic(Basic::UntypedNil) => "nil".into(),
            t => format!("nil (of type {})", self.type_string(t)),
        }
    }

    /// The expression alone, as messages show it.
    pub(crate) fn operand_text(&mut self, x: &Operand) -> String {
        if !x.text.is_empty() {
            return x.text.clone();
        }
        match (x.expr, x.mode) {
            (Some(e), _) => self.expr_string(e),
            (None, Mode::Builtin(id)) => builtin_name(id).into(),
            (None, Mode::TypeExpr) => self.type_string(x.ty),
            (None, Mode::Constant) => x.value.as_ref().map_or_else(String::new, Value::to_string),
            (None, _) => String::new(),
        }
    }

    /// ` of struct type T`: a type with what stands behind its name.
    fn type_phrase(&mut self, t: TypeId) -> String {
        if !self.is_valid(t) {
            return " with invalid type".into();
        }
        let mut description =
            if self.is_generic(t) { String::from("generic ") } else { String::new() };
        let is_param = self.is_type_param(t);
        if !is_param && matches!(self.store.ty(t), Type::Named(_) | Type::Alias(_)) {
            let what = match self.composite_kind(t) {
                Some(kind) => kind.to_owned(),
                None => {
                    let u = self.under(t);
                    self.type_string(u).replace("unsafe.", "")
                }
            };
            description = description + &what + " ";
        }
        let mut phrase = format!(" of {description}type {}", self.type_string(t));
        if is_param {
            let actual = self.unalias(t);
            if let Type::TypeParam(param) = self.store.ty(actual) {
                let bound = param.bound;
                phrase = phrase + " constrained by " + &self.type_string(bound);
            }
            if self.has_empty_type_set(t) {
                phrase += " with empty type set";
            }
        }
        phrase
    }

    /// "struct", "slice" and so on; `None` for basic types.
    pub(crate) fn composite_kind(&mut self, t: TypeId) -> Option<&'static str> {
        let u = self.under(t);
        Some(match self.store.ty(u) {
            Type::Array { .. } => "array",
            Type::Slice(_) => "slice",
            Type::Struct(_) => "struct",
            Type::Pointer(_) => "pointer",
            Type::Signature(_) => "func",
            Type::Interface(_) | Type::TypeParam(_) => "interface",
            Type::Map { .. } => "map",
            Type::Chan { .. } => "chan",
            Type::Tuple(_) => "tuple",
            Type::Union(_) => "union",
            Type::Basic(_) | Type::Named(_) | Type::Alias(_) => return None,
        })
    }

    /// The basic type under t, if it is one.
    pub(crate) fn basic_under(&mut self, t: TypeId) -> Option<Basic> {
        let u = self.under(t);
        if let Type::Basic(b) = self.store.ty(u) { Some(*b) } else { None }
    }

    /// Reports an error with a code by its name.
    pub(crate) fn err(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.error(Code(code), span, message);
    }

    /// Reports what is wrong with x, `{}` in `message` standing for it, and invalidates it.
    pub(crate) fn reject(&mut self, x: &mut Operand, code: &'static str, message: &str) {
        let text = self.operand_string(x);
        let message = message.replacen("{}", &text, 1);
        let d = Diagnostic::error(Code(code), x.span, message);
        let d = self.explain_operand(d, x);
        self.report(d);
        x.invalidate();
    }
}
