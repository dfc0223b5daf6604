//! One declaration: its text without what is not shown, its comment, its members.

use super::is_exported;
use super::line::{function, one_line};
use super::source::{Entry, Source, Spec};
use crate::cli::highlight::{Piece, pieces};

impl Entry {
    pub(super) fn text<'a>(&self, source: &'a Source) -> &'a str {
        source.text.get(self.start..self.end).unwrap_or_default().trim_end()
    }

    pub(super) fn keyword<'a>(&self, source: &'a Source) -> &'a str {
        self.text(source).split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
    }

    pub(super) fn comment(&self, source: &Source) -> String {
        comment_above(&source.text, self.start)
    }

    /// The declaration; of a function, without its body; of types and groups, without what nobody
    /// outside can use.
    pub(super) fn declaration(&self, source: &Source) -> String {
        let text = self.text(source);
        if text.starts_with("func") {
            return text[..body_start(text)].trim_end().to_owned();
        }
        let manner = source.manner;
        if manner.unexported || manner.source {
            return text.to_owned();
        }
        match self.keyword(source) {
            "type" => formatted(&without_hidden_members(text)),
            _ => formatted(&self.without_hidden_specs(source)),
        }
    }

    /// A group without the specs all of whose names are hidden.
    fn without_hidden_specs(&self, source: &Source) -> String {
        let mut text = self.text(source).to_owned();
        if !text[..text.find('\n').unwrap_or(text.len())].ends_with('(') {
            return text;
        }
        let specs = source.specs(self);
        for spec in specs.iter().rev().filter(|spec| !spec.names.iter().any(|n| is_exported(n))) {
            let (lo, hi) = (spec.range.0 - self.start, spec.range.1 - self.start);
            let mut from = text[..lo].rfind('\n').map_or(lo, |newline| newline + 1);
            while let Some(line) = text[..from].strip_suffix('\n') {
                let begin = line.rfind('\n').map_or(0, |newline| newline + 1);
                if !line[begin..].trim_start().starts_with("//") {
                    break;
                }
                from = begin;
            }
            let to = text[hi..].find('\n').map_or(text.len(), |newline| hi + newline);
            text.replace_range(from..to, "");
        }
        text
    }

    /// The declaration in one line; of a group, its first name that is shown.
    pub(super) fn line(&self, source: &Source) -> String {
        let text = self.declaration(source);
        let keyword = self.keyword(source);
        if keyword == "func" {
            return function(&text);
        }
        if keyword == "type" {
            return self.type_line(self.text(source));
        }
        let specs = source.specs(self);
        let shows = |spec: &&Spec| spec.names.contains(&self.name);
        let Some(spec) = specs.iter().find(shows) else { return one_line(&text) };
        let mut line = format!("{keyword} {}", self.name);
        if !spec.ty.is_empty() {
            line += &format!(" {}", one_line(&spec.ty));
        }
        if !spec.value.is_empty() && spec.names.first() == Some(&self.name) {
            line += &format!(" = {}", one_line(&spec.value));
        }
        line + if specs.len() > 1 { " ..." } else { "" }
    }

    /// A type's line; of a group, only its own spec.
    fn type_line(&self, text: &str) -> String {
        if !text.starts_with("type (") {
            return one_line(text);
        }
        let own = text.lines().find(|line| {
            let rest = line.trim_start().strip_prefix(self.name.as_str());
            rest.is_some_and(|rest| rest.starts_with([' ', '[']))
        });
        let at = own.map_or(0, |line| line.as_ptr() as usize - text.as_ptr() as usize);
        let line = one_line(&text[at..]);
        let end = line.find("{ ... }").map_or(line.len(), |brace| brace + "{ ... }".len());
        let first = own.filter(|line| !line.ends_with('{')).map(str::trim);
        format!("type {}", first.unwrap_or(&line[..end]))
    }

    /// A field of a struct, or a method of an interface, with its comment.
    pub(super) fn member(&self, source: &Source, name: &str) -> Option<String> {
        let lines: Vec<&str> = self.text(source).lines().collect();
        let head = lines.first().filter(|line| line.ends_with('{'))?;
        let names = |line: &str| {
            let own = line.strip_prefix('\t').filter(|rest| !rest.starts_with(['\t', '/', '}']))?;
            let end = own.find(|c: char| !(c.is_alphanumeric() || "_, ".contains(c)));
            let list = own[..end.unwrap_or(own.len())].to_owned();
            let mut words: Vec<String> = list.split(',').map(|w| w.trim().to_owned()).collect();
            // The type stands behind the last name.
            let last = words.pop()?;
            words.extend(last.split(' ').next().map(str::to_owned));
            Some(words)
        };
        let at = lines
            .iter()
            .position(|line| names(line).is_some_and(|n| n.iter().any(|n| n == name)))?;
        let comments = lines[..at].iter().rev().take_while(|line| line.starts_with("\t//")).count();
        let nested = lines[at + 1..].iter().take_while(|line| line.starts_with("\t\t")).count();
        let end = at + 1 + if lines[at].ends_with('{') { nested + 1 } else { 0 };
        let mut comment = lines[at - comments..at].join("\n");
        if comments > 0 {
            comment.push('\n');
        }
        let own = lines[at..end.min(lines.len())].join("\n");
        let what = if head.contains("interface") { "methods" } else { "fields" };
        if what == "methods" {
            return Some(format!("{head}\n{comment}{own}\n}}\n"));
        }
        // Of names that share a type the one that was asked for.
        let words = own.trim_start().split_once(", ").map(|(_, rest)| rest);
        let is_list = names(lines[at]).is_some_and(|list| list.len() > 1);
        let ty = words.filter(|_| is_list).and_then(|rest| {
            let last = rest.rsplit_once(", ").map_or(rest, |(_, last)| last);
            Some(last.split_once(' ')?.1)
        });
        let own = ty.map_or_else(|| own.clone(), |ty| format!("{name} {ty}"));
        let own = one_line(&own);
        let shown = format!("{head}\n{comment}\t{own}\n\n\t// ... other fields elided ...\n}}\n");
        Some(shown.replace('\t', "    "))
    }
}

/// A declaration as gofmt lays it out, after something was taken out of it.
fn formatted(declaration: &str) -> String {
    let head = "package p\n\n";
    match gol::format_source("p.go", format!("{head}{declaration}\n").as_bytes()) {
        Ok(gol::Formatted::Text(text)) => text[head.len()..].trim_end().to_owned(),
        _ => declaration.to_owned(),
    }
}

/// A struct's or interface's declaration without the fields or methods that nobody outside can use.
fn without_hidden_members(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let what = if first.ends_with("interface {") { "methods" } else { "fields" };
    if !first.ends_with("struct {") && what == "fields" {
        return text.to_owned();
    }
    let mut out: Vec<&str> = Vec::new();
    // Comments go with the field below them.
    let mut comments: Vec<&str> = Vec::new();
    let (mut depth, mut hidden, mut in_hidden) = (0_usize, false, false);
    for line in text.lines() {
        let name = line.trim_start();
        if depth == 1 && name.starts_with("//") {
            comments.push(line);
            continue;
        }
        let starts = depth == 1 && !name.starts_with(['}', '/']);
        if starts {
            in_hidden = is_hidden(name, what == "methods");
            hidden |= in_hidden;
            if in_hidden {
                comments.clear();
            }
        }
        out.append(&mut comments);
        let is_out = in_hidden && (depth > 1 || depth == 1 && starts);
        out.push(if is_out { "" } else { line });
        let count = |c: char| line.matches(c).count();
        depth = (depth + count('{')).saturating_sub(count('}'));
        if depth == 1 && !starts {
            in_hidden = false;
        }
    }
    if hidden && let Some(end) = out.pop() {
        while out.last().is_some_and(|line| line.is_empty()) {
            out.pop();
        }
        out.push(if what == "fields" {
            "\t// Has unexported fields."
        } else {
            "\t// Has unexported methods."
        });
        out.push(end);
    }
    out.join("\n")
}

/// Whether a line of a struct or interface begins a field or method with a hidden name. An embedded
/// type counts by its own name; what else an interface embeds is shown.
fn is_hidden(line: &str, is_method: bool) -> bool {
    let word_end = line.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(line.len());
    let (word, rest) = line.split_at(word_end);
    if is_method {
        return rest.starts_with('(') && !is_exported(word);
    }
    if word.is_empty() {
        let name = line.trim_start_matches('*');
        return !name.contains('.') && !name.is_empty() && !is_exported(name);
    }
    let (embedded, _) = rest.split_once(' ').unwrap_or((rest, ""));
    let shown_name = embedded.strip_prefix('.').map_or(word, |name| name);
    // Of several names that share a type, one is enough.
    let others = rest.starts_with(',') && rest.split(", ").any(is_exported);
    !is_exported(shown_name) && !others
}

/// The lines of a comment that ends right above a place, without the slashes.
pub(super) fn comment_above(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    if let Some(block) = before.trim_end_matches([' ', '\t']).strip_suffix("*/\n")
        && let Some(start) = block.rfind("/*")
    {
        return block[start + 2..].trim().to_owned() + "\n";
    }
    let mut lines: Vec<&str> = Vec::new();
    for line in before.lines().rev() {
        let Some(comment) = line.strip_prefix("//") else { break };
        lines.push(comment.strip_prefix(' ').unwrap_or(comment));
    }
    lines.reverse();
    let mut out = lines.join("\n");
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// The names of the types that a function's results are made of, without pointers and slices.
pub(super) fn results(declaration: &str) -> Vec<String> {
    let parts = |text: &str, stop: char| {
        let (mut depth, mut parts, mut start) = (0_usize, Vec::new(), 0);
        for (at, c) in text.char_indices() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && c == stop {
                parts.push(text[start..at].trim().to_owned());
                start = at + c.len_utf8();
            }
        }
        parts.push(text[start..].trim().to_owned());
        parts
    };
    // Behind the bracket that closes the parameters.
    let behind = parts(declaration, ')').into_iter().nth(1).unwrap_or_default();
    let list = behind.strip_prefix('(').map_or(behind.as_str(), |rest| rest.trim_end_matches(')'));
    let type_of = |result: String| {
        let named = result.split_once(' ').filter(|(first, _)| {
            !matches!(*first, "chan" | "<-chan" | "chan<-")
                && first.chars().all(char::is_alphanumeric)
        });
        let mut ty = named.map_or(result.as_str(), |(_, ty)| ty);
        while let Some(rest) = ty.strip_prefix('*').or_else(|| ty.strip_prefix("[]")) {
            ty = rest;
        }
        let name = ty.split('[').next().unwrap_or_default();
        name.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| name.to_owned())
    };
    parts(list, ',').into_iter().filter_map(type_of).collect()
}

/// Where the body of a function starts: the first brace outside of brackets that belongs to no
/// type.
fn body_start(text: &str) -> usize {
    let (mut depth, mut types) = (0_usize, 0_usize);
    let mut previous = "";
    for (piece, start, end) in pieces(text) {
        let part = &text[start..end];
        match part {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "{" if types > 0 || matches!(previous, "interface" | "struct") => types += 1,
            "{" if depth == 0 => return start,
            "}" => types = types.saturating_sub(1),
            _ => {}
        }
        if piece != Piece::Comment && !part.trim().is_empty() {
            previous = part;
        }
    }
    text.len()
}
