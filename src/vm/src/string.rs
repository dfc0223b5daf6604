//! Strings: two words, the address of the bytes and their number. They never change.
//!
//! Bytes may be anything; where runes are asked for, what is not UTF-8 counts as U+FFFD one byte
//! at a time, as in Go. A string that is a part of another shares its bytes. Strings of one byte
//! lie in a constant table, so taking a text apart byte by byte allocates nothing.

// Values lie at their types' alignment; addresses of bytes lead to them.
#![allow(clippy::cast_ptr_alignment)]

use std::slice;

use gol_heap::{AllocCache, LayoutId};

use crate::{Fault, slice as slices};

/// The two words of a string.
pub type Str = [u64; 2];

pub const EMPTY: Str = [0, 0];

/// What invalid UTF-8 and invalid runes become.
pub const RUNE_ERROR: u32 = 0xfffd;

/// All strings of one byte.
static BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut at = 0;
    while at < 256 {
        bytes[at] = at as u8;
        at += 1;
    }
    bytes
};

/// The bytes of a string, or of a `[]byte` of that length.
///
/// # Safety
/// The words are a string's, which stays alive for as long as the result is used.
#[inline(always)]
pub unsafe fn bytes<'a>(data: u64, len: u64) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(data as *const u8, len as usize) }
}

/// The bytes of a string on the Rust side of a call.
///
/// The result must not outlive the next safepoint unless the string is a root; strings do not
/// change, so nothing else can go wrong.
#[inline(always)]
fn view<'a>(text: Str) -> &'a [u8] {
    // SAFETY: the words of a string; the results of this function do not leave this file.
    unsafe { bytes(text[0], text[1]) }
}

/// A new string with these bytes.
pub fn from_bytes(cache: &mut AllocCache, content: &[u8]) -> Result<Str, Fault> {
    match content {
        [] => Ok(EMPTY),
        [byte] => Ok(from_byte(*byte)),
        _ => {
            let data = alloc(cache, content.len())?;
            // SAFETY: the new object has that size.
            unsafe { data.copy_from_nonoverlapping(content.as_ptr(), content.len()) };
            Ok([data as u64, content.len() as u64])
        }
    }
}

/// The string of one byte.
#[inline]
pub fn from_byte(byte: u8) -> Str {
    [&raw const BYTES[byte as usize] as u64, 1]
}

fn alloc(cache: &mut AllocCache, len: usize) -> Result<*mut u8, Fault> {
    let data = cache.alloc_uninit(len);
    if data.is_null() { Err(Fault::out_of_memory()) } else { Ok(data) }
}

/// `a + b`.
#[inline]
pub fn concat(cache: &mut AllocCache, a: Str, b: Str) -> Result<Str, Fault> {
    if a[1] == 0 {
        return Ok(b);
    }
    if b[1] == 0 {
        return Ok(a);
    }
    let (first, second) = (view(a), view(b));
    let data = alloc(cache, first.len() + second.len())?;
    // SAFETY: the new object has room for both.
    unsafe {
        data.copy_from_nonoverlapping(first.as_ptr(), first.len());
        data.add(first.len()).copy_from_nonoverlapping(second.as_ptr(), second.len());
    }
    Ok([data as u64, (first.len() + second.len()) as u64])
}

/// The `count` strings from `parts` on, one after the other.
///
/// # Safety
/// `parts` leads to the words of `count` strings.
pub unsafe fn concat_n(
    cache: &mut AllocCache,
    parts: *const u64,
    count: usize,
) -> Result<Str, Fault> {
    // SAFETY: the caller's promise.
    let parts = unsafe { slice::from_raw_parts(parts.cast::<Str>(), count) };
    let mut filled = parts.iter().filter(|part| part[1] != 0);
    let (Some(first), second) = (filled.next(), filled.next()) else {
        return Ok(EMPTY);
    };
    if second.is_none() {
        return Ok(*first);
    }
    // Live strings are disjoint or shared parts of address space, yet `s+s+…` can exceed it.
    let len = parts.iter().try_fold(0u64, |len, part| len.checked_add(part[1]));
    let len = len.ok_or_else(Fault::out_of_memory)?;
    let data = alloc(cache, len as usize)?;
    let mut at = data;
    for part in parts {
        let part = view(*part);
        // SAFETY: the new object has room for all parts.
        unsafe {
            at.copy_from_nonoverlapping(part.as_ptr(), part.len());
            at = at.add(part.len());
        }
    }
    Ok([data as u64, len])
}

/// `a == b`.
#[inline]
pub fn equal(a: Str, b: Str) -> bool {
    if a[1] != b[1] {
        return false;
    }
    let (x, y) = (view(a), view(b));
    match x.len() {
        _ if a[0] == b[0] => true,
        8..=16 => {
            let n = x.len();
            word64(x, 0) == word64(y, 0) && word64(x, n - 8) == word64(y, n - 8)
        }
        // The last four bytes and the first four may be the same ones.
        4..8 => {
            let n = x.len();
            word32(x, 0) == word32(y, 0) && word32(x, n - 4) == word32(y, n - 4)
        }
        1..4 => {
            let n = x.len();
            x[0] == y[0] && x[n / 2] == y[n / 2] && x[n - 1] == y[n - 1]
        }
        // Comparing longer ones is a call of the library.
        _ => x == y,
    }
}

#[inline(always)]
fn word64(bytes: &[u8], at: usize) -> u64 {
    u64::from_ne_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[inline(always)]
fn word32(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// How `a` compares with `b`, byte by byte.
#[inline]
pub fn compare(a: Str, b: Str) -> std::cmp::Ordering {
    view(a).cmp(view(b))
}

/// The rune at a byte index below the length, and how many bytes it takes.
#[inline]
pub fn decode_rune(text: Str, index: usize) -> (u32, usize) {
    decode(&view(text)[index..])
}

/// The first rune of some bytes and its width; U+FFFD and 1 where they are not UTF-8, and width 0
/// where there are none.
#[inline]
pub fn decode(bytes: &[u8]) -> (u32, usize) {
    match bytes {
        [] => (RUNE_ERROR, 0),
        [first, ..] if *first < 0x80 => (u32::from(*first), 1),
        _ => decode_wide(bytes),
    }
}

fn decode_wide(bytes: &[u8]) -> (u32, usize) {
    let tail = |at: usize| match bytes.get(at) {
        Some(byte) if byte & 0xc0 == 0x80 => Some(u32::from(byte & 0x3f)),
        _ => None,
    };
    let first = u32::from(bytes[0]);
    let decoded = match first {
        0xc2..0xe0 => tail(1).map(|b| ((first & 0x1f) << 6 | b, 2)),
        0xe0..0xf0 => tail(1)
            .zip(tail(2))
            .map(|(b, c)| ((first & 0xf) << 12 | b << 6 | c, 3))
            .filter(|(rune, _)| *rune >= 0x800 && !(0xd800..0xe000).contains(rune)),
        0xf0..0xf5 => tail(1)
            .zip(tail(2))
            .zip(tail(3))
            .map(|((b, c), d)| ((first & 7) << 18 | b << 12 | c << 6 | d, 4))
            .filter(|(rune, _)| (0x10000..0x110000).contains(rune)),
        _ => None,
    };
    decoded.unwrap_or((RUNE_ERROR, 1))
}

/// UTF-8 of a rune, U+FFFD if it is none.
#[inline]
pub fn encode(rune: i64, buffer: &mut [u8; 4]) -> &[u8] {
    let valid = u32::try_from(rune).ok().and_then(char::from_u32);
    valid.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(buffer).as_bytes()
}

/// `string(rune)`.
pub fn from_rune(cache: &mut AllocCache, rune: i64) -> Result<Str, Fault> {
    from_bytes(cache, encode(rune, &mut [0; 4]))
}

/// `string([]byte)`.
pub fn from_byte_slice(cache: &mut AllocCache, content: [u64; 2]) -> Result<Str, Fault> {
    // SAFETY: the words are a `[]byte`'s; racing writers can change bytes, not their number.
    from_bytes(cache, unsafe { bytes(content[0], slices::len(content) as u64) })
}

/// Up to this length conversions between strings and bytes have a way of their own.
const SHORT: u64 = 1024;

/// A copy of some bytes, at least one and at most `SHORT`, in an object of `size` bytes; `None` if
/// there is no memory.
#[inline(always)]
fn copy_short(cache: &mut AllocCache, content: [u64; 2], size: usize) -> Option<u64> {
    let copy = cache.alloc(size, LayoutId::NOSCAN);
    if copy.is_null() {
        return None;
    }
    // SAFETY: the words are a string's or those of a slice of bytes; the new object is as large.
    unsafe { copy.copy_from_nonoverlapping(content[0] as *const u8, content[1] as usize) };
    Some(copy as u64)
}

/// As [`to_byte_slice`] for a short string. Nothing travels through memory here, which is what
/// takes the time of short conversions.
#[inline(always)]
pub(crate) fn short_to_bytes(cache: &mut AllocCache, text: Str) -> Option<[u64; 2]> {
    if text[1].wrapping_sub(1) >= SHORT {
        return None;
    }
    let cap = slices::plain_cap(text[1]);
    let data = copy_short(cache, text, cap)?;
    Some([data, slices::pack(text[1] as usize, cap)])
}

/// As [`from_byte_slice`] for a short slice of two bytes or more.
#[inline(always)]
pub(crate) fn short_from_bytes(cache: &mut AllocCache, content: [u64; 2]) -> Option<Str> {
    let len = slices::len(content) as u64;
    if len.wrapping_sub(2) >= SHORT - 1 {
        return None;
    }
    Some([copy_short(cache, [content[0], len], len as usize)?, len])
}

/// `[]byte(string)`.
pub fn to_byte_slice(cache: &mut AllocCache, text: Str) -> Result<[u64; 2], Fault> {
    let content = view(text);
    let target = slices::alloc_plain(cache, 1, content.len())?;
    // SAFETY: the new slice has that length.
    unsafe { (target[0] as *mut u8).copy_from_nonoverlapping(content.as_ptr(), content.len()) };
    Ok(target)
}

/// `string([]rune)`.
pub fn from_runes(cache: &mut AllocCache, runes: [u64; 2]) -> Result<Str, Fault> {
    let count = slices::len(runes);
    if count == 0 {
        return Ok(EMPTY);
    }
    // SAFETY: the words are a `[]rune`'s, and `count` is not 0.
    let runes = unsafe { slice::from_raw_parts(runes[0] as *const i32, count) };
    let mut text = Vec::with_capacity(count);
    for rune in runes {
        text.extend_from_slice(encode(i64::from(*rune), &mut [0; 4]));
    }
    from_bytes(cache, &text)
}

/// `[]rune(string)`.
pub fn to_runes(cache: &mut AllocCache, text: Str) -> Result<[u64; 2], Fault> {
    let content = view(text);
    let mut count = 0;
    let mut at = 0;
    while at < content.len() {
        at += decode(&content[at..]).1;
        count += 1;
    }
    let target = slices::alloc_plain(cache, 4, count)?;
    let mut rest = content;
    for at in 0..count {
        let (rune, width) = decode(rest);
        rest = &rest[width..];
        // SAFETY: the new slice has `count` elements.
        unsafe { (target[0] as *mut u32).add(at).write(rune) };
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mem::testing::cache;

    fn text(bytes: &[u8]) -> Str {
        [bytes.as_ptr() as u64, bytes.len() as u64]
    }

    #[test]
    fn strings_are_put_together() {
        let mut cache = cache();
        let parts = [text(b"ab"), EMPTY, text(b"c"), text(b"defg")];
        let joined = concat(&mut cache, parts[0], parts[2]).unwrap();
        assert_eq!(view(joined), b"abc");
        assert_eq!(concat(&mut cache, EMPTY, parts[0]), Ok(parts[0]));
        // SAFETY: words of strings.
        let all = unsafe { concat_n(&mut cache, parts.as_ptr().cast(), 4) }.unwrap();
        assert_eq!(view(all), b"abcdefg");
        // SAFETY: as above.
        let one = unsafe { concat_n(&mut cache, parts[..2].as_ptr().cast(), 2) }.unwrap();
        assert_eq!(one, parts[0]);
        assert!(equal(all, text(b"abcdefg")) && !equal(all, joined));
        assert!(compare(joined, all).is_lt());
    }

    #[test]
    fn runes_decode_as_in_go() {
        for (bytes, wanted) in [
            (&b"a"[..], (0x61, 1)),
            ("é".as_bytes(), (0xe9, 2)),
            ("世".as_bytes(), (0x4e16, 3)),
            ("🎉".as_bytes(), (0x1f389, 4)),
            (b"\xff", (0xfffd, 1)),
            (b"\xc0\x80", (0xfffd, 1)),
            (b"\xe4\xb8", (0xfffd, 1)),
            (b"\xed\xa0\x80", (0xfffd, 1)),
            (b"\xf4\x90\x80\x80", (0xfffd, 1)),
            (b"\xf0\x80\x80\x80", (0xfffd, 1)),
            ("\u{fffd}".as_bytes(), (0xfffd, 3)),
        ] {
            assert_eq!(decode(bytes), wanted, "{bytes:x?}");
            let lossy = String::from_utf8_lossy(bytes).chars().next().unwrap() as u32;
            assert_eq!(decode(bytes).0, lossy);
        }
    }

    #[test]
    fn conversions_go_both_ways() {
        let mut cache = cache();
        let source = "aé世🎉".as_bytes();
        let runes = to_runes(&mut cache, text(source)).unwrap();
        assert_eq!(slices::len(runes), 4);
        let back = from_runes(&mut cache, runes).unwrap();
        assert_eq!(view(back), source);
        let bytes = to_byte_slice(&mut cache, text(source)).unwrap();
        assert_eq!(slices::len(bytes), source.len());
        assert_eq!(slices::cap(bytes), 16);
        let back = from_byte_slice(&mut cache, bytes).unwrap();
        assert_eq!(view(back), source);
        let rune = |cache: &mut AllocCache, rune| view(from_rune(cache, rune).unwrap());
        assert_eq!(rune(&mut cache, 65), b"A");
        assert_eq!(rune(&mut cache, 0x4e16), "世".as_bytes());
        for bad in [-1, 0xd800, 0x110000, i64::MAX] {
            assert_eq!(rune(&mut cache, bad), "\u{fffd}".as_bytes());
        }
    }
}
