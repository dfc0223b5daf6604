//! The second adapter: what the grammar could only settle with unlimited lookahead is settled
//! here, from tokens alone.
//!
//! One pass with a stack of open contexts and a table of matching brackets
//! ([`crate::bracket`]) decides
//! - of every brace whether it opens a block, a function's body or anything else,
//! - of every `func` whether it starts a declaration, and whether a result follows,
//! - whether `chan` and `<-` are one token,
//! - whether the `[` behind the name of a type declaration opens type parameters.
//!
//! Types in operand position are skipped as a whole ([`Skipper`]), because the token behind one
//! decides: a `{` behind `[]T` is a literal, behind `func() T` a body. While inside a skipped type
//! (below `type_end`) nothing else is marked; an array's length lifts that for as long as it lasts.

use crate::ast::Mode;
use crate::bracket::{Matches, NONE, closes_all};
use crate::token::{Kind, SemiKind, Token};

/// What the innermost open bracket is, or the header of a statement before its block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Block,
    Literal,
    Fields,
    Paren,
    TypeGroup,
    /// The specs of `var (`, `const (` or `import (`.
    Group,
    /// Holds `type_end` and `mark` as they were outside.
    Bracket(usize, (usize, Mark)),
    /// Semicolons that may still follow.
    Header(u8),
}

/// What the next skipped type's end says about a `{` there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Nothing,
    Literal,
    Body,
}

struct Adapter<'a> {
    tokens: &'a mut Vec<Token>,
    matches: &'a Matches,
    mode: Mode,
    stack: Vec<(Context, u32)>,
    /// Index behind the type that was skipped last; what lies before is not looked at again.
    type_end: usize,
    /// The token at this index, if it is a `{`, is of this kind.
    mark: (usize, Mark),
    /// A function's header could not be read: the next `{` at the top level is its body.
    body_expected: bool,
}

/// Rewrites the kinds of the tokens in place.
pub(crate) fn adapt(tokens: &mut Vec<Token>, matches: &Matches, mode: Mode) {
    let mut adapter = Adapter {
        tokens,
        matches,
        mode,
        stack: Vec::new(),
        type_end: 0,
        mark: (0, Mark::Nothing),
        body_expected: false,
    };
    for at in 0..adapter.tokens.len() {
        adapter.token(at);
    }
    join_channels(tokens);
}

/// `chan` and `<-` become one token. Not in `<-chan <-chan T`, where the second arrow belongs to
/// what follows.
fn join_channels(tokens: &mut Vec<Token>) {
    // `out`: how many tokens stand before `at` when arrows have been joined so far.
    let joins = |tokens: &[Token], at: usize, out: usize| {
        tokens[at].kind == Kind::Chan
            && tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Arrow)
            && !(out > 0
                && tokens[out - 1].kind == Kind::Arrow
                && tokens.get(at + 2).is_some_and(|t| t.kind == Kind::Chan))
    };
    let Some(first) = (0..tokens.len()).find(|&at| joins(tokens, at, at)) else { return };
    let mut out = first;
    let mut at = first;
    while at < tokens.len() {
        let mut token = tokens[at];
        if joins(tokens, at, out) {
            at += 1;
            token.kind = Kind::ChanSend;
            token.span = token.span.to(tokens[at].span);
        }
        tokens[out] = token;
        out += 1;
        at += 1;
    }
    tokens.truncate(out);
}

impl Adapter<'_> {
    /// The kind of the token at `at`; a semicolon before the first and behind the last.
    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Semi, |t| t.kind)
    }

    fn previous(&self, at: usize) -> Kind {
        at.checked_sub(1).map_or(Kind::Semi, |at| self.kind(at))
    }

    fn top(&self) -> Context {
        self.stack.last().map_or(Context::Block, |&(context, _)| context)
    }

    fn token(&mut self, at: usize) {
        match self.kind(at) {
            Kind::If | Kind::Switch => self.stack.push((Context::Header(1), NONE)),
            Kind::For => self.stack.push((Context::Header(2), NONE)),
            Kind::Select => self.stack.push((Context::Header(0), NONE)),
            Kind::Semi => self.semicolon(at),
            Kind::LBrace => self.open_brace(at),
            Kind::LParen => {
                let context = match self.previous(at) {
                    Kind::Type => Context::TypeGroup,
                    Kind::Var | Kind::Const | Kind::Import => Context::Group,
                    _ => Context::Paren,
                };
                self.stack.push((context, at as u32));
            }
            Kind::LBrack => self.open_bracket(at),
            Kind::RBrace | Kind::RParen | Kind::RBrack => self.close(at),
            Kind::Func => self.func(at),
            Kind::Map | Kind::Chan | Kind::Struct if self.operand_position(at) => {
                self.skip_type(at);
            }
            _ => {}
        }
    }

    /// Counts the semicolons of headers; those inside the brackets of an expression never belong
    /// there, and must not look like a statement's end to the recovery from the error.
    fn semicolon(&mut self, at: usize) {
        match self.stack.last_mut() {
            Some((Context::Header(left), _)) if *left > 0 => *left -= 1,
            Some((Context::Header(_), _)) => {
                self.stack.pop();
            }
            Some((Context::Literal | Context::Paren | Context::Bracket(..), open))
                if self.matches.partner(*open as usize) != NONE =>
            {
                self.tokens[at].kind = Kind::StraySemi;
            }
            _ => {}
        }
    }

    /// Whether an operand may start here, so that a type standing here is an operand.
    fn operand_position(&self, at: usize) -> bool {
        use Kind::*;
        at >= self.type_end
            && !matches!(
                self.previous(at),
                Name | Literal | String | RParen | RBrack | RBrace | RBlock
            )
    }

    fn skip_type(&mut self, at: usize) {
        let skipper = Skipper { tokens: self.tokens, matches: self.matches };
        match skipper.type_from(at) {
            Ok((end, mark)) => {
                self.type_end = end;
                self.mark = (end, mark);
            }
            // What has been looked at is not looked at again: `chan chan chan …` stays linear.
            Err(end) => self.type_end = end,
        }
    }

    fn open_bracket(&mut self, at: usize) {
        if self.opens_type_params(at) {
            self.tokens[at].kind = Kind::LBrackParams;
        } else if self.operand_position(at) {
            self.skip_type(at);
        }
        self.stack.push((Context::Bracket(self.type_end, self.mark), at as u32));
        self.type_end = 0;
    }

    fn open_brace(&mut self, at: usize) {
        let previous = self.previous(at);
        let marked = if self.mark.0 == at { self.mark.1 } else { Mark::Nothing };
        let (kind, context) = if matches!(previous, Kind::Struct | Kind::Interface) {
            (Kind::LBrace, Context::Fields)
        } else if marked == Mark::Body {
            (Kind::LBody, Context::Block)
        } else if marked == Mark::Literal {
            (Kind::LBrace, Context::Literal)
        } else if matches!(self.top(), Context::Header(_)) {
            self.stack.pop();
            (Kind::LBlock, Context::Block)
        } else if self.body_expected && self.stack.is_empty() {
            (Kind::LBody, Context::Block)
        } else if self.top() == Context::Block
            && matches!(
                previous,
                Kind::Semi | Kind::LBlock | Kind::LBody | Kind::Colon | Kind::Else
            )
        {
            (Kind::LBlock, Context::Block)
        } else {
            (Kind::LBrace, Context::Literal)
        };
        if self.stack.is_empty() {
            self.body_expected = false;
        }
        self.tokens[at].kind = kind;
        self.stack.push((context, at as u32));
    }

    /// Closes what the partner opened, and everything left open inside.
    fn close(&mut self, at: usize) {
        let partner = self.matches.partner(at);
        if partner == NONE {
            if self.kind(at) == Kind::RBrace {
                self.tokens[at].kind = Kind::RBlock;
            }
            return;
        }
        while let Some((context, open)) = self.stack.pop() {
            if let Context::Bracket(type_end, mark) = context {
                self.type_end = type_end;
                self.mark = mark;
            }
            if open == partner {
                break;
            }
        }
        if matches!(self.kind(partner as usize), Kind::LBlock | Kind::LBody) {
            self.tokens[at].kind = Kind::RBlock;
        }
    }

    fn func(&mut self, at: usize) {
        if !self.stack.is_empty() && closes_all(self.tokens, at) {
            self.stack.clear();
            self.type_end = 0;
        }
        if self.starts_declaration(at) {
            self.declaration(at);
            return;
        }
        let skipper = Skipper { tokens: self.tokens, matches: self.matches };
        let Some(after) = skipper.params_end(at + 1) else { return };
        let has_result = skipper.starts_type(after);
        if self.operand_position(at) {
            self.skip_type(at);
        }
        if has_result {
            self.tokens[at].kind = Kind::FuncRes;
        }
    }

    /// At the top level, at the start of a statement; in a script also with a name behind, or a
    /// receiver and a name, because a function literal could stand here.
    fn starts_declaration(&self, at: usize) -> bool {
        if !self.stack.is_empty() || self.previous(at) != Kind::Semi {
            return false;
        }
        if self.mode == Mode::Go || self.kind(at + 1) == Kind::Name {
            return true;
        }
        if self.kind(at + 1) != Kind::LParen {
            return false;
        }
        let close = self.matches.partner(at + 1);
        if close == NONE {
            return false;
        }
        let close = close as usize;
        self.kind(close + 1) == Kind::Name
            && matches!(self.kind(close + 2), Kind::LParen | Kind::LBrack)
    }

    fn declaration(&mut self, at: usize) {
        self.tokens[at].kind = Kind::FuncDecl;
        self.body_expected = true;
        let skipper = Skipper { tokens: self.tokens, matches: self.matches };
        let mut next = at + 1;
        if self.kind(next) == Kind::LParen {
            let Some(after) = skipper.params_end(next) else { return };
            next = after;
        }
        if self.kind(next) != Kind::Name {
            return;
        }
        next += 1;
        let mut brackets = None;
        if self.kind(next) == Kind::LBrack {
            brackets = Some(next);
            let close = self.matches.partner(next);
            next = if close == NONE { self.tokens.len() } else { close as usize + 1 };
        }
        let end = skipper.signature_end(next);
        if let Some(brackets) = brackets {
            self.tokens[brackets].kind = Kind::LBrackParams;
        }
        if let Some(end) = end {
            self.type_end = end;
            self.mark = (end, Mark::Body);
            self.body_expected = self.kind(end) != Kind::Semi;
        }
    }

    /// Whether the `[` at `at` stands behind the name of a type declaration, or a declared
    /// function's, and opens type parameters.
    fn opens_type_params(&self, at: usize) -> bool {
        if self.previous(at) != Kind::Name || at < 2 {
            return false;
        }
        let before_name = self.kind(at - 2);
        let in_group =
            self.top() == Context::TypeGroup && matches!(before_name, Kind::LParen | Kind::Semi);
        (before_name == Kind::Type || in_group) && self.holds_type_params(at)
    }

    /// The rule of Go's parser: `[P *T]` is an array length, `[P *T,]` and `[P *struct{}]` are not.
    fn holds_type_params(&self, at: usize) -> bool {
        use Kind::*;
        if self.kind(at + 1) != Name {
            return false;
        }
        match self.kind(at + 2) {
            Comma | LBrack | Name | Tilde | Func | Map | Chan | Struct | Interface | Arrow => true,
            Star | LParen => self.has_type_evidence(at),
            _ => false,
        }
    }

    fn has_type_evidence(&self, at: usize) -> bool {
        use Kind::*;
        let close = self.matches.partner(at);
        let end = if close == NONE { self.tokens.len().min(at + 1000) } else { close as usize };
        let mut next = at + 1;
        let mut depth = 0_usize;
        while next < end {
            match self.kind(next) {
                Interface | Struct | Chan | Map | Func | Tilde => return true,
                Comma if depth == 0 => return true,
                LBrack
                    if !matches!(
                        self.previous(next),
                        Name | Literal | String | RParen | RBrack | RBrace
                    ) =>
                {
                    return true;
                }
                LParen | LBrack => depth += 1,
                RParen | RBrack => depth = depth.saturating_sub(1),
                LBrace => {
                    let partner = self.matches.partner(next);
                    if partner != NONE {
                        next = partner as usize;
                    }
                }
                _ => {}
            }
            next += 1;
        }
        false
    }
}

/// One move over the tokens of a type.
enum Step {
    /// To the element or result type.
    Element(usize),
    /// Behind the type.
    End(usize),
}

/// Finds where a type ends, by the table of matching brackets; never looks into them.
#[derive(Clone, Copy)]
struct Skipper<'a> {
    tokens: &'a [Token],
    matches: &'a Matches,
}

impl Skipper<'_> {
    fn kind(self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Semi, |t| t.kind)
    }

    /// The index behind the bracket that closes the one at `at`.
    fn past(self, at: usize) -> Option<usize> {
        let close = self.matches.partner(at);
        (close != NONE).then_some(close as usize + 1)
    }

    fn params_end(self, at: usize) -> Option<usize> {
        if self.kind(at) == Kind::LParen { self.past(at) } else { None }
    }

    fn starts_type(self, at: usize) -> bool {
        use Kind::*;
        matches!(
            self.kind(at),
            Name | LParen | LBrack | Star | Arrow | Map | Chan | Struct | Interface | Func
        )
    }

    /// The index behind parameters and result.
    fn signature_end(self, at: usize) -> Option<usize> {
        let after = self.params_end(at)?;
        if self.kind(after) == Kind::LParen {
            return self.past(after);
        }
        if self.starts_type(after) {
            self.type_from(after).ok().map(|(end, _)| end)
        } else {
            Some(after)
        }
    }

    /// The index behind the type that starts at `at`, and what a `{` there is; where there is no
    /// whole type, how far it goes.
    fn type_from(self, at: usize) -> Result<(usize, Mark), usize> {
        // What the first token says decides; the rest only moves on.
        let mark = match self.kind(at) {
            Kind::LBrack | Kind::Map | Kind::Struct => Mark::Literal,
            Kind::Func => Mark::Body,
            _ => Mark::Nothing,
        };
        let mut at = at;
        loop {
            match self.step(at).ok_or(at)? {
                Step::Element(next) => at = next,
                Step::End(end) => return Ok((end, mark)),
            }
        }
    }

    /// Over what stands before an element or result type, or over the whole of a type without one.
    fn step(self, at: usize) -> Option<Step> {
        use Kind::*;
        Some(match self.kind(at) {
            Star | Arrow => Step::Element(at + 1),
            Chan => {
                let arrow = self.kind(at + 1) == Arrow && self.kind(at + 2) != Chan;
                Step::Element(at + 1 + usize::from(arrow))
            }
            LBrack => Step::Element(self.past(at)?),
            Map if self.kind(at + 1) == LBrack => Step::Element(self.past(at + 1)?),
            Func => {
                let after = self.params_end(at + 1)?;
                if self.kind(after) == LParen {
                    Step::End(self.past(after)?)
                } else if self.starts_type(after) {
                    Step::Element(after)
                } else {
                    Step::End(after)
                }
            }
            LParen => Step::End(self.past(at)?),
            Struct | Interface if self.kind(at + 1) == LBrace => Step::End(self.past(at + 1)?),
            Name => Step::End(self.name_end(at)),
            _ => return None,
        })
    }

    /// The index behind `name[.name][…]`.
    fn name_end(self, at: usize) -> usize {
        let mut end = at + 1;
        if self.kind(end) == Kind::Dot && self.kind(end + 1) == Kind::Name {
            end += 2;
        }
        if self.kind(end) == Kind::LBrack {
            end = self.past(end).unwrap_or(end);
        }
        end
    }
}

/// Whether a semicolon was written or stands for a line's or the text's end.
pub(crate) fn semi_text(semi: SemiKind) -> &'static str {
    match semi {
        SemiKind::Written => "semicolon",
        SemiKind::Newline => "newline",
        SemiKind::Eof => "EOF",
    }
}
