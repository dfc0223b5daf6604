//! The first adapter: automatic semicolons, comments and directives.
//!
//! A semicolon follows a name, a literal, `break continue fallthrough return ++ -- ) ] }` at the
//! end of a line, at a block comment that spans lines (its position is then the comment's), and at
//! the end of the text. It remembers which of these made it. Comments go, but
//! those that are instructions (`//go:…`) are kept aside.

use gol_diagnostic::{LineDirective, Pos, Span};

use crate::ast::{Directive, Embed, EmbedPattern};
use crate::token::{Extras, Kind, Raw, SemiKind, Token};
use crate::{line, literal};

/// `//go:embed` lines, with the position of the token that follows them: the start of the
/// specification that they belong to.
pub(crate) struct EmbedLines {
    pub spec: Pos,
    pub lines: Embed,
}

/// Tokens without newlines and comments, and what the comments told.
#[derive(Default)]
pub(crate) struct Lines {
    pub tokens: Vec<Token>,
    pub directives: Vec<Directive>,
    pub embeds: Vec<EmbedLines>,
    pub positions: Vec<LineDirective>,
}

struct Pass<'a> {
    text: &'a str,
    base: Pos,
    out: Lines,
    /// The `//go:embed` lines seen since the last token.
    embed: Option<Embed>,
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
    let mut pass = Pass { text, base, out: Lines::default(), embed: None };
    pass.out.tokens.reserve(raw.len());
    let mut wanted = false;
    for token in raw {
        match token.kind {
            Kind::LineComment => {
                pass.directive(token, extras);
                pass.position(token, extras);
            }
            Kind::Newline => {
                if wanted {
                    pass.semicolon(token.lo, SemiKind::Newline);
                    wanted = false;
                }
            }
            Kind::BlockComment => {
                pass.position(token, extras);
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
    if let Some(lines) = pass.embed.take() {
        // Nothing follows for them to belong to.
        let spec = base.after(text.len());
        pass.out.embeds.push(EmbedLines { spec, lines });
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
        if kind != Kind::Var
            && let Some(lines) = self.embed.take()
        {
            self.out.embeds.push(EmbedLines { spec: lo, lines });
        }
        let span = Span::new(lo, self.base.after(token.hi as usize));
        let before = (token.lo as usize).checked_sub(1).map(|at| self.text.as_bytes()[at]);
        let first_column = kind == Kind::Func && before.is_none_or(|b| b == b'\n');
        let semi = if first_column { SemiKind::Newline } else { SemiKind::Written };
        self.out.tokens.push(Token { kind, semi, span });
    }

    fn position(&mut self, token: &Raw, extras: &mut Extras) {
        let (lo, hi) = (token.lo as usize, token.hi as usize);
        self.out.positions.extend(line::directive(self.text, lo, hi, extras));
    }

    fn directive(&mut self, token: &Raw, extras: &mut Extras) {
        let comment = self.text[token.lo as usize..token.hi as usize].trim_end();
        if !comment.starts_with("//go:") {
            return;
        }
        let lo = self.base.after(token.lo as usize);
        if let Some(patterns) = comment.strip_prefix("//go:embed")
            && (patterns.is_empty() || patterns.starts_with([' ', '\t']))
        {
            let at = token.lo as usize + "//".len();
            let start = lo.after("//go:embed".len());
            match embed_patterns(patterns, start) {
                Ok(found) => {
                    let at = self.base.after(at);
                    let embed =
                        self.embed.get_or_insert_with(|| Embed { at, patterns: Vec::new() });
                    embed.patterns.extend(found);
                }
                Err(message) => extras.error(at, message),
            }
        }
        let span = Span::new(lo, lo.after(comment.len()));
        self.out.directives.push(Directive { span, text: comment.into(), misplaced: false });
    }
}

/// Patterns are separated by blanks; those that hold blanks are Go strings. `at` is the position
/// of the text.
fn embed_patterns(text: &str, at: Pos) -> Result<Vec<EmbedPattern>, String> {
    let mut patterns = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = matches!(first, '"' | '`');
        let end = if quoted {
            quoted_length(rest, first)
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        let word = &rest[..end];
        let lo = at.after(text.len() - rest.len());
        let span = Span::new(lo, lo.after(word.len()));
        let unquoted = literal::unquote(word).and_then(|bytes| String::from_utf8(bytes).ok());
        let text = match unquoted {
            Some(text) if quoted => text.into(),
            None if quoted => {
                return Err(format!("invalid quoted string in //go:embed: {rest}"));
            }
            _ => word.into(),
        };
        patterns.push(EmbedPattern { text, span });
        rest = rest[end..].trim_start();
    }
    if patterns.is_empty() {
        return Err("usage: //go:embed pattern...".to_owned());
    }
    Ok(patterns)
}

/// The length of a string literal at the start of a text, or of what is there of it.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}
