//! The tokens of a text as they stand there, with comments and newlines: for tools that print,
//! measure or colour a text rather than parse it.

use crate::ast::Mode;
use crate::token::{self, Kind};

/// What a lexeme is; its text tells the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexemeKind {
    Newline,
    LineComment,
    BlockComment,
    Name,
    /// A number or a rune.
    Literal,
    String,
    Keyword,
    /// Operators, brackets and what separates.
    Operator,
}

/// A token, and the range of bytes that it takes.
#[derive(Clone, Copy, Debug)]
pub struct Lexeme {
    pub kind: LexemeKind,
    pub lo: usize,
    pub hi: usize,
}

/// All lexemes of a text in order; a script's `#!` line is none. What is wrong with them, parsing
/// tells.
pub fn lexemes(text: &str, mode: Mode) -> Vec<Lexeme> {
    let start = if mode == Mode::Script { crate::shebang(text) } else { 0 };
    let (raw, _) = token::scan(text, start);
    let lexeme = |raw: token::Raw| {
        let (lo, hi) = (raw.lo as usize, raw.hi as usize);
        let kind = match raw.kind {
            Kind::Newline => LexemeKind::Newline,
            Kind::LineComment => LexemeKind::LineComment,
            Kind::BlockComment => LexemeKind::BlockComment,
            Kind::Name => LexemeKind::Name,
            Kind::Literal => LexemeKind::Literal,
            Kind::String => LexemeKind::String,
            _ if text[lo..hi].starts_with(|c: char| c.is_ascii_lowercase()) => LexemeKind::Keyword,
            _ => LexemeKind::Operator,
        };
        Lexeme { kind, lo, hi }
    };
    raw.into_iter().map(lexeme).collect()
}
