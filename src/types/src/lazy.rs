//! Lazy packages: declarations are parsed when they are first looked up.
//!
//! Each piece that the source hands out becomes a file of its own, with a scope for its imports.

use gol_grammar::ast::Name;

use crate::checker::Checker;
use crate::object::ObjId;
use crate::package::PkgId;
use crate::types::{Type, TypeId};

impl Checker {
    /// Asks a lazy package for the declaration of `name` and declares what comes.
    pub(crate) fn load_declaration(&mut self, pkg: PkgId, name: &str) -> Option<ObjId> {
        let state = &self.core.pkgs[pkg.0 as usize];
        let source = state.source.clone()?;
        if state.missing.contains(name) {
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

    /// Declares the methods of a lazy package's defined type, if that has not happened.
    pub(crate) fn load_methods(&mut self, named: TypeId) {
        let Type::Named(n) = self.store.ty(named) else { return };
        let obj = n.obj;
        let object = self.store.obj(obj);
        let Some(pkg) = object.pkg else { return };
        let state = &self.core.pkgs[pkg.0 as usize];
        if state.source.is_none() || !self.core.decls.contains_key(&obj) {
            return;
        }
        let name: Name = object.name.clone();
        let Some(source) = state.source.clone().filter(|_| !state.methods_loaded.contains(&name))
        else {
            return;
        };
        self.core.pkgs[pkg.0 as usize].methods_loaded.insert(name.clone());
        let (files, next_id) = source.parse_methods(&name, self.next_id);
        self.next_id = next_id;
        for file in files {
            self.collect_file(pkg, &file, true);
        }
        let methods = self.core.pkgs[pkg.0 as usize].methods.remove(&name).unwrap_or_default();
        self.attach_methods(&name, named, methods);
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
