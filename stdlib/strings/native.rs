//! Natives of strings: searching, cutting, joining, mapping cases.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::value::GoStr;
use memchr::memmem;

#[path = "replacer.rs"]
mod replacer;

use crate::text::{equal_fold_text, find, is_space, occurrences, runes, space_bounds};
use crate::ucd::{to_lower, to_upper};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("Index", index),
    ("Contains", contains),
    ("LastIndex", last_index),
    ("IndexByte", index_byte),
    ("LastIndexByte", last_index_byte),
    ("IndexAny", index_any),
    ("LastIndexAny", last_index_any),
    ("Count", count),
    ("EqualFold", equal_fold_native),
    ("split", split),
    ("Fields", fields),
    ("Join", join),
    ("repeat", repeat),
    ("Replace", replace),
    ("ToUpper", to_upper_native),
    ("ToLower", to_lower_native),
    ("TrimSpace", trim_space),
    ("trim", trim),
    ("indexPairs", replacer::index_pairs),
    ("replacePairs", replacer::replace_pairs),
];

fn position(at: Option<usize>) -> i64 {
    at.map_or(-1, |i| i as i64)
}

fn index(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, needle) = (cx.str(), cx.str());
    cx.ret_int(position(find(s.as_bytes(), needle.as_bytes())));
    Ok(())
}

fn contains(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, needle) = (cx.str(), cx.str());
    cx.ret_bool(find(s.as_bytes(), needle.as_bytes()).is_some());
    Ok(())
}

fn last_index(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, needle) = (cx.str(), cx.str());
    cx.ret_int(position(memmem::rfind(s.as_bytes(), needle.as_bytes())));
    Ok(())
}

fn index_byte(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let byte = cx.uint() as u8;
    cx.ret_int(position(memchr::memchr(byte, s.as_bytes())));
    Ok(())
}

fn last_index_byte(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let byte = cx.uint() as u8;
    cx.ret_int(position(memchr::memrchr(byte, s.as_bytes())));
    Ok(())
}

/// The positions of the runes of `s` that are among `chars`; an invalid byte counts as U+FFFD.
fn positions_any<'a>(s: &'a [u8], chars: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let wanted: Vec<char> = runes(chars).map(|(_, c)| c.unwrap_or('\u{FFFD}')).collect();
    let mut at = 0;
    runes(s).filter_map(move |(bytes, c)| {
        let here = at;
        at += bytes.len();
        wanted.contains(&c.unwrap_or('\u{FFFD}')).then_some(here)
    })
}

fn index_any(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, chars) = (cx.str(), cx.str());
    let found = positions_any(s.as_bytes(), chars.as_bytes()).next();
    cx.ret_int(position(found));
    Ok(())
}

fn last_index_any(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, chars) = (cx.str(), cx.str());
    let found = positions_any(s.as_bytes(), chars.as_bytes()).last();
    cx.ret_int(position(found));
    Ok(())
}

fn count(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, needle) = (cx.str(), cx.str());
    let n = occurrences(s.as_bytes(), needle.as_bytes());
    cx.ret_int(n as i64);
    Ok(())
}

fn equal_fold_native(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, t) = (cx.str(), cx.str());
    cx.ret_bool(equal_fold_text(s.as_bytes(), t.as_bytes()));
    Ok(())
}

fn split(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, sep) = (cx.str(), cx.str());
    let (keep, n) = (cx.int() as usize, cx.int());
    if n == 0 {
        cx.ret_nil_slice();
        return Ok(());
    }
    let most = if n < 0 { usize::MAX } else { n as usize };
    let parts =
        if sep.is_empty() { explode(s, most) } else { split_at(s, sep.as_bytes(), keep, most) };
    cx.ret_gostrs(parts.into_iter());
    Ok(())
}

/// A string rune by rune; the last part has the rest.
fn explode(s: GoStr<'_>, most: usize) -> Vec<GoStr<'_>> {
    let mut parts = Vec::new();
    let mut at = 0;
    for (bytes, _) in runes(s.as_bytes()) {
        if parts.len() + 1 == most {
            parts.push(s.part(at, s.len()));
            break;
        }
        parts.push(s.part(at, at + bytes.len()));
        at += bytes.len();
    }
    parts
}

fn split_at<'a>(s: GoStr<'a>, sep: &[u8], keep: usize, most: usize) -> Vec<GoStr<'a>> {
    if let [byte] = sep {
        let count = memchr::memchr_iter(*byte, s.as_bytes()).count();
        let parts = Vec::with_capacity(count.min(most - 1) + 1);
        return cut_at(s, memchr::memchr_iter(*byte, s.as_bytes()), parts, (1, keep, most));
    }
    cut_at(s, memmem::find_iter(s.as_bytes(), sep), Vec::new(), (sep.len(), keep, most))
}

/// The parts of a string between the positions of a separator of `sep_len` bytes, of which each part
/// keeps the first `keep`.
fn cut_at<'a>(
    s: GoStr<'a>,
    found: impl Iterator<Item = usize>,
    mut parts: Vec<GoStr<'a>>,
    (sep_len, keep, most): (usize, usize, usize),
) -> Vec<GoStr<'a>> {
    let mut at = 0;
    for found in found {
        if parts.len() + 1 >= most {
            break;
        }
        parts.push(s.part(at, found + keep));
        at = found + sep_len;
    }
    parts.push(s.part(at, s.len()));
    parts
}

fn fields(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let bytes = s.as_bytes();
    let parts = if bytes.is_ascii() {
        words(s, bytes.iter().map(|&b| (1, matches!(b, b'\t'..=b'\r' | b' '))))
    } else {
        words(s, runes(bytes).map(|(rune, c)| (rune.len(), c.is_some_and(is_space))))
    };
    cx.ret_gostrs(parts.into_iter());
    Ok(())
}

/// The parts of a text between white space; of each rune it is told how long it is and whether it is
/// such.
fn words(s: GoStr<'_>, runes: impl Iterator<Item = (usize, bool)>) -> Vec<GoStr<'_>> {
    let mut parts = Vec::new();
    let (mut at, mut start) = (0, None);
    for (len, space) in runes {
        if space {
            if let Some(from) = start.take() {
                parts.push(s.part(from, at));
            }
        } else if start.is_none() {
            start = Some(at);
        }
        at += len;
    }
    if let Some(from) = start {
        parts.push(s.part(from, at));
    }
    parts
}

fn join(cx: &mut NativeCx<'_>) -> NativeResult {
    let elems = cx.slice();
    let sep = cx.str();
    if elems.len() == 1 {
        let only = elems.strings().next().unwrap_or(GoStr::EMPTY);
        cx.ret_gostr(only);
        return Ok(());
    }
    let (strings, sep) = (elems.strings(), sep.as_bytes());
    let size: usize = strings.clone().map(GoStr::len).sum();
    let size = size + sep.len() * elems.len().saturating_sub(1);
    cx.ret_str_of(size, |out| {
        let mut rest = out;
        for (i, s) in strings.enumerate() {
            if i > 0 {
                rest = put(rest, sep);
            }
            rest = put(rest, s.as_bytes());
        }
    });
    Ok(())
}

/// Writes a part of a text; what is left to be written. A script with a data race may have more parts
/// than there was room made for.
fn put<'o>(out: &'o mut [u8], part: &[u8]) -> &'o mut [u8] {
    let (place, rest) = out.split_at_mut(part.len().min(out.len()));
    place.copy_from_slice(&part[..place.len()]);
    rest
}

fn repeat(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut target = cx.bytes();
    let s = cx.str();
    if !s.is_empty() {
        for part in target.as_mut().chunks_exact_mut(s.len()) {
            part.copy_from_slice(s.as_bytes());
        }
    }
    Ok(())
}

fn replace(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, old, new) = (cx.str(), cx.str(), cx.str());
    let n = cx.int();
    let most = if n < 0 { usize::MAX } else { n as usize };
    if most == 0 || old.as_bytes() == new.as_bytes() {
        cx.ret_gostr(s);
        return Ok(());
    }
    let bytes = s.as_bytes();
    let mut places: Vec<usize> = if old.is_empty() {
        let starts = runes(bytes).scan(0, |at, (b, _)| {
            let here = *at;
            *at += b.len();
            Some(here)
        });
        starts.chain([bytes.len()]).collect()
    } else {
        memmem::find_iter(bytes, old.as_bytes()).collect()
    };
    places.truncate(most);
    if places.is_empty() {
        cx.ret_gostr(s);
        return Ok(());
    }
    let size = bytes.len() - places.len() * old.len() + places.len() * new.len();
    cx.ret_str_of(size, |out| {
        let (mut rest, mut at) = (out, 0);
        for place in places {
            rest = put(rest, &bytes[at..place]);
            rest = put(rest, new.as_bytes());
            at = place + old.len();
        }
        put(rest, &bytes[at..]);
    });
    Ok(())
}

/// Maps rune by rune; the string itself comes back if nothing changes.
fn map_case(
    cx: &mut NativeCx<'_>,
    changes: impl Fn(&u8) -> bool,
    ascii: fn(&mut [u8]),
    map: fn(char) -> char,
) {
    let s = cx.str();
    let bytes = s.as_bytes();
    if bytes.is_ascii() {
        if !bytes.iter().any(changes) {
            return cx.ret_gostr(s);
        }
        return cx.ret_str_of(bytes.len(), |out| {
            out.copy_from_slice(bytes);
            ascii(out);
        });
    }
    let mut out = String::with_capacity(bytes.len());
    out.extend(runes(bytes).map(|(_, c)| map(c.unwrap_or('\u{FFFD}'))));
    if out.as_bytes() == bytes { cx.ret_gostr(s) } else { cx.ret_str(&out) }
}

fn to_upper_native(cx: &mut NativeCx<'_>) -> NativeResult {
    map_case(cx, u8::is_ascii_lowercase, <[u8]>::make_ascii_uppercase, to_upper);
    Ok(())
}

fn to_lower_native(cx: &mut NativeCx<'_>) -> NativeResult {
    map_case(cx, u8::is_ascii_uppercase, <[u8]>::make_ascii_lowercase, to_lower);
    Ok(())
}

/// The part of a string that is left when runes for which `cut` is true go from the sides.
fn trimmed(s: GoStr<'_>, sides: i64, cut: impl Fn(Option<char>) -> bool) -> GoStr<'_> {
    let pieces: Vec<(usize, Option<char>)> =
        runes(s.as_bytes()).map(|(b, c)| (b.len(), c)).collect();
    let (mut lo, mut hi) = (0, s.len());
    let mut first = 0;
    if sides & 1 != 0 {
        while first < pieces.len() && cut(pieces[first].1) {
            lo += pieces[first].0;
            first += 1;
        }
    }
    if sides & 2 != 0 {
        let kept = &pieces[first..];
        hi -= kept.iter().rev().take_while(|p| cut(p.1)).map(|p| p.0).sum::<usize>();
    }
    s.part(lo, hi)
}

fn trim_space(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let (from, to) = space_bounds(s.as_bytes());
    cx.ret_gostr(s.part(from, to));
    Ok(())
}

fn trim(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, cutset) = (cx.str(), cx.str());
    let sides = cx.int();
    let set: Vec<char> = runes(cutset.as_bytes()).map(|(_, c)| c.unwrap_or('\u{FFFD}')).collect();
    let result = trimmed(s, sides, |c| set.contains(&c.unwrap_or('\u{FFFD}')));
    cx.ret_gostr(result);
    Ok(())
}
