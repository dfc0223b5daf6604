//! Literals: where they end, whether their form is right, and what they stand for.
//!
//! The scanning functions are called by the lexer behind a literal's first characters. They always
//! take the whole literal, right or wrong, and report with Go's words at Go's places. The functions
//! that give values are for the checker; they trust that the form has been checked, and answer
//! `None` rather than panic where it was not.

use logos::Lexer;

use crate::ast::LiteralKind;
use crate::token::{Extras, Kind, unicode_form};

/// Characters from the current position on, with the literal's place for messages.
struct Scanner<'a> {
    text: &'a str,
    start: usize,
    at: usize,
}

impl Scanner<'_> {
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn char(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn skip_char(&mut self) {
        self.at += self.char().map_or(0, char::len_utf8);
    }
}

fn scanner<'a>(lexer: &Lexer<'a, Kind>) -> Scanner<'a> {
    Scanner { text: lexer.source(), start: lexer.span().start, at: lexer.span().end }
}

fn finish(lexer: &mut Lexer<'_, Kind>, scanner: &Scanner<'_>) {
    lexer.bump(scanner.at - lexer.span().end);
}

pub(crate) fn line_comment(lexer: &mut Lexer<'_, Kind>) {
    let rest = lexer.remainder();
    let length = rest.bytes().position(|b| b == b'\n').unwrap_or(rest.len());
    lexer.bump(length);
}

pub(crate) fn block_comment(lexer: &mut Lexer<'_, Kind>) {
    let rest = lexer.remainder();
    if let Some(length) = rest.find("*/") {
        lexer.bump(length + 2);
    } else {
        let start = lexer.span().start;
        lexer.bump(rest.len());
        lexer.extras.unterminated = true;
        lexer.extras.error(start, "comment not terminated");
    }
}

pub(crate) fn raw_string(lexer: &mut Lexer<'_, Kind>) {
    let rest = lexer.remainder();
    if let Some(length) = rest.bytes().position(|b| b == b'`') {
        lexer.bump(length + 1);
    } else {
        let start = lexer.span().start;
        lexer.bump(rest.len());
        lexer.extras.unterminated = true;
        lexer.extras.error(start, "string not terminated");
    }
}

pub(crate) fn string(lexer: &mut Lexer<'_, Kind>) {
    let mut s = scanner(lexer);
    loop {
        match s.byte() {
            b'"' => {
                s.at += 1;
                break;
            }
            b'\\' => {
                s.at += 1;
                escape(&mut s, '"', &mut lexer.extras);
            }
            b'\n' => {
                lexer.extras.error(s.at, "newline in string");
                break;
            }
            _ if s.at_end() => {
                lexer.extras.error(s.start, "string not terminated");
                break;
            }
            // Bytes inside a character are never one of those above.
            _ => s.at += 1,
        }
    }
    finish(lexer, &s);
}

pub(crate) fn rune_literal(lexer: &mut Lexer<'_, Kind>) {
    let mut s = scanner(lexer);
    let mut ok = true;
    let mut count = 0;
    loop {
        match s.byte() {
            b'\'' => {
                if ok && count == 0 {
                    lexer.extras.error(s.at, "empty rune literal or unescaped '");
                } else if ok && count != 1 {
                    lexer.extras.error(s.start, "more than one character in rune literal");
                }
                s.at += 1;
                break;
            }
            b'\\' => {
                s.at += 1;
                ok &= escape(&mut s, '\'', &mut lexer.extras);
            }
            b'\n' => {
                if ok {
                    lexer.extras.error(s.at, "newline in rune literal");
                }
                break;
            }
            _ if s.at_end() => {
                if ok {
                    lexer.extras.error(s.start, "rune literal not terminated");
                }
                break;
            }
            _ => s.skip_char(),
        }
        count += 1;
    }
    finish(lexer, &s);
}

/// Reads an escape behind its backslash; false (and a message) if it is not one.
fn escape(s: &mut Scanner<'_>, quote: char, extras: &mut Extras) -> bool {
    let Some(c) = s.char() else { return true };
    let (length, base, max) = match c {
        'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' => {
            s.at += 1;
            return true;
        }
        _ if c == quote => {
            s.at += 1;
            return true;
        }
        '0'..='7' => (3, 8, 255),
        'x' => (2, 16, 255),
        'u' => (4, 16, 0x10_FFFF),
        'U' => (8, 16, 0x10_FFFF),
        _ => {
            extras.error(s.at, "unknown escape");
            return false;
        }
    };
    if base == 16 {
        s.at += 1;
    }
    let mut value: u32 = 0;
    for _ in 0..length {
        let Some(c) = s.char() else { return true };
        let Some(digit) = c.to_digit(base) else {
            let message = format!("invalid character {} in {} escape", quoted(c), base_name(base));
            extras.error(s.at, message);
            return false;
        };
        value = value.wrapping_mul(base).wrapping_add(digit);
        s.at += 1;
    }
    if value > max && base == 8 {
        extras.error(s.at, format!("octal escape value {value} > 255"));
        return false;
    }
    if value > max || (0xD800..0xE000).contains(&value) {
        let form = char::from_u32(value).map_or_else(|| format!("U+{value:04X}"), unicode_form);
        extras.error(s.at, format!("escape is invalid Unicode code point {form}"));
        return false;
    }
    true
}

/// A character as Go's `%q` writes it.
fn quoted(c: char) -> String {
    match c {
        '\'' => r"'\''".to_owned(),
        '\\' => r"'\\'".to_owned(),
        '\n' => r"'\n'".to_owned(),
        '\t' => r"'\t'".to_owned(),
        '\r' => r"'\r'".to_owned(),
        '\0'..='\x1F' | '\x7F' => format!(r"'\x{:02x}'", c as u32),
        _ => format!("'{c}'"),
    }
}

fn base_name(base: u32) -> &'static str {
    match base {
        2 => "binary",
        8 => "octal",
        16 => "hexadecimal",
        _ => "decimal",
    }
}

/// Which letters and digits a run of digits had.
#[derive(Clone, Copy, Default)]
struct Run {
    digit: bool,
    separator: bool,
    /// Where the first digit too big for the base stands.
    invalid: Option<usize>,
}

fn digits(s: &mut Scanner<'_>, base: u32, run: &mut Run) {
    loop {
        match s.byte() {
            b'_' => run.separator = true,
            b @ b'0'..=b'9' => {
                run.digit = true;
                if u32::from(b - b'0') >= base && run.invalid.is_none() {
                    run.invalid = Some(s.at);
                }
            }
            b'a'..=b'f' | b'A'..=b'F' if base == 16 => run.digit = true,
            _ => return,
        }
        s.at += 1;
    }
}

/// Reads a number from its first character on; only the first fault is reported.
pub(crate) fn number(lexer: &mut Lexer<'_, Kind>) {
    let mut s = scanner(lexer);
    s.at = s.start;
    let mut fault: Option<(usize, String)> = None;
    let mut fail = |at: usize, message: String| {
        if fault.is_none() {
            fault = Some((at, message));
        }
    };
    let mut run = Run::default();
    let (mut base, mut prefix) = (10, b' ');
    if s.byte() == b'0' {
        s.at += 1;
        (base, prefix) = match s.byte() | 0x20 {
            b'x' => (16, b'x'),
            b'o' => (8, b'o'),
            b'b' => (2, b'b'),
            _ => (8, b'0'),
        };
        run.digit = prefix == b'0';
        s.at += usize::from(prefix != b'0');
    }
    digits(&mut s, base, &mut run);
    let mut is_int = true;
    if s.byte() == b'.' {
        if matches!(prefix, b'o' | b'b') {
            fail(s.at, format!("invalid radix point in {} literal", base_name(base)));
        }
        is_int = false;
        s.at += 1;
        digits(&mut s, base, &mut run);
    }
    if !run.digit {
        fail(s.at, format!("{} literal has no digits", base_name(base)));
    }
    let letter = s.byte();
    if matches!(letter | 0x20, b'e' | b'p') {
        let shown = letter as char;
        if letter | 0x20 == b'e' && !matches!(prefix, b' ' | b'0') {
            fail(s.at, format!("'{shown}' exponent requires decimal mantissa"));
        } else if letter | 0x20 == b'p' && prefix != b'x' {
            fail(s.at, format!("'{shown}' exponent requires hexadecimal mantissa"));
        }
        s.at += 1;
        is_int = false;
        s.at += usize::from(matches!(s.byte(), b'+' | b'-'));
        let mut exponent = Run::default();
        digits(&mut s, 10, &mut exponent);
        run.separator |= exponent.separator;
        if !exponent.digit {
            fail(s.at, "exponent has no digits".to_owned());
        }
    } else if prefix == b'x' && !is_int {
        fail(s.at, "hexadecimal mantissa requires a 'p' exponent".to_owned());
    }
    if s.byte() == b'i' {
        is_int = false;
        s.at += 1;
    }
    let literal = &s.text[s.start..s.at];
    if let (true, Some(at)) = (is_int, run.invalid) {
        let digit = s.text.as_bytes()[at] as char;
        fail(at, format!("invalid digit '{digit}' in {} literal", base_name(base)));
    }
    if run.separator
        && let Some(at) = misplaced_separator(literal)
    {
        fail(s.start + at, "'_' must separate successive digits".to_owned());
    }
    finish(lexer, &s);
    if let Some((at, message)) = fault {
        lexer.extras.error(at, message);
    }
}

/// Where a `_` stands that is not between two digits (a base prefix counts as a digit).
fn misplaced_separator(literal: &str) -> Option<usize> {
    let bytes = literal.as_bytes();
    let prefixed = bytes.len() > 1 && bytes[0] == b'0' && bytes[1].is_ascii_alphabetic();
    let hex = prefixed && bytes[1] | 0x20 == b'x';
    // `.` stands for any character that is neither digit nor separator.
    let mut before = if prefixed { b'0' } else { b'.' };
    for (at, &b) in bytes.iter().enumerate().skip(if prefixed { 2 } else { 0 }) {
        let class = match b {
            b'_' => b'_',
            b'0'..=b'9' => b'0',
            b'a'..=b'f' | b'A'..=b'F' if hex => b'0',
            _ => b'.',
        };
        if class == b'_' && before != b'0' {
            return Some(at);
        }
        if class == b'.' && before == b'_' {
            return Some(at - 1);
        }
        before = class;
    }
    (before == b'_').then(|| bytes.len() - 1)
}

/// Which kind of literal a text is.
pub fn kind(text: &str) -> LiteralKind {
    match text.as_bytes() {
        [b'\'', ..] => LiteralKind::Rune,
        [b'"' | b'`', ..] => LiteralKind::String,
        [.., b'i'] => LiteralKind::Imag,
        [b'0', b'x' | b'X', rest @ ..] => {
            let float = rest.iter().any(|b| matches!(b, b'.' | b'p' | b'P'));
            if float { LiteralKind::Float } else { LiteralKind::Int }
        }
        all => {
            let float = all.iter().any(|b| matches!(b, b'.' | b'e' | b'E' | b'p' | b'P'));
            if float { LiteralKind::Float } else { LiteralKind::Int }
        }
    }
}

/// Base and digits of an integer literal, without prefix and separators: `0x_1F` is `(16, "1F")`.
pub fn integer(text: &str) -> (u32, String) {
    let bytes = text.as_bytes();
    let (base, skip) = match bytes {
        [b'0', b'x' | b'X', ..] => (16, 2),
        [b'0', b'o' | b'O', ..] => (8, 2),
        [b'0', b'b' | b'B', ..] => (2, 2),
        [b'0', _, ..] => (8, 1),
        _ => (10, 0),
    };
    (base, text[skip..].chars().filter(|&c| c != '_').collect())
}

/// A float literal without separators; hexadecimal ones keep their `0x` and `p`.
pub fn float(text: &str) -> String {
    text.chars().filter(|&c| c != '_').collect()
}

/// The number before the `i` of an imaginary literal, without separators, to be read as a float
/// or, with a prefix `0x`, `0o` or `0b` and no `p`, as an integer. `0123i` is decimal, as in Go: its
/// leading zeros are dropped.
pub fn imaginary(text: &str) -> String {
    let number = float(text.strip_suffix('i').unwrap_or(text));
    let decimal = number.bytes().all(|b| b.is_ascii_digit());
    if !decimal {
        return number;
    }
    let trimmed = number.trim_start_matches('0');
    if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() }
}

/// The bytes that a string literal stands for; `None` if it is not well formed.
pub fn unquote(text: &str) -> Option<Vec<u8>> {
    if let Some(raw) = text.strip_prefix('`') {
        return Some(raw.strip_suffix('`')?.bytes().filter(|&b| b != b'\r').collect());
    }
    let mut rest = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Vec::with_capacity(rest.len());
    while let Some(at) = rest.bytes().position(|b| b == b'\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let (unit, length) = unescape(&rest[at + 1..])?;
        match unit {
            Unit::Byte(byte) => out.push(byte),
            Unit::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = &rest[at + 1 + length..];
    }
    out.extend_from_slice(rest.as_bytes());
    Some(out)
}

/// The code point that a rune literal stands for; `None` if it is not well formed.
pub fn rune(text: &str) -> Option<u32> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let Some(escape) = inner.strip_prefix('\\') else {
        return inner.chars().next().map(u32::from);
    };
    match unescape(escape)?.0 {
        Unit::Byte(byte) => Some(u32::from(byte)),
        Unit::Char(c) => Some(c as u32),
    }
}

enum Unit {
    Byte(u8),
    Char(char),
}

/// What stands behind a backslash, and how many bytes long it is.
fn unescape(text: &str) -> Option<(Unit, usize)> {
    let number = |from: usize, length: usize, base: u32| {
        let digits = text.get(from..from + length)?;
        u32::from_str_radix(digits, base).ok()
    };
    let byte = match text.as_bytes().first()? {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0B,
        b @ (b'\\' | b'\'' | b'"') => *b,
        b'0'..=b'7' => return Some((Unit::Byte(number(0, 3, 8)?.try_into().ok()?), 3)),
        b'x' => return Some((Unit::Byte(number(1, 2, 16)? as u8), 3)),
        b'u' => return Some((Unit::Char(char::from_u32(number(1, 4, 16)?)?), 5)),
        b'U' => return Some((Unit::Char(char::from_u32(number(1, 8, 16)?)?), 9)),
        _ => return None,
    };
    Some((Unit::Byte(byte), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_unquote_to_bytes() {
        assert_eq!(unquote(r#""a\x00\377\u00e9\n""#).as_deref(), Some(&b"a\0\xff\xc3\xa9\n"[..]));
        assert_eq!(unquote("`a\\\r\n`").as_deref(), Some(&b"a\\\n"[..]));
        assert_eq!(unquote(r#""\q""#), None);
    }

    #[test]
    fn numbers_lose_separators_and_prefix() {
        assert_eq!(integer("0x_1F"), (16, "1F".to_owned()));
        assert_eq!(integer("0"), (10, "0".to_owned()));
        assert_eq!(integer("0755"), (8, "755".to_owned()));
        assert_eq!(imaginary("0_123i"), "123");
        assert_eq!(kind("0x1p-2"), LiteralKind::Float);
        assert_eq!(kind("0xe"), LiteralKind::Int);
        assert_eq!(kind("1e3i"), LiteralKind::Imag);
    }

    #[test]
    fn runes_are_code_points() {
        assert_eq!(rune("'é'"), Some(0xE9));
        assert_eq!(rune(r"'\377'"), Some(255));
        assert_eq!(rune(r"'\''"), Some(39));
    }
}
