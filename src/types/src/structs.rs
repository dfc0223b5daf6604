//! Struct types.

use gol_diagnostic::{Diagnostic, Span};
use gol_grammar::ast::{Expr, ExprKind, Ident, Name, StructType};

use crate::checker::Checker;
use crate::errors::code;
use crate::object::{ObjId, ObjKind, VarInfo};
use crate::types::{Basic, Struct, Type, TypeId};
use crate::under::INVALID;

impl Checker {
    pub(crate) fn struct_type(&mut self, s: &StructType) -> TypeId {
        let mut fields: Vec<ObjId> = Vec::with_capacity(s.fields.len());
        let mut tags: Vec<Name> = Vec::new();
        let mut seen = rustc_hash::FxHashMap::default();
        let mut previous: Option<(*const Expr, TypeId)> = None;
        for field in &s.fields {
            let key = std::rc::Rc::as_ptr(&field.ty);
            let ty = match previous {
                Some((p, ty)) if p == key => ty,
                _ => self.var_type(&field.ty),
            };
            previous = Some((key, ty));
            let (name, span, embedded) = match &field.name {
                Some(ident) => (ident.name.clone(), ident.span, false),
                None => match embedded_name(&field.ty) {
                    Some((name, span)) => (name, span, true),
                    None => {
                        let text = self.expr_string(&field.ty);
                        let message = format!("invalid embedded field type {text}");
                        self.error(code("InvalidSyntaxTree"), field.ty.span, message);
                        ("_".into(), field.ty.span, true)
                    }
                },
            };
            let info = VarInfo { is_field: true, embedded, used: true, ..VarInfo::default() };
            let obj = self.new_object(&name, span, ty, ObjKind::Var(info));
            self.record_field(field.name.as_ref(), field.id, obj);
            self.check_unique(&mut seen, &name, span, obj);
            if embedded {
                let at = field.ty.span;
                self.later(Box::new(move |c| c.valid_embedded(at, ty)));
            }
            fields.push(obj);
            if let Some((text, _)) = &field.tag {
                tags.resize(fields.len() - 1, Name::default());
                tags.push(unquote(text).into());
            }
        }
        if !tags.is_empty() {
            tags.resize(fields.len(), Name::default());
        }
        self.store.add_type(Type::Struct(Struct { fields, tags }))
    }

    fn record_field(&mut self, ident: Option<&Ident>, id: gol_grammar::ast::NodeId, obj: ObjId) {
        match ident {
            Some(ident) => {
                self.info.defs.insert(ident.id, Some(obj));
            }
            None => {
                self.info.implicits.insert(id, obj);
            }
        }
    }

    /// Reports a second field of the same name.
    fn check_unique(
        &mut self,
        seen: &mut rustc_hash::FxHashMap<Name, ObjId>,
        name: &Name,
        span: Span,
        obj: ObjId,
    ) {
        if name == "_" {
            return;
        }
        if let Some(&other) = seen.get(name) {
            let d = Diagnostic::error(code("DuplicateDecl"), span, format!("{name} redeclared"));
            let d = self.with_alt_decl(d, other);
            self.report(d);
            return;
        }
        seen.insert(name.clone(), obj);
    }

    fn valid_embedded(&mut self, span: Span, ty: TypeId) {
        let (base, is_ptr) = self.deref(ty);
        let u = self.under(base);
        if u == INVALID {
            return;
        }
        let is_param = self.is_type_param(base);
        let what = match self.store.ty(u) {
            Type::Basic(Basic::UnsafePointer) => "unsafe.Pointer",
            Type::Pointer(_) => "a pointer",
            Type::Interface(_) if is_param => "a (pointer to a) type parameter",
            Type::Interface(_) if is_ptr => "a pointer to an interface",
            _ => return,
        };
        let message = format!("embedded field type cannot be {what}");
        self.error(code("InvalidPtrEmbed"), span, message);
    }
}

/// The name of an embedded field: that of its type, without pointer, package and arguments.
fn embedded_name(e: &Expr) -> Option<(Name, Span)> {
    match &e.kind {
        ExprKind::Name(name) => Some((name.clone(), e.span)),
        ExprKind::Star(x) => match &x.kind {
            ExprKind::Star(_) => None,
            _ => embedded_name(x),
        },
        ExprKind::Selector { sel, .. } => Some((sel.name.clone(), sel.span)),
        ExprKind::Index { x, .. } | ExprKind::Paren(x) => embedded_name(x),
        _ => None,
    }
}

/// The text of a string literal whose form has been checked.
fn unquote(literal: &str) -> String {
    let Some(inner) = literal.get(1..literal.len().saturating_sub(1)) else {
        return String::new();
    };
    if literal.starts_with('`') {
        return inner.replace('\r', "");
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\\' {
            rest = unescape(rest, &mut bytes);
        } else {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Decodes the escape whose text behind the backslash starts `rest`; what follows comes back.
fn unescape<'a>(rest: &'a str, bytes: &mut Vec<u8>) -> &'a str {
    let Some(c) = rest.chars().next() else { return rest };
    let (skip, digits, radix) = match c {
        'x' => (1, 2, 16),
        'u' => (1, 4, 16),
        'U' => (1, 8, 16),
        '0'..='7' => (0, 3, 8),
        _ => {
            bytes.push(match c {
                'a' => 7,
                'b' => 8,
                'f' => 12,
                'n' => b'\n',
                'r' => b'\r',
                't' => b'\t',
                'v' => 11,
                other => other as u8,
            });
            return &rest[c.len_utf8()..];
        }
    };
    let text = rest.get(skip..skip + digits).unwrap_or("");
    let number = u32::from_str_radix(text, radix).unwrap_or(0);
    if matches!(c, 'u' | 'U') {
        let c = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        bytes.push(number as u8);
    }
    rest.get(skip + digits..).unwrap_or("")
}
