//! Writing tokens: the gaps between them, and the comments in the gaps.
//!
//! What prints the tree (`expr`, `stmt`, `decl`) says before each token what gap it wants
//! ([`Gap`]); the gap is made when the token comes, because comments go into it. A newline of the
//! source is kept where the tree asks whether there is one, and one empty line with it.

use crate::align::Line;
use crate::block_comment;
use crate::tokens::{Comment, Tokens};

/// What stands between two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    None,
    Blank,
    /// The start of as many new cells.
    Cells(usize),
    /// Newlines: as many as this at least, and as the source has (two at most), if `keep`.
    Lines {
        least: usize,
        keep: bool,
        apart: bool,
    },
}

/// An output that is being written.
pub(crate) struct Printer<'a> {
    pub(crate) source: &'a Tokens<'a>,
    lines: Vec<Line>,
    line: Line,
    pub(crate) indent: usize,
    gap: Gap,
    /// How many comments have been printed.
    comments: usize,
    /// The line of the source on which what was printed last ends; 0: nothing was printed.
    pub(crate) at_line: usize,
    /// Steps of indentation that ended with what was printed last: comments that follow stand as
    /// deep as that, unless they stand where the next token does.
    ended: usize,
    /// The token printed last, for what must not touch.
    last: Option<usize>,
    /// A comment that only a newline ends.
    open_comment: bool,
    /// Sizes are measured without comments.
    pub(crate) measuring: bool,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(source: &'a Tokens<'a>) -> Printer<'a> {
        Printer {
            source,
            lines: Vec::new(),
            line: Line::default(),
            indent: 0,
            gap: Gap::None,
            comments: 0,
            at_line: 0,
            ended: 0,
            last: None,
            open_comment: false,
            measuring: false,
        }
    }

    /// A printer that tells how long something is, starting at token `at`.
    pub(crate) fn measure(source: &'a Tokens<'a>, at: usize) -> Printer<'a> {
        let mut printer = Printer::new(source);
        printer.measuring = true;
        printer.at_line = source.tokens[at].line;
        printer
    }

    pub(crate) fn finish(mut self) -> Vec<Line> {
        self.end_line(false);
        self.lines
    }

    /// The length of what was printed, if it is one line.
    pub(crate) fn length(&self) -> Option<usize> {
        let one_line = self.lines.is_empty() && !self.line.cells.iter().any(|c| c.contains('\n'));
        let cells = self.line.cells.len().saturating_sub(1);
        one_line.then(|| self.column() + cells)
    }

    /// How many characters stand on the current line, but for its indentation.
    pub(crate) fn column(&self) -> usize {
        let width = |c: &String| c.rsplit('\n').next().unwrap_or_default().chars().count();
        self.line.cells.iter().map(width).sum()
    }

    /// How many lines are finished: changes when something spans lines.
    pub(crate) fn lines_so_far(&self) -> usize {
        let inner: usize = self.line.cells.iter().map(|c| c.matches('\n').count()).sum();
        self.lines.len() + inner
    }

    pub(crate) fn text(&self, at: usize) -> &'a str {
        self.source.tokens[at].text
    }

    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.source.tokens[at].line
    }

    pub(crate) fn end_line_of(&self, at: usize) -> usize {
        self.source.tokens[at].end_line
    }

    // -- Gaps.

    pub(crate) fn blank(&mut self) {
        if self.gap == Gap::None {
            self.gap = Gap::Blank;
        }
    }

    pub(crate) fn cells(&mut self, count: usize) {
        self.gap = match self.gap {
            Gap::Cells(n) => Gap::Cells(n + count),
            lines @ Gap::Lines { .. } => lines,
            _ => Gap::Cells(count),
        };
    }

    /// A newline, and an empty line where the source has one.
    pub(crate) fn newline(&mut self, least: usize, apart: bool) {
        self.gap = Gap::Lines { least, keep: true, apart };
    }

    /// One newline, in columns with the line before.
    pub(crate) fn break_line(&mut self) {
        self.gap = Gap::Lines { least: 1, keep: false, apart: false };
    }

    /// Ends a step of indentation.
    pub(crate) fn dedent_later(&mut self) {
        self.indent -= 1;
        self.ended = 1;
    }

    /// One newline.
    pub(crate) fn one_newline(&mut self) {
        self.gap = Gap::Lines { least: 1, keep: false, apart: true };
    }

    pub(crate) fn no_gap(&mut self) {
        self.gap = Gap::None;
    }

    // -- Tokens.

    /// Prints a token of the source.
    pub(crate) fn token(&mut self, at: usize) {
        let token = &self.source.tokens[at];
        let text = normal(token.text, token.kind);
        self.word(at, &text);
    }

    /// Prints a text in the place of a token.
    pub(crate) fn word(&mut self, at: usize, text: &str) {
        let token = &self.source.tokens[at];
        self.comments_before(at, false);
        if self.gap == Gap::None && !self.open_comment && self.would_combine(text) {
            self.gap = Gap::Blank;
        }
        self.make_gap(token.line);
        self.put(text);
        self.at_line = token.end_line;
        self.last = Some(at);
    }

    /// Prints a text that the source has not (a comma, a semicolon).
    pub(crate) fn insert(&mut self, text: &str) {
        self.make_gap(self.at_line);
        self.put(text);
    }

    fn put(&mut self, text: &str) {
        self.ended = 0;
        if self.line.cells.is_empty() {
            self.line.cells.push(String::new());
            self.line.indent = self.indent;
        }
        if let Some(cell) = self.line.cells.last_mut() {
            cell.push_str(text);
        }
    }

    fn would_combine(&self, text: &str) -> bool {
        let last = self.line.cells.last().and_then(|c| c.chars().last());
        matches!(
            (last, text.chars().next()),
            (Some('+'), Some('+'))
                | (Some('-'), Some('-'))
                | (Some('&'), Some('&' | '^'))
                | (Some('/'), Some('*'))
                | (Some('<'), Some('-' | '<'))
        )
    }

    fn make_gap(&mut self, next_line: usize) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        let in_source = next_line.saturating_sub(self.at_line);
        let (lines, apart) = match gap {
            Gap::Lines { least, keep, apart } => {
                (if keep { in_source.clamp(least, 2) } else { least }, apart)
            }
            _ if self.open_comment => (in_source.clamp(1, 2), true),
            Gap::Blank => {
                if !self.line.cells.is_empty() {
                    self.put(" ");
                }
                return;
            }
            Gap::Cells(n) => {
                for _ in 0..n {
                    self.new_cell();
                }
                return;
            }
            Gap::None => return,
        };
        self.open_comment = false;
        self.break_lines(lines, apart);
    }

    /// Cells without content, now.
    pub(crate) fn empty_cells(&mut self, count: usize) {
        (0..count).for_each(|_| self.new_cell());
    }

    /// The newline before a closing bracket on a line of its own, whose list stands `deeper`: an
    /// empty line is kept only behind a comment.
    pub(crate) fn close_lines(&mut self, close: usize, deeper: usize) {
        let commented = self.has_comments_before(close);
        self.newline(1, true);
        self.comments_before(close, false);
        self.indent -= deeper;
        if commented {
            self.newline(1, true);
        } else {
            self.one_newline();
        }
    }

    fn new_cell(&mut self) {
        if self.line.cells.is_empty() {
            self.put("");
        }
        self.line.cells.push(String::new());
    }

    fn break_lines(&mut self, count: usize, apart: bool) {
        if self.at_line == 0 && self.lines.is_empty() && self.line.cells.is_empty() {
            return;
        }
        self.end_line(apart);
        for _ in 1..count {
            self.lines.push(Line::default());
            self.line.apart = true;
        }
    }

    fn end_line(&mut self, apart: bool) {
        if !self.line.cells.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        self.line = Line { apart, ..Line::default() };
    }

    // -- Comments.

    /// Whether comments stand before a token that have not been printed.
    pub(crate) fn has_comments_before(&self, at: usize) -> bool {
        !self.measuring && self.comments < self.source.tokens[at].comments
    }

    /// Whether a comment stands between two tokens of the source.
    pub(crate) fn has_comments_between(&self, from: usize, to: usize) -> bool {
        !self.comments_between(from, to).is_empty()
    }

    pub(crate) fn comments_between(&self, from: usize, to: usize) -> &'a [Comment<'a>] {
        let tokens = &self.source.tokens;
        &self.source.comments[tokens[from].comments..tokens[to].comments]
    }

    /// Makes the gap before a token now, with the comments in it: what comes starts a line here.
    pub(crate) fn begin(&mut self, at: usize) {
        self.comments_before(at, false);
        self.make_gap(self.line_of(at));
    }

    /// Prints the comments before a token; `outer`: those that stand where the token stands are
    /// indented as it is, a step less than the others.
    pub(crate) fn comments_before(&mut self, at: usize, outer: bool) {
        if self.measuring {
            return;
        }
        let source = self.source;
        let token = &source.tokens[at];
        let mut own_line = false;
        let open = !outer && !matches!(token.text, "}" | ")" | "]");
        let ended = if open { self.ended } else { 0 };
        let mut moved = false;
        while self.comments < token.comments {
            let comment = &source.comments[self.comments];
            self.comments += 1;
            let next_line =
                source.comments[..token.comments].get(self.comments).map_or(token.line, |c| c.line);
            let ends_line = comment.is_line || token.line > comment.end_line;
            if comment.line == self.at_line && self.at_line > 0 {
                self.comment_behind(comment, ends_line, token.text);
                self.at_line = comment.end_line;
                continue;
            }
            own_line = true;
            moved |= comment.column == token.column && comment.indent.is_some();
            let indent = self.indent;
            if outer && moved {
                self.indent = indent.saturating_sub(1);
            } else if !moved && ended > 0 {
                self.indent += ended;
                self.stay_near();
            }
            self.comment_on_its_own(comment, next_line);
            self.at_line = comment.end_line;
            self.indent = indent;
        }
        if own_line && let Gap::Lines { .. } = self.gap {
            // From the comment on the source decides.
            self.gap = Gap::Lines { least: 1, keep: true, apart: true };
        }
    }

    /// A comment that belongs to what was printed last needs no empty line before it.
    fn stay_near(&mut self) {
        if let Gap::Lines { least, .. } = &mut self.gap {
            *least = (*least).min(1);
        }
    }

    /// A comment on the line of the token before it.
    fn comment_behind(&mut self, comment: &Comment<'_>, ends_line: bool, next: &str) {
        let gap = self.gap;
        if self.open_comment {
            self.gap = Gap::None;
            self.make_gap(comment.line);
        }
        if ends_line {
            match gap {
                Gap::Cells(_) => self.make_gap(comment.line),
                _ => self.new_cell(),
            }
            self.put_comment(comment);
            self.gap = match gap {
                Gap::Lines { apart, .. } => Gap::Lines { least: 1, keep: true, apart },
                _ => Gap::Lines { least: 1, keep: true, apart: false },
            };
            self.open_comment = false;
            return;
        }
        if let Gap::Lines { .. } = gap {
            self.make_gap(comment.line);
        } else {
            self.put(" ");
        }
        self.put_comment(comment);
        let closes = matches!(next, "," | ")" | "]" | "}" | "" | ";");
        let after_open = self.last.is_some_and(|at| matches!(self.text(at), "(" | "[" | "{"));
        self.gap = if closes && !(after_open && matches!(next, ")" | "]" | "}")) {
            Gap::None
        } else {
            Gap::Blank
        };
    }

    fn comment_on_its_own(&mut self, comment: &Comment<'_>, next_line: usize) {
        let gap = self.gap;
        let (least, apart) = match gap {
            Gap::Lines { least, apart, .. } => (least, apart),
            _ => (1, true),
        };
        self.open_comment = false;
        self.gap = Gap::Lines { least, keep: true, apart };
        self.make_gap(comment.line);
        self.put_comment(comment);
        if comment.column == 0 && comment.text.starts_with("//line ") {
            // A directive means something only at the start of a line.
            self.line.indent = 0;
        }
        self.open_comment = comment.is_line;
        self.gap = match gap {
            _ if !comment.is_line && next_line == comment.end_line => Gap::Blank,
            Gap::Lines { keep, apart, .. } => Gap::Lines { least: 1, keep, apart },
            _ => Gap::Lines { least: 1, keep: true, apart: true },
        };
    }

    fn put_comment(&mut self, comment: &Comment<'_>) {
        if !comment.text.contains('\n') {
            self.put(comment.text);
            return;
        }
        let text = block_comment::moved(comment.text, "");
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        self.put(first);
        // Its further lines are lines like others: what follows in the last one has cells of its own.
        for line in rest.split('\n') {
            self.end_line(false);
            if line.is_empty() {
                self.lines.push(Line::default());
            } else {
                self.put(line);
            }
        }
    }

    /// The comments behind the last token.
    pub(crate) fn comments_at_end(&mut self) {
        let end = self.source.tokens.len() - 1;
        self.newline(1, true);
        self.comments_before(end, false);
    }
}

/// Numbers have lower-case prefixes and exponents; all else is as it was written.
fn normal(text: &str, kind: gol_grammar::LexemeKind) -> std::borrow::Cow<'_, str> {
    let digit = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if kind != gol_grammar::LexemeKind::Literal
        || !digit
        || !text.contains(|c: char| c.is_ascii_uppercase())
    {
        return text.into();
    }
    let lower = text.to_ascii_lowercase();
    if let Some(digits) = lower.strip_prefix("0x") {
        // The digits keep their case, the exponent does not.
        let at = digits.find('p').unwrap_or(digits.len());
        return format!("0x{}{}", &text[2..2 + at], &digits[at..]).into();
    }
    lower.into()
}
