//! What could stand at the cursor: names of the session, packages, members, keywords, commands; and
//! the signature of the function whose arguments are being typed.

use gol::session::{Named, NamedKind, Session};

use super::commands;
use crate::cli::highlight::{KEYWORDS, Piece, pieces, predeclared_names};

/// A way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) text: String,
    /// What it is, for the list.
    pub(super) detail: String,
}

/// Where the word at the cursor starts, and what it could become.
pub(super) fn complete(session: &mut Session, line: &str, pos: usize) -> (usize, Vec<Choice>) {
    let before = &line[..pos];
    if let Some(command) = before.trim_start().strip_prefix(':')
        && !command.contains(' ')
    {
        let start = pos - command.len();
        let names = commands::names().filter(|n| n.starts_with(command));
        return (start, names.map(|n| choice(&format!("{n} "), "")).collect());
    }
    if in_literal(before) {
        return (pos, Vec::new());
    }
    let start = word_start(before);
    let word = &before[start..];
    let choices = match before[..start].strip_suffix('.') {
        Some(owner) => members(session, operand(owner), word),
        None => names(session, word),
    };
    (start, choices)
}

fn choice(text: &str, detail: &str) -> Choice {
    Choice { text: text.to_owned(), detail: detail.to_owned() }
}

fn of_named(named: &Named) -> Choice {
    let opens = match named.kind {
        NamedKind::Func => "(",
        NamedKind::Package => ".",
        _ => "",
    };
    // What a type consists of would fill the screen.
    let of_type = format!("type {}", named.name);
    let is_type = named.kind == NamedKind::Type;
    choice(&format!("{}{opens}", named.name), if is_type { &of_type } else { &named.declaration })
}

fn members(session: &mut Session, owner: &str, word: &str) -> Vec<Choice> {
    let found = session.members(owner);
    found.iter().filter(|m| m.name.starts_with(word)).map(of_named).collect()
}

fn names(session: &mut Session, word: &str) -> Vec<Choice> {
    let mut found: Vec<Choice> =
        session.names().iter().filter(|n| n.name.starts_with(word)).map(of_named).collect();
    if word.is_empty() {
        return found;
    }
    let mut add = |name: &str, text: String, detail: &str| {
        if name.starts_with(word) && !found.iter().any(|c| c.text == text) {
            found.push(choice(&text, detail));
        }
    };
    for name in predeclared_names() {
        add(name, name.to_owned(), "");
    }
    for name in KEYWORDS {
        add(name, (*name).to_owned(), "");
    }
    for package in gol::packages() {
        add(package.name, format!("{}.", package.name), &format!("import {:?}", package.path));
    }
    found.sort_by(|a, b| a.text.cmp(&b.text));
    found
}

/// The signature of the function in whose argument list the text ends, from the argument on that
/// comes next.
pub(super) fn signature(session: &mut Session, text: &str) -> Option<String> {
    let (callee, given) = open_call(text)?;
    let path = operand(callee);
    if path.is_empty() || KEYWORDS.contains(&path) {
        return None;
    }
    let named = session.find(path)?;
    let ty = session.type_of(path).ok().filter(|ty| ty.starts_with("func("));
    let declaration = if named.declaration.starts_with("func ") { named.declaration } else { ty? };
    let list = &declaration[declaration.find('(')? + 1..];
    let parameters = split_list(list);
    match parameters.get(given) {
        Some(&at) => Some(list[at..].to_owned()),
        // The last one may stand for many.
        None => {
            parameters.last().map(|&at| &list[at..]).filter(|p| p.contains("...")).map(Into::into)
        }
    }
}

/// Where the parts of a list begin that a closing bracket ends.
fn split_list(list: &str) -> Vec<usize> {
    let (mut starts, mut depth) = (vec![0], 0_usize);
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => starts.push(at + 2),
            _ => {}
        }
    }
    starts
}

/// The text before the innermost `(` that is open at the end, and how many arguments stand behind
/// it, if the next one has not been begun.
fn open_call(text: &str) -> Option<(&str, usize)> {
    if in_literal(text) || !text.trim_end().ends_with(['(', ',']) {
        return None;
    }
    let (mut depth, mut given) = (0_usize, 0);
    for (piece, start, end) in pieces(text).into_iter().rev() {
        match &text[start..end] {
            _ if piece != Piece::Other => {}
            ")" | "]" | "}" => depth += 1,
            "(" if depth == 0 => return Some((&text[..start], given)),
            "[" | "{" if depth == 0 => return None,
            "(" | "[" | "{" => depth -= 1,
            "," if depth == 0 => given += 1,
            _ => {}
        }
    }
    None
}

/// Whether a text ends inside a string or comment.
fn in_literal(text: &str) -> bool {
    match pieces(text).last() {
        Some((Piece::Comment, start, _)) => !text[*start..].ends_with("*/"),
        Some((Piece::Text, start, end)) => {
            let literal = &text[*start..*end];
            let quote = literal.chars().next().unwrap_or('"');
            literal.len() < 2 || !literal.ends_with(quote) || literal.ends_with("\\\"")
        }
        _ => false,
    }
}

/// Where the name begins that a text ends with.
fn word_start(text: &str) -> usize {
    let tail = text.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric() || *c == '_');
    tail.last().map_or(text.len(), |(at, _)| at)
}

/// The operand that a text ends with: names, selectors, calls and indices.
fn operand(text: &str) -> &str {
    let found = pieces(text);
    let mut start = text.len();
    let mut depth = 0_usize;
    // Before a name a dot goes on; before a dot or an opening bracket, an operand.
    let mut wants_operand = true;
    for &(piece, lo, hi) in found.iter().rev() {
        let part = &text[lo..hi];
        match (piece, part) {
            (Piece::Other, ")" | "]" | "}") if depth > 0 || wants_operand => depth += 1,
            (Piece::Other, "(" | "[" | "{") if depth > 0 => {
                depth -= 1;
                wants_operand = true;
            }
            _ if depth > 0 => {}
            (Piece::Other, ".") => wants_operand = true,
            (Piece::Word | Piece::Text, _) if wants_operand && !KEYWORDS.contains(&part) => {
                wants_operand = false;
            }
            _ => break,
        }
        start = lo;
    }
    &text[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operand_before_a_dot_is_found() {
        assert_eq!(operand("x := strings"), "strings");
        assert_eq!(operand("f(a, b)"), "f(a, b)");
        assert_eq!(operand("if p.list[i+1].next"), "p.list[i+1].next");
        assert_eq!(operand("return \"a\""), "\"a\"");
        assert_eq!(operand("a + (b)"), "(b)");
        assert_eq!(operand("x +"), "");
    }

    #[test]
    fn a_call_is_open_right_behind_its_bracket() {
        assert_eq!(open_call("a := strings.Cut("), Some(("a := strings.Cut", 0)));
        assert_eq!(open_call("f(x, g(1, 2), "), Some(("f", 2)));
        assert_eq!(open_call("f(x"), None);
        assert_eq!(split_list("a int, f func(x, y int), z ...any) error"), [0, 7, 25]);
        assert!(in_literal("f(\"abc"));
        assert!(!in_literal("f(\"abc\""));
    }
}
