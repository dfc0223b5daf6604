//! Lazy packages: declarations are parsed when they are first looked up.
//!
//! Each piece that the source hands out becomes a file of its own; those of one file of the package
//! share the scope with its imports.

use std::rc::Rc;

use gol_grammar::ast::Name;

use crate::checker::Checker;
use crate::object::ObjId;
use crate::package::{DeclSource, PkgId};
use crate::types::{Type, TypeId};

/// Where the methods of a lazy package's defined type come from.
struct LazyOwner {
    pkg: PkgId,
    source: Rc<dyn DeclSource>,
    type_name: Name,
}

impl Checker {
    /// Asks a lazy package for the declaration of `name` and declares what comes.
    pub(crate) fn load_declaration(&mut self, pkg: PkgId, name: &str) -> Option<ObjId> {
        let state = &self.core.pkgs[pkg.0 as usize];
        let source = state.source.clone()?;
        if name == "_" || state.missing.contains(name) {
            return None;
        }
        let Some((file, next_id)) = source.parse(name, self.next_id) else {
            self.core.pkgs[pkg.0 as usize].missing.insert(name.into());
            return None;
        };
        self.next_id = next_id;
        self.collect_file(pkg, &file, true);
        let scope = self.core.pkgs[pkg.0 as usize].scope;
        let found = self.lookup_in(scope, name);
        if found.is_none() {
            self.core.pkgs[pkg.0 as usize].missing.insert(name.into());
        }
        found
    }

    /// Declares the method `name` of a lazy package's defined type, if that has not happened.
    pub(crate) fn load_method(&mut self, named: TypeId, name: &str) {
        let Some(owner) = self.lazy_owner(named) else { return };
        let key = (owner.type_name.clone(), Name::from(name));
        if !self.core.pkgs[owner.pkg.0 as usize].methods_asked.insert(key) {
            return;
        }
        let parsed = owner.source.parse_method(&owner.type_name, name, self.next_id);
        let Some((file, next_id)) = parsed else { return };
        self.next_id = next_id;
        self.collect_file(owner.pkg, &file, true);
        let state = &mut self.core.pkgs[owner.pkg.0 as usize];
        let methods = state.methods.remove(&owner.type_name).unwrap_or_default();
        self.attach_methods(&owner.type_name, named, methods);
    }

    /// Declares all methods of a lazy package's defined type.
    pub(crate) fn load_methods(&mut self, named: TypeId) {
        let Some(owner) = self.lazy_owner(named) else { return };
        for name in owner.source.method_names(&owner.type_name) {
            self.load_method(named, &name);
        }
    }

    /// Names of the methods of a lazy package's defined type; `None` for other types.
    pub(crate) fn lazy_method_names(&self, named: TypeId) -> Option<(PkgId, Vec<Name>)> {
        let owner = self.lazy_owner(named)?;
        Some((owner.pkg, owner.source.method_names(&owner.type_name)))
    }

    /// The lazy package that declares a defined type.
    fn lazy_owner(&self, named: TypeId) -> Option<LazyOwner> {
        let Type::Named(n) = self.store.ty(named) else { return None };
        let object = self.store.obj(n.obj);
        let pkg = object.pkg?;
        let source = self.core.pkgs[pkg.0 as usize].source.clone()?;
        let is_global = self.core.decls.contains_key(&n.obj);
        is_global.then(|| LazyOwner { pkg, source, type_name: object.name.clone() })
    }

    /// Declares the functions called `init` of a lazy package.
    pub(crate) fn load_inits(&mut self, pkg: PkgId) {
        let state = &mut self.core.pkgs[pkg.0 as usize];
        let Some(source) = state.source.clone().filter(|_| !state.inits_loaded) else { return };
        state.inits_loaded = true;
        let (files, next_id) = source.parse_inits(self.next_id);
        self.next_id = next_id;
        for file in files {
            self.collect_file(pkg, &file, true);
        }
    }
}
