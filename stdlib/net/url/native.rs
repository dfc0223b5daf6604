//! Natives of net/url: percent encoding (RFC 3986, with what Go allows besides).

#[path = "plain.rs"]
mod plain;

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::value::GoStr;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("plainParts", plain_parts),
    ("queryPairs", query_pairs),
    ("escape", escape),
    ("unescaped", unescaped),
    ("validEncoded", valid_encoded),
    ("schemeEnd", scheme_end),
    ("hasControl", has_control),
];

/// Parts of a URL; the numbers are those of `escape.gol`.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Path,
    PathSegment,
    Host,
    Zone,
    UserPassword,
    Query,
    Fragment,
}

impl Part {
    fn read(cx: &mut NativeCx<'_>) -> Part {
        match cx.int() {
            0 => Part::Path,
            1 => Part::PathSegment,
            2 => Part::Host,
            3 => Part::Zone,
            4 => Part::UserPassword,
            5 => Part::Query,
            _ => Part::Fragment,
        }
    }

    fn in_host(self) -> bool {
        matches!(self, Part::Host | Part::Zone)
    }

    /// Whether a character stands for itself.
    fn allows(self, c: u8) -> bool {
        if c.is_ascii_alphanumeric() {
            return true;
        }
        if self.in_host() && b"!$&'()*+,;=:[]<>\"".contains(&c) {
            return true;
        }
        match c {
            b'-' | b'_' | b'.' | b'~' => true,
            b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match self {
                Part::Path => c != b'?',
                Part::PathSegment => !matches!(c, b'/' | b';' | b',' | b'?'),
                Part::UserPassword => !matches!(c, b'@' | b'/' | b'?' | b':'),
                Part::Query | Part::Host | Part::Zone => false,
                Part::Fragment => true,
            },
            b'!' | b'(' | b')' | b'*' => self == Part::Fragment,
            _ => false,
        }
    }
}

/// `func plainParts(s string) (scheme, user, password, host, path, query, fragment string, kind int)`:
/// kind is 0 if the URL is not plain; else the first bit of it, the second for a user, the third for a
/// password.
fn plain_parts(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let Some(plain) = plain::parts(text.as_bytes()) else {
        (0..7).for_each(|_| cx.ret_no_str());
        cx.ret_int(0);
        return Ok(());
    };
    let start = text.as_bytes().as_ptr().addr();
    let part = |bytes: &[u8]| match bytes {
        [] => GoStr::EMPTY,
        bytes => {
            let at = bytes.as_ptr().addr() - start;
            text.part(at, at + bytes.len())
        }
    };
    let (user, password) = (plain.user.unwrap_or(&[]), plain.password.unwrap_or(&[]));
    let parts = [plain.scheme, user, password, plain.host, plain.path, plain.query, plain.fragment];
    for bytes in parts {
        cx.ret_gostr(part(bytes));
    }
    let kind = 1 | i64::from(plain.user.is_some()) << 1 | i64::from(plain.password.is_some()) << 2;
    cx.ret_int(kind);
    Ok(())
}

fn escape(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let part = Part::read(cx);
    if text.as_bytes().iter().all(|c| part.allows(*c)) {
        cx.ret_gostr(text);
        return Ok(());
    }
    let mut out = cx.take_buffer();
    for &c in text.as_bytes() {
        if part == Part::Query && c == b' ' {
            out.push(b'+');
        } else if part.allows(c) {
            out.push(c);
        } else {
            let digit = |value: u8| b"0123456789ABCDEF"[usize::from(value)];
            out.extend([b'%', digit(c >> 4), digit(c & 15)]);
        }
    }
    cx.ret_str(&out);
    cx.give_buffer(out);
    Ok(())
}

/// What is wrong with an encoded text.
enum Wrong<'a> {
    Escape(&'a [u8]),
    Character(&'a [u8]),
}

fn decode(text: &[u8], part: Part) -> Result<Vec<u8>, Wrong<'_>> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    let hex = |c: u8| char::from(c).to_digit(16).map(|d| d as u8);
    while let Some(&c) = text.get(at) {
        match c {
            b'%' => {
                let code = &text[at..text.len().min(at + 3)];
                let digits = match code {
                    [_, a, b] => hex(*a).zip(hex(*b)),
                    _ => None,
                };
                let Some((hi, lo)) = digits else { return Err(Wrong::Escape(code)) };
                let value = hi << 4 | lo;
                let percent = code == b"%25";
                // Hosts may have encoded bytes only beyond ASCII; zones may quote more.
                let refused = match part {
                    Part::Host => hi < 8 && !percent,
                    Part::Zone => !percent && value != b' ' && !Part::Host.allows(value),
                    _ => false,
                };
                if refused {
                    return Err(Wrong::Escape(code));
                }
                out.push(value);
                at += 3;
                continue;
            }
            b'+' if part == Part::Query => out.push(b' '),
            _ if part.in_host() && c < 0x80 && !part.allows(c) => {
                return Err(Wrong::Character(&text[at..=at]));
            }
            _ => out.push(c),
        }
        at += 1;
    }
    Ok(out)
}

fn unescaped(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let part = Part::read(cx);
    let plain = |c: &u8| *c != b'%' && (part != Part::Query || *c != b'+');
    if !part.in_host() && text.as_bytes().iter().all(plain) {
        cx.ret_gostr(text);
        cx.ret_no_str();
        cx.ret_bool(false);
        return Ok(());
    }
    match decode(text.as_bytes(), part) {
        Ok(text) => {
            cx.ret_str(text);
            cx.ret_str("");
            cx.ret_bool(false);
        }
        Err(Wrong::Escape(code)) => {
            cx.ret_str("");
            cx.ret_str(code);
            cx.ret_bool(false);
        }
        Err(Wrong::Character(c)) => {
            cx.ret_str("");
            cx.ret_str(c);
            cx.ret_bool(true);
        }
    }
    Ok(())
}

/// `func queryPairs(query string) (pairs []string, ok bool)`: names and values of a query in turn, decoded;
/// false if something is wrong with it.
fn query_pairs(cx: &mut NativeCx<'_>) -> NativeResult {
    let query = cx.str();
    let start = query.as_bytes().as_ptr().addr();
    let mut pairs = Vec::new();
    for pair in query.as_bytes().split(|&b| b == b'&').filter(|pair| !pair.is_empty()) {
        let (name, value) = match memchr::memchr(b'=', pair) {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &pair[pair.len()..]),
        };
        for part in [name, value] {
            if part.is_empty() {
                pairs.push(GoStr::EMPTY);
                continue;
            }
            if !part.iter().any(|b| matches!(b, b'%' | b'+' | b';')) {
                let at = part.as_ptr().addr() - start;
                pairs.push(query.part(at, at + part.len()));
                continue;
            }
            let decoded = decode(part, Part::Query).ok().filter(|_| !part.contains(&b';'));
            let Some(decoded) = decoded else {
                cx.ret_nil_slice();
                cx.ret_bool(false);
                return Ok(());
            };
            pairs.push(cx.new_str(&decoded));
        }
    }
    cx.ret_gostrs(pairs.into_iter());
    cx.ret_bool(true);
    Ok(())
}

fn valid_encoded(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let part = Part::read(cx);
    let valid = |c: &u8| b"!$&'()*+,;=:@[]%".contains(c) || part.allows(*c);
    cx.ret_bool(text.as_bytes().iter().all(valid));
    Ok(())
}

fn scheme_end(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str().as_bytes();
    let belongs = |at: usize, c: u8| {
        c.is_ascii_alphabetic() || at > 0 && (c.is_ascii_digit() || b"+-.".contains(&c))
    };
    let end = (0..text.len()).find(|&at| !belongs(at, text[at]));
    cx.ret_int(end.filter(|&end| text[end] == b':').map_or(-1, |end| end as i64));
    Ok(())
}

fn has_control(cx: &mut NativeCx<'_>) -> NativeResult {
    let found = cx.str().as_bytes().iter().any(u8::is_ascii_control);
    cx.ret_bool(found);
    Ok(())
}
