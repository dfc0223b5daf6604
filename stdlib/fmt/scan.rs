//! Scanning where nothing is out of the ordinary: numbers and words into variables of predeclared types,
//! from a text that is in memory.
//!
//! [`quick`] reads all operands before it stores the first. Whatever else the text, the format or the
//! operands are, it gives up without an effect, and the package's gol code does the work from the
//! start, errors included.

use gol_vm::native::NativeCx;
use gol_vm::place::Place;
use gol_vm::value::{GoSlice, Kind, Value};

use crate::text::runes;

/// What becomes of white space in the text.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lines {
    /// Lines end like words (`Scan`).
    Space,
    /// Lines are told apart (`Scanf`).
    Apart,
}

/// A text, and how much of it is read.
struct Input<'t> {
    text: &'t [u8],
    at: usize,
    /// Nothing comes behind the text.
    is_whole: bool,
}

/// What is to be stored.
enum Found<'t> {
    Bits(u64),
    Float(f64),
    Text(&'t [u8]),
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x0B | 0x0C | b'\r' | b' ')
}

/// White space beyond ASCII, as scanning has it.
fn is_wide_space(rune: char) -> bool {
    matches!(rune, '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}')
        || matches!(rune, '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

impl<'t> Input<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Skips white space; `None` at the end of a line that counts, and of the text.
    fn skip_space(&mut self, lines: Lines) -> Option<()> {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' if lines == Lines::Apart => return None,
                b'\n' => {}
                byte if is_blank(byte) => {}
                0x80.. => return None,
                _ => return Some(()),
            }
            self.at += 1;
        }
        None
    }

    /// Takes a number's characters off: those, and then something that cannot belong to one.
    fn number(&mut self, belongs: impl Fn(u8) -> bool) -> Option<&'t str> {
        let rest = &self.text[self.at..];
        let len = rest.iter().position(|&b| !belongs(b)).unwrap_or(rest.len());
        match rest.get(len) {
            Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'_' | 0x80..) => return None,
            None if !self.is_whole => return None,
            _ => {}
        }
        self.at += len;
        std::str::from_utf8(&rest[..len]).ok()
    }

    /// A decimal number without anything that some verbs read otherwise.
    fn integer(&mut self) -> Option<i64> {
        let sign = usize::from(matches!(self.peek(), Some(b'-' | b'+')));
        let start = self.at;
        self.at += sign;
        let digits = self.number(|b| b.is_ascii_digit())?;
        let is_plain = digits == "0" || !digits.starts_with('0');
        if !is_plain || digits.is_empty() || digits.len() > 18 {
            return None;
        }
        let value: i64 = digits.parse().ok()?;
        Some(if self.text[start] == b'-' { -value } else { value })
    }

    fn float(&mut self) -> Option<&'t str> {
        let text = self.number(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'))?;
        // What strconv reads and Rust does not is no decimal number; what Rust reads beyond that has
        // letters.
        let digits = text.trim_start_matches(['-', '+']);
        digits.starts_with(|c: char| c.is_ascii_digit()).then_some(text)
    }

    fn word(&mut self) -> Option<&'t [u8]> {
        let rest = &self.text[self.at..];
        let mut len = 0;
        for (bytes, rune) in runes(rest) {
            match rune? {
                '\n' => break,
                rune if rune.is_ascii() && is_blank(rune as u8) => break,
                rune if is_wide_space(rune) => break,
                _ => len += bytes.len(),
            }
        }
        if len == rest.len() && !self.is_whole {
            return None;
        }
        self.at += len;
        Some(&rest[..len])
    }

    /// Reads what a verb wants for a variable.
    fn operand(&mut self, place: Place<'_>, verb: u8, lines: Lines) -> Option<Found<'t>> {
        self.skip_space(lines)?;
        let size = place.rtype().desc.size;
        match place.kind() {
            kind if (Kind::Int..=Kind::Int64).contains(&kind) && matches!(verb, b'v' | b'd') => {
                let value = self.integer()?;
                let shift = 64 - 8 * size as u32;
                (value << shift >> shift == value).then_some(Found::Bits(value as u64))
            }
            kind if (Kind::Uint..=Kind::Uintptr).contains(&kind) && matches!(verb, b'v' | b'd') => {
                self.peek().filter(u8::is_ascii_digit)?;
                let value = self.integer()? as u64;
                let shift = 64 - 8 * size as u32;
                (value << shift >> shift == value).then_some(Found::Bits(value))
            }
            Kind::Float64 if b"veEfFgG".contains(&verb) => {
                let value: f64 = self.float()?.parse().ok()?;
                value.is_finite().then_some(Found::Float(value))
            }
            Kind::Float32 if b"veEfFgG".contains(&verb) => {
                let value: f32 = self.float()?.parse().ok()?;
                value.is_finite().then_some(Found::Float(value.into()))
            }
            Kind::String if matches!(verb, b'v' | b's') => self.word().map(Found::Text),
            _ => None,
        }
    }

    /// Matches what a format has before its next verb; that verb, or 0 at the end.
    fn matched(&mut self, format: &[u8], at: &mut usize) -> Option<u8> {
        while let Some(&c) = format.get(*at) {
            match c {
                b'%' => {
                    *at += 2;
                    return format.get(*at - 1).copied().filter(u8::is_ascii_alphabetic);
                }
                b' ' => {
                    *at += format[*at..].iter().take_while(|&&c| c == b' ').count();
                    match self.peek() {
                        None if self.is_whole => {}
                        None | Some(0x80..) => return None,
                        Some(byte) if is_blank(byte) => {}
                        Some(_) => return None,
                    }
                    while self.peek().is_some_and(is_blank) {
                        self.at += 1;
                    }
                }
                // Lines, other space, and what has more than one byte.
                ..b' ' | 0x80.. => return None,
                c if self.peek() == Some(c) => {
                    self.at += 1;
                    *at += 1;
                }
                _ => return None,
            }
        }
        Some(0)
    }
}

/// The variable that an operand points to, if its type is predeclared: no method reads it.
fn variable(operand: Value<'_>) -> Option<Place<'_>> {
    let place = Place::target(operand)?;
    let is_unnamed = operand.rtype().is_some_and(|pointer| pointer.desc.name.is_empty());
    (is_unnamed && place.rtype().desc.pkg_path.is_empty()).then_some(place)
}

/// Scans a text into operands, by a format if there is one; how much of it was read.
pub(super) fn quick<'a>(
    cx: &mut NativeCx<'a>,
    text: &[u8],
    is_whole: bool,
    format: Option<&[u8]>,
    operands: GoSlice<'a>,
) -> Option<usize> {
    let mut input = Input { text, at: 0, is_whole };
    let mut found = Vec::with_capacity(operands.len());
    let mut at = 0;
    for operand in operands.values() {
        let place = variable(operand)?;
        let read = match format {
            Some(format) => {
                let verb = input.matched(format, &mut at)?;
                input.operand(place, verb, Lines::Apart)?
            }
            None => input.operand(place, b'v', Lines::Space)?,
        };
        found.push((place, read));
    }
    if let Some(format) = format
        && input.matched(format, &mut at)? != 0
    {
        return None;
    }
    for (place, read) in found {
        match read {
            Found::Bits(bits) => place.set_bits(bits),
            Found::Float(value) => place.set_float(value),
            Found::Text(text) => {
                let text = cx.new_str(text);
                place.set_string(text);
            }
        }
    }
    Some(input.at)
}
