//! Checked program to bytecode: escape analysis, monomorphised generics, register allocation,
//! fused instructions.
//!
//! [`module`] holds what belongs to the whole program (types, functions asked for so far,
//! constants, globals) and works off the list of functions that are reachable; [`builder`] makes
//! the code of one function; `lower` translates statements and expressions into builder calls.

#![forbid(unsafe_code)]

use std::sync::Arc;

use gol_bytecode::Program;
use gol_diagnostic::Diagnostic;
use gol_types::{Checker, PkgId, TypeId};

mod builder;
mod callee;
mod escape;
mod fuse;
mod iterator;
mod layout;
mod lower;
mod module;

/// Compiles what `main_pkg` reaches. Errors here are rare: a function too large, a native that
/// does not exist.
pub fn compile(checker: &mut Checker, main_pkg: PkgId) -> Result<Program, Vec<Diagnostic>> {
    module::compile(checker, main_pkg)
}

/// A program that grows by the inputs of a session.
#[derive(Default)]
pub struct Session {
    saved: module::Saved,
}

impl Session {
    /// Compiles the input that has been checked last: its statements become the program's entry.
    /// `extended` are older types that it gives methods. After an error the program is what it was.
    pub fn compile(
        &mut self,
        checker: &mut Checker,
        pkg: PkgId,
        extended: &[TypeId],
    ) -> Result<Arc<Program>, Vec<Diagnostic>> {
        module::compile_input(checker, &mut self.saved, pkg, extended)?;
        Ok(self.program())
    }

    /// The program as it is.
    pub fn program(&self) -> Arc<Program> {
        Arc::clone(&self.saved.program)
    }
}
