//! What several packages ask about text: runes of bytes that need not be UTF-8, and the classes of
//! Unicode by which Go decides.

use std::sync::LazyLock;

use crate::ucd;

/// The pieces of a text: the bytes of each rune and the rune, `None` for a byte that starts none.
pub(crate) fn runes(bytes: &[u8]) -> impl Iterator<Item = (&[u8], Option<char>)> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid();
        let chars = valid
            .char_indices()
            .map(move |(i, c)| (&valid.as_bytes()[i..i + c.len_utf8()], Some(c)));
        // Each byte of an invalid sequence counts on its own.
        let invalid = chunk.invalid().chunks(1).map(|b| (b, None));
        chars.chain(invalid)
    })
}

/// Haystacks of at most so many bytes are searched without a searcher, whose making takes longer.
const SHORT: usize = 64;

/// Where a text has another one first.
pub(crate) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (&first, rest) = match needle {
        [] => return Some(0),
        [byte] => return memchr::memchr(*byte, text),
        [_, ..] if text.len() > SHORT => return memchr::memmem::find(text, needle),
        [first, rest @ ..] => (first, rest),
    };
    let starts = text.len().checked_sub(rest.len())?;
    let mut at = 0;
    loop {
        at += memchr::memchr(first, &text[at..starts])?;
        if text[at + 1..].starts_with(rest) {
            return Some(at);
        }
        at += 1;
    }
}

/// How often a text has another one, without overlaps; the empty one is before and behind each rune.
pub(crate) fn occurrences(text: &[u8], needle: &[u8]) -> usize {
    match needle {
        [] => runes(text).count() + 1,
        [byte] => memchr::memchr_iter(*byte, text).count(),
        needle => memchr::memmem::find_iter(text, needle).count(),
    }
}

/// Where a text starts and ends without the white space around it.
pub(crate) fn space_bounds(text: &[u8]) -> (usize, usize) {
    let is_text = |b: &u8| !matches!(b, b'\t'..=b'\r' | b' ');
    let mut from = text.iter().position(is_text).unwrap_or(text.len());
    let mut to = text.iter().rposition(is_text).map_or(from, |last| last + 1);
    let edges = [text.get(from), text[from..to].last()];
    if edges.iter().all(|edge| edge.is_none_or(u8::is_ascii)) {
        return (from, to);
    }
    while from < to {
        // White space has three bytes at most.
        let len = match text[from] {
            ..0x80 => 1,
            0x80..0xE0 => 2,
            _ => 3,
        };
        let end = from + len;
        let first = text.get(from..end).and_then(|rune| std::str::from_utf8(rune).ok());
        if !first.and_then(|text| text.chars().next()).is_some_and(is_space) {
            break;
        }
        from = end;
    }
    while to > from {
        // A rune has four bytes at most; what is no rune is no white space.
        let start = (to.saturating_sub(4).max(from)..to).rev().find(|&at| text[at] & 0xC0 != 0x80);
        let last = start.and_then(|at| std::str::from_utf8(&text[at..to]).ok());
        if !last.and_then(|text| text.chars().next()).is_some_and(is_space) {
            break;
        }
        to -= last.map_or(1, str::len);
    }
    (from, to)
}

/// Sorted ranges, made when they are first asked for. They never change.
pub(crate) struct Table(LazyLock<Vec<(u32, u32)>>);

impl Table {
    const fn new(make: fn() -> Vec<(u32, u32)>) -> Table {
        Table(LazyLock::new(make))
    }

    pub(crate) fn contains(&self, c: char) -> bool {
        let code = c as u32;
        let next = self.0.partition_point(|r| r.0 <= code);
        next > 0 && code <= self.0[next - 1].1
    }
}

fn categories(names: &[&str]) -> Vec<(u32, u32)> {
    ucd::normalized(names.iter().filter_map(|name| ucd::category(name)).flatten().collect())
}

pub(crate) static LETTER: Table = Table::new(|| categories(&["L"]));
pub(crate) static UPPER: Table = Table::new(|| categories(&["Lu"]));
pub(crate) static LOWER: Table = Table::new(|| categories(&["Ll"]));
pub(crate) static TITLE: Table = Table::new(|| categories(&["Lt"]));
pub(crate) static MARK: Table = Table::new(|| categories(&["M"]));
pub(crate) static NUMBER: Table = Table::new(|| categories(&["N"]));
pub(crate) static DIGIT: Table = Table::new(|| categories(&["Nd"]));
pub(crate) static PUNCT: Table = Table::new(|| categories(&["P"]));
pub(crate) static SYMBOL: Table = Table::new(|| categories(&["S"]));
pub(crate) static PRINT: Table = Table::new(|| categories(&["L", "M", "N", "P", "S"]));
pub(crate) static GRAPHIC: Table = Table::new(|| categories(&["L", "M", "N", "P", "S", "Zs"]));

/// Printable as Go defines it: letters, marks, numbers, punctuation, symbols, and the ASCII space.
pub(crate) fn is_print(c: char) -> bool {
    if c.is_ascii() { (' '..='~').contains(&c) } else { PRINT.contains(c) }
}

/// As `is_print`, with all spaces.
pub(crate) fn is_graphic(c: char) -> bool {
    if c.is_ascii() { (' '..='~').contains(&c) } else { GRAPHIC.contains(c) }
}

/// White space as `unicode.IsSpace` has it.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}'
        | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// Whether two runes are equal but for their case.
pub(crate) fn equal_fold(a: char, b: char) -> bool {
    a == b
        || if a.is_ascii() && b.is_ascii() {
            a.eq_ignore_ascii_case(&b)
        } else {
            ucd::to_folded(a) == ucd::to_folded(b)
        }
}

/// Whether two texts are equal but for the case of their letters.
pub(crate) fn equal_fold_text(s: &[u8], t: &[u8]) -> bool {
    let same = |(a, b): &(&u8, &u8)| a.is_ascii() && a.eq_ignore_ascii_case(b);
    let ascii = s.iter().zip(t).take_while(same).count();
    let (s, t) = (&s[ascii..], &t[ascii..]);
    if s.is_empty() || t.is_empty() {
        return s.is_empty() && t.is_empty();
    }
    let rune = |(_, c): (_, Option<char>)| c.unwrap_or('\u{FFFD}');
    let (mut a, mut b) = (runes(s).map(rune), runes(t).map(rune));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) if equal_fold(x, y) => {}
            _ => return false,
        }
    }
}
