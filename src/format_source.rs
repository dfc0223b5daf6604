//! Formatting, behind the parser: only a text without syntax errors is formatted.

use std::thread;

use gol_diagnostic::{Pos, SourceMap};
use gol_grammar::ast::{Mode, NodeId};
use gol_grammar::{Source, parse_file};

use crate::front::Compiled;
use crate::loader::LoadError;

/// What formatting comes to.
#[expect(clippy::large_enum_variant, reason = "there is one for each file, and not for long")]
pub enum Formatted {
    Text(String),
    /// The syntax errors.
    Errors(Compiled),
}

/// Lays out a text as gofmt does; a name that ends in `.go` says that it is no script.
pub fn format_source(name: &str, text: &[u8]) -> Result<Formatted, LoadError> {
    let fail = |reason: &str| LoadError::Read { path: name.to_owned(), reason: reason.to_owned() };
    let text = std::str::from_utf8(text).map_err(|_| fail("invalid UTF-8 encoding"))?;
    let is_go = name.rsplit_once('.').is_some_and(|(_, ending)| ending == "go");
    let mode = if is_go { Mode::Go } else { Mode::Script };
    let (name, text) = (name.to_owned(), text.to_owned());
    // The trees are walked recursively.
    let builder = thread::Builder::new().name("formatter".to_owned()).stack_size(1 << 30);
    let spawned = builder.spawn(move || format_here(&name, &text, mode));
    let thread = spawned.map_err(|e| fail(&e.to_string()))?;
    thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}

fn format_here(name: &str, text: &str, mode: Mode) -> Result<Formatted, LoadError> {
    let mut sources = SourceMap::new();
    let file = sources.add(name, text.to_owned());
    let base = sources.file(file).base;
    debug_assert!(base > Pos::NONE);
    let parsed = parse_file(Source { file, base, text, mode }, NodeId(0));
    if !parsed.diagnostics.is_empty() {
        return Ok(Formatted::Errors(Compiled {
            sources: sources.into(),
            diagnostics: parsed.diagnostics,
            program: None,
        }));
    }
    match gol_format::format(text, mode) {
        Ok(text) => Ok(Formatted::Text(text)),
        Err(refused) => Err(LoadError::Read {
            path: name.to_owned(),
            reason: format!("cannot be formatted ({refused:?}); it stays as it is"),
        }),
    }
}
