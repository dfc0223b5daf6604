//! Source positions and diagnostics: what every stage of the front end says about a user's text.
//!
//! A [`Pos`] is one number for the whole program: the [`SourceMap`] gives each file a range of
//! positions, as Go's `token.FileSet` does. So a span is eight bytes, and a node need not know its
//! file. Rendering is not here: the command does it (`src/cli/render.rs`).

#![forbid(unsafe_code)]

mod diagnostic;
mod source;

pub use diagnostic::{Code, Diagnostic, Fix, Label, Severity};
pub use source::{FileId, LineDirective, Location, Pos, SourceFile, SourceMap, Span};
