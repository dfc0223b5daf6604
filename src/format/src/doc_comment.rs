//! The layout of documentation, in the text, before it is laid out.
//!
//! As for gofmt, documentation is a comment at the start of a line, directly before a token at the
//! start of a line that is no name; in a text that is laid out these are the declarations.
//!
//! A comment's text is read as <https://go.dev/doc/comment> describes it: paragraphs, headings,
//! lists, code, definitions of links. Each is written in its one form: code behind a tab, lists
//! with `-` or numbers at a fixed indentation, headings with `#`, link definitions at the end, and
//! directives (`//go:…`) behind all else.

use gol_grammar::LexemeKind;
use gol_grammar::ast::Mode;

use crate::doc_blocks::{Block, Item, blocks};
use crate::tokens::{Comment, Tokens};

/// The text with its documentation laid out; nothing if it is.
pub(crate) fn laid_out(text: &str, mode: Mode) -> Option<String> {
    let source = Tokens::new(text, mode);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, token) in source.tokens.iter().enumerate() {
        let documented = token.column == 0 && !token.text.is_empty() && token.text != "import";
        if !documented || token.kind == LexemeKind::Name {
            continue;
        }
        let group = group_before(&source, at);
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let Some(new) = comment(group) else { continue };
        let mut to = last.at + last.text.len();
        if new == text[first.at..to] {
            continue;
        }
        out.push_str(&text[done..first.at]);
        out.push_str(&new);
        if new.is_empty() {
            to += text[to..].find('\n').map_or(0, |newline| newline + 1);
        }
        done = to;
    }
    (done > 0).then(|| out + &text[done..])
}

/// The comments that end on the line before a token and are not separated by empty lines, if they
/// start where lines start: gofmt leaves others alone.
fn group_before<'s, 'a>(source: &'s Tokens<'a>, at: usize) -> &'s [Comment<'a>] {
    let token = &source.tokens[at];
    let end = token.comments;
    let floor = if at > 0 { source.tokens[at - 1].end_line } else { 0 };
    let (mut start, mut line) = (end, token.line);
    while let Some(before) = start.checked_sub(1).map(|i| &source.comments[i]) {
        if before.end_line + 1 != line || before.line <= floor || before.indent.is_none() {
            break;
        }
        (start, line) = (start - 1, before.line);
    }
    let group = &source.comments[start..end];
    if group.first().is_some_and(|c| c.column == 0) { group } else { &[] }
}

/// A comment's new text, if it is one that can be laid out.
fn comment(group: &[Comment<'_>]) -> Option<String> {
    if group.iter().all(|c| c.is_line) {
        return Some(line_comment(group));
    }
    match group {
        [only] if !only.is_line => block_comment(only.text),
        _ => None,
    }
}

fn line_comment(group: &[Comment<'_>]) -> String {
    let (mut text, mut directives) = (Vec::new(), Vec::new());
    for comment in group {
        let line = comment.text.strip_prefix("//").unwrap_or(comment.text);
        if is_directive(line) {
            directives.push(comment.text.to_owned());
        } else {
            text.push(line.strip_prefix(' ').unwrap_or(line).trim_end());
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for line in write(&text) {
        lines.push(match line.as_str() {
            "" => "//".to_owned(),
            code if code.starts_with('\t') => format!("//{code}"),
            plain => format!("// {plain}"),
        });
    }
    // Above directives an empty line stays where there is no text.
    if (!lines.is_empty() || !text.is_empty()) && !directives.is_empty() {
        lines.push("//".to_owned());
    }
    lines.extend(directives);
    lines.join("\n")
}

/// `//line `, `//extern `, `//export `, `//go:…` and their like, which tools read.
fn is_directive(line: &str) -> bool {
    if ["line ", "extern ", "export "].iter().any(|word| line.starts_with(word)) {
        return true;
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    line.split_once(':').is_some_and(|(tool, name)| {
        !tool.is_empty() && tool.chars().all(plain) && name.starts_with(plain)
    })
}

/// A comment of several lines whose second line is no ` *`.
fn block_comment(text: &str) -> Option<String> {
    let inner = text.strip_prefix("/*")?.strip_suffix("*/")?;
    if !inner.contains('\n') {
        return None;
    }
    let lines: Vec<&str> = inner.split('\n').map(str::trim_end).collect();
    let starred = lines[1..].iter().find(|line| !line.is_empty());
    if starred.is_none_or(|line| line.trim_start().starts_with('*')) {
        return None;
    }
    let written = write(&lines);
    Some(format!("/*\n{}\n*/", written.join("\n")))
}

/// The lines of a text in their final form, without what makes them a comment.
fn write(lines: &[&str]) -> Vec<String> {
    let doc = blocks(lines);
    let mut out: Vec<String> = Vec::new();
    for block in &doc.blocks {
        let tight = matches!(block, Block::List { spaced: false, after_blank: false, .. });
        if !out.is_empty() && !tight {
            out.push(String::new());
        }
        match block {
            Block::Paragraph(lines) => out.extend(lines.iter().map(|line| quoted(line))),
            Block::Heading(text) => out.push(format!("# {}", quoted(text))),
            Block::Code(lines) => {
                out.extend(
                    lines.iter().map(|line| {
                        if line.is_empty() { String::new() } else { format!("\t{line}") }
                    }),
                );
            }
            Block::List { items, spaced, .. } => {
                for (i, item) in items.iter().enumerate() {
                    if i > 0 && *spaced {
                        out.push(String::new());
                    }
                    write_item(item, &mut out);
                }
            }
        }
    }
    for used in [true, false] {
        let links: Vec<String> = doc
            .links
            .iter()
            .filter(|link| link.used == used)
            .map(|link| format!("[{}]: {}", link.text, link.url))
            .collect();
        if !links.is_empty() && !out.is_empty() {
            out.push(String::new());
        }
        out.extend(links);
    }
    out
}

fn write_item(item: &Item<'_>, out: &mut Vec<String>) {
    let marker = item.number.map_or_else(|| "  - ".to_owned(), |number| format!(" {number}. "));
    for (i, paragraph) in item.paragraphs.iter().enumerate() {
        if i > 0 {
            out.push(String::new());
        }
        for (j, line) in paragraph.iter().enumerate() {
            let before = if (i, j) == (0, 0) { &marker } else { "    " };
            out.push(format!("{before}{}", quoted(line)));
        }
    }
}

/// Doubled quotes as the quotes they stand for; fences of backquotes stay.
fn quoted(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        let taken = match c {
            '`' if run > 2 => run,
            '`' | '\'' if run >= 2 => {
                out.push(if c == '`' { '“' } else { '”' });
                rest = &rest[2..];
                continue;
            }
            _ => c.len_utf8(),
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out
}
