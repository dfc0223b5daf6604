//! The text of values of basic types, by verb and flags.
//!
//! Methods that are given a verb tell whether it is one for such a value; if not, they have written
//! nothing.

use std::borrow::Cow;

use crate::strconv::{append_float_verb, append_quoted, can_backquote, decimal};
use crate::text::{is_print, runes};

use super::directive::{
    Directive, MINUS, PLUS, SHARP, SHARP_V, SPACE, WIDTH,
};

/// What is written, and the directive in force.
#[derive(Default)]
pub(super) struct Text {
    pub(super) out: Vec<u8>,
    pub(super) directive: Directive,
    /// The digits of a float, before they are in place.
    scratch: Vec<u8>,
}

impl Text {
    pub(super) fn has(&self, flag: u64) -> bool {
        self.directive.has(flag)
    }

    pub(super) fn push(&mut self, text: impl AsRef<[u8]>) {
        self.out.extend_from_slice(text.as_ref());
    }

    pub(super) fn push_rune(&mut self, rune: char) {
        self.push(rune.encode_utf8(&mut [0; 4]));
    }

    /// Fills what has been written since `start` up to the width, which counts runes.
    fn fill(&mut self, start: usize, zeros: bool) {
        let Some(width) = self.directive.width() else { return };
        let written = &self.out[start..];
        let count = match std::str::from_utf8(written) {
            Ok(text) => text.chars().count(),
            Err(_) => runes(written).count(),
        };
        let missing = width.saturating_sub(count);
        if missing == 0 {
            return;
        }
        self.out.resize(self.out.len() + missing, if zeros { b'0' } else { b' ' });
        if !self.has(MINUS) {
            self.out[start..].rotate_right(missing);
        }
    }

    /// A text filled up to the width.
    pub(super) fn pad(&mut self, text: &[u8]) {
        let start = self.out.len();
        self.push(text);
        self.fill(start, self.directive.zeros());
    }

    /// The part of a text that the precision leaves, in runes.
    fn truncated<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        match self.directive.precision() {
            Some(most) if most < text.len() => {
                let kept = runes(text).take(most).map(|(bytes, _)| bytes.len());
                &text[..kept.sum()]
            }
            _ => text,
        }
    }

    /// `%s` of a text.
    pub(super) fn plain(&mut self, text: &[u8]) {
        let text = self.truncated(text);
        self.pad(text);
    }

    pub(super) fn string(&mut self, text: &[u8], verb: char) -> bool {
        match verb {
            'v' if self.has(SHARP_V) => self.quoted(text),
            'v' | 's' => self.plain(text),
            'x' | 'X' => self.hexadecimal(text, verb == 'X'),
            'q' => self.quoted(text),
            _ => return false,
        }
        true
    }

    fn quoted(&mut self, text: &[u8]) {
        let text = self.truncated(text);
        let start = self.out.len();
        if self.has(SHARP) && can_backquote(text) {
            self.out.push(b'`');
            self.push(text);
            self.out.push(b'`');
        } else {
            append_quoted(&mut self.out, text, b'"', self.directive.has(PLUS), false);
        }
        self.fill(start, self.directive.zeros());
    }

    fn hexadecimal(&mut self, text: &[u8], upper: bool) {
        let (digits, prefix) =
            if upper { (b"0123456789ABCDEF", "0X") } else { (b"0123456789abcdef", "0x") };
        let count = self.directive.precision().map_or(text.len(), |most| most.min(text.len()));
        let (space, sharp) = (self.has(SPACE), self.has(SHARP));
        let start = self.out.len();
        for (i, byte) in text[..count].iter().enumerate() {
            if space && i > 0 {
                self.out.push(b' ');
            }
            if sharp && (space || i == 0) {
                self.push(prefix);
            }
            self.push([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
        }
        self.fill(start, self.directive.zeros());
    }

    pub(super) fn bool(&mut self, value: bool, verb: char) -> bool {
        let fits = matches!(verb, 't' | 'v');
        if fits {
            self.pad(if value { b"true" } else { b"false" });
        }
        fits
    }

    /// An integer given as 64 bits.
    pub(super) fn integer(&mut self, bits: u64, signed: bool, verb: char) -> bool {
        match verb {
            'v' if self.has(SHARP_V) && !signed => {
                let saved = self.directive;
                self.directive = saved.with(SHARP);
                self.number(bits, 16, signed, verb);
                self.directive = saved;
            }
            'v' | 'd' => self.number(bits, 10, signed, verb),
            'b' => self.number(bits, 2, signed, verb),
            'o' | 'O' => self.number(bits, 8, signed, verb),
            'x' | 'X' => self.number(bits, 16, signed, verb),
            'c' => self.pad(rune(bits).encode_utf8(&mut [0; 4]).as_bytes()),
            'q' => {
                let start = self.out.len();
                let (mut buffer, ascii) = ([0; 4], self.has(PLUS));
                let text = rune(bits).encode_utf8(&mut buffer).as_bytes();
                append_quoted(&mut self.out, text, b'\'', ascii, false);
                self.fill(start, self.directive.zeros());
            }
            'U' => self.unicode(bits),
            _ => return false,
        }
        true
    }

    /// U+0078, with `#` U+0078 'x'.
    fn unicode(&mut self, bits: u64) {
        let least = self.directive.precision().unwrap_or(0).max(4);
        let start = self.out.len();
        self.push(format!("U+{bits:0least$X}"));
        let shown = u32::try_from(bits).ok().and_then(char::from_u32).filter(|&c| is_print(c));
        if let Some(c) = shown.filter(|_| self.directive.has(SHARP)) {
            self.push(" '");
            self.push_rune(c);
            self.out.push(b'\'');
        }
        self.fill(start, false);
    }

    fn number(&mut self, bits: u64, base: u64, signed: bool, verb: char) {
        let negative = signed && (bits as i64) < 0;
        let magnitude = if negative { bits.wrapping_neg() } else { bits };
        let directive = self.directive;
        let mut buffer = [0; 64];
        let digits = digits(magnitude, base, verb == 'X', &mut buffer);
        let signs = negative || directive.flags & (PLUS | SPACE) != 0;
        let least = match directive.precision() {
            Some(0) if bits == 0 => {
                let start = self.out.len();
                return self.fill(start, false);
            }
            Some(precision) => precision,
            None if directive.zeros() => {
                directive.width().unwrap_or(0).saturating_sub(usize::from(signs))
            }
            None => 0,
        };
        let zeros = least.saturating_sub(digits.len());
        let start = self.out.len();
        self.push(match (negative, directive.has(PLUS), directive.has(SPACE)) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (.., true) => " ",
            _ => "",
        });
        if verb == 'O' {
            self.push("0o");
        }
        if directive.has(SHARP) {
            self.push(match base {
                2 => "0b",
                8 if zeros == 0 && digits[0] != b'0' => "0",
                16 if verb == 'X' => "0X",
                16 => "0x",
                _ => "",
            });
        }
        self.out.resize(self.out.len() + zeros, b'0');
        self.push(digits);
        if directive.has(WIDTH) {
            self.fill(start, false);
        }
    }

    pub(super) fn float(&mut self, value: f64, single: bool, verb: char) -> bool {
        match verb {
            'v' => self.real(value, single, b'g', -1),
            'b' | 'g' | 'G' | 'x' | 'X' => self.real(value, single, verb as u8, -1),
            'f' | 'e' | 'E' => self.real(value, single, verb as u8, 6),
            'F' => self.real(value, single, b'f', 6),
            _ => return false,
        }
        true
    }

    fn real(&mut self, value: f64, single: bool, verb: u8, default: i64) {
        let directive = self.directive;
        let precision = directive.precision().map_or(default, |p| p as i64);
        let mut number = std::mem::take(&mut self.scratch);
        number.clear();
        append_float_verb(&mut number, value, verb, precision, single);
        let (sign, digits) = match number.first() {
            Some(b'-') => (b'-', &number[1..]),
            Some(b'+') => (b'+', &number[1..]),
            _ => (b'+', &number[..]),
        };
        let spaced = sign == b'+' && directive.has(SPACE) && !directive.has(PLUS);
        let sign = if spaced { b' ' } else { sign };
        let finite = !matches!(digits[0], b'I' | b'N');
        let shown = match digits[0] {
            b'I' => true,
            b'N' => directive.flags & (SPACE | PLUS) != 0,
            _ => directive.has(PLUS) || sign != b'+',
        };
        let kept = if finite && directive.has(SHARP) && verb != b'b' {
            Cow::Owned(with_point(digits, verb, precision))
        } else {
            Cow::Borrowed(digits)
        };
        let start = self.out.len();
        if shown {
            self.out.push(sign);
            // Zeros stand behind the sign.
            let missing = directive.width().unwrap_or(0).saturating_sub(kept.len() + 1);
            if finite && directive.zeros() {
                self.out.resize(self.out.len() + missing, b'0');
            }
        }
        self.push(&kept);
        self.fill(start, finite && directive.zeros());
        drop(kept);
        self.scratch = number;
    }

    pub(super) fn complex(&mut self, value: (f64, f64), single: bool, verb: char) -> bool {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return false;
        }
        let saved = self.directive;
        self.out.push(b'(');
        self.float(value.0, single, verb);
        self.directive = saved.with(PLUS);
        self.float(value.1, single, verb);
        self.push("i)");
        self.directive = saved;
        true
    }

    /// `[1 2]`, the bytes as numbers.
    pub(super) fn byte_list(&mut self, bytes: &[u8], verb: char) {
        self.out.push(b'[');
        for (i, &byte) in bytes.iter().enumerate() {
            if i > 0 {
                self.out.push(b' ');
            }
            self.number(byte.into(), 10, false, verb);
        }
        self.out.push(b']');
    }

    /// An address in hexadecimal, with or without `0x`.
    pub(super) fn address(&mut self, address: u64, prefix: bool) {
        let saved = self.directive;
        self.directive = if prefix { saved.with(SHARP) } else { saved.without(SHARP) };
        self.number(address, 16, false, 'v');
        self.directive = saved;
    }
}

/// The rune of an integer; the replacement character for what is none.
fn rune(bits: u64) -> char {
    let rune = u32::try_from(bits).ok().and_then(char::from_u32);
    rune.unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn digits(mut rest: u64, base: u64, upper: bool, buffer: &mut [u8; 64]) -> &[u8] {
    if base == 10 && i64::try_from(rest).is_ok() {
        let (buffer, _) = buffer.split_first_chunk_mut().expect("64 is more than 20");
        return decimal(rest as i64, buffer);
    }
    let letters = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = letters[(rest % base) as usize];
        rest /= base;
        if rest == 0 {
            return &buffer[at..];
        }
    }
}

/// A number with its decimal point kept, and for `%g` the zeros at its end (`#`).
fn with_point(number: &[u8], verb: u8, precision: i64) -> Vec<u8> {
    let hexadecimal = matches!(verb, b'x' | b'X');
    let is_exponent =
        |c: &u8| if hexadecimal { matches!(c, b'p' | b'P') } else { matches!(c, b'e' | b'E') };
    let end = number.iter().position(is_exponent).unwrap_or(number.len());
    let (mantissa, exponent) = number.split_at(end);
    let significant = mantissa.iter().filter(|&&c| c != b'.').skip_while(|&&c| c == b'0');
    let wanted = match verb {
        b'g' | b'G' | b'x' if precision < 0 => 6,
        b'g' | b'G' | b'x' => precision,
        _ => 0,
    };
    let mut missing = wanted - significant.count() as i64;
    let mut kept = mantissa.to_vec();
    if !mantissa.contains(&b'.') {
        if mantissa == b"0" {
            missing -= 1;
        }
        kept.push(b'.');
    }
    kept.resize(kept.len() + missing.max(0) as usize, b'0');
    kept.extend_from_slice(exponent);
    kept
}

