//! Strings and numbers of JSON: quoting, reading, formatting.

/// Appends a string as a JSON string. What is no UTF-8 becomes U+FFFD; with `html`, what could end
/// a script in a page is escaped.
pub(super) fn quote(out: &mut Vec<u8>, text: &[u8], html: bool) {
    out.push(b'"');
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        let b = text[at];
        if b < 0x80 {
            if b >= 0x20 && b != b'"' && b != b'\\' && !(html && matches!(b, b'<' | b'>' | b'&')) {
                at += 1;
                continue;
            }
            out.extend_from_slice(&text[start..at]);
            escape(out, b);
            at += 1;
            start = at;
            continue;
        }
        let (c, size) = next_char(&text[at..]);
        match c {
            Some('\u{2028}' | '\u{2029}') | None => {
                out.extend_from_slice(&text[start..at]);
                let escaped: &[u8] = match c {
                    None => "\u{fffd}".as_bytes(),
                    Some('\u{2028}') => b"\\u2028",
                    Some(_) => b"\\u2029",
                };
                out.extend_from_slice(escaped);
                start = at + size;
            }
            Some(_) => {}
        }
        at += size;
    }
    out.extend_from_slice(&text[start..]);
    out.push(b'"');
}

/// Appends the escape of a character below a space, a quote or a backslash.
pub(crate) fn escape(out: &mut Vec<u8>, b: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match b {
        b'"' | b'\\' => b,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend([HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]);
            return;
        }
    };
    out.extend([b'\\', short]);
}

/// The first character and its length; `None` of length 1 if there is none.
pub(super) fn next_char(text: &[u8]) -> (Option<char>, usize) {
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or(""),
    };
    match valid.chars().next() {
        Some(c) => (Some(c), c.len_utf8()),
        None => (None, 1),
    }
}

/// The text of a JSON string (without its quotes) that was checked before. Half surrogates and what
/// is no UTF-8 become U+FFFD.
pub(crate) fn unquote(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let b = raw[at];
        if b == b'\\' && at + 1 < raw.len() {
            at += unescape(&mut out, &raw[at..]);
        } else if b < 0x80 {
            out.push(b);
            at += 1;
        } else {
            let (c, size) = next_char(&raw[at..]);
            match c {
                Some(_) => out.extend_from_slice(&raw[at..at + size]),
                None => out.extend_from_slice("\u{fffd}".as_bytes()),
            }
            at += size;
        }
    }
    out
}

/// Appends what an escape sequence stands for; returns its length.
fn unescape(out: &mut Vec<u8>, raw: &[u8]) -> usize {
    let simple = match raw[1] {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'u' => {
            let Some(first) = hex4(&raw[2..]) else { return raw.len() };
            let second = raw.get(6..8).filter(|s| *s == b"\\u").and_then(|_| hex4(&raw[8..]));
            let pair = second.filter(|s| (0xdc00..0xe000).contains(s) && (0xd800..0xdc00).contains(&first));
            let (code, len) = match pair {
                Some(second) => (0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00), 12),
                None => (first, 6),
            };
            let c = char::from_u32(code).unwrap_or('\u{fffd}');
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return len;
        }
        other => other,
    };
    out.push(simple);
    2
}

fn hex4(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits.get(..4)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

/// Appends a float as JSON has it: like JavaScript.
pub(crate) fn number(out: &mut Vec<u8>, value: f64, single: bool) {
    let abs = value.abs();
    let scientific = abs != 0.0
        && if single {
            (abs as f32) < 1e-6 || (abs as f32) >= 1e21
        } else {
            !(1e-6..1e21).contains(&abs)
        };
    let text = match (scientific, single) {
        (false, false) => format!("{value}"),
        (false, true) => format!("{}", value as f32),
        (true, false) => format!("{value:e}"),
        (true, true) => format!("{:e}", value as f32),
    };
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => {
            out.extend_from_slice(format!("{digits}e+{exponent}").as_bytes());
        }
        _ => out.extend_from_slice(text.as_bytes()),
    }
}

/// A name in the form in which names that differ in case only are equal.
pub(super) fn fold(name: &[u8]) -> Vec<u8> {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let mut out = Vec::with_capacity(name.len());
    let mut at = 0;
    while at < name.len() {
        let (c, size) = next_char(&name[at..]);
        match c {
            Some(c) => {
                let smallest = crate::ucd::orbit(c).into_iter().min().unwrap_or(c);
                let c = if smallest.is_ascii() { smallest.to_ascii_lowercase() } else { smallest };
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            None => out.push(name[at]),
        }
        at += size;
    }
    out
}

/// Whether text is a number as JSON has it.
pub(crate) fn is_number(text: &[u8]) -> bool {
    let digits = |at: usize| text[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(text.first() == Some(&b'-'));
    match text.get(at) {
        Some(b'0') => at += 1,
        Some(b'1'..=b'9') => at += digits(at),
        _ => return false,
    }
    if text.get(at) == Some(&b'.') {
        let n = digits(at + 1);
        if n == 0 {
            return false;
        }
        at += 1 + n;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(text.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let n = digits(at);
        if n == 0 {
            return false;
        }
        at += n;
    }
    at == text.len()
}

/// Appends base64 with padding.
pub(crate) fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, b| word << 8 | u32::from(*b))
            << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * i)) as usize & 63];
            out.push(if i > chunk.len() { b'=' } else { digit });
        }
    }
}

/// What base64 with padding stands for, line ends left out; else where it goes wrong.
pub(crate) fn from_base64(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut word, mut count, mut padding) = (0_u32, 0, 0);
    for (at, &b) in text.iter().enumerate() {
        let digit = match b {
            b'\r' | b'\n' => continue,
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if count >= 2 && padding < 2 => {
                padding += 1;
                0
            }
            _ => return Err(at),
        };
        if padding > 0 && b != b'=' || out.len() % 3 != 0 && count == 0 {
            return Err(at);
        }
        word = word << 6 | u32::from(digit);
        count += 1;
        if count == 4 {
            let bytes = word.to_be_bytes();
            out.extend_from_slice(&bytes[1..4 - padding]);
            (word, count) = (0, 0);
        }
    }
    match count {
        0 => Ok(out),
        _ if padding > 0 => Err(text.len()),
        _ => Err(text.len() - count),
    }
}
