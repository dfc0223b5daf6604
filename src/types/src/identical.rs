//! Type identity, and the representative of all types that are identical to one.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::checker::Checker;
use crate::object::{ObjId, ObjKind};
use crate::types::{Signature, Type, TypeId};

/// Pairs of interfaces that are being compared: meeting one again means that nothing differs.
type Pairs = Vec<(TypeId, TypeId)>;

impl Checker {
    pub fn identical(&mut self, x: TypeId, y: TypeId) -> bool {
        x == y || self.identical_rec(x, y, false, &mut Pairs::new())
    }

    pub(crate) fn identical_ignore_tags(&mut self, x: TypeId, y: TypeId) -> bool {
        x == y || self.identical_rec(x, y, true, &mut Pairs::new())
    }

    fn identical_rec(&mut self, x: TypeId, y: TypeId, no_tags: bool, pairs: &mut Pairs) -> bool {
        let (x, y) = (self.unalias(x), self.unalias(y));
        if x == y {
            return true;
        }
        match (self.store.ty(x), self.store.ty(y)) {
            (Type::Basic(a), Type::Basic(b)) => a == b,
            (&Type::Pointer(a), &Type::Pointer(b)) | (&Type::Slice(a), &Type::Slice(b)) => {
                self.identical_rec(a, b, no_tags, pairs)
            }
            (&Type::Array { elem: a, len: m }, &Type::Array { elem: b, len: n }) => {
                m == n && self.identical_rec(a, b, no_tags, pairs)
            }
            (&Type::Map { key: ka, elem: ea }, &Type::Map { key: kb, elem: eb }) => {
                self.identical_rec(ka, kb, no_tags, pairs)
                    && self.identical_rec(ea, eb, no_tags, pairs)
            }
            (&Type::Chan { dir: da, elem: a }, &Type::Chan { dir: db, elem: b }) => {
                da == db && self.identical_rec(a, b, no_tags, pairs)
            }
            (Type::Struct(a), Type::Struct(b)) => {
                if a.fields.len() != b.fields.len() {
                    return false;
                }
                let tag = |s: &crate::Struct, i: usize| s.tags.get(i).cloned().unwrap_or_default();
                if !no_tags && (0..a.fields.len()).any(|i| tag(a, i) != tag(b, i)) {
                    return false;
                }
                let (a, b) = (a.fields.clone(), b.fields.clone());
                a.iter().zip(&b).all(|(&f, &g)| self.same_field(f, g, no_tags, pairs))
            }
            (Type::Tuple(a), Type::Tuple(b)) => {
                let (a, b) = (a.clone(), b.clone());
                self.identical_vars(&a, &b, no_tags, pairs)
            }
            (Type::Signature(a), Type::Signature(b)) => {
                let (a, b) = (a.clone(), b.clone());
                self.identical_signatures(&a, &b, y, no_tags, pairs)
            }
            (Type::Union(a), Type::Union(b)) => {
                let (a, b) = (a.clone(), b.clone());
                let (a, b) = (self.union_terms(&a), self.union_terms(&b));
                self.identical_terms(a.as_deref(), b.as_deref())
            }
            (Type::Interface(_), Type::Interface(_)) => {
                self.identical_interfaces(x, y, no_tags, pairs)
            }
            (Type::Named(a), Type::Named(b)) => {
                if a.origin.is_none() || a.origin != b.origin {
                    return false;
                }
                if a.type_args.len() != b.type_args.len() {
                    return false;
                }
                let (a, b) = (a.type_args.clone(), b.type_args.clone());
                a.iter().zip(&b).all(|(&s, &t)| self.identical_rec(s, t, no_tags, pairs))
            }
            _ => false,
        }
    }

    fn same_field(&mut self, f: ObjId, g: ObjId, no_tags: bool, pairs: &mut Pairs) -> bool {
        let (a, b) = (self.store.obj(f), self.store.obj(g));
        let embedded = |k: &ObjKind| matches!(k, ObjKind::Var(v) if v.embedded);
        if embedded(&a.kind) != embedded(&b.kind) || a.name != b.name {
            return false;
        }
        if !a.is_exported() && a.pkg != b.pkg {
            return false;
        }
        let (a, b) = (a.ty, b.ty);
        self.identical_rec(a, b, no_tags, pairs)
    }

    fn identical_vars(&mut self, a: &[ObjId], b: &[ObjId], no_tags: bool, p: &mut Pairs) -> bool {
        a.len() == b.len()
            && a.iter().zip(b).all(|(&v, &w)| {
                let (v, w) = (self.store.obj(v).ty, self.store.obj(w).ty);
                self.identical_rec(v, w, no_tags, p)
            })
    }

    /// Signatures are identical up to the names of their type parameters.
    fn identical_signatures(
        &mut self,
        a: &Signature,
        b: &Signature,
        y: TypeId,
        no_tags: bool,
        pairs: &mut Pairs,
    ) -> bool {
        if a.type_params.len() != b.type_params.len() || a.variadic != b.variadic {
            return false;
        }
        if a.params.len() != b.params.len() || a.results.len() != b.results.len() {
            return false;
        }
        if a.type_params.is_empty() {
            return self.identical_vars(&a.params, &b.params, no_tags, pairs)
                && self.identical_vars(&a.results, &b.results, no_tags, pairs);
        }
        for (&p, &q) in a.type_params.iter().zip(&b.type_params) {
            let (p, q) = (self.bound(p), self.bound(q));
            let q = self.subst(q, &b.type_params, &a.type_params);
            if !self.identical_rec(p, q, no_tags, pairs) {
                return false;
            }
        }
        let renamed = Signature { type_params: Vec::new(), ..b.clone() };
        let _ = y;
        let renamed = self.store.add_type(Type::Signature(renamed));
        let renamed = self.subst(renamed, &b.type_params, &a.type_params);
        let Type::Signature(b) = self.store.ty(renamed).clone() else { return false };
        self.identical_vars(&a.params, &b.params, no_tags, pairs)
            && self.identical_vars(&a.results, &b.results, no_tags, pairs)
    }

    fn identical_terms(&mut self, a: Option<&[crate::Term]>, b: Option<&[crate::Term]>) -> bool {
        match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                a.iter().all(|x| b.iter().any(|y| self.term_subset(x, y)))
                    && b.iter().all(|x| a.iter().any(|y| self.term_subset(x, y)))
            }
            _ => false,
        }
    }

    fn identical_interfaces(&mut self, x: TypeId, y: TypeId, no_tags: bool, p: &mut Pairs) -> bool {
        if p.contains(&(x, y)) || p.contains(&(y, x)) {
            return true;
        }
        let a = self.type_set_ref(x).clone();
        let b = self.type_set_ref(y).clone();
        if a.comparable != b.comparable || a.methods.len() != b.methods.len() {
            return false;
        }
        if !self.identical_terms(a.terms.as_deref(), b.terms.as_deref()) {
            return false;
        }
        p.push((x, y));
        let same = a.methods.iter().zip(&b.methods).all(|(&m, &n)| {
            let (om, on) = (self.store.obj(m), self.store.obj(n));
            if om.name != on.name || (!om.is_exported() && om.pkg != on.pkg) {
                return false;
            }
            let (tm, tn) = (om.ty, on.ty);
            self.identical_rec(tm, tn, no_tags, p)
        });
        p.pop();
        same
    }

    /// The representative of all types identical to t (for hashing): for concrete types.
    pub fn canonical(&mut self, t: TypeId) -> TypeId {
        if let Some(&c) = self.core.canon.get(&t) {
            return c;
        }
        let u = self.unalias(t);
        let hash = self.type_hash(u);
        let bucket = self.core.canon_buckets.get(&hash).cloned().unwrap_or_default();
        let found = bucket.into_iter().find(|&c| self.identical(c, u));
        let c = found.unwrap_or_else(|| {
            let c = match *self.store.ty(u) {
                Type::Basic(kind) => crate::Store::basic(kind),
                _ => u,
            };
            self.core.canon_buckets.entry(hash).or_default().push(c);
            c
        });
        self.core.canon.insert(t, c);
        c
    }

    /// A hash that identical types share.
    pub(crate) fn type_hash(&mut self, t: TypeId) -> u64 {
        let mut h = DefaultHasher::new();
        self.hash_into(t, &mut h, 0);
        h.finish()
    }

    fn hash_into(&mut self, t: TypeId, h: &mut DefaultHasher, depth: u32) {
        let t = self.unalias(t);
        if depth > 6 {
            return;
        }
        let ty = self.store.ty(t).clone();
        std::mem::discriminant(&ty).hash(h);
        match ty {
            Type::Basic(b) => b.hash(h),
            Type::Named(n) => {
                if let Some(known) = self.core.instance_hashes.get(&t) {
                    return known.hash(h);
                }
                n.origin.unwrap_or(t).hash(h);
                for a in n.type_args {
                    self.hash_into(a, h, depth + 1);
                }
            }
            Type::Pointer(e) | Type::Slice(e) => self.hash_into(e, h, depth + 1),
            Type::Array { elem, len } => {
                len.hash(h);
                self.hash_into(elem, h, depth + 1);
            }
            Type::Map { key, elem } => {
                self.hash_into(key, h, depth + 1);
                self.hash_into(elem, h, depth + 1);
            }
            Type::Chan { dir, elem } => {
                dir.hash(h);
                self.hash_into(elem, h, depth + 1);
            }
            Type::Struct(s) => {
                for f in s.fields {
                    let (name, ty) = (self.store.obj(f).name.clone(), self.store.obj(f).ty);
                    name.hash(h);
                    self.hash_into(ty, h, depth + 1);
                }
            }
            Type::Signature(s) => {
                (s.variadic, s.params.len(), s.results.len()).hash(h);
                // Type parameters are equal up to renaming: leave generic signatures at that.
                if s.type_params.is_empty() {
                    for v in s.params.into_iter().chain(s.results) {
                        let ty = self.store.obj(v).ty;
                        self.hash_into(ty, h, depth + 1);
                    }
                }
            }
            Type::Interface(_) => {
                let methods = self.type_set_ref(t).methods.clone();
                for m in methods {
                    self.store.obj(m).name.hash(h);
                }
            }
            Type::TypeParam(_) => t.hash(h),
            Type::Tuple(v) => v.len().hash(h),
            Type::Union(_) | Type::Alias(_) => {}
        }
    }
}
