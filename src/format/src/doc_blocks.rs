//! What the text of a documentation comment consists of, after
//! <https://go.dev/doc/comment#syntax>.
//!
//! Indented lines are code, or a list if the first of them begins with a list's marker; other
//! lines are paragraphs. Lines beside indented ones belong to them where that is evidently meant:
//! a line that ends in `{` or `\` before, one that begins with `}` behind, and items of a list
//! whose continuation alone is indented.

/// A part of the text.
#[derive(Debug)]
pub(crate) enum Block<'a> {
    Paragraph(Vec<&'a str>),
    Heading(&'a str),
    Code(Vec<&'a str>),
    List {
        items: Vec<Item<'a>>,
        /// Empty lines stand between the items.
        spaced: bool,
        after_blank: bool,
    },
}

#[derive(Debug)]
pub(crate) struct Item<'a> {
    pub number: Option<&'a str>,
    pub paragraphs: Vec<Vec<&'a str>>,
}

#[derive(Debug)]
pub(crate) struct Link<'a> {
    pub text: &'a str,
    pub url: &'a str,
    pub used: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Doc<'a> {
    pub blocks: Vec<Block<'a>>,
    pub links: Vec<Link<'a>>,
}

/// Consecutive lines of one kind.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    indented: bool,
}

/// Takes a text apart.
pub(crate) fn blocks<'a>(lines: &[&'a str]) -> Doc<'a> {
    let lines = without_margin(lines);
    let spans = spans(&lines);
    let mut doc = Doc::default();
    for (i, span) in spans.iter().enumerate() {
        let text = &lines[span.start..span.end];
        if span.indented {
            let after_blank = span.start > 0 && lines[span.start - 1].is_empty();
            doc.blocks.push(if list_item(text[0]).is_some() {
                list(text, after_blank)
            } else {
                Block::Code(without_margin(text))
            });
            continue;
        }
        if let Some(links) = link_definitions(text) {
            doc.links.extend(links);
            continue;
        }
        let before_paragraph = spans.get(i + 1).is_some_and(|next| !next.indented);
        doc.blocks.push(match text {
            [line] if heading(line).is_some() => Block::Heading(heading(line).unwrap_or_default()),
            [line] if i > 0 && before_paragraph && reads_as_heading(line) => Block::Heading(line),
            _ => Block::Paragraph(text.to_vec()),
        });
    }
    mark_used(&mut doc);
    doc
}

/// The lines without the blanks that all of them begin with, and without empty ones at the ends.
fn without_margin<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let blanks = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(margin.map_or(blanks, |margin| common_prefix(margin, blanks)));
    }
    let margin = margin.unwrap_or_default();
    let cut = |line: &&'a str| line.strip_prefix(margin).unwrap_or_default();
    let cut: Vec<&str> = lines.iter().map(cut).collect();
    let first = cut.iter().position(|line| !line.is_empty()).unwrap_or(cut.len());
    let last = cut.iter().rposition(|line| !line.is_empty()).map_or(first, |at| at + 1);
    cut[first..last].to_vec()
}

/// What two texts of blanks begin with alike.
pub(crate) fn common_prefix<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    &a[..same]
}

fn is_indented(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

fn spans(lines: &[&str]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut free = 0;
    let mut at = 0;
    while at < lines.len() {
        if !is_indented(lines[at]) {
            at += 1;
            continue;
        }
        let span = indented_span(lines, free, at);
        paragraphs(lines, free, span.start, &mut out);
        out.push(span);
        (free, at) = (span.end, span.end);
    }
    paragraphs(lines, free, lines.len(), &mut out);
    out
}

/// The indented lines from `at` on, with the lines beside them, from `free` on, that belong to
/// them.
fn indented_span(lines: &[&str], free: usize, at: usize) -> Span {
    let mut start = at;
    let is_item = |line: &str| !is_indented(line) && list_item(line).is_some();
    if list_item(lines[at]).is_none() {
        while start > free && is_item(lines[start - 1]) {
            start -= 1;
        }
    }
    let from_items = start < at;
    if !from_items && start > free && lines[start - 1].ends_with(['{', '\\']) {
        start -= 1;
    }
    let mut end = at;
    loop {
        let run = lines[end..].iter().take_while(|l| l.is_empty() || is_indented(l)).count();
        let last = lines[end..end + run].iter().rposition(|line| !line.is_empty());
        let Some(last) = last else { break };
        end += last + 1;
        if lines.get(end).is_some_and(|line| line.starts_with('}')) {
            end += 1;
        }
        let items = lines[end..].iter().take_while(|line| from_items && is_item(line)).count();
        end += items;
        if items == 0 {
            break;
        }
    }
    Span { start, end, indented: true }
}

fn paragraphs(lines: &[&str], from: usize, to: usize, out: &mut Vec<Span>) {
    let mut start = from;
    while start < to {
        let end = lines[start..to].iter().position(|l| l.is_empty()).map_or(to, |at| start + at);
        if start < end {
            out.push(Span { start, end, indented: false });
        }
        start = end + 1;
    }
}

/// The number, if it has one, and the text of a line that begins an item of a list.
fn list_item(line: &str) -> Option<(Option<&str>, &str)> {
    let line = line.trim();
    let (number, rest) = match line.strip_prefix(['-', '*', '+', '•']) {
        Some(rest) => (None, rest),
        None => {
            let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let number = (digits > 0).then_some(&line[..digits])?;
            (Some(number), line[digits..].strip_prefix(['.', ')'])?)
        }
    };
    let text = rest.trim_start();
    (text.len() < rest.len() && !text.is_empty()).then_some((number, text))
}

fn list<'a>(lines: &[&'a str], after_blank: bool) -> Block<'a> {
    let mut items: Vec<Item<'a>> = Vec::new();
    let (mut spaced, mut blank) = (false, false);
    for line in lines {
        if line.is_empty() {
            blank = true;
            continue;
        }
        match (list_item(line), items.last_mut()) {
            (Some((number, text)), _) => {
                spaced |= blank;
                items.push(Item { number, paragraphs: vec![vec![text]] });
            }
            (None, Some(item)) => {
                spaced |= blank;
                match item.paragraphs.last_mut() {
                    Some(paragraph) if !blank => paragraph.push(line.trim()),
                    _ => item.paragraphs.push(vec![line.trim()]),
                }
            }
            (None, None) => {}
        }
        blank = false;
    }
    Block::List { items, spaced, after_blank }
}

fn heading(line: &str) -> Option<&str> {
    let text = line.strip_prefix('#')?;
    (is_indented(text) && !text.trim().is_empty()).then(|| text.trim())
}

/// A heading of the old form: a line that begins in upper case and ends as a word does, with next
/// to no punctuation.
fn reads_as_heading(line: &str) -> bool {
    const OUT: &str = ";:!?+*/=[]{}_^°&§~%#@<>\"\\";
    let ends = |c: char| c.is_alphabetic() || c.is_numeric();
    if !line.starts_with(char::is_uppercase)
        || !line.ends_with(ends)
        || line.contains(|c| OUT.contains(c))
    {
        return false;
    }
    let followed = |mark: char, allowed: fn(&str) -> bool| {
        line.match_indices(mark).all(|(at, _)| allowed(&line[at + mark.len_utf8()..]))
    };
    followed('\'', |rest| rest == "s" || rest.starts_with("s "))
        && followed('.', |rest| !rest.starts_with(' '))
}

/// A paragraph of nothing but `[text]: URL`.
fn link_definitions<'a>(lines: &[&'a str]) -> Option<Vec<Link<'a>>> {
    const SCHEMES: [&str; 7] = ["file", "ftp", "gopher", "http", "https", "mailto", "nntp"];
    let link = |line: &&'a str| {
        let (text, rest) = line.strip_prefix('[')?.split_once("]:")?;
        let url = rest.trim();
        let (scheme, path) = url.split_once(':')?;
        let good = is_indented(rest)
            && SCHEMES.contains(&scheme)
            && !path.is_empty()
            && !url.contains([' ', '\t'])
            && !text.trim().is_empty()
            && !text.contains(['[', ']']);
        good.then_some(Link { text, url, used: false })
    };
    lines.iter().map(link).collect()
}

/// Finds which definitions the text refers to; of several for one text, the first one counts.
fn mark_used(doc: &mut Doc<'_>) {
    let mut text = String::new();
    let mut add = |lines: &[&str]| {
        text.push_str(&lines.join(" "));
        text.push('\n');
    };
    for block in &doc.blocks {
        match block {
            Block::Paragraph(lines) => add(lines),
            Block::Heading(line) => add(&[line]),
            Block::List { items, .. } => {
                items.iter().flat_map(|item| &item.paragraphs).for_each(|lines| add(lines));
            }
            Block::Code(_) => {}
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    for link in &mut doc.links {
        link.used = !seen.contains(&link.text) && text.contains(&format!("[{}]", link.text));
        seen.push(link.text);
    }
}
