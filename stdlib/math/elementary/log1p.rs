//! The logarithm of 1+x, from msun (s_log1p.c).
//!
//! As `log`, with what the sum 1+x lost added again; a fraction that is 1 but for its last 20 bits
//! takes a short cut.

use super::polynomial;

const LN_2_HIGH: f64 = 6.93147180369123816490e-01;
const LN_2_LOW: f64 = 1.90821492927058770002e-10;
/// Coefficients of the odd function, from the highest.
const LP: [f64; 7] = [
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
];

/// √2-1 and √2/2-1: between them 1+x needs no scaling.
const SQRT_2_MINUS_1: f64 = 4.142135623730950488017e-01;
const HALF_SQRT_2_MINUS_1: f64 = -2.928932188134524755992e-01;
const TINY: f64 = 1.0 / (1_u64 << 54) as f64;
const SMALL: f64 = 1.0 / (1_u64 << 29) as f64;
const LARGE: f64 = (1_u64 << 53) as f64;
/// The fraction bits of √2.
const SQRT_2_FRACTION: u64 = 0x6a09e667f3bcd;
const FRACTION: u64 = (1 << 52) - 1;

/// 1+x as two to the `k` times 1+f, and the correction for what the sum lost.
struct Scaled {
    f: f64,
    k: f64,
    correction: f64,
    /// The fraction's upper bits say that 1+f is one.
    is_near_one: bool,
}

fn scaled(x: f64) -> Scaled {
    let (sum, correction) = if x.abs() < LARGE {
        let sum = 1.0 + x;
        let exponent = (sum.to_bits() >> 52) as i64 - 1023;
        let lost = if exponent > 0 { 1.0 - (sum - x) } else { x - (sum - 1.0) };
        (sum, lost / sum)
    } else {
        (x, 0.0)
    };
    let bits = sum.to_bits();
    let exponent = (bits >> 52) as i64 - 1023;
    let fraction = bits & FRACTION;
    let (u, k, distance) = if fraction < SQRT_2_FRACTION {
        (f64::from_bits(fraction | 1023 << 52), exponent, fraction)
    } else {
        (f64::from_bits(fraction | 1022 << 52), exponent + 1, ((1 << 52) - fraction) >> 2)
    };
    Scaled { f: u - 1.0, k: k as f64, correction, is_near_one: distance == 0 }
}

pub(crate) fn log1p(x: f64) -> f64 {
    if x < -1.0 || x.is_nan() {
        return f64::NAN;
    }
    if x == -1.0 {
        return f64::NEG_INFINITY;
    }
    if x == f64::INFINITY {
        return x;
    }
    let size = x.abs();
    if size < SQRT_2_MINUS_1 {
        if size < SMALL {
            return if size < TINY { x } else { x - x * x * 0.5 };
        }
        if x > HALF_SQRT_2_MINUS_1 {
            let half_square = 0.5 * x * x;
            return x - (half_square - odd(x, half_square));
        }
    }
    let Scaled { f, k, correction, is_near_one } = scaled(x);
    let half_square = 0.5 * f * f;
    if is_near_one {
        if f == 0.0 {
            return if k == 0.0 { 0.0 } else { k * LN_2_HIGH + (correction + k * LN_2_LOW) };
        }
        let r = half_square * (1.0 - 0.66666666666666666 * f);
        if k == 0.0 {
            return f - r;
        }
        return k * LN_2_HIGH - ((r - (k * LN_2_LOW + correction)) - f);
    }
    if k == 0.0 {
        return f - (half_square - odd(f, half_square));
    }
    k * LN_2_HIGH - ((half_square - (odd(f, half_square) + (k * LN_2_LOW + correction))) - f)
}

#[inline(always)]
fn odd(f: f64, half_square: f64) -> f64 {
    let s = f / (2.0 + f);
    let z = s * s;
    s * (half_square + z * polynomial(&LP, z))
}
