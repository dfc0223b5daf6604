//! Expressions: the dispatch over their kinds, and what is expected of their results.
//!
//! Every expression goes through [`Checker::raw_expr_kind`], which checks it and records what was
//! found. An operand that is invalid on return has had its error reported. Unary and binary
//! operators are in `operators.rs`, other kinds in files of their own.

use gol_grammar::ast::{Expr, ExprKind};

use crate::checker::Checker;
use crate::info::Mode;
use crate::operand::{INVALID, Operand, basic};
use crate::types::{Basic, Type, TypeId};

/// What an expression may stand for as a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    Conversion,
    Expression,
    /// A call, or an erroneous expression.
    Statement,
}

/// Which kinds of operand are refused where a value is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Value,
    ValueOrType,
}

impl Checker {
    /// A single value (no type, no builtin, no tuple); `target` is the type that it is assigned
    /// to, if known, for the inference of generic function values.
    pub(crate) fn expr<'a>(&mut self, target: Option<TypeId>, x: &mut Operand<'a>, e: &'a Expr) {
        self.raw_expr(target, x, e, false);
        self.exclude(x, Wanted::Value);
        self.single_value(x);
    }

    /// Like `expr`; the result may be a generic function. `hint`: the type of `{…}` without one.
    pub(crate) fn generic_expr<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        hint: Option<TypeId>,
    ) {
        self.raw_expr_kind(None, x, e, hint, true);
        self.exclude(x, Wanted::Value);
        self.single_value(x);
    }

    /// May be a tuple or comma-ok expression.
    pub(crate) fn multi_expr<'a>(
        &mut self,
        e: &'a Expr,
        allow_comma_ok: bool,
    ) -> (Vec<Operand<'a>>, bool) {
        let mut x = Operand::invalid();
        self.raw_expr(None, &mut x, e, false);
        self.exclude(&mut x, Wanted::Value);
        if let Some(types) = self.tuple_types(&x) {
            let nth = |(i, ty)| {
                Operand::synthetic(Mode::Value, ty, e.span, nth(i + 1, "function result"))
            };
            return (types.into_iter().enumerate().map(nth).collect(), false);
        }
        if allow_comma_ok && matches!(x.mode, Mode::MapIndex | Mode::CommaOk) {
            let ok = Operand::synthetic(
                Mode::Value,
                basic(Basic::UntypedBool),
                e.span,
                "ok value of (comma, ok) expression",
            );
            return (vec![x, ok], true);
        }
        (vec![x], false)
    }

    /// The types of the values that x stands for, if it is a call with several (or none).
    pub(crate) fn tuple_types(&mut self, x: &Operand) -> Option<Vec<TypeId>> {
        if x.mode != Mode::Value {
            return None;
        }
        let Type::Tuple(vars) = self.store.ty(x.ty) else { return None };
        Some(vars.iter().map(|&v| self.store.obj(v).ty).collect())
    }

    pub(crate) fn expr_or_type<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        allow_generic: bool,
    ) {
        self.raw_expr(None, x, e, allow_generic);
        self.exclude(x, Wanted::ValueOrType);
        self.single_value(x);
    }

    /// Anything; no check that it is a value.
    pub(crate) fn raw_expr<'a>(
        &mut self,
        target: Option<TypeId>,
        x: &mut Operand<'a>,
        e: &'a Expr,
        allow_generic: bool,
    ) {
        self.raw_expr_kind(target, x, e, None, allow_generic);
    }

    /// Checks e, records what it is, and says how it may be used.
    pub(crate) fn raw_expr_kind<'a>(
        &mut self,
        target: Option<TypeId>,
        x: &mut Operand<'a>,
        e: &'a Expr,
        hint: Option<TypeId>,
        allow_generic: bool,
    ) -> Usage {
        *x = Operand::invalid();
        let target = target.and_then(|t| self.function_type(t));
        let name = self.env.target_name.take().filter(|_| target.is_some());
        let usage = self.expr_of_kind(target, name.as_deref(), x, e, hint, allow_generic);
        x.set_expr(e);
        if !allow_generic {
            self.env.target_name = name;
            self.non_generic(target, x);
            self.env.target_name = None;
        }
        self.record(x);
        if x.is_valid() { usage } else { Usage::Statement }
    }

    /// The function type that t is, or that all types of its set are.
    pub(crate) fn function_type(&mut self, t: TypeId) -> Option<TypeId> {
        let u = self.core_type(t)?;
        matches!(self.store.ty(u), Type::Signature(_)).then_some(if self.is_type_param(t) {
            u
        } else {
            t
        })
    }

    fn expr_of_kind<'a>(
        &mut self,
        target: Option<TypeId>,
        target_name: Option<&str>,
        x: &mut Operand<'a>,
        e: &'a Expr,
        hint: Option<TypeId>,
        allow_generic: bool,
    ) -> Usage {
        match &e.kind {
            ExprKind::Bad => {}
            ExprKind::Name(name) => self.ident(x, e, name, false),
            ExprKind::Literal { kind, text } => self.basic_literal(x, e, *kind, text),
            ExprKind::Composite { ty, elems, rbrace, .. } => {
                self.composite_literal(x, e, ty.as_deref(), elems, *rbrace, hint);
            }
            ExprKind::KeyValue { .. } => {
                self.err("InvalidSyntaxTree", e.span, "no key:value expected");
            }
            ExprKind::Func(lit) => self.func_literal(x, e, lit),
            ExprKind::Paren(inner) => return self.raw_expr_kind(None, x, inner, None, false),
            ExprKind::Selector { .. } => self.selector(x, e, false),
            ExprKind::Index { x: operand, indices, .. } => {
                if self.index_expr(x, e, operand, indices) {
                    self.env.target_name = target_name.map(str::to_owned);
                    self.func_inst(target, e.span, x, Some((e, indices)), !allow_generic);
                }
            }
            ExprKind::Slice { x: operand, lo, hi, max } => {
                let bounds = [lo.as_deref(), hi.as_deref(), max.as_deref()];
                self.slice_expr(x, operand, bounds);
            }
            ExprKind::TypeAssert { x: operand, ty } => {
                self.type_assert(x, e, operand, ty.as_deref());
            }
            ExprKind::Call { .. } => return self.call_expr(x, e),
            ExprKind::Star(operand) => self.star(x, operand),
            ExprKind::Unary { op, x: operand, .. } => self.unary(x, e, *op, operand),
            ExprKind::Binary { .. } => self.binary_chain(x, e),
            ExprKind::SliceType(_)
            | ExprKind::ArrayType { .. }
            | ExprKind::MapType { .. }
            | ExprKind::ChanType { .. }
            | ExprKind::FuncType(_)
            | ExprKind::StructType(_)
            | ExprKind::InterfaceType(_) => {
                x.ty = self.typ(e);
                x.mode = Mode::TypeExpr;
            }
        }
        Usage::Expression
    }

    /// Refuses a generic function or type that was not instantiated; a function is, if `target`
    /// says how.
    pub(crate) fn non_generic(&mut self, target: Option<TypeId>, x: &mut Operand) {
        if !x.is_valid() || x.mode == Mode::NoValue || !self.is_valid(x.ty) {
            return;
        }
        let generic = self.is_generic(x.ty);
        let what = match self.store.ty(x.ty) {
            Type::Named(_) | Type::Alias(_) if generic => "type",
            Type::Signature(sig) if !sig.type_params.is_empty() => {
                if let Some(target) = target.and_then(|t| self.function_type(t)) {
                    self.func_inst(Some(target), x.span, x, None, true);
                    return;
                }
                "function"
            }
            _ => return,
        };
        let text = self.operand_text(x);
        let message = format!("cannot use generic {what} {text} without instantiation");
        self.err("WrongTypeArgCount", x.span, message);
        x.invalidate();
        x.ty = INVALID;
    }

    fn exclude(&mut self, x: &mut Operand, wanted: Wanted) {
        let types_refused = wanted == Wanted::Value;
        match x.mode {
            Mode::NoValue if types_refused => self.reject(x, "TooManyValues", "{} used as value"),
            Mode::NoValue => self.reject(x, "TooManyValues", "{} used as value or type"),
            Mode::Builtin(_) if types_refused => {
                self.reject(x, "UncalledBuiltin", "{} must be called");
            }
            Mode::TypeExpr if types_refused => {
                self.reject(x, "NotAnExpr", "{} is not an expression");
            }
            _ => {}
        }
    }

    pub(crate) fn single_value(&mut self, x: &mut Operand) {
        if self.tuple_types(x).is_some() {
            self.reject(x, "TooManyValues", "multiple-value {} in single-value context");
        }
    }

    /// `x.(T)`.
    fn type_assert<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        operand: &'a Expr,
        ty: Option<&Expr>,
    ) {
        self.expr(None, x, operand);
        if !x.is_valid() {
            return;
        }
        let Some(ty) = ty else {
            self.err(
                "InvalidSyntaxTree",
                e.span,
                "invalid syntax tree: use of .(type) outside type switch",
            );
            x.invalidate();
            return;
        };
        if self.is_type_param(x.ty) {
            let message = "invalid operation: cannot use type assertion on type parameter value {}";
            self.reject(x, "InvalidAssert", message);
            return;
        }
        if !self.is_interface(x.ty) {
            self.reject(x, "InvalidAssert", "invalid operation: {} is not an interface");
            return;
        }
        let target = self.var_type(ty);
        if !self.is_valid(target) {
            x.invalidate();
            return;
        }
        if let Err(cause) = self.can_assert(x.ty, target) {
            let (text, t) = (self.expr_string(e), self.type_string(target));
            let source = self.type_string(x.ty);
            let message = format!(
                "impossible type assertion: {text}\n\t{t} does not implement {source} {cause}"
            );
            self.err("ImpossibleAssert", e.span, message);
        }
        x.mode = Mode::CommaOk;
        x.ty = target;
        self.require_complete(x);
    }

    /// `*x`: a pointer type or an indirection.
    fn star<'a>(&mut self, x: &mut Operand<'a>, operand: &'a Expr) {
        self.expr_or_type(x, operand, false);
        match x.mode {
            Mode::Invalid => {}
            Mode::TypeExpr => {
                let (span, base) = (operand.span, x.ty);
                self.later(Box::new(move |c| c.valid_var_type(span, base)));
                x.ty = self.new_pointer(base);
            }
            Mode::Builtin(_) => {
                self.reject(x, "InvalidIndirection", "invalid operation: cannot indirect {}");
            }
            _ => {
                let mut base = None;
                for u in self.type_set_unders(x.ty) {
                    let Some(&Type::Pointer(elem)) = u.map(|u| self.store.ty(u)) else {
                        let message = "invalid operation: cannot indirect {}";
                        self.reject(x, "InvalidIndirection", message);
                        return;
                    };
                    if base.is_some_and(|b| !self.identical(b, elem)) {
                        let message =
                            "invalid operation: pointers of {} must have identical base types";
                        self.reject(x, "InvalidIndirection", message);
                        return;
                    }
                    base = Some(elem);
                }
                x.mode = Mode::Variable;
                x.ty = base.unwrap_or(INVALID);
                self.require_complete(x);
            }
        }
    }

    /// The underlying type of t, or those of its type set if it is a type parameter (`None` for
    /// one without specific types).
    pub(crate) fn type_set_unders(&mut self, t: TypeId) -> Vec<Option<TypeId>> {
        if !self.is_type_param(t) {
            return vec![Some(self.under(t))];
        }
        match self.type_terms(t) {
            None => vec![None],
            Some(terms) => terms.into_iter().map(|term| Some(self.under(term.ty))).collect(),
        }
    }

    /// The underlying type that all types of t's type set share; `Err` holds the cause.
    /// Channels agree if they differ in direction only.
    pub(crate) fn shared_under(&mut self, t: TypeId) -> Result<TypeId, String> {
        if !self.is_type_param(t) {
            return Ok(self.under(t));
        }
        if self.type_terms(t).is_none() {
            return Err("no specific type".into());
        }
        if let Some(core) = self.core_type(t) {
            return Ok(core);
        }
        let terms = self.type_terms(t).unwrap_or_default();
        let Some(first) = terms.first() else { return Err("no specific type".into()) };
        let first_under = self.under(first.ty);
        for term in &terms {
            let u = self.under(term.ty);
            if !self.identical(u, first_under) {
                if let Some(cause) = self.channel_difference(first_under, u) {
                    return Err(cause);
                }
                let (a, b) = (self.type_string(first.ty), self.type_string(term.ty));
                return Err(format!("{a} and {b} have different underlying types"));
            }
        }
        Ok(first_under)
    }

    /// Why two channel types have nothing in common.
    fn channel_difference(&mut self, a: TypeId, b: TypeId) -> Option<String> {
        let (&Type::Chan { elem: ea, .. }, &Type::Chan { elem: eb, .. }) =
            (self.store.ty(a), self.store.ty(b))
        else {
            return None;
        };
        let what = if self.identical(ea, eb) {
            "conflicting directions"
        } else {
            "different element types"
        };
        let (a, b) = (self.type_string(a), self.type_string(b));
        Some(format!("channels {a} and {b} have {what}"))
    }

    /// Evaluates expressions whose results nobody uses, so that what they name counts as used.
    pub(crate) fn use_exprs(&mut self, exprs: &[Expr]) {
        for e in exprs {
            self.use_expr(e);
        }
    }

    /// Evaluates e for what it names; false if it is erroneous.
    pub(crate) fn use_expr(&mut self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::KeyValue { value, .. } => self.use_expr(value),
            _ => {
                let mut x = Operand::invalid();
                self.raw_expr(None, &mut x, e, true);
                x.is_valid()
            }
        }
    }

    /// An expression list's operands: that of a single call are its results.
    pub(crate) fn expr_list<'a>(&mut self, list: &'a [Expr]) -> Vec<Operand<'a>> {
        if let [e] = list {
            return self.multi_expr(e, false).0;
        }
        let one = |e: &'a Expr| {
            let mut x = Operand::invalid();
            self.expr(None, &mut x, e);
            x
        };
        list.iter().map(one).collect()
    }
}

/// "1st result", "2nd result" and so on.
fn nth(n: usize, what: &str) -> String {
    let suffix = match n {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{n}{suffix} {what}")
}
