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

mod advice;
mod api;
mod assignable;
mod assignments;
mod builtins;
mod call;
mod checker;
pub mod codes;
mod comparison;
pub mod constant;
mod constants;
mod conversions;
mod cycles;
mod decl;
mod describe;
mod directives;
mod embed;
mod errors;
mod expr;
mod format;
mod hints;
mod identical;
mod incomplete;
mod index;
mod infer;
mod info;
mod initorder;
mod instance;
mod instantiate;
mod instcycle;
mod interface;
mod labels;
mod language;
mod lazy;
mod literals;
mod lookup;
mod named;
mod object;
mod operand;
mod operators;
mod package;
mod predicates;
mod range;
mod resolver;
mod scope;
mod script;
mod selector;
mod session;
mod shape;
mod shift;
mod signature;
mod sizes;
mod state;
mod stmt;
mod store;
mod structs;
mod subst;
mod switch;
mod terminating;
mod typeparam;
mod types;
mod typeset;
mod typexpr;
mod under;
mod unify;
mod universe;
mod untyped;

pub use checker::{Checker, Options};
pub use info::{Info, Initializer, Instance, Mode, Selection, SelectionKind, TypeAndValue};
pub use object::{BuiltinId, ObjId, ObjKind, Object};
pub use package::{DeclSource, EmbeddedFile, ImportedPackage, Importer, Package, PkgId};
pub use session::{InputNames, Session, Show, Shown, ShownValue};
pub use store::{Scope, ScopeId, Store};
pub use types::*;
