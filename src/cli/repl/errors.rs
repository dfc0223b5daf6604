//! How errors of inputs look: below the line that was typed, with a mark under the place; for
//! inputs of several lines as `gol run` shows them.

use gol::diagnostic::{Diagnostic, SourceMap};

use super::console::Console;
use super::script::PROMPT;
use crate::cli::render;

/// Errors beyond this number are counted only.
const MAX_ERRORS: usize = 10;

pub(super) fn report(
    console: &Console,
    sources: &SourceMap,
    errors: &[Diagnostic],
    text: &str,
) -> String {
    let shown = &errors[..errors.len().min(MAX_ERRORS)];
    let one_line = !text.trim_end().contains('\n');
    let mut out = if one_line && console.shows_inputs() {
        shown.iter().map(|d| below(sources, d)).collect()
    } else if console.shows_inputs() {
        render::pretty_text(sources, shown, console.color)
    } else {
        shown.iter().map(|d| short(sources, d)).collect()
    };
    if errors.len() > MAX_ERRORS {
        out.push_str("too many errors\n");
    }
    out
}

/// `input 3:1:5: message`.
fn short(sources: &SourceMap, d: &Diagnostic) -> String {
    match sources.location(d.span.lo) {
        Some(at) => format!("{}:{}:{}: {}\n", at.name, at.line, at.column, d.message),
        None => format!("{}\n", d.message),
    }
}

/// Marks below the line that stands above, then the message.
fn below(sources: &SourceMap, d: &Diagnostic) -> String {
    let Some(at) = sources.location(d.span.lo) else { return short(sources, d) };
    let line = sources.file(at.file).line_text(at.line);
    let before = &line[..(at.column as usize - 1).min(line.len())];
    let indent = PROMPT.len() + before.chars().count();
    let marked = sources.text(d.span).lines().next().unwrap_or("").chars().count().max(1);
    let mut out = format!("{}{}\n{}\n", " ".repeat(indent), "^".repeat(marked), d.message);
    for note in &d.notes {
        out.push_str(&format!("{note}\n"));
    }
    out
}
