//! `for … range`: over arrays, slices, strings, maps, channels, integers and iterator functions.

use gol_diagnostic::{Code, Span};
use gol_grammar::ast::{ChanDir, Expr, Ident, Range};

use crate::checker::Checker;
use crate::info::Mode;
use crate::language::since;
use crate::object::ObjId;
use crate::operand::{INVALID, Operand, basic};
use crate::stmt::Context;
use crate::types::{Basic, Type, TypeId};

/// Types of the iteration values; `None` where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Values {
    key: Option<TypeId>,
    value: Option<TypeId>,
}

impl Values {
    fn new(key: TypeId, value: Option<TypeId>) -> Values {
        Values { key: Some(key), value }
    }
}

impl Checker {
    pub(crate) fn range_stmt(&mut self, ctx: Context, span: Span, s: &Range) {
        let mut x = Operand::invalid();
        self.expr(None, &mut x, &s.x);
        let values = if x.is_valid() { self.range_over(&x, s) } else { Values::default() };
        let scope = self.open_scope(span);
        let over_int = x.is_valid() && values.key.is_some() && self.all_integer(x.ty);
        let rhs = [values.key, values.value];
        if s.define {
            let mut new = Vec::new();
            for (e, ty) in s.lhs.iter().zip(rhs) {
                if let Some(var) = self.range_var(e, ty, over_int, &mut x) {
                    new.push(var);
                }
            }
            if new.is_empty() {
                self.err("NoNewVar", span, "no new variables on left side of :=");
            }
            for (obj, _) in new {
                self.declare(scope, None, obj);
            }
        } else if s.lhs.is_empty() {
            if over_int {
                self.assignment(&mut x, None, "range clause");
            }
        } else {
            for (e, ty) in s.lhs.iter().zip(rhs) {
                self.range_assign(e, ty, over_int, &mut x);
            }
        }
        self.block(ctx, &s.body);
        self.leave_scope();
    }

    /// What x yields, after complaints about it and about the number of variables.
    fn range_over(&mut self, x: &Operand, s: &Range) -> Values {
        let values = match self.range_values(x.ty).and_then(|v| self.range_allowed(x, v)) {
            Ok(values) => values,
            Err(cause) => {
                let text = self.operand_string(x);
                let cause = if cause.is_empty() { cause } else { format!(": {cause}") };
                let message = format!("cannot range over {text}{cause}");
                self.err("InvalidRangeExpr", x.span, message);
                return Values::default();
            }
        };
        let (span, message) = match (&s.lhs[..], values.key, values.value) {
            ([first, ..], None, _) => (
                first.span,
                format!("range over {} permits no iteration variables", self.operand_string(x)),
            ),
            ([_, second, ..], _, None) => (
                second.span,
                format!(
                    "range over {} permits only one iteration variable",
                    self.operand_string(x)
                ),
            ),
            ([_, _, third, ..], ..) => {
                (third.span, "range clause permits at most two iteration variables".to_owned())
            }
            _ => return values,
        };
        self.error(Code("InvalidIterVar"), span, message);
        values
    }

    /// Ranging over some types came late; the cause if it is too late for this file.
    fn range_allowed(&mut self, x: &Operand, values: Values) -> Result<Values, String> {
        let Ok(u) = self.shared_under(x.ty) else { return Ok(values) };
        let over_integers = self.all_integer(x.ty);
        let since = match self.store.ty(u) {
            Type::Basic(_) if over_integers => since::RANGE_OVER_INTEGERS,
            Type::Signature(_) => since::RANGE_OVER_FUNCTIONS,
            _ => return Ok(values),
        };
        let at = x.span.lo;
        if self.allows(since, at) { Ok(values) } else { Err(self.requires(since, at)) }
    }

    /// A variable that the clause declares. `_` is none.
    fn range_var<'a>(
        &mut self,
        e: &'a Expr,
        ty: Option<TypeId>,
        over_int: bool,
        x: &mut Operand<'a>,
    ) -> Option<(ObjId, &'a Expr)> {
        let Some(name) = e.as_name() else {
            let text = self.expr_string(e);
            self.err("InvalidSyntaxTree", e.span, format!("cannot declare {text}"));
            return None;
        };
        let ident = Ident { id: e.id, span: e.span, name: name.clone() };
        let obj = self.new_var(&ident, INVALID);
        self.info.defs.insert(e.id, Some(obj));
        match ty {
            None | Some(INVALID) => self.set_used(obj, true),
            Some(_) if over_int => self.init_var(obj, x, "range clause"),
            Some(ty) => {
                let mut y = iteration_value(e, ty);
                self.init_var(obj, &mut y, "assignment");
            }
        }
        (name != "_").then_some((obj, e))
    }

    fn range_assign<'a>(
        &mut self,
        e: &'a Expr,
        ty: Option<TypeId>,
        over_int: bool,
        x: &mut Operand<'a>,
    ) {
        let Some(ty) = ty.filter(|&t| t != INVALID) else { return };
        if !over_int {
            let mut y = iteration_value(e, ty);
            self.assign_operand(e, &mut y, "assignment");
            return;
        }
        self.assign_operand(e, x, "range clause");
        if x.is_valid() && !self.all_integer(x.ty) {
            let t = self.type_string(x.ty);
            let message = format!("cannot use iteration variable of type {t}");
            self.err("InvalidRangeExpr", e.span, message);
        }
    }

    /// What ranging over a t yields; `Err` holds the cause where there is more to say.
    fn range_values(&mut self, t: TypeId) -> Result<Values, String> {
        let u = self.shared_under(t)?;
        let int = basic(Basic::Int);
        match self.store.ty(u).clone() {
            Type::Basic(Basic::String | Basic::UntypedString) => {
                Ok(Values::new(int, Some(self.rune_type())))
            }
            Type::Basic(_) if self.is_integer(u) || self.untyped_integer(t) => {
                Ok(Values::new(t, None))
            }
            Type::Array { elem, .. } | Type::Slice(elem) => Ok(Values::new(int, Some(elem))),
            Type::Pointer(base) => {
                let base = self.under(base);
                match *self.store.ty(base) {
                    Type::Array { elem, .. } => Ok(Values::new(int, Some(elem))),
                    _ => Err(String::new()),
                }
            }
            Type::Map { key, elem } => Ok(Values::new(key, Some(elem))),
            Type::Chan { dir: ChanDir::Send, .. } => {
                let shown = if self.is_type_param(t) { u } else { t };
                let channel = self.type_string(shown);
                Err(format!("receive from send-only channel {channel}"))
            }
            Type::Chan { elem, .. } => Ok(Values::new(elem, None)),
            Type::Signature(sig) => {
                let params: Vec<_> = sig.params.iter().map(|&p| self.store.obj(p).ty).collect();
                self.iterator_values(&params, sig.results.len())
            }
            _ => Err(String::new()),
        }
    }

    fn untyped_integer(&mut self, t: TypeId) -> bool {
        matches!(self.basic_under(t), Some(Basic::UntypedInt | Basic::UntypedRune))
    }

    /// `func(yield func(K, V) bool)`.
    fn iterator_values(&mut self, params: &[TypeId], results: usize) -> Result<Values, String> {
        let wrong = |why: &str| Err(format!("func must be func(yield func(...) bool): {why}"));
        let [yield_type] = params else { return wrong("wrong argument count") };
        if results != 0 {
            return wrong("unexpected results");
        }
        let u = match self.shared_under(*yield_type) {
            Ok(u) => u,
            Err(cause) => return wrong(&format!("in yield type, {cause}")),
        };
        let Type::Signature(yields) = self.store.ty(u).clone() else {
            return wrong("argument is not func");
        };
        if yields.params.len() > 2 {
            return wrong("yield func has too many parameters");
        }
        let result = match yields.results[..] {
            [r] => Some(self.store.obj(r).ty),
            _ => None,
        };
        match result {
            Some(t) if self.identical(t, basic(Basic::Bool)) => {}
            Some(t) if self.is_boolean(t) => {
                return wrong("yield func returns user-defined boolean, not bool");
            }
            _ => return wrong("yield func does not return bool"),
        }
        if yields.variadic {
            let text = self.type_string(u);
            return Err(format!("yield func of type {text} cannot be variadic"));
        }
        let mut types = yields.params.iter().map(|&p| self.store.obj(p).ty);
        Ok(Values { key: types.next(), value: types.next() })
    }
}

/// The value that a variable gets in each iteration; messages name it by the variable.
fn iteration_value(e: &Expr, ty: TypeId) -> Operand<'_> {
    let mut y = Operand::invalid();
    y.set_expr(e);
    y.mode = Mode::Value;
    y.ty = ty;
    y
}
