//! Sorting of imports, in the text, before it is laid out.
//!
//! Imports of a group that stand on consecutive lines are a run. A run is sorted by path, then by
//! name, then by comment; an import that is there twice is dropped, unless it has a comment. What
//! stands on an import's own line moves with it; comments on lines of their own, and empty lines,
//! end a run and stay where they are.

use gol_grammar::ast::Mode;

use crate::parse::Parser;
use crate::tokens::Tokens;
use crate::tree::*;

/// An import with what stands beside it.
struct Import<'a> {
    path: &'a str,
    name: &'a str,
    comment: &'a str,
    /// The text that moves, and its lines.
    from: usize,
    to: usize,
    line: usize,
    end_line: usize,
}

/// The text with its imports sorted; nothing if they are.
pub(crate) fn sorted(text: &str, mode: Mode) -> Option<String> {
    let source = Tokens::new(text, mode);
    let items = Parser::new(&source.tokens).file().ok()?;
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for item in &items {
        let Stmt::Decl(Decl::Group { word, specs, close: Some(close), .. }) = item else {
            continue;
        };
        if source.tokens[*word].text != "import" {
            continue;
        }
        let imports: Vec<Import<'_>> =
            specs.iter().filter_map(|spec| import(text, &source, spec)).collect();
        for run in imports.chunk_by(|a, b| b.line <= a.end_line + 1) {
            let lines = lines_of(text, run);
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            if lines.len() == run.len() && run.iter().zip(&lines).all(|(a, b)| a.text(text) == *b) {
                continue;
            }
            out.push_str(&text[done..first.from]);
            out.push_str(&lines.join("\n"));
            done = last.to;
        }
        if let Some(last) = imports.last() {
            close_up(text, (last.to, source.tokens[*close].at), &mut done, &mut out);
        }
    }
    (done > 0).then(|| out + &text[done..])
}

/// Drops the empty lines between the last import and the end of the group.
fn close_up(text: &str, (from, to): (usize, usize), done: &mut usize, out: &mut String) {
    let lines: Vec<&str> = text[from..to].split('\n').collect();
    let kept = |&i: &usize| i == 0 || i + 1 == lines.len() || !lines[i].trim().is_empty();
    let kept: Vec<&str> = (0..lines.len()).filter(kept).map(|i| lines[i]).collect();
    if kept.len() < lines.len() {
        out.push_str(&text[*done..from]);
        out.push_str(&kept.join("\n"));
        *done = to;
    }
}

impl Import<'_> {
    fn text<'a>(&self, of: &'a str) -> &'a str {
        &of[self.from..self.to]
    }
}

fn import<'a>(text: &'a str, source: &Tokens<'a>, spec: &Spec) -> Option<Import<'a>> {
    let Spec::Import { name, path } = spec else { return None };
    let (first, last) = (name.unwrap_or(*path), *path);
    let (head, tail) = (&source.tokens[first], &source.tokens[last]);
    let previous = first.checked_sub(1).map_or(0, |at| source.tokens[at].end_line);
    // Comments on the line that no other token precedes, and those behind.
    let before = if first > 0 { source.tokens[first - 1].comments } else { 0 };
    let leading = source.comments[before..head.comments]
        .iter()
        .find(|c| c.line == head.line && previous < c.line)
        .map_or(head.at, |c| c.at);
    let behind = source.comments[tail.comments..].iter();
    let next = source.tokens[last + 1..].iter().find(|t| !matches!(t.text, "" | ";"));
    let limit = next.map_or(text.len(), |t| t.at);
    let trailing: Vec<_> = behind.take_while(|c| c.line == tail.end_line && c.at < limit).collect();
    let end = trailing.last();
    Some(Import {
        path: tail.text.trim_matches(['"', '`']),
        name: name.map_or("", |at| source.tokens[at].text),
        comment: trailing.first().map_or("", |c| c.text),
        from: leading,
        to: end.map_or(tail.at + tail.text.len(), |c| c.at + c.text.len()),
        line: head.line,
        end_line: tail.end_line,
    })
}

fn lines_of<'a>(text: &'a str, run: &[Import<'a>]) -> Vec<&'a str> {
    let mut sorted: Vec<&Import<'_>> = run.iter().collect();
    sorted.sort_by_key(|import| (import.path, import.name, import.comment));
    let superfluous = |i: usize| {
        let import = sorted[i];
        let next = sorted.get(i + 1);
        import.comment.is_empty()
            && next.is_some_and(|next| (next.path, next.name) == (import.path, import.name))
    };
    (0..sorted.len()).filter(|&i| !superfluous(i)).map(|i| sorted[i].text(text)).collect()
}
