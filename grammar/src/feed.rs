//! The parser's supply of tokens, with a bound on what recovery from errors may cost.
//!
//! Recovery drops tokens until one fits, and for each looks at every open block; a hostile file
//! could make that quadratic. While tokens are dropped no action builds anything, so a long run of
//! tokens without progress gives recovery away; each further one is charged with the work that it may
//! cause, and when the budget is spent the parse ends.

use gol_diagnostic::Pos;

use crate::actions::{Builder, Stop};
use crate::token::{Kind, Token};

/// Tokens that may come without an action before they count.
const FREE_RUN: u64 = 8;

/// Roughly nanoseconds.
const BUDGET: u64 = 1_000_000_000;

/// Iterator over the tokens.
pub(crate) struct Feed<'b, 's> {
    tokens: std::slice::Iter<'s, Token>,
    builder: &'b Builder<'s>,
    progress: u32,
    run: u64,
    depth: u64,
    blocks: u64,
    spent: u64,
}

impl<'b, 's> Feed<'b, 's> {
    pub(crate) fn new(tokens: &'s [Token], builder: &'b Builder<'s>) -> Feed<'b, 's> {
        Feed { tokens: tokens.iter(), builder, progress: 0, run: 0, depth: 0, blocks: 0, spent: 0 }
    }

    fn count(&mut self, kind: Kind) {
        match kind {
            Kind::LBlock | Kind::LBody | Kind::LBrace => {
                self.blocks += 1;
                self.depth += 1;
            }
            Kind::RBlock | Kind::RBrace => {
                self.blocks = self.blocks.saturating_sub(1);
                self.depth = self.depth.saturating_sub(1);
            }
            Kind::LParen | Kind::LBrack => self.depth += 1,
            Kind::RParen | Kind::RBrack => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let progress = self.builder.progress.get();
        if progress != self.progress {
            self.progress = progress;
            self.run = 0;
        }
        self.run += 1;
        if self.run > FREE_RUN {
            self.spent += 50 + self.depth + self.blocks * self.blocks;
        }
    }
}

impl Iterator for Feed<'_, '_> {
    type Item = Result<(Pos, Token, Pos), Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        let token = *self.tokens.next()?;
        self.count(token.kind);
        if self.spent > BUDGET {
            self.builder.stopped_at.set(token.span);
            return Some(Err(Stop));
        }
        Some(Ok((token.span.lo, token, token.span.hi)))
    }
}
