//! Methods: which one a name finds, and what makes two methods the same.

use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

use gol_bytecode::{Method, MethodIdx};
use gol_grammar::ast::Name;
use gol_types::{ObjId, ObjKind, PkgId, Type, TypeId};

use super::{FuncKey, MethodSel, Module};

/// A method's name, with its package unless it is exported.
pub(super) type MethodName = (Name, Option<PkgId>);

/// What has been looked up.
#[derive(Clone, Default)]
pub(super) struct Methods {
    found: HashMap<(TypeId, Option<PkgId>, Name), Option<Rc<MethodSel>>>,
    ids: HashMap<(MethodName, TypeId), MethodIdx>,
}

impl Methods {
    /// Forgets which methods types have.
    pub(super) fn forget_found(&mut self) {
        self.found.clear();
    }
}

impl Module<'_> {
    /// The method that a concrete type `t` (or `&t`) has under a name, promoted ones included.
    /// Use it for every method call and value: in a generic body the checker's selection knows only
    /// the constraint.
    pub(crate) fn find_method(
        &mut self,
        t: TypeId,
        pkg: Option<PkgId>,
        name: &str,
    ) -> Option<Rc<MethodSel>> {
        let key = (t, pkg, Name::from(name));
        if let Some(found) = self.methods.found.get(&key) {
            return found.clone();
        }
        let found = self.look_up(t, pkg, name).map(Rc::new);
        self.methods.found.insert(key, found.clone());
        found
    }

    fn look_up(&mut self, t: TypeId, pkg: Option<PkgId>, name: &str) -> Option<MethodSel> {
        let (obj, mut path, _) = self.checker.lookup_member(t, pkg, name)?;
        let ObjKind::Func(info) = self.checker.store.obj(obj).kind.clone() else { return None };
        path.pop();
        let owner = self.walk(t, &path);
        let sig = self.checker.store.obj(obj).ty;
        let sig = self.checker.canonical(sig);
        let u = self.checker.underlying(owner);
        let is_iface = matches!(self.checker.store.ty(u), Type::Interface(_));
        Some(MethodSel {
            obj: info.origin.unwrap_or(obj),
            path,
            owner,
            ptr_recv: !is_iface && info.ptr_recv,
            is_iface,
            sig,
        })
    }

    /// The canonical type, without pointer, at the end of a path of fields.
    fn walk(&mut self, t: TypeId, path: &[usize]) -> TypeId {
        let mut at = self.deref(t);
        for &i in path {
            let u = self.checker.underlying(at);
            let Type::Struct(s) = self.checker.store.ty(u) else { break };
            let ty = self.checker.store.obj(s.fields[i]).ty;
            at = self.deref(ty);
        }
        self.checker.canonical(at)
    }

    /// What a pointer type points to; other types as they are.
    pub(super) fn deref(&mut self, t: TypeId) -> TypeId {
        let t = self.checker.resolve_alias(t);
        match *self.checker.store.ty(t) {
            Type::Pointer(elem) => self.checker.resolve_alias(elem),
            _ => t,
        }
    }

    /// The key of a concrete method; `own_args` are those of a generic method.
    pub(crate) fn method_key(&mut self, sel: &MethodSel, own_args: &[TypeId]) -> FuncKey {
        let args = match self.checker.store.ty(sel.owner) {
            Type::Named(named) => named.type_args.clone(),
            _ => Vec::new(),
        };
        let args = args.into_iter().chain(own_args.iter().copied());
        let type_args = args.map(|t| self.checker.canonical(t)).collect();
        FuncKey { obj: sel.obj, type_args }
    }

    /// Whether the method belongs to the method set of `t` itself (not only of `&t`).
    pub(super) fn in_method_set(&mut self, t: TypeId, sel: &MethodSel) -> bool {
        if !sel.ptr_recv {
            return true;
        }
        let mut at = t;
        for &i in &sel.path {
            if self.is_pointer(at) {
                return true;
            }
            let u = self.checker.underlying(at);
            let Type::Struct(s) = self.checker.store.ty(u) else { return false };
            at = self.checker.store.obj(s.fields[i]).ty;
        }
        self.is_pointer(at)
    }

    fn is_pointer(&mut self, t: TypeId) -> bool {
        let t = self.checker.resolve_alias(t);
        matches!(self.checker.store.ty(t), Type::Pointer(_))
    }

    /// The identity of an interface's method.
    pub(super) fn method_id(&mut self, method: ObjId, sig: TypeId) -> MethodIdx {
        let object = self.checker.store.obj(method);
        let name = (object.name.clone(), object.pkg.filter(|_| !object.is_exported()));
        self.ident(name, sig)
    }

    /// The identity of the exported method `name` of this signature, marked as called.
    pub(super) fn named_method(&mut self, name: &str, sig: TypeId) -> MethodIdx {
        let id = self.ident((Name::from(name), None), sig);
        self.mark_called(id);
        id
    }

    /// The identity of a method: its name (with its package, if it is not exported) and signature.
    pub(super) fn ident(&mut self, name: MethodName, sig: TypeId) -> MethodIdx {
        let sig = self.checker.canonical(sig);
        let key = (name.clone(), sig);
        if let Some(&id) = self.methods.ids.get(&key) {
            return id;
        }
        let (params, results) = self.checker.signature_types(sig);
        let (param_words, result_words) = (self.words_of(&params), self.words_of(&results));
        let id = MethodIdx(self.program.methods.len() as u32);
        self.methods.ids.insert(key, id);
        let path = name.1.map(|p| self.checker.store.pkg(p).path.to_string());
        self.program.methods.push(Method {
            name: name.0.to_string(),
            pkg_path: path.unwrap_or_default(),
            param_words,
            result_words,
            ty: gol_bytecode::TypeIdx(0),
        });
        let ty = self.type_idx(sig);
        self.program.methods[id.0 as usize].ty = ty;
        self.mention(id, name, sig);
        id
    }
}
