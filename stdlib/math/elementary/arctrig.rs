//! The inverses of sine, cosine and tangent, from S. Moshier's Cephes library (atan.c).

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::{monic, polynomial};

const P: [f64; 5] = [
    -8.750608600031904122785e-01,
    -1.615753718733365076637e+01,
    -7.500855792314704667340e+01,
    -1.228866684490136173410e+02,
    -6.485021904942025371773e+01,
];
const Q: [f64; 5] = [
    2.485846490142306297962e+01,
    1.650270098316988542046e+02,
    4.328810604912902668951e+02,
    4.853903996359136964868e+02,
    1.945506571482613964425e+02,
];
/// What π/2 has beyond its float.
const MORE_BITS: f64 = 6.123233995736765886130e-17;
const TAN_3_PI_8: f64 = 2.41421356237309504880;

/// For arguments up to 0.66.
#[inline(always)]
fn near_zero(x: f64) -> f64 {
    let z = x * x;
    let z = z * polynomial(&P, z) / monic(&Q, z);
    x * z + x
}

/// For arguments that are not negative.
#[inline(always)]
fn positive(x: f64) -> f64 {
    if x <= 0.66 {
        return near_zero(x);
    }
    if x > TAN_3_PI_8 {
        return FRAC_PI_2 - near_zero(1.0 / x) + MORE_BITS;
    }
    FRAC_PI_4 + near_zero((x - 1.0) / (x + 1.0)) + 0.5 * MORE_BITS
}

pub(crate) fn atan(x: f64) -> f64 {
    if x == 0.0 {
        return x;
    }
    if x > 0.0 { positive(x) } else { -positive(-x) }
}

pub(crate) fn atan2(y: f64, x: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if y == 0.0 {
        return if x.is_sign_negative() { PI.copysign(y) } else { y };
    }
    if x == 0.0 {
        return FRAC_PI_2.copysign(y);
    }
    if x.is_infinite() {
        let size = match (x > 0.0, y.is_infinite()) {
            (true, true) => FRAC_PI_4,
            (true, false) => 0.0,
            (false, true) => 3.0 * FRAC_PI_4,
            (false, false) => PI,
        };
        return size.copysign(y);
    }
    if y.is_infinite() {
        return FRAC_PI_2.copysign(y);
    }
    let quotient = atan(y / x);
    if x < 0.0 {
        return if quotient <= 0.0 { quotient + PI } else { quotient - PI };
    }
    quotient
}

pub(crate) fn asin(x: f64) -> f64 {
    if x == 0.0 {
        return x;
    }
    let size = x.abs();
    if size > 1.0 || x.is_nan() {
        return f64::NAN;
    }
    let other = (1.0 - size * size).sqrt();
    let angle =
        if size > 0.7 { FRAC_PI_2 - positive(other / size) } else { positive(size / other) };
    angle.copysign(x)
}

pub(crate) fn acos(x: f64) -> f64 {
    FRAC_PI_2 - asin(x)
}
