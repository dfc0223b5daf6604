//! The shortest decimal digits of a floating-point number, for `print` and for package strconv.
//!
//! The crate zmij finds the fewest digits that read back as the same number, and the nearest of
//! these. Where two are as near, Go takes the one whose last digit is even; zmij promises nothing.

/// No number needs more digits.
const MOST: usize = 17;

/// The shortest digits of a number, which is `0.d1d2… * 10^point` but for its sign. Zero has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shortest {
    digits: [u8; MOST],
    len: usize,
    pub point: i32,
}

impl Shortest {
    /// The digits as text.
    pub fn digits(&self) -> &[u8] {
        &self.digits[..self.len]
    }

    /// Reads `12.5`, `1e21`, `1.5e-7`; zeros around the digits do not count.
    fn of(text: &str) -> Shortest {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let point = whole.len() as i32 + exponent.parse::<i32>().unwrap_or(0);
        let mut found = Shortest { point, ..Shortest::default() };
        for digit in whole.bytes().chain(behind.bytes()) {
            if found.len == 0 && digit == b'0' {
                found.point -= 1;
            } else if found.len < MOST {
                found.digits[found.len] = digit;
                found.len += 1;
            }
        }
        while found.digits().last() == Some(&b'0') {
            found.len -= 1;
        }
        if found.len == 0 {
            found.point = 0;
        }
        found
    }
}

/// The shortest digits of a finite number, of which `single` says that it is a float32.
pub fn shortest(value: f64, single: bool) -> Shortest {
    let value = if single { f64::from(value as f32) } else { value }.abs();
    let mut buffer = zmij::Buffer::new();
    let text =
        if single { buffer.format_finite(value as f32) } else { buffer.format_finite(value) };
    let found = Shortest::of(text);
    let odd = found.digits().last().is_some_and(|digit| digit % 2 == 1);
    if !odd || !may_be_halfway(value, found.len as i32 - found.point) {
        return found;
    }
    let rounded = format!("{value:.*e}", found.len - 1);
    let same =
        if single { rounded.parse() == Ok(value as f32) } else { rounded.parse() == Ok(value) };
    if same { Shortest::of(&rounded) } else { found }
}

/// Whether a number can be halfway between two with so many decimals: then it has one decimal more,
/// and as many decimals as it has binary places.
fn may_be_halfway(value: f64, decimals: i32) -> bool {
    let exponent = (value.to_bits() >> 52 & 0x7FF) as i32;
    let mantissa = value.to_bits() & ((1 << 52) - 1) | u64::from(exponent > 0) << 52;
    let places = 1075 - exponent.max(1) - mantissa.trailing_zeros().min(63) as i32;
    decimals < 0 || places == decimals + 1
}

#[cfg(test)]
mod tests {
    use super::shortest;

    #[test]
    fn of_two_that_are_as_near_the_even_one_is_taken() {
        let text = |value, single| {
            let found = shortest(value, single);
            (String::from_utf8_lossy(found.digits()).into_owned(), found.point)
        };
        assert_eq!(text(165.765_625, true), ("16576562".into(), 3));
        assert_eq!(text(-0.000_244_140_625, true), ("24414062".into(), -3));
        assert_eq!(text(0.1, true), ("1".into(), 0));
        assert_eq!(text(5e-324, false), ("5".into(), -323));
        assert_eq!(text(0.3, false), ("3".into(), 0));
        assert_eq!(text(f64::MAX, false), ("17976931348623157".into(), 309));
        assert_eq!(text(0.0, false), (String::new(), 0));
        assert_eq!(text(1e23, false), ("1".into(), 24));
        assert_eq!(text(1200.0, false), ("12".into(), 4));
    }
}
