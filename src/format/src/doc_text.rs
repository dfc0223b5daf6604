//! A documentation comment as plain text, as `go doc` shows it: paragraphs filled to a width, code
//! and lists indented, links to other declarations without their brackets.

use crate::doc_blocks::{Block, Item, blocks};

/// The text of a comment without its marks, each line behind `prefix`, at most `width` columns wide
/// where it can be broken.
///
/// `is_package` knows import paths.
pub fn doc_text(
    comment: &str,
    prefix: &str,
    width: usize,
    is_package: &dyn Fn(&str) -> bool,
) -> String {
    let lines: Vec<&str> = comment.lines().collect();
    let doc = blocks(&lines);
    let is_link = |name: &str| doc.links.iter().any(|link| link.text == name) || is_package(name);
    let room = width.saturating_sub(prefix.len()).max(20);
    let mut out: Vec<String> = Vec::new();
    for block in &doc.blocks {
        let tight = matches!(block, Block::List { spaced: false, after_blank: false, .. });
        if !out.is_empty() && !tight {
            out.push(String::new());
        }
        match block {
            Block::Paragraph(lines) => out.extend(filled(&unlinked(lines, &is_link), room)),
            Block::Heading(text) => out.push(format!("# {text}")),
            Block::Code(lines) => out.extend(lines.iter().map(|line| format!("    {line}"))),
            Block::List { items, spaced, .. } => {
                for (number, item) in items.iter().enumerate() {
                    if number > 0 && *spaced {
                        out.push(String::new());
                    }
                    list_item(item, &is_link, room, &mut out);
                }
            }
        }
    }
    for (number, link) in doc.links.iter().filter(|link| link.used).enumerate() {
        if number == 0 {
            out.push(String::new());
        }
        out.push(format!("[{}]: {}", link.text, link.url));
    }
    let line = |line: &String| format!("{prefix}{line}").trim_end().to_owned() + "\n";
    out.iter().map(line).collect()
}

fn list_item(item: &Item<'_>, is_link: &dyn Fn(&str) -> bool, room: usize, out: &mut Vec<String>) {
    let marker = item.number.map_or_else(|| "  - ".to_owned(), |number| format!(" {number}. "));
    for (number, paragraph) in item.paragraphs.iter().enumerate() {
        if number > 0 {
            out.push(String::new());
        }
        for (i, line) in filled(&unlinked(paragraph, is_link), room - 4).iter().enumerate() {
            let before = if (number, i) == (0, 0) { &marker } else { "    " };
            out.push(format!("{before}{line}"));
        }
    }
}

/// The words of a paragraph, without the brackets of links.
fn unlinked(lines: &[&str], is_link: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut text = String::new();
    let joined = lines.join(" ");
    let mut rest = joined.as_str();
    while let Some(open) = rest.find('[') {
        let (before, behind) = rest.split_at(open);
        text.push_str(before);
        let inner = behind[1..].find(']').map(|close| &behind[1..=close]);
        let apart = text.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        match inner.filter(|name| apart && (is_link(name) || is_declaration(name))) {
            Some(name) => {
                text.push_str(name);
                rest = &behind[name.len() + 2..];
            }
            None => {
                text.push('[');
                rest = &behind[1..];
            }
        }
    }
    text.push_str(rest);
    text.split_whitespace().map(str::to_owned).collect()
}

/// `Name`, `Name.Method`, `pkg.Name`, `some/pkg.Name.Method`, each also behind a `*`.
fn is_declaration(text: &str) -> bool {
    let name = text.strip_prefix('*').unwrap_or(text);
    let last = name.rsplit('/').next().unwrap_or(name);
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && word.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let words: Vec<&str> = last.split('.').collect();
    let exported = words.iter().any(|word| word.starts_with(char::is_uppercase));
    words.len() <= 3 && exported && words.into_iter().all(is_word)
}

/// What it costs to end a line elsewhere than behind a punctuation mark, in squares of free columns.
/// Of six values tried, this one breaks the lines of nine packages most nearly as go doc does.
const UNPAUSED: usize = 64;

/// Whether a word ends with a mark.
fn pauses(word: &str) -> bool {
    word.ends_with(['.', ',', ';', ':', '!', '?'])
}

/// Words in lines of at most `width` columns, none of them, but the last, much shorter than the
/// others: the sum of the squares of what is left free is the least there can be.
fn filled(words: &[String], width: usize) -> Vec<String> {
    let lengths: Vec<usize> = words.iter().map(|word| word.chars().count()).collect();
    // The cost of the words from each one on, and where the line that begins there ends.
    let mut best: Vec<(usize, usize)> = vec![(0, 0); words.len() + 1];
    for start in (0..words.len()).rev() {
        let (mut length, mut choice) = (0, (usize::MAX, start + 1));
        for end in start + 1..=words.len() {
            length += lengths[end - 1] + usize::from(end > start + 1);
            if length > width && end > start + 1 {
                break;
            }
            let free = width.saturating_sub(length);
            let own = if end == words.len() { 0 } else { free * free };
            let own =
                own + if end < words.len() && !pauses(&words[end - 1]) { UNPAUSED } else { 0 };
            let cost = own + best[end].0;
            if cost < choice.0 {
                choice = (cost, end);
            }
        }
        best[start] = choice;
    }
    let (mut lines, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let end = best[at].1;
        lines.push(words[at..end].join(" "));
        at = end;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_becomes_plain_text() {
        let comment = "See [Cut] and [strings.Cut], not [this]\nor that.\n\n\tcode\n\nThen\n\n  - one\n  - two\n";
        let wanted = "  See Cut and strings.Cut,\n  not [this] or that.\n\n      code\n\n  Then\n\n    - one\n    - two\n";
        assert_eq!(doc_text(comment, "  ", 28, &|_| false), wanted);
    }
}
