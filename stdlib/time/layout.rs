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

/// A layout cut at its first element: what is before it, the element, what is behind. A fraction of
/// a second is an element of its own text.
pub(super) fn next_element(layout: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    for (at, &first) in layout.iter().enumerate() {
        let rest = &layout[at..];
        let len = match first {
            b'.' | b',' => fraction_len(rest),
            b'_' if rest.starts_with(b"_2006") => {
                // The underscore is text here.
                return Some((&layout[..=at], &layout[at + 1..at + 5], &layout[at + 5..]));
            }
            b'J' | b'M' | b'0' | b'1' | b'2' | b'_' | b'3' | b'4' | b'5' | b'P' | b'p' | b'-'
            | b'Z' => element_len(rest),
            _ => 0,
        };
        if len > 0 {
            return Some((&layout[..at], &layout[at..at + len], &layout[at + len..]));
        }
    }
    None
}

/// Length of the longest element at the start; an abbreviated name is none within a longer word.
fn element_len(rest: &[u8]) -> usize {
    let name = |short: usize, long: &[u8]| {
        if rest.starts_with(long) {
            long.len()
        } else if rest.get(short).is_some_and(u8::is_ascii_lowercase) {
            0
        } else {
            short
        }
    };
    match rest {
        [b'J', b'a', b'n', ..] => name(3, b"January"),
        [b'M', b'o', b'n', ..] => name(3, b"Monday"),
        [b'M', b'S', b'T', ..] | [b'0', b'0', b'2', ..] | [b'_', b'_', b'2', ..] => 3,
        [b'2', b'0', b'0', b'6', ..] => 4,
        [b'0', b'1'..=b'6', ..] | [b'1', b'5', ..] | [b'_', b'2', ..] => 2,
        [b'P', b'M', ..] | [b'p', b'm', ..] => 2,
        [b'1'..=b'5', ..] => 1,
        [b'-' | b'Z', zone @ ..] => match offset_len(zone) {
            0 => 0,
            len => 1 + len,
        },
        _ => 0,
    }
}

/// Length of the offset of a zone behind its sign.
fn offset_len(rest: &[u8]) -> usize {
    let forms: [&[u8]; 5] = [b"07:00:00", b"070000", b"07:00", b"0700", b"07"];
    forms.iter().find(|form| rest.starts_with(form)).map_or(0, |form| form.len())
}

/// Length of `.000` or `.999` that no digit follows.
fn fraction_len(rest: &[u8]) -> usize {
    let Some(&digit) = rest.get(1).filter(|d| matches!(d, b'0' | b'9')) else { return 0 };
    let len = 1 + rest[1..].iter().take_while(|&&b| b == digit).count();
    if rest.get(len).is_some_and(u8::is_ascii_digit) { 0 } else { len }
}

/// Whether an element is a fraction of a second.
pub(super) fn is_fraction(element: &[u8]) -> bool {
    matches!(element, [b'.' | b',', b'0' | b'9', ..])
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
        Moment {
            year,
            month: month as usize,
            day,
            year_day: days - days_since_1(year, 1, 1) + 1,
            weekday: (days + 1).rem_euclid(7) as usize,
            second_of_day: local.rem_euclid(DAY),
            nsec,
            zone,
            offset,
        }
    }

    /// The moment in a layout.
    pub(super) fn format(&self, mut layout: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(layout.len() + 16);
        while let Some((before, element, after)) = next_element(layout) {
            out.extend_from_slice(before);
            self.write(element, &mut out);
            layout = after;
        }
        out.extend_from_slice(layout);
        out
    }

    fn write(&self, element: &[u8], out: &mut Vec<u8>) {
        let (hour, minute, second) =
            (self.second_of_day / 3600, self.second_of_day / 60 % 60, self.second_of_day % 60);
        let hour12 = (hour + 11) % 12 + 1;
        match element {
            b"2006" => pad(out, self.year, 4, b'0'),
            b"06" => pad(out, self.year.abs() % 100, 2, b'0'),
            b"January" => out.extend_from_slice(MONTHS[self.month - 1].as_bytes()),
            b"Jan" => out.extend_from_slice(&MONTHS[self.month - 1].as_bytes()[..3]),
            b"01" => pad(out, self.month as i64, 2, b'0'),
            b"1" => pad(out, self.month as i64, 1, b'0'),
            b"Monday" => out.extend_from_slice(DAYS[self.weekday].as_bytes()),
            b"Mon" => out.extend_from_slice(&DAYS[self.weekday].as_bytes()[..3]),
            b"02" => pad(out, self.day, 2, b'0'),
            b"_2" => pad(out, self.day, 2, b' '),
            b"2" => pad(out, self.day, 1, b'0'),
            b"002" => pad(out, self.year_day, 3, b'0'),
            b"__2" => pad(out, self.year_day, 3, b' '),
            b"15" => pad(out, hour, 2, b'0'),
            b"03" => pad(out, hour12, 2, b'0'),
            b"3" => pad(out, hour12, 1, b'0'),
            b"04" => pad(out, minute, 2, b'0'),
            b"4" => pad(out, minute, 1, b'0'),
            b"05" => pad(out, second, 2, b'0'),
            b"5" => pad(out, second, 1, b'0'),
            b"PM" => out.extend_from_slice(if hour >= 12 { b"PM" } else { b"AM" }),
            b"pm" => out.extend_from_slice(if hour >= 12 { b"pm" } else { b"am" }),
            b"MST" if self.zone.is_empty() => write_offset(out, b"-0700", self.offset),
            b"MST" => out.extend_from_slice(self.zone),
            _ if is_fraction(element) => write_fraction(out, element, self.nsec),
            _ => write_offset(out, element, self.offset),
        }
    }
}

/// A number with at least so many digits.
fn pad(out: &mut Vec<u8>, number: i64, width: usize, filler: u8) {
    if number < 0 {
        out.push(b'-');
    }
    let mut buffer = [0; 20];
    let digits = crate::strconv::decimal(number.checked_abs().unwrap_or(i64::MAX), &mut buffer);
    out.extend(std::iter::repeat_n(filler, width.saturating_sub(digits.len())));
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
    let all = format!("{nsec:09}");
    let mut digits = all.as_bytes();
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
