//! What the compiler and the command ask of the checker.

use std::collections::BTreeSet;
use std::rc::Rc;

use gol_diagnostic::Span;
use gol_grammar::ast::{File, FuncDecl, Name, NodeId};

use crate::checker::{Checker, Environment, Options};
use crate::errors::code;
use crate::info::{Info, Selection, SelectionKind};
use crate::lookup::Lookup;
use crate::object::{ObjId, ObjKind};
use crate::package::{Importer, PkgId};
use crate::state::CoreState;
use crate::store::{ScopeId, Store};
use crate::types::{Type, TypeId};
use crate::under::INVALID;

impl Checker {
    /// A checker without packages. Nodes that are parsed on its behalf get ids from `first_id` on.
    pub fn new(importer: Box<dyn Importer>, options: Options, first_id: NodeId) -> Checker {
        let mut checker = Checker {
            store: Store::default(),
            info: Info::default(),
            diagnostics: Vec::new(),
            options,
            importer,
            next_id: first_id,
            env: Environment::default(),
            delayed: Default::default(),
            universe: ScopeId(0),
            untyped: Default::default(),
            core: CoreState::default(),
        };
        checker.define_universe();
        checker
    }

    /// A type like `t`, which a generic function declares, for the function's instance with these
    /// type arguments.
    pub fn local_copy(&mut self, t: TypeId, args: &[TypeId]) -> TypeId {
        let copy = self.store.ty(t).clone();
        let copy = self.store.add_type(copy);
        self.core.outer_args.insert(copy, args.to_vec());
        copy
    }

    /// Checks the program's package (files of one directory, or one script). Errors are in
    /// `diagnostics`.
    pub fn check_main(&mut self, name: &str, files: Vec<Rc<File>>) -> PkgId {
        let clause = files.iter().find_map(|f| f.package.as_ref());
        let package_name = clause.map_or_else(|| name.into(), |p| p.name.clone());
        let pkg = self.add_package(name.into(), package_name.clone(), false);
        for clause in files.iter().filter_map(|f| f.package.as_ref()) {
            if clause.name != package_name {
                let message = format!("package {}; expected package {package_name}", clause.name);
                self.error(code("MismatchedPkgName"), clause.span, message);
            }
        }
        self.check_package(pkg, files);
        let state = &self.core.pkgs[pkg.0 as usize];
        let lacks_main = state.script.is_none() && !state.files.is_empty();
        // That is for the linker to say, to which erroneous programs never come.
        let has_errors = self.diagnostics.iter().any(gol_diagnostic::Diagnostic::is_error);
        if !has_errors && package_name == "main" && lacks_main && self.main_func(pkg).is_none() {
            let message = "function main is undeclared in the main package";
            self.error(code("MissingMain"), Span::NONE, message);
        }
        pkg
    }

    /// Declaration of a function or concrete method, with its body checked (lazily for standard
    /// packages). `None` for interface methods.
    pub fn func_body(&mut self, func: ObjId) -> Option<Rc<FuncDecl>> {
        let ObjKind::Func(info) = &self.store.obj(func).kind else { return None };
        let origin = info.origin.unwrap_or(func);
        self.obj_decl(origin);
        self.check_func_body(origin);
        self.process_delayed();
        self.record_untyped();
        let ObjKind::Func(info) = &self.store.obj(origin).kind else { return None };
        info.decl.clone()
    }

    /// All packages that the program uses, each after those that it imports; among packages that
    /// are ready the one with the smallest path comes first, as Go has it.
    pub fn packages_in_init_order(&self) -> Vec<PkgId> {
        let count = self.store.packages.len();
        let imports: Vec<Vec<PkgId>> =
            (0..count).map(|i| self.used_imports(PkgId(i as u32))).collect();
        let mut waiting: Vec<usize> = imports.iter().map(Vec::len).collect();
        let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (i, list) in imports.iter().enumerate() {
            for p in list {
                dependents[p.0 as usize].push(i);
            }
        }
        let key = |i: usize| (self.store.packages[i].path.clone(), i);
        let mut ready: BTreeSet<_> = (0..count).filter(|&i| waiting[i] == 0).map(key).collect();
        let mut order = Vec::with_capacity(count);
        let mut done = vec![false; count];
        while let Some((_, i)) = ready.pop_first() {
            order.push(PkgId(i as u32));
            done[i] = true;
            for &j in &dependents[i] {
                waiting[j] -= 1;
                if waiting[j] == 0 {
                    ready.insert(key(j));
                }
            }
        }
        order.extend((0..count).filter(|&i| !done[i]).map(|i| PkgId(i as u32)));
        order
    }

    /// The packages that `pkg` imports; of a lazy package, those that the pieces loaded so far use.
    fn used_imports(&self, pkg: PkgId) -> Vec<PkgId> {
        let state = &self.core.pkgs[pkg.0 as usize];
        let mut list = self.store.pkg(pkg).imports.clone();
        if state.source.is_some() {
            let files = state.file_scopes.iter().filter_map(|s| self.core.files.get(s));
            for import in files.flat_map(|f| &f.imports) {
                let named = import.obj.is_some_and(|o| {
                    matches!(self.store.obj(o).kind, ObjKind::PkgName { used: true, .. })
                });
                if (named || import.used) && import.pkg != pkg {
                    list.push(import.pkg);
                }
            }
        }
        list.sort();
        list.dedup();
        list
    }

    /// The functions called `init` of a package, in the order in which they run.
    pub fn init_funcs(&mut self, pkg: PkgId) -> Vec<ObjId> {
        self.load_inits(pkg);
        self.core.pkgs[pkg.0 as usize].inits.clone()
    }

    /// Functions and methods of a package in source order; of a lazy one, those declared so far.
    pub fn declared_funcs(&self, pkg: PkgId) -> Vec<ObjId> {
        let objects = &self.core.pkgs[pkg.0 as usize].objects;
        objects.iter().copied().filter(|&o| self.is_func(o)).collect()
    }

    pub fn main_func(&self, pkg: PkgId) -> Option<ObjId> {
        let scope = self.core.pkgs[pkg.0 as usize].scope;
        self.lookup_in(scope, "main").filter(|&o| self.is_func(o))
    }

    /// If the package is a script: its file, whose items are main's body in order.
    pub fn script(&self, pkg: PkgId) -> Option<Rc<File>> {
        self.core.pkgs[pkg.0 as usize].script.clone()
    }

    /// The files of a package that was checked whole.
    pub fn files(&self, pkg: PkgId) -> &[Rc<File>] {
        &self.core.pkgs[pkg.0 as usize].files
    }

    /// The scope that holds a package's declarations (of a lazy one, those loaded so far).
    pub fn package_scope(&self, pkg: PkgId) -> ScopeId {
        self.core.pkgs[pkg.0 as usize].scope
    }

    /// The method set of t, name-sorted, with paths through embedding; for concrete types.
    pub fn method_set(&mut self, t: TypeId) -> Vec<Selection> {
        let mut names = BTreeSet::new();
        self.method_names(t, &mut names, &mut Vec::new());
        let mut set = Vec::with_capacity(names.len());
        for (name, pkg) in names {
            let found = self.lookup_field_or_method(t, false, pkg, &name, false);
            let Lookup::Found { obj, index, indirect } = found else { continue };
            if self.is_func(obj) {
                let ty = self.store.obj(obj).ty;
                let kind = SelectionKind::Method;
                set.push(Selection { kind, recv: t, obj, index, indirect, ty });
            }
        }
        set
    }

    /// Names of all methods that t or what it embeds declares (`&t`'s and hidden ones among them),
    /// with their package unless they are exported. Resolves no signatures.
    pub fn declared_method_names(&mut self, t: TypeId) -> BTreeSet<(Name, Option<PkgId>)> {
        let mut names = BTreeSet::new();
        self.method_names(t, &mut names, &mut Vec::new());
        names
    }

    /// Names of all methods that t or what it embeds declares.
    fn method_names(
        &mut self,
        t: TypeId,
        names: &mut BTreeSet<(Name, Option<PkgId>)>,
        seen: &mut Vec<TypeId>,
    ) {
        let (base, _) = self.deref(t);
        let base = self.unalias(base);
        if seen.contains(&base) {
            return;
        }
        seen.push(base);
        let origin = self.named(base).and_then(|n| n.origin).unwrap_or(base);
        let mut methods = match self.lazy_method_names(origin) {
            Some((pkg, lazy)) => {
                names.extend(lazy.into_iter().map(|name| {
                    let exported = name.starts_with(char::is_uppercase);
                    (name, (!exported).then_some(pkg))
                }));
                Vec::new()
            }
            None => self.declared_methods(base),
        };
        match self.under_type(base) {
            Type::Interface(_) => methods.extend(self.type_set_of(base).methods),
            Type::Struct(s) => {
                for field in s.fields {
                    let object = self.store.obj(field);
                    if matches!(&object.kind, ObjKind::Var(v) if v.embedded) {
                        let ty = object.ty;
                        self.method_names(ty, names, seen);
                    }
                }
            }
            _ => {}
        }
        for m in methods {
            let object = self.store.obj(m);
            let pkg = if object.is_exported() { None } else { object.pkg };
            names.insert((object.name.clone(), pkg));
        }
    }

    /// The field or method `name` of t as seen from `pkg`: object, index path, and whether a
    /// pointer was followed.
    pub fn lookup_member(
        &mut self,
        t: TypeId,
        pkg: Option<PkgId>,
        name: &str,
    ) -> Option<(ObjId, Vec<usize>, bool)> {
        match self.lookup_field_or_method(t, true, pkg, name, false) {
            Lookup::Found { obj, index, indirect } => Some((obj, index, indirect)),
            _ => None,
        }
    }

    /// The package-level object `name` of the package `path`, imported and resolved if need be.
    pub fn std_object(&mut self, path: &str, name: &str) -> Option<ObjId> {
        let pkg = self.std_package(path)?;
        let obj = self.package_member(pkg, name)?;
        self.resolve(obj);
        Some(obj)
    }

    /// The package with that import path, imported if it has not been yet.
    pub fn std_package(&mut self, path: &str) -> Option<PkgId> {
        if path == "unsafe" {
            return Some(self.unsafe_package());
        }
        if let Some(&pkg) = self.core.pkg_by_path.get(path) {
            return Some(pkg);
        }
        let (package, next_id) = self.importer.import(path, "", self.next_id).ok()?;
        self.next_id = next_id;
        Some(self.add_imported_package(path, package))
    }

    /// Resolves the declaration of an object and everything that it put off.
    pub fn resolve(&mut self, obj: ObjId) {
        self.obj_decl(obj);
        self.process_delayed();
        self.record_untyped();
    }

    /// Whether a value of type `v` has all methods of the interface `t`.
    pub fn type_implements(&mut self, v: TypeId, t: TypeId) -> bool {
        self.implements(v, t, false).is_ok()
    }

    /// Whether values of type t can be compared with `==`, possibly with a run-time panic.
    pub fn is_comparable(&mut self, t: TypeId) -> bool {
        self.comparable(t, true).is_ok()
    }

    /// What an alias stands for; other types as they are.
    pub fn resolve_alias(&mut self, t: TypeId) -> TypeId {
        self.unalias(t)
    }

    /// The instance of a generic type for type arguments.
    pub fn instantiate(&mut self, generic: TypeId, targs: &[TypeId]) -> TypeId {
        self.instance(generic, targs)
    }

    /// Methods declared on the defined type t in source order; of an instance, expanded.
    pub fn methods_of(&mut self, t: TypeId) -> Vec<ObjId> {
        let t = self.unalias(t);
        let mut methods = self.declared_methods(t);
        if self.named(t).is_some_and(|n| n.origin.is_some()) {
            let expand = |(i, m)| self.expand_method(t, i, m);
            methods = methods.into_iter().enumerate().map(expand).collect();
        } else {
            for &m in &methods {
                self.obj_decl(m);
            }
        }
        methods.sort_by_key(|&m| self.store.obj(m).pos);
        methods
    }

    /// The types of a signature's parameters and results.
    pub fn signature_types(&self, sig: TypeId) -> (Vec<TypeId>, Vec<TypeId>) {
        match self.store.ty(sig) {
            Type::Signature(s) => (self.types_of(&s.params), self.types_of(&s.results)),
            _ => (Vec::new(), Vec::new()),
        }
    }

    /// The core type of t (its underlying type if it is no type parameter); the invalid type if
    /// there is none.
    pub fn core(&mut self, t: TypeId) -> TypeId {
        self.core_type(t).unwrap_or(INVALID)
    }
}
