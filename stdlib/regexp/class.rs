//! Classes of runes in regular expressions: brackets, Perl's and Unicode's names, escapes.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use crate::ucd;
pub(crate) use crate::ucd::{LAST, Ranges, normalized};
use crate::ucd::negated;

use super::ast::flags::*;
use super::ast::{Code, SyntaxError, error};

/// The ranges as the class of the crate that matches. Surrogates match nothing.
pub(crate) fn to_class(ranges: &[(u32, u32)]) -> ClassUnicode {
    let parts = ranges.iter().flat_map(|&(low, high)| {
        let below = (low, high.min(0xD7FF));
        let above = (low.max(0xE000), high);
        [below, above]
    });
    ClassUnicode::new(parts.filter(|p| p.0 <= p.1).filter_map(|(low, high)| {
        Some(ClassUnicodeRange::new(char::from_u32(low)?, char::from_u32(high)?))
    }))
}

/// The runes that are equal to one but for case.
pub(crate) fn cases(rune: u32) -> Ranges {
    let Some(c) = char::from_u32(rune) else { return vec![(rune, rune)] };
    normalized(ucd::orbit(c).into_iter().map(|c| (c as u32, c as u32)).collect())
}

fn orbit(rune: u32) -> Vec<char> {
    char::from_u32(rune).map_or_else(Vec::new, ucd::orbit)
}

pub(crate) fn has_case(rune: u32) -> bool {
    orbit(rune).len() > 1
}

pub(crate) fn least_case(rune: u32) -> u32 {
    orbit(rune).first().map_or(rune, |&least| least as u32)
}

/// ASCII classes by name, as Go spells them in brackets.
fn posix(name: &str) -> Option<Ranges> {
    let spans: &[(u8, u8)] = match name {
        "alnum" => &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
        "alpha" => &[(b'A', b'Z'), (b'a', b'z')],
        "ascii" => &[(0, 0x7F)],
        "blank" => &[(b'\t', b'\t'), (b' ', b' ')],
        "cntrl" => &[(0, 0x1F), (0x7F, 0x7F)],
        "digit" => &[(b'0', b'9')],
        "graph" => &[(b'!', b'~')],
        "lower" => &[(b'a', b'z')],
        "print" => &[(b' ', b'~')],
        "punct" => &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')],
        "space" => &[(b'\t', b'\r'), (b' ', b' ')],
        "upper" => &[(b'A', b'Z')],
        "word" => &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')],
        "xdigit" => &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        _ => return None,
    };
    Some(spans.iter().map(|s| (u32::from(s.0), u32::from(s.1))).collect())
}

/// Perl's classes by their lower-case letter.
fn perl(letter: u8) -> Option<Ranges> {
    match letter {
        b'd' => posix("digit"),
        b'w' => posix("word"),
        b's' => Some(vec![(9, 10), (12, 13), (32, 32)]),
        _ => None,
    }
}

/// The runes of a Unicode category or script.
fn unicode(name: &str) -> Option<Ranges> {
    let plain = |c: &char| !matches!(c, ' ' | '_' | '-');
    let name: String = name.chars().filter(plain).map(|c| c.to_ascii_lowercase()).collect();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    match &name[..] {
        "ascii" => posix("ascii"),
        "assigned" => ucd::category("Cn").map(|ranges| negated(&ranges)),
        _ => ucd::loosely_named(&name),
    }
}

/// With flags: letters of both cases, or what is outside.
fn finished(ranges: Ranges, negate: bool, flags: u16) -> Ranges {
    let ranges = normalized(ranges);
    let ranges = if flags & FOLD_CASE != 0 { ucd::with_cases(&ranges) } else { ranges };
    if negate { negated(&ranges) } else { ranges }
}

/// `\d`, `\pL` and the like at the start of a text; what is behind.
pub(crate) fn parse_escaped(
    text: &str,
    flags: u16,
) -> Result<Option<(Ranges, &str)>, SyntaxError> {
    let Some(&letter) = text.as_bytes().get(1).filter(|_| text.starts_with('\\')) else {
        return Ok(None);
    };
    if flags & PERL_X != 0
        && let Some(ranges) = perl(letter.to_ascii_lowercase())
    {
        let ranges = finished(ranges, letter.is_ascii_uppercase(), flags);
        return Ok(Some((ranges, &text[2..])));
    }
    if flags & UNICODE_GROUPS == 0 || !matches!(letter, b'p' | b'P') {
        return Ok(None);
    }
    let named = &text[2..];
    let (name, rest) = if let Some(braced) = named.strip_prefix('{') {
        let Some((name, rest)) = braced.split_once('}') else {
            return error(Code::InvalidCharRange, text);
        };
        (name, rest)
    } else {
        let len = named.chars().next().map_or(0, char::len_utf8);
        named.split_at(len)
    };
    let through = &text[..text.len() - rest.len()];
    let (inverse, name) = match name.strip_prefix('^').filter(|_| named.starts_with('{')) {
        Some(name) => (true, name),
        None => (false, name),
    };
    let Some(ranges) = unicode(name) else { return error(Code::InvalidCharRange, through) };
    Ok(Some((finished(ranges, inverse != (letter == b'P'), flags), rest)))
}

/// An escape that stands for one rune; the rune and what is behind.
pub(crate) fn parse_rune(text: &str) -> Result<(u32, &str), SyntaxError> {
    let mut chars = text[1..].chars();
    let Some(c) = chars.next() else { return error(Code::TrailingBackslash, "") };
    let invalid = |rest: &str| error(Code::InvalidEscape, &text[..text.len() - rest.len()]);
    let rest = chars.as_str();
    let octal = |b: &u8| (b'0'..=b'7').contains(b);
    let rune = match c {
        '0'..='7' => {
            let more = rest.as_bytes().iter().take(2).take_while(|b| octal(b)).count();
            if c != '0' && more == 0 {
                return invalid(rest);
            }
            let digits = &text[1..2 + more];
            let value = u32::from_str_radix(digits, 8).unwrap_or_default();
            return Ok((value, &rest[more..]));
        }
        'x' => return parse_hex(text, rest),
        'a' => 7,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => u32::from(c),
        _ => return invalid(rest),
    };
    Ok((rune, rest))
}

/// What is behind `\x`: two digits, or any number of them in braces.
fn parse_hex<'a>(text: &'a str, rest: &'a str) -> Result<(u32, &'a str), SyntaxError> {
    let invalid = |rest: &str| error(Code::InvalidEscape, &text[..text.len() - rest.len()]);
    let mut chars = rest.chars();
    let Some(first) = chars.next() else { return invalid("") };
    if first != '{' {
        let Some(second) = chars.next() else { return invalid("") };
        return match (first.to_digit(16), second.to_digit(16)) {
            (Some(a), Some(b)) => Ok((a * 16 + b, chars.as_str())),
            _ => invalid(chars.as_str()),
        };
    }
    let mut value = 0;
    let mut digits = 0;
    loop {
        let Some(c) = chars.next() else { return invalid("") };
        if c == '}' && digits > 0 {
            return Ok((value, chars.as_str()));
        }
        let Some(digit) = c.to_digit(16) else { return invalid(chars.as_str()) };
        value = value * 16 + digit;
        digits += 1;
        if value > LAST {
            return invalid(chars.as_str());
        }
    }
}

/// A class in brackets; what is behind.
pub(crate) fn parse_bracket(text: &str, flags: u16) -> Result<(Ranges, &str), SyntaxError> {
    let mut rest = &text[1..];
    let negate = rest.starts_with('^');
    let mut ranges = Vec::new();
    if negate {
        rest = &rest[1..];
        // Where classes do not match a new line, this one must not after it is turned around.
        if flags & CLASS_NL == 0 {
            ranges.push((10, 10));
        }
    }
    let mut first = true;
    loop {
        if rest.starts_with(']') && !first {
            rest = &rest[1..];
            break;
        }
        if rest.starts_with('-')
            && flags & PERL_X == 0
            && !first
            && (rest.len() == 1 || rest.as_bytes()[1] != b']')
        {
            let next = rest[1..].chars().next().map_or(0, char::len_utf8);
            return error(Code::InvalidCharRange, &rest[..=next]);
        }
        first = false;
        if let Some((named, after)) = parse_named(rest, flags)? {
            ranges.extend(named);
            rest = after;
        } else if let Some((escaped, after)) = parse_escaped(rest, flags)? {
            ranges.extend(escaped);
            rest = after;
        } else {
            let (range, after) = parse_range(rest, text)?;
            let fold = flags & FOLD_CASE != 0;
            ranges.extend(if fold { ucd::with_cases(&[range]) } else { vec![range] });
            rest = after;
        }
    }
    let ranges = normalized(ranges);
    Ok((if negate { negated(&ranges) } else { ranges }, rest))
}

/// `[:alpha:]` and the like.
fn parse_named(text: &str, flags: u16) -> Result<Option<(Ranges, &str)>, SyntaxError> {
    let Some(end) = text.strip_prefix("[:").and_then(|t| t.find(":]")) else { return Ok(None) };
    let (through, rest) = text.split_at(2 + end + 2);
    let name = &text[2..2 + end];
    let (negate, bare) = name.strip_prefix('^').map_or((false, name), |n| (true, n));
    let Some(ranges) = posix(bare) else { return error(Code::InvalidCharRange, through) };
    Ok(Some((finished(ranges, negate, flags), rest)))
}

/// A rune or a range of runes; `whole` is the bracket, for an error.
fn parse_range<'a>(text: &'a str, whole: &str) -> Result<((u32, u32), &'a str), SyntaxError> {
    let (low, rest) = parse_class_rune(text, whole)?;
    let bytes = rest.as_bytes();
    if bytes.len() < 2 || bytes[0] != b'-' || bytes[1] == b']' {
        return Ok(((low, low), rest));
    }
    let (high, rest) = parse_class_rune(&rest[1..], whole)?;
    if high < low {
        return error(Code::InvalidCharRange, &text[..text.len() - rest.len()]);
    }
    Ok(((low, high), rest))
}

fn parse_class_rune<'a>(text: &'a str, whole: &str) -> Result<(u32, &'a str), SyntaxError> {
    match text.chars().next() {
        None => error(Code::MissingBracket, whole),
        Some('\\') => parse_rune(text),
        Some(c) => Ok((c as u32, &text[c.len_utf8()..])),
    }
}
