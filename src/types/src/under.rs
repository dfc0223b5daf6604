//! Underlying and core types.

use gol_grammar::ast::ChanDir;

use crate::checker::Checker;
use crate::store::Store;
use crate::types::{Basic, Term, Type, TypeId};

pub(crate) const INVALID: TypeId = TypeId(Basic::Invalid as u32);

impl Checker {
    /// What an alias stands for; other types as they are.
    pub(crate) fn unalias(&mut self, t: TypeId) -> TypeId {
        let mut t = t;
        let mut steps = 0;
        while let Type::Alias(alias) = self.store.ty(t) {
            steps += 1;
            match alias.actual {
                Some(actual) if steps < 1000 => t = actual,
                _ => {
                    let obj = alias.obj;
                    if self.extra(obj).color != crate::state::Color::White || steps > 1 {
                        return INVALID;
                    }
                    self.obj_decl(obj);
                    if !matches!(self.store.ty(t), Type::Alias(a) if a.actual.is_some()) {
                        return INVALID;
                    }
                }
            }
        }
        t
    }

    /// The underlying type; of a type parameter, its constraint interface.
    pub fn underlying(&mut self, t: TypeId) -> TypeId {
        self.under(t)
    }

    pub(crate) fn under(&mut self, t: TypeId) -> TypeId {
        match self.store.ty(t) {
            Type::Named(n) => match n.underlying {
                Some(u) => u,
                None => self.resolve_named(t),
            },
            Type::Alias(_) => {
                let u = self.unalias(t);
                self.under(u)
            }
            Type::TypeParam(_) => self.type_param_interface(t),
            _ => t,
        }
    }

    /// The underlying type, cloned, for matching.
    pub(crate) fn under_type(&mut self, t: TypeId) -> Type {
        let u = self.under(t);
        self.store.ty(u).clone()
    }

    /// The single underlying type of all types of t's type set (t's own if it is no type
    /// parameter); channels of one direction count as one.
    pub(crate) fn core_type(&mut self, t: TypeId) -> Option<TypeId> {
        if !self.is_type_param(t) {
            return Some(self.under(t));
        }
        let terms = self.type_terms(t)?;
        self.common_under(&terms, false)
    }

    /// Like `core_type`, with `[]byte | string` counting as string.
    pub(crate) fn core_string(&mut self, t: TypeId) -> Option<TypeId> {
        if !self.is_type_param(t) {
            return Some(self.under(t));
        }
        let terms = self.type_terms(t)?;
        self.common_under(&terms, true)
    }

    fn common_under(&mut self, terms: &[Term], bytes_as_string: bool) -> Option<TypeId> {
        let string = Store::basic(Basic::String);
        let mut common: Option<TypeId> = None;
        let mut has_string = false;
        for term in terms {
            let mut u = self.under(term.ty);
            if bytes_as_string && self.is_string(u) {
                has_string = true;
                u = self.byte_slice();
            }
            common = match common {
                None => Some(u),
                Some(c) => Some(self.match_types(c, u)?),
            };
        }
        if has_string { common.map(|_| string) } else { common }
    }

    fn byte_slice(&mut self) -> TypeId {
        let byte = self.byte_type();
        self.new_slice(byte)
    }

    /// x and y if identical, or the directed one of two channels that differ in direction only.
    fn match_types(&mut self, x: TypeId, y: TypeId) -> Option<TypeId> {
        if self.identical(x, y) {
            return Some(x);
        }
        if let (&Type::Chan { dir: dx, elem: ex }, &Type::Chan { dir: dy, elem: ey }) =
            (self.store.ty(x), self.store.ty(y))
            && self.identical(ex, ey)
        {
            return match (dx, dy) {
                (ChanDir::Both, _) => Some(y),
                (_, ChanDir::Both) => Some(x),
                _ => None,
            };
        }
        None
    }

    /// The terms of a type parameter's type set; `None` where it has no specific types.
    pub(crate) fn type_terms(&mut self, t: TypeId) -> Option<Vec<Term>> {
        let iface = self.under(t);
        if !matches!(self.store.ty(iface), Type::Interface(_)) {
            return Some(vec![Term { tilde: false, ty: t }]);
        }
        self.type_set_ref(iface).terms.clone()
    }

    // -- making types

    pub fn new_pointer(&mut self, elem: TypeId) -> TypeId {
        if let Some(&t) = self.core.pointers.get(&elem) {
            return t;
        }
        let t = self.store.add_type(Type::Pointer(elem));
        self.core.pointers.insert(elem, t);
        t
    }

    pub fn new_slice(&mut self, elem: TypeId) -> TypeId {
        if let Some(&t) = self.core.slices.get(&elem) {
            return t;
        }
        let t = self.store.add_type(Type::Slice(elem));
        self.core.slices.insert(elem, t);
        t
    }

    pub fn new_map(&mut self, key: TypeId, elem: TypeId) -> TypeId {
        self.store.add_type(Type::Map { key, elem })
    }

    pub fn new_chan(&mut self, dir: ChanDir, elem: TypeId) -> TypeId {
        self.store.add_type(Type::Chan { dir, elem })
    }

    pub fn new_array(&mut self, elem: TypeId, len: u64) -> TypeId {
        let len = crate::types::ArrayLen::Known(len);
        self.store.add_type(Type::Array { elem, len })
    }

    pub(crate) fn new_tuple(&mut self, types: &[TypeId]) -> TypeId {
        let vars = types.iter().map(|&ty| self.new_param("", ty)).collect();
        self.store.add_type(Type::Tuple(vars))
    }

    /// A parameter without a declaration.
    pub(crate) fn new_param(&mut self, name: &str, ty: TypeId) -> crate::ObjId {
        let info = crate::object::VarInfo { is_param: true, used: true, ..Default::default() };
        let kind = crate::ObjKind::Var(info);
        self.new_object(&name.into(), gol_diagnostic::Span::NONE, ty, kind)
    }

    /// The predeclared alias `any`.
    pub fn any_type(&self) -> TypeId {
        self.core.any.unwrap_or(INVALID)
    }

    /// The predeclared type `error`.
    pub fn error_type(&self) -> TypeId {
        self.core.error.unwrap_or(INVALID)
    }

    pub(crate) fn byte_type(&self) -> TypeId {
        self.core.byte.unwrap_or(INVALID)
    }

    pub(crate) fn rune_type(&self) -> TypeId {
        self.core.rune.unwrap_or(INVALID)
    }

    pub(crate) fn empty_interface(&self) -> TypeId {
        self.core.empty_interface.unwrap_or(INVALID)
    }

    /// Without the pointer, and whether there was one.
    pub(crate) fn deref(&mut self, t: TypeId) -> (TypeId, bool) {
        let u = self.unalias(t);
        if let Type::Pointer(elem) = *self.store.ty(u) { (elem, true) } else { (t, false) }
    }
}
