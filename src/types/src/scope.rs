//! Scopes: declaring names and finding them again.
//!
//! Objects are declared when their scope begins, so a look-up need not compare positions.
//! Function literals are checked before the variables of their own declaration are declared.

use gol_diagnostic::{Diagnostic, Span};
use gol_grammar::ast::{Ident, Name};

use crate::checker::{Action, Checker, Delayed};
use crate::errors::code;
use crate::object::{ObjId, ObjKind, Object, VarInfo};
use crate::package::PkgId;
use crate::state::{Color, ObjExtra};
use crate::store::{Scope, ScopeId};
use crate::types::TypeId;

impl Checker {
    /// Looks `name` up from the current scope outwards.
    pub(crate) fn lookup(&mut self, name: &str) -> Option<ObjId> {
        self.lookup_scope(name).map(|(_, obj)| obj)
    }

    /// Like `lookup`, with the scope that holds the object.
    pub(crate) fn lookup_scope(&mut self, name: &str) -> Option<(ScopeId, ObjId)> {
        let mut next = self.env.scope;
        while let Some(id) = next {
            let scope = self.store.scope(id);
            next = scope.parent;
            if let Some(&obj) = scope.names.get(name) {
                return Some((id, obj));
            }
            if self.core.files.contains_key(&id) {
                if let Some(obj) = self.lookup_dot_imports(id, name) {
                    return Some((id, obj));
                }
            } else if let Some(&pkg) = self.core.pkg_of_scope.get(&id)
                && let Some(obj) = self.package_member(pkg, name)
            {
                return Some((id, obj));
            }
        }
        None
    }

    fn lookup_dot_imports(&mut self, file: ScopeId, name: &str) -> Option<ObjId> {
        if !name.chars().next().is_some_and(char::is_uppercase) {
            return None;
        }
        let count = self.core.files.get(&file).map_or(0, |f| f.imports.len());
        for i in 0..count {
            let import = &self.core.files[&file].imports[i];
            if !import.dot {
                continue;
            }
            let pkg = import.pkg;
            if let Some(obj) = self.package_member(pkg, name) {
                if let Some(state) = self.core.files.get_mut(&file) {
                    state.imports[i].used = true;
                }
                return Some(obj);
            }
        }
        None
    }

    /// What `scope` itself declares under `name`.
    pub(crate) fn lookup_in(&self, scope: ScopeId, name: &str) -> Option<ObjId> {
        self.store.scope(scope).names.get(name).copied()
    }

    /// The package-level object `name` of `pkg`; of a lazy package, its declaration is parsed now
    /// if it has not been yet. Unexported names are found, too.
    pub(crate) fn package_member(&mut self, pkg: PkgId, name: &str) -> Option<ObjId> {
        let scope = self.core.pkgs[pkg.0 as usize].scope;
        if let Some(obj) = self.lookup_in(scope, name) {
            return Some(obj);
        }
        self.load_declaration(pkg, name)
    }

    /// Declares `obj` under its name in `scope` and records the definition; a clash is reported.
    pub(crate) fn declare(&mut self, scope: ScopeId, ident: Option<&Ident>, obj: ObjId) {
        let name = self.store.obj(obj).name.clone();
        if name != "_" {
            if let Some(other) = self.lookup_in(scope, &name) {
                let span = ident.map_or_else(|| self.obj_span(obj), |i| i.span);
                let message = format!("{name} redeclared in this block");
                let d = Diagnostic::error(code("DuplicateDecl"), span, message);
                let d = self.with_alt_decl(d, other);
                self.report(d);
                return;
            }
            self.insert(scope, name, obj);
        }
        if let Some(ident) = ident {
            self.info.defs.insert(ident.id, Some(obj));
        }
    }

    /// Puts `obj` into `scope` without asking.
    pub(crate) fn insert(&mut self, scope: ScopeId, name: Name, obj: ObjId) {
        let s = self.store.scope_mut(scope);
        s.names.insert(name, obj);
        s.order.push(obj);
        self.extra_mut(obj).parent = Some(scope);
    }

    /// Makes a new innermost scope.
    pub(crate) fn open_scope(&mut self, span: Span) -> ScopeId {
        let parent = self.env.scope;
        let scope = self.store.add_scope(Scope { parent, span, ..Scope::default() });
        self.env.scope = Some(scope);
        scope
    }

    pub(crate) fn close_scope(&mut self) {
        if let Some(scope) = self.env.scope {
            self.env.scope = self.store.scope(scope).parent;
        }
    }

    /// A local variable that is not declared yet.
    pub(crate) fn new_var(&mut self, ident: &Ident, ty: TypeId) -> ObjId {
        let kind = ObjKind::Var(VarInfo::default());
        self.new_object(&ident.name, ident.span, ty, kind)
    }

    /// An object of the current package.
    pub(crate) fn new_object(
        &mut self,
        name: &Name,
        span: Span,
        ty: TypeId,
        kind: ObjKind,
    ) -> ObjId {
        let pkg = self.env.pkg;
        self.store.add_obj(Object { name: name.clone(), pkg, pos: span.lo, ty, kind })
    }

    /// Runs `action` once the current declaration or statement is complete.
    pub(crate) fn later(&mut self, action: Action) {
        let (pkg, lenient) = (self.env.pkg, self.env.lenient);
        self.delayed.push_back(Delayed { pkg, lenient, action });
    }

    /// Runs what was put off since the current action began. Actions start with an empty queue of
    /// their own, so that a statement in one body never runs what belongs to another body.
    pub(crate) fn process_delayed(&mut self) {
        while !self.delayed.is_empty() {
            let batch = std::mem::take(&mut self.delayed);
            let mut rest = std::collections::VecDeque::new();
            for action in batch {
                let env = self.env.clone();
                self.env.pkg = action.pkg;
                self.env.lenient = action.lenient;
                (action.action)(self);
                self.env = env;
                rest.append(&mut self.delayed);
            }
            self.delayed = rest;
        }
    }

    pub(crate) fn extra(&self, obj: ObjId) -> ObjExtra {
        self.core.obj_extra.get(obj.0 as usize).copied().unwrap_or_default()
    }

    pub(crate) fn extra_mut(&mut self, obj: ObjId) -> &mut ObjExtra {
        let index = obj.0 as usize;
        if self.core.obj_extra.len() <= index {
            self.core.obj_extra.resize(index + 1, ObjExtra::default());
        }
        &mut self.core.obj_extra[index]
    }

    pub(crate) fn set_color(&mut self, obj: ObjId, color: Color) {
        self.extra_mut(obj).color = color;
    }

    /// Whether `obj` is declared at package level, and not in a function.
    pub(crate) fn is_package_object(&self, obj: ObjId) -> bool {
        self.extra(obj).parent.is_some_and(|s| self.core.pkg_of_scope.contains_key(&s))
    }
}
