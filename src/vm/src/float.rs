//! The shortest decimal digits of a floating-point number, for `print` and for package strconv.
//!
//! Rust's formatting finds the fewest digits that read back as the same number, and the nearest of
//! these. Where two are as near, Go takes the one whose last digit is even; Rust promises nothing.

/// The shortest digits, as `{:e}` writes them: `1.5e-7`.
pub fn shortest(value: f64, single: bool) -> String {
    let found = if single { format!("{:e}", value as f32) } else { format!("{value:e}") };
    let mantissa = found.split('e').next().unwrap_or_default();
    if !mantissa.ends_with(['1', '3', '5', '7', '9']) {
        return found;
    }
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let value = if single { f64::from(value as f32) } else { value };
    let exponent = found.split('e').nth(1).and_then(|e| e.parse().ok()).unwrap_or(0);
    if !may_be_halfway(value, digits as i32 - 1 - exponent) {
        return found;
    }
    let rounded = format!("{value:.*e}", digits - 1);
    let same =
        if single { rounded.parse() == Ok(value as f32) } else { rounded.parse() == Ok(value) };
    if same { rounded } else { found }
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
        assert_eq!(shortest(165.765_625, true), "1.6576562e2");
        assert_eq!(shortest(-0.000_244_140_625, true), "-2.4414062e-4");
        assert_eq!(shortest(0.1, true), "1e-1");
        assert_eq!(shortest(5e-324, false), "5e-324");
        assert_eq!(shortest(0.3, false), "3e-1");
        assert_eq!(shortest(f64::MAX, false), "1.7976931348623157e308");
        assert_eq!(shortest(0.0, false), "0e0");
    }
}
