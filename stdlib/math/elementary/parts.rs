//! Fraction and exponent of a float, by its bits: taking apart, putting together.

/// The fraction, at least 1/2 and below 1 without the sign, and the power of two that goes with it.
/// Zeros, infinities and NaN have the exponent 0.
#[inline]
pub(crate) fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (normal, shift) =
        if x.abs() < f64::MIN_POSITIVE { (x * 4503599627370496.0, -52) } else { (x, 0) };
    let bits = normal.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1022 + shift;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent)
}

/// `fraction` times two to the `exponent`, rounded once.
#[inline]
pub(crate) fn ldexp(fraction: f64, exponent: i64) -> f64 {
    if fraction == 0.0 || !fraction.is_finite() {
        return fraction;
    }
    let (fraction, own) = frexp(fraction);
    // The value is at least 2^power and below 2^(power+1). Like Go's, the sum wraps.
    let power = exponent.wrapping_add(i64::from(own) - 1);
    if power > 1023 {
        return f64::INFINITY.copysign(fraction);
    }
    if power < -1075 {
        return 0.0_f64.copysign(fraction);
    }
    let bits = fraction.to_bits() & !(0x7ff << 52);
    if power >= -1022 {
        return f64::from_bits(bits | ((power + 1023) as u64) << 52);
    }
    // Subnormal: the one rounding is that of the product.
    f64::from_bits(bits | ((power + 1023 + 53) as u64) << 52) * f64::from_bits((1023 - 53) << 52)
}
