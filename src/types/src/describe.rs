//! Objects and types as they could be declared, for people: what a session tells of its names.

use std::collections::BTreeSet;

use gol_grammar::ast::Name;

use crate::checker::Checker;
use crate::info::{Mode, TypeAndValue};
use crate::object::{ObjId, ObjKind};
use crate::package::PkgId;
use crate::session::Session;
use crate::types::{Type, TypeId};

/// The predeclared functions, as Go's documentation writes their declarations.
const BUILTINS: &[&str] = &[
    "append(slice []Type, elems ...Type) []Type",
    "cap(v Type) int",
    "clear(t Type)",
    "close(c chan<- Type)",
    "complex(r, i FloatType) ComplexType",
    "copy(dst, src []Type) int",
    "delete(m map[Type]Type1, key Type)",
    "imag(c ComplexType) FloatType",
    "len(v Type) int",
    "make(t Type, size ...IntegerType) Type",
    "max(x T, y ...T) T",
    "min(x T, y ...T) T",
    "new(Type) *Type",
    "panic(v any)",
    "print(args ...Type)",
    "println(args ...Type)",
    "real(c ComplexType) FloatType",
    "recover() any",
];

fn builtin_declaration(name: &str) -> String {
    let known = BUILTINS.iter().find(|b| b.split('(').next() == Some(name));
    format!("func {}", known.copied().unwrap_or(name))
}

impl Session {
    /// Fields and methods that `x.…` finds on a value of a type, sorted by name.
    pub fn members(&self, checker: &mut Checker, t: TypeId) -> Vec<ObjId> {
        let mut names: BTreeSet<Name> = BTreeSet::new();
        checker.field_names(t, &mut names, 0);
        names.extend(checker.declared_method_names(t).into_iter().map(|(name, _)| name));
        let found = names.iter().filter_map(|n| checker.lookup_member(t, Some(self.pkg), n));
        found.map(|(obj, _, _)| obj).collect()
    }

    /// An object as it could be declared, with names as the session's inputs write them.
    pub fn describe(&self, checker: &mut Checker, obj: ObjId) -> String {
        let saved = checker.env.pkg.replace(self.pkg);
        let text = checker.declaration_of(obj);
        checker.env.pkg = saved;
        text
    }

    /// The type of an examined expression; for a type, what it stands for.
    pub fn describe_type(&self, checker: &mut Checker, tv: &TypeAndValue) -> String {
        let saved = checker.env.pkg.replace(self.pkg);
        let text = match tv.mode {
            Mode::TypeExpr => checker.definition(tv.ty),
            Mode::NoValue => "no value".to_owned(),
            _ => checker.type_string(tv.ty),
        };
        checker.env.pkg = saved;
        text
    }
}

impl Checker {
    /// A type as its declaration shows it.
    pub(crate) fn definition(&mut self, t: TypeId) -> String {
        let name = self.type_string(t);
        let under = self.under(t);
        let text = self.type_string(under);
        if name == text { name } else { format!("type {name} {text}") }
    }

    /// Names of fields, promoted ones included.
    pub(crate) fn field_names(&mut self, t: TypeId, names: &mut BTreeSet<Name>, depth: usize) {
        const MAX_DEPTH: usize = 8;
        let (base, _) = self.deref(t);
        if depth > MAX_DEPTH {
            return;
        }
        let Type::Struct(s) = self.under_type(base) else { return };
        for field in s.fields {
            let object = self.store.obj(field);
            names.insert(object.name.clone());
            if matches!(&object.kind, ObjKind::Var(v) if v.embedded) {
                let ty = object.ty;
                self.field_names(ty, names, depth + 1);
            }
        }
    }

    /// An object as it could be declared.
    pub fn declaration_of(&mut self, obj: ObjId) -> String {
        let object = self.store.obj(obj).clone();
        let name = &object.name;
        match object.kind {
            ObjKind::PkgName { imported, .. } => {
                let package = self.store.pkg(imported);
                if package.name == *name {
                    format!("import {:?}", package.path.as_str())
                } else {
                    format!("import {name} {:?}", package.path.as_str())
                }
            }
            ObjKind::Const { value } => {
                let ty = self.type_string(object.ty);
                let ty = if self.is_untyped(object.ty) { String::new() } else { format!(" {ty}") };
                format!("const {name}{ty} = {value}")
            }
            ObjKind::TypeName => match self.store.ty(object.ty) {
                Type::Basic(_) => format!("type {name}"),
                _ => {
                    let under = self.under(object.ty);
                    let (shown, text) = (self.type_string(object.ty), self.type_string(under));
                    format!("type {shown} {text}")
                }
            },
            ObjKind::Var(info) if info.is_field => {
                format!("field {name} {}", self.type_string(object.ty))
            }
            ObjKind::Var(_) => format!("var {name} {}", self.type_string(object.ty)),
            ObjKind::Func(_) => {
                let text = self.type_string(object.ty);
                format!("func {name}{}", text.strip_prefix("func").unwrap_or(&text))
            }
            ObjKind::Builtin(_) => builtin_declaration(name),
            ObjKind::Label { .. } | ObjKind::Nil => name.to_string(),
        }
    }

    /// The exported names of a package, sorted.
    pub fn exported_objects(&mut self, pkg: PkgId) -> Vec<ObjId> {
        let state = &self.core.pkgs[pkg.0 as usize];
        let mut names: Vec<Name> = match &state.source {
            Some(source) => source.exported(),
            None => self.store.scope(state.scope).names.keys().cloned().collect(),
        };
        names.retain(|n| n.chars().next().is_some_and(char::is_uppercase));
        names.sort();
        names.dedup();
        names.iter().filter_map(|n| self.package_member(pkg, n)).collect()
    }
}
