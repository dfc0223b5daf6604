//! A type taken apart: what kind it is of, and the types that it consists of.
//!
//! Where two types are compared part by part, this is the one place that knows which parts there
//! are.

use gol_grammar::ast::{ChanDir, Name};

use crate::checker::Checker;
use crate::package::PkgId;
use crate::types::{ArrayLen, Basic, Type, TypeId};

/// All of a type but its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    Basic(Basic),
    Array(ArrayLen),
    Slice,
    Pointer,
    Map,
    Chan(ChanDir),
    Struct(Vec<Field>),
    Tuple,
    Func {
        type_params: usize,
        params: usize,
        variadic: bool,
    },
    Interface {
        comparable: bool,
        has_terms: bool,
        methods: Vec<Name>,
    },
    /// A defined type: the generic one, if it is an instance.
    Named(TypeId),
    /// What has no parts, and matches nothing but itself.
    Opaque(TypeId),
}

/// What identity of structs asks of a field beside its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    name: Name,
    /// Of a name that is not exported.
    pkg: Option<PkgId>,
    embedded: bool,
    tag: String,
}

pub(crate) struct Shape {
    pub head: Head,
    pub parts: Vec<TypeId>,
}

impl Head {
    /// Whether the heads are the same; where not `exact`, the directions of
    /// channels do not matter.
    pub(crate) fn matches(&self, other: &Head, exact: bool) -> bool {
        match (self, other) {
            (Head::Chan(_), Head::Chan(_)) if !exact => true,
            _ => self == other,
        }
    }
}

impl Checker {
    /// Takes a type apart that is no alias.
    pub(crate) fn shape(&mut self, t: TypeId) -> Shape {
        let (head, parts) = match self.store.ty(t) {
            Type::Basic(kind) => (Head::Basic(*kind), Vec::new()),
            Type::Array { elem, len } => (Head::Array(*len), vec![*elem]),
            Type::Slice(elem) => (Head::Slice, vec![*elem]),
            Type::Pointer(elem) => (Head::Pointer, vec![*elem]),
            Type::Map { key, elem } => (Head::Map, vec![*key, *elem]),
            Type::Chan { dir, elem } => (Head::Chan(*dir), vec![*elem]),
            Type::Tuple(vars) => (Head::Tuple, self.types_of(vars)),
            Type::Struct(s) => {
                let fields = (0..s.fields.len()).map(|i| self.field_head(s, i)).collect();
                (Head::Struct(fields), self.types_of(&s.fields))
            }
            Type::Signature(s) => {
                let head = Head::Func {
                    type_params: s.type_params.len(),
                    params: s.params.len(),
                    variadic: s.variadic,
                };
                let mut parts = self.types_of(&s.params);
                parts.extend(self.types_of(&s.results));
                (head, parts)
            }
            Type::Named(n) => (Head::Named(n.origin.unwrap_or(t)), n.type_args.clone()),
            Type::Interface(_) => return self.interface_shape(t),
            Type::TypeParam(_) | Type::Union(_) | Type::Alias(_) => (Head::Opaque(t), Vec::new()),
        };
        Shape { head, parts }
    }

    fn interface_shape(&mut self, t: TypeId) -> Shape {
        let set = self.type_set_of(t);
        let methods = set.methods.iter().map(|&m| self.store.obj(m).name.clone()).collect();
        let head =
            Head::Interface { comparable: set.comparable, has_terms: set.terms.is_some(), methods };
        Shape { head, parts: self.types_of(&set.methods) }
    }

    fn field_head(&self, s: &crate::Struct, i: usize) -> Field {
        let object = self.store.obj(s.fields[i]);
        let embedded = matches!(&object.kind, crate::ObjKind::Var(v) if v.embedded);
        Field {
            name: object.name.clone(),
            pkg: object.pkg.filter(|_| !object.is_exported()),
            embedded,
            tag: s.tags.get(i).map(ToString::to_string).unwrap_or_default(),
        }
    }
}
