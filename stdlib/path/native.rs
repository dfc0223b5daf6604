//! Natives of path: cleaning of paths and matching of shell patterns. They work on bytes; runes
//! count where a pattern says `?` or names a class.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("Clean", clean), ("match", match_name)];

fn clean(cx: &mut NativeCx<'_>) -> NativeResult {
    let path = cx.str();
    let cleaned = cleaned(path.as_bytes());
    if cleaned == path.as_bytes() {
        cx.ret_gostr(path);
    } else {
        cx.ret_str(cleaned);
    }
    Ok(())
}

/// The path of the parts that remain. `..` takes the part before it away, and stays only where
/// nothing but `..` is before it in a path that does not start at the root.
fn cleaned(path: &[u8]) -> Vec<u8> {
    let rooted = path.first() == Some(&b'/');
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&b| b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(&last) if last != b".." => {
                    parts.pop();
                }
                None if rooted => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let joined = parts.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", &joined[..]].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

fn match_name(cx: &mut NativeCx<'_>) -> NativeResult {
    let (pattern, name) = (cx.str(), cx.str());
    let parsed = parse(pattern.as_bytes());
    cx.ret_bool(parsed.as_ref().is_some_and(|items| matches(items, name.as_bytes())));
    cx.ret_bool(parsed.is_none());
    Ok(())
}

/// One element of a pattern.
enum Item {
    /// Any bytes but slashes.
    Star,
    /// Any rune but a slash.
    Any,
    Byte(u8),
    /// A rune in (or, negated, outside) one of the ranges.
    Class { negated: bool, ranges: Vec<(u32, u32)> },
}

/// The rune at the start of a text and its length; a byte that starts none is U+FFFD of length 1.
fn first_rune(text: &[u8]) -> (u32, usize) {
    crate::text::runes(&text[..text.len().min(4)])
        .next()
        .map_or((0xFFFD, 0), |(bytes, c)| (c.map_or(0xFFFD, |c| c as u32), bytes.len()))
}

/// The elements of a pattern; `None` if it is malformed.
fn parse(mut pattern: &[u8]) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    while let Some((&first, rest)) = pattern.split_first() {
        pattern = rest;
        items.push(match first {
            b'*' => Item::Star,
            b'?' => Item::Any,
            b'[' => parse_class(&mut pattern)?,
            b'\\' => {
                let (&escaped, rest) = pattern.split_first()?;
                pattern = rest;
                Item::Byte(escaped)
            }
            _ => Item::Byte(first),
        });
    }
    Some(items)
}

/// What is behind `[`, up to and with the `]`.
fn parse_class(pattern: &mut &[u8]) -> Option<Item> {
    let negated = pattern.first() == Some(&b'^');
    if negated {
        *pattern = &pattern[1..];
    }
    let mut ranges = Vec::new();
    loop {
        if pattern.first() == Some(&b']') && !ranges.is_empty() {
            *pattern = &pattern[1..];
            return Some(Item::Class { negated, ranges });
        }
        let low = parse_class_rune(pattern)?;
        let high = if pattern.first() == Some(&b'-') {
            *pattern = &pattern[1..];
            parse_class_rune(pattern)?
        } else {
            low
        };
        ranges.push((low, high));
    }
}

fn parse_class_rune(pattern: &mut &[u8]) -> Option<u32> {
    match pattern.first()? {
        b'-' | b']' => return None,
        b'\\' => *pattern = &pattern[1..],
        _ => {}
    }
    let (rune, len) = first_rune(pattern);
    if len == 0 || rune == 0xFFFD && len == 1 {
        return None;
    }
    *pattern = &pattern[len..];
    // A class needs its end.
    (!pattern.is_empty()).then_some(rune)
}

/// Whether the elements match all of `name`. A star takes as little as it can; when what follows
/// it fails, the last star takes a byte more, so the time is at most the product of the lengths.
fn matches(items: &[Item], name: &[u8]) -> bool {
    let (mut item, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match items.get(item) {
            None if at == name.len() => return true,
            None => None,
            Some(Item::Star) => {
                item += 1;
                retry = Some((item, at));
                continue;
            }
            Some(Item::Any) => {
                name.get(at).filter(|&&b| b != b'/').map(|_| first_rune(&name[at..]).1)
            }
            Some(Item::Byte(b)) => name.get(at).filter(|c| *c == b).map(|_| 1),
            Some(Item::Class { negated, ranges }) => name.get(at).and_then(|_| {
                let (rune, len) = first_rune(&name[at..]);
                let inside = ranges.iter().any(|r| r.0 <= rune && rune <= r.1);
                (inside != *negated).then_some(len)
            }),
        };
        if let Some(len) = step {
            at += len;
            item += 1;
            continue;
        }
        match retry {
            Some((after, start)) if name.get(start).is_some_and(|&b| b != b'/') => {
                retry = Some((after, start + 1));
                (item, at) = (after, start + 1);
            }
            _ => return false,
        }
    }
}
