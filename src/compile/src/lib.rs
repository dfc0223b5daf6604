//! Checked program to bytecode: escape analysis, monomorphised generics, register allocation,
//! fused instructions.
//!
//! [`module`] holds what belongs to the whole program (types, functions asked for so far,
//! constants, globals) and works off the list of functions that are reachable; [`builder`] makes
//! the code of one function; `lower` translates statements and expressions into builder calls.

#![forbid(unsafe_code)]

use gol_bytecode::Program;
use gol_diagnostic::Diagnostic;
use gol_types::{Checker, PkgId};

mod builder;
mod escape;
mod fuse;
mod layout;
mod lower;
mod module;

/// Compiles what `main_pkg` reaches. Errors here are rare: a function too large, a native that
/// does not exist.
pub fn compile(checker: &mut Checker, main_pkg: PkgId) -> Result<Program, Vec<Diagnostic>> {
    module::compile(checker, main_pkg)
}
