//! What stands behind a `%`: flags, width, precision, the choice of an operand, and the verb.

use gol_vm::value::{GoSlice, Kind};

use crate::text::runes;

/// Flags, width and precision of a directive.
#[derive(Clone, Copy, Default)]
pub(super) struct Directive {
    pub(super) flags: u64,
    pub(super) width: u32,
    pub(super) precision: u32,
}

pub(super) const MINUS: u64 = 1 << 4;
pub(super) const PLUS: u64 = 1 << 5;
pub(super) const SHARP: u64 = 1 << 6;
pub(super) const SPACE: u64 = 1 << 7;
pub(super) const ZERO: u64 = 1 << 8;
/// `+` and `#` of `%v`, which mean something else there.
pub(super) const PLUS_V: u64 = 1 << 9;
pub(super) const SHARP_V: u64 = 1 << 10;
/// There is a width, a precision.
pub(super) const WIDTH: u64 = 1 << 11;
pub(super) const PRECISION: u64 = 1 << 12;

/// Widths, precisions and operand indexes are not larger.
const MOST: u32 = 1_000_000;

impl Directive {
    pub(super) fn has(self, flag: u64) -> bool {
        self.flags & flag != 0
    }

    pub(super) fn without(self, flag: u64) -> Directive {
        Directive { flags: self.flags & !flag, ..self }
    }

    pub(super) fn with(self, flag: u64) -> Directive {
        Directive { flags: self.flags | flag, ..self }
    }

    pub(super) fn width(self) -> Option<usize> {
        self.has(WIDTH).then_some(self.width as usize)
    }

    pub(super) fn precision(self) -> Option<usize> {
        self.has(PRECISION).then_some(self.precision as usize)
    }

    /// Whether zeros fill up the width.
    pub(super) fn zeros(self) -> bool {
        self.flags & (ZERO | MINUS) == ZERO
    }

    fn set_width(&mut self, width: Option<i64>) {
        let Some(width) = width else { return };
        self.flags |= WIDTH;
        if width < 0 {
            self.flags = self.flags & !ZERO | MINUS;
        }
        self.width = width.unsigned_abs() as u32;
    }

    fn set_precision(&mut self, precision: Option<u32>) {
        let Some(precision) = precision else { return };
        self.flags |= PRECISION;
        self.precision = precision;
    }

    /// Flags, of which the first that is none is behind.
    fn flags(&mut self, format: &[u8], mut at: usize) -> usize {
        while let Some(c) = format.get(at) {
            self.flags |= match c {
                b'#' => SHARP,
                b'0' => ZERO,
                b'+' => PLUS,
                b'-' => MINUS,
                b' ' => SPACE,
                _ => break,
            };
            at += 1;
        }
        at
    }
}

/// The operands of a format, and which comes next.
pub(super) struct Operands<'a> {
    pub(super) values: GoSlice<'a>,
    pub(super) next: usize,
    /// An index has been used.
    pub(super) reordered: bool,
    /// The indexes of the directive are right.
    good: bool,
}

/// What a directive is about.
pub(super) enum Target {
    Percent,
    NoVerb,
    BadIndex(char),
    Missing(char),
    /// The operand of this index.
    Operand(char, usize),
}

impl<'a> Operands<'a> {
    pub(super) fn new(values: GoSlice<'a>) -> Operands<'a> {
        Operands { values, next: 0, reordered: false, good: true }
    }

    /// An explicit index `[n]`, if there is one: where it ends, and whether it is a number; `good`
    /// says whether there is such an operand.
    fn index(&mut self, format: &[u8], at: usize) -> (usize, bool) {
        if format.get(at) != Some(&b'[') {
            return (at, false);
        }
        self.reordered = true;
        // As in Go, two characters at the end are no index: `[]`.
        let close = memchr::memchr(b']', &format[at..]).map(|len| at + len);
        let Some(close) = close.filter(|_| format.len() - at >= 3) else {
            self.good = false;
            return (at + 1, false);
        };
        let (index, end) = number(&format[..close], at + 1);
        let is_number = index.is_some() && end == close;
        match index.filter(|_| is_number).and_then(|n| (n as usize).checked_sub(1)) {
            Some(index) if index < self.values.len() => self.next = index,
            _ => self.good = false,
        }
        (close + 1, is_number)
    }

    /// The operand of a `*`.
    fn star(&mut self) -> Option<i64> {
        let value = self.values.value(self.next)?;
        self.next += 1;
        let n = match value.kind() {
            kind if (Kind::Int..=Kind::Int64).contains(&kind) => value.int(),
            kind if (Kind::Uint..=Kind::Uintptr).contains(&kind) => {
                i64::try_from(value.uint()).ok()?
            }
            _ => return None,
        };
        (n.unsigned_abs() <= MOST.into()).then_some(n)
    }

    /// Reads the directive behind a `%`: it, what it is about, and where the format goes on. What
    /// is wrong with it is written to `out`.
    pub(super) fn directive(
        &mut self,
        format: &[u8],
        at: usize,
        out: &mut Vec<u8>,
    ) -> (Directive, Target, usize) {
        let mut directive = Directive::default();
        self.good = true;
        let at = directive.flags(format, at);
        let (at, indexed) = self.index(format, at);
        let (at, indexed) = self.width(&mut directive, format, at, indexed, out);
        let (at, indexed) = self.precision(&mut directive, format, at, indexed, out);
        let at = if indexed { at } else { self.index(format, at).0 };
        let (verb, size) = match format.get(at) {
            None => return (directive, Target::NoVerb, format.len()),
            Some(&c) if c.is_ascii() => (c as char, 1),
            Some(_) => first_rune(&format[at..]),
        };
        let target = if verb == '%' {
            Target::Percent
        } else if !self.good {
            Target::BadIndex(verb)
        } else if self.next >= self.values.len() {
            Target::Missing(verb)
        } else {
            self.next += 1;
            Target::Operand(verb, self.next - 1)
        };
        (directive, target, at + size)
    }

    fn width(
        &mut self,
        directive: &mut Directive,
        format: &[u8],
        at: usize,
        indexed: bool,
        out: &mut Vec<u8>,
    ) -> (usize, bool) {
        if format.get(at) == Some(&b'*') {
            let width = self.star();
            if width.is_none() {
                out.extend_from_slice(b"%!(BADWIDTH)");
            }
            directive.set_width(width);
            return (at + 1, false);
        }
        let (width, end) = number(format, at);
        directive.set_width(width.map(i64::from));
        self.good &= !(indexed && width.is_some());
        (end, indexed)
    }

    fn precision(
        &mut self,
        directive: &mut Directive,
        format: &[u8],
        at: usize,
        indexed: bool,
        out: &mut Vec<u8>,
    ) -> (usize, bool) {
        // As in Go, a point at the end is the verb.
        if format.get(at) != Some(&b'.') || at + 1 == format.len() {
            return (at, indexed);
        }
        self.good &= !indexed;
        let (at, indexed) = self.index(format, at + 1);
        if format.get(at) == Some(&b'*') {
            let precision = self.star().and_then(|n| u32::try_from(n).ok());
            if precision.is_none() {
                out.extend_from_slice(b"%!(BADPREC)");
            }
            directive.set_precision(precision);
            return (at + 1, false);
        }
        let (precision, end) = number(format, at);
        directive.set_precision(Some(precision.unwrap_or(0)));
        (end, indexed)
    }
}

fn first_rune(text: &[u8]) -> (char, usize) {
    let (bytes, rune) = runes(text).next().unwrap_or((&[0], None));
    (rune.unwrap_or(char::REPLACEMENT_CHARACTER), bytes.len())
}

/// A decimal number, if one stands there, and where it ends. Of one that is too large, the rest of
/// the text is a part.
fn number(text: &[u8], mut at: usize) -> (Option<u32>, usize) {
    let mut number = None;
    while let Some(digit) = text.get(at).filter(|c| c.is_ascii_digit()) {
        let before = number.unwrap_or(0);
        if before > MOST {
            return (None, text.len());
        }
        number = Some(before * 10 + u32::from(digit - b'0'));
        at += 1;
    }
    (number, at)
}
