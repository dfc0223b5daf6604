//! Complex functions, from S. Moshier's Cephes library (clog.c): roots, exponentials, logarithms,
//! and the functions of hyperbolas. Those of circles are in `complex_trig`.
//!
//! Special values are those of C99, annex G.

use super::{atan2, cosh, exp, hypot, log, sin, sin_cos, sinh};

/// Real and imaginary part.
pub(crate) type Complex = (f64, f64);

pub(super) const INF: f64 = f64::INFINITY;
pub(super) const NAN: f64 = f64::NAN;

pub(crate) fn exp_complex((x, y): Complex) -> Complex {
    if x.is_infinite() {
        if x > 0.0 && y == 0.0 {
            return (x, y);
        }
        if !y.is_finite() {
            return if x < 0.0 { (0.0, 0.0_f64.copysign(y)) } else { (INF, NAN) };
        }
    }
    if x.is_nan() && y == 0.0 {
        return (NAN, y);
    }
    let r = exp(x);
    let (sin, cos) = sin_cos(y);
    (r * cos, r * sin)
}

pub(crate) fn log_complex((x, y): Complex) -> Complex {
    (log(hypot(x, y)), atan2(y, x))
}

pub(crate) fn sqrt_complex((x, y): Complex) -> Complex {
    if y == 0.0 {
        return if x == 0.0 {
            (0.0, y)
        } else if x < 0.0 {
            (0.0, (-x).sqrt().copysign(y))
        } else {
            (x.sqrt(), y)
        };
    }
    if y.is_infinite() {
        return (INF, y);
    }
    if x == 0.0 {
        let r = (0.5 * y.abs()).sqrt();
        return (r, r.copysign(y));
    }
    // Scaled so that neither the modulus overflows nor a small part is lost.
    let (a, b, scale) = if x.abs() > 4.0 || y.abs() > 4.0 {
        (x * 0.25, y * 0.25, 2.0)
    } else {
        (x * 18014398509481984.0, y * 18014398509481984.0, 7.450580596923828125e-9)
    };
    let modulus = hypot(a, b);
    let (re, im) = if a > 0.0 {
        let t = (0.5 * modulus + 0.5 * a).sqrt();
        (t * scale, scale * ((0.5 * b) / t).abs())
    } else {
        let r = (0.5 * modulus - 0.5 * a).sqrt();
        (scale * ((0.5 * b) / r).abs(), r * scale)
    };
    (re, if b < 0.0 { -im } else { im })
}

/// Hyperbolic sine and cosine at once.
pub(super) fn sinh_cosh(x: f64) -> (f64, f64) {
    if x.abs() <= 0.5 {
        return (sinh(x), cosh(x));
    }
    let e = exp(x);
    let inverse = 0.5 / e;
    let half = e * 0.5;
    (half - inverse, half + inverse)
}

pub(crate) fn sinh_complex((x, y): Complex) -> Complex {
    if x == 0.0 && !y.is_finite() {
        return (x, NAN);
    }
    if x.is_infinite() {
        if y == 0.0 {
            return (x, y);
        }
        if !y.is_finite() {
            return (x, NAN);
        }
    }
    if x.is_nan() && y == 0.0 {
        return (NAN, y);
    }
    let (sin, cos) = sin_cos(y);
    let (sh, ch) = sinh_cosh(x);
    (cos * sh, sin * ch)
}

pub(crate) fn cosh_complex((x, y): Complex) -> Complex {
    if x == 0.0 && !y.is_finite() {
        return (NAN, x * 0.0_f64.copysign(y));
    }
    if x.is_infinite() {
        if y == 0.0 {
            return (INF, y * 0.0_f64.copysign(x));
        }
        if !y.is_finite() {
            return (INF, NAN);
        }
    }
    if x.is_nan() && y == 0.0 {
        return (NAN, y);
    }
    let (sin, cos) = sin_cos(y);
    let (sh, ch) = sinh_cosh(x);
    (cos * ch, sin * sh)
}

pub(crate) fn tanh_complex((x, y): Complex) -> Complex {
    if x.is_infinite() {
        let sign = if y.is_finite() { sin(2.0 * y) } else { y };
        return (1.0_f64.copysign(x), 0.0_f64.copysign(sign));
    }
    if y == 0.0 && x.is_nan() {
        return (NAN, y);
    }
    let d = cosh(2.0 * x) + super::cos(2.0 * y);
    if d == 0.0 {
        return (INF, INF);
    }
    (sinh(2.0 * x) / d, sin(2.0 * y) / d)
}
