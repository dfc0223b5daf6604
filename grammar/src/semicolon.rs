//! The first adapter: automatic semicolons, comments and directives.
//!
//! A semicolon follows a name, a literal, `break continue fallthrough return ++ -- ) ] }` at the
//! end of a line, at a block comment that spans lines (its position is then the comment's), and at
//! the end of the text. It remembers which of these made it. Comments go, but
//! those that are instructions (`//go:…`) are kept aside.

use gol_diagnostic::{Pos, Span};

use crate::ast::{Directive, Name};
use crate::literal;
use crate::token::{Extras, Kind, Raw, SemiKind, Token};

/// The patterns of `//go:embed` lines, with the position of the spec that they belong to.
pub(crate) struct Embed {
    pub spec: Pos,
    pub patterns: Vec<Name>,
}

/// Tokens without newlines and comments, and what the comments told.
#[derive(Default)]
pub(crate) struct Lines {
    pub tokens: Vec<Token>,
    pub directives: Vec<Directive>,
    pub embeds: Vec<Embed>,
}

struct Pass<'a> {
    text: &'a str,
    base: Pos,
    out: Lines,
    /// Patterns of `//go:embed` lines seen since the last token.
    patterns: Vec<Name>,
}

fn ends_statement(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Name | Literal
            | String
            | Break
            | Continue
            | Fallthrough
            | Return
            | IncDec
            | RParen
            | RBrack
            | RBrace
    )
}

/// Runs the pass over the raw tokens of `text`, whose first byte has position `base`.
pub(crate) fn insert(text: &str, base: Pos, raw: &[Raw], extras: &mut Extras) -> Lines {
    let mut pass = Pass { text, base, out: Lines::default(), patterns: Vec::new() };
    pass.out.tokens.reserve(raw.len());
    let mut wanted = false;
    for token in raw {
        match token.kind {
            Kind::LineComment => pass.directive(token),
            Kind::Newline => {
                if wanted {
                    pass.semicolon(token.lo, SemiKind::Newline);
                    wanted = false;
                }
            }
            Kind::BlockComment => {
                let spans_lines = || text[token.lo as usize..token.hi as usize].contains('\n');
                if wanted && spans_lines() {
                    pass.semicolon(token.lo, SemiKind::Newline);
                    wanted = false;
                }
            }
            kind => {
                if matches!(kind, Kind::Case | Kind::Default)
                    && let Some(colon) = pass.label_colon()
                {
                    extras.error(colon as usize, "syntax error: missing statement after label");
                    pass.semicolon(token.lo, SemiKind::Newline);
                }
                pass.push(kind, token);
                wanted = ends_statement(kind);
            }
        }
    }
    if wanted {
        pass.semicolon(text.len() as u32, SemiKind::Eof);
    }
    if let Some(first) = pass.patterns.first() {
        // Nothing follows for them to belong to.
        let at = text.rfind(first.as_str()).unwrap_or(0);
        extras.error(at, "misplaced go:embed directive");
    }
    pass.out
}

impl Pass<'_> {
    fn semicolon(&mut self, at: u32, semi: SemiKind) {
        let span = Span::at(self.base.after(at as usize));
        self.out.tokens.push(Token { kind: Kind::Semi, semi, span });
    }

    /// Where the colon stands of a label that comes last so far: what follows it is missing.
    fn label_colon(&self) -> Option<u32> {
        let [.., before, name, colon] = self.out.tokens.as_slice() else { return None };
        let begins = matches!(before.kind, Kind::Semi | Kind::Colon | Kind::LBrace);
        let label = begins && name.kind == Kind::Name && colon.kind == Kind::Colon;
        label.then_some(colon.span.lo.0 - self.base.0)
    }

    fn push(&mut self, kind: Kind, token: &Raw) {
        let lo = self.base.after(token.lo as usize);
        if !self.patterns.is_empty() && kind != Kind::Var {
            let patterns = std::mem::take(&mut self.patterns);
            self.out.embeds.push(Embed { spec: lo, patterns });
        }
        let span = Span::new(lo, self.base.after(token.hi as usize));
        let before = (token.lo as usize).checked_sub(1).map(|at| self.text.as_bytes()[at]);
        let first_column = kind == Kind::Func && before.is_none_or(|b| b == b'\n');
        let semi = if first_column { SemiKind::Newline } else { SemiKind::Written };
        self.out.tokens.push(Token { kind, semi, span });
    }

    fn directive(&mut self, token: &Raw) {
        let comment = self.text[token.lo as usize..token.hi as usize].trim_end();
        if !comment.starts_with("//go:") {
            return;
        }
        if let Some(patterns) = comment.strip_prefix("//go:embed")
            && patterns.starts_with([' ', '\t'])
        {
            self.patterns.extend(embed_patterns(patterns));
        }
        let lo = self.base.after(token.lo as usize);
        let span = Span::new(lo, lo.after(comment.len()));
        self.out.directives.push(Directive { span, text: comment.into() });
    }
}

/// Patterns are separated by blanks; those that hold blanks are Go strings.
fn embed_patterns(text: &str) -> Vec<Name> {
    let mut patterns = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '`' => rest[1..].find(first).map_or(rest.len(), |at| at + 2),
            _ => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        let word = &rest[..end];
        let unquoted = literal::unquote(word).and_then(|bytes| String::from_utf8(bytes).ok());
        patterns.push(unquoted.map_or_else(|| word.into(), Name::from));
        rest = rest[end..].trim_start();
    }
    patterns
}
