//! Natives of testing: the regular expressions of `-run` and its like.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use regex::Regex;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("matchText", match_text)];

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
            let reason = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
            cx.ret_str(&format!("{reason}: `{pattern}`"));
        }
    }
    Ok(())
}
