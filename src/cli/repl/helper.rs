//! What the line editor asks while somebody types: completions, hints, colours, and whether an
//! input is complete.
//!
//! Further lines of an input begin with [`MARK`]: invisible characters where the continuation
//! prompt is shown, so that all lines can be edited. They are taken away before anybody reads the
//! input.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

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
    closing: Closing,
    /// The bracket at the cursor and its partner.
    brackets: Cell<Option<(usize, usize)>>,
    /// The last text that was asked for a hint, and the answer.
    hint: RefCell<(String, Option<String>)>,
}

impl ReplHelper {
    pub(super) fn new(session: Rc<RefCell<Session>>, color: bool, closing: Closing) -> ReplHelper {
        let (brackets, hint) = (Cell::new(None), RefCell::default());
        ReplHelper { session, color, closing, brackets, hint }
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
        if let Some(bracket) = self.closing.take() {
            let choice = Choice { text: bracket.to_string(), detail: String::new() };
            return Ok((pos.saturating_sub(STEP.len()), vec![choice]));
        }
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
        if pos < line.len() || !line.trim_end_matches(' ').ends_with(['(', ',']) {
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
        let indent = indentation(&line[..ctx.pos()]);
        Some(Cmd::Insert(1, format!("\n{MARK}{indent}")))
    }
}

/// What the line behind a text begins with: as much as the text's last line, and a step more if a
/// bracket or a case has been opened there. Cases stand below their `switch`, as gofmt has it.
fn indentation(text: &str) -> String {
    let text = without_marks(text);
    let pieces = highlight::pieces(&text);
    if pieces.last().is_some_and(|(piece, ..)| *piece == highlight::Piece::Text) && is_open(&text) {
        return String::new();
    }
    let line = text.rsplit('\n').next().unwrap_or_default();
    let bare = line.trim_start();
    let own = &line[..line.len() - bare.len()];
    let begins =
        |words: &[&str]| words.contains(&bare.split([' ', '\t', ':']).next().unwrap_or(""));
    let end = bare.trim_end().chars().last();
    let deeper = match end {
        Some('{') => !begins(&["switch", "select"]),
        Some('(' | '[') => true,
        Some(':') => begins(&["case", "default"]),
        _ => false,
    };
    format!("{own}{}", if deeper { STEP } else { "" })
}

/// Whether a text ends inside a raw string.
fn is_open(text: &str) -> bool {
    let quote = |piece: &&(highlight::Piece, usize, usize)| piece.0 == highlight::Piece::Text;
    let pieces = highlight::pieces(text);
    pieces.last().filter(quote).is_some_and(|&(_, start, end)| {
        let literal = &text[start..end];
        literal.starts_with('`') && (literal.len() == 1 || !literal.ends_with('`'))
    })
}

/// A closing bracket that has been typed as the first of its line. The editor's commands that take
/// text away insert none, but completions do: such a bracket completes the indentation before it.
#[derive(Clone, Default)]
pub(super) struct Closing(Arc<AtomicU32>);

impl Closing {
    fn set(&self, bracket: char) {
        self.0.store(bracket.into(), Ordering::Relaxed);
    }

    fn take(&self) -> Option<char> {
        char::from_u32(self.0.swap(0, Ordering::Relaxed)).filter(|&c| c != '\0')
    }
}

/// The key of a closing bracket: where it is the first of its line, the line moves a step to the
/// left.
pub(super) struct Close {
    pub(super) bracket: char,
    pub(super) closing: Closing,
}

impl ConditionalEventHandler for Close {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext<'_>) -> Option<Cmd> {
        let (_, line) = ctx.line()[..ctx.pos()].rsplit_once('\n')?;
        let blanks = line.trim_start_matches('\u{a0}');
        if !blanks.ends_with(STEP) || !blanks.chars().all(|c| c == ' ') {
            return None;
        }
        self.closing.set(self.bracket);
        Some(Cmd::Complete)
    }
}
