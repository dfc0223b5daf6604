//! Literals: numbers and strings, functions, composite values.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::rc::Rc;

use gol_diagnostic::{Code, Diagnostic, Span};
use gol_grammar::ast::{Expr, ExprKind, FuncLit, LiteralKind};

use crate::checker::Checker;
use crate::constant::Value;
use crate::constants::op_span;
use crate::info::Mode;
use crate::language::since;
use crate::lookup::Lookup;
use crate::object::{ObjId, ObjKind};
use crate::operand::{INVALID, Operand, basic};
use crate::types::{ArrayLen, Basic, Type, TypeId};

/// Longer numbers are refused.
const MAX_NUMBER: usize = 10_000;

impl Checker {
    pub(crate) fn basic_literal<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        kind: LiteralKind,
        text: &str,
    ) {
        let number = !matches!(kind, LiteralKind::Rune | LiteralKind::String);
        if number && text.len() > MAX_NUMBER {
            let message =
                format!("excessively long constant: {}... ({} chars)", &text[..10], text.len());
            self.err("InvalidConstVal", e.span, message);
            return;
        }
        let (ty, value) = literal_value(kind, text);
        if value.is_unknown() {
            if has_exponent(text) && !matches!(kind, LiteralKind::Rune | LiteralKind::String) {
                // Well-formed, but beyond all bounds.
                return self.err("InvalidConstVal", e.span, format!("malformed constant: {text}"));
            }
            // The lexer has said what is wrong with it.
            return x.set_const(basic(ty), value);
        }
        if number && let Some(what) = newer_notation(text) {
            self.require(since::NUMBER_LITERALS, e.span, what);
        }
        x.set_const(basic(ty), value);
        x.set_expr(e);
        self.overflow(x, op_span(e));
    }

    pub(crate) fn func_literal<'a>(&mut self, x: &mut Operand<'a>, e: &'a Expr, lit: &Rc<FuncLit>) {
        let (sig, scope) = self.func_type(&lit.ty);
        self.record_node(lit.ty.id, Mode::TypeExpr, sig, None);
        let decl = self.env.decl;
        let iota = self.env.iota.clone();
        let lit = lit.clone();
        let (pkg, lenient) = (self.env.pkg, self.env.lenient);
        // The body may refer to what is being declared around it: it is checked right after that.
        self.later(Box::new(move |checker| {
            (checker.env.pkg, checker.env.lenient) = (pkg, lenient);
            checker.check_body(decl, "<function literal>", sig, scope, &lit.body, iota);
        }));
        x.mode = Mode::Value;
        x.ty = sig;
        x.set_expr(e);
    }

    pub(crate) fn composite_literal<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        ty: Option<&'a Expr>,
        elems: &'a [Expr],
        rbrace: Span,
        hint: Option<TypeId>,
    ) {
        let (ty_id, base) = self.literal_type(e, ty, hint);
        if !self.is_complete(base) {
            self.use_exprs(elems);
            return;
        }
        let under = self.shared_under(base);
        let kind =
            under.as_ref().map_or(Type::Basic(Basic::Invalid), |&u| self.store.ty(u).clone());
        match kind {
            Type::Struct(s) => self.struct_literal(base, &s.fields, elems, rbrace),
            Type::Array { elem, len } => {
                let limit = if let ArrayLen::Known(n) = len { Some(n) } else { None };
                let n = self.indexed_elements(elems, elem, limit);
                if let (ArrayLen::Unknown, Ok(u)) = (len, &under) {
                    *self.store.ty_mut(*u) = Type::Array { elem, len: ArrayLen::Known(n) };
                    if let Some(ty) = ty {
                        self.record_node(ty.id, Mode::TypeExpr, ty_id, None);
                    }
                }
            }
            Type::Slice(elem) => {
                self.indexed_elements(elems, elem, None);
            }
            Type::Map { key, elem } => self.map_literal(key, elem, elems),
            _ => {
                for elem in elems {
                    self.use_expr(elem);
                }
                if self.is_valid(base) && under.as_ref().map_or(true, |&u| u != INVALID) {
                    let what = if ty.is_none() { " element" } else { "" };
                    let cause = if under.is_err() { " (no common underlying type)" } else { "" };
                    let name = self.type_string(ty_id);
                    let message = format!("invalid composite literal{what} type {name}{cause}");
                    self.err("InvalidLit", e.span, message);
                }
                if ty_id == INVALID || self.is_valid(base) {
                    return;
                }
            }
        }
        x.mode = Mode::Value;
        x.ty = ty_id;
    }

    /// The literal's type, and the one whose elements it lists: of `&T` left out, that is T.
    fn literal_type(
        &mut self,
        e: &Expr,
        ty: Option<&Expr>,
        hint: Option<TypeId>,
    ) -> (TypeId, TypeId) {
        if let Some(ty) = ty {
            if let ExprKind::ArrayType { len: None, elem } = &ty.kind {
                let elem = self.var_type(elem);
                let t = self.store.add_type(Type::Array { elem, len: ArrayLen::Unknown });
                return (t, t);
            }
            let t = self.typ(ty);
            return (t, t);
        }
        let Some(hint) = hint else {
            self.err("UntypedLit", e.span, "missing type in composite literal");
            return (INVALID, INVALID);
        };
        if let Ok(u) = self.shared_under(hint)
            && let Type::Pointer(base) = *self.store.ty(u)
        {
            return (hint, base);
        }
        (hint, hint)
    }

    fn struct_literal(&mut self, base: TypeId, fields: &[ObjId], elems: &[Expr], rbrace: Span) {
        match elems.first().map(|e| &e.kind) {
            None => {}
            Some(ExprKind::KeyValue { .. }) => self.keyed_fields(base, elems),
            Some(_) => self.positional_fields(base, fields, elems, rbrace),
        }
    }

    fn keyed_fields(&mut self, base: TypeId, elems: &[Expr]) {
        let mut seen: Vec<(Vec<usize>, ObjId)> = Vec::new();
        for e in elems {
            let ExprKind::KeyValue { key, value } = &e.kind else {
                let message = "mixture of field:value and value elements in struct literal";
                self.err("MixedStructLit", e.span, message);
                continue;
            };
            let mut x = Operand::invalid();
            // Unlike an element, a field does not lend its type to a literal without one.
            self.generic_expr(&mut x, value, None);
            let Some((obj, index)) = self.literal_field(base, e, key) else { continue };
            self.info.uses.insert(key.id, obj);
            let ty = self.store.obj(obj).ty;
            self.assignment(&mut x, Some(ty), "struct literal");
            self.report_duplicate_field(e, obj, &index, &seen);
            seen.push((index, obj));
        }
    }

    /// The field that a key names, and the path to it.
    fn literal_field(&mut self, base: TypeId, e: &Expr, key: &Expr) -> Option<(ObjId, Vec<usize>)> {
        let Some(name) = key.as_name() else {
            let text = self.expr_string(key);
            let message = format!("invalid field name {text} in struct literal");
            self.err("InvalidLitField", e.span, message);
            return None;
        };
        let u = self.shared_under(base).ok()?;
        let pkg = self.env.pkg;
        match self.lookup_field_or_method(u, false, pkg, name, false) {
            Lookup::Found { obj, index, indirect } => {
                if !matches!(self.store.obj(obj).kind, ObjKind::Var(_)) {
                    let message = format!("{name} is not a field");
                    self.err("MissingLitField", key.span, message);
                    return None;
                }
                if indirect {
                    let message = format!("invalid implicit pointer indirection to reach {name}");
                    self.err("InvalidLitField", key.span, message);
                    return None;
                }
                if index.len() > 1 && !self.allows(since::PROMOTED_KEYS, key.span.lo) {
                    self.refuse_promoted_key(base, key, &index);
                }
                Some((obj, index))
            }
            _ => {
                let message = self.missing_member(base, name, u, true);
                let d = Diagnostic::error(Code("MissingLitField"), key.span, message);
                let d = self.explain_missing_member(d, key.span, base, name, None);
                self.report(d);
                None
            }
        }
    }

    /// A key that names a promoted field, in a file of an older version.
    fn refuse_promoted_key(&mut self, base: TypeId, key: &Expr, index: &[usize]) {
        let mut path = Vec::new();
        let mut t = base;
        for &i in index {
            let Type::Struct(s) = self.under_type(t) else { return };
            let Some(&field) = s.fields.get(i) else { return };
            path.push(self.store.obj(field).name.to_string());
            t = self.store.obj(field).ty;
        }
        let (path, base) = (path.join("."), self.type_string(base));
        let what = format!("use of promoted field {path} in struct literal of type {base}");
        self.require(since::PROMOTED_KEYS, key.span, &what);
    }

    /// A field may be given once, and not together with one that it is part of.
    fn report_duplicate_field(
        &mut self,
        e: &Expr,
        obj: ObjId,
        index: &[usize],
        seen: &[(Vec<usize>, ObjId)],
    ) {
        let clash = |(other, _): &&(Vec<usize>, ObjId)| {
            let n = other.len().min(index.len());
            other[..n] == index[..n]
        };
        let Some((other, alt)) = seen.iter().find(clash) else { return };
        let name = self.store.obj(obj).name.clone();
        let alt = self.store.obj(*alt).name.clone();
        let message = match index.len().cmp(&other.len()) {
            std::cmp::Ordering::Equal => format!("duplicate field name {name} in struct literal"),
            std::cmp::Ordering::Greater => {
                format!("cannot specify promoted field {name} and enclosing embedded field {alt}")
            }
            std::cmp::Ordering::Less => {
                format!("cannot specify embedded field {name} and enclosed promoted field {alt}")
            }
        };
        self.err("DuplicateLitField", e.span, message);
    }

    fn positional_fields(&mut self, base: TypeId, fields: &[ObjId], elems: &[Expr], rbrace: Span) {
        let foreign = |c: &Checker, f: ObjId| {
            let field = c.store.obj(f);
            !field.is_exported() && field.pkg != c.env.pkg
        };
        for (i, e) in elems.iter().enumerate() {
            if matches!(e.kind, ExprKind::KeyValue { .. }) {
                let message = "mixture of field:value and value elements in struct literal";
                self.err("MixedStructLit", e.span, message);
                continue;
            }
            let mut x = Operand::invalid();
            self.generic_expr(&mut x, e, None);
            let Some(&field) = fields.get(i) else {
                let name = self.type_string(base);
                let message = format!("too many values in struct literal of type {name}");
                self.err("InvalidStructLit", e.span, message);
                break;
            };
            if foreign(self, field) {
                let (field, name) = (self.store.obj(field).name.clone(), self.type_string(base));
                let message = format!(
                    "implicit assignment to unexported field {field} in struct literal of type {name}"
                );
                self.err("UnexportedLitField", e.span, message);
                continue;
            }
            let ty = self.store.obj(field).ty;
            self.assignment(&mut x, Some(ty), "struct literal");
        }
        if elems.len() < fields.len() {
            let hint = if fields.iter().any(|&f| foreign(self, f)) {
                " (type has unexported fields - use key:value pairs)"
            } else {
                ""
            };
            let name = self.type_string(base);
            let message = format!("too few values in struct literal of type {name}{hint}");
            self.err("InvalidStructLit", rbrace, message);
        }
    }

    fn map_literal(&mut self, key_type: TypeId, elem: TypeId, elems: &[Expr]) {
        let by_type = self.is_non_type_param_interface(key_type);
        let mut seen: HashMap<_, Vec<TypeId>> = HashMap::default();
        for e in elems {
            let ExprKind::KeyValue { key, value } = &e.kind else {
                self.err("MissingLitKey", e.span, "missing key in map literal");
                continue;
            };
            let mut x = Operand::invalid();
            self.generic_expr(&mut x, key, Some(key_type));
            self.assignment(&mut x, Some(key_type), "map literal");
            if !x.is_valid() {
                continue;
            }
            let constant = x.value.as_ref().filter(|_| x.mode == Mode::Constant);
            if let Some(known) = constant.and_then(Value::key) {
                let types = seen.entry(known).or_default();
                let earlier = types.clone();
                types.push(x.ty);
                let same = |&t: &TypeId| !by_type || self.identical(t, x.ty);
                if earlier.iter().any(same) {
                    let text = x.value.as_ref().map_or_else(String::new, Value::to_string);
                    let message = format!("duplicate key {text} in map literal");
                    self.err("DuplicateLitKey", x.span, message);
                    continue;
                }
            }
            self.generic_expr(&mut x, value, Some(elem));
            self.assignment(&mut x, Some(elem), "map literal");
        }
    }

    /// The elements of an array or slice literal; returns its length.
    fn indexed_elements(&mut self, elems: &[Expr], elem: TypeId, limit: Option<u64>) -> u64 {
        let mut seen = HashSet::default();
        let (mut index, mut length) = (0, 0);
        for e in elems {
            let mut valid = true;
            let mut value = e;
            if let ExprKind::KeyValue { key, value: v } = &e.kind {
                value = v;
                valid = false;
                match self.constant_index(key, limit) {
                    Ok(Some(n)) => {
                        index = n;
                        valid = true;
                    }
                    Ok(None) => {
                        let text = self.expr_string(key);
                        let message = format!("index {text} must be integer constant");
                        self.err("InvalidLitIndex", e.span, message);
                    }
                    Err(()) => {}
                }
            } else if let Some(n) = limit.filter(|&n| index >= n) {
                let message = format!("index {index} is out of bounds (>= {n})");
                self.err("OversizeArrayLit", e.span, message);
                valid = false;
            }
            if valid && !seen.insert(index) {
                let message = format!("duplicate index {index} in array or slice literal");
                self.err("DuplicateLitKey", e.span, message);
            }
            index += 1;
            length = length.max(index);
            let mut x = Operand::invalid();
            self.generic_expr(&mut x, value, Some(elem));
            self.assignment(&mut x, Some(elem), "array or slice literal");
        }
        length
    }
}

/// Whether a number ends in a complete exponent.
fn has_exponent(text: &str) -> bool {
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    let marks: &[char] = if hexadecimal { &['p', 'P'] } else { &['e', 'E'] };
    let exponent = text.trim_end_matches('i').rsplit(marks).next().unwrap_or("");
    let digits = exponent.trim_start_matches(['+', '-']);
    exponent.len() < text.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// An untyped literal's type and value.
fn literal_value(kind: LiteralKind, text: &str) -> (Basic, Value) {
    match kind {
        LiteralKind::Int => (Basic::UntypedInt, Value::from_int_literal(text)),
        LiteralKind::Float => (Basic::UntypedFloat, Value::from_float_literal(text)),
        LiteralKind::Imag => (Basic::UntypedComplex, Value::from_imaginary_literal(text)),
        LiteralKind::Rune => (Basic::UntypedRune, crate::constant::rune_literal(text)),
        LiteralKind::String => (Basic::UntypedString, crate::constant::string_literal(text)),
    }
}

/// What notation a number is written in, if it is one that came later than Go.
fn newer_notation(text: &str) -> Option<&'static str> {
    let is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    if text.contains('_') {
        Some("underscore in numeric literal")
    } else if text.starts_with("0b") || text.starts_with("0B") {
        Some("binary literal")
    } else if text.starts_with("0o") || text.starts_with("0O") {
        Some("0o/0O-style octal literal")
    } else if is_hexadecimal && text.contains(['.', 'p', 'P', 'i']) {
        Some("hexadecimal floating-point literal")
    } else {
        None
    }
}
