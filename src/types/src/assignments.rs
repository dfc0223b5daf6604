//! Initialisation and assignment, of one value and of several.

use gol_diagnostic::{Code, Diagnostic, Span};
use gol_grammar::ast::{Expr, ExprKind, Ident};

use crate::checker::Checker;
use crate::info::{Mode, TypeAndValue};
use crate::object::{ObjId, ObjKind};
use crate::operand::{INVALID, Misfit, Operand};
use crate::store::ScopeId;
use crate::types::{Type, TypeId};

/// The left side of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Blank,
    Of(TypeId),
    Invalid,
}

impl Checker {
    /// Checks that x may be assigned to a T (`context`: Go's words, "variable declaration") and
    /// gives an untyped x its type; `None` for T: the default type.
    pub(crate) fn assignment(&mut self, x: &mut Operand, t: Option<TypeId>, context: &str) {
        self.single_value(x);
        match x.mode {
            Mode::Invalid => return,
            Mode::NoValue | Mode::Builtin(_) | Mode::TypeExpr => {
                let t = t.map_or_else(|| "nil".into(), |t| self.type_string(t));
                let message = format!("cannot assign {{}} to {t} in {context}");
                self.reject(x, "IncompatibleAssign", &message);
                return;
            }
            _ => {}
        }
        if self.is_untyped(x.ty) && !self.assign_untyped(x, t, context) {
            x.invalidate();
            return;
        }
        self.env.target_name = t.map(|_| context.to_owned());
        self.non_generic(t, x);
        self.env.target_name = None;
        let Some(t) = t.filter(|_| x.is_valid()) else { return };
        if let Err(cause) = self.assignable_to(x, t) {
            let cause = if cause.is_empty() { cause } else { format!(": {cause}") };
            let (text, name) = (self.operand_string(x), self.type_string(t));
            let message = format!("cannot use {text} as {name} value in {context}{cause}");
            let d = Diagnostic::error(Code("IncompatibleAssign"), x.span, message);
            let d = self.explain_assignment(d, x, t);
            self.report(d);
            x.invalidate();
        }
    }

    fn assign_untyped(&mut self, x: &mut Operand, t: Option<TypeId>, context: &str) -> bool {
        let target = match t {
            None if x.is_nil() => {
                let message = format!("use of untyped nil in {context}");
                self.err("UntypedNilUse", x.span, message);
                return false;
            }
            Some(t) if x.is_nil() || !self.is_non_type_param_interface(t) => t,
            _ => self.default_type(x.ty),
        };
        match self.implicit_type(x, target) {
            Ok((ty, value)) => {
                self.take_type(x, ty, value);
                true
            }
            Err(misfit) => {
                let (code, note) = match misfit {
                    Misfit::Truncated => (misfit.code(), " (truncated)"),
                    Misfit::Overflows => (misfit.code(), " (overflows)"),
                    Misfit::Kind | Misfit::Value => ("IncompatibleAssign", ""),
                };
                let (text, t) = (self.operand_string(x), self.type_string(target));
                let message = format!("cannot use {text} as {t} value in {context}{note}");
                let d = Diagnostic::error(Code(code), x.span, message);
                let d = self.explain_untyped(d, x, target);
                self.report(d);
                false
            }
        }
    }

    pub(crate) fn init_const(&mut self, obj: ObjId, x: &mut Operand) {
        if !x.is_valid() || !self.is_valid(x.ty) {
            return;
        }
        if x.mode != Mode::Constant {
            self.reject(x, "InvalidConstInit", "{} is not constant");
            return;
        }
        if self.store.obj(obj).ty == INVALID {
            self.store.obj_mut(obj).ty = x.ty;
        }
        let t = self.store.obj(obj).ty;
        self.assignment(x, Some(t), "constant declaration");
        if let (true, Some(v)) = (x.is_valid(), &x.value)
            && let ObjKind::Const { value } = &mut self.store.obj_mut(obj).kind
        {
            *value = v.clone();
        }
    }

    /// `obj = x` in a declaration; a variable without a type gets x's.
    pub(crate) fn init_var(&mut self, obj: ObjId, x: &mut Operand, context: &str) {
        if !x.is_valid() || !self.is_valid(x.ty) {
            x.invalidate();
            return;
        }
        if self.store.obj(obj).ty == INVALID {
            let mut ty = x.ty;
            if self.is_untyped(ty) {
                if x.is_nil() {
                    let message = format!("use of untyped nil in {context}");
                    self.err("UntypedNilUse", x.span, message);
                    x.invalidate();
                    return;
                }
                ty = self.default_type(ty);
            }
            self.store.obj_mut(obj).ty = ty;
        }
        let t = self.store.obj(obj).ty;
        self.assignment(x, Some(t), context);
    }

    /// `lhs = rhs` of a declaration; `return_stmt` for results.
    pub(crate) fn init_vars(&mut self, lhs: &[ObjId], rhs: &[Expr], return_stmt: Option<Span>) {
        let context = match return_stmt {
            Some(_) => "return statement",
            None if lhs.len() > 1 => "multiple assignment",
            None => "assignment",
        };
        if lhs.len() == rhs.len() && !is_single_call(rhs) {
            for (&obj, e) in lhs.iter().zip(rhs) {
                let mut x = Operand::invalid();
                let ty = self.store.obj(obj).ty;
                let name = self.store.obj(obj).name.clone();
                let name = if name.is_empty() { "result variable" } else { name.as_str() };
                self.env.target_name = Some(name.to_owned());
                self.expr(Some(ty).filter(|&t| t != INVALID), &mut x, e);
                // A result's type is there or erroneous; a variable's may come from here.
                if return_stmt.is_none() || ty != INVALID {
                    self.init_var(obj, &mut x, context);
                }
            }
            return;
        }
        let [single] = rhs else {
            let ok = self.all_usable(rhs);
            if ok {
                self.init_mismatch(lhs, rhs, return_stmt);
            }
            return;
        };
        let (mut values, comma_ok) =
            self.multi_expr(single, lhs.len() == 2 && return_stmt.is_none());
        if values.len() == lhs.len() {
            for (&obj, x) in lhs.iter().zip(&mut values) {
                if return_stmt.is_none() || self.store.obj(obj).ty != INVALID {
                    self.init_var(obj, x, context);
                }
            }
            self.record_comma_ok(single, comma_ok, &values);
        } else if values.iter().all(Operand::is_valid) {
            match return_stmt {
                Some(span) => self.return_error(span, lhs, &values),
                None => self.assign_error(rhs, lhs.len(), values.len()),
            }
        }
    }

    /// Evaluates all expressions for what they name; false if one is erroneous.
    fn all_usable(&mut self, list: &[Expr]) -> bool {
        list.iter().filter(|e| !self.use_expr(e)).count() == 0
    }

    fn init_mismatch(&mut self, lhs: &[ObjId], rhs: &[Expr], return_stmt: Option<Span>) {
        match return_stmt {
            Some(span) => {
                let values = self.expr_list(rhs);
                self.return_error(span, lhs, &values);
            }
            None => self.assign_error(rhs, lhs.len(), rhs.len()),
        }
    }

    /// `lhs = rhs`.
    pub(crate) fn assign_vars(&mut self, lhs: &[Expr], rhs: &[Expr]) {
        let context = if lhs.len() > 1 { "multiple assignment" } else { "assignment" };
        if lhs.len() == rhs.len() && !is_single_call(rhs) {
            for (l, r) in lhs.iter().zip(rhs) {
                self.assign_expr(l, r, context);
            }
            return;
        }
        let [single] = rhs else {
            let left = lhs.iter().filter(|e| !self.use_lhs(e)).count() == 0;
            let right = self.all_usable(rhs);
            if left && right {
                self.assign_error(rhs, lhs.len(), rhs.len());
            }
            return;
        };
        let (mut values, comma_ok) = self.multi_expr(single, lhs.len() == 2);
        if values.len() == lhs.len() {
            for (l, x) in lhs.iter().zip(&mut values) {
                self.assign_operand(l, x, context);
            }
            self.record_comma_ok(single, comma_ok, &values);
            return;
        }
        if values.iter().all(Operand::is_valid) {
            self.assign_error(rhs, lhs.len(), values.len());
        }
        for l in lhs {
            self.use_lhs(l);
        }
    }

    fn assign_expr(&mut self, lhs: &Expr, rhs: &Expr, context: &str) {
        let mut x = Operand::invalid();
        match self.lhs_var(lhs) {
            Target::Invalid => {
                self.use_expr(rhs);
            }
            Target::Blank => {
                self.expr(None, &mut x, rhs);
                self.assignment(&mut x, None, blank_context(context));
            }
            Target::Of(t) => {
                if self.function_type(t).is_some() {
                    self.env.target_name = Some(self.expr_string(lhs));
                }
                self.expr(Some(t), &mut x, rhs);
                self.assignment(&mut x, Some(t), context);
            }
        }
    }

    /// `lhs = x` for an x that has been evaluated.
    pub(crate) fn assign_operand(&mut self, lhs: &Expr, x: &mut Operand, context: &str) {
        match self.lhs_var(lhs) {
            Target::Invalid => x.invalidate(),
            Target::Blank => self.assignment(x, None, blank_context(context)),
            Target::Of(t) => self.assignment(x, Some(t), context),
        }
    }

    /// The type of what is assigned to. Being assigned to is no use of a variable.
    fn lhs_var(&mut self, lhs: &Expr) -> Target {
        let name = lhs.unparen().as_name().cloned();
        if name.as_ref().is_some_and(|n| n == "_") {
            self.info.defs.insert(lhs.unparen().id, None);
            return Target::Blank;
        }
        let mut x = Operand::invalid();
        self.without_use(lhs, |c| c.expr(None, &mut x, lhs));
        if !x.is_valid() || !self.is_valid(x.ty) {
            return Target::Invalid;
        }
        if matches!(x.mode, Mode::Variable | Mode::MapIndex) {
            return Target::Of(x.ty);
        }
        self.report_unassignable(lhs, x.span);
        Target::Invalid
    }

    fn report_unassignable(&mut self, lhs: &Expr, span: Span) {
        let text = self.expr_string(lhs);
        let mut operand = Operand::invalid();
        if let ExprKind::Selector { x, .. } = &lhs.unparen().kind {
            self.expr(None, &mut operand, x);
        }
        if operand.mode == Mode::MapIndex {
            let message = format!("cannot assign to struct field {text} in map");
            let d = Diagnostic::error(Code("UnaddressableFieldAssign"), span, message);
            return self.report(d.note(
                "take the element out, change it, and put it back; or let the map hold pointers",
            ));
        }
        let message =
            format!("cannot assign to {text} (neither addressable nor a map index expression)");
        let d = Diagnostic::error(Code("UnassignableOperand"), span, message);
        let d = self.explain_unassignable(d, lhs);
        self.report(d);
    }

    /// Runs `check`, which is no use of the variable that `e` names.
    fn without_use<R>(&mut self, e: &Expr, check: impl FnOnce(&mut Checker) -> R) -> R {
        let named = e.unparen().as_name().and_then(|name| self.lookup(name));
        let before = named.and_then(|obj| match &self.store.obj(obj).kind {
            ObjKind::Var(info) => Some((obj, info.used)),
            _ => None,
        });
        let result = check(self);
        if let Some((obj, used)) = before {
            self.set_used(obj, used);
        }
        result
    }

    pub(crate) fn set_used(&mut self, obj: ObjId, value: bool) {
        if let ObjKind::Var(info) = &mut self.store.obj_mut(obj).kind {
            info.used = value;
        }
    }

    /// Evaluates a left side for what it names; a variable that is assigned to is not used by it.
    fn use_lhs(&mut self, e: &Expr) -> bool {
        let blank = e.unparen().as_name().is_some_and(|name| name == "_");
        blank || self.without_use(e, |c| c.use_expr(e))
    }

    /// `v, ok = …`: the expression has both types, with its parentheses.
    fn record_comma_ok(&mut self, e: &Expr, comma_ok: bool, values: &[Operand]) {
        if !comma_ok || values.iter().any(|x| !x.is_valid()) {
            return;
        }
        let types: Vec<_> = values.iter().map(|x| x.ty).collect();
        let tuple = self.new_tuple(&types);
        let mut e = e;
        loop {
            if let Some(tv) = self.info.of(e.id) {
                let tv = TypeAndValue { ty: tuple, ..tv.clone() };
                self.info.record(e.id, tv);
            }
            let ExprKind::Paren(inner) = &e.kind else { break };
            e = inner;
        }
    }

    fn assign_error(&mut self, rhs: &[Expr], left: usize, right: usize) {
        let Some(first) = rhs.first() else { return };
        let vars = measure(left, "variable");
        let values = measure(right, "value");
        let message = match (&first.unparen().kind, rhs.len()) {
            (ExprKind::Call { fun, .. }, 1) => {
                let fun = self.expr_string(fun);
                format!("assignment mismatch: {vars} but {fun} returns {values}")
            }
            _ => format!("assignment mismatch: {vars} but {values}"),
        };
        let d = Diagnostic::error(Code("WrongAssignCount"), first.span, message);
        let d = if rhs.len() == 1 { self.explain_results(d, first, left) } else { d };
        self.report(d);
    }

    /// The number of results is wrong.
    pub(crate) fn return_error(&mut self, at: Span, lhs: &[ObjId], rhs: &[Operand]) {
        let (qualifier, span) = if rhs.len() > lhs.len() {
            ("too many", rhs[lhs.len()].span)
        } else {
            ("not enough", rhs.last().map_or(at, |x| x.span))
        };
        let have: Vec<_> = rhs.iter().map(|x| x.ty).collect();
        let types: Vec<_> = lhs.iter().map(|&v| self.store.obj(v).ty).collect();
        let have = self.types_summary(&have, false, false);
        let want = self.types_summary(&types, false, false);
        let message = format!("{qualifier} return values\n\thave {have}\n\twant {want}");
        let d = Diagnostic::error(Code("WrongResultCount"), span, message);
        let d = self.explain_return(d, rhs, &types);
        self.report(d);
    }

    /// `(int, number, ...T)`.
    pub(crate) fn types_summary(&mut self, types: &[TypeId], variadic: bool, dots: bool) -> String {
        let mut parts = Vec::with_capacity(types.len());
        for (i, &t) in types.iter().enumerate() {
            let last = i + 1 == types.len();
            let mut shown = t;
            if let (true, true, Type::Slice(elem)) = (last, variadic, self.store.ty(t)) {
                shown = *elem;
            }
            let mut text = if !self.is_valid(t) {
                "unknown type".to_owned()
            } else if self.is_typed(t) {
                self.type_string(shown)
            } else if self.is_numeric(t) {
                "number".to_owned()
            } else {
                self.type_string(t).replace("untyped ", "")
            };
            if last && variadic {
                text.insert_str(0, "...");
            } else if last && dots {
                text.push_str("...");
            }
            parts.push(text);
        }
        format!("({})", parts.join(", "))
    }

    /// `lhs := rhs`.
    pub(crate) fn short_var_decl(&mut self, span: Span, lhs: &[Expr], rhs: &[Expr]) {
        let top = self.delayed.len();
        let Some(scope) = self.env.scope else { return };
        let mut vars = Vec::with_capacity(lhs.len());
        let mut new: Vec<(ObjId, Ident)> = Vec::new();
        let mut failed = false;
        for (i, e) in lhs.iter().enumerate() {
            match self.defined_var(scope, e, &lhs[..i]) {
                Some((obj, ident)) => {
                    vars.push(obj);
                    new.extend(ident.map(|ident| (obj, ident)));
                }
                None => {
                    failed = true;
                    vars.push(self.dummy_var(e.span));
                }
            }
        }
        self.init_vars(&vars, rhs, None);
        self.process_since(top);
        if new.is_empty() && !failed {
            let message = "no new variables on left side of :=";
            let d = Diagnostic::error(Code("NoNewVar"), span, message);
            self.report(d.fix(span, "=", "assign with ="));
        }
        for (obj, ident) in new {
            self.declare(scope, Some(&ident), obj);
        }
    }

    /// The variable that `e` denotes on the left side of `:=`, and its name if it is a new one
    /// that has to be declared; `None` after an error.
    fn defined_var(
        &mut self,
        scope: ScopeId,
        e: &Expr,
        before: &[Expr],
    ) -> Option<(ObjId, Option<Ident>)> {
        let Some(name) = e.as_name() else {
            self.use_lhs(e);
            let message = format!("non-name {} on left side of :=", self.expr_string(e));
            self.err("BadDecl", e.span, message);
            return None;
        };
        let ident = Ident { id: e.id, span: e.span, name: name.clone() };
        if name == "_" {
            let obj = self.new_var(&ident, INVALID);
            self.info.defs.insert(e.id, Some(obj));
            return Some((obj, None));
        }
        if before.iter().any(|b| b.as_name() == Some(name)) {
            self.err("RepeatedDecl", e.span, format!("{name} repeated on left side of :="));
            return None;
        }
        let Some(old) = self.lookup_in(scope, name) else {
            return Some((self.new_var(&ident, INVALID), Some(ident)));
        };
        self.info.uses.insert(e.id, old);
        if !matches!(self.store.obj(old).kind, ObjKind::Var(_)) {
            self.err("UnassignableOperand", e.span, format!("cannot assign to {name}"));
            return None;
        }
        Some((old, None))
    }

    /// A variable that stands in for what is erroneous.
    fn dummy_var(&mut self, span: Span) -> ObjId {
        let ident = Ident { id: gol_grammar::ast::NodeId(0), span, name: "_".into() };
        let obj = self.new_var(&ident, INVALID);
        self.set_used(obj, true);
        obj
    }

    /// Runs what was put off since the queue had `top` entries, before the scope changes.
    pub(crate) fn process_since(&mut self, top: usize) {
        if self.delayed.len() <= top {
            return;
        }
        let recent = self.delayed.split_off(top);
        let outer = std::mem::replace(&mut self.delayed, recent);
        self.process_delayed();
        self.delayed = outer;
    }
}

fn blank_context(context: &str) -> &str {
    if context == "assignment" { "assignment to _ identifier" } else { context }
}

fn is_single_call(rhs: &[Expr]) -> bool {
    matches!(rhs, [e] if matches!(e.unparen().kind, ExprKind::Call { .. }))
}

fn measure(n: usize, unit: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {unit}{plural}")
}
