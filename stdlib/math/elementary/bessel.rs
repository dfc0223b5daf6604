//! The Bessel functions of orders 0 and 1, of the first and second kind, from msun (e_j0.c, e_j1.c).
//!
//! Below 2 they are quotients of polynomials (and a logarithm), beyond it waves whose sine and
//! cosine have factors that come near 1 and 0.

use std::f64::consts::FRAC_2_PI;

use super::bessel_tail::{P_0, P_1, Q_0, Q_1};
use super::{cos, log, polynomial, sin_cos};

const INV_SQRT_PI: f64 = 5.64189583547756279280e-01;
/// 2^129: from here on the factors are 1 and 0.
const WAVE_ONLY: f64 = 680564733841876926926749214863536422912.0;
const TINY: f64 = 1.0 / 134217728.0;
const SMALL: f64 = 1.0 / 8192.0;

/// From the highest power.
const J0_R: [f64; 4] = [
    -4.61832688532103189199e-09,
    1.82954049532700665670e-06,
    -1.89979294238854721751e-04,
    1.56249999999999947958e-02,
];
const J0_S: [f64; 5] = [
    1.16614003333790000205e-09,
    5.13546550207318111446e-07,
    1.16926784663337450260e-04,
    1.56191029464890010492e-02,
    1.0,
];
const Y0_U: [f64; 7] = [
    -3.98205194132103398453e-11,
    1.95590137035022920206e-08,
    -3.81407053724364161125e-06,
    3.47453432093683650238e-04,
    -1.38185671945596898896e-02,
    1.76666452509181115538e-01,
    -7.38042951086872317523e-02,
];
const Y0_U_0: f64 = -7.38042951086872317523e-02;
const Y0_V: [f64; 5] = [
    4.41110311332675467403e-10,
    2.59150851840457805467e-07,
    7.60068627350353253702e-05,
    1.27304834834123699328e-02,
    1.0,
];
const J1_R: [f64; 4] = [
    4.96727999609584448412e-08,
    -1.59955631084035597520e-05,
    1.40705666955189706048e-03,
    -6.25000000000000000000e-02,
];
const J1_S: [f64; 6] = [
    1.23542274426137913908e-11,
    5.04636257076217042715e-09,
    1.17718464042623683263e-06,
    1.85946785588630915560e-04,
    1.91537599538363460805e-02,
    1.0,
];
const Y1_U: [f64; 5] = [
    -9.19099158039878874504e-08,
    2.35252600561610495928e-05,
    -1.91256895875763547298e-03,
    5.04438716639811282616e-02,
    -1.96057090646238940668e-01,
];
const Y1_V: [f64; 6] = [
    1.66559246207992079114e-11,
    6.22741452364621501295e-09,
    1.35608801097516229404e-06,
    2.02552581025135171496e-04,
    1.99167318236649903973e-02,
    1.0,
];

/// √2 times sine and cosine of x-π/4. The one that cancels is made from the double angle.
fn wave_0(x: f64) -> (f64, f64) {
    let (sin, cos_x) = sin_cos(x);
    let (mut s, mut c) = (sin - cos_x, sin + cos_x);
    if x < f64::MAX / 2.0 {
        let z = -cos(x + x);
        if sin * cos_x < 0.0 {
            c = z / s;
        } else {
            s = z / c;
        }
    }
    (s, c)
}

/// √2 times sine and cosine of x-3π/4.
fn wave_1(x: f64) -> (f64, f64) {
    let (sin, cos_x) = sin_cos(x);
    let (mut s, mut c) = (-sin - cos_x, sin - cos_x);
    if x < f64::MAX / 2.0 {
        let z = cos(x + x);
        if sin * cos_x > 0.0 {
            c = z / s;
        } else {
            s = z / c;
        }
    }
    (s, c)
}

fn factors_0(x: f64) -> (f64, f64) {
    (1.0 + P_0.at(x), (-0.125 + Q_0.at(x)) / x)
}

fn factors_1(x: f64) -> (f64, f64) {
    (1.0 + P_1.at(x), (0.375 + Q_1.at(x)) / x)
}

pub(crate) fn j0(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return 0.0;
    }
    let x = x.abs();
    if x >= 2.0 {
        let (s, c) = wave_0(x);
        if x > WAVE_ONLY {
            return INV_SQRT_PI * c / x.sqrt();
        }
        let (u, v) = factors_0(x);
        return INV_SQRT_PI * (u * c - v * s) / x.sqrt();
    }
    if x < SMALL {
        return if x < TINY { 1.0 } else { 1.0 - 0.25 * x * x };
    }
    let z = x * x;
    let quotient = z * polynomial(&J0_R, z) / polynomial(&J0_S, z);
    if x < 1.0 {
        return 1.0 + z * (-0.25 + quotient);
    }
    let half = 0.5 * x;
    (1.0 + half) * (1.0 - half) + z * quotient
}

pub(crate) fn y0(x: f64) -> f64 {
    if x < 0.0 || x.is_nan() {
        return f64::NAN;
    }
    if x.is_infinite() {
        return 0.0;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x >= 2.0 {
        let (s, c) = wave_0(x);
        if x > WAVE_ONLY {
            return INV_SQRT_PI * s / x.sqrt();
        }
        let (u, v) = factors_0(x);
        return INV_SQRT_PI * (u * s + v * c) / x.sqrt();
    }
    if x <= TINY {
        return Y0_U_0 + FRAC_2_PI * log(x);
    }
    let z = x * x;
    polynomial(&Y0_U, z) / polynomial(&Y0_V, z) + FRAC_2_PI * j0(x) * log(x)
}

pub(crate) fn j1(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x.is_infinite() || x == 0.0 {
        return 0.0;
    }
    let size = x.abs();
    if size < TINY {
        // Without the sign, as Go has it.
        return 0.5 * size;
    }
    let value = if size >= 2.0 {
        let (s, c) = wave_1(size);
        if size > WAVE_ONLY {
            INV_SQRT_PI * c / size.sqrt()
        } else {
            let (u, v) = factors_1(size);
            INV_SQRT_PI * (u * c - v * s) / size.sqrt()
        }
    } else {
        let z = size * size;
        let above = z * polynomial(&J1_R, z) * size;
        0.5 * size + above / polynomial(&J1_S, z)
    };
    if x < 0.0 { -value } else { value }
}

pub(crate) fn y1(x: f64) -> f64 {
    if x < 0.0 || x.is_nan() {
        return f64::NAN;
    }
    if x.is_infinite() {
        return 0.0;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x >= 2.0 {
        let (s, c) = wave_1(x);
        if x > WAVE_ONLY {
            return INV_SQRT_PI * s / x.sqrt();
        }
        let (u, v) = factors_1(x);
        return INV_SQRT_PI * (u * s + v * c) / x.sqrt();
    }
    // Below 2^-54.
    if x <= 5.551115123125783e-17 {
        return -FRAC_2_PI / x;
    }
    let z = x * x;
    x * (polynomial(&Y1_U, z) / polynomial(&Y1_V, z)) + FRAC_2_PI * (j1(x) * log(x) - 1.0 / x)
}
