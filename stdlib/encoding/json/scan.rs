//! Checks that text is JSON, and says where it is not and why.

use super::text::next_char;

/// How deep arrays and objects may be nested.
const MAX_DEPTH: usize = 10_000;

/// What keeps text from being a JSON value.
#[derive(Debug)]
pub(super) enum Flaw {
    /// It ends too early; where what is there ends.
    Incomplete(usize),
    /// How many bytes were read up to the error, and what is wrong.
    Syntax(usize, String),
}

type Scanned = Result<usize, Flaw>;

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

/// Skips white space.
pub(super) fn skip_space(data: &[u8], at: usize) -> usize {
    at + data[at..].iter().take_while(|&&b| is_space(b)).count()
}

/// Checks that text is exactly one value.
pub(super) fn whole(data: &[u8]) -> Result<(), Flaw> {
    let end = skip_space(data, value(data, 0)?);
    if end == data.len() { Ok(()) } else { Err(unexpected(data, end, "after top-level value")) }
}

/// The error of a character that must not stand there.
pub(super) fn unexpected(data: &[u8], at: usize, context: &str) -> Flaw {
    let (c, size) = next_char(&data[at..]);
    let shown = match c {
        Some('\'') => "'\\''".to_owned(),
        Some('\\') => "'\\\\'".to_owned(),
        Some('\n') => "'\\n'".to_owned(),
        Some('\r') => "'\\r'".to_owned(),
        Some('\t') => "'\\t'".to_owned(),
        Some('\u{7}') => "'\\a'".to_owned(),
        Some('\u{8}') => "'\\b'".to_owned(),
        Some('\u{b}') => "'\\v'".to_owned(),
        Some('\u{c}') => "'\\f'".to_owned(),
        Some(c) if (c as u32) < 0x20 || c as u32 == 0x7f => format!("'\\x{:02x}'", c as u32),
        Some(c) if crate::text::is_print(c) => format!("'{c}'"),
        Some(c) if (c as u32) < 0x10000 => format!("'\\u{:04x}'", c as u32),
        Some(c) => format!("'\\U{:08x}'", c as u32),
        None => format!("'\\x{:02x}'", data[at]),
    };
    Flaw::Syntax(at + size, format!("invalid character {shown} {context}"))
}

/// Where a container's next thing is, or what is wrong with it.
fn peek(data: &[u8], at: usize) -> Result<(usize, u8), Flaw> {
    let at = skip_space(data, at);
    data.get(at).map(|&b| (at, b)).ok_or(Flaw::Incomplete(at))
}

/// The end of the value that starts at `at` or behind white space there. Containers are kept on a
/// list, so that depth costs no stack.
pub(super) fn value(data: &[u8], at: usize) -> Scanned {
    // Whether each container is an object.
    let mut open: Vec<bool> = Vec::new();
    let mut at = at;
    loop {
        // A value starts here.
        let (start, b) = peek(data, at)?;
        at = match b {
            b'{' | b'[' => {
                if open.len() == MAX_DEPTH {
                    return Err(Flaw::Syntax(start + 1, "exceeded max depth".to_owned()));
                }
                let object = b == b'{';
                let (next, b) = peek(data, start + 1)?;
                match (object, b) {
                    (true, b'}') | (false, b']') => next + 1,
                    (true, _) => {
                        open.push(true);
                        at = key(data, next)?;
                        continue;
                    }
                    (false, _) => {
                        open.push(false);
                        at = next;
                        continue;
                    }
                }
            }
            _ => scalar(data, start, b)?,
        };
        // A value has ended.
        loop {
            let Some(&object) = open.last() else { return Ok(at) };
            let (next, b) = peek(data, at)?;
            match (object, b) {
                (true, b',') => {
                    let (next, _) = peek(data, next + 1)?;
                    at = key(data, next)?;
                    break;
                }
                (false, b',') => {
                    at = next + 1;
                    break;
                }
                (true, b'}') | (false, b']') => {
                    open.pop();
                    at = next + 1;
                }
                (true, _) => return Err(unexpected(data, next, "after object key:value pair")),
                (false, _) => return Err(unexpected(data, next, "after array element")),
            }
        }
    }
}

/// A key and its colon.
fn key(data: &[u8], at: usize) -> Scanned {
    if data[at] != b'"' {
        return Err(unexpected(data, at, "looking for beginning of object key string"));
    }
    let end = string(data, at)?;
    let (next, b) = peek(data, end)?;
    if b == b':' { Ok(next + 1) } else { Err(unexpected(data, next, "after object key")) }
}

/// A value that is no container.
pub(super) fn scalar(data: &[u8], at: usize, first: u8) -> Scanned {
    match first {
        b'"' => string(data, at),
        b'-' | b'0'..=b'9' => number(data, at),
        b't' => literal(data, at, "true"),
        b'f' => literal(data, at, "false"),
        b'n' => literal(data, at, "null"),
        _ => Err(unexpected(data, at, "looking for beginning of value")),
    }
}

fn literal(data: &[u8], at: usize, word: &str) -> Scanned {
    for (i, expected) in word.bytes().enumerate() {
        match data.get(at + i) {
            Some(&b) if b == expected => {}
            Some(_) => {
                let context = format!("in literal {word} (expecting '{}')", char::from(expected));
                return Err(unexpected(data, at + i, &context));
            }
            None => return Err(Flaw::Incomplete(data.len())),
        }
    }
    Ok(at + word.len())
}

/// A string with its quotes.
pub(super) fn string(data: &[u8], start: usize) -> Scanned {
    let mut at = start + 1;
    loop {
        let plain = data[at..].iter().take_while(|&&b| b != b'"' && b != b'\\' && b >= 0x20).count();
        at += plain;
        match data.get(at) {
            None => return Err(Flaw::Incomplete(at)),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape(data, at)?,
            Some(_) => return Err(unexpected(data, at, "in string")),
        }
    }
}

fn escape(data: &[u8], at: usize) -> Scanned {
    let invalid = |end: usize| {
        let text = shown(&data[at..end]);
        Err(Flaw::Syntax(end, format!("invalid escape sequence {text} in string")))
    };
    match data.get(at + 1) {
        None => Err(Flaw::Incomplete(at)),
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let end = data.len().min(at + 6);
            let digits = &data[at + 2..end];
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return invalid(end);
            }
            if digits.len() == 4 { Ok(end) } else { Err(Flaw::Incomplete(at)) }
        }
        Some(_) => invalid(at + 2),
    }
}

/// Text as a message shows it: in backquotes or, where these cannot hold it, as a string of Go.
fn shown(text: &[u8]) -> String {
    let plain = |c: char| c != '`' && c != ' ' && crate::text::is_print(c);
    if let Ok(text) = std::str::from_utf8(text)
        && text.chars().all(plain)
    {
        return format!("`{text}`");
    }
    let mut out = String::from('"');
    let mut at = 0;
    while at < text.len() {
        let (c, size) = next_char(&text[at..]);
        match c {
            Some(c @ ('"' | '\\')) => out.extend(['\\', c]),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c) if c == ' ' || crate::text::is_print(c) => out.push(c),
            Some(c) if c as u32 >= 0x80 => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push_str(&format!("\\x{:02x}", text[at])),
        }
        at += size;
    }
    out.push('"');
    out
}

fn number(data: &[u8], start: usize) -> Scanned {
    let digits = |at: usize| match data.get(at) {
        Some(b'0'..=b'9') => {
            Ok(at + data[at..].iter().take_while(|b| b.is_ascii_digit()).count())
        }
        Some(_) => Err(unexpected(data, at, "in numeric literal")),
        None => Err(Flaw::Incomplete(start)),
    };
    let mut at = start + usize::from(data[start] == b'-');
    at = if data.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if data.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(data.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(data.get(at + 1), Some(b'+' | b'-')));
        at = digits(at)?;
    }
    Ok(at)
}

/// What keeps a text from being one string of JSON.
pub(super) fn string_flaw(text: &[u8]) -> Option<String> {
    let checked = match text.first() {
        Some(b'"') => whole(text),
        Some(_) => Err(unexpected(text, 0, "looking for beginning of object key string")),
        None => Err(Flaw::Incomplete(0)),
    };
    match checked {
        Ok(()) => None,
        Err(Flaw::Syntax(_, message)) => Some(message),
        Err(Flaw::Incomplete(_)) => Some("unexpected end of JSON input".to_owned()),
    }
}

/// Appends a checked value without white space; with `html`, without what could end a script.
pub(super) fn compact(out: &mut Vec<u8>, data: &[u8], html: bool) {
    let mut at = 0;
    let mut start = 0;
    while at < data.len() {
        let b = data[at];
        if b == b'"' {
            let end = string(data, at).unwrap_or(data.len());
            if html {
                out.extend_from_slice(&data[start..at]);
                html_escape(out, &data[at..end]);
                start = end;
            }
            at = end;
        } else if is_space(b) {
            out.extend_from_slice(&data[start..at]);
            at += 1;
            start = at;
        } else {
            at += 1;
        }
    }
    out.extend_from_slice(&data[start..]);
}

/// Appends text with `<`, `>`, `&`, U+2028 and U+2029 escaped.
pub(super) fn html_escape(out: &mut Vec<u8>, data: &[u8]) {
    for (i, &b) in data.iter().enumerate() {
        match b {
            b'<' => out.extend_from_slice(b"\\u003c"),
            b'>' => out.extend_from_slice(b"\\u003e"),
            b'&' => out.extend_from_slice(b"\\u0026"),
            0xa8 | 0xa9 if i >= 2 && data[i - 2..i] == [0xe2, 0x80] => {
                out.truncate(out.len() - 2);
                out.extend_from_slice(if b == 0xa8 { b"\\u2028" } else { b"\\u2029" });
            }
            _ => out.push(b),
        }
    }
}

/// Appends a checked value, each element and member on a line of its own.
pub(super) fn indent(out: &mut Vec<u8>, data: &[u8], prefix: &[u8], unit: &[u8]) {
    let mut depth = 0_usize;
    let newline = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        out.extend_from_slice(prefix);
        (0..depth).for_each(|_| out.extend_from_slice(unit));
    };
    let mut at = 0;
    while at < data.len() {
        let b = data[at];
        match b {
            b'"' => {
                let end = string(data, at).unwrap_or(data.len());
                out.extend_from_slice(&data[at..end]);
                at = end;
                continue;
            }
            b'{' | b'[' => {
                out.push(b);
                let next = skip_space(data, at + 1);
                if matches!(data.get(next), Some(b'}' | b']')) {
                    out.push(data[next]);
                    at = next + 1;
                    continue;
                }
                depth += 1;
                newline(out, depth);
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                newline(out, depth);
                out.push(b);
            }
            b',' => {
                out.push(b);
                newline(out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            b if is_space(b) => {}
            b => out.push(b),
        }
        at += 1;
    }
}
