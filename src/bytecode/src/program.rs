//! A compiled program: functions, types, constants, and what links them.

use crate::function::{Function, PtrMap};
use crate::instr::{FuncIdx, MethodIdx, TypeIdx};
use crate::typedesc::TypeDesc;

/// Everything the VM loads. The indices in instructions point into these vectors. A program can
/// be extended (the REPL does): vectors grow, what they held stays.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub functions: Vec<Function>,
    pub types: Vec<TypeDesc>,
    /// 64-bit constants that no immediate operand holds.
    pub consts: Vec<u64>,
    /// String constants.
    pub strings: Vec<Vec<u8>>,
    /// Method names with their types: two methods are the same if their index is.
    pub methods: Vec<Method>,
    /// Full names of the native functions that are called: `strings.Index`.
    pub natives: Vec<String>,
    /// Bytes of package variables, and which of their 8-byte words can hold pointers.
    pub globals_size: u32,
    pub globals_map: PtrMap,
    /// Initialises all packages, then calls `main.main`.
    pub entry: FuncIdx,
    /// `runtime.runtimeError`, a string type whose `Error` puts `runtime error: ` before it: what
    /// faults of instructions panic with.
    pub runtime_error: TypeIdx,
    /// `runtime.plainError`, the same without the prefix.
    pub plain_error: TypeIdx,
    /// `*runtime.TypeAssertionError`, whose struct starts with its message, a string.
    pub assertion_error: TypeIdx,
    /// `*runtime.PanicNilError`: what `panic(nil)` panics with.
    pub nil_error: TypeIdx,
    /// `error`'s `Error` and `fmt.Stringer`'s `String`, for printing a panic's value.
    pub error_method: MethodIdx,
    pub string_method: MethodIdx,
}

/// A method's identity: name (with its package, if it is not exported) and signature.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Method {
    pub name: String,
    /// Import path where the name is not exported, else empty.
    pub pkg_path: String,
    /// Words of arguments without the receiver, and of results.
    pub param_words: u16,
    pub result_words: u16,
    /// Its `func` type.
    pub ty: TypeIdx,
}
