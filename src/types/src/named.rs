//! Defined types: their underlying types and methods, and the lazy expansion of instances.

use crate::checker::Checker;
use crate::object::{FuncInfo, ObjId, ObjKind, Object};
use crate::state::Color;
use crate::types::{Named, Signature, Type, TypeId};
use crate::under::INVALID;

impl Checker {
    pub(crate) fn named(&self, t: TypeId) -> Option<&Named> {
        if let Type::Named(n) = self.store.ty(t) { Some(n) } else { None }
    }

    fn set_underlying(&mut self, t: TypeId, u: TypeId) {
        if let Type::Named(n) = self.store.ty_mut(t) {
            n.underlying = Some(u);
        }
    }

    /// Finds the underlying type of a defined type that has none yet. While its declaration is
    /// being checked the answer may be the invalid type, which is then not kept.
    pub(crate) fn resolve_named(&mut self, t: TypeId) -> TypeId {
        let Some(n) = self.named(t) else { return INVALID };
        let (obj, is_instance) = (n.obj, n.origin.is_some());
        if self.core.expanding.contains(&t) {
            return INVALID;
        }
        if is_instance {
            return self.expand_underlying(t);
        }
        if let Some(&rhs) = self.core.from_rhs.get(&t) {
            self.core.expanding.insert(t);
            let u = self.under(rhs);
            self.core.expanding.remove(&t);
            return u;
        }
        if self.extra(obj).color == Color::White {
            self.obj_decl(obj);
            return self.named(t).and_then(|n| n.underlying).unwrap_or(INVALID);
        }
        INVALID
    }

    /// The underlying type of an instance: its generic type's with the arguments put in.
    fn expand_underlying(&mut self, t: TypeId) -> TypeId {
        let Some(n) = self.named(t) else { return INVALID };
        let (origin, targs) = (n.origin.unwrap_or(t), n.type_args.clone());
        let u = self.under(origin);
        let known = self.named(origin).is_some_and(|o| o.underlying.is_some());
        let tparams = self.named(origin).map(|o| o.type_params.clone()).unwrap_or_default();
        if tparams.len() != targs.len() || u == INVALID {
            if known {
                self.set_underlying(t, INVALID);
            }
            return INVALID;
        }
        self.core.expanding.insert(t);
        let expanded = self.subst(u, &tparams, &targs);
        self.core.expanding.remove(&t);
        if known {
            self.set_underlying(t, expanded);
        }
        expanded
    }

    /// Methods that are declared on `t` (for an instance: on its generic type), in the
    /// order in which they were met, which is that of the source but in lazy packages.
    /// Of a lazy package's type, all of them are parsed for this.
    pub(crate) fn declared_methods(&mut self, t: TypeId) -> Vec<ObjId> {
        let origin = self.named(t).and_then(|n| n.origin).unwrap_or(t);
        self.load_methods(origin);
        self.named(origin).map(|n| n.methods.clone()).unwrap_or_default()
    }

    /// The method called `name` of the defined type `t` and its index, expanded for an instance.
    pub(crate) fn named_method(
        &mut self,
        t: TypeId,
        pkg: Option<crate::PkgId>,
        name: &str,
        fold_case: bool,
    ) -> Option<(usize, ObjId)> {
        let origin = self.named(t).and_then(|n| n.origin).unwrap_or(t);
        if fold_case {
            self.load_methods(origin);
        } else {
            self.load_method(origin, name);
        }
        let methods = &self.named(origin)?.methods;
        let index = methods.iter().position(|&m| self.same_id(m, pkg, name, fold_case))?;
        let method = methods[index];
        if origin == t {
            return Some((index, method));
        }
        Some((index, self.expand_method(t, index, method)))
    }

    /// The method of the instance `t` that comes from `method` of its generic type.
    pub(crate) fn expand_method(&mut self, t: TypeId, index: usize, method: ObjId) -> ObjId {
        if let Some(&m) = self.core.inst_methods.get(&(t, index)) {
            return m;
        }
        self.obj_decl(method);
        let orig = self.store.obj(method).clone();
        let targs = self.named(t).map(|n| n.type_args.clone()).unwrap_or_default();
        let mut ty = orig.ty;
        let mut ptr_recv = false;
        if let Type::Signature(sig) = self.store.ty(ty).clone() {
            ptr_recv = sig.recv.is_some_and(|r| self.is_pointer_type(self.store.obj(r).ty));
            if sig.recv_type_params.len() == targs.len() && !targs.is_empty() {
                let params = sig.recv_type_params.clone();
                let changed = self.subst(ty, &params, &targs);
                ty = self.with_receiver(changed, &sig, t, ptr_recv);
            }
        }
        let decl = if let ObjKind::Func(f) = &orig.kind { f.decl.clone() } else { None };
        let kind = ObjKind::Func(FuncInfo { decl, origin: Some(method), ptr_recv });
        let m = self.store.add_obj(Object { ty, kind, ..orig });
        self.core.inst_methods.insert((t, index), m);
        m
    }

    /// The signature with the instance (or a pointer to it) as its receiver's type.
    fn with_receiver(&mut self, ty: TypeId, orig: &Signature, t: TypeId, ptr: bool) -> TypeId {
        let Type::Signature(mut sig) = self.store.ty(ty).clone() else { return ty };
        let recv_type = if ptr { self.new_pointer(t) } else { t };
        sig.recv = orig.recv.map(|r| {
            let object = self.store.obj(r).clone();
            self.store.add_obj(Object { ty: recv_type, ..object })
        });
        sig.recv_type_params = Vec::new();
        self.store.add_type(Type::Signature(sig))
    }

    pub(crate) fn is_pointer_type(&self, t: TypeId) -> bool {
        let mut t = t;
        while let Type::Alias(a) = self.store.ty(t) {
            let Some(actual) = a.actual else { return false };
            t = actual;
        }
        matches!(self.store.ty(t), Type::Pointer(_))
    }
}
