//! Types of infinite size: a type that contains itself without a pointer in between.
//!
//! The search walks what a type contains by value, generic types in their general form: each
//! declaration is looked into once, and an instance contains, beside what its declaration does,
//! the arguments of those parameters that the declaration contains by value.

use gol_diagnostic::Span;

use crate::checker::Checker;
use crate::types::{Type, TypeId};
use crate::under::INVALID;

/// A type on the way from where the search began.
struct Step {
    /// The type as it is written, and the declared one that it is (an instance of).
    shown: TypeId,
    ty: TypeId,
    /// Meeting the type again is a cycle. Not so while a type argument of it is looked into,
    /// which is no part of the declaration.
    open: bool,
}

impl Checker {
    /// Reports a type that contains itself; its underlying type becomes invalid.
    pub(crate) fn valid_type(&mut self, t: TypeId) -> bool {
        let Some(n) = self.named(t) else { return true };
        if self.store.obj(n.obj).pkg.is_some_and(|p| self.store.pkg(p).is_std) {
            return true;
        }
        let valid = self.finite(t, &mut Vec::new());
        if !valid && self.is_erroneous(self.origin_of(t)) {
            self.make_erroneous(t);
        }
        valid
    }

    /// Whether t, met on the way, closes no cycle.
    fn finite(&mut self, t: TypeId, way: &mut Vec<Step>) -> bool {
        let t = self.unalias(t);
        if matches!(self.store.ty(t), Type::Named(_)) {
            return self.finite_named(t, way);
        }
        self.contents(t).into_iter().all(|part| self.finite(part, way))
    }

    fn finite_named(&mut self, t: TypeId, way: &mut Vec<Step>) -> bool {
        let origin = self.origin_of(t);
        if !self.core.valid_types.contains(&origin) && !self.finite_declaration(t, origin, way) {
            return false;
        }
        let args = self.named(t).map(|n| n.type_args.clone()).unwrap_or_default();
        if args.is_empty() {
            return true;
        }
        let held = self.params_by_value(origin);
        way.push(Step { shown: t, ty: origin, open: false });
        let valid =
            args.iter().zip(held).filter(|(_, held)| *held).all(|(&arg, _)| self.finite(arg, way));
        way.pop();
        valid
    }

    fn finite_declaration(&mut self, t: TypeId, origin: TypeId, way: &mut Vec<Step>) -> bool {
        if let Some(start) = way.iter().rposition(|s| s.open && s.ty == origin) {
            self.report_infinite(&way[start..], t);
            return false;
        }
        if self.is_erroneous(origin) {
            return true;
        }
        let Some(&rhs) = self.core.from_rhs.get(&origin) else { return true };
        way.push(Step { shown: t, ty: origin, open: true });
        let valid = self.finite(rhs, way);
        way.pop();
        if valid {
            self.core.valid_types.insert(origin);
        }
        valid
    }

    /// `again` is what the way has come back to. If it set out from a generic type's declaration,
    /// the cycle is one of instances.
    fn report_infinite(&mut self, cycle: &[Step], again: TypeId) {
        let mut shown: Vec<TypeId> = cycle.iter().map(|s| s.shown).collect();
        if again != shown[0] && shown[0] == cycle[0].ty {
            shown.rotate_left(1);
            shown.pop();
            shown.push(again);
        }
        let parts: Vec<_> =
            shown.iter().map(|&t| (self.type_string(t), self.type_place(t))).collect();
        self.report_cycle(&parts, true);
        for step in cycle.iter().filter(|s| s.open) {
            self.make_erroneous(step.ty);
        }
    }

    /// Where an instance stands, or a type is declared.
    fn type_place(&self, t: TypeId) -> Span {
        let declared = || self.named(t).map_or(Span::NONE, |n| self.obj_span(n.obj));
        self.core.instance_pos.get(&t).copied().unwrap_or_else(declared)
    }

    /// Which type parameters a generic type contains by value. Of a type that is being looked
    /// into nothing is said: then it contains itself, which is an error anyway.
    fn params_by_value(&mut self, origin: TypeId) -> Vec<bool> {
        if let Some(known) = self.core.params_by_value.get(&origin) {
            return known.clone();
        }
        let params = self.type_params_of(origin);
        self.core.params_by_value.insert(origin, vec![false; params.len()]);
        let mut met = Vec::new();
        if let Some(&rhs) = self.core.from_rhs.get(&origin) {
            self.collect_params_by_value(rhs, &mut met);
        }
        let held: Vec<bool> = params.iter().map(|p| met.contains(p)).collect();
        self.core.params_by_value.insert(origin, held.clone());
        held
    }

    fn collect_params_by_value(&mut self, t: TypeId, met: &mut Vec<TypeId>) {
        let t = self.unalias(t);
        let parts = match self.store.ty(t) {
            Type::TypeParam(_) => return met.push(t),
            Type::Named(n) => {
                let args = n.type_args.clone();
                let held = self.params_by_value(self.origin_of(t));
                args.into_iter().zip(held).filter_map(|(arg, held)| held.then_some(arg)).collect()
            }
            _ => self.contents(t),
        };
        for part in parts {
            self.collect_params_by_value(part, met);
        }
    }

    /// What a type without a name contains by value, or embeds.
    fn contents(&self, t: TypeId) -> Vec<TypeId> {
        match self.store.ty(t) {
            Type::Array { elem, .. } => vec![*elem],
            Type::Struct(s) => self.types_of(&s.fields),
            Type::Union(terms) => terms.iter().map(|term| term.ty).collect(),
            Type::Interface(it) => it.embeddeds.clone(),
            _ => Vec::new(),
        }
    }

    fn origin_of(&self, t: TypeId) -> TypeId {
        self.named(t).and_then(|n| n.origin).unwrap_or(t)
    }

    /// Whether it has been reported that t contains itself.
    pub(crate) fn is_infinite(&self, t: TypeId) -> bool {
        self.is_erroneous(self.origin_of(t))
    }

    fn is_erroneous(&self, t: TypeId) -> bool {
        self.named(t).is_some_and(|n| n.underlying == Some(INVALID))
    }

    fn make_erroneous(&mut self, t: TypeId) {
        if let Type::Named(n) = self.store.ty_mut(t) {
            n.underlying = Some(INVALID);
        }
    }
}
