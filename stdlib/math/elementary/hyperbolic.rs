//! The hyperbolic functions and their inverses.
//!
//! Near zero the sine is a rational function (number 2029 in J. F. Hart and E. W. Cheney,
//! "Computer Approximations", 1968), the tangent that of S. Moshier's Cephes library (tanh.c).
//! The inverses are those of msun (e_acosh.c, s_asinh.c, e_atanh.c).

use std::f64::consts::LN_2;

use super::{exp, log, log1p, monic, polynomial};

const SINH_P: [f64; 4] = [
    -0.2630563213397497062819489e+2,
    -0.2894211355989563807284660366e+4,
    -0.8991272022039509355398013511e+5,
    -0.6307673640497716991184787251e+6,
];
const SINH_Q: [f64; 3] = [
    -0.173678953558233699533450911e+3,
    0.1521517378790019070696485176e+5,
    -0.6307673640497716991212077277e+6,
];

pub(crate) fn sinh(x: f64) -> f64 {
    let size = x.abs();
    let value = if size > 21.0 {
        exp(size) * 0.5
    } else if size > 0.5 {
        let e = exp(size);
        (e - 1.0 / e) * 0.5
    } else {
        let square = size * size;
        polynomial(&SINH_P, square) * size / monic(&SINH_Q, square)
    };
    value.copysign(x)
}

pub(crate) fn cosh(x: f64) -> f64 {
    let size = x.abs();
    if size > 21.0 {
        return exp(size) * 0.5;
    }
    let e = exp(size);
    (e + 1.0 / e) * 0.5
}

const TANH_P: [f64; 3] =
    [-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3];
const TANH_Q: [f64; 3] =
    [1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3];
/// Half of the largest exponent for which Cephes trusts its exponential function.
const TANH_ONE: f64 = 0.5 * 8.8029691931113054295988e+01;

pub(crate) fn tanh(x: f64) -> f64 {
    let size = x.abs();
    if size > TANH_ONE {
        return 1.0_f64.copysign(x);
    }
    if size >= 0.625 {
        let s = exp(2.0 * size);
        return (1.0 - 2.0 / (s + 1.0)).copysign(x);
    }
    if x == 0.0 {
        return x;
    }
    let s = x * x;
    x + x * s * polynomial(&TANH_P, s) / monic(&TANH_Q, s)
}

/// From here on adding one to a square changes nothing.
const LARGE: f64 = 268435456.0;

pub(crate) fn acosh(x: f64) -> f64 {
    if x < 1.0 || x.is_nan() {
        return f64::NAN;
    }
    if x == 1.0 {
        return 0.0;
    }
    if x >= LARGE {
        return log(x) + LN_2;
    }
    if x > 2.0 {
        return log(2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt()));
    }
    let t = x - 1.0;
    log1p(t + (2.0 * t + t * t).sqrt())
}

pub(crate) fn asinh(x: f64) -> f64 {
    if !x.is_finite() {
        return x;
    }
    let size = x.abs();
    let value = if size > LARGE {
        log(size) + LN_2
    } else if size > 2.0 {
        log(2.0 * size + 1.0 / ((size * size + 1.0).sqrt() + size))
    } else if size < 1.0 / LARGE {
        size
    } else {
        log1p(size + size * size / (1.0 + (1.0 + size * size).sqrt()))
    };
    value.copysign(x)
}

pub(crate) fn atanh(x: f64) -> f64 {
    let size = x.abs();
    if size > 1.0 || x.is_nan() {
        return f64::NAN;
    }
    if size == 1.0 {
        return f64::INFINITY.copysign(x);
    }
    let value = if size < 1.0 / LARGE {
        size
    } else if size < 0.5 {
        let double = size + size;
        0.5 * log1p(double + double * size / (1.0 - size))
    } else {
        0.5 * log1p((size + size) / (1.0 - size))
    };
    value.copysign(x)
}
