//! Error marks of Go's test files, and the errors that gol and Go report.
//!
//! `errorcheck` files mark lines: `// ERROR "…"` (and `// GC_ERROR`) stands on the line of the
//! error, with a regular expression for each message. In `internal/types/testdata`
//! `/* ERROR "…" */` and `// ERROR "…"` (`ERRORx`: a regular expression) stand behind the token that
//! is the culprit, which may be on an earlier line.

use std::collections::BTreeSet;

use regex::Regex;

use crate::lists::Kind;

/// Says that there is an error.
pub(crate) struct Mark {
    pub line: usize,
    /// What the error says; of several each one has to be said on the line.
    pub words: Vec<Words>,
}

pub(crate) enum Words {
    Text(String),
    Pattern(Regex),
}

impl Words {
    fn pattern(text: &str) -> Words {
        Regex::new(&as_rust(text)).map_or_else(|_| Words::Text(text.to_owned()), Words::Pattern)
    }

    fn are_in(&self, message: &str) -> bool {
        match self {
            Words::Text(text) => message.contains(text),
            Words::Pattern(pattern) => pattern.is_match(message),
        }
    }
}

/// Go takes a brace that counts nothing for itself; Rust wants it escaped.
fn as_rust(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    let mut counts = false;
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(rest.next());
                continue;
            }
            '{' if rest.peek().is_some_and(char::is_ascii_digit) => counts = true,
            '}' if counts => counts = false,
            '{' | '}' => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

/// Whether the cases of a kind have marks.
pub(crate) fn is_marked(kind: Kind) -> bool {
    matches!(kind, Kind::Errorcheck | Kind::Typecheck)
}

/// The marks of a case.
pub(crate) fn marks(kind: Kind, text: &str) -> Vec<Mark> {
    if kind == Kind::Typecheck { marked_culprits(text) } else { marked_lines(text) }
}

/// Whether errors are on exactly the marked lines.
pub(crate) fn same_lines(marks: &[Mark], found: &[Reported]) -> Result<(), String> {
    let wanted: BTreeSet<usize> = marks.iter().map(|mark| mark.line).collect();
    if let Some(extra) = found.iter().find(|error| !wanted.contains(&error.line)) {
        return Err(format!("not marked: {}", extra.message));
    }
    let have: BTreeSet<usize> = found.iter().map(|error| error.line).collect();
    match wanted.difference(&have).next() {
        None => Ok(()),
        Some(line) => Err(format!("no error on line {line}")),
    }
}

/// Whether the errors of each marked line say what is marked.
pub(crate) fn same_words(marks: &[Mark], found: &[Reported]) -> Result<(), usize> {
    let is_said = |line: usize, words: &Words| {
        found.iter().any(|error| error.line == line && words.are_in(&error.message))
    };
    match marks.iter().find(|mark| !mark.words.iter().all(|words| is_said(mark.line, words))) {
        None => Ok(()),
        Some(mark) => Err(mark.line),
    }
}

/// Marks of an `errorcheck` file. Four slashes take a mark away.
fn marked_lines(text: &str) -> Vec<Mark> {
    const MARKS: [&str; 4] = ["// ERROR ", "// GC_ERROR ", "/* ERROR ", "/* GC_ERROR "];
    let mut marks = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.contains("////")) {
        let behind = MARKS.iter().find_map(|mark| line.split_once(mark));
        if let Some((_, behind)) = behind {
            // Quotes cannot be escaped; LINE is a line's number, which stands in no message here.
            let quoted = behind.split('"').skip(1).step_by(2);
            let words = quoted.filter(|words| !words.contains("LINE")).map(Words::pattern);
            marks.push(Mark { line: number + 1, words: words.collect() });
        }
    }
    marks
}

/// Marks of a testdata file, at the lines of their tokens.
fn marked_culprits(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let (mut line, mut culprit) = (1, 1);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, is_token) = match c {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |i| i + 2), false),
            '"' | '\'' => (quoted(rest, c), true),
            '`' => (rest[1..].find('`').map_or(rest.len(), |i| i + 2), true),
            c => (c.len_utf8(), !c.is_whitespace()),
        };
        let piece = &rest[..length];
        let comment = piece.get(2..).unwrap_or_default().trim_start();
        if piece.starts_with("//") || piece.starts_with("/*") {
            if let Some(behind) = comment.strip_prefix("ERROR ") {
                marks.push(Mark { line: culprit, words: vec![Words::Text(literal(behind))] });
            } else if let Some(behind) = comment.strip_prefix("ERRORx ") {
                marks.push(Mark { line: culprit, words: vec![Words::pattern(&literal(behind))] });
            }
        } else if is_token {
            culprit = line;
        }
        line += piece.matches('\n').count();
        rest = &rest[length..];
    }
    marks
}

/// The value of the string literal at the beginning of a text.
fn literal(text: &str) -> String {
    let text = text.trim_start();
    if let Some(raw) = text.strip_prefix('`') {
        return raw.split('`').next().unwrap_or_default().to_owned();
    }
    let mut value = String::new();
    let mut inside = text.chars().skip(1);
    while let Some(c) = inside.next() {
        match c {
            '"' => break,
            '\\' => value.extend(inside.next()),
            c => value.push(c),
        }
    }
    value
}

/// The length of a literal in quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// What Go's compiler says only if it is told that there is no assembly.
const IF_COMPLETE: &str = "missing function body";

/// What the linker says.
const OF_THE_LINKER: &str = "function main is undeclared in the main package";

/// An error that was reported.
pub(crate) struct Reported {
    /// 0: no line.
    pub line: usize,
    pub message: String,
}

/// The errors that `gol check --error-format=json` printed.
pub(crate) fn reported(output: &str) -> Vec<Reported> {
    output.lines().filter_map(parse).collect()
}

/// Of gol's errors those that Go's compiler reports, and not others behind it.
pub(crate) fn of_the_compiler(mut errors: Vec<Reported>, is_complete: bool) -> Vec<Reported> {
    errors.retain(|error| {
        let left = error.message.ends_with(IF_COMPLETE) && !is_complete;
        !left && !error.message.ends_with(OF_THE_LINKER)
    });
    errors
}

/// An error; warnings are none.
fn parse(text: &str) -> Option<Reported> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
        return Some(Reported { line: 0, message: text.to_owned() });
    };
    if value["severity"] == "warning" {
        return None;
    }
    let origin = value["origin"]["line"].as_u64();
    let line = origin.or_else(|| value["line"].as_u64()).unwrap_or(0) as usize;
    let message = value["message"].as_str().unwrap_or(text);
    Some(Reported { line, message: format!("line {line}: {message}") })
}

/// What Go's compiler printed: `FILE:LINE:COLUMN: MESSAGE`, and lines of the message behind a tab.
pub(crate) fn reported_by_go(output: &str) -> Vec<Reported> {
    let mut found: Vec<Reported> = Vec::new();
    for text in output.lines() {
        if text.starts_with('\t')
            && let Some(last) = found.last_mut()
        {
            last.message.push('\n');
            last.message.push_str(text);
            continue;
        }
        let mut parts = text.splitn(3, ':').skip(1);
        let line = parts.next().and_then(|line| line.parse().ok()).unwrap_or(0);
        let message = parts.next().unwrap_or_default();
        found.push(Reported { line, message: format!("line {line}: {message}") });
    }
    found
}
