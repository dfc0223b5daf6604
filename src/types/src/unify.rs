//! Unification: finds types for type parameters that make two types match.
//!
//! Matching is exact, or loose: then a defined type matches a type literal that is its
//! underlying type, and channel directions may differ; in assignments an interface matches what
//! has its methods. Element types always match exactly. Parameters that were found equal share a
//! slot. The rules stand in a table, of which the first that knows an answer gives it; the last
//! one compares types by their [shape](crate::shape).

use gol_grammar::ast::ChanDir;

use crate::checker::Checker;
use crate::lookup::Lookup;
use crate::object::ObjId;
use crate::package::PkgId;
use crate::shape::Head;
use crate::types::{Type, TypeId};

/// Types nest no deeper than this, unless inference runs in circles.
const MAX_DEPTH: u32 = 100;

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

    /// Whether x and y match, under what has been inferred; parameters met on the way get types.
    pub(crate) fn unify(&mut self, c: &mut Checker, x: TypeId, y: TypeId, mode: UnifyMode) -> bool {
        if self.depth >= MAX_DEPTH {
            return false;
        }
        let (x, y) = (c.unalias(x), c.unalias(y));
        if x == y {
            return true;
        }
        let (x, y) = if mode.exact { (x, y) } else { (loosened(c, x, y), loosened(c, y, x)) };
        self.depth += 1;
        let verdict = RULES.iter().find_map(|rule| rule(self, c, x, y, mode));
        self.depth -= 1;
        verdict.unwrap_or(false)
    }

    /// Parameters that are being inferred.
    fn by_slot(&mut self, c: &mut Checker, x: TypeId, y: TypeId, mode: UnifyMode) -> Option<bool> {
        match (self.index(x), self.index(y)) {
            (None, None) => None,
            (Some(i), None) => Some(self.assume(c, i, y, mode)),
            (None, Some(j)) => Some(self.assume(c, j, x, mode)),
            (Some(i), Some(j)) if self.join(i, j) => Some(true),
            (Some(i), Some(j)) => {
                let (a, b) = (self.at(i)?, self.at(j)?);
                Some(self.unify(c, a, b, mode))
            }
        }
    }

    /// Lets parameter i stand for t, if that agrees with what it stands for already.
    fn assume(&mut self, c: &mut Checker, i: usize, t: TypeId, mode: UnifyMode) -> bool {
        let Some(known) = self.at(i) else {
            self.set(i, t);
            return true;
        };
        if !self.unify(c, known, t, mode) || !interfaces_agree(c, known, t) {
            return false;
        }
        if !mode.exact && specificity(c, t) > specificity(c, known) {
            self.set(i, t);
        }
        true
    }

    /// A type parameter of an enclosing declaration: only its core type is known.
    fn by_core(&mut self, c: &mut Checker, x: TypeId, y: TypeId, mode: UnifyMode) -> Option<bool> {
        let (param, other) = match (c.is_type_param(x), c.is_type_param(y)) {
            (false, false) => return None,
            (true, true) => return Some(false),
            (true, false) => (x, y),
            (false, true) => (y, x),
        };
        if mode.exact || (mode.assign && c.is_interface(other)) {
            return None;
        }
        let core = c.core_type(param)?;
        Some(self.unify(c, core, other, mode))
    }

    /// Where matching is loose, an interface matches what has its methods.
    fn by_methods(
        &mut self,
        c: &mut Checker,
        x: TypeId,
        y: TypeId,
        mode: UnifyMode,
    ) -> Option<bool> {
        if mode.exact {
            return None;
        }
        match (c.is_non_type_param_interface(x), c.is_non_type_param_interface(y)) {
            (false, false) => None,
            (true, true) if !mode.assign && same_origin(c, x, y) => None,
            (true, true) => Some(self.two_interfaces(c, x, y)),
            // Below the top only assignments are loose about interfaces.
            _ if !mode.assign && self.depth > 1 => Some(false),
            (true, false) => Some(self.implemented(c, x, y)),
            (false, true) => Some(self.implemented(c, y, x)),
        }
    }

    /// One of two interfaces has the other's methods.
    fn two_interfaces(&mut self, c: &mut Checker, x: TypeId, y: TypeId) -> bool {
        let (a, b) = (c.type_set_of(x), c.type_set_of(y));
        if a.comparable != b.comparable || a.terms.is_some() != b.terms.is_some() {
            return false;
        }
        let (mut few, mut many) = (a.methods, b.methods);
        if few.len() > many.len() {
            std::mem::swap(&mut few, &mut many);
        }
        self.once(x, y, |u| {
            u.all_methods(c, &few, |c, pkg, name| {
                many.iter().copied().find(|&m| c.same_id(m, pkg, name, false))
            })
        })
    }

    fn implemented(&mut self, c: &mut Checker, interface: TypeId, t: TypeId) -> bool {
        let methods = c.type_set_of(interface).methods;
        self.all_methods(c, &methods, |c, pkg, name| {
            match c.lookup_field_or_method(t, false, pkg, name, false) {
                Lookup::Found { obj, .. } if c.is_func(obj) => Some(obj),
                _ => None,
            }
        })
    }

    /// Whether `find` knows a method of the same signature for each of the methods.
    fn all_methods(
        &mut self,
        c: &mut Checker,
        methods: &[ObjId],
        find: impl Fn(&mut Checker, Option<PkgId>, &str) -> Option<ObjId>,
    ) -> bool {
        methods.iter().all(|&m| {
            let object = c.store.obj(m);
            let (pkg, name, want) = (object.pkg, object.name.clone(), object.ty);
            let Some(other) = find(c, pkg, &name) else { return false };
            let have = c.store.obj(other).ty;
            self.unify(c, want, have, EXACT)
        })
    }

    /// Runs `body` unless it is running for the same two types: a recursive interface matches if
    /// nothing else is against it.
    fn once(&mut self, x: TypeId, y: TypeId, body: impl FnOnce(&mut Unifier) -> bool) -> bool {
        if self.pairs.contains(&(x, y)) {
            return true;
        }
        self.pairs.push((x, y));
        let matched = body(self);
        self.pairs.pop();
        matched
    }

    /// Types of the same kind match if their parts do.
    #[allow(clippy::unnecessary_wraps)] // A rule among others, which leave the question open.
    fn by_shape(&mut self, c: &mut Checker, x: TypeId, y: TypeId, mode: UnifyMode) -> Option<bool> {
        let (a, b) = (c.shape(x), c.shape(y));
        if !a.head.matches(&b.head, mode.exact) || a.parts.len() != b.parts.len() {
            return Some(false);
        }
        let parts_mode = match a.head {
            Head::Named(_) | Head::Tuple => mode,
            Head::Interface { .. } => EXACT,
            // `[]A` is not assignable to `[]B` unless A and B are the same: nothing loose inside.
            _ => UnifyMode { exact: mode.exact || mode.assign, ..mode },
        };
        Some(self.once(x, y, |u| {
            a.parts.iter().zip(&b.parts).all(|(&s, &t)| u.unify(c, s, t, parts_mode))
        }))
    }
}

/// A way to decide whether two types match; `None` leaves that to the next one.
type Rule = fn(&mut Unifier, &mut Checker, TypeId, TypeId, UnifyMode) -> Option<bool>;

const RULES: [Rule; 4] =
    [Unifier::by_slot, Unifier::by_core, Unifier::by_methods, Unifier::by_shape];

/// What to match in place of `t`: a defined type matches a type literal by its underlying type.
/// Interfaces are left to the rule about methods.
fn loosened(c: &mut Checker, t: TypeId, other: TypeId) -> TypeId {
    let literal =
        !matches!(c.store.ty(other), Type::Named(_) | Type::TypeParam(_) | Type::Interface(_));
    if !literal || !matches!(c.store.ty(t), Type::Named(_)) {
        return t;
    }
    let u = c.under(t);
    if matches!(c.store.ty(u), Type::Interface(_)) { t } else { u }
}

/// Two matching types may both stand for a parameter if the answer does not depend on the order in
/// which they came: an interface and something else do not, nor do interfaces with more or fewer
/// methods or with different names.
fn interfaces_agree(c: &mut Checker, a: TypeId, b: TypeId) -> bool {
    let (a, b) = (c.unalias(a), c.unalias(b));
    match (c.is_non_type_param_interface(a), c.is_non_type_param_interface(b)) {
        (false, false) => true,
        (true, true) if [a, b].iter().all(|&t| matches!(c.store.ty(t), Type::Named(_))) => {
            c.identical(a, b)
        }
        (true, true) => c.type_set_of(a).methods.len() == c.type_set_of(b).methods.len(),
        _ => false,
    }
}

/// Of two types that match, the one with the higher rank says more: a defined type, then a channel
/// with a direction, which a channel of both directions can be assigned to.
fn specificity(c: &mut Checker, t: TypeId) -> u8 {
    let t = c.unalias(t);
    match c.store.ty(t) {
        Type::Named(_) => 2,
        Type::Chan { dir, .. } if *dir != ChanDir::Both => 1,
        _ => 0,
    }
}

fn same_origin(c: &Checker, x: TypeId, y: TypeId) -> bool {
    match (c.store.ty(x), c.store.ty(y)) {
        (Type::Named(a), Type::Named(b)) => a.origin.is_some() && a.origin == b.origin,
        _ => false,
    }
}
