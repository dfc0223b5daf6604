//! Error marks of Go's test files, and the lines that gol complains about.
//!
//! `errorcheck` files mark lines: `// ERROR "…"` (and `// GC_ERROR`) stands on the line of the
//! error. In `internal/types/testdata` `/* ERROR "…" */` and `// ERROR "…"` (and `ERRORx`) stand
//! behind the token that is the culprit, which may be on an earlier line.

use std::collections::BTreeSet;

/// Lines of an `errorcheck` file that must have an error. Four slashes take a mark away.
pub(crate) fn marked_lines(text: &str) -> BTreeSet<usize> {
    let marks = ["// ERROR ", "// GC_ERROR ", "/* ERROR ", "/* GC_ERROR "];
    let is_marked =
        |line: &str| !line.contains("////") && marks.iter().any(|mark| line.contains(mark));
    text.lines().enumerate().filter(|(_, line)| is_marked(line)).map(|(i, _)| i + 1).collect()
}

/// Lines of a testdata file whose tokens are marked.
pub(crate) fn marked_culprits(text: &str) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
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
            if comment.starts_with("ERROR ") || comment.starts_with("ERRORx ") {
                lines.insert(culprit);
            }
        } else if is_token {
            culprit = line;
        }
        line += piece.matches('\n').count();
        rest = &rest[length..];
    }
    lines
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

/// What the compiler alone does not say: Go's linker and the go command do.
const BEYOND_THE_COMPILER: [&str; 2] =
    ["missing function body", "function main is undeclared in the main package"];

/// An error that gol reported.
pub(crate) struct Reported {
    /// 0: no line.
    pub line: usize,
    pub message: String,
}

/// What `gol check --error-format=json` printed, without what Go's compiler leaves to others.
pub(crate) fn reported(output: &str) -> Vec<Reported> {
    let errors = output.lines().filter_map(parse);
    errors.filter(|error| !BEYOND_THE_COMPILER.iter().any(|m| error.message.ends_with(m))).collect()
}

/// An error; warnings are none.
fn parse(text: &str) -> Option<Reported> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
        return Some(Reported { line: 0, message: text.to_owned() });
    };
    if value["severity"] == "warning" {
        return None;
    }
    let line = value["line"].as_u64().unwrap_or(0) as usize;
    let message = value["message"].as_str().unwrap_or(text);
    Some(Reported { line, message: format!("line {line}: {message}") })
}
