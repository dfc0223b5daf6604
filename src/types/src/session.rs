//! A session: one package whose declarations arrive input by input.
//!
//! Every input is a script with scopes of its own below those of the inputs before it:
//!
//! ```text
//! universe ← names of the session ← names of this input ← its imports ← its variables
//! ```
//!
//! So it sees what is there, may declare any name anew, and what was checked before keeps the
//! objects that it was checked with. An input without errors hands its names and imports on to the
//! session; one with errors leaves nothing behind. Methods are the exception to "anew": those that
//! an input declares on an older type are added to that very type, in place of the method of that
//! name if there is one, so that values which exist already have them.
//!
//! What an input's expression statements are worth is kept in variables, for the session to show
//! ([`Shown`]); the last value is called `it`.

use std::rc::Rc;

use gol_diagnostic::{Diagnostic, Span};
use gol_grammar::ast::{Expr, ExprKind, File, Item, Name, Stmt, StmtKind};

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::checker::{Checker, Environment};
use crate::constant::Value;
use crate::info::{Mode, TypeAndValue};
use crate::object::{ObjId, ObjKind, VarInfo};
use crate::operand::Operand;
use crate::package::PkgId;
use crate::script::ScriptState;
use crate::state::FileImport;
use crate::store::ScopeId;
use crate::types::{Type, TypeId};

/// What the variable is called that has the last value shown.
const LAST_VALUE: &str = "it";

/// What is to be shown of an expression statement of an input.
#[derive(Clone, Debug)]
pub enum Shown {
    /// The expression's values, each assigned to a variable of its type.
    Values(Vec<ShownValue>),
    /// Something that is no value at run time: a type, a constant beyond all types.
    Text(String),
}

/// A value that is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct ShownValue {
    pub var: ObjId,
    /// Its type says rune, which at run time is int32: such elements are shown as characters.
    pub runes: bool,
}

/// Whether the values of an input's expression statements are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    Values,
    /// Without keeping the last one.
    Peek,
    /// As in a script: a value that nothing uses is an error.
    Nothing,
}

/// The names of the inputs so far.
#[derive(Debug)]
pub struct Session {
    pub pkg: PkgId,
    scope: ScopeId,
    dot_imports: Vec<FileImport>,
    /// Variables that hold the last value, by type: there is one for each.
    last_values: HashMap<TypeId, ObjId>,
}

/// What an input has declared.
#[derive(Debug, Default)]
pub struct InputNames {
    pub objects: Vec<ObjId>,
    /// Older types that have got methods.
    pub extended: Vec<TypeId>,
}

/// What is undone if an input has errors.
struct Undo {
    packages: HashSet<PkgId>,
    methods: Vec<(TypeId, Vec<ObjId>)>,
}

impl Session {
    pub fn new(checker: &mut Checker) -> Session {
        let pkg = checker.add_package("main".into(), "main".into(), false);
        let scope = checker.core.pkgs[pkg.0 as usize].scope;
        Session { pkg, scope, dot_imports: Vec::new(), last_values: HashMap::default() }
    }

    /// Checks one input. Its errors are among the checker's diagnostics; `None` if there are any,
    /// and then the session is what it was.
    pub fn check(
        &mut self,
        checker: &mut Checker,
        file: &Rc<File>,
        show: Show,
    ) -> Option<InputNames> {
        let (scope, undo, last) = self.check_alone(checker, file, show);
        let last = last.filter(|_| show == Show::Values);
        if checker.diagnostics.is_empty() {
            let extended = undo.methods.into_iter().map(|(t, _)| t).collect();
            return Some(InputNames { objects: self.adopt(checker, scope, last), extended });
        }
        undo.apply(checker);
        None
    }

    /// What the last expression statement of an input is. Nothing of the input is kept.
    pub fn examine(&mut self, checker: &mut Checker, file: &Rc<File>) -> Option<TypeAndValue> {
        let (_, undo, _) = self.check_alone(checker, file, Show::Values);
        undo.apply(checker);
        if !checker.diagnostics.is_empty() {
            return None;
        }
        let expr = file.items.iter().rev().find_map(|item| match item {
            Item::Stmt(Stmt { kind: StmtKind::Expr(e), .. }) => Some(e),
            _ => None,
        })?;
        checker.info.of(expr.id).cloned()
    }

    /// Checks an input in a scope of its own, which is the first result; errors are among the
    /// diagnostics, and nothing else is.
    fn check_alone(
        &mut self,
        checker: &mut Checker,
        file: &Rc<File>,
        show: Show,
    ) -> (ScopeId, Undo, Option<ObjId>) {
        let packages = checker.core.pkg_by_path.values().copied().collect();
        let mut undo = Undo { packages, methods: Vec::new() };
        let scope = self.begin_input(checker, show);
        checker.check_input(self, file, &mut undo);
        checker.diagnostics.retain(Diagnostic::is_error);
        checker.core.pkgs[self.pkg.0 as usize].scope = self.scope;
        let state = std::mem::take(&mut checker.core.script);
        self.last_values = state.last_values;
        (scope, undo, state.last_value)
    }

    /// Makes the scope of an input's names; nothing of earlier inputs stays in the package's lists.
    fn begin_input(&mut self, checker: &mut Checker, show: Show) -> ScopeId {
        let scope = checker.new_scope(Some(self.scope));
        checker.core.pkg_of_scope.insert(scope, self.pkg);
        let state = &mut checker.core.pkgs[self.pkg.0 as usize];
        state.scope = scope;
        state.files.clear();
        state.file_scopes.clear();
        state.objects.clear();
        state.inits.clear();
        state.methods.clear();
        state.script = None;
        checker.core.had_error = false;
        let last_values = std::mem::take(&mut self.last_values);
        checker.core.script = ScriptState::of_input(self.pkg, show, last_values);
        scope
    }

    /// Takes over what an input has declared and imported.
    fn adopt(&mut self, checker: &mut Checker, scope: ScopeId, last: Option<ObjId>) -> Vec<ObjId> {
        let mut names = Vec::new();
        for file in checker.core.pkgs[self.pkg.0 as usize].file_scopes.clone() {
            let Some(state) = checker.core.files.get(&file) else { continue };
            names.extend(state.imports.iter().filter_map(|import| import.obj));
            let new = |i: &&FileImport| i.dot && !self.dot_imports.iter().any(|d| d.pkg == i.pkg);
            let dots: Vec<FileImport> = state.imports.iter().filter(new).cloned().collect();
            self.dot_imports.extend(dots);
        }
        names.extend(last);
        let mut declared: Vec<ObjId> = checker.store.scope(scope).names.values().copied().collect();
        declared.sort();
        names.extend(&declared);
        for obj in names {
            let name = checker.store.obj(obj).name.clone();
            let session = checker.store.scope_mut(self.scope);
            if let Some(old) = session.names.insert(name, obj) {
                session.order.retain(|&o| o != old);
            }
            session.order.push(obj);
        }
        declared
    }

    /// Everything that has a name in the session, in the order of declaration.
    pub fn objects(&self, checker: &Checker) -> Vec<ObjId> {
        checker.store.scope(self.scope).order.clone()
    }

    /// What a name stands for in the session.
    pub fn lookup(&self, checker: &Checker, name: &str) -> Option<ObjId> {
        checker.lookup_in(self.scope, name).or_else(|| checker.lookup_in(checker.universe, name))
    }

    /// The package that a name means, imported or not.
    pub fn package_named(&self, checker: &mut Checker, name: &str) -> Option<PkgId> {
        match self.lookup(checker, name).map(|obj| &checker.store.obj(obj).kind) {
            Some(ObjKind::PkgName { imported, .. }) => Some(*imported),
            Some(_) => None,
            None => {
                let path = checker.importer.std_by_name(name)?.to_owned();
                checker.std_package(&path)
            }
        }
    }
}

impl Undo {
    fn apply(self, checker: &mut Checker) {
        checker
            .core
            .pkg_by_path
            .retain(|_, pkg| self.packages.contains(pkg) || checker.store.pkg(*pkg).is_std);
        for (named, methods) in self.methods.into_iter().rev() {
            checker.set_methods(named, methods);
        }
    }
}

impl Checker {
    fn check_input(&mut self, session: &Session, file: &Rc<File>, undo: &mut Undo) {
        let pkg = session.pkg;
        let env = Environment { pkg: Some(pkg), ..Environment::default() };
        let saved = std::mem::replace(&mut self.env, env);
        self.collect_file(pkg, file, false);
        for scope in self.core.pkgs[pkg.0 as usize].file_scopes.clone() {
            if let Some(state) = self.core.files.get_mut(&scope) {
                state.imports.extend(session.dot_imports.iter().cloned());
            }
        }
        self.core.pkgs[pkg.0 as usize].files = vec![file.clone()];
        self.check_package_names(pkg);
        self.add_methods_to_older_types(session, undo);
        for obj in self.core.pkgs[pkg.0 as usize].objects.clone() {
            self.obj_decl(obj);
        }
        self.check_script(pkg);
        self.process_delayed();
        self.report_initialization_cycles(pkg);
        self.record_untyped();
        self.env = saved;
    }

    /// Attaches the methods whose receivers' types are those of earlier inputs.
    fn add_methods_to_older_types(&mut self, session: &Session, undo: &mut Undo) {
        let pkg = session.pkg.0 as usize;
        let own = self.core.pkgs[pkg].scope;
        let mut bases: Vec<Name> = self.core.pkgs[pkg].methods.keys().cloned().collect();
        bases.sort();
        for base in bases {
            if self.lookup_in(own, &base).is_some() {
                continue;
            }
            let Some(obj) = self.lookup_in(session.scope, &base) else { continue };
            let named = self.unalias(self.store.obj(obj).ty);
            let Some(old) = self.named(named).map(|n| n.methods.clone()) else { continue };
            if self.store.obj(self.named(named).map_or(obj, |n| n.obj)).pkg != Some(session.pkg) {
                continue;
            }
            let new = self.core.pkgs[pkg].methods.remove(&base).unwrap_or_default();
            let replaced = |o: &ObjId| {
                let name = &self.store.obj(*o).name;
                new.iter().any(|&n| self.store.obj(n).name == *name)
            };
            let kept = old.iter().copied().filter(|o| !replaced(o)).collect();
            undo.methods.push((named, old));
            self.set_methods(named, kept);
            self.attach_methods(&base, named, new);
            self.check_field_uniqueness(named);
        }
    }

    /// Sets the methods of a defined type; what its instances made of the old ones is forgotten.
    fn set_methods(&mut self, named: TypeId, methods: Vec<ObjId>) {
        if let Type::Named(n) = self.store.ty_mut(named) {
            n.methods = methods;
        }
        let store = &self.store;
        self.core
            .inst_methods
            .retain(|(t, _), _| !matches!(store.ty(*t), Type::Named(n) if n.origin == Some(named)));
    }

    // -- values

    /// If the statement is an expression whose value is to be shown: checks it so.
    pub(crate) fn shown_statement(&mut self, stmt: &Stmt) -> bool {
        let StmtKind::Expr(e) = &stmt.kind else { return false };
        let shows = self.core.script.session.is_some_and(|(_, show)| show != Show::Nothing);
        if !shows || self.is_print_call(e) {
            return false;
        }
        let mut x = Operand::invalid();
        let top = self.delayed.len();
        self.raw_expr_kind(None, &mut x, e, None, false);
        self.process_since(top);
        if let Some(shown) = self.shown(&mut x, e) {
            self.info.shown.insert(e.id, shown);
        }
        true
    }

    fn shown(&mut self, x: &mut Operand, e: &Expr) -> Option<Shown> {
        match x.mode {
            Mode::Invalid | Mode::NoValue => return None,
            Mode::Builtin(_) => {
                self.reject(x, "UncalledBuiltin", "{} must be called");
                return None;
            }
            Mode::TypeExpr => return Some(Shown::Text(self.definition(x.ty))),
            Mode::NilValue => return Some(Shown::Text("nil".to_owned())),
            Mode::Constant if self.is_beyond_default(x) => {
                let value = x.value.clone().unwrap_or(Value::Unknown);
                return Some(Shown::Text(value.to_string()));
            }
            _ => {}
        }
        if let Some(types) = self.tuple_types(x) {
            let shown = types.into_iter().map(|t| {
                let var = self.hidden_variable("result", e.span, t);
                ShownValue { var, runes: self.is_of_runes(t) }
            });
            return Some(Shown::Values(shown.collect()));
        }
        let ty = self.default_type(x.ty);
        let runes = self.is_of_runes(ty);
        self.assignment(x, Some(ty), "value");
        if !x.is_valid() {
            return None;
        }
        let keeps = self.core.script.session.is_some_and(|(_, show)| show == Show::Values);
        let var = if keeps {
            self.last_value(e.span, ty)
        } else {
            self.hidden_variable("result", e.span, ty)
        };
        Some(Shown::Values(vec![ShownValue { var, runes }]))
    }

    /// Whether a type is written with rune, and not with int32, too.
    fn is_of_runes(&mut self, t: TypeId) -> bool {
        let text = self.type_string(t);
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.clone().any(|word| word == "rune") && !words.any(|word| word == "int32")
    }

    /// Whether an untyped constant is too large for the type that it would get.
    fn is_beyond_default(&mut self, x: &Operand) -> bool {
        if !self.is_untyped(x.ty) {
            return false;
        }
        let ty = self.default_type(x.ty);
        let mut copy = x.clone();
        copy.expr = None;
        copy.id = None;
        self.implicit_type(&copy, ty).is_err()
    }

    /// Calls of fmt's printing functions: nobody wants to see how many bytes they wrote.
    fn is_print_call(&mut self, e: &Expr) -> bool {
        let ExprKind::Call { fun, .. } = &e.unparen().kind else { return false };
        let ExprKind::Selector { x, sel } = &fun.unparen().kind else { return false };
        let prints = sel.name.starts_with("Print") || sel.name.starts_with("Fprint");
        let Some(name) = x.as_name().filter(|_| prints) else { return false };
        match self.lookup(name).map(|obj| &self.store.obj(obj).kind) {
            Some(ObjKind::PkgName { imported, .. }) => self.store.pkg(*imported).path == "fmt",
            Some(_) => false,
            None => name == "fmt",
        }
    }

    fn hidden_variable(&mut self, name: &str, span: Span, ty: TypeId) -> ObjId {
        let info = VarInfo { is_package_level: true, used: true, ..VarInfo::default() };
        self.new_object(&name.into(), span, ty, ObjKind::Var(info))
    }

    /// The variable for a value of this type that is the last one, in the scope of this input.
    fn last_value(&mut self, span: Span, ty: TypeId) -> ObjId {
        let ty = self.canonical(ty);
        let known = self.core.script.last_values.get(&ty).copied();
        let obj = known.unwrap_or_else(|| self.hidden_variable(LAST_VALUE, span, ty));
        self.core.script.last_values.insert(ty, obj);
        self.core.script.last_value = Some(obj);
        obj
    }
}
