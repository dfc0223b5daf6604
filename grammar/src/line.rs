//! `//line` directives: what a program that writes Go code says about where a line comes from.
//!
//! `//line FILE:LINE` or `//line FILE:LINE:COLUMN`, at the start of a line, is about the next one;
//! `/*line …*/`, anywhere, about the text right behind it. Without a column, columns are unknown
//! from there on; without a file the name is unknown, or, if there is a column, the one before.

use gol_diagnostic::LineDirective;

use crate::token::Extras;

/// Larger numbers are errors in Go, too.
const MAX: u32 = 1 << 30;

/// Reads the comment `text[lo..hi]`, if it is such a directive.
pub(crate) fn directive(
    text: &str,
    lo: usize,
    hi: usize,
    extras: &mut Extras,
) -> Option<LineDirective> {
    let comment = &text[lo..hi];
    let (body, applies) = match comment.strip_prefix("//line ") {
        Some(body) => {
            let starts_line = lo == 0 || text.as_bytes()[lo - 1] == b'\n';
            (starts_line.then_some(body)?, (hi + 1).min(text.len()))
        }
        None => (comment.strip_prefix("/*line ")?.strip_suffix("*/")?, hi),
    };
    let start = lo + "//line ".len();
    let (rest, last) = body.rsplit_once(':')?;
    let fault = |extras: &mut Extras, what: &str, number: &str, before: &str| {
        extras.error(start + before.len() + 1, format!("invalid {what} number: {number}"));
    };
    let Some(last_number) = number(last) else {
        fault(extras, "line", last, rest);
        return None;
    };
    let two = rest.rsplit_once(':').and_then(|(file, line)| Some((file, line, number(line)?)));
    let (file, line, column) = match two {
        Some((file, _, line)) => (file, line, Some(last_number)),
        None => (rest, last_number, None),
    };
    if column == Some(0) {
        fault(extras, "column", last, rest);
        return None;
    }
    if line == 0 {
        let (before, line) = two.map_or((rest, last), |(file, line, _)| (file, line));
        fault(extras, "line", line, before);
        return None;
    }
    let file = if file.is_empty() && column.is_some() { None } else { Some(file.to_owned()) };
    Some(LineDirective { offset: applies as u32, file, line, column })
}

/// A number without sign or blanks; `None` also if it is too large.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let value = if digits { text.parse().ok() } else { None };
    value.filter(|&value| value <= MAX)
}
