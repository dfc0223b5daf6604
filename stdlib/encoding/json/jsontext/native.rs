//! Natives of encoding/json/jsontext: where valid values and strings end.
//!
//! They know what is valid and nothing more: for all else, and for what is rare, they answer -1, and
//! the code in gol looks for itself and finds the words for what is wrong.

use std::collections::HashSet;

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("stringEnd", string_end), ("valueEnd", value_end), ("lookAhead", look_ahead)];

/// Values that are nested deeper are left to gol.
const MAX_DEPTH: usize = 1000;
/// So many names of an object are compared one by one.
const FEW: usize = 16;

/// `stringEnd(b []byte, i int) (end int, simple bool)`: where the string at `i` ends, if it is valid;
/// simple: it has no escapes.
fn string_end(cx: &mut NativeCx<'_>) -> NativeResult {
    let bytes = cx.bytes().as_bytes();
    let start = usize::try_from(cx.int()).unwrap_or(bytes.len());
    let found = string(bytes, start);
    cx.ret_int(found.map_or(-1, |(end, _)| end as i64));
    cx.ret_bool(found.is_some_and(|(_, simple)| simple));
    Ok(())
}

/// `valueEnd(b []byte, i, depth int, unique bool) int`: where the value at `i` ends, if it is valid.
/// `depth`: how many arrays and objects there are around it; `unique`: names of an object differ.
fn value_end(cx: &mut NativeCx<'_>) -> NativeResult {
    let bytes = cx.bytes().as_bytes();
    let start = usize::try_from(cx.int()).unwrap_or(bytes.len());
    let depth = usize::try_from(cx.int()).unwrap_or(MAX_DEPTH);
    let unique = cx.bool();
    let end = Scanner { bytes, unique }.value(start, depth);
    cx.ret_int(end.map_or(-1, |end| end as i64));
    Ok(())
}

/// `func lookAhead(b []byte, i int, kind Kind, n int, ended bool) (start, end int, found Kind, simple
/// bool)`: the token that comes next, behind what stands between it and the one before. `kind` is that of
/// what is open around it, which has had `n` tokens; `ended`: nothing comes behind `b`. The kind is 0 if
/// something is wrong, or more has to be read.
fn look_ahead(cx: &mut NativeCx<'_>) -> NativeResult {
    let bytes = cx.bytes().as_bytes();
    let at = usize::try_from(cx.int()).unwrap_or(bytes.len());
    let (open, count, ended) = (cx.uint() as u8, cx.int(), cx.bool());
    let scanner = Scanner { bytes, unique: false };
    let found = scanner.token(at, open, count);
    // A number may go on.
    let found = found.filter(|token| ended || token.end < bytes.len());
    let token = found.unwrap_or(Token { start: 0, end: 0, kind: 0, simple: false });
    cx.ret_int(token.start as i64);
    cx.ret_int(token.end as i64);
    cx.ret_uint(token.kind.into());
    cx.ret_bool(token.simple);
    Ok(())
}

/// A token and its place; kinds of numbers are `0`.
struct Token {
    start: usize,
    end: usize,
    kind: u8,
    simple: bool,
}

/// Whether a text is one valid value whose objects have different names, none of them with escapes.
pub(crate) fn is_valid(bytes: &[u8]) -> bool {
    let scanner = Scanner { bytes, unique: true };
    let end = scanner.value(scanner.skip_space(0), 0);
    end.is_some_and(|end| scanner.skip_space(end) == bytes.len())
}

/// The end of a string, and whether it has no escapes.
fn string(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    if *bytes.get(start)? != b'"' {
        return None;
    }
    let mut at = start + 1;
    let (mut simple, mut ascii) = (true, true);
    loop {
        match *bytes.get(at)? {
            b'"' => break,
            b'\\' => {
                simple = false;
                at = escape(bytes, at)?;
            }
            0..0x20 => return None,
            byte => {
                ascii &= byte < 0x80;
                at += 1;
            }
        }
    }
    let valid = ascii || std::str::from_utf8(&bytes[start..at]).is_ok();
    valid.then_some((at + 1, simple))
}

/// The end of an escape; surrogates are left to gol.
fn escape(bytes: &[u8], at: usize) -> Option<usize> {
    match *bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => {
            let digits = bytes.get(at + 2..at + 6)?;
            let is_surrogate = digits[0] | 0x20 == b'd' && digits[1] >= b'8';
            let valid = digits.iter().all(u8::is_ascii_hexdigit) && !is_surrogate;
            valid.then_some(at + 6)
        }
        _ => None,
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    unique: bool,
}

impl Scanner<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            at += 1;
        }
        at
    }

    fn value(&self, at: usize, depth: usize) -> Option<usize> {
        match self.byte(at)? {
            b'"' => string(self.bytes, at).map(|(end, _)| end),
            b'{' if depth < MAX_DEPTH => self.object(at, depth + 1),
            b'[' if depth < MAX_DEPTH => self.array(at, depth + 1),
            b'n' => self.literal(at, b"null"),
            b't' => self.literal(at, b"true"),
            b'f' => self.literal(at, b"false"),
            b'-' | b'0'..=b'9' => self.number(at),
            _ => None,
        }
    }

    fn token(&self, at: usize, open: u8, count: i64) -> Option<Token> {
        let mut start = self.skip_space(at);
        let mut kind = self.byte(start)?;
        if open != 0 && count > 0 && !matches!(kind, b'}' | b']') {
            let separator = if open == b'{' && count & 1 == 1 { b':' } else { b',' };
            if kind != separator {
                return None;
            }
            start = self.skip_space(start + 1);
            kind = self.byte(start)?;
            if matches!(kind, b'}' | b']') {
                return None;
            }
        }
        let mut simple = true;
        let end = match kind {
            b'"' => {
                let (end, is_simple) = string(self.bytes, start)?;
                simple = is_simple;
                end
            }
            b'{' | b'}' | b'[' | b']' => start + 1,
            b'-' | b'0'..=b'9' => {
                kind = b'0';
                self.number(start)?
            }
            _ => self.value(start, MAX_DEPTH)?,
        };
        Some(Token { start, end, kind, simple })
    }

    fn literal(&self, at: usize, text: &[u8]) -> Option<usize> {
        self.bytes[at..].starts_with(text).then_some(at + text.len())
    }

    fn digits(&self, mut at: usize) -> Option<usize> {
        let start = at;
        while self.byte(at).is_some_and(|byte| byte.is_ascii_digit()) {
            at += 1;
        }
        (at > start).then_some(at)
    }

    fn number(&self, mut at: usize) -> Option<usize> {
        if self.byte(at) == Some(b'-') {
            at += 1;
        }
        at = if self.byte(at) == Some(b'0') { at + 1 } else { self.digits(at)? };
        if self.byte(at) == Some(b'.') {
            at = self.digits(at + 1)?;
        }
        if matches!(self.byte(at), Some(b'e' | b'E')) {
            at += 1;
            if matches!(self.byte(at), Some(b'+' | b'-')) {
                at += 1;
            }
            at = self.digits(at)?;
        }
        Some(at)
    }

    fn array(&self, at: usize, depth: usize) -> Option<usize> {
        let mut at = self.skip_space(at + 1);
        if self.byte(at)? == b']' {
            return Some(at + 1);
        }
        loop {
            at = self.skip_space(self.value(at, depth)?);
            match self.byte(at)? {
                b',' => at = self.skip_space(at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    fn object(&self, at: usize, depth: usize) -> Option<usize> {
        let mut at = self.skip_space(at + 1);
        if self.byte(at)? == b'}' {
            return Some(at + 1);
        }
        let mut names = Names { few: Vec::new(), many: HashSet::new() };
        loop {
            let (end, simple) = string(self.bytes, at)?;
            if self.unique && !(simple && names.insert(&self.bytes[at..end])) {
                return None;
            }
            at = self.skip_space(end);
            if self.byte(at)? != b':' {
                return None;
            }
            at = self.skip_space(self.value(self.skip_space(at + 1), depth)?);
            match self.byte(at)? {
                b',' => at = self.skip_space(at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }
}

/// Names of an object without escapes.
struct Names<'a> {
    few: Vec<&'a [u8]>,
    many: HashSet<&'a [u8]>,
}

impl<'a> Names<'a> {
    /// Whether the name is a new one.
    fn insert(&mut self, name: &'a [u8]) -> bool {
        if self.few.len() < FEW {
            let is_new = !self.few.contains(&name);
            self.few.push(name);
            return is_new;
        }
        if self.many.is_empty() {
            self.many.extend(&self.few);
        }
        self.many.insert(name)
    }
}
