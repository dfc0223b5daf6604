//! What belongs to the whole program: the interface that `lower` works against.
//!
//! Everything is made when it is first asked for: representations (`repr`), run-time types
//! (`typedescs`), functions (`mono`: a work list of declarations and type arguments), wrappers
//! (`wrappers`), methods that interface calls can reach (`reach`), package variables (`globals`).
//! `link` puts the program together. So a program contains what it reaches and nothing else.

mod globals;
mod link;
mod methods;
mod mono;
mod reach;
mod repr;
mod session;
mod typedescs;
mod wrappers;

use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

pub(crate) use gol_bytecode::layout::TypeRepr;
use gol_bytecode::{ConstIdx, FuncIdx, Function, NativeIdx, Program, StrIdx, TypeIdx};
use gol_diagnostic::{Code, Diagnostic, Pos, Span};
use gol_grammar::ast::FuncDecl;
use gol_types::{Checker, ObjId, PkgId, TypeId};

use crate::callee::Declared;

/// A function to be compiled: which one, and for which type arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FuncKey {
    pub obj: ObjId,
    /// Canonical concrete types: those of the receiver's type, then the function's own.
    pub type_args: Vec<TypeId>,
}

/// A method that `x.name` finds on a concrete type, or on an interface.
#[derive(Clone, Debug)]
pub(crate) struct MethodSel {
    /// The method as declared (of an instance: the generic type's own) or the interface's.
    pub obj: ObjId,
    /// Field indices from the type asked for to the embedded field that has it; pointers on the
    /// way (the type asked for may be one itself) are followed.
    pub path: Vec<usize>,
    /// Canonical type that has the method, without pointer: a `Named` or an interface.
    pub owner: TypeId,
    /// Whether the method's receiver is a pointer to `owner`.
    pub ptr_recv: bool,
    /// Whether `owner` is an interface: call it with `CallIface`.
    pub is_iface: bool,
    /// Its canonical signature (without receiver); of a generic method, with its own type
    /// parameters in it.
    pub sig: TypeId,
}

/// The program as far as it has been compiled.
pub(crate) struct Module<'a> {
    pub checker: &'a mut Checker,
    pub program: Program,
    pub diagnostics: Vec<Diagnostic>,
    reprs: HashMap<TypeId, Rc<TypeRepr>>,
    types: HashMap<TypeId, TypeIdx>,
    consts: HashMap<u64, ConstIdx>,
    strings: HashMap<Vec<u8>, StrIdx>,
    natives: HashMap<String, NativeIdx>,
    mono: mono::Mono,
    wrappers: HashMap<wrappers::WrapperKey, FuncIdx>,
    methods: methods::Methods,
    reach: reach::Reach,
    globals: globals::Globals,
    /// Which functions are small enough to be inlined.
    pub small: HashMap<ObjId, Option<Rc<FuncDecl>>>,
    /// The same for calls whose results nobody wants.
    pub small_statements: HashMap<ObjId, Option<Rc<FuncDecl>>>,
    /// What is known of declared functions that calls name.
    pub callees: HashMap<ObjId, Option<Rc<Declared>>>,
    /// What they do with arguments that are functions.
    pub called_arguments: HashMap<(ObjId, usize), Option<bool>>,
    /// Those whose answer may rest on one that was only supposed.
    pub supposed: Vec<(ObjId, usize)>,
    /// How many literals in a package's initialisers have been named.
    pub(crate) init_literals: HashMap<PkgId, u32>,
}

impl<'a> Module<'a> {
    fn new(checker: &'a mut Checker) -> Module<'a> {
        Module {
            checker,
            program: Program::default(),
            diagnostics: Vec::new(),
            reprs: HashMap::default(),
            types: HashMap::default(),
            consts: HashMap::default(),
            strings: HashMap::default(),
            natives: HashMap::default(),
            mono: mono::Mono::default(),
            wrappers: HashMap::default(),
            methods: methods::Methods::default(),
            reach: reach::Reach::default(),
            globals: globals::Globals::default(),
            small: HashMap::default(),
            small_statements: HashMap::default(),
            callees: HashMap::default(),
            called_arguments: HashMap::default(),
            supposed: Vec::new(),
            init_literals: HashMap::default(),
        }
    }

    /// A native by name: `runtime.printint`.
    pub(crate) fn native(&mut self, name: &str) -> NativeIdx {
        if let Some(&idx) = self.natives.get(name) {
            return idx;
        }
        let idx = NativeIdx(self.program.natives.len() as u32);
        self.program.natives.push(name.to_owned());
        self.natives.insert(name.to_owned(), idx);
        idx
    }

    pub(crate) fn name_of_native(&self, native: NativeIdx) -> &str {
        &self.program.natives[native.0 as usize]
    }

    pub(crate) fn const_idx(&mut self, bits: u64) -> ConstIdx {
        let consts = &mut self.program.consts;
        *self.consts.entry(bits).or_insert_with(|| {
            consts.push(bits);
            ConstIdx(consts.len() as u32 - 1)
        })
    }

    pub(crate) fn str_idx(&mut self, bytes: &[u8]) -> StrIdx {
        if let Some(&idx) = self.strings.get(bytes) {
            return idx;
        }
        let idx = StrIdx(self.program.strings.len() as u32);
        self.program.strings.push(bytes.to_vec());
        self.strings.insert(bytes.to_vec(), idx);
        idx
    }

    /// A function that has been compiled already (a literal, a thunk).
    pub(crate) fn add_func(&mut self, function: Function) -> FuncIdx {
        self.program.functions.push(function);
        FuncIdx(self.program.functions.len() as u32 - 1)
    }

    /// Canonical form of t with the type arguments of the function being compiled put in.
    pub(crate) fn concrete(&mut self, t: TypeId, tparams: &[TypeId], targs: &[TypeId]) -> TypeId {
        let t = self.checker.subst(t, tparams, targs);
        self.checker.canonical(t)
    }

    /// The canonical underlying type of a canonical type.
    pub(crate) fn under(&mut self, t: TypeId) -> TypeId {
        let u = self.checker.underlying(t);
        self.checker.canonical(u)
    }

    /// Reports an error about the function that is being compiled.
    pub(crate) fn error(&mut self, pos: Pos, message: String) {
        self.diagnostics.push(Diagnostic::error(Code("Compile"), Span::at(pos), message));
    }
}

pub(crate) use session::{Saved, compile_input};

pub(crate) fn compile(checker: &mut Checker, main: PkgId) -> Result<Program, Vec<Diagnostic>> {
    link::compile(checker, main)
}
