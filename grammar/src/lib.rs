//! Text to syntax tree: tokens ([`token`]), what decides from tokens alone ([`semicolon`],
//! [`brace`]), the grammar (`gol.lalrpop`) and the tree itself ([`ast`]).
//!
//! Parsing never fails: it returns a tree, with `Bad` nodes where the text could not be read, and
//! the diagnostics, sorted by position.

#![forbid(unsafe_code)]

pub mod ast;

use ast::{File, Mode, NodeId, Stmt};
use gol_diagnostic::{Diagnostic, FileId, Pos};

/// What a parse needs to know about where the text stands.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub file: FileId,
    /// Position of the first byte of `text`, which may be a part of the file (one declaration).
    pub base: Pos,
    pub text: &'a str,
    pub mode: Mode,
}
