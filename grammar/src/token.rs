//! Tokens: the table of what the lexer knows, and the pass from text to raw tokens.
//!
//! logos tells the tokens apart; numbers, runes, strings and comments are scanned by the functions
//! of [`crate::literal`] from their first character on, which also report what is wrong with them.
//! Operators of one precedence are one kind, unless they have a second role. The kinds at the end
//! of [`Kind`] are never scanned: the adapters ([`crate::semicolon`], [`crate::brace`]) make them.

use gol_diagnostic::Span;
use logos::{Lexer, Logos};

use crate::literal;

/// What went wrong in the text itself: where (an offset) and Go's words for it.
pub(crate) struct LexError {
    pub at: u32,
    pub message: String,
}

/// What scanning leaves behind besides tokens.
#[derive(Default)]
pub(crate) struct Extras {
    pub errors: Vec<LexError>,
    /// A raw string or a comment runs on to the end of the text.
    pub unterminated: bool,
}

impl Extras {
    pub(crate) fn error(&mut self, at: usize, message: impl Into<String>) {
        self.errors.push(LexError { at: at as u32, message: message.into() });
    }
}

/// The kind of a token; the grammar's terminals and, in front, what the adapters remove.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(extras = Extras)]
#[logos(skip r"[ \t\r\u{0}\u{FEFF}]+")]
pub(crate) enum Kind {
    #[token("\n")]
    Newline,
    #[token("//", literal::line_comment)]
    LineComment,
    #[token("/*", literal::block_comment)]
    BlockComment,

    #[regex(
        "[A-Za-z_\u{80}-\u{FEFE}\u{FF00}-\u{10FFFF}][A-Za-z0-9_\u{80}-\u{FEFE}\u{FF00}-\u{10FFFF}]*"
    )]
    Name,
    /// A number or a rune.
    #[regex("[0-9]", literal::number)]
    #[regex(r"\.[0-9]", literal::number)]
    #[token("'", literal::rune_literal)]
    Literal,
    #[token("\"", literal::string)]
    #[token("`", literal::raw_string)]
    String,

    #[token("break")]
    Break,
    #[token("case")]
    Case,
    #[token("chan")]
    Chan,
    #[token("const")]
    Const,
    #[token("continue")]
    Continue,
    #[token("default")]
    Default,
    #[token("defer")]
    Defer,
    #[token("else")]
    Else,
    #[token("fallthrough")]
    Fallthrough,
    #[token("for")]
    For,
    #[token("func")]
    Func,
    #[token("go")]
    Go,
    #[token("goto")]
    Goto,
    #[token("if")]
    If,
    #[token("import")]
    Import,
    #[token("interface")]
    Interface,
    #[token("map")]
    Map,
    #[token("package")]
    Package,
    #[token("range")]
    Range,
    #[token("return")]
    Return,
    #[token("select")]
    Select,
    #[token("struct")]
    Struct,
    #[token("switch")]
    Switch,
    #[token("type")]
    Type,
    #[token("var")]
    Var,

    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("&")]
    And,
    #[token("^")]
    Caret,
    #[token("|")]
    Or,
    #[token("!")]
    Not,
    #[token("~")]
    Tilde,
    #[token("<-")]
    Arrow,
    #[token("/")]
    #[token("%")]
    #[token("<<")]
    #[token(">>")]
    #[token("&^")]
    MulOp,
    #[token("==")]
    #[token("!=")]
    #[token("<")]
    #[token("<=")]
    #[token(">")]
    #[token(">=")]
    Rel,
    #[token("&&")]
    AndAnd,
    #[token("||")]
    OrOr,
    #[token("+=")]
    #[token("-=")]
    #[token("*=")]
    #[token("/=")]
    #[token("%=")]
    #[token("&=")]
    #[token("|=")]
    #[token("^=")]
    #[token("<<=")]
    #[token(">>=")]
    #[token("&^=")]
    AssignOp,
    #[token("++")]
    #[token("--")]
    IncDec,
    #[token("=")]
    Assign,
    #[token(":=")]
    Define,
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBrack,
    #[token("]")]
    RBrack,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    #[token(",")]
    Comma,
    #[token(";")]
    Semi,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("...")]
    Dots,

    /// `func` of a declaration.
    FuncDecl,
    /// `func` of a type or literal with a result.
    FuncRes,
    /// `chan<-`.
    ChanSend,
    /// `[` of type parameters.
    LBrackParams,
    /// `{` of a block.
    LBlock,
    /// `}` of a block or a function's body.
    RBlock,
    /// `{` of a function's body.
    LBody,
    /// `;` inside the brackets of an expression, where none may stand.
    StraySemi,
}

/// What made a semicolon; error messages say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SemiKind {
    Written,
    Newline,
    Eof,
}

/// A token as the parser takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    /// What made a semicolon. A `func` at the very start of a line has `Newline`.
    pub semi: SemiKind,
    pub span: Span,
}

/// A token before the adapters: kind and where it lies.
#[derive(Clone, Copy)]
pub(crate) struct Raw {
    pub kind: Kind,
    pub lo: u32,
    pub hi: u32,
}

/// Scans the text from `start` on.
pub(crate) fn scan(text: &str, start: usize) -> (Vec<Raw>, Extras) {
    let mut lexer = Kind::lexer(text);
    lexer.bump(start);
    let mut raw = Vec::with_capacity((text.len() - start) / 4);
    while let Some(token) = lexer.next() {
        let span = lexer.span();
        match token {
            Ok(kind) => {
                if kind == Kind::Name {
                    check_name(&mut lexer);
                }
                raw.push(Raw { kind, lo: span.start as u32, hi: span.end as u32 });
            }
            Err(()) => bad_character(&mut lexer),
        }
    }
    let mut extras = lexer.extras;
    find_bad_bytes(text, &mut extras);
    (raw, extras)
}

fn bad_character(lexer: &mut Lexer<'_, Kind>) {
    let at = lexer.span().start;
    if let Some(c) = lexer.slice().chars().next() {
        lexer.extras.error(at, format!("invalid character {}", unicode_form(c)));
    }
}

/// NUL and byte order marks are errors wherever they stand, in comments too.
fn find_bad_bytes(text: &str, extras: &mut Extras) {
    let bytes = text.as_bytes();
    if bytes.contains(&0) {
        for (at, _) in text.match_indices('\0') {
            extras.error(at, "invalid NUL character");
        }
    }
    if bytes.contains(&0xEF) {
        for (at, _) in text.match_indices('\u{FEFF}').filter(|&(at, _)| at > 0) {
            extras.error(at, "invalid BOM in the middle of the file");
        }
    }
}

/// The classes of characters in names, as Go's `unicode` package draws them.
#[derive(Logos, Clone, Copy, PartialEq, Eq)]
enum NameChar {
    #[regex(r"[\p{L}_]")]
    Letter,
    #[regex(r"\p{Nd}")]
    Digit,
}

fn check_name(lexer: &mut Lexer<'_, Kind>) {
    let (text, lo) = (lexer.slice(), lexer.span().start);
    if text.is_ascii() {
        return;
    }
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
        let class = NameChar::lexer(&text[at..at + c.len_utf8()]).next();
        match class {
            Some(Ok(NameChar::Letter)) => {}
            Some(Ok(NameChar::Digit)) if at > 0 => {}
            Some(Ok(NameChar::Digit)) => {
                let message = format!("identifier cannot begin with digit {}", unicode_form(c));
                lexer.extras.error(lo + at, message);
            }
            _ => {
                let message = format!("invalid character {} in identifier", unicode_form(c));
                lexer.extras.error(lo + at, message);
            }
        }
    }
}

/// A character as Go's `%#U` writes it: `U+0040 '@'`.
pub(crate) fn unicode_form(c: char) -> String {
    let code = c as u32;
    if c.is_control() || (c != ' ' && c.is_whitespace()) || is_invisible(code) {
        format!("U+{code:04X}")
    } else {
        format!("U+{code:04X} '{c}'")
    }
}

/// Format characters, private use and noncharacters: nothing to be seen in a message.
fn is_invisible(code: u32) -> bool {
    matches!(code, 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xE000..=0xF8FF
        | 0xFFF0..=0xFFFB | 0xFFFE..=0xFFFF | 0xF0000..)
}
