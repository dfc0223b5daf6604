//! A session's inputs as a script.
//!
//! What only shows a value becomes a comment. A script declares a name once, a session as often as
//! somebody likes: of functions, types, constants and methods the last declaration stays, which is
//! what every input means that calls them later; a variable that is defined anew is assigned to.
//! Whether the outcome is a script without errors, the caller asks the checker.

use std::collections::HashSet;
use std::fmt::Write as _;

use gol::{IndexEntry, IndexKind, index_declarations};

use super::super::highlight::{PREDECLARED_TYPES, Piece, pieces};

/// The text of a script, in Go's layout, that does what these inputs did.
pub(super) fn script_of(inputs: &[String]) -> String {
    let mut text = String::new();
    let mut variables = HashSet::new();
    let mut types: HashSet<String> = HashSet::new();
    for input in without_old_declarations(inputs) {
        let input = of_program(&input).unwrap_or(input);
        let declared = index_declarations(&input).into_iter();
        types.extend(declared.filter(|e| e.kind == IndexKind::Type).map(|e| e.name.to_string()));
        let is_type = |name: &str| PREDECLARED_TYPES.contains(&name) || types.contains(name);
        if gol::session::is_mere_value(&input, is_type) {
            input.lines().for_each(|line| text.extend(["// ", line, "\n"]));
        } else {
            let _ = writeln!(text, "{}", assigned(&input, &mut variables));
        }
    }
    match gol::format_source("script.gol", text.as_bytes()) {
        Ok(gol::Formatted::Text(formatted)) => formatted,
        _ => text,
    }
}

/// The inputs without declarations that later ones replace; what remains empty is left out.
fn without_old_declarations(inputs: &[String]) -> Vec<String> {
    let mut later: HashSet<(String, String)> = HashSet::new();
    let mut kept = Vec::new();
    for input in inputs.iter().rev() {
        let mut entries = index_declarations(input);
        entries.retain(|e| !matches!(e.kind, IndexKind::Import | IndexKind::Var));
        let key = |e: &IndexEntry| {
            let receiver = e.receiver.as_ref().map(ToString::to_string).unwrap_or_default();
            (receiver, e.name.to_string())
        };
        // Methods of a type go with it: the new one does not have them.
        let is_old = |e: &IndexEntry| {
            let (receiver, _) = key(e);
            later.contains(&key(e))
                || !receiver.is_empty() && later.contains(&(String::new(), receiver))
        };
        let mut text = input.clone();
        let mut ranges: Vec<_> = entries.iter().map(|e| e.range.clone()).collect();
        ranges.dedup();
        for range in ranges.into_iter().rev() {
            // A group is one declaration: it goes when all that it declares is old.
            if entries.iter().filter(|e| e.range == range).all(is_old) {
                let start = start_of_comment(&text, range.start);
                text.replace_range(start..range.end, "");
            }
        }
        later.extend(entries.iter().map(key));
        if !text.trim().is_empty() {
            kept.push(text.trim().to_owned());
        }
    }
    kept.reverse();
    kept
}

/// A loaded Go program as a part of a script: without its package clause, the body of its main
/// function as statements, which ran when it was loaded.
fn of_program(text: &str) -> Option<String> {
    let code = pieces(text)
        .into_iter()
        .filter(|(piece, lo, hi)| *piece != Piece::Comment && !text[*lo..*hi].trim().is_empty());
    let words: Vec<_> = code.take(2).collect();
    let [(_, lo, hi), (_, _, end)] = words[..] else { return None };
    if &text[lo..hi] != "package" {
        return None;
    }
    let mut out = text.to_owned();
    let mut declared = index_declarations(text).into_iter();
    let main = declared.rfind(|e| e.kind == IndexKind::Func && e.name == "main");
    if let Some(range) = main.map(|e| e.range)
        && let Some(body) = text[range.clone()].find('{')
    {
        out.replace_range(range.start..range.start + body, "");
    }
    out.replace_range(lo..end, "");
    Some(out)
}

/// Where the comment on whole lines right above a place begins.
fn start_of_comment(text: &str, at: usize) -> usize {
    let mut start = at;
    while let Some(line) = text[..start].strip_suffix('\n') {
        let begin = line.rfind('\n').map_or(0, |newline| newline + 1);
        if !line[begin..].trim_start().starts_with("//") {
            break;
        }
        start = begin;
    }
    start
}

/// An input that begins with `x, y := …` or `var x = …` as an assignment, if all those variables are
/// there already. The names that it defines join `variables`.
fn assigned(input: &str, variables: &mut HashSet<String>) -> String {
    let is_code = |(piece, lo, hi): &(Piece, usize, usize)| {
        *piece != Piece::Comment && !input[*lo..*hi].trim().is_empty()
    };
    let tokens = pieces(input).into_iter().filter(is_code);
    let tokens: Vec<(usize, &str)> = tokens.map(|(_, lo, hi)| (lo, &input[lo..hi])).collect();
    let first = usize::from(tokens.first().is_some_and(|(_, word)| *word == "var"));
    let mut names = Vec::new();
    let mut at = first;
    while let Some((_, name)) = tokens.get(at).filter(|(_, word)| is_name(word)) {
        names.push((*name).to_owned());
        at += 1;
        if tokens.get(at).is_none_or(|(_, word)| *word != ",") {
            break;
        }
        at += 1;
    }
    let wanted = if first == 1 { "=" } else { ":=" };
    let operator = tokens.get(at).map(|(place, _)| *place);
    let operator = operator.filter(|place| input[*place..].starts_with(wanted));
    let begun = first == 1 || operator.is_some();
    let are_there = !names.is_empty() && names.iter().all(|name| variables.contains(name));
    if begun {
        variables.extend(names.iter().cloned());
    }
    let Some(place) = operator.filter(|_| are_there) else { return input.to_owned() };
    let start = tokens.first().map_or(0, |(lo, _)| *lo);
    let behind = &input[place + wanted.len()..];
    format!("{}{} ={behind}", &input[..start], names.join(", "))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
