//! Parsing texts by layouts.

use super::layout::{DAYS, Element, MONTHS, days_since_1, next_element};

/// What a text says. Parts that it does not name are -1, or 0 where that is what they mean then.
#[derive(Default)]
pub(super) struct Parsed<'a> {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    year_day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nsec: i64,
    /// Whether the text names the half of the day, and whether it is the second.
    half: Option<bool>,
    pub(super) zone: &'a [u8],
    pub(super) offset: Option<i64>,
    pub(super) utc: bool,
}

/// Why a text does not fit: the element, the rest of the text at it, and words if it is not simply
/// something else.
pub(super) struct Misfit<'a> {
    pub(super) element: &'a [u8],
    pub(super) value: &'a [u8],
    pub(super) problem: &'static str,
}

/// What reading one element came to.
enum Fault {
    /// The text there is something else.
    Other,
    /// A number out of range, or the like.
    Problem(&'static str),
}

type Read<'a> = Result<&'a [u8], Fault>;

pub(super) const EXTRA: &str = ": extra text: ";

/// RFC 3339 with and without fractions of seconds, which texts may have anyway.
const RFC3339: [&[u8]; 2] = [b"2006-01-02T15:04:05Z07:00", b"2006-01-02T15:04:05.999999999Z07:00"];

/// Parses a text by the layout that most have, if nothing is wrong with it.
fn rfc3339(text: &[u8]) -> Option<Parsed<'_>> {
    let (clock, rest) = text.split_at_checked(19)?;
    let number = |from: usize, len: usize, least: i64, most: i64| {
        let digits = &clock[from..from + len];
        let n = digits.iter().fold(0, |n, b| n * 10 + i64::from(b.wrapping_sub(b'0')));
        (digits.iter().all(u8::is_ascii_digit) && (least..=most).contains(&n)).then_some(n)
    };
    let separators = [clock[4], clock[7], clock[10], clock[13], clock[16]];
    if separators != *b"--T::" {
        return None;
    }
    let mut parsed = Parsed {
        year: number(0, 4, 0, 9999)?,
        month: number(5, 2, 1, 12)?,
        day: number(8, 2, 1, 31)?,
        year_day: -1,
        hour: number(11, 2, 0, 23)?,
        minute: number(14, 2, 0, 59)?,
        second: number(17, 2, 0, 59)?,
        ..Parsed::default()
    };
    if parsed.day > days_in(parsed.year, parsed.month) {
        return None;
    }
    let mut zone = rest;
    if rest.first() == Some(&b'.') {
        (parsed.nsec, zone) = fraction(rest)?;
    }
    match zone {
        b"Z" => parsed.utc = true,
        [sign @ (b'+' | b'-'), digits @ ..] if digits.len() == 5 && digits[2] == b':' => {
            let part = |a: u8, b: u8, most: i64| {
                let n = i64::from(a.wrapping_sub(b'0')) * 10 + i64::from(b.wrapping_sub(b'0'));
                (a.is_ascii_digit() && b.is_ascii_digit() && n <= most).then_some(n)
            };
            let hours = part(digits[0], digits[1], 23)?;
            let offset = hours * 3600 + part(digits[3], digits[4], 59)? * 60;
            parsed.offset = Some(if *sign == b'-' { -offset } else { offset });
        }
        _ => return None,
    }
    Some(parsed)
}

pub(super) fn parse<'a>(mut layout: &'a [u8], whole: &'a [u8]) -> Result<Parsed<'a>, Misfit<'a>> {
    if RFC3339.contains(&layout)
        && let Some(parsed) = rfc3339(whole)
    {
        return Ok(parsed);
    }
    let mut value = whole;
    let mut parsed = Parsed { month: -1, day: -1, year_day: -1, ..Parsed::default() };
    loop {
        let next = next_element(layout);
        let before = next.as_ref().map_or(layout, |cut| cut.before);
        value = skip(value, before).map_err(|rest| Misfit { element: before, value: rest, problem: "" })?;
        let Some(cut) = next else { break };
        let read = parsed.read(cut.element, cut.text, value, cut.after);
        value = read.map_err(|fault| match fault {
            Fault::Other => Misfit { element: cut.text, value, problem: "" },
            Fault::Problem(problem) => Misfit { element: cut.text, value, problem },
        })?;
        layout = cut.after;
    }
    if !value.is_empty() {
        return Err(Misfit { element: b"", value, problem: EXTRA });
    }
    match parsed.complete() {
        Ok(()) => Ok(parsed),
        Err(problem) => Err(Misfit { element: b"", value: whole, problem }),
    }
}

/// The value behind the text before an element. A run of spaces stands for any.
fn skip<'a>(mut value: &'a [u8], mut text: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    while let Some(&first) = text.first() {
        if first == b' ' {
            if value.first().is_some_and(|&b| b != b' ') {
                return Err(value);
            }
            text = text.trim_ascii_start_spaces();
            value = value.trim_ascii_start_spaces();
            continue;
        }
        if value.first() != Some(&first) {
            return Err(value);
        }
        (text, value) = (&text[1..], &value[1..]);
    }
    Ok(value)
}

trait Spaces {
    fn trim_ascii_start_spaces(&self) -> &Self;
}

impl Spaces for [u8] {
    fn trim_ascii_start_spaces(&self) -> &[u8] {
        let count = self.iter().take_while(|&&b| b == b' ').count();
        &self[count..]
    }
}

/// A number of at least and at most so many digits.
fn number(value: &[u8], least: usize, most: usize) -> Result<(i64, &[u8]), Fault> {
    let len = value.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
    if len < least {
        return Err(Fault::Other);
    }
    let digits = value[..len].iter();
    Ok((digits.fold(0, |n, b| n * 10 + i64::from(b - b'0')), &value[len..]))
}

fn ranged<'a>(
    (n, rest): (i64, &'a [u8]),
    low: i64,
    high: i64,
    problem: &'static str,
) -> Result<(i64, &'a [u8]), Fault> {
    if (low..=high).contains(&n) { Ok((n, rest)) } else { Err(Fault::Problem(problem)) }
}

/// One of the names, or of their first letters, in any case.
fn name<'a>(value: &'a [u8], names: &[&str], len: usize) -> Result<(i64, &'a [u8]), Fault> {
    for (i, name) in names.iter().enumerate() {
        let name = &name.as_bytes()[..len.min(name.len())];
        if value.len() >= name.len() && value[..name.len()].eq_ignore_ascii_case(name) {
            return Ok((i as i64, &value[name.len()..]));
        }
    }
    Err(Fault::Other)
}

/// `.123` as nanoseconds; more than nine digits are cut.
fn fraction(value: &[u8]) -> Option<(i64, &[u8])> {
    if !matches!(value, [b'.' | b',', b'0'..=b'9', ..]) {
        return None;
    }
    let len = value[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    let places = (0..9).map(|i| value[1..=len].get(i).map_or(0, |b| i64::from(b - b'0')));
    Some((places.fold(0, |n, d| n * 10 + d), &value[1 + len..]))
}

impl<'a> Parsed<'a> {
    fn read(&mut self, element: Element, text: &[u8], value: &'a [u8], after: &[u8]) -> Read<'a> {
        let rest;
        match element {
            Element::Year => (self.year, rest) = number(value, 4, 4)?,
            Element::YearOfCentury => {
                (self.year, rest) = number(value, 2, 2)?;
                self.year += if self.year >= 69 { 1900 } else { 2000 };
            }
            Element::MonthName | Element::MonthShort => {
                let letters = if element == Element::MonthShort { 3 } else { usize::MAX };
                (self.month, rest) = name(value, &MONTHS, letters)?;
                self.month += 1;
            }
            Element::Month(width) => {
                (self.month, rest) =
                    ranged(number(value, width.into(), 2)?, 1, 12, ": month out of range")?;
            }
            Element::DayName => (_, rest) = name(value, &DAYS, usize::MAX)?,
            Element::DayShort => (_, rest) = name(value, &DAYS, 3)?,
            Element::Day(2) => (self.day, rest) = number(value, 2, 2)?,
            Element::Day(_) => (self.day, rest) = number(value, 1, 2)?,
            Element::DayPadded => {
                let padded = value.first() == Some(&b' ');
                (self.day, rest) = number(&value[usize::from(padded)..], 1, 2)?;
            }
            Element::YearDay => (self.year_day, rest) = number(value, 3, 3)?,
            Element::YearDayPadded => {
                let spaces = value.iter().take(2).take_while(|&&b| b == b' ').count();
                (self.year_day, rest) = number(&value[spaces..], 1, 3)?;
            }
            Element::Hour => {
                (self.hour, rest) = ranged(number(value, 1, 2)?, 0, 23, ": hour out of range")?;
            }
            Element::Hour12(width) => {
                (self.hour, rest) =
                    ranged(number(value, width.into(), 2)?, 0, 12, ": hour out of range")?;
            }
            Element::Minute(width) => {
                (self.minute, rest) =
                    ranged(number(value, width.into(), 2)?, 0, 59, ": minute out of range")?;
            }
            Element::Second(width) => {
                rest = self.read_second(number(value, width.into(), 2)?, after)?;
            }
            Element::HalfUpper => rest = self.read_half(value, [b"AM", b"PM"])?,
            Element::HalfLower => rest = self.read_half(value, [b"am", b"pm"])?,
            Element::ZoneName => rest = self.read_zone(value)?,
            Element::Fraction => rest = self.read_fraction(text, value)?,
            Element::Offset => rest = self.read_offset(text, value)?,
        }
        Ok(rest)
    }

    fn read_half(&mut self, value: &'a [u8], halves: [&[u8; 2]; 2]) -> Read<'a> {
        let half = value.get(..2).and_then(|half| halves.iter().position(|name| name[..] == *half));
        self.half = Some(half.ok_or(Fault::Other)? == 1);
        Ok(&value[2..])
    }

    /// Seconds; a fraction may follow them even if the layout has none.
    fn read_second(&mut self, read: (i64, &'a [u8]), after: &[u8]) -> Read<'a> {
        let (second, mut rest) = ranged(read, 0, 59, ": second out of range")?;
        self.second = second;
        let named = next_element(after).is_some_and(|cut| cut.before.is_empty() && cut.element == Element::Fraction);
        if !named && let Some((nsec, behind)) = fraction(rest) {
            (self.nsec, rest) = (nsec, behind);
        }
        Ok(rest)
    }

    fn read_fraction(&mut self, element: &[u8], value: &'a [u8]) -> Read<'a> {
        if element[1] == b'9' {
            let Some((nsec, rest)) = fraction(value) else { return Ok(value) };
            self.nsec = nsec;
            return Ok(rest);
        }
        let part = value.get(..element.len()).ok_or(Fault::Other)?;
        let [b'.' | b',', number @ ..] = part else { return Err(Fault::Other) };
        // As Go has it, the digits are a number, which may have a sign.
        let (negative, digits) = match number {
            [b'-', digits @ ..] => (true, digits),
            [b'+', digits @ ..] | digits => (false, digits),
        };
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(Fault::Other);
        }
        let places = number.len() - digits.len()..9;
        let digit = |i: usize| digits.get(i - places.start).map_or(0, |b| i64::from(b - b'0'));
        self.nsec = places.clone().fold(0, |n, i| n * 10 + digit(i));
        if negative && self.nsec != 0 {
            return Err(Fault::Problem(": fractional second out of range"));
        }
        Ok(&value[element.len()..])
    }

    fn read_offset(&mut self, element: &[u8], value: &'a [u8]) -> Read<'a> {
        if element[0] == b'Z' && value.first() == Some(&b'Z') {
            self.utc = true;
            return Ok(&value[1..]);
        }
        let sign = match value.first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Err(Fault::Other),
        };
        let colon = element.get(3) == Some(&b':');
        let parts = element.iter().filter(|b| b.is_ascii_digit()).count() / 2;
        if value.len() < element.len() {
            return Err(Fault::Other);
        }
        let mut rest = &value[1..];
        let (mut numbers, mut fits) = ([0; 3], true);
        for (i, part) in numbers.iter_mut().enumerate().take(parts) {
            if i > 0 && colon {
                rest = rest.strip_prefix(b":").ok_or(Fault::Other)?;
            }
            // The text is cut after the element's length; only then are its parts looked at.
            match number(rest, 2, 2) {
                Ok(read) => (*part, rest) = read,
                Err(_) => fits = false,
            }
            if !fits {
                break;
            }
        }
        // People do write 24 hours and 60 minutes.
        let limits = [
            (24, ": time zone offset hour out of range"),
            (60, ": time zone offset minute out of range"),
            (60, ": time zone offset second out of range"),
        ];
        // Go names the last part that is out of range.
        let over = numbers.iter().zip(limits).rfind(|(n, limit)| **n > limit.0);
        if let Some((_, (_, problem))) = over {
            return Err(Fault::Problem(problem));
        }
        if !fits {
            return Err(Fault::Other);
        }
        self.offset = Some(sign * (numbers[0] * 3600 + numbers[1] * 60 + numbers[2]));
        Ok(rest)
    }

    fn read_zone(&mut self, value: &'a [u8]) -> Read<'a> {
        if value.starts_with(b"UTC") {
            self.utc = true;
            return Ok(&value[3..]);
        }
        let len = zone_len(value).ok_or(Fault::Other)?;
        self.zone = &value[..len];
        Ok(&value[len..])
    }

    /// Puts the half of the day and the day of the year where they belong; what is missing is the
    /// first of its kind.
    fn complete(&mut self) -> Result<(), &'static str> {
        match self.half {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        if self.year_day >= 0 {
            if self.year_day < 1 || self.year_day > 337 + days_in(self.year, 2) {
                return Err(": day-of-year out of range");
            }
            let days = days_since_1(self.year, 1, 1) + self.year_day - 1;
            let date = super::layout::Moment::new(days * 86400, 0, b"", 0);
            if self.month >= 0 && self.month != date.month as i64 {
                return Err(": day-of-year does not match month");
            }
            if self.day >= 0 && self.day != date.day {
                return Err(": day-of-year does not match day");
            }
            (self.month, self.day) = (date.month as i64, date.day);
        }
        if self.month < 0 {
            self.month = 1;
        }
        if self.day < 0 {
            self.day = 1;
        }
        let days = days_in(self.year, self.month);
        if (1..=days).contains(&self.day) { Ok(()) } else { Err(": day out of range") }
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Length of a signed offset of hours, 23 at most.
fn signed_len(value: &[u8]) -> Option<usize> {
    if !matches!(value, [b'+' | b'-', b'0'..=b'9', ..]) {
        return None;
    }
    let len = value[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    let hours: u64 = std::str::from_utf8(&value[1..=len]).ok()?.parse().ok()?;
    (hours <= 23).then_some(1 + len)
}

/// Length of an abbreviation of a zone: three letters, four or five that end in T, some others, and
/// GMT with an offset.
fn zone_len(value: &[u8]) -> Option<usize> {
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if value.starts_with(b"GMT") {
        return Some(3 + signed_len(&value[3..]).unwrap_or(0));
    }
    if matches!(value.first(), Some(b'+' | b'-')) {
        return signed_len(value);
    }
    let len = value.iter().take(6).take_while(|b| b.is_ascii_uppercase()).count();
    match len {
        3 => Some(3),
        4 if value[3] == b'T' || value.starts_with(b"WITA") => Some(4),
        5 if value[4] == b'T' => Some(5),
        _ => None,
    }
}
