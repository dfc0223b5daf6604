//! From the main package to a whole program: what is reachable, package initialisation, the entry.
//!
//! Initialisers of package variables can reach further functions and variables, so compiling them
//! and working off the list of functions alternate until nothing new comes up. A user's packages
//! are initialised whole; of the library, only variables that something names.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use gol_bytecode::{FuncFlags, FuncIdx, Program, op};
use gol_diagnostic::{Diagnostic, Pos};
use gol_types::{Checker, Initializer, ObjId, PkgId};

use super::{FuncKey, Module};
use crate::builder::FuncBuilder;
use crate::lower;

/// Initialisers by their first variable (unnamed ones by their place).
type InitKey = (ObjId, usize);

/// Initialisers that have been compiled, and what an earlier input of a session has run.
#[derive(Clone, Default)]
pub(super) struct Inits {
    compiled: HashMap<InitKey, FuncIdx>,
    run: HashSet<InitKey>,
    run_funcs: HashSet<ObjId>,
}

pub(super) fn compile(checker: &mut Checker, main: PkgId) -> Result<Program, Vec<Diagnostic>> {
    let mut m = Module::new(checker);
    m.add_well_known();
    m.link_program(main, &mut Inits::default());
    if m.diagnostics.is_empty() { Ok(m.program) } else { Err(m.diagnostics) }
}

fn key_of(init: &Initializer) -> InitKey {
    let first = init.lhs.first().copied().unwrap_or(ObjId(u32::MAX));
    (first, init.value)
}

impl Module<'_> {
    /// Compiles what the main package reaches and what runs before it.
    pub(super) fn link_program(&mut self, main: PkgId, inits: &mut Inits) {
        let entry = self.main_function(main);
        loop {
            let functions = self.compile_pending();
            let initialisers = self.compile_initializers(inits);
            if !functions && !initialisers {
                break;
            }
        }
        self.make_entry(entry, inits);
        self.compile_pending();
        self.sort_methods();
        if self.diagnostics.is_empty() {
            self.verify();
        }
    }

    /// Types and methods that the VM itself needs.
    pub(super) fn add_well_known(&mut self) {
        let mut type_named = |name: &str, pointer: bool| {
            let obj = self.checker.std_object("runtime", name)?;
            let ty = self.checker.store.obj(obj).ty;
            let ty = if pointer { self.checker.new_pointer(ty) } else { ty };
            Some((ty, self.iface_type_idx(ty)))
        };
        let error = type_named("runtimeError", false);
        let plain = type_named("plainError", false);
        let assertion = type_named("TypeAssertionError", true);
        let nil = type_named("PanicNilError", true);
        let (Some((error_type, error)), Some((_, plain))) = (error, plain) else {
            return self
                .error(Pos::NONE, "internal error: package runtime lacks its errors".to_owned());
        };
        let (Some((_, assertion)), Some((_, nil))) = (assertion, nil) else {
            return self
                .error(Pos::NONE, "internal error: package runtime lacks its errors".to_owned());
        };
        self.program.runtime_error = error;
        self.program.plain_error = plain;
        self.program.assertion_error = assertion;
        self.program.nil_error = nil;
        if let Some(sel) = self.find_method(error_type, None, "Error") {
            // Stringer's method has the same signature, another name.
            self.program.error_method = self.method_idx(sel.obj, sel.sig);
            self.program.string_method = self.named_method("String", sel.sig);
        }
    }

    /// `main.main`, or the function made of a script's statements.
    fn main_function(&mut self, main: PkgId) -> Option<FuncIdx> {
        if let Some(file) = self.checker.script(main) {
            let function = lower::script(self, main, &file);
            return Some(self.add_func(function));
        }
        let obj = self.checker.main_func(main)?;
        Some(self.func_idx(FuncKey { obj, type_args: Vec::new() }))
    }

    /// Compiles initialisers that have become reachable; says whether there were any.
    fn compile_initializers(&mut self, inits: &mut Inits) -> bool {
        let mut any = false;
        for pkg in self.checker.packages_in_init_order() {
            let is_std = self.checker.store.pkg(pkg).is_std;
            if self.runs_inits(pkg) {
                for obj in self.checker.init_funcs(pkg) {
                    self.func_idx(FuncKey { obj, type_args: Vec::new() });
                }
            }
            for init in self.checker.initializers(pkg) {
                let key = key_of(&init);
                let used = !is_std || init.lhs.iter().any(|&v| self.is_global_used(v));
                if used && !inits.compiled.contains_key(&key) {
                    let mut function = lower::initializer(self, pkg, &init);
                    function.flags.is_std = is_std;
                    let func = self.add_func(function);
                    inits.compiled.insert(key, func);
                    any = true;
                }
            }
        }
        any
    }

    /// In debug builds: what the compiler made keeps the rules of bytecode.
    fn verify(&mut self) {
        if cfg!(debug_assertions) {
            for fault in gol_bytecode::verify::program(&self.program) {
                self.error(Pos::NONE, format!("internal error: {fault}"));
            }
        }
    }

    /// Whether a package's `init` functions run: a standard one's only if the program uses it, or
    /// imports it, perhaps for nothing else (`import _ "image/png"`).
    fn runs_inits(&self, pkg: PkgId) -> bool {
        let packages = &self.checker.store.packages;
        !packages[pkg.0 as usize].is_std
            || self.is_package_used(pkg)
            || packages.iter().any(|p| !p.is_std && p.imports.contains(&pkg))
    }

    /// The function that the program starts with.
    fn make_entry(&mut self, main: Option<FuncIdx>, inits: &mut Inits) {
        let mut b = FuncBuilder::default();
        "runtime.main".clone_into(&mut b.func.name);
        b.func.flags = FuncFlags { wrapper: true, is_std: true, ..FuncFlags::default() };
        let base = b.alloc_call(0);
        for pkg in self.checker.packages_in_init_order() {
            for init in self.checker.initializers(pkg) {
                let key = key_of(&init);
                if let Some(&func) = inits.compiled.get(&key)
                    && inits.run.insert(key)
                {
                    b.emit(op::Call { base, func });
                }
            }
            if self.runs_inits(pkg) {
                for obj in self.checker.init_funcs(pkg) {
                    if !inits.run_funcs.insert(obj) {
                        continue;
                    }
                    let func = self.func_idx(FuncKey { obj, type_args: Vec::new() });
                    b.emit(op::Call { base, func });
                }
            }
        }
        if let Some(func) = main {
            b.emit(op::Call { base, func });
        }
        b.emit(op::Return0 {});
        match b.finish() {
            Ok(function) => self.program.entry = self.add_func(function),
            Err(message) => self.error(Pos::NONE, message),
        }
    }
}
