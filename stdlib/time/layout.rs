//! Layouts: the elements in them, and formatting by them.

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What an element of a layout stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `2006`.
    Year,
    /// `06`.
    YearOfCentury,
    /// `January`.
    MonthName,
    /// `Jan`.
    MonthShort,
    /// `01`, `1`: so many digits at least.
    Month(u8),
    /// `Monday`.
    DayName,
    /// `Mon`.
    DayShort,
    /// `02`, `2`.
    Day(u8),
    /// `_2`.
    DayPadded,
    /// `002`.
    YearDay,
    /// `__2`.
    YearDayPadded,
    /// `15`.
    Hour,
    /// `03`, `3`.
    Hour12(u8),
    /// `04`, `4`.
    Minute(u8),
    /// `05`, `5`.
    Second(u8),
    /// `PM`.
    HalfUpper,
    /// `pm`.
    HalfLower,
    /// `MST`.
    ZoneName,
    /// `-0700` and its like; the text tells which.
    Offset,
    /// `.000`, `,999`; the text tells how long.
    Fraction,
}

/// A layout cut at its first element.
pub(super) struct Cut<'a> {
    pub(super) before: &'a [u8],
    pub(super) element: Element,
    /// The element as it stands in the layout.
    pub(super) text: &'a [u8],
    pub(super) after: &'a [u8],
}

pub(super) fn next_element(layout: &[u8]) -> Option<Cut<'_>> {
    for (at, &first) in layout.iter().enumerate() {
        let rest = &layout[at..];
        let (start, found) = match first {
            b'.' | b',' => (at, fraction(rest)),
            // The underscore is text here.
            b'_' if rest.starts_with(b"_2006") => (at + 1, Some((Element::Year, 4))),
            b'J' | b'M' | b'0' | b'1' | b'2' | b'_' | b'3' | b'4' | b'5' | b'P' | b'p' | b'-'
            | b'Z' => (at, element(rest)),
            _ => continue,
        };
        if let Some((element, len)) = found {
            let (before, rest) = layout.split_at(start);
            let (text, after) = rest.split_at(len);
            return Some(Cut { before, element, text, after });
        }
    }
    None
}

/// The longest element at the start and its length; an abbreviated name is none within a longer
/// word.
fn element(rest: &[u8]) -> Option<(Element, usize)> {
    let name = |short: Element, long: Element, text: &[u8]| {
        if rest.starts_with(text) {
            return Some((long, text.len()));
        }
        let in_word = rest.get(3).is_some_and(u8::is_ascii_lowercase);
        (!in_word).then_some((short, 3))
    };
    Some(match rest {
        [b'J', b'a', b'n', ..] => {
            return name(Element::MonthShort, Element::MonthName, b"January");
        }
        [b'M', b'o', b'n', ..] => return name(Element::DayShort, Element::DayName, b"Monday"),
        [b'M', b'S', b'T', ..] => (Element::ZoneName, 3),
        [b'0', b'0', b'2', ..] => (Element::YearDay, 3),
        [b'_', b'_', b'2', ..] => (Element::YearDayPadded, 3),
        [b'2', b'0', b'0', b'6', ..] => (Element::Year, 4),
        [b'0', b'1', ..] => (Element::Month(2), 2),
        [b'0', b'2', ..] => (Element::Day(2), 2),
        [b'0', b'3', ..] => (Element::Hour12(2), 2),
        [b'0', b'4', ..] => (Element::Minute(2), 2),
        [b'0', b'5', ..] => (Element::Second(2), 2),
        [b'0', b'6', ..] => (Element::YearOfCentury, 2),
        [b'1', b'5', ..] => (Element::Hour, 2),
        [b'_', b'2', ..] => (Element::DayPadded, 2),
        [b'P', b'M', ..] => (Element::HalfUpper, 2),
        [b'p', b'm', ..] => (Element::HalfLower, 2),
        [b'1', ..] => (Element::Month(1), 1),
        [b'2', ..] => (Element::Day(1), 1),
        [b'3', ..] => (Element::Hour12(1), 1),
        [b'4', ..] => (Element::Minute(1), 1),
        [b'5', ..] => (Element::Second(1), 1),
        [b'-' | b'Z', b'0', b'7', ..] => (Element::Offset, 1 + offset_len(&rest[1..])),
        _ => return None,
    })
}

/// Length of the offset of a zone behind its sign.
fn offset_len(rest: &[u8]) -> usize {
    let forms: [&[u8]; 5] = [b"07:00:00", b"070000", b"07:00", b"0700", b"07"];
    forms.iter().find(|form| rest.starts_with(form)).map_or(0, |form| form.len())
}

/// `.000` or `.999` that no digit follows.
fn fraction(rest: &[u8]) -> Option<(Element, usize)> {
    let &digit = rest.get(1).filter(|d| matches!(d, b'0' | b'9'))?;
    let len = 1 + rest[1..].iter().take_while(|&&b| b == digit).count();
    let ends = !rest.get(len).is_some_and(u8::is_ascii_digit);
    ends.then_some((Element::Fraction, len))
}

/// A moment as clocks show it.
pub(super) struct Moment<'a> {
    pub(super) year: i64,
    pub(super) month: usize,
    pub(super) day: i64,
    pub(super) year_day: i64,
    pub(super) weekday: usize,
    pub(super) second_of_day: i64,
    pub(super) nsec: i64,
    pub(super) zone: &'a [u8],
    pub(super) offset: i64,
}

/// Seconds of a day.
pub(super) const DAY: i64 = 86400;

/// Days from January 1 of year 1. Howard Hinnant, "chrono-compatible low-level date algorithms".
pub(super) fn days_since_1(year: i64, month: i64, day: i64) -> i64 {
    let shifted = (month + 9) % 12;
    let year = if month <= 2 { year.wrapping_sub(1) } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    let within = of_era * 365 + of_era / 4 - of_era / 100 + of_year - 306;
    era.wrapping_mul(146_097).wrapping_add(within)
}

impl<'a> Moment<'a> {
    /// From seconds since year 1 as the clock shows them.
    pub(super) fn new(local: i64, nsec: i64, zone: &'a [u8], offset: i64) -> Moment<'a> {
        let days = local.div_euclid(DAY);
        let shifted = days + 306;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        // The days are counted from March 1: 306 of them are in that year, 59 or 60 before.
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let year_day = if month <= 2 { of_year - 305 } else { of_year + 60 + i64::from(is_leap) };
        Moment {
            year,
            month: month as usize,
            day,
            year_day,
            weekday: (days + 1).rem_euclid(7) as usize,
            second_of_day: local.rem_euclid(DAY),
            nsec,
            zone,
            offset,
        }
    }

    /// Appends the moment in a layout.
    pub(super) fn format(&self, layout: &[u8], out: &mut Vec<u8>) {
        let mut layout = self.begin(layout, out);
        while let Some(cut) = next_element(layout) {
            out.extend_from_slice(cut.before);
            self.write(cut.element, cut.text, out);
            layout = cut.after;
        }
        out.extend_from_slice(layout);
    }

    /// Appends date and time as most layouts begin; what is left of the layout.
    fn begin<'l>(&self, layout: &'l [u8], out: &mut Vec<u8>) -> &'l [u8] {
        let separator = match layout.split_at_checked(19) {
            _ if !(0..=9999).contains(&self.year) => return layout,
            Some((b"2006-01-02T15:04:05", _)) => b'T',
            Some((b"2006-01-02 15:04:05", _)) => b' ',
            _ => return layout,
        };
        let digits = |n: i64| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        let [c1, c2] = digits(self.year / 100);
        let [y1, y2] = digits(self.year % 100);
        let [m1, m2] = digits(self.month as i64);
        let [d1, d2] = digits(self.day);
        let [h1, h2] = digits(self.second_of_day / 3600);
        let [i1, i2] = digits(self.second_of_day / 60 % 60);
        let [s1, s2] = digits(self.second_of_day % 60);
        out.extend_from_slice(&[
            c1, c2, y1, y2, b'-', m1, m2, b'-', d1, d2, separator, h1, h2, b':', i1, i2, b':', s1, s2,
        ]);
        &layout[19..]
    }

    fn write(&self, element: Element, text: &[u8], out: &mut Vec<u8>) {
        let hour = self.second_of_day / 3600;
        let hour12 = |hour| (hour + 11) % 12 + 1;
        match element {
            Element::Year => pad(out, self.year, 4, b'0'),
            Element::YearOfCentury => pad(out, self.year.abs() % 100, 2, b'0'),
            Element::MonthName => out.extend_from_slice(MONTHS[self.month - 1].as_bytes()),
            Element::MonthShort => out.extend_from_slice(&MONTHS[self.month - 1].as_bytes()[..3]),
            Element::Month(width) => pad(out, self.month as i64, width, b'0'),
            Element::DayName => out.extend_from_slice(DAYS[self.weekday].as_bytes()),
            Element::DayShort => out.extend_from_slice(&DAYS[self.weekday].as_bytes()[..3]),
            Element::Day(width) => pad(out, self.day, width, b'0'),
            Element::DayPadded => pad(out, self.day, 2, b' '),
            Element::YearDay => pad(out, self.year_day, 3, b'0'),
            Element::YearDayPadded => pad(out, self.year_day, 3, b' '),
            Element::Hour => pad(out, hour, 2, b'0'),
            Element::Hour12(width) => pad(out, hour12(hour), width, b'0'),
            Element::Minute(width) => pad(out, self.second_of_day / 60 % 60, width, b'0'),
            Element::Second(width) => pad(out, self.second_of_day % 60, width, b'0'),
            Element::HalfUpper => out.extend_from_slice(if hour >= 12 { b"PM" } else { b"AM" }),
            Element::HalfLower => out.extend_from_slice(if hour >= 12 { b"pm" } else { b"am" }),
            Element::ZoneName if self.zone.is_empty() => write_offset(out, b"-0700", self.offset),
            Element::ZoneName => out.extend_from_slice(self.zone),
            Element::Fraction => write_fraction(out, text, self.nsec),
            Element::Offset => write_offset(out, text, self.offset),
        }
    }
}

/// A number with at least so many digits.
fn pad(out: &mut Vec<u8>, number: i64, width: u8, filler: u8) {
    if (10..100).contains(&number) && width <= 2 {
        out.extend_from_slice(&[b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
        return;
    }
    if number < 0 {
        out.push(b'-');
    }
    let mut buffer = [0; 20];
    let digits = crate::strconv::decimal(number.checked_abs().unwrap_or(i64::MAX), &mut buffer);
    for _ in digits.len()..usize::from(width) {
        out.push(filler);
    }
    out.extend_from_slice(digits);
}

fn write_offset(out: &mut Vec<u8>, element: &[u8], offset: i64) {
    if element[0] == b'Z' && offset == 0 {
        out.push(b'Z');
        return;
    }
    out.push(if offset < 0 { b'-' } else { b'+' });
    // As Go has it, minutes count first, so less than one is none.
    let total = offset.abs();
    pad(out, total / 3600, 2, b'0');
    let colon = element.get(3) == Some(&b':');
    let digits = element.iter().filter(|b| b.is_ascii_digit()).count();
    for (place, part) in [(4, total / 60 % 60), (6, total % 60)] {
        if digits >= place {
            if colon {
                out.push(b':');
            }
            pad(out, part, 2, b'0');
        }
    }
}

fn write_fraction(out: &mut Vec<u8>, element: &[u8], nsec: i64) {
    let mut all = [b'0'; 9];
    let mut rest = nsec;
    for digit in all.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let mut digits = &all[..];
    let places = element.len() - 1;
    let mut zeros = 0;
    if places < digits.len() {
        digits = &digits[..places];
    } else if element[1] == b'0' {
        zeros = places - digits.len();
    }
    if element[1] == b'9' {
        while let [rest @ .., b'0'] = digits {
            digits = rest;
        }
        if digits.is_empty() {
            return;
        }
    }
    out.push(element[0]);
    out.extend_from_slice(digits);
    out.extend(std::iter::repeat_n(b'0', zeros));
}
