//! The tokens of a text for printing: with the lines they stand on, with automatic semicolons, and
//! with the comments that stand before each of them.

use gol_grammar::ast::Mode;
use gol_grammar::{LexemeKind, lexemes};

/// A token; an automatic semicolon has no text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    pub kind: LexemeKind,
    pub text: &'a str,
    /// Lines of its first and last character, from 1.
    pub line: usize,
    pub end_line: usize,
    /// Column of its first character, in bytes from 0.
    pub column: usize,
    /// Where it starts in the text.
    pub at: usize,
    /// How many comments stand before it in [`Tokens::comments`].
    pub comments: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Comment<'a> {
    pub text: &'a str,
    pub line: usize,
    pub end_line: usize,
    pub column: usize,
    /// Where it starts in the text.
    pub at: usize,
    /// Whether it runs to the end of its line.
    pub is_line: bool,
    /// The blanks before it, if it stands first on its line.
    pub indent: Option<&'a str>,
}

#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    pub tokens: Vec<Token<'a>>,
    pub comments: Vec<Comment<'a>>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str, mode: Mode) -> Tokens<'a> {
        let mut out = Tokens { tokens: Vec::new(), comments: Vec::new() };
        let (mut line, mut line_start, mut at) = (1, 0, 0);
        let mut wanted = false;
        for lexeme in lexemes(text, mode) {
            for (newline, _) in text[at..lexeme.lo].match_indices('\n') {
                line += 1;
                line_start = at + newline + 1;
            }
            at = lexeme.lo;
            let source = text[lexeme.lo..lexeme.hi].trim_end_matches('\r');
            let end_line = line + source.matches('\n').count();
            let column = lexeme.lo - line_start;
            match lexeme.kind {
                LexemeKind::Newline => {
                    wanted = wanted && !out.semicolon(line, column, at);
                    continue;
                }
                LexemeKind::LineComment | LexemeKind::BlockComment => {
                    let is_line = lexeme.kind == LexemeKind::LineComment;
                    if wanted && end_line > line {
                        out.semicolon(line, column, at);
                        wanted = false;
                    }
                    let before = &text[line_start..lexeme.lo];
                    let indent = before.trim().is_empty().then_some(before);
                    let text = if is_line { source.trim_end() } else { source };
                    let at = lexeme.lo;
                    let place = Comment { text, line, end_line, column, at, is_line, indent };
                    out.comments.push(place);
                }
                kind => {
                    let comments = out.comments.len();
                    let at = lexeme.lo;
                    let text = source;
                    out.tokens.push(Token { kind, text, line, end_line, column, at, comments });
                    wanted = ends_statement(kind, source);
                }
            }
            for (newline, _) in text[at..lexeme.hi].match_indices('\n') {
                line += 1;
                line_start = at + newline + 1;
            }
            at = lexeme.hi;
        }
        if wanted {
            out.semicolon(line, at - line_start, at);
        }
        // The end of the file, so that there always is a next token.
        let comments = out.comments.len();
        let line = line + 1;
        out.tokens.push(Token {
            kind: LexemeKind::Newline,
            text: "",
            line,
            end_line: line,
            column: 0,
            at: text.len(),
            comments,
        });
        out
    }

    /// An automatic semicolon. It counts as standing before the comments of its line.
    fn semicolon(&mut self, line: usize, column: usize, at: usize) -> bool {
        let from = self.tokens.last().map_or(0, |t| t.comments);
        self.tokens.push(Token {
            kind: LexemeKind::Operator,
            text: "",
            line,
            end_line: line,
            column,
            at,
            comments: from,
        });
        true
    }
}

fn ends_statement(kind: LexemeKind, text: &str) -> bool {
    match kind {
        LexemeKind::Name | LexemeKind::Literal | LexemeKind::String => true,
        LexemeKind::Keyword => matches!(text, "break" | "continue" | "fallthrough" | "return"),
        LexemeKind::Operator => matches!(text, "++" | "--" | ")" | "]" | "}"),
        _ => false,
    }
}
