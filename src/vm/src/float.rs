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
    let rounded = format!("{value:.*e}", digits - 1);
    let same =
        if single { rounded.parse() == Ok(value as f32) } else { rounded.parse() == Ok(value) };
    if same { rounded } else { found }
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
