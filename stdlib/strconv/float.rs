//! Floating-point numbers to text and back, in Go's formats.
//!
//! Decimal digits come from the VM (the shortest) and from Rust's own formatting and parsing, which
//! are exact; the layout round them is Go's.

use std::borrow::Cow;
use std::io::Write as _;

use super::{RANGE, SYNTAX, underscores_ok};

/// Decimal digits `d1 d2 …` of a number `0.d1d2… * 10^point`.
#[derive(Clone, Copy)]
struct Digits<'a> {
    digits: &'a [u8],
    point: i32,
}

/// Reads what Rust's `{:e}` printed; the digits are moved together in the text itself.
fn digits_of(scientific: &mut [u8]) -> Digits<'_> {
    let end = scientific.iter().position(|&b| b == b'e').unwrap_or(scientific.len());
    let exponent = scientific.get(end + 1..).and_then(|text| std::str::from_utf8(text).ok());
    let exponent = exponent.and_then(|text| text.parse::<i32>().ok()).unwrap_or(0);
    let mut len = end;
    if scientific.get(1) == Some(&b'.') {
        scientific.copy_within(2..end, 1);
        len -= 1;
    }
    while len > 0 && scientific[len - 1] == b'0' {
        len -= 1;
    }
    Digits { digits: &scientific[..len], point: if len == 0 { 0 } else { exponent + 1 } }
}

/// Appends a number in one of the formats `b e E f g G x X`; precision -1 is the shortest.
pub(super) fn format(out: &mut Vec<u8>, value: f64, verb: u8, precision: i64, single: bool) {
    let value = if single { f64::from(value as f32) } else { value };
    if value.is_nan() {
        out.extend(b"NaN");
        return;
    }
    if value.is_infinite() {
        out.extend(if value < 0.0 { &b"-Inf"[..] } else { b"+Inf" });
        return;
    }
    match verb {
        b'b' => return binary(out, value, single),
        b'x' | b'X' => return hexadecimal(out, value, verb, precision, single),
        b'e' | b'E' | b'f' | b'g' | b'G' => {}
        _ => {
            out.extend([b'%', verb]);
            return;
        }
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let value = value.abs();
    // More than 1100 digits behind the point are zeros: no float64 has more.
    let extra = (precision - 1100).max(0) as usize;
    let bounded = precision.min(1100);
    match (verb, precision < 0) {
        (b'f', true) => {
            let found = gol_vm::shortest(value, single);
            let d = Digits { digits: found.digits(), point: found.point };
            let behind = (d.digits.len() as i32 - d.point).max(0);
            fixed(out, d, behind as usize);
        }
        (b'f', false) => {
            // Writing to memory does not fail.
            let _ = write!(out, "{value:.*}", bounded as usize);
            out.extend(std::iter::repeat_n(b'0', extra));
        }
        (b'e' | b'E', true) => {
            let found = gol_vm::shortest(value, single);
            let d = Digits { digits: found.digits(), point: found.point };
            scientific(out, d, d.digits.len().saturating_sub(1), verb);
        }
        (b'e' | b'E', false) => {
            let mut text = format!("{value:.*e}", bounded as usize).into_bytes();
            scientific(out, digits_of(&mut text), precision as usize, verb);
        }
        _ => general(out, value, verb, precision, single),
    }
}

/// `%g`: fixed or scientific, whichever suits the exponent.
fn general(out: &mut Vec<u8>, value: f64, verb: u8, precision: i64, single: bool) {
    let is_shortest = precision < 0;
    let (found, mut text);
    let (d, digits) = if is_shortest {
        found = gol_vm::shortest(value, single);
        (Digits { digits: found.digits(), point: found.point }, 6)
    } else {
        let digits = precision.clamp(1, 1100);
        text = format!("{value:.*e}", digits as usize - 1).into_bytes();
        (digits_of(&mut text), precision.max(1))
    };
    let count = d.digits.len() as i64;
    let mut limit = digits;
    if limit > count && count >= i64::from(d.point) {
        limit = count;
    }
    if is_shortest {
        limit = 6;
    }
    let exponent = i64::from(d.point) - 1;
    if exponent < -4 || exponent >= limit {
        let behind = if is_shortest { count - 1 } else { count.min(digits) - 1 };
        let letter = if verb == b'G' { b'E' } else { b'e' };
        scientific(out, d, behind.max(0) as usize, letter);
        return;
    }
    fixed(out, d, (count - i64::from(d.point)).max(0) as usize);
}

fn scientific(out: &mut Vec<u8>, d: Digits<'_>, behind: usize, verb: u8) {
    out.push(d.digits.first().copied().unwrap_or(b'0'));
    if behind > 0 {
        out.push(b'.');
        push_padded(out, d.digits.get(1..).unwrap_or(&[]), behind);
    }
    let exponent = if d.digits.is_empty() { 0 } else { d.point - 1 };
    out.push(verb);
    out.push(if exponent < 0 { b'-' } else { b'+' });
    let _ = write!(out, "{:02}", exponent.abs());
}

fn fixed(out: &mut Vec<u8>, d: Digits<'_>, behind: usize) {
    let split = usize::try_from(d.point).unwrap_or(0).min(d.digits.len());
    let (before, rest) = d.digits.split_at(split);
    if d.point > 0 {
        push_padded(out, before, d.point as usize);
    } else {
        out.push(b'0');
    }
    if behind > 0 {
        out.push(b'.');
        let zeros = (d.point.min(0).unsigned_abs() as usize).min(behind);
        out.resize(out.len() + zeros, b'0');
        push_padded(out, rest, behind - zeros);
    }
}

/// The first digits, with zeros behind them if there are not so many.
fn push_padded(out: &mut Vec<u8>, digits: &[u8], count: usize) {
    let end = out.len() + count;
    out.extend_from_slice(&digits[..digits.len().min(count)]);
    out.resize(end, b'0');
}

/// Mantissa with its implicit bit, and exponent: the value is `mantissa * 2^exponent`.
fn parts(value: f64, single: bool) -> (u64, i32) {
    if single {
        let bits = (value as f32).to_bits();
        let (exponent, fraction) = ((bits >> 23 & 0xFF) as i32, u64::from(bits & 0x7F_FFFF));
        return if exponent == 0 { (fraction, -149) } else { (fraction | 1 << 23, exponent - 150) };
    }
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7FF) as i32, bits & ((1 << 52) - 1));
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

fn binary(out: &mut Vec<u8>, value: f64, single: bool) {
    let (mantissa, exponent) = parts(value.abs(), single);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    out.extend(format!("{sign}{mantissa}p{exponent:+}").as_bytes());
}

fn hexadecimal(out: &mut Vec<u8>, value: f64, verb: u8, precision: i64, single: bool) {
    let (mut mantissa, mut exponent) = parts(value.abs(), single);
    if mantissa == 0 {
        exponent = 0;
    } else {
        let shift = mantissa.leading_zeros() as i32 - 3;
        // One hexadecimal digit 1, then 60 bits.
        mantissa <<= shift;
        exponent += 60 - shift;
    }
    if (0..15).contains(&precision) {
        let drop = 60 - 4 * precision as u32;
        let (half, odd) = (1u64 << (drop - 1), mantissa >> drop & 1);
        let rest = mantissa & ((1 << drop) - 1);
        mantissa = mantissa >> drop << drop;
        if rest > half || rest == half && odd == 1 {
            mantissa += 1 << drop;
        }
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut text = String::new();
    if value.is_sign_negative() {
        text.push('-');
    }
    text.push_str(&format!("0x{}", mantissa >> 60));
    let mut digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    if precision < 0 {
        digits.truncate(digits.trim_end_matches('0').len());
    } else {
        digits = format!("{digits:0<width$}", width = precision as usize);
        digits.truncate(precision as usize);
    }
    if !digits.is_empty() {
        text.push('.');
        text.push_str(&digits);
    }
    text.push_str(&format!("p{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()));
    out.extend(if verb == b'X' { text.to_uppercase() } else { text }.as_bytes());
}

/// Reads a number: its value and 0, `SYNTAX` or `RANGE`.
pub(super) fn parse(s: &[u8], single: bool) -> (f64, i64) {
    if prefix(s) != s.len() || s.is_empty() {
        return (0.0, SYNTAX);
    }
    if let Some(value) = special(s) {
        return (value, 0);
    }
    // What `prefix` lets through is ASCII.
    let text = std::str::from_utf8(s).unwrap_or_default();
    let text = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    let unsigned = text.trim_start_matches(['+', '-']);
    let negative = text.starts_with('-');
    let value = if unsigned.len() > 1 && unsigned.as_bytes()[1] | 0x20 == b'x' {
        parse_hexadecimal(&unsigned[2..], single)
    } else if single {
        unsigned.parse::<f32>().map_or(f64::NAN, f64::from)
    } else {
        unsigned.parse::<f64>().unwrap_or(f64::NAN)
    };
    let signed = if negative { -value } else { value };
    (signed, if value.is_infinite() { RANGE } else { 0 })
}

/// Infinities and NaN by name.
fn special(s: &[u8]) -> Option<f64> {
    if !matches!(s, [b'i' | b'I' | b'n' | b'N', ..] | [b'+' | b'-', b'i' | b'I', ..]) {
        return None;
    }
    let lower = s.to_ascii_lowercase();
    match lower.as_slice() {
        b"inf" | b"+inf" | b"infinity" | b"+infinity" => Some(f64::INFINITY),
        b"-inf" | b"-infinity" => Some(f64::NEG_INFINITY),
        b"nan" => Some(f64::NAN),
        _ => None,
    }
}

/// Length of the longest prefix that is a number.
pub(super) fn prefix(s: &[u8]) -> usize {
    for name in ["infinity", "inf", "nan"] {
        let signed =
            usize::from(name != "nan" && s.first().is_some_and(|c| matches!(c, b'+' | b'-')));
        let end = signed + name.len();
        if s.len() >= end && s[signed..end].eq_ignore_ascii_case(name.as_bytes()) {
            return end;
        }
    }
    let mut i = usize::from(s.first().is_some_and(|c| matches!(c, b'+' | b'-')));
    let hex = s.len() > i + 2 && s[i] == b'0' && s[i + 1] | 0x20 == b'x';
    if hex {
        i += 2;
    }
    let (mut digits, mut point, mut underscores) = (0, false, false);
    while let Some(&c) = s.get(i) {
        match c {
            b'_' => underscores = true,
            b'.' if !point => point = true,
            _ if c.is_ascii_digit() || hex && c.is_ascii_hexdigit() => digits += 1,
            _ => break,
        }
        i += 1;
    }
    if digits == 0 {
        return 0;
    }
    let mark = if hex { b'p' } else { b'e' };
    if s.get(i).is_some_and(|c| c | 0x20 == mark) {
        let mut j = i + 1 + usize::from(s.get(i + 1).is_some_and(|c| matches!(c, b'+' | b'-')));
        if !s.get(j).is_some_and(u8::is_ascii_digit) {
            return if hex { 0 } else { i };
        }
        while s.get(j).is_some_and(|&c| c.is_ascii_digit() || c == b'_') {
            underscores |= s[j] == b'_';
            j += 1;
        }
        i = j;
    } else if hex {
        return 0;
    }
    if underscores && !underscores_ok(&s[..i]) { 0 } else { i }
}

/// A hexadecimal number behind its prefix, rounded to nearest even.
fn parse_hexadecimal(s: &str, single: bool) -> f64 {
    let (digits, exponent) = s.split_once(['p', 'P']).unwrap_or((s, "0"));
    let mut exponent = exponent.parse::<i64>().unwrap_or(if exponent.starts_with('-') {
        -1 << 40
    } else {
        1 << 40
    });
    let (mut mantissa, mut sticky, mut behind) = (0u64, 0u64, false);
    for c in digits.bytes() {
        if c == b'.' {
            behind = true;
            continue;
        }
        let digit = u64::from((c as char).to_digit(16).unwrap_or(0));
        if mantissa >> 59 == 0 {
            mantissa = mantissa << 4 | digit;
            exponent -= if behind { 4 } else { 0 };
        } else {
            sticky |= digit;
            exponent += if behind { 0 } else { 4 };
        }
    }
    round(mantissa | u64::from(sticky != 0), exponent, single)
}

/// `mantissa * 2^exponent`, rounded to nearest even.
fn round(mantissa: u64, exponent: i64, single: bool) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let (precision, least, most) = if single { (24, -149, 127) } else { (53, -1074, 1023) };
    let width = 64 - i64::from(mantissa.leading_zeros());
    let drop = (width - precision).max(least - exponent);
    let (mut kept, mut scale) = (mantissa, exponent);
    if drop > 0 {
        if drop > 64 {
            return 0.0;
        }
        let wide = u128::from(mantissa);
        let half = 1u128 << (drop - 1);
        let rest = wide & ((1u128 << drop) - 1);
        let up = rest > half || rest == half && wide >> drop & 1 == 1;
        kept = (wide >> drop) as u64 + u64::from(up);
        scale += drop;
    }
    if scale + 64 - i64::from(kept.leading_zeros()) - 1 > most {
        return f64::INFINITY;
    }
    let mut value = kept as f64;
    // In two steps, so that neither factor leaves the range.
    for part in [scale / 2, scale - scale / 2] {
        value *= 2f64.powi(part as i32);
    }
    value
}
