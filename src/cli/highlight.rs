//! Colours for Go text on a terminal: keywords, predeclared names, literals, comments.

/// Escape sequences by what a piece of text is.
const KEYWORD: &str = "\x1b[35m";
const PREDECLARED: &str = "\x1b[36m";
const TEXT: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[33m";
const COMMENT: &str = "\x1b[90m";
const BRACKET: &str = "\x1b[1;34m";
const PLAIN: &str = "\x1b[0m";

pub(crate) const KEYWORDS: &[&str] = &[
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// Types that need no declaration.
pub(crate) const PREDECLARED_TYPES: &[&str] = &[
    "any",
    "bool",
    "byte",
    "complex128",
    "complex64",
    "error",
    "float32",
    "float64",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "rune",
    "string",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
];

/// Predeclared functions and values.
const PREDECLARED_OTHERS: &[&str] = &[
    "append",
    "cap",
    "clear",
    "close",
    "comparable",
    "complex",
    "copy",
    "delete",
    "false",
    "imag",
    "iota",
    "len",
    "make",
    "max",
    "min",
    "new",
    "nil",
    "panic",
    "print",
    "println",
    "real",
    "recover",
    "true",
];

/// All names that need no declaration.
pub(crate) fn predeclared_names() -> impl Iterator<Item = &'static str> {
    PREDECLARED_TYPES.iter().chain(PREDECLARED_OTHERS).copied()
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Word,
    Number,
    /// A string or rune, whether or not it ends.
    Text,
    Comment,
    Other,
}

/// The text with colours.
pub(crate) fn colored(text: &str) -> String {
    with_brackets(text, &[])
}

/// The text with colours, brackets at these places made to stand out.
pub(crate) fn with_brackets(text: &str, brackets: &[usize]) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for (piece, start, end) in pieces(text) {
        let part = &text[start..end];
        let color = match piece {
            Piece::Word if KEYWORDS.contains(&part) => KEYWORD,
            Piece::Word if predeclared_names().any(|name| name == part) => PREDECLARED,
            Piece::Number => NUMBER,
            Piece::Text => TEXT,
            Piece::Comment => COMMENT,
            Piece::Other if brackets.contains(&start) => BRACKET,
            Piece::Word | Piece::Other => "",
        };
        out.push_str(color);
        out.push_str(part);
        if !color.is_empty() {
            out.push_str(PLAIN);
        }
    }
    out
}

/// The text cut into pieces, with their ranges.
pub(crate) fn pieces(text: &str) -> Vec<(Piece, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (piece, len) = if rest.starts_with("//") {
            (Piece::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (Piece::Comment, rest.find("*/").map_or(rest.len(), |i| i + 2))
        } else if matches!(first, '"' | '\'' | '`') {
            (Piece::Text, literal_end(rest, first))
        } else if first.is_ascii_digit() {
            (Piece::Number, while_chars(rest, |c| c.is_alphanumeric() || c == '.' || c == '_'))
        } else if first.is_alphabetic() || first == '_' {
            (Piece::Word, while_chars(rest, |c| c.is_alphanumeric() || c == '_'))
        } else {
            (Piece::Other, first.len_utf8())
        };
        found.push((piece, at, at + len));
        at += len;
    }
    found
}

fn while_chars(text: &str, holds: impl Fn(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

/// The length of a literal with these quotes: up to its end or, for those of one line, the line's.
fn literal_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if quote != '`' && c == '\n' {
            return at;
        }
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = quote != '`' && c == '\\' && !escaped;
    }
    text.len()
}
