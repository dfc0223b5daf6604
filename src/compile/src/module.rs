//! What belongs to the whole program: the interface that `lower` works against.

use std::rc::Rc;

use gol_bytecode::{
    ConstIdx, FuncIdx, Function, Leaf, MethodIdx, NativeIdx, Program, Repr, StrIdx, TypeIdx,
};
use gol_diagnostic::Diagnostic;
use gol_types::{Checker, ObjId, PkgId, TypeId};

/// How values of one type lie in registers and memory (see `gol_bytecode::typedesc`).
#[derive(Clone, Debug)]
pub(crate) struct TypeRepr {
    pub repr: Repr,
    /// 1 for `Repr::Mem`.
    pub words: u16,
    pub size: u64,
    pub align: u32,
    /// In order of registers; empty for `Repr::Mem`.
    pub leaves: Vec<Leaf>,
    /// Structs: first register (Regs) and byte offset of each field.
    pub fields: Vec<(u16, u64)>,
    /// Byte offsets of words in memory that may be pointers.
    pub pointers: Vec<u32>,
}

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
}

#[allow(unused_variables, clippy::unimplemented, dead_code)]
impl Module<'_> {
    /// Representation of a concrete type.
    pub(crate) fn repr(&mut self, t: TypeId) -> Rc<TypeRepr> {
        unimplemented!()
    }
    /// The run-time descriptor of a concrete type, made on first use.
    pub(crate) fn type_idx(&mut self, t: TypeId) -> TypeIdx {
        unimplemented!()
    }
    /// As `type_idx`, for a type that becomes the dynamic type of an interface: its methods become
    /// reachable through the interface methods that the program calls.
    pub(crate) fn iface_type_idx(&mut self, t: TypeId) -> TypeIdx {
        unimplemented!()
    }
    /// A declared function or concrete method, put on the work list on first use.
    pub(crate) fn func_idx(&mut self, key: FuncKey) -> FuncIdx {
        unimplemented!()
    }
    /// If the function is declared without a body: its native.
    pub(crate) fn native_of(&mut self, obj: ObjId) -> Option<NativeIdx> {
        unimplemented!()
    }
    /// A native by name: `runtime.printint`.
    pub(crate) fn native(&mut self, name: &str) -> NativeIdx {
        unimplemented!()
    }
    /// The identity of an interface's method, marked as called through an interface.
    pub(crate) fn method_idx(&mut self, method: ObjId, sig: TypeId) -> MethodIdx {
        unimplemented!()
    }
    pub(crate) fn const_idx(&mut self, bits: u64) -> ConstIdx {
        unimplemented!()
    }
    pub(crate) fn str_idx(&mut self, bytes: &[u8]) -> StrIdx {
        unimplemented!()
    }
    /// Offset of a package-level variable; on first use it becomes reachable with its initialiser.
    pub(crate) fn global(&mut self, var: ObjId) -> u32 {
        unimplemented!()
    }

    /// A function that has been compiled already (a literal, a thunk).
    pub(crate) fn add_func(&mut self, function: Function) -> FuncIdx {
        unimplemented!()
    }
    /// The name of a declared function in traces; literals append `.func1` ….
    pub(crate) fn func_name(&mut self, key: &FuncKey) -> String {
        unimplemented!()
    }
    /// Type parameters that a key's `type_args` stand for, in the same order.
    pub(crate) fn type_params(&mut self, obj: ObjId) -> Rc<[TypeId]> {
        unimplemented!()
    }
    /// The canonical underlying type of a canonical type. The components of canonical types
    /// (fields, parameters, elements) are canonical, too.
    pub(crate) fn under(&mut self, t: TypeId) -> TypeId {
        unimplemented!()
    }
    /// The method that a concrete type `t` (or `&t`) has under a name, promoted ones included.
    /// Use it for every method call and value: in a generic body the checker's selection knows only
    /// the constraint.
    pub(crate) fn find_method(
        &mut self,
        t: TypeId,
        pkg: Option<PkgId>,
        name: &str,
    ) -> Option<Rc<MethodSel>> {
        unimplemented!()
    }
    /// The key of a concrete method; `own_args` are those of a generic method.
    pub(crate) fn method_key(&mut self, sel: &MethodSel, own_args: &[TypeId]) -> FuncKey {
        unimplemented!()
    }
    /// Reports an error about the function that is being compiled.
    pub(crate) fn error(&mut self, pos: gol_diagnostic::Pos, message: String) {
        unimplemented!()
    }

    // -- wrappers.rs: functions that the compiler makes; asked for on use.
    /// The function of a bound method value `x.m`: captures the receiver's words (of the type that
    /// the method takes), takes the method's parameters.
    pub(crate) fn bound_method(&mut self, method: FuncKey) -> FuncIdx {
        unimplemented!()
    }
    /// The same for an interface's method: captures the two words of the interface.
    pub(crate) fn bound_iface_method(&mut self, method: ObjId, sig: TypeId) -> FuncIdx {
        unimplemented!()
    }
    /// The method `name` of `recv` as a function with the receiver (of exactly type `recv`) as first
    /// parameter: follows embedding, takes addresses, dereferences. For method expressions `T.m`,
    /// `(*T).m`, `I.m`, and for method sets.
    pub(crate) fn method_expr(&mut self, recv: TypeId, pkg: Option<PkgId>, name: &str) -> FuncIdx {
        unimplemented!()
    }
    /// A native as a function with a frame, for function values, `go` and `defer`.
    pub(crate) fn native_func(&mut self, obj: ObjId) -> FuncIdx {
        unimplemented!()
    }

    /// Canonical form of t with the type arguments of the function being compiled put in.
    pub(crate) fn concrete(&mut self, t: TypeId, tparams: &[TypeId], targs: &[TypeId]) -> TypeId {
        unimplemented!()
    }
}

pub(crate) fn compile(_checker: &mut Checker, _main: PkgId) -> Result<Program, Vec<Diagnostic>> {
    Err(Vec::new())
}
