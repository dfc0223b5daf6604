//! Sine, cosine and tangent, from S. Moshier's Cephes library (sin.c, tan.c).
//!
//! The argument is brought into an eighth of the circle (`reduce`), where a polynomial, for the
//! tangent a quotient of two, in the square of the rest gives the value.

use super::reduce::octant;
use super::{monic, polynomial};

const SIN: [f64; 6] = [
    1.58962301576546568060e-10,
    -2.50507477628578072866e-8,
    2.75573136213857245213e-6,
    -1.98412698295895385996e-4,
    8.33333333332211858878e-3,
    -1.66666666666666307295e-1,
];
const COS: [f64; 6] = [
    -1.13585365213876817300e-11,
    2.08757008419747316778e-9,
    -2.75573141792967388112e-7,
    2.48015872888517045348e-5,
    -1.38888888888730564116e-3,
    4.16666666666665929218e-2,
];
const TAN_P: [f64; 3] =
    [-1.30936939181383777646e4, 1.15351664838587416140e6, -1.79565251976484877988e7];
const TAN_Q: [f64; 4] = [
    1.36812963470692954678e4,
    -1.32089234440210967447e6,
    2.50083801823357915839e7,
    -5.38695755929454629881e7,
];

#[inline(always)]
fn sin_rest(z: f64) -> f64 {
    let zz = z * z;
    z + z * zz * polynomial(&SIN, zz)
}

#[inline(always)]
fn cos_rest(z: f64) -> f64 {
    let zz = z * z;
    1.0 - 0.5 * zz + zz * zz * polynomial(&COS, zz)
}

#[inline(always)]
fn negate_if(negative: bool, x: f64) -> f64 {
    f64::from_bits(x.to_bits() ^ u64::from(negative) << 63)
}

pub(crate) fn sin(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return f64::NAN;
    }
    let (j, z) = octant(x.abs());
    let negative = (x < 0.0) != (j > 3);
    negate_if(negative, if j & 3 == 2 { cos_rest(z) } else { sin_rest(z) })
}

pub(crate) fn cos(x: f64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    let (j, z) = octant(x.abs());
    let negative = (j > 3) != (j & 3 > 1);
    negate_if(negative, if j & 3 == 2 { sin_rest(z) } else { cos_rest(z) })
}

pub(crate) fn sin_cos(x: f64) -> (f64, f64) {
    if x == 0.0 {
        return (x, 1.0);
    }
    if !x.is_finite() {
        return (f64::NAN, f64::NAN);
    }
    let (j, z) = octant(x.abs());
    let (sin, cos) = (sin_rest(z), cos_rest(z));
    let (sin, cos) = if j & 3 == 2 { (cos, sin) } else { (sin, cos) };
    (negate_if((x < 0.0) != (j > 3), sin), negate_if((j > 3) != (j & 3 > 1), cos))
}

pub(crate) fn tan(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return f64::NAN;
    }
    let (j, z) = octant(x.abs());
    let zz = z * z;
    let mut y = z;
    if zz > 1e-14 {
        y = z + z * (zz * polynomial(&TAN_P, zz) / monic(&TAN_Q, zz));
    }
    if j & 2 == 2 {
        y = -1.0 / y;
    }
    negate_if(x < 0.0, y)
}
