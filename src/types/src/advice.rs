//! Advice on single operands, names and statements: what is behind an error that newcomers make, and
//! how it could be repaired. Like [`crate::hints`], it shows in the rendered form only.

use std::collections::BTreeSet;

use gol_diagnostic::{Diagnostic, Pos, Span};
use gol_grammar::ast::{BinaryOp, Expr, ExprKind, Name};

use crate::checker::Checker;
use crate::info::Mode;
use crate::object::{ObjId, ObjKind};
use crate::operand::Operand;
use crate::package::PkgId;
use crate::types::{Basic, Type, TypeId};

impl Checker {
    /// What there is to say of an operand that is refused.
    pub(crate) fn explain_operand(&mut self, d: Diagnostic, x: &Operand) -> Diagnostic {
        let text = self.operand_text(x);
        let message = d.message.clone();
        if x.mode == Mode::NoValue && message.ends_with("used as value") {
            return self.point_to_function(d, x, "it is declared without a result");
        }
        if message.ends_with("is not used") {
            return self.explain_unused_value(d, x, &text);
        }
        if message.contains("operator ! not defined") && self.is_numeric(x.ty) {
            return d.note(format!("! turns booleans around; numbers are compared: {text} == 0"));
        }
        if message.contains("cannot send to receive-only") {
            return d.note(format!(
                "{text} can only be received from; chan without an arrow can do both"
            ));
        }
        if message.contains("cannot receive from send-only") {
            return d
                .note(format!("{text} can only be sent to; chan without an arrow can do both"));
        }
        if message.ends_with("is not an interface") {
            let ty = self.type_string(x.ty);
            return d.note(format!(
                "only what is in an interface can have several types: {text} is always of type {ty}"
            ));
        }
        d
    }

    fn explain_unused_value(&mut self, d: Diagnostic, x: &Operand, text: &str) -> Diagnostic {
        let Some(e) = x.expr else { return d };
        let ExprKind::Call { fun, args, .. } = &e.unparen().kind else {
            if self.is_boolean(x.ty) && matches!(&e.kind, ExprKind::Binary { op: BinaryOp::Eq, .. })
            {
                return d.note("== compares; = assigns");
            }
            if matches!(self.under_type(x.ty), Type::Signature(_)) {
                let title = format!("call it: {text}()");
                return d.fix(Span::at(e.span.hi), "()", title);
            }
            return d.note("use the value, or remove the statement");
        };
        let is_append = fun.as_name().is_some_and(|name| name == "append");
        match args.first().filter(|first| is_append && first.as_name().is_some()) {
            Some(first) => {
                let first = self.expr_string(first);
                let title = format!("append returns the new slice: {first} = {text}");
                d.fix(Span::at(e.extent().lo), format!("{first} = "), title)
            }
            None => d.note("use the value, or write _ = before it"),
        }
    }

    /// The function that an operand is a call of.
    fn point_to_function(&mut self, d: Diagnostic, x: &Operand, what: &str) -> Diagnostic {
        let Some(ExprKind::Call { fun, .. }) = x.expr.map(|e| &e.unparen().kind) else { return d };
        let id = match &fun.unparen().kind {
            ExprKind::Selector { sel, .. } => sel.id,
            _ => fun.unparen().id,
        };
        let Some(&obj) = self.info.uses.get(&id) else { return d };
        if self.is_own_function(obj) { d.context(self.obj_span(obj), what) } else { d.note(what) }
    }

    pub(crate) fn is_own_function(&self, obj: ObjId) -> bool {
        let object = self.store.obj(obj);
        let own = object.pkg.is_some_and(|p| !self.store.pkg(p).is_std);
        own && matches!(object.kind, ObjKind::Func(_))
    }

    /// The operands of an operator whose types have nothing in common.
    pub(crate) fn explain_kinds(
        &mut self,
        d: Diagnostic,
        [left, right]: [(Option<&Expr>, TypeId); 2],
    ) -> Diagnostic {
        for ((a, a_type), (b, b_type)) in [(left, right), (right, left)] {
            if self.is_string(a_type) && self.is_numeric(b_type) {
                let number = b.map_or_else(|| "n".to_owned(), |e| self.expr_string(e));
                return d.note(format!(
                    "a number becomes text with a call: fmt.Sprint({number}), strconv.Itoa({number})"
                ));
            }
            let Some(a) = a else { continue };
            let text = self.expr_string(a);
            if let Type::Signature(sig) = self.under_type(a_type)
                && sig.params.is_empty()
                && sig.results.len() == 1
            {
                let title = format!("{text} is a function: call it, {text}()");
                return d.fix(Span::at(a.span.hi), "()", title);
            }
            if self.is_non_type_param_interface(a_type) {
                let default = self.default_type(b_type);
                let ty = self.type_string(default);
                return d.note(format!(
                    "what is in an interface comes out with a type assertion: {text}.({ty})"
                ));
            }
        }
        d
    }

    /// A constant, or nil, of a kind that the type has not.
    pub(crate) fn explain_untyped(&mut self, d: Diagnostic, x: &Operand, t: TypeId) -> Diagnostic {
        let text = self.operand_text(x);
        let span = x.expr.map_or(x.span, Expr::extent);
        if x.is_nil() {
            let Some(zero) = self.zero_text(t) else { return d };
            let ty = self.type_string(t);
            return d.fix(span, zero.clone(), format!("the zero value of {ty} is {zero}"));
        }
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        if let Some(number) = inner.filter(|_| self.is_numeric(t)) {
            return if number.parse::<f64>().is_ok() {
                d.fix(span, number, format!("without quotes it is a number: {number}"))
            } else {
                d.note("package strconv turns texts into numbers")
            };
        }
        if self.is_string(t) && self.is_numeric(x.ty) && !text.starts_with('\'') {
            let quoted = format!("\"{text}\"");
            return d.fix(span, quoted.clone(), format!("texts stand in quotes: {quoted}"));
        }
        match self.basic_under(t).and_then(value_range) {
            Some(range) if d.message.ends_with("(overflows)") => {
                d.note(format!("{} holds {range}", self.type_string(t)))
            }
            _ if d.message.ends_with("(truncated)") => {
                d.note(format!("{} holds whole numbers only", self.type_string(t)))
            }
            _ => d,
        }
    }

    /// How the zero value is written, where it is short.
    fn zero_text(&mut self, t: TypeId) -> Option<String> {
        Some(if self.is_string(t) {
            "\"\"".to_owned()
        } else if self.is_numeric(t) {
            "0".to_owned()
        } else if self.is_boolean(t) {
            "false".to_owned()
        } else if matches!(self.under_type(t), Type::Struct(_) | Type::Array { .. }) {
            format!("{}{{}}", self.type_string(t))
        } else {
            return None;
        })
    }

    /// A name that nothing in reach has.
    pub(crate) fn explain_foreign_name(
        &mut self,
        d: Diagnostic,
        span: Span,
        name: &str,
    ) -> Diagnostic {
        if matches!(name, "this" | "self")
            && let Some(receiver) = self.receiver_name()
        {
            let title = format!("the receiver is called {receiver} here");
            return d.fix(span, receiver.to_string(), title);
        }
        if matches!(name, "null" | "None" | "nullptr" | "NULL" | "undefined") {
            return d.fix(span, "nil", "use nil");
        }
        if let Some(at) = self.env.undeclared_target {
            return d.fix(at, ":=", format!("declare it: {name} := …"));
        }
        let prints = ["Print", "Println", "Printf", "Sprint", "Sprintf", "Errorf", "Fprintf"];
        let mut capital = name.chars();
        let capital: String =
            capital.next().into_iter().flat_map(char::to_uppercase).chain(capital).collect();
        if prints.contains(&capital.as_str()) {
            return d.fix(span, format!("fmt.{capital}"), format!("use fmt.{capital}"));
        }
        d
    }

    fn receiver_name(&self) -> Option<Name> {
        let Type::Signature(sig) = self.store.ty(self.env.sig?) else { return None };
        let name = self.store.obj(sig.recv?).name.clone();
        (!name.is_empty() && name != "_").then_some(name)
    }

    /// A field or method that a type lacks: what it has of nearly the same name.
    pub(crate) fn explain_missing_member(
        &mut self,
        d: Diagnostic,
        span: Span,
        t: TypeId,
        name: &str,
        operand: Option<&str>,
    ) -> Diagnostic {
        let lengths = ["len", "length", "Length", "Len", "size", "Size", "count"];
        let countable = self.is_string(t)
            || matches!(
                self.under_type(t),
                Type::Slice(_) | Type::Array { .. } | Type::Map { .. } | Type::Chan { .. }
            );
        if let Some(operand) = operand.filter(|_| countable && lengths.contains(&name)) {
            return d.note(format!("the length is a call of a function: len({operand})"));
        }
        let mut names: BTreeSet<Name> = BTreeSet::new();
        self.field_names(t, &mut names, 0);
        let fields: Vec<Name> = names.iter().cloned().collect();
        if operand.is_some() {
            let (base, _) = self.deref(t);
            names.extend(self.declared_method_names(base).into_iter().map(|(name, _)| name));
        }
        if let Some(near) = nearest(name, names.iter()) {
            let title = format!("use {near}");
            return d.note(format!("did you mean {near}?")).fix(span, near.to_string(), title);
        }
        if fields.is_empty() || fields.len() > 8 {
            return d;
        }
        let list: Vec<&str> = fields.iter().map(Name::as_str).collect();
        d.note(format!("fields of {}: {}", self.type_string(t), list.join(", ")))
    }

    /// The exported name of a package that is nearest to one that it lacks.
    pub(crate) fn nearest_export(&self, pkg: PkgId, name: &str) -> Option<Name> {
        let state = &self.core.pkgs[pkg.0 as usize];
        let names: Vec<Name> = match &state.source {
            Some(source) => source.exported(),
            None => self.store.scope(state.scope).names.keys().cloned().collect(),
        };
        let mut names: Vec<&Name> =
            names.iter().filter(|n| n.starts_with(char::is_uppercase)).collect();
        names.sort();
        nearest(name, names.into_iter())
    }

    /// What cannot be assigned to.
    pub(crate) fn explain_unassignable(&mut self, d: Diagnostic, lhs: &Expr) -> Diagnostic {
        match &lhs.unparen().kind {
            ExprKind::Name(name) => match self.lookup(name) {
                Some(obj) if matches!(self.store.obj(obj).kind, ObjKind::Const { .. }) => {
                    d.context(self.obj_span(obj), format!("{name} is a constant"))
                }
                Some(obj) if self.is_own_function(obj) => {
                    d.context(self.obj_span(obj), format!("{name} is a function"))
                }
                _ => d,
            },
            ExprKind::Index { x, .. } => {
                let mut operand = Operand::invalid();
                self.expr(None, &mut operand, x);
                if operand.is_valid() && self.is_string(operand.ty) {
                    let text = self.expr_string(x);
                    return d.note(format!(
                        "strings do not change: b := []byte({text}) has bytes that do, string(b) leads back"
                    ));
                }
                d
            }
            _ => d,
        }
    }

    /// A variable that is not used, and hides another of the same name.
    pub(crate) fn explain_hidden(&self, d: Diagnostic, name: &str) -> Diagnostic {
        let mut scope = self.env.scope.and_then(|id| self.store.scope(id).parent);
        while let Some(id) = scope {
            let found = self.store.scope(id).names.get(name).copied();
            let variable = found.filter(|&obj| {
                let object = self.store.obj(obj);
                matches!(object.kind, ObjKind::Var(_)) && object.pos != Pos::NONE
            });
            if let Some(obj) = variable {
                let text = format!("this {name} is another variable: = assigns to it, := does not");
                return d.context(self.obj_span(obj), text);
            }
            scope = self.store.scope(id).parent;
        }
        d
    }

    /// How values are compared that == does not compare.
    pub(crate) fn explain_incomparable(&mut self, d: Diagnostic, t: TypeId) -> Diagnostic {
        match self.under_type(t) {
            Type::Slice(_) => d.note("slices.Equal compares the elements of two slices"),
            Type::Map { .. } => d.note("maps.Equal compares the elements of two maps"),
            _ => d,
        }
    }

    /// A call whose results are too many or too few for the variables.
    pub(crate) fn explain_results(
        &mut self,
        d: Diagnostic,
        call: &Expr,
        left: usize,
    ) -> Diagnostic {
        let ExprKind::Call { fun, .. } = &call.unparen().kind else { return d };
        let Some(tv) = self.info.of(fun.id) else { return d };
        let Type::Signature(sig) = self.under_type(tv.ty) else { return d };
        let results: Vec<TypeId> = sig.results.iter().map(|&r| self.store.obj(r).ty).collect();
        if results.is_empty() {
            return d;
        }
        let summary = self.types_summary(&results, false, false);
        let last_is_error = results.last().is_some_and(|&t| self.type_string(t) == "error");
        let text = self.expr_string(fun);
        let d = d.note(format!("{text} returns {summary}"));
        if left + 1 == results.len() && last_is_error {
            d.note("take the error, too: …, err := …; and look whether it is nil (_ instead of err leaves it out)")
        } else if left < results.len() {
            d.note("each result needs a variable; _ leaves one out")
        } else {
            d
        }
    }

    /// A return statement with other results than the function has.
    pub(crate) fn explain_return(
        &mut self,
        d: Diagnostic,
        have: &[Operand],
        want: &[TypeId],
    ) -> Diagnostic {
        if want.is_empty() {
            return d.note(
                "the function has no results: their types would stand behind its parameters",
            );
        }
        let only_error_lacks = have.len() + 1 == want.len()
            && want.last().is_some_and(|&t| self.type_string(t) == "error")
            && have.iter().all(|x| x.is_valid() && self.type_string(x.ty) != "error");
        match have.last().filter(|_| only_error_lacks) {
            Some(last) => {
                let end = Span::at(last.span.hi);
                d.fix(end, ", nil", "no error is nil: add , nil")
            }
            None => d,
        }
    }
}

/// The name that differs from `name` by little: in case, or by a letter or two of longer ones.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a Name>) -> Option<Name> {
    let limit = match name.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    let mut best: Option<(usize, &Name)> = None;
    for candidate in candidates {
        if candidate.len().abs_diff(name.len()) > limit || candidate == name {
            continue;
        }
        let distance =
            if candidate.eq_ignore_ascii_case(name) { 0 } else { edit_distance(name, candidate) };
        if distance <= limit && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name.clone())
}

/// How many letters must be changed, added, dropped, or exchanged with the next.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

/// The values of an integer type, in words.
fn value_range(kind: Basic) -> Option<&'static str> {
    Some(match kind {
        Basic::Int8 => "-128 to 127",
        Basic::Int16 => "-32768 to 32767",
        Basic::Int32 => "-2147483648 to 2147483647",
        Basic::Int | Basic::Int64 => "-9223372036854775808 to 9223372036854775807",
        Basic::Uint8 => "0 to 255",
        Basic::Uint16 => "0 to 65535",
        Basic::Uint32 => "0 to 4294967295",
        Basic::Uint | Basic::Uint64 | Basic::Uintptr => "0 to 18446744073709551615",
        _ => return None,
    })
}
