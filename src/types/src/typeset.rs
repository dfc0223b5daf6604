//! Type sets of interfaces: all methods, and the terms that the embedded types leave over.
//!
//! A list of terms is kept in a normal form: no term includes another one. `None` stands for all
//! types. Follows the section "General interfaces" of the specification.

use gol_diagnostic::{Diagnostic, Span};

use crate::checker::Checker;
use crate::errors::code;
use crate::language::since;
use crate::object::ObjId;
use crate::types::{Basic, Interface, Term, Type, TypeId, TypeSet};

static EMPTY: TypeSet = TypeSet { methods: Vec::new(), terms: None, comparable: false };

impl Checker {
    /// The type set of a type whose underlying type is an interface; of other types, all types.
    pub(crate) fn type_set_of(&mut self, t: TypeId) -> TypeSet {
        let u = self.under(t);
        self.type_set_ref(u).clone()
    }

    /// The type set of an interface type, computed if need be.
    pub(crate) fn type_set_ref(&mut self, iface: TypeId) -> &TypeSet {
        self.compute_type_set(iface);
        match self.store.ty(iface) {
            Type::Interface(Interface { type_set: Some(set), .. }) => set,
            _ => &EMPTY,
        }
    }

    /// Whether the interface has no methods and no restrictions at all.
    pub(crate) fn is_empty_interface(&mut self, t: TypeId) -> bool {
        let set = self.type_set_of(t);
        set.methods.is_empty() && set.terms.is_none() && !set.comparable
    }

    /// An interface that may be used as a constraint only.
    pub(crate) fn is_constraint_interface(&mut self, t: TypeId) -> bool {
        let u = self.under(t);
        let set = self.type_set_ref(u);
        set.terms.is_some() || set.comparable
    }

    fn compute_type_set(&mut self, iface: TypeId) {
        let Type::Interface(it) = self.store.ty(iface) else { return };
        if it.type_set.is_some() || !self.core.computing.insert(iface) {
            return;
        }
        let it = it.clone();
        let set = self.build_type_set(iface, &it);
        self.core.computing.remove(&iface);
        if self.core.incomplete.remove(&iface) {
            return;
        }
        if let Type::Interface(it) = self.store.ty_mut(iface) {
            it.type_set = Some(set);
        }
    }

    fn build_type_set(&mut self, iface: TypeId, it: &Interface) -> TypeSet {
        let mut methods: Vec<(ObjId, Span)> = Vec::new();
        for &m in &it.methods {
            self.add_method(&mut methods, m, None);
        }
        let mut terms = None;
        let mut comparable = false;
        let places = self.core.embed_pos.get(&iface).cloned().unwrap_or_default();
        for (i, &embedded) in it.embeddeds.iter().enumerate() {
            let place = places.get(i).copied().unwrap_or(Span::NONE);
            if !self.allows(since::GENERICS, place.lo) && !self.is_interface(embedded) {
                // That it cannot be embedded is said where it stands.
                continue;
            }
            let Some(set) = self.embedded_type_set(embedded) else {
                if self.is_unresolved(embedded) {
                    self.core.incomplete.insert(iface);
                }
                continue;
            };
            for &m in &set.methods {
                self.add_method(&mut methods, m, Some(place));
            }
            let joined = self.intersect(terms, comparable, set.terms, set.comparable);
            (terms, comparable) = joined;
        }
        let mut methods: Vec<ObjId> = methods.into_iter().map(|(m, _)| m).collect();
        #[allow(clippy::unnecessary_sort_by)] // The key borrows from the checker.
        methods.sort_by(|&a, &b| self.method_order(a).cmp(&self.method_order(b)));
        TypeSet { methods, terms, comparable }
    }

    /// The type set that an embedded type contributes; `None` for an invalid one.
    fn embedded_type_set(&mut self, embedded: TypeId) -> Option<TypeSet> {
        let u = self.under(embedded);
        match self.store.ty(u) {
            Type::Basic(Basic::Invalid) => None,
            Type::Interface(_) => {
                self.compute_type_set(u);
                match self.store.ty(u) {
                    Type::Interface(it) => it.type_set.clone(),
                    _ => None,
                }
            }
            Type::Union(terms) => {
                let terms = terms.clone();
                Some(TypeSet { terms: self.union_terms(&terms), ..EMPTY.clone() })
            }
            _ => {
                let terms = Some(vec![Term { tilde: false, ty: embedded }]);
                Some(TypeSet { terms, ..EMPTY.clone() })
            }
        }
    }

    /// Whether the type's declaration is still being checked, so that its type set is not known.
    fn is_unresolved(&mut self, t: TypeId) -> bool {
        let t = self.unalias(t);
        let u = self.under(t);
        match self.store.ty(u) {
            Type::Interface(it) => it.type_set.is_none(),
            _ => self.named(t).is_some_and(|n| n.underlying.is_none()),
        }
    }

    /// The terms of a union, with interfaces among them replaced by theirs.
    pub(crate) fn union_terms(&mut self, union: &[Term]) -> Option<Vec<Term>> {
        let mut all: Vec<Term> = Vec::new();
        for term in union {
            let u = self.under(term.ty);
            match self.store.ty(u) {
                Type::Basic(Basic::Invalid) => {}
                Type::Interface(_) => all.extend(self.type_set_ref(u).terms.clone()?),
                _ => all.push(*term),
            }
        }
        Some(self.normalize(all))
    }

    /// Drops terms that others include.
    fn normalize(&mut self, terms: Vec<Term>) -> Vec<Term> {
        let mut kept: Vec<Term> = Vec::with_capacity(terms.len());
        for term in terms {
            if kept.iter().any(|k| self.term_subset(&term, k)) {
                continue;
            }
            kept.retain(|k| !self.term_subset(k, &term));
            kept.push(term);
        }
        kept
    }

    /// No type is in both terms.
    pub(crate) fn terms_disjoint(&mut self, x: &Term, y: &Term) -> bool {
        let ux = if y.tilde { self.under(x.ty) } else { x.ty };
        let uy = if x.tilde { self.under(y.ty) } else { y.ty };
        !self.identical(ux, uy)
    }

    /// Every type of x is in y.
    pub(crate) fn term_subset(&mut self, x: &Term, y: &Term) -> bool {
        !self.terms_disjoint(x, y) && (!x.tilde || y.tilde)
    }

    pub(crate) fn term_includes(&mut self, term: &Term, t: TypeId) -> bool {
        let u = if term.tilde { self.under(t) } else { t };
        let tu = if term.tilde { self.under(term.ty) } else { term.ty };
        self.identical(tu, u)
    }

    fn intersect_terms(&mut self, xs: &[Term], ys: &[Term]) -> Vec<Term> {
        let mut both = Vec::new();
        for x in xs {
            for y in ys {
                if !self.terms_disjoint(x, y) {
                    both.push(if x.tilde && !y.tilde { *y } else { *x });
                }
            }
        }
        self.normalize(both)
    }

    fn intersect(
        &mut self,
        xs: Option<Vec<Term>>,
        xcomparable: bool,
        ys: Option<Vec<Term>>,
        ycomparable: bool,
    ) -> (Option<Vec<Term>>, bool) {
        let comparable = xcomparable || ycomparable;
        let terms = match (xs, ys) {
            (None, None) => return (None, comparable),
            (Some(t), None) | (None, Some(t)) => t,
            (Some(x), Some(y)) => self.intersect_terms(&x, &y),
        };
        if !comparable {
            return (Some(terms), false);
        }
        let kept = terms.into_iter().filter(|t| self.comparable(t.ty, false).is_ok()).collect();
        (Some(kept), false)
    }

    pub(crate) fn method_order(&self, m: ObjId) -> (gol_grammar::ast::Name, u32) {
        let object = self.store.obj(m);
        let pkg = if object.is_exported() { 0 } else { object.pkg.map_or(0, |p| p.0 + 1) };
        (object.name.clone(), pkg)
    }

    /// Adds an own method, or (`embedded`) one of an embedded interface, which may be there
    /// already with an identical signature.
    fn add_method(&mut self, methods: &mut Vec<(ObjId, Span)>, m: ObjId, embedded: Option<Span>) {
        let object = self.store.obj(m);
        let (pkg, name) = (object.pkg, object.name.clone());
        let place = embedded.unwrap_or_else(|| self.obj_span(m));
        let clash = methods.iter().find(|&&(o, _)| self.same_id(o, pkg, &name, false));
        let Some(&(other, first)) = clash else {
            methods.push((m, place));
            return;
        };
        let overlaps = embedded.is_some_and(|p| !self.allows(since::OVERLAPPING_METHODS, p.lo));
        if other == m && !overlaps {
            return;
        }
        match embedded {
            None => self.duplicate_method(m, place, first),
            Some(place) => self.later(Box::new(move |c| {
                let (x, y) = (c.store.obj(m).ty, c.store.obj(other).ty);
                if overlaps || !c.identical(x, y) {
                    c.duplicate_method(m, place, first);
                }
            })),
        }
    }

    fn duplicate_method(&mut self, m: ObjId, place: Span, first: Span) {
        let name = self.store.obj(m).name.clone();
        let d = Diagnostic::error(code("DuplicateDecl"), place, format!("duplicate method {name}"));
        self.report(d.label(first, format!("other declaration of method {name}")));
    }
}
