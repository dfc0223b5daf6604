//! Natives of strconv: integers, quoting; floats are in `float.rs`.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::text::{is_graphic, is_print, runes};

#[path = "float.rs"]
mod float;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("parseUint", parse_uint),
    ("atoi", atoi),
    ("Itoa", itoa),
    ("formatUint", format_uint),
    ("parseFloat", parse_float),
    ("formatFloat", format_float),
    ("floatPrefix", float_prefix),
    ("quoted", quoted),
    ("CanBackquote", can_backquote_native),
    ("IsPrint", is_print_native),
    ("IsGraphic", is_graphic_native),
];

const SYNTAX: i64 = 1;
const RANGE: i64 = 2;

/// Whether underscores stand only between digits, or behind a base prefix.
pub(super) fn underscores_ok(s: &[u8]) -> bool {
    let s = s.strip_prefix(b"-").or_else(|| s.strip_prefix(b"+")).unwrap_or(s);
    let prefixed = s.len() >= 2 && s[0] == b'0' && matches!(s[1] | 0x20, b'b' | b'o' | b'x');
    let hex = prefixed && s[1] | 0x20 == b'x';
    let (mut last, digits) = if prefixed { (b'0', &s[2..]) } else { (b'^', s) };
    for &c in digits {
        if c.is_ascii_digit() || hex && c.is_ascii_hexdigit() {
            last = b'0';
        } else if c == b'_' {
            if last != b'0' {
                return false;
            }
            last = b'_';
        } else {
            if last == b'_' {
                return false;
            }
            last = b'!';
        }
    }
    last != b'_'
}

/// The digits of a number and its base; `None` for base 0 if a prefix has nothing behind it.
fn base_of(s: &[u8], base: u64) -> (u64, &[u8], bool) {
    if base != 0 {
        return (base, s, false);
    }
    match s {
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest, true),
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest, true),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest, true),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest, true),
        _ => (10, s, true),
    }
}

fn unsigned(s: &[u8], base: u64, bits: u32) -> (u64, i64) {
    let (base, digits, allow_underscores) = base_of(s, base);
    let max = if bits >= 64 { u64::MAX } else { (1 << bits) - 1 };
    let mut n: u64 = 0;
    let (mut underscores, mut overflow) = (false, false);
    for &c in digits {
        let digit = match c {
            b'_' if allow_underscores => {
                underscores = true;
                continue;
            }
            b'0'..=b'9' => c - b'0',
            b'a'..=b'z' => c - b'a' + 10,
            b'A'..=b'Z' => c - b'A' + 10,
            _ => return (0, SYNTAX),
        };
        if u64::from(digit) >= base {
            return (0, SYNTAX);
        }
        match n.checked_mul(base).and_then(|n| n.checked_add(u64::from(digit))) {
            Some(next) if next <= max && !overflow => n = next,
            _ => overflow = true,
        }
    }
    if underscores && !underscores_ok(s) {
        return (0, SYNTAX);
    }
    if overflow { (max, RANGE) } else { (n, 0) }
}

fn parse_uint(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let base = cx.uint();
    let bits = cx.uint() as u32;
    let (n, status) = unsigned(s.as_bytes(), base, bits);
    cx.ret_uint(n);
    cx.ret_int(status);
    Ok(())
}

fn atoi(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let n = decimal_value(s.as_bytes());
    cx.ret_int(n.unwrap_or(0));
    cx.ret_bool(n.is_some());
    Ok(())
}

/// The value of a plain decimal number of at most eighteen digits.
fn decimal_value(s: &[u8]) -> Option<i64> {
    let (negative, digits) = match s {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut n: i64 = 0;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        n = n * 10 + i64::from(digit);
    }
    Some(if negative { -n } else { n })
}

fn itoa(cx: &mut NativeCx<'_>) -> NativeResult {
    let n = cx.int();
    let mut buffer = [0; 20];
    cx.ret_str(decimal(n, &mut buffer));
    Ok(())
}

/// The decimal form of a number, written into the buffer.
pub(crate) fn decimal(n: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = buffer.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

fn format_uint(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut n = cx.uint();
    let base = cx.uint().clamp(2, 36);
    let mut buffer = [0; 64];
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(n % base) as usize];
        n /= base;
        if n == 0 {
            break;
        }
    }
    cx.ret_str(&buffer[at..]);
    Ok(())
}

fn parse_float(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let bits = cx.int();
    let (value, status) = float::parse(s.as_bytes(), bits == 32);
    cx.ret_float(value);
    cx.ret_int(status);
    Ok(())
}

fn format_float(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.float();
    let verb = cx.uint() as u8;
    let precision = cx.int();
    let bits = cx.int();
    let mut out = Vec::with_capacity(24);
    float::format(&mut out, value, verb, precision, bits == 32);
    cx.ret_str(&out);
    Ok(())
}

/// Appends a number in one of `strconv.FormatFloat`'s formats.
pub(crate) fn append_float_verb(
    out: &mut Vec<u8>,
    value: f64,
    verb: u8,
    precision: i64,
    single: bool,
) {
    float::format(out, value, verb, precision, single);
}

fn float_prefix(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    cx.ret_int(float::prefix(s.as_bytes()) as i64);
    Ok(())
}

fn quoted(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let quote = cx.uint() as u8;
    let ascii = cx.bool();
    let graphic = cx.bool();
    let mut out = Vec::with_capacity(s.len() + 2);
    append_quoted(&mut out, s.as_bytes(), quote, ascii, graphic);
    cx.ret_str(&out);
    Ok(())
}

/// Appends a text in quotes, with escapes for what is not printable (with `ascii`: or not ASCII).
pub(crate) fn append_quoted(
    out: &mut Vec<u8>,
    text: &[u8],
    quote: u8,
    ascii: bool,
    graphic: bool,
) {
    out.push(quote);
    for (bytes, rune) in runes(text) {
        match rune {
            None => out.extend(format!("\\x{:02x}", bytes[0]).as_bytes()),
            Some(c) => push_escaped(out, c, quote, ascii, graphic),
        }
    }
    out.push(quote);
}

/// Whether a text can stand in backquotes on one line.
pub(crate) fn can_backquote(text: &[u8]) -> bool {
    let fits = |c| match c {
        '\t' => true,
        '`' | '\x7F' | '\u{FEFF}' => false,
        c => c >= ' ',
    };
    std::str::from_utf8(text).is_ok_and(|text| text.chars().all(fits))
}

fn can_backquote_native(cx: &mut NativeCx<'_>) -> NativeResult {
    let fits = can_backquote(cx.str().as_bytes());
    cx.ret_bool(fits);
    Ok(())
}

fn push_escaped(out: &mut Vec<u8>, c: char, quote: u8, ascii: bool, graphic: bool) {
    if c == quote as char || c == '\\' {
        out.push(b'\\');
        out.push(c as u8);
        return;
    }
    let printable =
        if ascii { c.is_ascii() && is_print(c) } else { is_print(c) || graphic && is_graphic(c) };
    if printable {
        out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        return;
    }
    let short = match c {
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0C' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0B' => "\\v",
        _ => "",
    };
    let code = c as u32;
    let escape = match code {
        _ if !short.is_empty() => short.to_owned(),
        0..0x20 | 0x7F => format!("\\x{code:02x}"),
        0..0x10000 => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    };
    out.extend(escape.as_bytes());
}

fn is_print_native(cx: &mut NativeCx<'_>) -> NativeResult {
    let r = char::from_u32(cx.int() as u32);
    cx.ret_bool(r.is_some_and(is_print));
    Ok(())
}

fn is_graphic_native(cx: &mut NativeCx<'_>) -> NativeResult {
    let r = char::from_u32(cx.int() as u32);
    cx.ret_bool(r.is_some_and(is_graphic));
    Ok(())
}
