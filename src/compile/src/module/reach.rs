//! Which methods calls through interfaces can reach.
//!
//! A method is compiled if its type became the dynamic type of an interface **and** a method of its
//! identity is called through some interface. (Rapid type analysis, Bacon and Sweeney 1996.) Both
//! sides arrive in any order; whichever comes second makes the link. A descriptor lists only methods
//! that some interface of the program mentions, because assertions look for no others: so the
//! signatures of a library type's many methods need not even be checked. Where reflection can find
//! methods by name, all exported ones count as called.
//!
//! What a value in an interface is made of can become a dynamic type, too, through reflection (how
//! fmt prints fields): so a type's components count with it.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use gol_bytecode::{MethodDesc, MethodIdx, TypeIdx};
use gol_grammar::ast::Name;
use gol_types::{ObjId, Type, TypeId};

use super::Module;
use super::methods::MethodName;

#[derive(Clone, Default)]
pub(super) struct Reach {
    /// Types that are dynamic types.
    dynamic: HashSet<TypeId>,
    dynamic_list: Vec<TypeId>,
    /// Dynamic types by the names of methods that they may have.
    by_name: HashMap<MethodName, Vec<TypeId>>,
    /// Methods that interfaces mention, by name.
    mentioned: HashMap<MethodName, Vec<MethodIdx>>,
    /// Name, canonical signature and whether it is called, by identity.
    idents: Vec<(MethodName, TypeId, bool)>,
    /// Links to be made: they may need wrappers, which may need more types.
    pending: Vec<(TypeId, MethodIdx)>,
    busy: bool,
    /// Reflection can make a pointer to whatever it has a value of, and values of what a function
    /// takes and returns.
    reflected: bool,
    /// Reflection can call every exported method.
    exported: bool,
}

impl Reach {
    /// What is known of an identity. Making a method's type can make other methods, so that they
    /// do not come in order.
    fn entry(&mut self, id: MethodIdx) -> &mut (MethodName, TypeId, bool) {
        let at = id.0 as usize;
        if self.idents.len() <= at {
            self.idents.resize(at + 1, ((Name::default(), None), TypeId(0), false));
        }
        &mut self.idents[at]
    }
}

impl Module<'_> {
    /// As `type_idx`, for a type that becomes the dynamic type of an interface: its methods become
    /// reachable through the interface methods that the program calls.
    pub(crate) fn iface_type_idx(&mut self, t: TypeId) -> TypeIdx {
        let t = self.checker.canonical(t);
        let idx = self.type_idx(t);
        self.add_dynamic(t);
        self.make_pending_links();
        idx
    }

    /// The identity of an interface's method, marked as called through an interface.
    pub(crate) fn method_idx(&mut self, method: ObjId, sig: TypeId) -> MethodIdx {
        let id = self.method_id(method, sig);
        self.mark_called(id);
        id
    }

    /// Notes a new identity, the next one: dynamic types that have the method list it from now on.
    pub(super) fn mention(&mut self, id: MethodIdx, name: MethodName, sig: TypeId) {
        let entry = self.reach.entry(id);
        (entry.0, entry.1) = (name.clone(), sig);
        self.reach.mentioned.entry(name).or_default().push(id);
        self.link_known(id);
    }

    /// Makes the method of all dynamic types that have it reachable.
    pub(super) fn mark_called(&mut self, id: MethodIdx) {
        if !std::mem::replace(&mut self.reach.entry(id).2, true) {
            self.link_known(id);
        }
    }

    fn link_known(&mut self, id: MethodIdx) {
        let name = self.reach.entry(id).0.clone();
        let types = self.reach.by_name.get(&name).cloned().unwrap_or_default();
        self.reach.pending.extend(types.into_iter().map(|t| (t, id)));
        self.make_pending_links();
    }

    /// What a function of package reflect, now compiled, makes possible.
    pub(super) fn note_reflection(&mut self, func: ObjId) {
        let object = self.checker.store.obj(func);
        if object.pkg.is_none_or(|p| self.checker.store.pkg(p).path != "reflect") {
            return;
        }
        let by_name =
            matches!(object.name.as_str(), "Method" | "MethodByName" | "Methods" | "NumMethod");
        if !std::mem::replace(&mut self.reach.reflected, true) {
            for t in self.reach.dynamic_list.clone() {
                self.add_reflected(t);
            }
        }
        if by_name && !std::mem::replace(&mut self.reach.exported, true) {
            for t in self.reach.dynamic_list.clone() {
                self.call_exported(t);
            }
        }
    }

    fn add_dynamic(&mut self, t: TypeId) {
        let mut work = vec![t];
        while let Some(t) = work.pop() {
            let t = self.checker.canonical(t);
            if !self.reach.dynamic.insert(t) {
                continue;
            }
            self.reach.dynamic_list.push(t);
            let u = self.checker.underlying(t);
            let parts = match self.checker.store.ty(u) {
                Type::Pointer(e) | Type::Slice(e) => vec![*e],
                Type::Array { elem, .. } | Type::Chan { elem, .. } => vec![*elem],
                Type::Map { key, elem } => vec![*key, *elem],
                Type::Struct(s) => s.fields.iter().map(|&f| self.checker.store.obj(f).ty).collect(),
                // Its dynamic types count where they are put in.
                Type::Interface(_) => continue,
                _ => Vec::new(),
            };
            work.extend(parts);
            self.enter_names(t);
            if self.reach.reflected {
                self.add_reflected(t);
            }
        }
    }

    /// The types that reflection gets to from a dynamic type. Pointers without methods it makes at
    /// run time.
    fn add_reflected(&mut self, t: TypeId) {
        let u = self.checker.underlying(t);
        if let Type::Signature(_) = self.checker.store.ty(u) {
            self.add_parameters(u);
        }
        if matches!(self.checker.store.ty(t), Type::Pointer(_)) {
            return;
        }
        let pointer = self.checker.new_pointer(t);
        if !self.checker.declared_method_names(pointer).is_empty() {
            self.iface_type_idx(pointer);
        }
    }

    /// What a function takes and returns becomes the dynamic type of interfaces.
    fn add_parameters(&mut self, sig: TypeId) {
        let (params, results) = self.checker.signature_types(sig);
        for part in params.into_iter().chain(results) {
            self.type_idx(part);
            self.add_dynamic(part);
        }
    }

    fn enter_names(&mut self, t: TypeId) {
        for name in self.checker.declared_method_names(t) {
            let mentioned = self.reach.mentioned.get(&name).cloned().unwrap_or_default();
            self.reach.pending.extend(mentioned.into_iter().map(|id| (t, id)));
            self.reach.by_name.entry(name).or_default().push(t);
        }
        if self.reach.exported {
            self.call_exported(t);
        }
    }

    /// Dynamic types so far.
    pub(super) fn dynamic_types(&self) -> Vec<TypeId> {
        self.reach.dynamic_list.clone()
    }

    /// The methods of a type are others than they were: its descriptor lists them anew.
    pub(super) fn enter_methods_anew(&mut self, t: TypeId) {
        let idx = self.type_idx(t).0 as usize;
        self.program.types[idx].methods.clear();
        for types in self.reach.by_name.values_mut() {
            types.retain(|&known| known != t);
        }
        self.enter_names(t);
        self.make_pending_links();
    }

    /// Makes all exported methods of a type callable.
    fn call_exported(&mut self, t: TypeId) {
        for name in self.checker.declared_method_names(t) {
            if name.1.is_some() {
                continue;
            }
            let Some(sel) = self.find_method(t, None, &name.0) else { continue };
            if self.in_method_set(t, &sel) && !self.is_generic_method(sel.obj) {
                let id = self.ident(name, sel.sig);
                self.mark_called(id);
                self.add_parameters(sel.sig);
            }
        }
    }

    /// Generic methods belong to no interface.
    fn is_generic_method(&self, method: ObjId) -> bool {
        let sig = self.checker.store.obj(method).ty;
        matches!(self.checker.store.ty(sig), Type::Signature(s) if !s.type_params.is_empty())
    }

    fn make_pending_links(&mut self) {
        if std::mem::replace(&mut self.reach.busy, true) {
            return;
        }
        while let Some((t, id)) = self.reach.pending.pop() {
            self.link(t, id);
        }
        self.reach.busy = false;
    }

    /// Enters the method into the type's descriptor, if the type has it; makes its function, if it
    /// is called.
    fn link(&mut self, t: TypeId, id: MethodIdx) {
        let (name, sig, called) = self.reach.entry(id).clone();
        let Some(sel) = self.find_method(t, name.1, &name.0) else { return };
        if sel.sig != sig || !self.in_method_set(t, &sel) || self.is_generic_method(sel.obj) {
            return;
        }
        let idx = self.type_idx(t).0 as usize;
        let known = |m: &MethodDesc| m.method == id;
        let place = self.program.types[idx].methods.iter().position(known);
        if place.is_some_and(|at| self.program.types[idx].methods[at].func.is_some()) {
            return;
        }
        let func = if called { self.iface_entry(t, name.1, &name.0) } else { None };
        let ty = self.type_idx(sig);
        let methods = &mut self.program.types[idx].methods;
        match methods.iter_mut().find(|m| m.method == id) {
            Some(known) => known.func = known.func.or(func),
            None => methods.push(MethodDesc { method: id, func, ty }),
        }
    }

    /// Sorts the methods of all descriptors by name.
    pub(super) fn sort_methods(&mut self) {
        let names = &self.program.methods;
        for desc in &mut self.program.types {
            desc.methods.sort_by(|a, b| {
                let (a, b) = (&names[a.method.0 as usize], &names[b.method.0 as usize]);
                (&a.name, &a.pkg_path).cmp(&(&b.name, &b.pkg_path))
            });
        }
    }
}
