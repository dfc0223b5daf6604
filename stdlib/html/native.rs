//! Natives of html.

use std::collections::HashMap;
use std::sync::LazyLock;

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("EscapeString", escape_string), ("UnescapeString", unescape_string)];

/// Entities by name, without the ampersand.
static ENTITIES: LazyLock<HashMap<&'static [u8], &'static str>> = LazyLock::new(|| {
    entities::ENTITIES.iter().map(|e| (&e.entity.as_bytes()[1..], e.characters)).collect()
});

/// The longest name that may lack its semicolon.
const LONGEST_OPEN: usize = 6;

/// What the numbers 0x80 to 0x9F mean: Windows-1252, as browsers read them.
const WINDOWS_1252: [u32; 32] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039,
    0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC,
    0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
];

fn escape_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let replaced = |c: u8| match c {
        b'&' => Some("&amp;"),
        b'\'' => Some("&#39;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&#34;"),
        _ => None,
    };
    if !text.as_bytes().iter().any(|c| replaced(*c).is_some()) {
        cx.ret_gostr(text);
        return Ok(());
    }
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    for &c in text.as_bytes() {
        match replaced(c) {
            Some(entity) => out.extend_from_slice(entity.as_bytes()),
            None => out.push(c),
        }
    }
    cx.ret_str(out);
    Ok(())
}

fn unescape_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let mut rest = text.as_bytes();
    if memchr::memchr(b'&', rest).is_none() {
        cx.ret_gostr(text);
        return Ok(());
    }
    let mut out = Vec::with_capacity(rest.len());
    while let Some(at) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        let entity = &rest[at..];
        let read = match entity.get(1) {
            Some(b'#') => number(entity, &mut out),
            _ => name(entity, &mut out),
        };
        if read == 0 {
            out.push(b'&');
        }
        rest = &entity[read.max(1)..];
    }
    out.extend_from_slice(rest);
    cx.ret_str(out);
    Ok(())
}

/// Reads `&#…;`: how many bytes it has, 0 if it is none.
fn number(entity: &[u8], out: &mut Vec<u8>) -> usize {
    let hex = matches!(entity.get(2), Some(b'x' | b'X'));
    let (start, base) = if hex { (3, 16) } else { (2, 10) };
    let digits = entity.get(start..).unwrap_or(&[]);
    let len = digits.iter().take_while(|c| char::from(**c).is_digit(base)).count();
    let read = start + len + usize::from(digits.get(len) == Some(&b';'));
    // One decimal digit without a semicolon is no entity for Go either.
    if len == 0 || read <= 3 {
        return 0;
    }
    let value = digits[..len].iter().fold(0u32, |n, c| {
        let digit = char::from(*c).to_digit(base).unwrap_or(0);
        n.saturating_mul(base).saturating_add(digit)
    });
    let code = match value {
        0x80..=0x9F => WINDOWS_1252[value as usize - 0x80],
        0 => 0xFFFD,
        _ => value,
    };
    let c = char::from_u32(code).unwrap_or('\u{FFFD}');
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    read
}

/// Reads `&name;` or a name that needs no semicolon: how many bytes it has, 0 if it is none.
fn name(entity: &[u8], out: &mut Vec<u8>) -> usize {
    let after = &entity[1..];
    let len = after.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    if len == 0 {
        return 0;
    }
    let closed = len + usize::from(after.get(len) == Some(&b';'));
    let candidates = std::iter::once(closed).chain((2..=len.min(LONGEST_OPEN)).rev());
    for len in candidates {
        if let Some(characters) = ENTITIES.get(&after[..len]) {
            out.extend_from_slice(characters.as_bytes());
            return 1 + len;
        }
    }
    0
}
