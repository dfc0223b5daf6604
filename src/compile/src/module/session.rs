//! A program that grows: what was compiled for one input of a session is there for the next.
//!
//! Between two inputs the module's state is put away ([`Saved`]); nothing of it is ever taken back,
//! so indices keep their meaning and a runtime that has loaded the program loads only what has been
//! added. Two things do change: methods that an input adds to an older type are entered into the
//! descriptors of all types that have them, and a method that comes to be called through an
//! interface gets its function.

use std::rc::Rc;
use std::sync::Arc;

use gol_bytecode::{ConstIdx, FuncIdx, NativeIdx, Program, StrIdx, TypeIdx};
use gol_diagnostic::Diagnostic;
use gol_types::{Checker, ObjId, ObjKind, PkgId, Type, TypeId};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::globals::Globals;
use super::link::Inits;
use super::methods::Methods;
use super::mono::Mono;
use super::reach::Reach;
use super::wrappers::WrapperKey;
use super::{FuncKey, Module, TypeRepr};

/// A module without its checker, and which initialisers earlier inputs have run.
#[derive(Clone, Default)]
pub(crate) struct Saved {
    pub(crate) program: Arc<Program>,
    reprs: HashMap<TypeId, Rc<TypeRepr>>,
    types: HashMap<TypeId, TypeIdx>,
    consts: HashMap<u64, ConstIdx>,
    strings: HashMap<Vec<u8>, StrIdx>,
    natives: HashMap<String, NativeIdx>,
    mono: Mono,
    wrappers: HashMap<WrapperKey, FuncIdx>,
    methods: Methods,
    reach: Reach,
    globals: Globals,
    init_literals: HashMap<PkgId, u32>,
    inits: Inits,
}

/// Compiles one input. After an error everything is as it was.
pub(crate) fn compile_input(
    checker: &mut Checker,
    saved: &mut Saved,
    pkg: PkgId,
    extended: &[TypeId],
) -> Result<(), Vec<Diagnostic>> {
    let (mut m, mut inits) = Module::resume(checker, saved.clone());
    if m.program.functions.is_empty() {
        m.add_well_known();
    }
    m.forget_methods(extended);
    m.link_program(pkg, &mut inits);
    if !m.diagnostics.is_empty() {
        return Err(m.diagnostics);
    }
    *saved = m.suspend(inits);
    Ok(())
}

impl<'a> Module<'a> {
    fn resume(checker: &'a mut Checker, saved: Saved) -> (Module<'a>, Inits) {
        let module = Module {
            checker,
            program: Arc::unwrap_or_clone(saved.program),
            diagnostics: Vec::new(),
            reprs: saved.reprs,
            types: saved.types,
            consts: saved.consts,
            strings: saved.strings,
            natives: saved.natives,
            mono: saved.mono,
            wrappers: saved.wrappers,
            methods: saved.methods,
            reach: saved.reach,
            globals: saved.globals,
            init_literals: saved.init_literals,
            small: HashMap::default(),
            small_statements: HashMap::default(),
            callees: HashMap::default(),
            called_arguments: HashMap::default(),
            supposed: Vec::new(),
        };
        (module, saved.inits)
    }

    fn suspend(self, inits: Inits) -> Saved {
        Saved {
            program: Arc::new(self.program),
            reprs: self.reprs,
            types: self.types,
            consts: self.consts,
            strings: self.strings,
            natives: self.natives,
            mono: self.mono,
            wrappers: self.wrappers,
            methods: self.methods,
            reach: self.reach,
            globals: self.globals,
            init_literals: self.init_literals,
            inits,
        }
    }

    /// Forgets what was found for the methods of these types, which have others now.
    fn forget_methods(&mut self, extended: &[TypeId]) {
        if extended.is_empty() {
            return;
        }
        self.methods.forget_found();
        let cached = |key: &WrapperKey| matches!(key, WrapperKey::Expr(..) | WrapperKey::Entry(..));
        self.wrappers.retain(|key, _| !cached(key));
        for t in self.dynamic_types() {
            if self.has_methods_of(t, extended, &mut HashSet::default()) {
                self.enter_methods_anew(t);
            }
        }
    }

    /// Whether a type is one of these or embeds one.
    fn has_methods_of(&mut self, t: TypeId, of: &[TypeId], seen: &mut HashSet<TypeId>) -> bool {
        let base = self.deref(t);
        if !seen.insert(base) {
            return false;
        }
        let origin = match self.checker.store.ty(base) {
            Type::Named(named) => named.origin.unwrap_or(base),
            _ => base,
        };
        if of.contains(&origin) {
            return true;
        }
        let u = self.checker.underlying(base);
        let Type::Struct(s) = self.checker.store.ty(u).clone() else { return false };
        let embedded: Vec<ObjId> = s.fields.into_iter().filter(|&f| self.is_embedded(f)).collect();
        embedded.into_iter().any(|f| {
            let ty = self.checker.store.obj(f).ty;
            self.has_methods_of(ty, of, seen)
        })
    }

    fn is_embedded(&self, field: ObjId) -> bool {
        matches!(&self.checker.store.obj(field).kind, ObjKind::Var(v) if v.embedded)
    }

    /// The function that shows a value.
    pub(crate) fn show_function(&mut self, name: &str) -> Option<FuncIdx> {
        let obj = self.checker.std_object("internal/show", name)?;
        Some(self.func_idx(FuncKey { obj, type_args: Vec::new() }))
    }
}
