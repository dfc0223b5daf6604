//! Declarations in one line: what braces enclose becomes dots, and so do parameters beyond a width.

use crate::cli::highlight::{Piece, pieces};

/// Parameters beyond this many columns are not shown.
const WIDE: usize = 80;

/// A text in one line, without comments and what its braces enclose.
pub(super) fn one_line(text: &str) -> String {
    let found = pieces(text);
    let mut out = String::new();
    let mut at = 0;
    let mut blank = false;
    while let Some(&(piece, lo, hi)) = found.get(at) {
        let part = &text[lo..hi];
        at += 1;
        if piece == Piece::Comment || part.trim().is_empty() {
            blank = true;
            continue;
        }
        let after_type = ["struct", "interface"].iter().any(|word| out.ends_with(word));
        let closes = matches!(part, ")" | "]");
        if closes && blank {
            out.truncate(out.trim_end_matches(',').len());
        }
        let opens_type = part == "{" && after_type;
        let begins = out.is_empty() || out.ends_with(['(', '[']);
        if blank && !closes && !begins && !opens_type {
            out.push(' ');
        }
        blank = false;
        if part == "{" {
            let (end, filled) = closing(text, &found, at);
            out.push_str(if filled { "{ ... }" } else { "{}" });
            at = end + 1;
            continue;
        }
        out.push_str(part);
    }
    out
}

/// The piece with the brace that closes what is open before `at`, and whether something stands in
/// between.
fn closing(text: &str, found: &[(Piece, usize, usize)], at: usize) -> (usize, bool) {
    let (mut depth, mut filled) = (0_usize, false);
    for (number, &(piece, lo, hi)) in found.iter().enumerate().skip(at) {
        match &text[lo..hi] {
            "{" if piece == Piece::Other => depth += 1,
            "}" if piece == Piece::Other && depth == 0 => return (number, filled),
            "}" if piece == Piece::Other => depth -= 1,
            _ => {}
        }
        filled |= piece != Piece::Comment && !text[lo..hi].trim().is_empty();
    }
    (found.len(), filled)
}

/// A function's declaration in one line; a long list of parameters is cut.
pub(super) fn function(declaration: &str) -> String {
    let line = one_line(declaration);
    let Some((open, close)) = parameters(&line) else { return line };
    let (mut shown, mut width) = (String::new(), 0);
    for (number, group) in groups(&line[open + 1..close]).into_iter().enumerate() {
        width += group.chars().count() + 2;
        let separator = if number > 0 { ", " } else { "" };
        shown.push_str(separator);
        if width > WIDE {
            shown.push_str("...");
            break;
        }
        shown.push_str(&group);
    }
    format!("{}({shown}{}", &line[..open], &line[close..])
}

/// Where a function's parameters begin and end: the first list behind its name and type parameters.
fn parameters(line: &str) -> Option<(usize, usize)> {
    let behind_receiver = match line.strip_prefix("func (") {
        Some(rest) => "func (".len() + rest.find(')')? + 1,
        None => "func".len(),
    };
    let (mut depth, mut open) = (0_usize, None);
    for (at, c) in line.char_indices().filter(|(at, _)| *at >= behind_receiver) {
        match c {
            '(' | '[' | '{' => {
                if depth == 0 && c == '(' {
                    open = Some(at);
                }
                depth += 1;
            }
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && c == ')' {
                    return Some((open?, at));
                }
            }
            _ => {}
        }
    }
    None
}

/// The parts of a list of parameters: names that share a type stand together.
fn groups(list: &str) -> Vec<String> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    let named = parts.iter().any(|part| part.contains(' '));
    let (mut groups, mut waiting): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        waiting.push(part);
        if !named || part.contains(' ') {
            groups.push(waiting.join(", "));
            waiting.clear();
        }
    }
    groups.extend(waiting.into_iter().map(str::to_owned));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(one_line("type T struct {\n\tA int // a\n}"), "type T struct{ ... }");
        assert_eq!(one_line("f(a,\n\tb,\n)"), "f(a, b)");
        let long = "x, y int".to_owned() + &", abcdefghijklmnop string".repeat(4);
        let line = function(&format!("func F[T any]({long}) error"));
        assert_eq!(line.matches("abc").count(), 2);
        assert!(line.ends_with(", ...) error"));
    }
}
