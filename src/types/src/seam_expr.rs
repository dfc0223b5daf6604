//! Signatures that the expression half (constants, expressions, calls, statements) provides to
//! the core half. Each moves into its own file as it is written; the file then goes.

use gol_grammar::ast::{Block, Expr};

use crate::checker::Checker;
use crate::constant::Value;
use crate::object::ObjId;
use crate::operand::Operand;
use crate::store::ScopeId;
use crate::types::TypeId;

/// What is to be said of an untyped expression once its type is known.
#[derive(Clone, Debug)]
pub(crate) struct UntypedExpr {}

#[allow(unused_variables, clippy::unimplemented)]
impl Checker {
    /// A single value (no type, no builtin, no tuple); `target` is the type that it is assigned
    /// to, if known, for the inference of generic function values.
    pub(crate) fn expr(&mut self, target: Option<TypeId>, x: &mut Operand, e: &Expr) {
        unimplemented!()
    }
    /// May be a tuple or comma-ok expression.
    pub(crate) fn multi_expr(&mut self, e: &Expr, allow_comma_ok: bool) -> (Vec<Operand>, bool) {
        unimplemented!()
    }
    pub(crate) fn expr_or_type(&mut self, x: &mut Operand, e: &Expr, allow_generic: bool) {
        unimplemented!()
    }
    /// Anything; no check that it is a value.
    pub(crate) fn raw_expr(
        &mut self,
        target: Option<TypeId>,
        x: &mut Operand,
        e: &Expr,
        allow_generic: bool,
    ) {
        unimplemented!()
    }
    /// `x.sel` in value or type position, qualified names included. (call.rs)
    pub(crate) fn selector(&mut self, x: &mut Operand, e: &Expr, want_type: bool) {
        unimplemented!()
    }
    /// Evaluates expressions whose results nobody uses, so that what they name counts as used.
    pub(crate) fn use_exprs(&mut self, exprs: &[Expr]) {
        unimplemented!()
    }

    // -- assignments.rs
    /// Checks that x may be assigned to a T (`context`: Go's words, "variable declaration") and
    /// gives an untyped x its type; `None` for T: the default type.
    pub(crate) fn assignment(&mut self, x: &mut Operand, t: Option<TypeId>, context: &str) {
        unimplemented!()
    }
    pub(crate) fn init_const(&mut self, obj: ObjId, x: &mut Operand) {
        unimplemented!()
    }
    pub(crate) fn init_var(&mut self, obj: ObjId, x: &mut Operand, context: &str) {
        unimplemented!()
    }
    /// `lhs = rhs` of a declaration; `return_stmt` for results.
    pub(crate) fn init_vars(
        &mut self,
        lhs: &[ObjId],
        rhs: &[Expr],
        return_stmt: Option<gol_diagnostic::Span>,
    ) {
        unimplemented!()
    }
    pub(crate) fn assignable_to(&mut self, x: &Operand, t: TypeId) -> Result<(), String> {
        unimplemented!()
    }

    // -- stmt.rs
    /// A function's body: statements, unused variables, labels, missing return. `scope` is the
    /// signature's; `decl` the object that the body belongs to; `iota` for literals in constants.
    pub(crate) fn check_body(
        &mut self,
        decl: Option<ObjId>,
        name: &str,
        sig: TypeId,
        scope: ScopeId,
        body: &Block,
        iota: Option<Value>,
    ) {
        unimplemented!()
    }
    /// The statements of a script, the body of `main`; the current scope is the script's own.
    pub(crate) fn script_statement(&mut self, stmt: &gol_grammar::ast::Stmt) {
        unimplemented!()
    }
    /// Labels and unused variables of a script, after its last statement.
    pub(crate) fn finish_script(&mut self, scope: ScopeId, stmts: &[&gol_grammar::ast::Stmt]) {
        unimplemented!()
    }

    // -- const.rs, literals.rs
    pub(crate) fn convert_untyped(&mut self, x: &mut Operand, target: TypeId) {
        unimplemented!()
    }
    /// Whether the constant fits t; rounds it (floats) as it does.
    pub(crate) fn representable(&mut self, value: &Value, t: TypeId) -> Option<Value> {
        unimplemented!()
    }
    /// The length in `[n]T`; reports and returns `None` where it is none.
    pub(crate) fn array_length(&mut self, e: &Expr) -> Option<u64> {
        unimplemented!()
    }
    /// "x (variable of type T)" and the like, for messages.
    pub(crate) fn operand_string(&mut self, x: &Operand) -> String {
        unimplemented!()
    }

    // -- bookkeeping of untyped expressions
    pub(crate) fn record_untyped(&mut self) {
        unimplemented!()
    }
    pub(crate) fn record_type_and_value(&mut self, x: &Operand) {
        unimplemented!()
    }
}
