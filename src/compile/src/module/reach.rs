//! Which methods calls through interfaces can reach.
//!
//! A method is compiled if its type became the dynamic type of an interface **and** a method of its
//! identity is called through some interface. Both sides arrive in any order: a method that waits
//! for its first call is remembered with its place in the type's table. (Rapid type analysis, Bacon
//! and Sweeney 1996.)
//!
//! What a value in an interface is made of can become a dynamic type, too, through reflection (how
//! fmt prints fields): so a type's components count with it.

use std::collections::{HashMap, HashSet};

use gol_bytecode::{MethodDesc, MethodIdx, TypeIdx};
use gol_types::{ObjId, Selection, Type, TypeId};

use super::Module;

#[derive(Default)]
pub(super) struct Reach {
    /// Types that are dynamic types.
    dynamic: HashSet<TypeId>,
    called: HashSet<MethodIdx>,
    /// Methods of dynamic types that nothing has called yet: type, and the method's place in its
    /// table.
    waiting: HashMap<MethodIdx, Vec<(TypeId, usize)>>,
    /// Methods to be made: they may need wrappers, which may need more types.
    pending: Vec<(TypeId, usize)>,
    busy: bool,
}

impl Module<'_> {
    /// As `type_idx`, for a type that becomes the dynamic type of an interface: its methods become
    /// reachable through the interface methods that the program calls.
    pub(crate) fn iface_type_idx(&mut self, t: TypeId) -> TypeIdx {
        let t = self.checker.canonical(t);
        let idx = self.type_idx(t);
        self.add_dynamic(t);
        self.make_pending_methods();
        idx
    }

    /// The identity of an interface's method, marked as called through an interface.
    pub(crate) fn method_idx(&mut self, method: ObjId, sig: TypeId) -> MethodIdx {
        let id = self.method_id(method, sig);
        self.mark_called(id);
        id
    }

    /// Makes the method of all dynamic types that have it reachable.
    pub(super) fn mark_called(&mut self, id: MethodIdx) {
        if self.reach.called.insert(id) {
            let waiting = self.reach.waiting.remove(&id).unwrap_or_default();
            self.reach.pending.extend(waiting);
            self.make_pending_methods();
        }
    }

    fn add_dynamic(&mut self, t: TypeId) {
        let mut work = vec![t];
        while let Some(t) = work.pop() {
            let t = self.checker.canonical(t);
            if !self.reach.dynamic.insert(t) {
                continue;
            }
            self.fill_methods(t);
            let u = self.checker.underlying(t);
            match self.checker.store.ty(u).clone() {
                Type::Pointer(e) | Type::Slice(e) => work.push(e),
                Type::Array { elem, .. } | Type::Chan { elem, .. } => work.push(elem),
                Type::Map { key, elem } => work.extend([key, elem]),
                Type::Struct(s) => {
                    work.extend(s.fields.iter().map(|&f| self.checker.store.obj(f).ty))
                }
                _ => {}
            }
        }
    }

    /// Puts the method set of a type into its descriptor.
    fn fill_methods(&mut self, t: TypeId) {
        let u = self.checker.underlying(t);
        if matches!(self.checker.store.ty(u), Type::Interface(_)) {
            return;
        }
        let set: Vec<Selection> = self.checker.method_set(t);
        let idx = self.type_idx(t);
        for (place, selection) in set.into_iter().enumerate() {
            if self.is_generic_method(selection.obj) {
                continue;
            }
            let method = self.method_id(selection.obj, selection.ty);
            let ty = self.type_idx(selection.ty);
            let table = &mut self.program.types[idx.0 as usize].methods;
            table.push(MethodDesc { method, func: None, ty });
            let place = table.len().min(place + 1) - 1;
            if self.reach.called.contains(&method) {
                self.reach.pending.push((t, place));
            } else {
                self.reach.waiting.entry(method).or_default().push((t, place));
            }
        }
    }

    /// Generic methods belong to no interface.
    fn is_generic_method(&self, method: ObjId) -> bool {
        let sig = self.checker.store.obj(method).ty;
        matches!(self.checker.store.ty(sig), Type::Signature(s) if !s.type_params.is_empty())
    }

    /// Makes the functions of methods that have become reachable.
    fn make_pending_methods(&mut self) {
        if self.reach.busy {
            return;
        }
        self.reach.busy = true;
        while let Some((t, place)) = self.reach.pending.pop() {
            let idx = self.type_idx(t);
            let method = self.program.types[idx.0 as usize].methods[place].method;
            let described = &self.program.methods[method.0 as usize];
            let (name, path) = (described.name.clone(), described.pkg_path.clone());
            let pkg = self.package_of_path(&path);
            let func = self.iface_entry(t, pkg, &name);
            self.program.types[idx.0 as usize].methods[place].func = func;
        }
        self.reach.busy = false;
    }

    /// The package with an import path; `None` for the empty one.
    fn package_of_path(&self, path: &str) -> Option<gol_types::PkgId> {
        let packages = &self.checker.store.packages;
        let at = packages.iter().position(|p| !path.is_empty() && p.path == path)?;
        Some(gol_types::PkgId(at as u32))
    }
}
