//! The type checker: syntax trees to types, constants, objects and selections.
//!
//! It follows `go/types` and the compiler's `types2` in vocabulary, in its cut into files and in
//! what it hands on: the tree stays as it is, and tables beside it ([`Info`]) say what each node
//! means. Types, objects, scopes and packages live in arenas ([`Store`]) and are named by small
//! ids; two ids may name identical types, which [`Store::identical`] decides and
//! [`Store::canonical`] makes comparable.
//!
//! Packages come in two kinds. A user's package is checked whole. A standard package is lazy: its
//! declarations are parsed and checked when they are first referred to, and a function's body when
//! the compiler asks for it ([`Checker::func_body`]).

#![forbid(unsafe_code)]

mod assignable;
mod assignments;
mod builtins;
mod call;
mod checker;
mod comparison;
pub mod constant;
mod constants;
mod conversions;
mod expr;
mod index;
mod info;
mod instance;
mod labels;
mod literals;
mod object;
mod operand;
mod operators;
mod package;
mod range;
mod seam_core;
mod selector;
mod shift;
mod stmt;

mod store;
mod switch;
mod terminating;
mod types;
mod untyped;

pub use checker::{Checker, Options};
pub use info::{Info, Initializer, Instance, Mode, Selection, SelectionKind, TypeAndValue};
pub use object::{BuiltinId, ObjId, ObjKind, Object};
pub use package::{DeclSource, ImportedPackage, Importer, Package, PkgId};
pub use store::{Scope, ScopeId, Store};
pub use types::*;
