//! Statements and expressions to builder calls.
//!
//! The two entries below are what `module` calls while it works off the list of functions.

use std::rc::Rc;

use gol_bytecode::Function;
use gol_grammar::ast::FuncDecl;
use gol_types::{Initializer, PkgId};

use crate::module::{FuncKey, Module};

/// The code of a declared function or method with a body, for the key's type arguments.
/// Name and position are already those of the declaration when it comes back or are set by the
/// caller afterwards; literals inside are added with [`Module::add_func`].
#[allow(unused_variables, clippy::unimplemented)]
pub(crate) fn function(m: &mut Module, key: &FuncKey, decl: &Rc<FuncDecl>) -> Function {
    unimplemented!()
}

/// A function without parameters that evaluates one initialiser of package variables and stores
/// the results; the caller names it.
#[allow(unused_variables, clippy::unimplemented)]
pub(crate) fn initializer(m: &mut Module, pkg: PkgId, init: &Initializer) -> Function {
    unimplemented!()
}

/// The body of `main` of a script: its top-level statements in order.
#[allow(unused_variables, clippy::unimplemented)]
pub(crate) fn script(m: &mut Module, pkg: PkgId, file: &Rc<gol_grammar::ast::File>) -> Function {
    unimplemented!()
}
