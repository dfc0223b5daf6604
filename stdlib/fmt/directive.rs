//! Formats whose operands are all of predeclared basic types, which is most of them: printed here,
//! without a call of gol code. What is less common (`#`, `*`, indexes, errors in the format, other
//! types, and so on) is left to the package.

use gol_vm::value::{Kind, Value};

use crate::strconv::append_float_verb;

/// Flags, width and precision of a directive.
#[derive(Default)]
struct Directive {
    minus: bool,
    plus: bool,
    space: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// The text that a format makes of its operands; `None` if it is for the package.
pub(super) fn format<'a>(
    format: &[u8],
    mut operands: impl Iterator<Item = Value<'a>>,
) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(format.len() + 32);
    let mut rest = format;
    while let Some(at) = memchr::memchr(b'%', rest) {
        out.extend_from_slice(&rest[..at]);
        let (directive, verb, behind) = parse(&rest[at + 1..])?;
        rest = behind;
        if verb == b'%' {
            out.push(b'%');
            continue;
        }
        directive.print(&mut out, verb, operands.next()?)?;
    }
    out.extend_from_slice(rest);
    // Operands that are left over are an error.
    operands.next().is_none().then_some(out)
}

fn parse(mut text: &[u8]) -> Option<(Directive, u8, &[u8])> {
    let mut directive = Directive::default();
    loop {
        let (&first, rest) = text.split_first()?;
        match first {
            b'-' => directive.minus = true,
            b'+' => directive.plus = true,
            b' ' => directive.space = true,
            b'0' => directive.zero = true,
            _ => break,
        }
        text = rest;
    }
    (directive.width, text) = number(text)?;
    if let Some(rest) = text.strip_prefix(b".") {
        let (precision, rest) = number(rest)?;
        directive.precision = Some(precision);
        text = rest;
    }
    let (&verb, rest) = text.split_first()?;
    Some((directive, verb, rest))
}

/// A number of at most four digits; longer ones are for the package.
fn number(text: &[u8]) -> Option<(usize, &[u8])> {
    let len = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if len > 4 {
        return None;
    }
    let value = text[..len].iter().fold(0, |n, b| n * 10 + usize::from(b - b'0'));
    Some((value, &text[len..]))
}

impl Directive {
    fn print(&self, out: &mut Vec<u8>, verb: u8, value: Value<'_>) -> Option<()> {
        let rtype = value.rtype()?;
        // Types of the program may have methods that say how they are printed.
        if !rtype.desc.pkg_path.is_empty() {
            return None;
        }
        match rtype.desc.kind {
            Kind::String => self.string(out, verb, value.string().as_bytes()),
            Kind::Bool => {
                let text = if value.bool() { &b"true"[..] } else { b"false" };
                matches!(verb, b't' | b'v').then(|| self.pad(out, text))
            }
            Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => {
                let n = value.int();
                self.integer(out, verb, n.unsigned_abs(), n < 0)
            }
            Kind::Uint | Kind::Uint8 | Kind::Uint16 | Kind::Uint32 | Kind::Uint64 => {
                self.integer(out, verb, value.uint(), false)
            }
            Kind::Float32 => self.float(out, verb, value.float(), true),
            Kind::Float64 => self.float(out, verb, value.float(), false),
            _ => None,
        }
    }

    /// Appends a text filled up to the width, which counts runes.
    fn pad(&self, out: &mut Vec<u8>, text: &[u8]) {
        let fill = if self.width == 0 {
            0
        } else {
            let runes = std::str::from_utf8(text)
                .map_or_else(|_| crate::text::runes(text).count(), |t| t.chars().count());
            self.width.saturating_sub(runes)
        };
        let filler = if self.zero && !self.minus { b'0' } else { b' ' };
        if !self.minus {
            out.extend(std::iter::repeat_n(filler, fill));
        }
        out.extend_from_slice(text);
        if self.minus {
            out.extend(std::iter::repeat_n(filler, fill));
        }
    }

    fn string(&self, out: &mut Vec<u8>, verb: u8, text: &[u8]) -> Option<()> {
        // `+` and the space mean something with strings, too.
        if !matches!(verb, b's' | b'v') || self.plus || self.space {
            return None;
        }
        let text = match self.precision {
            None => text,
            Some(most) => {
                let kept = crate::text::runes(text).take(most).map(|(bytes, _)| bytes.len());
                &text[..kept.sum()]
            }
        };
        self.pad(out, text);
        Some(())
    }

    fn integer(&self, out: &mut Vec<u8>, verb: u8, magnitude: u64, negative: bool) -> Option<()> {
        if self.precision.is_some() || verb == b'v' && self.plus {
            return None;
        }
        let digits = match verb {
            b'd' | b'v' => magnitude.to_string(),
            b'x' => std::format!("{magnitude:x}"),
            b'X' => std::format!("{magnitude:X}"),
            b'o' => std::format!("{magnitude:o}"),
            b'b' => std::format!("{magnitude:b}"),
            _ => return None,
        };
        let sign = match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (.., true) => " ",
            _ => "",
        };
        self.number(out, sign.as_bytes(), digits.as_bytes());
        Some(())
    }

    /// A sign and digits; zeros go between them.
    fn number(&self, out: &mut Vec<u8>, sign: &[u8], digits: &[u8]) {
        let fill = self.width.saturating_sub(sign.len() + digits.len());
        let zeros = self.zero && !self.minus;
        if !self.minus && !zeros {
            out.extend(std::iter::repeat_n(b' ', fill));
        }
        out.extend_from_slice(sign);
        if zeros {
            out.extend(std::iter::repeat_n(b'0', fill));
        }
        out.extend_from_slice(digits);
        if self.minus {
            out.extend(std::iter::repeat_n(b' ', fill));
        }
    }

    fn float(&self, out: &mut Vec<u8>, verb: u8, value: f64, single: bool) -> Option<()> {
        if !value.is_finite() || verb == b'v' && self.plus {
            return None;
        }
        let (form, default) = match verb {
            b'v' => (b'g', -1),
            b'g' | b'G' => (verb, -1),
            b'e' | b'E' | b'f' => (verb, 6),
            b'F' => (b'f', 6),
            _ => return None,
        };
        let precision = self.precision.map_or(default, |p| p as i64);
        let mut text = Vec::with_capacity(24);
        append_float_verb(&mut text, value, form, precision, single);
        let (sign, digits): (&[u8], &[u8]) = match text.strip_prefix(b"-") {
            Some(digits) => (b"-", digits),
            None if self.plus => (b"+", &text),
            None if self.space => (b" ", &text),
            None => (b"", &text),
        };
        self.number(out, sign, digits);
        Some(())
    }
}

