//! `x.sel`: qualified names, fields, methods, method values and method expressions.

use gol_diagnostic::{Code, Diagnostic, Span};
use gol_grammar::ast::{Expr, ExprKind, Ident};

use crate::checker::Checker;
use crate::info::{Mode, Selection, SelectionKind};
use crate::lookup::Lookup;
use crate::object::{ObjId, ObjKind};
use crate::operand::{INVALID, Operand};
use crate::package::PkgId;
use crate::types::{Signature, Type, TypeId};

impl Checker {
    /// `x.sel` in value or type position, qualified names included.
    pub(crate) fn selector<'a>(&mut self, x: &mut Operand<'a>, e: &'a Expr, want_type: bool) {
        let ExprKind::Selector { x: operand, sel } = &e.kind else { return };
        if let Some(pkg) = self.qualifier(operand) {
            self.qualified(x, e, pkg, sel);
            return;
        }
        self.expr_or_type(x, operand, false);
        if let Mode::Builtin(_) = x.mode {
            // At the dot.
            x.span = Span::new(x.span.hi, sel.span.hi);
            self.reject(x, "UncalledBuiltin", "invalid use of {} in selector expression");
        }
        if !x.is_valid() || !self.is_valid(x.ty) {
            x.invalidate();
            return;
        }
        if x.mode == Mode::TypeExpr || !want_type {
            self.require_complete_base(x);
            if !x.is_valid() {
                return;
            }
        }
        if want_type {
            let text = self.expr_string(e);
            self.err("NotAType", sel.span, format!("{text} is not a type"));
            x.invalidate();
            return;
        }
        let pkg = self.env.pkg;
        let addressable = x.mode == Mode::Variable;
        match self.lookup_field_or_method(x.ty, addressable, pkg, &sel.name, false) {
            Lookup::Found { obj, index, indirect } => {
                self.select(x, e, sel, obj, index, indirect);
            }
            other => {
                self.report_missing(x, sel, other);
                x.invalidate();
                x.ty = INVALID;
            }
        }
    }

    /// The package that a name denotes, or that a script means by it.
    fn qualifier(&mut self, operand: &Expr) -> Option<PkgId> {
        let name = operand.as_name()?;
        let obj = match self.lookup(name) {
            Some(obj) => obj,
            None => self.auto_import_name(name)?,
        };
        let ObjKind::PkgName { imported, used } = &mut self.store.obj_mut(obj).kind else {
            return None;
        };
        *used = true;
        let imported = *imported;
        self.info.uses.insert(operand.id, obj);
        Some(imported)
    }

    fn qualified<'a>(&mut self, x: &mut Operand<'a>, e: &'a Expr, pkg: PkgId, sel: &Ident) {
        let Some(obj) = self.package_member(pkg, &sel.name) else {
            if !self.is_fake_package(pkg) {
                let text = self.expr_string(e);
                self.report_no_member("UndeclaredImportedName", &text, pkg, sel);
            }
            x.invalidate();
            return;
        };
        if !self.store.obj(obj).is_exported() {
            if self.near_export(pkg, &sel.name).is_some() {
                let text = self.expr_string(e);
                self.report_no_member("UnexportedName", &text, pkg, sel);
                x.invalidate();
                return;
            }
            let path = &self.store.pkg(pkg).name;
            let message = format!("name {} not exported by package {path}", sel.name);
            self.err("UnexportedName", sel.span, message);
        }
        self.info.uses.insert(sel.id, obj);
        self.member_operand(x, obj);
        self.use_linked(sel.id, obj);
        if self.store.obj(obj).ty == INVALID && !matches!(x.mode, Mode::Builtin(_)) {
            x.invalidate();
        }
    }

    /// `undefined: pkg.name`, with the name that was probably meant.
    fn report_no_member(&mut self, code: &'static str, text: &str, pkg: PkgId, sel: &Ident) {
        let near = self.near_export(pkg, &sel.name);
        let hint = near.as_ref().map_or_else(String::new, |other| format!(" (but have {other})"));
        let d = Diagnostic::error(Code(code), sel.span, format!("undefined: {text}{hint}"));
        self.report(match near {
            Some(other) => d.fix(sel.span, other.clone(), format!("use {other}")),
            None => match self.nearest_export(pkg, &sel.name) {
                Some(other) => {
                    let d = d.note(format!("did you mean {other}?"));
                    d.fix(sel.span, other.to_string(), format!("use {other}"))
                }
                None => d,
            },
        });
    }

    /// An exported name that differs in the case of letters only.
    fn near_export(&mut self, pkg: PkgId, name: &str) -> Option<String> {
        let mut chars = name.chars();
        let first = chars.next()?;
        let rest = chars.as_str();
        let head: String = first.to_uppercase().collect();
        let candidates = [head.clone() + rest, head + &rest.to_lowercase(), name.to_uppercase()];
        candidates
            .into_iter()
            .find(|candidate| candidate != name && self.package_member(pkg, candidate).is_some())
    }

    /// The operand that a package's object stands for.
    fn member_operand(&mut self, x: &mut Operand, obj: ObjId) {
        self.obj_decl(obj);
        self.add_decl_dep(obj);
        let object = self.store.obj(obj);
        x.ty = object.ty;
        x.mode = match &object.kind {
            ObjKind::Const { value } => {
                x.value = Some(value.clone());
                Mode::Constant
            }
            ObjKind::TypeName => Mode::TypeExpr,
            ObjKind::Var(_) => Mode::Variable,
            ObjKind::Func(_) => Mode::Value,
            ObjKind::Builtin(id) => Mode::Builtin(*id),
            ObjKind::PkgName { .. } | ObjKind::Label { .. } | ObjKind::Nil => Mode::Invalid,
        };
    }

    fn select<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        sel: &Ident,
        obj: ObjId,
        index: Vec<usize>,
        indirect: bool,
    ) {
        let is_method = matches!(self.store.obj(obj).kind, ObjKind::Func(_));
        if is_method {
            self.obj_decl(obj);
            self.add_decl_dep(obj);
        }
        let recv = x.ty;
        let of_type = x.mode == Mode::TypeExpr;
        let kind = match (of_type, is_method) {
            (true, false) => {
                let t = self.type_string(recv);
                let name = &sel.name;
                let message =
                    format!("operand for field selector {name} must be value of type {t}");
                self.err("MissingFieldOrMethod", x.span, message);
                x.invalidate();
                return;
            }
            (true, true) => SelectionKind::MethodExpr,
            (false, true) => SelectionKind::Method,
            (false, false) => SelectionKind::Field,
        };
        let ty = self.store.obj(obj).ty;
        match kind {
            SelectionKind::Field => {
                let variable = x.mode == Mode::Variable || indirect;
                x.mode = if variable { Mode::Variable } else { Mode::Value };
                x.ty = ty;
            }
            SelectionKind::Method => {
                x.mode = Mode::Value;
                x.ty = self.method_type(ty, None);
            }
            SelectionKind::MethodExpr => {
                x.mode = Mode::Value;
                x.ty = self.method_type(ty, Some(recv));
            }
        }
        x.value = None;
        self.info.uses.insert(sel.id, obj);
        let selection = Selection { kind, recv, obj, index, indirect, ty: x.ty };
        self.info.selections.insert(e.id, selection);
        if self.store.obj(obj).ty == INVALID {
            x.invalidate();
        }
    }

    /// A method's type as a function's: without receiver, or with it as the first parameter.
    fn method_type(&mut self, ty: TypeId, recv: Option<TypeId>) -> TypeId {
        let Type::Signature(sig) = self.store.ty(ty).clone() else { return ty };
        let mut params = sig.params.clone();
        if let Some(recv) = recv {
            let named = params.first().is_some_and(|&p| !self.store.obj(p).name.is_empty());
            let receiver = sig.recv.map(|r| self.store.obj(r).name.clone()).unwrap_or_default();
            let name = match (named, receiver.is_empty()) {
                (true, true) => "_".into(),
                (true, false) => receiver,
                (false, _) => gol_grammar::ast::Name::default(),
            };
            params.insert(0, self.new_param(&name, recv));
        }
        self.store.add_type(Type::Signature(Signature {
            recv: None,
            recv_type_params: Vec::new(),
            params,
            ..sig
        }))
    }

    fn report_missing(&mut self, x: &Operand, sel: &Ident, found: Lookup) {
        let name = &sel.name;
        let u = self.under(x.ty);
        if u == INVALID {
            return;
        }
        let text = self.operand_text(x);
        match found {
            Lookup::Ambiguous => {
                let message = format!("ambiguous selector {text}.{name}");
                self.err("AmbiguousSelector", sel.span, message);
            }
            Lookup::NeedsPointer { .. } => {
                let t = self.type_string(x.ty);
                let message = if x.mode == Mode::TypeExpr {
                    format!(
                        "invalid method expression {t}.{name} (needs pointer receiver (*{t}).{name})"
                    )
                } else {
                    format!("cannot call pointer method {name} on {t}")
                };
                self.err("InvalidMethodExpr", sel.span, message);
            }
            _ => {
                let why = self.why_missing(x.ty, name);
                let message = format!("{text}.{name} undefined ({why})");
                let d = Diagnostic::error(Code("MissingFieldOrMethod"), sel.span, message);
                let pkg = self.env.pkg;
                let other = self.similar_member(x.ty, pkg, name).map(|o| self.store.obj(o));
                let usable = other.filter(|o| o.is_exported() || o.pkg == pkg);
                let d = match usable.map(|o| o.name.clone()) {
                    Some(other) => d.fix(sel.span, other.to_string(), format!("use {other}")),
                    None => {
                        let ty = self.type_string(x.ty);
                        let d = d.here(format!("no such field or method of {ty}"));
                        self.explain_missing_member(d, sel.span, x.ty, name, Some(&text))
                    }
                };
                self.report(d);
            }
        }
    }

    fn why_missing(&mut self, t: TypeId, name: &str) -> String {
        let u = self.under(t);
        if let Type::Pointer(base) = *self.store.ty(u) {
            let what = if self.is_type_param(base) {
                Some("type parameter")
            } else if self.is_interface(base) {
                Some("interface")
            } else {
                None
            };
            if let Some(what) = what {
                let t = self.type_string(t);
                return format!("type {t} is pointer to {what}, not {what}");
            }
        }
        self.missing_member(t, name, t, false)
    }

    /// Why `search` (t itself or what it is made of) has no member `name`, with the one that was
    /// probably meant.
    pub(crate) fn missing_member(
        &mut self,
        t: TypeId,
        name: &str,
        search: TypeId,
        struct_literal: bool,
    ) -> String {
        let pkg = self.env.pkg;
        let alt = self.similar_member(search, pkg, name);
        let t = self.type_string(t);
        let Some(alt) = alt else {
            return if struct_literal {
                format!("unknown field {name} in struct literal of type {t}")
            } else {
                format!("type {t} has no field or method {name}")
            };
        };
        let object = self.store.obj(alt).clone();
        let what = if matches!(object.kind, ObjKind::Func(_)) { "method" } else { "field" };
        let other = &object.name;
        let own = object.pkg == pkg;
        if !own && !object.is_exported() && *other == name {
            return if struct_literal {
                format!("cannot refer to unexported field {other} in struct literal of type {t}")
            } else {
                format!("cannot refer to unexported {what} {other}")
            };
        }
        let upper = name.chars().next().is_some_and(char::is_uppercase);
        let same_tail = tail(name) == tail(other);
        let unexported = !own && upper && !object.is_exported() && same_tail;
        // A name of another package that is written small is not guessed at beyond its first letter.
        let near = upper || same_tail;
        let usable = own || (object.is_exported() && near) || unexported;
        let base = if struct_literal {
            format!("unknown field {name} in struct literal of type {t}")
        } else {
            format!("type {t} has no field or method {name}")
        };
        if !usable {
            return base;
        }
        let kind = match (struct_literal, unexported) {
            (true, true) => "unexported ".to_owned(),
            (true, false) => String::new(),
            (false, true) => format!("unexported {what} "),
            (false, false) => format!("{what} "),
        };
        format!("{base}, but does have {kind}{other}")
    }

    /// A member whose name differs in case only, or that is another package's.
    fn similar_member(&mut self, t: TypeId, pkg: Option<PkgId>, name: &str) -> Option<ObjId> {
        match self.lookup_field_or_method(t, false, pkg, name, true) {
            Lookup::Found { obj, .. } | Lookup::NeedsPointer { obj } => Some(obj),
            Lookup::Ambiguous | Lookup::NotFound => None,
        }
    }
}

/// A name without its first letter.
fn tail(name: &str) -> &str {
    let mut chars = name.chars();
    chars.next();
    chars.as_str()
}
