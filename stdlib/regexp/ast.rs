//! The tree of a regular expression, as Go's package regexp/syntax describes it, and the errors of
//! parsing. The numbers of operations and flags are those that the package exports.

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    NoMatch = 1,
    EmptyMatch,
    Literal,
    CharClass,
    AnyCharNotNl,
    AnyChar,
    BeginLine,
    EndLine,
    BeginText,
    EndText,
    WordBoundary,
    NoWordBoundary,
    Capture,
    Star,
    Plus,
    Quest,
    Repeat,
    Concat,
    Alternate,
}

/// Flags of parsing, some of which stay with the nodes.
pub(crate) mod flags {
    pub(crate) const FOLD_CASE: u16 = 1;
    pub(crate) const LITERAL: u16 = 2;
    pub(crate) const CLASS_NL: u16 = 4;
    pub(crate) const DOT_NL: u16 = 8;
    pub(crate) const ONE_LINE: u16 = 16;
    pub(crate) const NON_GREEDY: u16 = 32;
    pub(crate) const PERL_X: u16 = 64;
    pub(crate) const UNICODE_GROUPS: u16 = 128;
    pub(crate) const WAS_DOLLAR: u16 = 256;
    pub(crate) const PERL: u16 = CLASS_NL | ONE_LINE | PERL_X | UNICODE_GROUPS;
}

/// A node. `height` counts the nodes on the longest way down, itself among them.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) flags: u16,
    /// Runes of a literal; of a class, the ends of its ranges.
    pub(crate) runes: Vec<u32>,
    pub(crate) subs: Vec<Node>,
    /// Bounds of a repetition; -1 is no upper bound.
    pub(crate) min: i32,
    pub(crate) max: i32,
    /// Number and name of a capturing group.
    pub(crate) cap: u32,
    pub(crate) name: String,
    pub(crate) height: u32,
}

impl Node {
    pub(crate) fn new(op: Op, flags: u16) -> Node {
        let (runes, subs, name) = (Vec::new(), Vec::new(), String::new());
        Node { op, flags, runes, subs, min: 0, max: 0, cap: 0, name, height: 1 }
    }

    pub(crate) fn literal(runes: Vec<u32>, flags: u16) -> Node {
        Node { runes, ..Node::new(Op::Literal, flags) }
    }

    pub(crate) fn with_subs(op: Op, flags: u16, subs: Vec<Node>) -> Node {
        let height = 1 + subs.iter().map(|s| s.height).max().unwrap_or(0);
        Node { subs, height, ..Node::new(op, flags) }
    }

    pub(crate) fn height(&self) -> u32 {
        self.height
    }
}

/// Why an expression is refused; the texts are Go's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    InvalidCharRange,
    InvalidEscape,
    InvalidNamedCapture,
    InvalidPerlOp,
    InvalidRepeatOp,
    InvalidRepeatSize,
    InvalidUtf8,
    MissingBracket,
    MissingParen,
    MissingRepeatArgument,
    TrailingBackslash,
    UnexpectedParen,
    NestingDepth,
    Large,
}

impl Code {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Code::InvalidCharRange => "invalid character class range",
            Code::InvalidEscape => "invalid escape sequence",
            Code::InvalidNamedCapture => "invalid named capture",
            Code::InvalidPerlOp => "invalid or unsupported Perl syntax",
            Code::InvalidRepeatOp => "invalid nested repetition operator",
            Code::InvalidRepeatSize => "invalid repeat count",
            Code::InvalidUtf8 => "invalid UTF-8",
            Code::MissingBracket => "missing closing ]",
            Code::MissingParen => "missing closing )",
            Code::MissingRepeatArgument => "missing argument to repetition operator",
            Code::TrailingBackslash => "trailing backslash at end of expression",
            Code::UnexpectedParen => "unexpected )",
            Code::NestingDepth => "expression nests too deeply",
            Code::Large => "expression too large",
        }
    }
}

/// An error with the part of the expression that is wrong.
#[derive(Clone, Debug)]
pub(crate) struct SyntaxError {
    pub(crate) code: Code,
    pub(crate) part: Vec<u8>,
}

pub(crate) fn error<T>(code: Code, part: impl AsRef<[u8]>) -> Result<T, SyntaxError> {
    Err(SyntaxError { code, part: part.as_ref().to_vec() })
}
