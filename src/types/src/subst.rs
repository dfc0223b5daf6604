//! Substitution of type arguments for type parameters.

use rustc_hash::FxHashMap as HashMap;

use crate::checker::Checker;
use crate::object::{ObjId, Object};
use crate::types::{Signature, Struct, Term, Type, TypeId};

/// What stands for each type parameter. Substituting keeps a type as it is where nothing changes.
struct Subst<'a> {
    checker: &'a mut Checker,
    map: HashMap<TypeId, TypeId>,
    depth: u32,
}

impl Checker {
    pub fn subst(&mut self, t: TypeId, tparams: &[TypeId], targs: &[TypeId]) -> TypeId {
        if tparams.is_empty() {
            return t;
        }
        let map = tparams.iter().copied().zip(targs.iter().copied()).collect();
        Subst { checker: self, map, depth: 0 }.ty(t)
    }

    /// Fresh copies of type parameters and the type with them put in, for calls that infer several
    /// generic functions at a time.
    pub(crate) fn rename_type_params(
        &mut self,
        tparams: &[TypeId],
        t: TypeId,
    ) -> (Vec<TypeId>, TypeId) {
        let fresh: Vec<TypeId> = tparams
            .iter()
            .map(|&tp| {
                let Type::TypeParam(p) = self.store.ty(tp).clone() else { return tp };
                let object = self.store.obj(p.obj).clone();
                let obj = self.store.add_obj(object);
                self.new_type_param(obj, p.index, p.bound)
            })
            .collect();
        for &tp in &fresh {
            let bound = self.bound(tp);
            let bound = self.subst(bound, tparams, &fresh);
            self.set_bound(tp, bound);
        }
        let t = self.subst(t, tparams, &fresh);
        (fresh, t)
    }

    /// Whether t mentions one of the type parameters.
    pub(crate) fn is_parameterized(&mut self, tparams: &[TypeId], t: TypeId) -> bool {
        let mut seen = Vec::new();
        self.mentions(tparams, t, &mut seen)
    }

    fn mentions(&mut self, tparams: &[TypeId], t: TypeId, seen: &mut Vec<TypeId>) -> bool {
        let parts = match self.store.ty(t) {
            Type::Basic(_) => return false,
            Type::TypeParam(_) => return tparams.contains(&t),
            Type::Alias(_) => {
                let u = self.unalias(t);
                return self.mentions(tparams, u, seen);
            }
            Type::Named(n) => n.type_args.clone(),
            Type::Pointer(e) | Type::Slice(e) => vec![*e],
            Type::Array { elem, .. } | Type::Chan { elem, .. } => vec![*elem],
            Type::Map { key, elem } => vec![*key, *elem],
            Type::Struct(s) => self.types_of(&s.fields),
            Type::Tuple(vars) => self.types_of(vars),
            Type::Signature(s) => {
                let mut parts = self.types_of(&s.params);
                parts.extend(self.types_of(&s.results));
                parts
            }
            Type::Union(terms) => terms.iter().map(|t| t.ty).collect(),
            Type::Interface(_) => {
                if seen.contains(&t) {
                    return false;
                }
                seen.push(t);
                let set = self.type_set_ref(t).clone();
                let mut parts = self.types_of(&set.methods);
                parts.extend(set.terms.unwrap_or_default().iter().map(|t| t.ty));
                parts
            }
        };
        parts.into_iter().any(|p| self.mentions(tparams, p, seen))
    }

    pub(crate) fn types_of(&self, objs: &[ObjId]) -> Vec<TypeId> {
        objs.iter().map(|&o| self.store.obj(o).ty).collect()
    }
}

impl Subst<'_> {
    fn ty(&mut self, t: TypeId) -> TypeId {
        if self.depth > 200 {
            return t;
        }
        self.depth += 1;
        let result = self.unlimited(t);
        self.depth -= 1;
        result
    }

    fn unlimited(&mut self, t: TypeId) -> TypeId {
        match self.checker.store.ty(t) {
            Type::Basic(_) => t,
            Type::TypeParam(_) => self.map.get(&t).copied().unwrap_or(t),
            &Type::Pointer(elem) => {
                let new = self.ty(elem);
                if new == elem { t } else { self.checker.new_pointer(new) }
            }
            &Type::Slice(elem) => {
                let new = self.ty(elem);
                if new == elem { t } else { self.checker.new_slice(new) }
            }
            &Type::Array { elem, len } => {
                let new = self.ty(elem);
                self.changed(t, elem == new, Type::Array { elem: new, len })
            }
            &Type::Chan { dir, elem } => {
                let new = self.ty(elem);
                self.changed(t, elem == new, Type::Chan { dir, elem: new })
            }
            &Type::Map { key, elem } => {
                let (k, e) = (self.ty(key), self.ty(elem));
                self.changed(t, key == k && elem == e, Type::Map { key: k, elem: e })
            }
            Type::Struct(s) => {
                let s = s.clone();
                let fields = self.vars(&s.fields);
                let same = fields == s.fields;
                self.changed(t, same, Type::Struct(Struct { fields, tags: s.tags }))
            }
            Type::Tuple(vars) => {
                let vars = vars.clone();
                let new = self.vars(&vars);
                let same = new == vars;
                self.changed(t, same, Type::Tuple(new))
            }
            Type::Signature(s) => {
                let s = s.clone();
                let (params, results) = (self.vars(&s.params), self.vars(&s.results));
                let same = params == s.params && results == s.results;
                let new = Signature { params, results, ..s };
                let id = self.changed(t, same, Type::Signature(new));
                self.bounds(id, t)
            }
            Type::Union(terms) => {
                let terms = terms.clone();
                let new: Vec<Term> =
                    terms.iter().map(|m| Term { tilde: m.tilde, ty: self.ty(m.ty) }).collect();
                let same = new.iter().zip(&terms).all(|(a, b)| a.ty == b.ty);
                self.changed(t, same, Type::Union(new))
            }
            Type::Interface(_) => self.interface(t),
            Type::Named(n) => {
                if n.type_args.is_empty() {
                    return self.local_named(t);
                }
                let (origin, args) = (n.origin.unwrap_or(t), n.type_args.clone());
                let new: Vec<TypeId> = args.iter().map(|&a| self.ty(a)).collect();
                let own = self.local_named(origin);
                if new == args && own == origin { t } else { self.checker.instance(own, &new) }
            }
            Type::Alias(a) => {
                let (origin, args, actual) = (a.origin, a.type_args.clone(), a.actual);
                if !args.is_empty() {
                    let new: Vec<TypeId> = args.iter().map(|&a| self.ty(a)).collect();
                    let Some(origin) = origin.filter(|_| new != args) else { return t };
                    return self.checker.instance(origin, &new);
                }
                let Some(actual) = actual else { return t };
                let new = self.ty(actual);
                if new == actual { t } else { new }
            }
        }
    }

    /// A type declared in a generic function mentions that function's type parameters freely; it
    /// is one type for the checker. The compiler, which makes one for each instance of the function,
    /// substitutes it like a parameter.
    fn local_named(&mut self, t: TypeId) -> TypeId {
        self.map.get(&t).copied().unwrap_or(t)
    }

    fn changed(&mut self, old: TypeId, same: bool, new: Type) -> TypeId {
        if same { old } else { self.checker.store.add_type(new) }
    }

    /// A generic method's own type parameters have bounds that may mention substituted ones: then
    /// they are replaced by fresh ones.
    fn bounds(&mut self, new: TypeId, old: TypeId) -> TypeId {
        let Type::Signature(sig) = self.checker.store.ty(new) else { return new };
        if sig.type_params.is_empty() || sig.type_params.iter().any(|p| self.map.contains_key(p)) {
            return new;
        }
        let tparams = sig.type_params.clone();
        let bounds: Vec<TypeId> = tparams.iter().map(|&p| self.checker.bound(p)).collect();
        let changed: Vec<TypeId> = bounds.iter().map(|&b| self.ty(b)).collect();
        if changed == bounds && new == old {
            return new;
        }
        let (fresh, renamed) = self.checker.rename_type_params(&tparams, new);
        for (&p, &b) in fresh.iter().zip(&changed) {
            let bound = self.checker.subst(b, &tparams, &fresh);
            self.checker.set_bound(p, bound);
        }
        let Type::Signature(mut sig) = self.checker.store.ty(renamed).clone() else { return new };
        sig.type_params = fresh;
        self.checker.store.add_type(Type::Signature(sig))
    }

    fn vars(&mut self, vars: &[ObjId]) -> Vec<ObjId> {
        vars.iter().map(|&v| self.object(v)).collect()
    }

    /// The object with its type substituted: itself if that changes nothing.
    fn object(&mut self, v: ObjId) -> ObjId {
        let ty = self.checker.store.obj(v).ty;
        let new = self.ty(ty);
        if new == ty {
            return v;
        }
        let object = self.checker.store.obj(v).clone();
        self.checker.store.add_obj(Object { ty: new, ..object })
    }

    fn interface(&mut self, t: TypeId) -> TypeId {
        let Type::Interface(it) = self.checker.store.ty(t).clone() else { return t };
        let methods = self.vars(&it.methods);
        let embeddeds: Vec<TypeId> = it.embeddeds.iter().map(|&e| self.ty(e)).collect();
        if methods == it.methods && embeddeds == it.embeddeds {
            return t;
        }
        let new = self.checker.new_interface(methods, embeddeds, it.implicit);
        if let Some(places) = self.checker.core.embed_pos.get(&t).cloned() {
            self.checker.core.embed_pos.insert(new, places);
        }
        new
    }
}
