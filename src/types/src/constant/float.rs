//! Big binary floats and rounding: `mantissa * 2^exponent`, and machine floats made of them.
//!
//! One function, [`round_ratio`], does all rounding (to nearest, ties to even): of quotients to
//! 512 bits, and of constants to `float64` and `float32` with their subnormal numbers.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::rc::Rc;

use super::Value;

/// Bits of a big float's mantissa, as in Go's compilers.
pub(super) const PRECISION: u64 = 512;
/// Rationals whose parts are longer than this become floats.
const MAX_RATIONAL_BITS: u64 = 4 << 10;
/// The exponents of `math/big.Float` are 32 bits long.
const MAX_EXPONENT: i64 = 1 << 31;

/// A machine's float format.
struct Format {
    precision: u64,
    min_exponent: i64,
    /// Numbers of `2^max` and more are infinite.
    max: i64,
}

const FLOAT64: Format = Format { precision: 53, min_exponent: -1074, max: 1024 };
const FLOAT32: Format = Format { precision: 24, min_exponent: -149, max: 128 };

/// Rounds `num / den * 2^exp` to at most `precision` bits and an exponent of at least
/// `min_exponent`; `den` is positive.
fn round_ratio(
    num: &BigInt,
    den: &BigInt,
    exp: i64,
    precision: u64,
    min_exponent: i64,
) -> (BigInt, i64) {
    if num.is_zero() {
        return (BigInt::zero(), 0);
    }
    // The quotient gets `precision + 1` bits or one more.
    let shift = precision as i64 + 2 - (num.bits() as i64 - den.bits() as i64);
    let shift = shift.min(exp - min_exponent + 2);
    let scaled = if shift >= 0 { num.abs() << shift } else { num.abs() };
    let divisor = if shift >= 0 { den.clone() } else { den << (-shift) };
    let (mut quotient, rest) = scaled.div_rem(&divisor);
    let mut exponent = exp - shift;
    let mut sticky = !rest.is_zero();
    let excess = (quotient.bits() as i64 - precision as i64).max(min_exponent - exponent);
    if excess > 0 {
        let (high, low) = split(&quotient, excess as u64);
        let half = BigInt::one() << (excess - 1);
        let above = low > half || (low == half && (sticky || high.is_odd()));
        quotient = if above { high + 1 } else { high };
        exponent += excess;
        sticky = false;
    }
    debug_assert!(!sticky || excess <= 0);
    (if num.is_negative() { -quotient } else { quotient }, exponent)
}

/// `n >> bits` and what is shifted out, for a non-negative n.
fn split(n: &BigInt, bits: u64) -> (BigInt, BigInt) {
    let high = n >> bits;
    let low = n - (&high << bits);
    (high, low)
}

/// A big float in normal form: odd mantissa of at most 512 bits; unknown if it is too large.
pub(super) fn make_float(num: &BigInt, den: &BigInt, exp: i64) -> Value {
    let (mantissa, exponent) = round_ratio(num, den, exp, PRECISION, i64::MIN / 4);
    if mantissa.is_zero() {
        return Value::Rational(Rc::new(BigRational::zero()));
    }
    let zeros = mantissa.trailing_zeros().unwrap_or(0);
    let mantissa = mantissa >> zeros;
    let exponent = exponent + zeros as i64;
    let size = exponent + mantissa.bits() as i64;
    if size > MAX_EXPONENT {
        return Value::Unknown;
    }
    if size < -MAX_EXPONENT {
        return Value::Rational(Rc::new(BigRational::zero()));
    }
    if exponent.abs() < MAX_RATIONAL_BITS as i64 - PRECISION as i64 {
        return Value::Rational(Rc::new(exact_ratio(&mantissa, exponent)));
    }
    Value::Float { mantissa: Rc::new(mantissa), exponent }
}

fn exact_ratio(mantissa: &BigInt, exponent: i64) -> BigRational {
    if exponent >= 0 {
        BigRational::from_integer(mantissa << exponent)
    } else {
        BigRational::new(mantissa.clone(), BigInt::one() << (-exponent))
    }
}

/// A rational, or the float nearest to it if it is too long.
pub(super) fn make_rational(r: BigRational) -> Value {
    if r.numer().bits() > MAX_RATIONAL_BITS || r.denom().bits() > MAX_RATIONAL_BITS {
        return make_float(r.numer(), r.denom(), 0);
    }
    Value::Rational(Rc::new(r))
}

/// `num / den * 2^exp` of a real number.
pub(super) fn parts(v: &Value) -> Option<(BigInt, BigInt, i64)> {
    match v {
        Value::Int(n) => Some((BigInt::from(*n), BigInt::one(), 0)),
        Value::BigInt(n) => Some(((**n).clone(), BigInt::one(), 0)),
        Value::Rational(r) => Some((r.numer().clone(), r.denom().clone(), 0)),
        Value::Float { mantissa, exponent } => {
            Some(((**mantissa).clone(), BigInt::one(), *exponent))
        }
        _ => None,
    }
}

/// Mantissa and exponent of a real number, rounded to 512 bits.
pub(super) fn binary(v: &Value) -> Option<(BigInt, i64)> {
    let (num, den, exp) = parts(v)?;
    Some(round_ratio(&num, &den, exp, PRECISION, i64::MIN / 4))
}

/// Whether the float's distance from an integer is within the error of earlier roundings; then
/// that integer, if it is of a sane size.
pub(super) fn nearly_integer(mantissa: &BigInt, exponent: i64) -> Option<BigInt> {
    if exponent.abs() > MAX_RATIONAL_BITS as i64 {
        return None;
    }
    if exponent >= 0 {
        return Some(mantissa << exponent);
    }
    let (rounded, exponent) =
        round_ratio(mantissa, &BigInt::one(), exponent, PRECISION - 4, i64::MIN / 4);
    if exponent >= 0 {
        return Some(rounded << exponent);
    }
    let (high, low) = split(&rounded.abs(), (-exponent) as u64);
    low.is_zero().then(|| if rounded.is_negative() { -high } else { high })
}

impl Format {
    /// The nearest number of this format; `None` for infinity and for what is no real number.
    fn round(&self, v: &Value) -> Option<(BigInt, i64)> {
        let (num, den, exp) = parts(v)?;
        let size = num.bits() as i64 - den.bits() as i64 + exp;
        if num.is_zero() || size < self.min_exponent - 2 {
            return Some((BigInt::zero(), 0));
        }
        if size > self.max + 1 {
            return None;
        }
        let (mantissa, exponent) = round_ratio(&num, &den, exp, self.precision, self.min_exponent);
        (mantissa.bits() as i64 + exponent <= self.max).then_some((mantissa, exponent))
    }
}

/// `m * 2^e` where that is a float64, exactly.
fn assemble(m: &BigInt, e: i64) -> f64 {
    let mantissa = m.to_f64().unwrap_or(0.0);
    // Two factors, as 2^e alone may be too small for a float64.
    let half = e / 2;
    mantissa * 2f64.powi(half as i32) * 2f64.powi((e - half) as i32)
}

impl Value {
    /// The nearest float64; infinite where it is too large.
    pub fn to_f64(&self) -> f64 {
        match FLOAT64.round(self) {
            Some((m, e)) => assemble(&m, e),
            None if self.sign() < 0 => f64::NEG_INFINITY,
            None => f64::INFINITY,
        }
    }

    /// The nearest float32; infinite where it is too large.
    pub fn to_f32(&self) -> f32 {
        match FLOAT32.round(self) {
            Some((m, e)) => assemble(&m, e) as f32,
            None if self.sign() < 0 => f32::NEG_INFINITY,
            None => f32::INFINITY,
        }
    }

    /// A real number rounded to float64; `None` if it overflows.
    pub fn round_f64(&self) -> Option<Value> {
        FLOAT64.round(self).map(|(m, e)| Value::Rational(Rc::new(exact_ratio(&m, e))))
    }

    /// A real number rounded to float32; `None` if it overflows.
    pub fn round_f32(&self) -> Option<Value> {
        FLOAT32.round(self).map(|(m, e)| Value::Rational(Rc::new(exact_ratio(&m, e))))
    }
}
