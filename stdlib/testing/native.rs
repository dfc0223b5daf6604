//! Natives of testing: the regular expressions of `-run` and its like.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use regex::Regex;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("matchText", match_text)];

/// What is wrong with an expression, in the words of the regex crate and in those of Go.
const REASONS: &[(&str, &str)] = &[
    ("unclosed group", "missing closing )"),
    ("unopened group", "unexpected )"),
    ("unclosed character class", "missing closing ]"),
    ("repetition operator missing expression", "missing argument to repetition operator"),
    ("unrecognized escape sequence", "invalid escape sequence"),
    ("invalid repetition count range", "invalid repeat count"),
    ("invalid character class range", "invalid character class range"),
    ("incomplete escape sequence", "trailing backslash at end of expression"),
];

fn match_text(cx: &mut NativeCx<'_>) -> NativeResult {
    let (pattern, text) = (cx.str().to_text().into_owned(), cx.str().to_text().into_owned());
    match Regex::new(&pattern) {
        Ok(regex) => {
            cx.ret_bool(regex.is_match(&text));
            cx.ret_str("");
        }
        Err(error) => {
            cx.ret_bool(false);
            let message = error.to_string();
            let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let known = REASONS.iter().find(|(here, _)| last.starts_with(here));
            let reason = known.map_or(last, |(_, reason)| reason);
            cx.ret_str(format!("{reason}: `{pattern}`"));
        }
    }
    Ok(())
}
