//! How errors of inputs look: below the line that was typed, with a mark under the place; for
//! inputs of several lines as `gol run` shows them.

use gol::diagnostic::{Diagnostic, SourceMap};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::console::Console;
use super::script::PROMPT;
use crate::cli::render;

/// Errors beyond this number are counted only.
const MAX_ERRORS: usize = 10;

/// Columns from one tab stop to the next, as the line editor shows them.
pub(super) const TAB: usize = 4;

pub(super) fn report(
    console: &Console,
    sources: &SourceMap,
    errors: &[Diagnostic],
    text: &str,
    width: usize,
) -> String {
    let shown = &errors[..errors.len().min(MAX_ERRORS)];
    let one_line = !text.trim_end().contains('\n');
    // What stands in other files has not been typed above.
    let typed = |d: &Diagnostic| {
        let place = sources.location(d.span.lo);
        place.is_none_or(|at| at.name.starts_with("input "))
    };
    let mut out = if one_line && console.shows_inputs() {
        let one = |d| {
            if typed(d) {
                return below(sources, d, width);
            }
            render::pretty_text(sources, std::slice::from_ref(d), console.color)
        };
        shown.iter().map(one).collect()
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
fn below(sources: &SourceMap, d: &Diagnostic, width: usize) -> String {
    let Some(at) = sources.location(d.span.lo) else { return short(sources, d) };
    let line = sources.file(at.file).line_text(at.line);
    let before = line.get(..at.column as usize - 1).unwrap_or(line);
    let marked = sources.text(d.span).lines().next().unwrap_or("");
    let mut indent = column(PROMPT.len(), before);
    let mut out = String::new();
    if column(PROMPT.len(), line) >= width {
        // The terminal has wrapped the line: the part with the place is shown once more.
        let start = before.char_indices().rev().nth(width / 3).map_or(0, |(at, _)| at);
        let part: String = line[start..].chars().take(width * 2 / 3).collect();
        let dots = if start > 0 { "… " } else { "  " };
        out = format!("{dots}{}\n", part.replace('\t', " "));
        indent = 2 + before[start..].replace('\t', " ").width();
    }
    let room = width.saturating_sub(indent).max(1);
    let marks = "^".repeat(marked.width().clamp(1, room));
    out += &format!("{}{marks}\n{}\n", " ".repeat(indent), d.message);
    for note in &d.notes {
        out.push_str(&format!("{note}\n"));
    }
    out
}

/// The column behind a text that begins at a column, both from 0.
fn column(start: usize, text: &str) -> usize {
    text.chars().fold(start, |at, c| match c {
        '\t' => (at / TAB + 1) * TAB,
        c => at + c.width().unwrap_or(0),
    })
}
