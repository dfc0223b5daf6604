//! Script mode: statements at the top level, packages that need no import, and what a name that
//! is not found might have meant.
//!
//! The statements and `var` declarations of a script are the body of `main`. Their variables live
//! in a scope of their own below the file's; once all statements have been checked, the package's
//! scope has them, too, so that the bodies of functions, which are checked later, see them.

use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

use gol_diagnostic::{Diagnostic, Span};
use gol_grammar::ast::{AssignOp, Decl, File, Item, Name, Stmt, StmtKind};

use crate::advice::nearest;
use crate::checker::{Checker, Environment};
use crate::errors::code;
use crate::object::{ObjId, ObjKind};
use crate::package::PkgId;
use crate::session::Show;
use crate::store::ScopeId;
use crate::types::TypeId;

/// What is known of the program's script.
#[derive(Default)]
pub(crate) struct ScriptState {
    file_scope: Option<ScopeId>,
    /// Holds the top-level variables.
    scope: Option<ScopeId>,
    /// Where each top-level variable is declared first.
    declared: HashMap<Name, Span>,
    /// The script is an input of a session, whose package this is.
    pub(crate) session: Option<(PkgId, Show)>,
    /// A session's variables for the last value, by type; the one that this input has set last.
    pub(crate) last_values: HashMap<TypeId, ObjId>,
    pub(crate) last_value: Option<ObjId>,
}

impl ScriptState {
    /// Of an input of a session.
    pub(crate) fn of_input(
        pkg: PkgId,
        show: Show,
        last_values: HashMap<TypeId, ObjId>,
    ) -> ScriptState {
        ScriptState { session: Some((pkg, show)), last_values, ..ScriptState::default() }
    }
}

impl Checker {
    /// Notes that `file` is the script of its package.
    pub(crate) fn begin_script(&mut self, pkg: PkgId, file: &Rc<File>, scope: ScopeId) {
        if self.core.pkgs[pkg.0 as usize].script.is_some() {
            let span = first_statement(file).unwrap_or(file.span);
            let message = "only one file of a directory may have statements at the top level";
            self.error(code("ScriptFiles"), span, message);
            return;
        }
        self.core.pkgs[pkg.0 as usize].script = Some(file.clone());
        let state = &mut self.core.script;
        state.file_scope = Some(scope);
        for (name, span) in file.items.iter().flat_map(declared_names) {
            state.declared.entry(name).or_insert(span);
        }
    }

    /// Checks the statements of the package's script, before any body of a function.
    pub(crate) fn check_script(&mut self, pkg: PkgId) {
        let Some(file) = self.core.pkgs[pkg.0 as usize].script.clone() else { return };
        let Some(file_scope) = self.core.script.file_scope else { return };
        let bodies = std::mem::take(&mut self.delayed);
        let sig = self.empty_signature();
        let env = Environment {
            pkg: Some(pkg),
            scope: Some(file_scope),
            sig: Some(sig),
            lenient: true,
            ..Environment::default()
        };
        let saved = std::mem::replace(&mut self.env, env);
        let scope = self.open_scope(file.span);
        self.store.scope_mut(scope).is_func = true;
        self.core.script.scope = Some(scope);
        let mut stmts: Vec<&Stmt> = Vec::new();
        for item in &file.items {
            match item {
                Item::Stmt(stmt) => {
                    stmts.push(stmt);
                    if !self.shown_statement(stmt) {
                        self.script_statement(stmt);
                    }
                    self.process_delayed();
                }
                Item::Decl(decl @ Decl::Var(_)) => {
                    self.decl_stmt(decl);
                    self.process_delayed();
                }
                Item::Decl(_) => {}
            }
        }
        self.publish_script_variables(pkg, scope);
        self.delayed = bodies;
        self.process_delayed();
        self.finish_script(scope, &stmts);
        self.env = saved;
    }

    fn publish_script_variables(&mut self, pkg: PkgId, scope: ScopeId) {
        let package_scope = self.core.pkgs[pkg.0 as usize].scope;
        for obj in self.store.scope(scope).order.clone() {
            if let (Some(_), ObjKind::Var(v)) =
                (self.core.script.session, &mut self.store.obj_mut(obj).kind)
            {
                // Later inputs can name it.
                v.is_package_level = true;
            }
            let name = self.store.obj(obj).name.clone();
            if let Some(other) = self.lookup_in(package_scope, &name) {
                let message = format!("{name} redeclared in this block");
                let d = Diagnostic::error(code("DuplicateDecl"), self.obj_span(obj), message);
                let d = self.with_alt_decl(d, other);
                self.report(d);
                continue;
            }
            self.store.scope_mut(package_scope).names.insert(name, obj);
        }
    }

    /// Whether the current scope is that of a script's statements.
    pub(crate) fn at_top_of_script(&self) -> bool {
        let script = self.core.script.scope;
        script.is_some() && self.env.scope == script
    }

    /// A script's variable that a function names is a package-level one.
    pub(crate) fn mark_script_variable(&mut self, obj: ObjId) {
        if self.core.script.scope.is_none() || self.extra(obj).parent != self.core.script.scope {
            return;
        }
        if let ObjKind::Var(v) = &mut self.store.obj_mut(obj).kind {
            v.is_package_level = true;
        }
    }

    /// The package that a script's unresolved qualifier means, imported; for `selector`.
    pub(crate) fn auto_import_name(&mut self, name: &Name) -> Option<ObjId> {
        if !self.env.lenient {
            return None;
        }
        let pkg = self.env.pkg?;
        let path = self.importer.std_by_name(name)?.to_owned();
        let imported = self.import_package(&path, pkg, Span::NONE)?;
        let file_scope = self.enclosing_file()?;
        let kind = ObjKind::PkgName { imported, used: true };
        let obj = self.new_object(name, Span::NONE, crate::under::INVALID, kind);
        self.insert(file_scope, name.clone(), obj);
        let imports = &mut self.store.packages[pkg.0 as usize].imports;
        if !imports.contains(&imported) {
            imports.push(imported);
        }
        Some(obj)
    }

    fn enclosing_file(&self) -> Option<ScopeId> {
        let mut scope = self.env.scope;
        while let Some(id) = scope {
            if self.core.files.contains_key(&id) {
                return Some(id);
            }
            scope = self.store.scope(id).parent;
        }
        None
    }

    pub(crate) fn undefined_name(&mut self, span: Span, name: &Name) {
        if let Some(&declared) = self.core.script.declared.get(name)
            && self.env.decl.is_none()
            && declared.lo > span.lo
        {
            let message = format!("undefined: {name} (it is declared further down)");
            let d = Diagnostic::error(code("UndeclaredName"), span, message);
            return self.report(d.label(declared, format!("{name} is declared here")));
        }
        if self.env.lenient && self.importer.std_by_name(name).is_some() {
            let message = format!("use of package {name} not in selector");
            let note = format!("write {name}.Name for what it declares");
            return self.report(Diagnostic::error(code("InvalidPkgUse"), span, message).note(note));
        }
        let d = Diagnostic::error(code("UndeclaredName"), span, format!("undefined: {name}"));
        let d = self.explain_undefined(d, name);
        let d = if d.notes.is_empty() { self.explain_foreign_name(d, span, name) } else { d };
        let explained = !d.notes.is_empty() || d.fix.is_some();
        let d = match self.nearest_name(name).filter(|_| !explained) {
            Some(near) => {
                let title = format!("use {near}");
                d.note(format!("did you mean {near}?")).fix(span, near.to_string(), title)
            }
            None => d,
        };
        self.report(d);
    }

    /// A visible name that differs from `name` by little.
    fn nearest_name(&self, name: &str) -> Option<Name> {
        let mut scope = self.env.scope;
        while let Some(id) = scope {
            let s = self.store.scope(id);
            let names = s.order.iter().map(|&obj| &self.store.obj(obj).name);
            if let Some(near) = nearest(name, names) {
                return Some(near);
            }
            scope = s.parent;
        }
        None
    }
}

fn first_statement(file: &File) -> Option<Span> {
    file.items.iter().find_map(|item| match item {
        Item::Stmt(stmt) => Some(stmt.span),
        Item::Decl(_) => None,
    })
}

/// Names that an item of a script declares as variables.
fn declared_names(item: &Item) -> Vec<(Name, Span)> {
    match item {
        Item::Decl(Decl::Var(specs)) => {
            let names = specs.iter().flat_map(|s| &s.names);
            names.map(|n| (n.name.clone(), n.span)).collect()
        }
        Item::Stmt(Stmt { kind: StmtKind::Assign { lhs, op: AssignOp::Define, .. }, .. }) => {
            lhs.iter().filter_map(|e| Some((e.as_name()?.clone(), e.span))).collect()
        }
        _ => Vec::new(),
    }
}
