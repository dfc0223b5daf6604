//! Signatures that the core half (types, declarations, look-up, inference) provides to the
//! expression half. Each moves into its own file as it is written; the file then goes.

use gol_diagnostic::{Code, Diagnostic, Span};
use gol_grammar::ast::{Decl, Expr, FuncType, Ident, Name};

use crate::checker::{Action, Checker};
use crate::object::ObjId;
use crate::operand::Operand;
use crate::package::PkgId;
use crate::store::{Scope, ScopeId};
use crate::types::{Term, Type, TypeId};

#[derive(Default)]
pub(crate) struct CoreState {}

/// What `x.name` finds.
#[derive(Clone, Debug)]
pub(crate) enum Lookup {
    /// A field or method, the index path to it and whether a pointer was followed.
    Found {
        obj: ObjId,
        index: Vec<usize>,
        indirect: bool,
    },
    /// Several at the same depth.
    Ambiguous {
        index: Vec<usize>,
    },
    /// A method with a pointer receiver on a value that is not addressable.
    NeedsPointer {
        obj: ObjId,
    },
    NotFound,
}

#[allow(unused_variables, clippy::unimplemented)]
impl Checker {
    // -- errors.rs: one error per place, none from invalid operands; sorted at the end.
    pub(crate) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        unimplemented!()
    }
    /// An error that is only a warning in lenient files (unused variable, import, label).
    pub(crate) fn soft_error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        unimplemented!()
    }
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        unimplemented!()
    }

    // -- format.rs: Go's own strings, qualified relative to the current package.
    pub(crate) fn type_string(&mut self, t: TypeId) -> String {
        unimplemented!()
    }
    pub(crate) fn obj_string(&mut self, obj: ObjId) -> String {
        unimplemented!()
    }
    /// As `go/types.ExprString`.
    pub(crate) fn expr_string(&self, e: &Expr) -> String {
        unimplemented!()
    }

    // -- scope.rs
    /// Looks `name` up from the current scope outwards, resolving it (see `obj_decl`).
    pub(crate) fn lookup(&mut self, name: &str) -> Option<ObjId> {
        unimplemented!()
    }
    pub(crate) fn lookup_in(&self, scope: ScopeId, name: &str) -> Option<ObjId> {
        unimplemented!()
    }
    /// Declares `obj` under its name in `scope` and records the definition; a clash is reported.
    pub(crate) fn declare(&mut self, scope: ScopeId, ident: Option<&Ident>, obj: ObjId) {
        unimplemented!()
    }
    /// Makes a new innermost scope.
    pub(crate) fn open_scope(&mut self, span: Span) -> ScopeId {
        unimplemented!()
    }
    pub(crate) fn close_scope(&mut self) {
        unimplemented!()
    }
    pub(crate) fn new_var(&mut self, ident: &Ident, ty: TypeId) -> ObjId {
        unimplemented!()
    }
    /// Runs `action` once the current declaration is complete.
    pub(crate) fn later(&mut self, action: Action) {
        unimplemented!()
    }
    pub(crate) fn process_delayed(&mut self) {
        unimplemented!()
    }

    // -- typexpr.rs, decl.rs
    /// Checks a type expression; invalid type after an error.
    pub(crate) fn typ(&mut self, e: &Expr) -> TypeId {
        unimplemented!()
    }
    /// Like `typ`, for the type of a variable: refuses constraint interfaces.
    pub(crate) fn var_type(&mut self, e: &Expr) -> TypeId {
        unimplemented!()
    }
    /// A type that may be generic and uninstantiated (the `T` of `T{…}`, of `T[int]`).
    pub(crate) fn generic_type(&mut self, e: &Expr) -> TypeId {
        unimplemented!()
    }
    /// Resolves a name to an operand: constant, variable, function, type, builtin, nil.
    pub(crate) fn ident(&mut self, x: &mut Operand, e: &Expr, name: &Name, want_type: bool) {
        unimplemented!()
    }
    /// `F[T…]`/`T[T…]` where x is a generic type: the instantiated type.
    pub(crate) fn instantiated_type(&mut self, x: &Expr, indices: &[Expr]) -> TypeId {
        unimplemented!()
    }
    /// Type-checks an object's declaration if that has not happened yet.
    pub(crate) fn obj_decl(&mut self, obj: ObjId) {
        unimplemented!()
    }
    /// A `const`, `type` or `var` declaration in a function.
    pub(crate) fn decl_stmt(&mut self, decl: &Decl) {
        unimplemented!()
    }
    /// The signature type of a function literal or function type; opens no scope. Returns the
    /// scope that holds the parameters too, which becomes the body's outermost scope.
    pub(crate) fn func_type(&mut self, ty: &FuncType) -> (TypeId, ScopeId) {
        unimplemented!()
    }

    // -- predicates.rs, under.rs, typeset.rs
    pub(crate) fn under(&mut self, t: TypeId) -> TypeId {
        unimplemented!()
    }
    pub(crate) fn unalias(&mut self, t: TypeId) -> TypeId {
        unimplemented!()
    }
    /// The underlying type, cloned, for matching.
    pub(crate) fn under_type(&mut self, t: TypeId) -> Type {
        unimplemented!()
    }
    /// The single underlying type of all types of t's type set (t itself if it is no type
    /// parameter); channels of one direction count as one.
    pub(crate) fn core_type(&mut self, t: TypeId) -> Option<TypeId> {
        unimplemented!()
    }
    /// Like `core_type`, with `[]byte | string` counting as string.
    pub(crate) fn core_string(&mut self, t: TypeId) -> Option<TypeId> {
        unimplemented!()
    }
    /// The terms of a type parameter's type set; `None` where it has no specific types.
    pub(crate) fn type_terms(&mut self, t: TypeId) -> Option<Vec<Term>> {
        unimplemented!()
    }
    /// Whether `pred` holds for t, or for each type of its type set if it is a type parameter.
    pub(crate) fn all_types(&mut self, t: TypeId, pred: fn(&mut Checker, TypeId) -> bool) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_valid(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_type_param(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_interface(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// An interface that is no type parameter.
    pub(crate) fn is_non_type_param_interface(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn has_name(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_typed(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_generic(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    // is_x: of the underlying type; all_x: of every type of a type parameter's set, too.
    pub(crate) fn is_boolean(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_integer(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_unsigned(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_float(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_complex(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_numeric(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_string(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_const_type(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_boolean(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_integer(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_unsigned(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_numeric(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_string(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_ordered(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_numeric_or_string(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn has_nil(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn has_empty_type_set(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Strictly or (`dynamic`) possibly panicking; `Err` holds the reason, if there is one.
    pub(crate) fn comparable(&mut self, t: TypeId, dynamic: bool) -> Result<(), String> {
        unimplemented!()
    }
    pub fn identical(&mut self, x: TypeId, y: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn identical_ignore_tags(&mut self, x: TypeId, y: TypeId) -> bool {
        unimplemented!()
    }
    /// The type that an untyped constant takes by default.
    pub(crate) fn default_type(&mut self, t: TypeId) -> TypeId {
        unimplemented!()
    }

    // -- lookup.rs, instantiate.rs, infer.rs, subst.rs
    pub(crate) fn lookup_field_or_method(
        &mut self,
        t: TypeId,
        addressable: bool,
        pkg: Option<PkgId>,
        name: &str,
        fold_case: bool,
    ) -> Lookup {
        unimplemented!()
    }
    /// Whether `v` implements `t` (or satisfies it, as a constraint); `Err` holds Go's cause.
    pub(crate) fn implements(
        &mut self,
        v: TypeId,
        t: TypeId,
        constraint: bool,
    ) -> Result<(), String> {
        unimplemented!()
    }
    /// Whether an x.(T) can succeed; `Err` holds Go's cause (missing method …).
    pub(crate) fn can_assert(&mut self, interface: TypeId, t: TypeId) -> Result<(), String> {
        unimplemented!()
    }
    /// Instantiates the signature of a generic function, after verifying the arguments.
    pub(crate) fn instantiate_signature(
        &mut self,
        span: Span,
        e: &Expr,
        targs: &[TypeId],
        sig: TypeId,
    ) -> TypeId {
        unimplemented!()
    }
    /// Infers the missing type arguments of `tparams` from `targs` (a prefix) and the arguments;
    /// reports and returns `None` where that fails. `reverse`: for messages, when inferring from
    /// an assignment. Arguments that are untyped constants take part as Go says.
    pub(crate) fn infer(
        &mut self,
        span: Span,
        tparams: &[TypeId],
        targs: &[TypeId],
        params: &[TypeId],
        args: &[Operand],
        reverse: bool,
    ) -> Option<Vec<TypeId>> {
        unimplemented!()
    }
    /// Fresh copies of type parameters and the type with them put in, for calls that infer several
    /// generic functions at a time.
    pub(crate) fn rename_type_params(
        &mut self,
        tparams: &[TypeId],
        t: TypeId,
    ) -> (Vec<TypeId>, TypeId) {
        unimplemented!()
    }
    pub fn subst(&mut self, t: TypeId, tparams: &[TypeId], targs: &[TypeId]) -> TypeId {
        unimplemented!()
    }
    /// Whether t mentions one of the type parameters.
    pub(crate) fn is_parameterized(&mut self, tparams: &[TypeId], t: TypeId) -> bool {
        unimplemented!()
    }

    // -- making types
    pub fn new_pointer(&mut self, elem: TypeId) -> TypeId {
        unimplemented!()
    }
    pub fn new_slice(&mut self, elem: TypeId) -> TypeId {
        unimplemented!()
    }
    pub(crate) fn new_tuple(&mut self, types: &[TypeId]) -> TypeId {
        unimplemented!()
    }
    pub(crate) fn any_type(&self) -> TypeId {
        unimplemented!()
    }
    pub(crate) fn error_type(&self) -> TypeId {
        unimplemented!()
    }
    pub(crate) fn byte_type(&self) -> TypeId {
        unimplemented!()
    }
    pub(crate) fn rune_type(&self) -> TypeId {
        unimplemented!()
    }

    // -- sizes.rs: gc's sizes on amd64, for `unsafe` and constant expressions.
    pub fn sizeof(&mut self, t: TypeId) -> u64 {
        unimplemented!()
    }
    pub fn alignof(&mut self, t: TypeId) -> u64 {
        unimplemented!()
    }
    pub fn field_offsets(&mut self, t: TypeId) -> Vec<u64> {
        unimplemented!()
    }

    // -- the script's auto-import and its did-you-mean
    /// `undefined: name`, with a suggestion where one is near.
    pub(crate) fn undefined(&mut self, e: &Ident) {
        unimplemented!()
    }

    /// The package that a script's unresolved qualifier means, imported; for `selector`.
    pub(crate) fn auto_import_name(&mut self, name: &Name) -> Option<ObjId> {
        unimplemented!()
    }

    pub(crate) fn is_untyped(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_empty_interface(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// A parameter without a declaration.
    pub(crate) fn new_param(&mut self, name: &str, ty: TypeId) -> ObjId {
        unimplemented!()
    }
    /// The package-level object `name` of `pkg`, exported or not.
    pub(crate) fn package_member(&mut self, pkg: PkgId, name: &str) -> Option<ObjId> {
        unimplemented!()
    }
    /// Stands for a package that could not be imported.
    pub(crate) fn is_fake_package(&self, pkg: PkgId) -> bool {
        unimplemented!()
    }
    /// The declaration being checked depends on `obj`.
    pub(crate) fn add_decl_dep(&mut self, obj: ObjId) {
        unimplemented!()
    }
    /// An interface that is only good as a constraint.
    pub(crate) fn is_constraint_interface(&mut self, t: TypeId) -> bool {
        unimplemented!()
    }

    pub(crate) fn scope_ref(&self, scope: ScopeId) -> &Scope {
        unimplemented!()
    }
}
