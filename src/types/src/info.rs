//! What the checker learned of each node: the contract with the compiler.
//!
//! The tables mean what their namesakes in `go/types.Info` mean.

use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

use gol_grammar::ast::{Expr, NodeId, VarSpec};

use crate::constant::Value;
use crate::object::{BuiltinId, ObjId};
use crate::session::Shown;
use crate::types::TypeId;

/// How an expression may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Invalid,
    NoValue,
    Builtin(BuiltinId),
    TypeExpr,
    Constant,
    /// An addressable value.
    Variable,
    /// A map's element: assignable, with an optional second result.
    MapIndex,
    Value,
    NilValue,
    /// A value with an optional second result (`v, ok = <-c`, `x.(T)`).
    CommaOk,
    /// A cgo call's; never met.
    CommaErr,
}

/// Type and, for constants, value of an expression. Untyped operands have their final type, once
/// the statement that holds them has been checked; in a generic body, types mention parameters.
#[derive(Clone, Debug)]
pub struct TypeAndValue {
    pub mode: Mode,
    pub ty: TypeId,
    pub value: Option<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionKind {
    /// `x.f`.
    Field,
    /// `x.m`, a method value or the callee of a call.
    Method,
    /// `T.m`, a method expression.
    MethodExpr,
}

/// What a selector that is not a qualified name selects.
#[derive(Clone, Debug)]
pub struct Selection {
    pub kind: SelectionKind,
    /// Type of `x` in `x.f`.
    pub recv: TypeId,
    /// The field or method.
    pub obj: ObjId,
    /// The way from `x`: field indices, the last one the field's or method's own index.
    pub index: Vec<usize>,
    /// Whether a pointer was followed on the way.
    pub indirect: bool,
    /// Type of the whole expression.
    pub ty: TypeId,
}

/// Type arguments, given or inferred, of the generic function or type that a name (or the
/// selector's name) denotes.
#[derive(Clone, Debug)]
pub struct Instance {
    pub type_args: Vec<TypeId>,
    /// The instantiated type.
    pub ty: TypeId,
}

/// `lhs = rhs` at package level. For `var a = 1` one variable, for `var a, b = f()` several; a
/// blank `_` is a variable like others.
#[derive(Clone, Debug)]
pub struct Initializer {
    pub lhs: Vec<ObjId>,
    pub spec: Rc<VarSpec>,
    /// Index of the right-hand side in `spec.values`.
    pub value: usize,
}

impl Initializer {
    pub fn rhs(&self) -> &Expr {
        &self.spec.values[self.value]
    }
}

/// The tables. Those keyed by expressions are dense vectors over [`NodeId`].
#[derive(Debug, Default)]
pub struct Info {
    /// Of every expression, type expressions and untyped constants included.
    pub types: Vec<Option<TypeAndValue>>,
    /// Identifiers that declare an object (`None` inside: the symbolic variable of a type switch).
    pub defs: HashMap<NodeId, Option<ObjId>>,
    /// Identifiers that use one; for a qualified name its `sel`, too.
    pub uses: HashMap<NodeId, ObjId>,
    /// Implicit objects: a clause's variable in a type switch (by the clause's id), a parameter
    /// without a name (by the parameter's id), an embedded field (by the field's id).
    pub implicits: HashMap<NodeId, ObjId>,
    /// By the id of the selector expression.
    pub selections: HashMap<NodeId, Selection>,
    /// By the id of the identifier (or of `sel`) that denotes the generic object.
    pub instances: HashMap<NodeId, Instance>,
    /// What a variable with `//go:embed` lines starts as: its specification with a value, by the id of
    /// the one in the tree.
    pub embeds: HashMap<NodeId, Rc<VarSpec>>,
    /// Expression statements of a session's inputs whose value is shown.
    pub shown: HashMap<NodeId, Shown>,
}

impl Info {
    pub fn of(&self, id: NodeId) -> Option<&TypeAndValue> {
        self.types.get(id.0 as usize)?.as_ref()
    }

    /// Records what is known of an expression, over what was known before.
    pub fn record(&mut self, id: NodeId, tv: TypeAndValue) {
        let index = id.0 as usize;
        if self.types.len() <= index {
            self.types.resize_with(index + 1, || None);
        }
        self.types[index] = Some(tv);
    }
}
