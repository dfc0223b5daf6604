//! What helps to understand an error: what stands where, and how it could be repaired.
//!
//! The message alone is Go's; what is added here shows in the rendered form only. A fix is offered
//! where it is a change of a word or two that gives the program the meaning that was probably
//! intended.

use gol_diagnostic::{Diagnostic, Span};
use gol_grammar::ast::{Expr, ExprKind, Name};

use crate::call::Call;
use crate::checker::Checker;
use crate::info::Mode;
use crate::object::ObjKind;
use crate::operand::Operand;
use crate::types::{Type, TypeId};

impl Checker {
    /// x is no value of type t.
    pub(crate) fn explain_assignment(
        &mut self,
        d: Diagnostic,
        x: &Operand,
        t: TypeId,
    ) -> Diagnostic {
        if self.is_untyped(x.ty) {
            return self.explain_untyped(d, x, t);
        }
        let d = d.here(format!("this is {}", self.type_with_article(x.ty)));
        let d = self.point_to_missing_method(d, x.ty, t);
        let Some(e) = x.expr else { return d };
        let text = self.expr_string(e);
        if text.contains('\u{2026}')
            || matches!(e.kind, ExprKind::Composite { .. })
            || text.contains('\n')
        {
            // Bodies and elements are left out of the text: it is no source.
            return self.address_of_literal(d, x, t, e);
        }
        if self.is_string(x.ty) && self.type_string(t) == "error" {
            let call = format!("errors.New({text})");
            return d.fix(e.extent(), call.clone(), format!("make an error of it: {call}"));
        }
        let change = self.change_to(x, t, &text, is_operand(e));
        match change {
            Some((replacement, title)) => d.fix(e.extent(), replacement, title),
            None => d,
        }
    }

    /// `&T{…}`, where that is what is wanted.
    fn address_of_literal(
        &mut self,
        d: Diagnostic,
        x: &Operand,
        t: TypeId,
        e: &Expr,
    ) -> Diagnostic {
        let pointer = self.new_pointer(x.ty);
        let other = Operand { ty: pointer, mode: Mode::Value, ..x.clone() };
        if matches!(e.kind, ExprKind::Composite { .. }) && self.assignable_to(&other, t).is_ok() {
            return d.fix(Span::at(e.span.lo), "&", "take its address: put & before it");
        }
        d
    }

    /// How x may be written to become a t: its address, what it points to, a conversion.
    fn change_to(
        &mut self,
        x: &Operand,
        t: TypeId,
        text: &str,
        operand: bool,
    ) -> Option<(String, String)> {
        let pointer = self.new_pointer(x.ty);
        let fits = |c: &mut Checker, ty| {
            let other = Operand { ty, mode: Mode::Value, ..x.clone() };
            c.assignable_to(&other, t).is_ok()
        };
        if operand && x.mode == Mode::Variable && fits(self, pointer) {
            return Some((format!("&{text}"), format!("take the address: &{text}")));
        }
        if let (Type::Pointer(base), true) = (self.under_type(x.ty), operand)
            && fits(self, base)
        {
            return Some((format!("*{text}"), format!("use what it points to: *{text}")));
        }
        let numbers = self.is_numeric(x.ty) && self.is_numeric(t);
        let texts = (self.is_string(x.ty) && !self.is_numeric(t))
            || (self.is_string(t) && !self.is_numeric(x.ty));
        let named = self.is_typed(x.ty) && self.identical_under(x.ty, t);
        if (numbers || texts || named) && self.convertible_to(x, t).is_ok() {
            let name = self.type_string(t);
            let name = if name.starts_with(['*', '<', 'f']) && !name.starts_with("float") {
                format!("({name})")
            } else {
                name
            };
            let converted = format!("{name}({text})");
            return Some((converted.clone(), format!("convert it: {converted}")));
        }
        None
    }

    fn identical_under(&mut self, a: TypeId, b: TypeId) -> bool {
        let (a, b) = (self.under(a), self.under(b));
        self.identical(a, b)
    }

    /// Marks the first method of interface t that v lacks.
    fn point_to_missing_method(&mut self, d: Diagnostic, v: TypeId, t: TypeId) -> Diagnostic {
        if !self.is_interface(t) || self.is_type_param(t) {
            return d;
        }
        let methods = self.type_set_of(t).methods;
        let missing: Vec<_> =
            methods.into_iter().filter(|&m| self.has_method(v, m, false).is_err()).collect();
        let Some(&first) = missing.first() else { return d };
        let name = self.store.obj(first).name.clone();
        let d = d.context(self.obj_span(first), format!("method {name} is asked for here"));
        if missing.len() == 1 {
            return d;
        }
        let list: Vec<String> = missing
            .iter()
            .map(|&m| {
                format!("{}{}", self.store.obj(m).name, self.signature_string(self.store.obj(m).ty))
            })
            .collect();
        d.note(format!("methods that are missing or other: {}", list.join("; ")))
    }

    /// The two sides of an operator differ in their types.
    pub(crate) fn explain_mismatch(
        &mut self,
        d: Diagnostic,
        sides: [(Span, TypeId); 2],
        exprs: [Option<&Expr>; 2],
    ) -> Diagnostic {
        let kinds = [(exprs[0], sides[0].1), (exprs[1], sides[1].1)];
        let [left, right] = sides.map(|(span, ty)| (span, self.type_with_article(ty), ty));
        let numbers = [left.2, right.2].iter().all(|&t| self.is_numeric(t) && self.is_typed(t));
        let d = d.context(left.0, format!("this is {}", left.1));
        let d = d.context(right.0, format!("this is {}", right.1));
        if !numbers {
            return self.explain_kinds(d, kinds);
        }
        let (a, b) = (self.type_string(left.2), self.type_string(right.2));
        d.note(format!("nothing is converted by itself: write {a}(\u{2026}) or {b}(\u{2026})"))
    }

    /// A call has too many or too few arguments: where the function is declared.
    pub(crate) fn explain_call(&mut self, d: Diagnostic, call: Call) -> Diagnostic {
        let id = match &call.fun.unparen().kind {
            ExprKind::Name(_) => call.fun.unparen().id,
            ExprKind::Selector { sel, .. } => sel.id,
            _ => return d,
        };
        let Some(&obj) = self.info.uses.get(&id) else { return d };
        let object = self.store.obj(obj);
        let own = object.pkg.is_some_and(|p| !self.store.pkg(p).is_std);
        if !matches!(object.kind, ObjKind::Func(_)) {
            return d;
        }
        if !own {
            let declaration = self.declaration_of(obj);
            return d.note(format!("it is declared as {declaration}"));
        }
        let text = format!("{} is declared here", object.name);
        d.context(self.obj_span(obj), text)
    }

    /// A name that is not declared, but is that of a package.
    pub(crate) fn explain_undefined(&self, d: Diagnostic, name: &Name) -> Diagnostic {
        match self.importer.std_by_name(name) {
            Some(path) => d.note(format!("package {path} is not imported: add import {path:?}")),
            None => d,
        }
    }

    /// A condition that is not a boolean.
    pub(crate) fn explain_condition(&mut self, d: Diagnostic, x: &Operand) -> Diagnostic {
        let d = d.here(format!("this is {}", self.type_with_article(x.ty)));
        let zero = if self.is_numeric(x.ty) {
            "0"
        } else if self.is_string(x.ty) {
            "\"\""
        } else if self.has_nil(x.ty) {
            "nil"
        } else {
            return d;
        };
        let text = self.operand_text(x);
        d.fix(
            x.expr.map_or(x.span, Expr::extent),
            format!("{text} != {zero}"),
            format!("compare it: {text} != {zero}"),
        )
    }

    fn type_with_article(&mut self, t: TypeId) -> String {
        let name = self.type_string(t);
        if name == "untyped nil" {
            return "nil".into();
        }
        let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O'])
            && !name.starts_with("uint")
            && !name.starts_with("unsafe");
        if vowel { format!("an {name}") } else { format!("a {name}") }
    }
}

/// Whether a unary operator may be written before e as it stands.
fn is_operand(e: &Expr) -> bool {
    matches!(
        e.kind,
        ExprKind::Name(_)
            | ExprKind::Selector { .. }
            | ExprKind::Index { .. }
            | ExprKind::Paren(_)
            | ExprKind::Call { .. }
    )
}
