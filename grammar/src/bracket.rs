//! Which bracket closes which, and how deep they nest.
//!
//! Braces are strong: a `)` or `]` never matches across an open `{`, while a `}` closes whatever is
//! left open inside. A `)` looks only a few brackets down for its partner, which keeps hostile input
//! linear.
//!
//! The second half bounds the height of the tree before it is built, so that no later stage that
//! walks or drops it recursively can run out of stack: every bracket, and every operator, prefix and
//! postfix in one chain, counts one.

use gol_diagnostic::{Code, Diagnostic, Span};

use crate::token::{Kind, SemiKind, Token};

/// No partner.
pub(crate) const NONE: u32 = u32::MAX;

/// How many open brackets a `)` or `]` passes over in search of its partner.
const LOOK_DOWN: usize = 8;

/// The height up to which trees are built.
pub const MAX_DEPTH: u32 = 10_000;

/// How deep braces may nest: recovery from an error looks at each open block.
pub(crate) const MAX_BRACES: u32 = 1_000;

/// For each token, the index of the bracket that it belongs to.
pub(crate) struct Matches {
    partners: Vec<u32>,
}

/// Whether a function's declaration starts here, whatever is still open: `func Name` in the first
/// column is never anything else.
pub(crate) fn closes_all(tokens: &[Token], at: usize) -> bool {
    tokens[at].kind == Kind::Func
        && tokens[at].semi == SemiKind::Newline
        && tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Name)
        && at.checked_sub(1).is_none_or(|before| tokens[before].kind == Kind::Semi)
}

impl Matches {
    pub(crate) fn new(tokens: &[Token]) -> Matches {
        let mut partners = vec![NONE; tokens.len()];
        let mut open: Vec<(Kind, u32)> = Vec::new();
        let mut braces = 0_u32;
        for (at, token) in tokens.iter().enumerate() {
            let opener = match token.kind {
                Kind::LParen | Kind::LBrack | Kind::LBrace => {
                    braces += u32::from(token.kind == Kind::LBrace);
                    open.push((token.kind, at as u32));
                    continue;
                }
                Kind::Func if closes_all(tokens, at) => {
                    open.clear();
                    braces = 0;
                    continue;
                }
                Kind::RParen => Kind::LParen,
                Kind::RBrack => Kind::LBrack,
                Kind::RBrace => Kind::LBrace,
                _ => continue,
            };
            let found = if opener == Kind::LBrace {
                if braces == 0 {
                    None
                } else {
                    open.iter().rposition(|&(kind, _)| kind == Kind::LBrace)
                }
            } else {
                let near =
                    open.iter().rev().take(LOOK_DOWN).take_while(|(kind, _)| *kind != Kind::LBrace);
                near.enumerate()
                    .find(|(_, (kind, _))| *kind == opener)
                    .map(|(up, _)| open.len() - 1 - up)
            };
            if let Some(index) = found {
                let partner = open[index].1;
                partners[partner as usize] = at as u32;
                partners[at] = partner;
                braces -= u32::from(opener == Kind::LBrace);
                open.truncate(index);
            }
        }
        Matches { partners }
    }

    pub(crate) fn partner(&self, at: usize) -> u32 {
        self.partners.get(at).copied().unwrap_or(NONE)
    }
}

/// The height of what stands between one pair of brackets, so far.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Operators of the expression that is being read, and `else`s of the statement.
    chain: u32,
    elses: u32,
    /// Height of the highest operand of the chain, and of anything before.
    operand: u32,
    highest: u32,
    in_header: bool,
}

impl Level {
    fn height(self) -> u32 {
        self.highest.max(self.operand + self.chain + self.elses)
    }

    /// An expression, or with `elses` a statement, has ended.
    fn reset(&mut self, statement: bool) {
        self.highest = self.height();
        self.chain = 0;
        if statement {
            self.operand = 0;
            self.elses = 0;
        }
    }
}

/// What is said of a text that nests too deep.
pub(crate) fn depth_exceeded(at: Span) -> Diagnostic {
    Diagnostic::error(Code("SyntaxDepth"), at, "exceeded max nesting depth")
}

/// The place where the tree would become too high, if there is one.
pub(crate) fn too_deep(tokens: &[Token]) -> Option<Span> {
    let mut levels = vec![Level::default()];
    let mut braces = 0_u32;
    for token in tokens {
        let top = levels.len() - 1;
        let level = &mut levels[top];
        match token.kind {
            Kind::LParen | Kind::LBrack | Kind::LBrackParams => levels.push(Level::default()),
            Kind::LBrace | Kind::LBlock | Kind::LBody => {
                braces += 1;
                level.in_header &= token.kind != Kind::LBlock;
                levels.push(Level::default());
            }
            Kind::RParen | Kind::RBrack | Kind::RBrace | Kind::RBlock => {
                if matches!(token.kind, Kind::RBrace | Kind::RBlock) {
                    braces = braces.saturating_sub(1);
                }
                if top > 0 {
                    let inner = level.height();
                    levels.pop();
                    let outer = &mut levels[top - 1];
                    outer.operand = outer.operand.max(inner);
                    outer.chain += 1;
                }
            }
            Kind::FuncDecl => {
                levels.truncate(1);
                braces = 0;
            }
            Kind::Comma => level.reset(false),
            // The semicolons of a header do not end the statement whose `else`s are counted.
            Kind::Semi => level.reset(!level.in_header),
            // A clause ends what is before it, even if nothing is.
            Kind::Case | Kind::Default => level.reset(true),
            Kind::If | Kind::For | Kind::Switch => level.in_header = true,
            Kind::Else => level.elses += 1,
            Kind::Name | Kind::Literal | Kind::String => {}
            _ => level.chain += 1,
        }
        let height = levels.last().map_or(0, |level| level.height());
        if height + levels.len() as u32 > MAX_DEPTH || braces > MAX_BRACES {
            return Some(token.span);
        }
    }
    None
}
