//! `gol fmt`: Go's layout of source text.
//!
//! The text is taken apart into tokens ([`tokens`]) and a tree of them ([`parse`], [`tree`]), in
//! which every token has its place; the tree is printed token by token ([`printer`], with `expr`,
//! `stmt`, `decl` for what stands where) into lines of cells, which are aligned at last
//! ([`align`]). Before all that, old build constraints get new ones ([`build_lines`]), imports are
//! sorted ([`imports`]) and the comments of declarations laid out ([`doc_comment`]), in the text. The
//! layout is gofmt's, as its behaviour shows it. What is printed has the tokens of what was read;
//! that is checked, and a text for which it does not hold is left as it is.

#![forbid(unsafe_code)]

mod align;
mod block_comment;
mod build_lines;
mod decl;
mod doc_blocks;
mod doc_comment;
mod doc_text;
mod expr;
mod imports;
mod parse;
mod printer;
mod stmt;
mod tokens;
mod tree;

pub use align::Layout;
pub use doc_text::doc_text;
pub use gol_grammar::ast::Mode;

use gol_grammar::{LexemeKind, lexemes};
use parse::Parser;
use printer::Printer;
use tokens::Tokens;

/// Why a text was not formatted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It could not be taken apart; a text without syntax errors should not come here.
    Structure,
    /// The result would have had other tokens.
    Changed,
}

/// Formats a text that is known to have no syntax errors.
pub fn format(text: &str, mode: Mode) -> Result<String, Refused> {
    format_with(text, mode, &align::GOFMT)
}

/// Formats a text that is known to have no syntax errors, in a layout of its own.
pub fn format_with(text: &str, mode: Mode, layout: &Layout) -> Result<String, Refused> {
    let (head, body) = split_shebang(text, mode);
    let plain = without_returns(body, mode);
    let body = plain.as_deref().unwrap_or(body);
    let modern = build_lines::modern(body);
    let body = modern.as_deref().unwrap_or(body);
    let sorted = if layout.sort_imports { imports::sorted(body, mode) } else { None };
    let body = sorted.as_deref().unwrap_or(body);
    let documented = doc_comment::laid_out(body, mode);
    let body = documented.as_deref().unwrap_or(body);
    let source = Tokens::new(body, mode);
    let items = Parser::new(&source.tokens).file().map_err(|_| Refused::Structure)?;
    let mut printer = Printer::new(&source);
    printer.items(&items);
    printer.comments_at_end();
    let out = format!("{head}{}", align::text(&printer.finish(), layout));
    if same_tokens(&source, &out, mode) { Ok(out) } else { Err(Refused::Changed) }
}

/// The text without the carriage returns in its raw strings, which are no part of their values.
fn without_returns(text: &str, mode: Mode) -> Option<String> {
    if !text.contains('\r') {
        return None;
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for lexeme in lexemes(text, mode).into_iter().filter(|l| l.kind == LexemeKind::String) {
        let string = &text[lexeme.lo..lexeme.hi];
        if string.starts_with('`') {
            out.push_str(&text[at..lexeme.lo]);
            out.extend(string.split('\r'));
            at = lexeme.hi;
        }
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// A script's first line, if it is `#!`.
fn split_shebang(text: &str, mode: Mode) -> (&str, &str) {
    let has = mode == Mode::Script && text.starts_with("#!") && !text.starts_with("#![");
    let end = if has { text.find('\n').map_or(text.len(), |at| at + 1) } else { 0 };
    text.split_at(end)
}

/// Whether two texts have the same tokens, but for semicolons, parentheses and commas that the
/// layout makes superfluous or needs, and the same comments.
fn same_tokens(source: &Tokens<'_>, out: &str, mode: Mode) -> bool {
    let (_, body) = split_shebang(out, mode);
    let printed = Tokens::new(body, mode);
    let optional = |text: &str| matches!(text, "" | ";" | "," | "(" | ")");
    let significant = |tokens: &Tokens<'_>| -> Vec<String> {
        let kept = tokens.tokens.iter().filter(|t| !optional(t.text));
        kept.map(|t| t.text.to_ascii_lowercase()).collect()
    };
    significant(source) == significant(&printed) && source.comments.len() == printed.comments.len()
}

#[cfg(test)]
mod tests {
    use super::{Mode, format};

    #[test]
    fn carriage_returns_leave_no_trace() {
        let text = "package p\r\n\r\nvar a =  `x\r\ny` // c\r\n\r\n/* d\r\n\te */\r\n";
        let want = "package p\n\nvar a = `x\ny` // c\n\n/* d\ne */\n";
        assert_eq!(format(text, Mode::Go).as_deref(), Ok(want));
    }
}
