//! Where in a text the statements of a block stand: a block is reported as ranges of lines with
//! code.
//!
//! A line is left out if it is empty or holds only comments or closing braces; inside a statement
//! only the lines behind its last other token are. So a range ends where a comment of its own
//! lines stands, and the next one is counted anew.

use gol_diagnostic::Pos;
use gol_grammar::ast::{Mode, Stmt};
use gol_grammar::{LexemeKind, lexemes};

/// The tokens and lines of one file.
pub(super) struct Text {
    base: u32,
    /// Offsets of all tokens but comments and closing braces.
    tokens: Vec<Token>,
    line_starts: Vec<usize>,
    /// Places of the labels that `goto` statements name.
    gotos: Vec<(usize, String)>,
}

#[derive(Clone, Copy)]
struct Token {
    lo: usize,
    hi: usize,
    is_else: bool,
}

/// A part of a block whose lines follow one another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub lo: usize,
    pub hi: usize,
    /// How many of the block's statements begin in it.
    pub stmts: usize,
}

/// Lines that belong together: of one statement, or of a token between two.
struct Piece {
    lo: usize,
    first: usize,
    last: usize,
    is_stmt: bool,
}

impl Text {
    pub(super) fn new(text: &str, base: Pos, mode: Mode) -> Text {
        let (mut tokens, mut gotos) = (Vec::new(), Vec::new());
        let mut after_goto = false;
        for lexeme in lexemes(text, mode) {
            let word = &text[lexeme.lo..lexeme.hi];
            if matches!(
                lexeme.kind,
                LexemeKind::Newline | LexemeKind::LineComment | LexemeKind::BlockComment
            ) {
                continue;
            }
            if after_goto {
                gotos.push((lexeme.lo, word.to_owned()));
            }
            after_goto = word == "goto";
            if word != "}" {
                tokens.push(Token { lo: lexeme.lo, hi: lexeme.hi, is_else: word == "else" });
            }
        }
        let newlines = text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
        let line_starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        Text { base: base.0, tokens, line_starts, gotos }
    }

    pub(super) fn offset(&self, at: Pos) -> usize {
        at.0.saturating_sub(self.base) as usize
    }

    pub(super) fn pos(&self, offset: usize) -> Pos {
        Pos(self.base).after(offset)
    }

    /// Line and column, from 1.
    pub(super) fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        (line, offset - self.line_starts[line - 1] + 1)
    }

    fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    fn after_line(&self, line: usize) -> usize {
        self.line_starts
            .get(line)
            .copied()
            .unwrap_or_else(|| self.tokens.last().map_or(0, |token| token.hi))
    }

    /// Whether a `goto` between two places names a label.
    pub(super) fn is_target(&self, label: &str, (lo, hi): (usize, usize)) -> bool {
        self.gotos.iter().any(|(at, name)| (lo..hi).contains(at) && name == label)
    }

    /// Where the last token before a place begins.
    pub(super) fn token_before(&self, offset: usize) -> usize {
        self.before(offset).map_or(offset, |token| token.lo)
    }

    /// Where the block begins whose brace stands here: at the end of its `else`, if it has one.
    pub(super) fn block_start(&self, brace: usize) -> usize {
        self.before(brace).filter(|token| token.is_else).map_or(brace, |token| token.hi)
    }

    fn before(&self, offset: usize) -> Option<&Token> {
        let at = self.tokens.partition_point(|token| token.lo < offset);
        self.tokens[..at].last()
    }

    /// The ranges of a block from the first of its statements to `hi`.
    pub(super) fn ranges(&self, stmts: &[Stmt], hi: usize) -> Vec<Range> {
        let lo = stmts.first().map_or(hi, |stmt| self.offset(stmt.span.lo));
        let mut ranges: Vec<Range> = Vec::new();
        // The last line with code so far.
        let mut last = 0;
        for piece in self.pieces(stmts, lo, hi) {
            if ranges.is_empty() || piece.first > last + 1 {
                if let Some(range) = ranges.last_mut() {
                    range.hi = self.after_line(last);
                }
                let lo = if ranges.is_empty() { lo } else { piece.lo };
                ranges.push(Range { lo, hi, stmts: 0 });
            }
            if let Some(range) = ranges.last_mut() {
                range.stmts += usize::from(piece.is_stmt);
            }
            last = piece.last.max(last);
        }
        if let Some(range) = ranges.last_mut()
            && self.line(hi) > last
        {
            range.hi = self.after_line(last);
        }
        ranges.retain(|range| range.stmts > 0);
        ranges
    }

    fn pieces(&self, stmts: &[Stmt], lo: usize, hi: usize) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rest = stmts.iter().map(|s| (self.offset(s.span.lo), self.offset(s.span.hi)));
        let mut stmt = rest.next();
        // The statement that the last piece is of.
        let mut open = false;
        let start = self.tokens.partition_point(|token| token.lo < lo);
        for token in self.tokens[start..].iter().take_while(|token| token.lo < hi) {
            while stmt.is_some_and(|(_, end)| end <= token.lo) {
                stmt = rest.next();
                open = false;
            }
            let inside = stmt.is_some_and(|(begin, _)| begin <= token.lo);
            let last = self.line(token.hi.saturating_sub(1));
            match pieces.last_mut().filter(|_| open && inside) {
                Some(piece) => piece.last = last,
                None => pieces.push(Piece {
                    lo: token.lo,
                    first: self.line(token.lo),
                    last,
                    is_stmt: inside,
                }),
            }
            open = inside;
        }
        pieces
    }
}
