//! The gamma function, from S. Moshier's Cephes library (gamma.c).
//!
//! Arguments are brought to lie between 2 and 3, where a quotient of polynomials holds; from 33 on
//! it is Stirling's formula, for negative ones with the reflection formula.

use std::f64::consts::PI;

use super::{exp, polynomial, pow, sin};

const P: [f64; 7] = [
    1.60119522476751861407e-04,
    1.19135147006586384913e-03,
    1.04213797561761569935e-02,
    4.76367800457137231464e-02,
    2.07448227648435975150e-01,
    4.94214826801497100753e-01,
    9.99999999999999996796e-01,
];
const Q: [f64; 8] = [
    -2.31581873324120129819e-05,
    5.39605580493303397842e-04,
    -4.45641913851797240494e-03,
    1.18139785222060435552e-02,
    3.58236398605498653373e-02,
    -2.34591795718243348568e-01,
    7.14304917030273074085e-02,
    1.00000000000000000320e+00,
];
const STIRLING: [f64; 5] = [
    7.87311395793093628397e-04,
    -2.29549961613378126380e-04,
    -2.68132617805781232825e-03,
    3.47222221605458667310e-03,
    8.33333333333482257126e-02,
];
const SQRT_2_PI: f64 = 2.506628274631000502417;
/// From here on the power is made in two halves, as the whole would overflow.
const POWER_LIMIT: f64 = 143.01608;
const EULER: f64 = 0.57721566490153286060651209008240243104215933593992;

/// Stirling's formula as two factors, whose product may be infinite.
fn stirling(x: f64) -> (f64, f64) {
    if x > 200.0 {
        return (f64::INFINITY, 1.0);
    }
    let w = 1.0 / x;
    let w = 1.0 + w * polynomial(&STIRLING, w);
    let first = exp(x);
    let (first, second) = if x > POWER_LIMIT {
        let half = pow(x, 0.5 * x - 0.25);
        (half, half / first)
    } else {
        (pow(x, x - 0.5) / first, 1.0)
    };
    (first, SQRT_2_PI * w * second)
}

/// For arguments far from zero.
fn far(x: f64) -> f64 {
    let size = x.abs();
    if x >= 0.0 {
        let (a, b) = stirling(x);
        return a * b;
    }
    let whole = size.floor();
    // From 2^63 on all integers are even; they are no arguments of `far`.
    let sign = if whole as i64 & 1 == 0 { -1.0 } else { 1.0 };
    let mut z = size - whole;
    if z > 0.5 {
        z = size - (whole + 1.0);
    }
    z = size * sin(PI * z);
    if z == 0.0 {
        return f64::INFINITY.copysign(sign);
    }
    let (a, b) = stirling(size);
    let z = z.abs();
    let product = z * a * b;
    let value = if product.is_infinite() { PI / z / a / b } else { PI / product };
    sign * value
}

pub(crate) fn gamma(x: f64) -> f64 {
    if x < 0.0 && x.floor() == x || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x == 0.0 {
        return f64::INFINITY.copysign(x);
    }
    if x.abs() > 33.0 {
        return far(x);
    }
    let (mut x, mut z) = (x, 1.0);
    while x >= 3.0 {
        x -= 1.0;
        z *= x;
    }
    while x < 0.0 {
        if x > -1e-9 {
            return near_zero(x, z);
        }
        z /= x;
        x += 1.0;
    }
    while x < 2.0 {
        if x < 1e-9 {
            return near_zero(x, z);
        }
        z /= x;
        x += 1.0;
    }
    if x == 2.0 {
        return z;
    }
    x -= 2.0;
    z * polynomial(&P, x) / polynomial(&Q, x)
}

fn near_zero(x: f64, z: f64) -> f64 {
    if x == 0.0 { f64::INFINITY } else { z / ((1.0 + EULER * x) * x) }
}
