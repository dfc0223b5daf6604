//! Unification: finds types for type parameters that make two types match.
//!
//! Matching is exact, or inexact: then a defined type matches a type literal that is its
//! underlying type, and channel directions may differ; in assignments an interface matches what
//! has its methods. Element types always match exactly. Parameters that were found equal share a
//! slot.

use gol_grammar::ast::ChanDir;

use crate::checker::Checker;
use crate::object::ObjId;
use crate::types::{Signature, Type, TypeId};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnifyMode {
    pub assign: bool,
    pub exact: bool,
}

pub(crate) const ASSIGN: UnifyMode = UnifyMode { assign: true, exact: false };
pub(crate) const INEXACT: UnifyMode = UnifyMode { assign: false, exact: false };
pub(crate) const EXACT: UnifyMode = UnifyMode { assign: false, exact: true };

/// The types inferred so far.
pub(crate) struct Unifier {
    pub tparams: Vec<TypeId>,
    /// Index into `slots`, by index of the parameter.
    handles: Vec<usize>,
    slots: Vec<Option<TypeId>>,
    depth: u32,
    pairs: Vec<(TypeId, TypeId)>,
}

impl Unifier {
    pub(crate) fn new(tparams: &[TypeId], targs: &[Option<TypeId>]) -> Unifier {
        let slots = (0..tparams.len()).map(|i| targs.get(i).copied().flatten()).collect();
        Unifier {
            tparams: tparams.to_vec(),
            handles: (0..tparams.len()).collect(),
            slots,
            depth: 0,
            pairs: Vec::new(),
        }
    }

    fn index(&self, t: TypeId) -> Option<usize> {
        self.tparams.iter().position(|&p| p == t)
    }

    pub(crate) fn at(&self, i: usize) -> Option<TypeId> {
        self.slots[self.handles[i]]
    }

    pub(crate) fn set(&mut self, i: usize, t: TypeId) {
        let handle = self.handles[i];
        self.slots[handle] = Some(t);
    }

    pub(crate) fn unknowns(&self) -> usize {
        self.handles.iter().filter(|&&h| self.slots[h].is_none()).count()
    }

    pub(crate) fn inferred(&self) -> Vec<Option<TypeId>> {
        (0..self.tparams.len()).map(|i| self.at(i)).collect()
    }

    /// Makes two parameters share a slot; false if both have types already.
    fn join(&mut self, i: usize, j: usize) -> bool {
        let (a, b) = (self.handles[i], self.handles[j]);
        if a == b {
            return true;
        }
        let (from, to) = match (self.slots[a], self.slots[b]) {
            (Some(_), Some(_)) => return false,
            (None, _) => (a, b),
            (_, None) => (b, a),
        };
        for handle in &mut self.handles {
            if *handle == from {
                *handle = to;
            }
        }
        true
    }

    pub(crate) fn unify(&mut self, c: &mut Checker, x: TypeId, y: TypeId, mode: UnifyMode) -> bool {
        if self.depth > 100 {
            return false;
        }
        self.depth += 1;
        let matched = self.nify(c, x, y, mode);
        self.depth -= 1;
        matched
    }

    fn nify(&mut self, c: &mut Checker, x: TypeId, y: TypeId, mode: UnifyMode) -> bool {
        let (mut x, mut y) = (c.unalias(x), c.unalias(y));
        if x == y {
            return true;
        }
        let is_named = |c: &Checker, t: TypeId| matches!(c.store.ty(t), Type::Named(_));
        // A defined type, if there is one, stands in y.
        if is_named(c, x) && !is_named(c, y) && self.index(y).is_none() {
            std::mem::swap(&mut x, &mut y);
        }
        if !mode.exact && is_named(c, y) && is_type_literal(c.store.ty(x)) && !c.is_interface(x) {
            let u = c.under(y);
            if !matches!(c.store.ty(u), Type::Interface(_)) {
                y = u;
            }
        }
        match (self.index(x), self.index(y)) {
            (Some(i), Some(j)) => {
                if self.join(i, j) {
                    return true;
                }
                let (Some(a), Some(b)) = (self.at(i), self.at(j)) else { return true };
                return self.unify(c, a, b, mode);
            }
            (Some(i), None) => return self.bind(c, i, y, mode),
            (None, Some(j)) => return self.bind(c, j, x, mode),
            (None, None) => {}
        }
        if let Some(matched) = self.unbound_params(c, x, y, mode) {
            return matched;
        }
        if !mode.exact
            && let Some(matched) = self.interfaces(c, x, y, mode)
        {
            return matched;
        }
        self.structure(c, x, y, mode)
    }

    /// Matches y against what parameter i stands for, or lets it stand for y.
    fn bind(&mut self, c: &mut Checker, i: usize, y: TypeId, mode: UnifyMode) -> bool {
        let Some(x) = self.at(i) else {
            self.set(i, y);
            return true;
        };
        if !self.unify(c, x, y, mode) {
            return false;
        }
        let y_named = matches!(c.store.ty(y), Type::Named(_));
        let ux = c.unalias(x);
        let x_named = matches!(c.store.ty(ux), Type::Named(_));
        let (xi, yi) = (c.is_non_type_param_interface(x), c.is_non_type_param_interface(y));
        if xi && yi {
            // Either name would do for the result, so there is no answer unless they agree.
            if x_named && y_named {
                return c.identical(x, y);
            }
            if c.type_set_of(x).methods.len() != c.type_set_of(y).methods.len() {
                return false;
            }
        } else if xi || yi {
            // The result must not depend on which argument comes first.
            return false;
        }
        if mode.exact {
            return true;
        }
        if y_named && !x_named {
            self.set(i, y);
        } else if let (Type::Chan { dir, .. }, Type::Chan { dir: other, .. }) =
            (c.store.ty(ux), c.store.ty(y))
            && *dir != ChanDir::Both
            && *other == ChanDir::Both
            && !x_named
        {
            // Keep the directed channel: the other one may be assigned to it.
        } else if matches!(c.store.ty(ux), Type::Chan { dir: ChanDir::Both, .. })
            && matches!(c.store.ty(y), Type::Chan { .. })
            && !x_named
        {
            self.set(i, y);
        }
        true
    }

    /// Type parameters that are not being inferred match through their core types.
    fn unbound_params(
        &mut self,
        c: &mut Checker,
        x: TypeId,
        y: TypeId,
        mode: UnifyMode,
    ) -> Option<bool> {
        let (xp, yp) = (c.is_type_param(x), c.is_type_param(y));
        if mode.exact || xp == yp {
            return if xp && yp { Some(false) } else { None };
        }
        let (param, other) = if xp { (x, y) } else { (y, x) };
        let core = c.core_type(param)?;
        if c.is_interface(other) && mode.assign {
            return None;
        }
        Some(self.unify(c, core, other, mode))
    }

    /// In inexact unification an interface matches types that have its methods.
    fn interfaces(
        &mut self,
        c: &mut Checker,
        x: TypeId,
        y: TypeId,
        mode: UnifyMode,
    ) -> Option<bool> {
        let (xi, yi) = (c.is_non_type_param_interface(x), c.is_non_type_param_interface(y));
        if !xi && !yi {
            return None;
        }
        if xi && yi {
            if self.same_instance_origin(c, x, y) {
                return None;
            }
            let (a, b) = (c.type_set_of(x), c.type_set_of(y));
            if a.comparable != b.comparable || a.terms.is_some() != b.terms.is_some() {
                return Some(false);
            }
            if self.pairs.contains(&(x, y)) {
                return Some(true);
            }
            self.pairs.push((x, y));
            let (small, large) = if a.methods.len() <= b.methods.len() {
                (a.methods, b.methods)
            } else {
                (b.methods, a.methods)
            };
            let matched = small.iter().all(|&m| {
                let (pkg, name) = (c.store.obj(m).pkg, c.store.obj(m).name.clone());
                let found = large.iter().find(|&&n| c.same_id(n, pkg, &name, false)).copied();
                found.is_some_and(|n| self.signatures_match(c, m, n))
            });
            self.pairs.pop();
            return Some(matched);
        }
        if !mode.assign && self.depth > 1 {
            return Some(false);
        }
        let (interface, other) = if xi { (x, y) } else { (y, x) };
        let methods = c.type_set_of(interface).methods;
        Some(methods.iter().all(|&m| {
            let (pkg, name) = (c.store.obj(m).pkg, c.store.obj(m).name.clone());
            match c.lookup_field_or_method(other, false, pkg, &name, false) {
                crate::lookup::Lookup::Found { obj, .. } if c.is_func(obj) => {
                    self.signatures_match(c, m, obj)
                }
                _ => false,
            }
        }))
    }

    fn same_instance_origin(&self, c: &Checker, x: TypeId, y: TypeId) -> bool {
        match (c.store.ty(x), c.store.ty(y)) {
            (Type::Named(a), Type::Named(b)) => a.origin.is_some() && a.origin == b.origin,
            _ => false,
        }
    }

    fn signatures_match(&mut self, c: &mut Checker, m: ObjId, n: ObjId) -> bool {
        let (a, b) = (c.store.obj(m).ty, c.store.obj(n).ty);
        self.unify(c, a, b, EXACT)
    }

    fn structure(&mut self, c: &mut Checker, x: TypeId, y: TypeId, mode: UnifyMode) -> bool {
        // `[]A` is not assignable to `[]B` unless A and B are the same: nothing loose inside.
        let elems = UnifyMode { assign: mode.assign, exact: mode.exact || mode.assign };
        match (c.store.ty(x).clone(), c.store.ty(y).clone()) {
            (Type::Basic(_), Type::Basic(_)) => c.identical(x, y),
            (Type::Array { elem: a, len: m }, Type::Array { elem: b, len: n }) => {
                m == n && self.unify(c, a, b, elems)
            }
            (Type::Slice(a), Type::Slice(b)) | (Type::Pointer(a), Type::Pointer(b)) => {
                self.unify(c, a, b, elems)
            }
            (Type::Map { key: ka, elem: ea }, Type::Map { key: kb, elem: eb }) => {
                self.unify(c, ka, kb, elems) && self.unify(c, ea, eb, elems)
            }
            (Type::Chan { dir: da, elem: a }, Type::Chan { dir: db, elem: b }) => {
                let directions =
                    da == db || (!mode.exact && (da == ChanDir::Both || db == ChanDir::Both));
                directions && self.unify(c, a, b, elems)
            }
            (Type::Struct(a), Type::Struct(b)) => {
                let tag = |s: &crate::Struct, i: usize| s.tags.get(i).cloned().unwrap_or_default();
                a.fields.len() == b.fields.len()
                    && (0..a.fields.len()).all(|i| {
                        let (f, g) = (c.store.obj(a.fields[i]), c.store.obj(b.fields[i]));
                        f.name == g.name && tag(&a, i) == tag(&b, i)
                    })
                    && self.vars(c, &a.fields, &b.fields, elems)
            }
            (Type::Tuple(a), Type::Tuple(b)) => self.vars(c, &a, &b, mode),
            (Type::Signature(a), Type::Signature(b)) => self.signatures(c, &a, &b, elems),
            (Type::Interface(_), Type::Interface(_)) => {
                let (a, b) = (c.type_set_of(x), c.type_set_of(y));
                if a.comparable != b.comparable
                    || a.methods.len() != b.methods.len()
                    || a.terms.is_some() != b.terms.is_some()
                {
                    return false;
                }
                if self.pairs.contains(&(x, y)) {
                    return true;
                }
                self.pairs.push((x, y));
                let matched = a.methods.iter().zip(&b.methods).all(|(&m, &n)| {
                    c.store.obj(m).name == c.store.obj(n).name && self.signatures_match(c, m, n)
                });
                self.pairs.pop();
                matched
            }
            (Type::Named(a), Type::Named(b)) => {
                if a.origin.is_none() || a.origin != b.origin {
                    return false;
                }
                a.type_args.len() == b.type_args.len()
                    && a.type_args
                        .iter()
                        .zip(&b.type_args)
                        .all(|(&s, &t)| self.unify(c, s, t, mode))
            }
            _ => false,
        }
    }

    fn vars(&mut self, c: &mut Checker, a: &[ObjId], b: &[ObjId], mode: UnifyMode) -> bool {
        a.len() == b.len()
            && a.iter().zip(b).all(|(&v, &w)| {
                let (v, w) = (c.store.obj(v).ty, c.store.obj(w).ty);
                self.unify(c, v, w, mode)
            })
    }

    fn signatures(
        &mut self,
        c: &mut Checker,
        a: &Signature,
        b: &Signature,
        mode: UnifyMode,
    ) -> bool {
        a.type_params.len() == b.type_params.len()
            && a.variadic == b.variadic
            && self.vars(c, &a.params, &b.params, mode)
            && self.vars(c, &a.results, &b.results, mode)
    }
}

fn is_type_literal(t: &Type) -> bool {
    !matches!(t, Type::Named(_) | Type::TypeParam(_))
}
