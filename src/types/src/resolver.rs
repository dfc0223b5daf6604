//! Packages: collecting what their files declare, importing others, checking everything.

use std::rc::Rc;

use gol_diagnostic::{Diagnostic, Span};
use gol_grammar::ast::{
    ConstSpec, Decl, File, FuncDecl, Ident, ImportSpec, Item, Mode as FileMode, Name, TypeSpec,
    VarSpec,
};

use crate::checker::{Checker, Environment};
use crate::constant::Value;
use crate::errors::code;
use crate::object::{FuncInfo, ObjId, ObjKind, VarInfo};
use crate::package::{ImportedPackage, PkgId};
use crate::signature::receiver_base_name;
use crate::state::{Color, DeclInfo, DeclKind, FileImport, FileState};
use crate::store::ScopeId;
use crate::under::INVALID;

/// The file whose declarations are being collected.
#[derive(Clone, Copy)]
struct Place {
    pkg: PkgId,
    scope: ScopeId,
    lenient: bool,
    /// A piece of a lazy package.
    lazy: bool,
    /// Variables of a script are its statements' business.
    script: bool,
}

impl Checker {
    /// Checks a whole package.
    pub(crate) fn check_package(&mut self, pkg: PkgId, files: Vec<Rc<File>>) {
        self.core.pkgs[pkg.0 as usize].in_progress = true;
        let delayed = std::mem::take(&mut self.delayed);
        let path = std::mem::take(&mut self.core.obj_path);
        let env = Environment { pkg: Some(pkg), ..Environment::default() };
        let saved = std::mem::replace(&mut self.env, env);
        for file in &files {
            self.collect_file(pkg, file, false);
        }
        self.core.pkgs[pkg.0 as usize].files = files;
        self.check_package_names(pkg);
        let objects = self.core.pkgs[pkg.0 as usize].objects.clone();
        for obj in objects {
            self.obj_decl(obj);
        }
        self.check_script(pkg);
        self.process_delayed();
        self.report_instantiation_cycles();
        self.report_initialization_cycles(pkg);
        self.unused_imports(pkg);
        self.record_untyped();
        self.check_directives(pkg);
        self.check_sizes(pkg);
        self.env = saved;
        self.core.obj_path = path;
        self.delayed = delayed;
        self.core.pkgs[pkg.0 as usize].in_progress = false;
        self.core.finished.push(pkg);
    }

    /// Declares everything that stands in a file (or, `lazy`, in a piece of one, which shares the
    /// scope of the file's other pieces).
    pub(crate) fn collect_file(&mut self, pkg: PkgId, file: &Rc<File>, lazy: bool) {
        self.note_language(file);
        self.note_linknames(pkg, file);
        let lenient = file.mode == FileMode::Script;
        let state = &self.core.pkgs[pkg.0 as usize];
        let known = if lazy { state.piece_scopes.get(&file.file).copied() } else { None };
        let parent = state.scope;
        let scope = known.unwrap_or_else(|| self.file_scope(pkg, parent, lenient));
        if lazy {
            self.core.pkgs[pkg.0 as usize].piece_scopes.insert(file.file, scope);
        }
        let session = self.core.script.session.is_some_and(|(input, _)| input == pkg);
        let script = !lazy && (session || file.is_script());
        let place = Place { pkg, scope, lenient, lazy, script };
        let saved = std::mem::replace(
            &mut self.env,
            Environment { pkg: Some(pkg), lenient, ..Environment::default() },
        );
        // Each piece has its file's imports.
        if known.is_none() {
            file.imports().for_each(|spec| self.collect_import(place, spec));
        }
        if script {
            self.begin_script(pkg, file, scope);
        }
        for item in &file.items {
            if let Item::Decl(decl) = item {
                self.collect_decl(place, decl);
            }
        }
        self.env = saved;
    }

    fn file_scope(&mut self, pkg: PkgId, parent: ScopeId, lenient: bool) -> ScopeId {
        let scope = self.new_scope(Some(parent));
        self.core.files.insert(scope, FileState { imports: Vec::new(), lenient });
        self.core.pkgs[pkg.0 as usize].file_scopes.push(scope);
        scope
    }

    fn collect_decl(&mut self, place: Place, decl: &Decl) {
        match decl {
            Decl::Import(_) => {}
            Decl::Const(specs) => specs.iter().for_each(|s| self.collect_const(place, s)),
            Decl::Var(specs) if !place.script => {
                specs.iter().for_each(|s| self.collect_var(place, s));
            }
            Decl::Var(_) => {}
            Decl::Type(specs) => specs.iter().for_each(|s| self.collect_type(place, s)),
            Decl::Func(func) => self.collect_func(place, func),
        }
    }

    fn declare_package_object(&mut self, place: Place, ident: &Ident, obj: ObjId) {
        let name = &ident.name;
        let pkg_name = self.store.pkg(place.pkg).name.clone();
        let is_func = self.is_func(obj);
        if !is_func && (name == "init" || (name == "main" && pkg_name == "main")) {
            let message = format!("cannot declare {name} - must be func");
            self.error(code("InvalidInitDecl"), ident.span, message);
            return;
        }
        let scope = self.core.pkgs[place.pkg.0 as usize].scope;
        self.declare(scope, Some(ident), obj);
    }

    fn add_decl(&mut self, place: Place, obj: ObjId, kind: DeclKind, lhs: Rc<[ObjId]>) {
        let (pkg, file_scope, lenient) = (place.pkg, place.scope, place.lenient);
        self.core.decls.insert(obj, Rc::new(DeclInfo { pkg, file_scope, kind, lhs, lenient }));
        self.core.next_order += 1;
        let order = self.core.next_order;
        let extra = self.extra_mut(obj);
        extra.color = Color::White;
        extra.order = order;
        self.core.pkgs[place.pkg.0 as usize].objects.push(obj);
    }

    fn collect_const(&mut self, place: Place, spec: &Rc<ConstSpec>) {
        for (index, name) in spec.names.iter().enumerate() {
            let kind = ObjKind::Const { value: Value::Unknown };
            let obj = self.new_object(&name.name, name.span, INVALID, kind);
            let decl = DeclKind::Const { spec: spec.clone(), index };
            self.add_decl(place, obj, decl, Rc::new([]));
            self.declare_package_object(place, name, obj);
        }
        let values = &spec.inherits.as_ref().unwrap_or(spec).values;
        self.arity(spec.span, &spec.names, values, true, spec.inherits.is_some());
    }

    fn collect_var(&mut self, place: Place, spec: &Rc<VarSpec>) {
        let info = VarInfo { is_package_level: true, used: true, ..VarInfo::default() };
        let lhs: Vec<ObjId> = spec
            .names
            .iter()
            .map(|n| self.new_object(&n.name, n.span, INVALID, ObjKind::Var(info.clone())))
            .collect();
        let lhs: Rc<[ObjId]> = lhs.into();
        for (index, name) in spec.names.iter().enumerate() {
            let decl = DeclKind::Var { spec: spec.clone(), index };
            self.add_decl(place, lhs[index], decl, lhs.clone());
            self.declare_package_object(place, name, lhs[index]);
        }
        if spec.ty.is_none() || !spec.values.is_empty() {
            self.arity(spec.span, &spec.names, &spec.values, false, false);
        }
    }

    fn collect_type(&mut self, place: Place, spec: &Rc<TypeSpec>) {
        let obj = self.new_object(&spec.name.name, spec.name.span, INVALID, ObjKind::TypeName);
        self.add_decl(place, obj, DeclKind::Type(spec.clone()), Rc::new([]));
        self.declare_package_object(place, &spec.name, obj);
    }

    fn collect_func(&mut self, place: Place, func: &Rc<FuncDecl>) {
        let ptr_recv = func
            .recv
            .as_ref()
            .is_some_and(|r| matches!(r.ty.unparen().kind, gol_grammar::ast::ExprKind::Star(_)));
        let info = FuncInfo { decl: Some(func.clone()), origin: None, ptr_recv };
        let name = &func.name;
        let obj = self.new_object(&name.name, name.span, INVALID, ObjKind::Func(info));
        self.add_decl(place, obj, DeclKind::Func(func.clone()), Rc::new([]));
        match &func.recv {
            Some(recv) => {
                self.info.defs.insert(name.id, Some(obj));
                if let Some(base) = receiver_base_name(&recv.ty) {
                    let base = self.method_base(place.pkg, base.clone());
                    let methods = &mut self.core.pkgs[place.pkg.0 as usize].methods;
                    methods.entry(base).or_default().push(obj);
                }
            }
            None => self.collect_plain_func(place, func, obj),
        }
    }

    fn collect_plain_func(&mut self, place: Place, func: &FuncDecl, obj: ObjId) {
        let name = &func.name;
        let is_main = name.name == "main" && self.store.pkg(place.pkg).name == "main";
        if name.name == "init" || is_main {
            if let Some(tp) = func.type_params.first() {
                let message = format!("func {} must have no type parameters", name.name);
                self.error(code("InvalidInitDecl"), tp.name.span, message);
            }
            if !func.ty.params.is_empty() || !func.ty.results.is_empty() {
                let message =
                    format!("func {} must have no arguments and no return values", name.name);
                self.error(code("InvalidInitDecl"), name.span, message);
            }
        }
        if name.name == "init" {
            self.info.defs.insert(name.id, Some(obj));
            let package_scope = self.core.pkgs[place.pkg.0 as usize].scope;
            self.extra_mut(obj).parent = Some(package_scope);
            self.core.pkgs[place.pkg.0 as usize].inits.push(obj);
            return;
        }
        if is_main && place.script && self.core.script.session.is_none() {
            let message = "a script with statements must not declare func main";
            self.error(code("ScriptMain"), name.span, message);
        }
        let _ = place.lazy;
        self.declare_package_object(place, name, obj);
    }

    /// The defined type that a receiver's base name leads to through aliases.
    fn method_base(&self, pkg: PkgId, name: Name) -> Name {
        let mut name = name;
        let mut pointers = 0;
        for _ in 0..10 {
            let scope = self.core.pkgs[pkg.0 as usize].scope;
            let decl = self.lookup_in(scope, &name).and_then(|o| self.core.decls.get(&o));
            let Some(DeclKind::Type(spec)) = decl.map(|d| &d.kind) else { return name };
            let mut ty = spec.ty.unparen();
            if let gol_grammar::ast::ExprKind::Star(x) = &ty.kind {
                pointers += 1;
                ty = x.unparen();
            }
            if pointers > 1 {
                return name;
            }
            let Some(next) = ty.as_name().filter(|_| spec.alias) else {
                return name;
            };
            name = next.clone();
        }
        name
    }

    // -- imports

    fn collect_import(&mut self, place: Place, spec: &Rc<ImportSpec>) {
        let Some(pkg) = self.import_package(&spec.path, place.pkg, spec.path_span) else { return };
        let imported_name = self.store.pkg(pkg).name.clone();
        let local = spec.name.as_ref().map_or(imported_name, |n| n.name.clone());
        if local == "init" {
            let message = "cannot import package as init - init must be a func";
            self.error(code("InvalidInitDecl"), spec.span, message);
            return;
        }
        if !place.lazy && !self.store.pkg(place.pkg).imports.contains(&pkg) {
            self.store.packages[place.pkg.0 as usize].imports.push(pkg);
        }
        if local == "." {
            self.add_import(place, spec, pkg, None, true);
            return;
        }
        let kind = ObjKind::PkgName { imported: pkg, used: false };
        let span = spec.name.as_ref().map_or(spec.path_span, |n| n.span);
        let obj = self.new_object(&local, span, INVALID, kind);
        if spec.name.is_none() {
            self.info.implicits.insert(spec.id, obj);
        }
        let imported_obj = (local != "_").then_some(obj);
        self.declare(place.scope, spec.name.as_ref(), obj);
        self.add_import(place, spec, pkg, imported_obj, false);
    }

    fn add_import(
        &mut self,
        place: Place,
        spec: &Rc<ImportSpec>,
        pkg: PkgId,
        obj: Option<ObjId>,
        dot: bool,
    ) {
        let import = FileImport { spec: spec.clone(), pkg, obj, used: false, dot };
        if let Some(state) = self.core.files.get_mut(&place.scope) {
            state.imports.push(import);
        }
    }

    /// The package that `from` imports as `path`, checked if it is a user's.
    pub(crate) fn import_package(&mut self, path: &str, from: PkgId, span: Span) -> Option<PkgId> {
        if path == "unsafe" {
            return Some(self.unsafe_package());
        }
        if path == "C" {
            self.error(code("BadImportPath"), span, "import \"C\": cgo is not supported");
            return None;
        }
        if let Err(why) = valid_import_path(path) {
            self.error(code("BadImportPath"), span, format!("invalid import path ({why})"));
            return None;
        }
        if path.starts_with('/') {
            let message = format!("could not import {path} (import path cannot be absolute path)");
            return Some(self.fake_package(path, span, message));
        }
        let from_path = self.store.pkg(from).path.clone();
        let canonical = match self.importer.resolve(path, &from_path) {
            Ok(canonical) => canonical,
            Err(message) => return Some(self.fake_package(path, span, message)),
        };
        if let Some(&pkg) = self.core.pkg_by_path.get(canonical.as_str()) {
            if self.core.pkgs[pkg.0 as usize].in_progress {
                let message = self.import_cycle(&canonical, span);
                let path = format!("{canonical} (in a cycle)/{}", self.store.pkg(pkg).name);
                return Some(self.fake_package(&path, span, message));
            }
            return Some(pkg);
        }
        match self.importer.import(&canonical, &from_path, self.next_id) {
            Ok((package, next_id)) => {
                self.next_id = next_id;
                self.core.importing.push((canonical.as_str().into(), span));
                let pkg = self.add_imported_package(&canonical, package);
                self.core.importing.pop();
                Some(pkg)
            }
            Err(message) => Some(self.fake_package(&canonical, span, message)),
        }
    }

    /// Who imports whom, from the program's package to the import that closes the cycle.
    fn import_cycle(&self, path: &str, span: Span) -> String {
        let mut text = format!("package {}", self.importer.main_path());
        let closing = (Name::from(path), span);
        for (path, span) in self.core.importing.iter().chain([&closing]) {
            let place = self.position(span.lo);
            let file = place.rsplit_once(':').and_then(|(file, _)| file.rsplit_once(':'));
            let file = file.map_or("", |(file, _)| file.rsplit('/').next().unwrap_or(file));
            text += &format!("\n\timports {path} from {file}");
        }
        text + ": import cycle not allowed"
    }

    pub(crate) fn add_imported_package(&mut self, path: &str, package: ImportedPackage) -> PkgId {
        match package {
            ImportedPackage::Files { name, files, diagnostics } => {
                let pkg = self.add_package(path.into(), name, false);
                for d in diagnostics {
                    self.report(d);
                }
                self.check_package(pkg, files);
                pkg
            }
            ImportedPackage::Lazy { name, source } => {
                let pkg = self.add_package(path.into(), name, true);
                self.core.pkgs[pkg.0 as usize].source = Some(source);
                pkg
            }
        }
    }

    /// Stands for a package that cannot be imported, so that its uses are not reported.
    fn fake_package(&mut self, path: &str, span: Span, message: String) -> PkgId {
        self.error(code("BrokenImport"), span, message);
        let name = path.rsplit('/').next().unwrap_or(path);
        let pkg = self.add_package(path.into(), name.into(), false);
        self.core.pkgs[pkg.0 as usize].fake = true;
        pkg
    }

    /// Whether the package could not be imported: its members are then not reported as missing.
    pub(crate) fn is_fake_package(&self, pkg: PkgId) -> bool {
        self.core.pkgs[pkg.0 as usize].fake
    }

    /// Names that a package declares and imports do not clash.
    pub(crate) fn check_package_names(&mut self, pkg: PkgId) {
        self.check_file_names(pkg);
        self.check_dot_imports(pkg);
    }

    /// Names that a file imports must not be declared by its package.
    fn check_file_names(&mut self, pkg: PkgId) {
        let state = &self.core.pkgs[pkg.0 as usize];
        let (package_scope, scopes) = (state.scope, state.file_scopes.clone());
        for scope in scopes {
            for obj in self.store.scope(scope).order.clone() {
                let object = self.store.obj(obj);
                let Some(alt) = self.lookup_in(package_scope, &object.name) else { continue };
                let ObjKind::PkgName { imported, .. } = object.kind else { continue };
                let package = self.store.pkg(imported);
                let message = format!(
                    "{} already declared through import of package {} ({:?})",
                    object.name, package.name, package.path
                );
                let span = self.obj_span(alt);
                let d = Diagnostic::error(code("DuplicateDecl"), span, message);
                let d = self.with_alt_decl(d, obj);
                self.mark_package_used(obj);
                self.report(d);
            }
        }
    }

    /// Names that a dot import brings must not be declared by the package either.
    fn check_dot_imports(&mut self, pkg: PkgId) {
        let state = &self.core.pkgs[pkg.0 as usize];
        let (package_scope, scopes) = (state.scope, state.file_scopes.clone());
        let files = scopes.iter().filter_map(|s| self.core.files.get(s));
        let dots: Vec<PkgId> =
            files.flat_map(|f| &f.imports).filter(|i| i.dot).map(|i| i.pkg).collect();
        for imported in dots {
            for alt in self.store.scope(package_scope).order.clone() {
                let name = self.store.obj(alt).name.clone();
                if !self.store.obj(alt).is_exported() {
                    continue;
                }
                let Some(obj) = self.package_member(imported, &name) else { continue };
                let package = self.store.pkg(imported);
                let message = format!(
                    "{name} already declared through dot-import of package {} ({:?})",
                    package.name, package.path
                );
                let d = Diagnostic::error(code("DuplicateDecl"), self.obj_span(alt), message);
                let d = self.with_alt_decl(d, obj);
                self.report(d);
            }
        }
    }

    fn unused_imports(&mut self, pkg: PkgId) {
        for scope in self.core.pkgs[pkg.0 as usize].file_scopes.clone() {
            let Some(state) = self.core.files.get(&scope) else { continue };
            self.env.lenient = state.lenient;
            for import in state.imports.clone() {
                self.unused_import(&import);
            }
        }
    }

    fn unused_import(&mut self, import: &FileImport) {
        let used = match import.obj {
            Some(obj) => match self.store.obj(obj).kind {
                ObjKind::PkgName { used, .. } => used,
                _ => true,
            },
            None => !import.dot || import.used,
        };
        if used || self.is_fake_package(import.pkg) {
            return;
        }
        let path = self.store.pkg(import.pkg).path.clone();
        let last = path.rsplit('/').next().unwrap_or(&path);
        let name = import.obj.map(|o| self.store.obj(o).name.clone());
        let message = match name.filter(|n| n != last) {
            Some(name) => format!("{:?} imported as {name} and not used", import.spec.path),
            None => format!("{:?} imported and not used", import.spec.path),
        };
        let span = import.spec.span;
        let d = Diagnostic::error(code("UnusedImport"), span, message);
        self.report_soft(d.here("never used").fix(span, "", "remove the import"));
    }
}

/// The characters that the specification lets a compiler refuse in import paths.
fn valid_import_path(path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("empty string".into());
    }
    let refused = |c: &char| {
        c.is_control() || c.is_whitespace() || "!\"#$%&'()*,:;<=>?[\\]^`{|}\u{FFFD}".contains(*c)
    };
    match path.chars().find(refused) {
        None => Ok(()),
        Some(c) if c.is_control() => Err(format!("invalid character U+{:04X}", u32::from(c))),
        Some(c) => Err(format!("invalid character U+{:04X} '{c}'", u32::from(c))),
    }
}
