//! What the line editor asks while somebody types: completions, hints, colours, and whether an
//! input is complete.
//!
//! Further lines of an input begin with [`MARK`]: invisible characters where the continuation
//! prompt is shown, so that all lines can be edited. They are taken away before anybody reads the
//! input.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gol::session::{Session, is_incomplete};
use rustyline::completion::{Candidate, Completer};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Cmd, ConditionalEventHandler, Context, Event, EventContext, Helper, RepeatCount};

use super::complete::{self, Choice};
use super::script::CONTINUATION;
use crate::cli::highlight;

/// As wide as the continuation prompt that is shown in its place: no-break spaces, which no program
/// begins a line with.
pub(super) const MARK: &str = "\u{a0}\u{a0}\u{a0}\u{a0}";

/// What Tab inserts where there is nothing to complete.
const STEP: &str = "    ";

/// Two empty lines end an input even if it is not complete, to see what is wrong with it.
const GIVE_UP: usize = 2;

pub(super) struct ReplHelper {
    session: Rc<RefCell<Session>>,
    color: bool,
    /// The bracket at the cursor and its partner.
    brackets: Cell<Option<(usize, usize)>>,
    /// The last text that was asked for a hint, and the answer.
    hint: RefCell<(String, Option<String>)>,
}

impl ReplHelper {
    pub(super) fn new(session: Rc<RefCell<Session>>, color: bool) -> ReplHelper {
        ReplHelper { session, color, brackets: Cell::new(None), hint: RefCell::default() }
    }
}

impl Helper for ReplHelper {}
impl Validator for ReplHelper {}

/// An input of several lines as it is edited.
pub(super) fn with_marks(input: &str) -> String {
    input.replace('\n', &format!("\n{MARK}"))
}

/// The input as it was meant.
pub(super) fn without_marks(line: &str) -> String {
    // One may have been cut into, or have something before it.
    let lines = line.split('\n').map(|l| l.trim_start_matches('\u{a0}').replace(MARK, ""));
    lines.collect::<Vec<_>>().join("\n")
}

impl Candidate for Choice {
    fn display(&self) -> &str {
        if self.detail.is_empty() { &self.text } else { &self.detail }
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

impl Completer for ReplHelper {
    type Candidate = Choice;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Choice>)> {
        let before = line[..pos].trim_end_matches('\u{a0}');
        let at_margin = before.is_empty() || before.ends_with('\n') && before.len() < pos;
        if at_margin || line[..pos].ends_with(['\n', '\t', ' ']) {
            return Ok((pos, vec![Choice { text: STEP.to_owned(), detail: String::new() }]));
        }
        Ok(complete::complete(&mut self.session.borrow_mut(), line, pos))
    }
}

impl Hinter for ReplHelper {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<String> {
        if pos < line.len() || !line.ends_with('(') {
            return None;
        }
        let mut known = self.hint.borrow_mut();
        if known.0 != line {
            let found = complete::signature(&mut self.session.borrow_mut(), line);
            *known = (line.to_owned(), found);
        }
        known.1.clone()
    }
}

impl Highlighter for ReplHelper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        let shown = if self.color && !line.starts_with(':') {
            let (a, b) = self.brackets.get().unwrap_or((usize::MAX, usize::MAX));
            Cow::Owned(highlight::with_brackets(line, &[a, b]))
        } else {
            Cow::Borrowed(line)
        };
        if !shown.contains('\u{a0}') {
            return shown;
        }
        let prompt = if self.color {
            format!("\n\x1b[90m{CONTINUATION}\x1b[0m")
        } else {
            format!("\n{CONTINUATION}")
        };
        Cow::Owned(shown.replace(&format!("\n{MARK}"), &prompt))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.color { Cow::Owned(format!("\x1b[90m{hint}\x1b[0m")) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, line: &str, pos: usize, kind: CmdKind) -> bool {
        if kind == CmdKind::ForcedRefresh {
            self.brackets.set(None);
        } else {
            self.brackets.set(matching_bracket(line, pos));
        }
        true
    }
}

/// The bracket at the cursor, or before it, and its partner.
fn matching_bracket(line: &str, pos: usize) -> Option<(usize, usize)> {
    let pieces = highlight::pieces(line);
    let mut open: Vec<(usize, char)> = Vec::new();
    for (piece, start, end) in pieces {
        if piece != highlight::Piece::Other {
            continue;
        }
        let Some(c) = line[start..].chars().next() else { continue };
        let partner = match c {
            '(' | '[' | '{' => {
                open.push((start, c));
                continue;
            }
            ')' => '(',
            ']' => '[',
            '}' => '{',
            _ => continue,
        };
        let (at, opened) = open.pop()?;
        if opened != partner {
            return None;
        }
        if end == pos || start == pos || at == pos {
            return Some((at, start));
        }
    }
    None
}

/// The key that ends a line: a further line if the input is not complete.
pub(super) struct Enter;

impl ConditionalEventHandler for Enter {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext<'_>) -> Option<Cmd> {
        let line = ctx.line();
        let input = without_marks(line);
        let empty = input.rsplit('\n').take_while(|l| l.trim().is_empty()).count();
        let gives_up = ctx.pos() == line.len() && input.contains('\n') && empty >= GIVE_UP;
        if input.trim_start().starts_with(':') || gives_up || !is_incomplete(&input) {
            return None;
        }
        Some(Cmd::Insert(1, format!("\n{MARK}")))
    }
}
