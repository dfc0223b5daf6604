//! gol: Go as a scripting language, as a library.
//!
//! [`compile`] takes a script, file or directory to a [`Compiled`] program with its diagnostics;
//! [`Program::run`] executes it. Nothing is process-wide: a Rust program can hold and run as many
//! programs as it likes, each with its own limits, streams and arguments.

#![forbid(unsafe_code)]

mod format_source;
mod front;
pub mod loader;
mod program;
pub mod session;

pub use format_source::{Formatted, format_source};
pub use front::{CompileOptions, Compiled, compile, with_large_stack};
pub use gol_bytecode as bytecode;
pub use gol_diagnostic as diagnostic;
pub use loader::{CoverMode, Coverage, CoveredPackages, Input, LoadError, TestInput};
pub use program::{Captured, Ended, Handle, Outcome, Program, RunOptions, StartError};

pub use gol_grammar::{IndexEntry, IndexKind, index_declarations};
pub use gol_vm::{is_reported, report_memory_faults};

pub use gol_stdlib::{StdDecl, StdPackage, package, package_by_name, packages};
