//! Complex functions of circles and the inverses of those and of hyperbolas' functions, from
//! S. Moshier's Cephes library (clog.c). Special values are those of C99, annex G.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::complex::{Complex, INF, NAN, log_complex, sinh_cosh, sqrt_complex};
use super::reduce::{PARTS_OF_QUARTER_PI, large_without_pi};
use super::{
    asin as asin_real, asinh as asinh_real, atan as atan_real, atan2, cos, cosh, log, sin, sin_cos,
    sinh,
};

pub(crate) fn sin_complex((x, y): Complex) -> Complex {
    if y == 0.0 && !x.is_finite() {
        return (NAN, y);
    }
    if y.is_infinite() {
        if x == 0.0 {
            return (x, y);
        }
        if !x.is_finite() {
            return (NAN, y);
        }
    }
    if x == 0.0 && y.is_nan() {
        return (x, y);
    }
    let (s, c) = sin_cos(x);
    let (sh, ch) = sinh_cosh(y);
    (s * ch, c * sh)
}

pub(crate) fn cos_complex((x, y): Complex) -> Complex {
    if y == 0.0 && !x.is_finite() {
        return (NAN, -y * 0.0_f64.copysign(x));
    }
    if y.is_infinite() {
        if x == 0.0 {
            return (INF, -x * 0.0_f64.copysign(y));
        }
        if !x.is_finite() {
            return (INF, NAN);
        }
    }
    if x == 0.0 && y.is_nan() {
        return (NAN, 0.0);
    }
    let (s, c) = sin_cos(x);
    let (sh, ch) = sinh_cosh(y);
    (c * ch, -s * sh)
}

/// Angles from here on are reduced by Payne and Hanek's method.
const LARGE_ANGLE: f64 = 1073741824.0;

/// The angle without its multiple of π.
fn without_pi(x: f64) -> f64 {
    if x >= LARGE_ANGLE {
        return large_without_pi(x);
    }
    let t = (x / PI + 0.5).trunc();
    let [a, b, c] = PARTS_OF_QUARTER_PI.map(|part| part * 4.0);
    ((x - t * a) - t * b) - t * c
}

/// cosh(2y) - cos(2x) by its series, where the difference would lose digits.
fn difference((x, y): Complex) -> f64 {
    let x = without_pi((2.0 * x).abs());
    let y = (2.0 * y).abs();
    let (x, y) = (x * x, y * y);
    let (mut x_power, mut y_power, mut factorial, mut n, mut sum) = (1.0, 1.0, 1.0, 0.0, 0.0);
    loop {
        n += 1.0;
        factorial *= n;
        n += 1.0;
        factorial *= n;
        x_power *= x;
        y_power *= y;
        sum += (y_power + x_power) / factorial;
        n += 1.0;
        factorial *= n;
        n += 1.0;
        factorial *= n;
        x_power *= x;
        y_power *= y;
        let last = (y_power - x_power) / factorial;
        sum += last;
        let ratio: f64 = last / sum;
        if ratio.abs() <= f64::EPSILON / 2.0 || ratio.is_nan() {
            return sum;
        }
    }
}

pub(crate) fn tan_complex((x, y): Complex) -> Complex {
    if y.is_infinite() {
        let sign = if x.is_finite() { sin(2.0 * x) } else { x };
        return (0.0_f64.copysign(sign), 1.0_f64.copysign(y));
    }
    if x == 0.0 && y.is_nan() {
        return (x, y);
    }
    let mut d = cos(2.0 * x) + cosh(2.0 * y);
    if d.abs() < 0.25 {
        d = difference((x, y));
    }
    if d == 0.0 {
        return (INF, INF);
    }
    (sin(2.0 * x) / d, sinh(2.0 * y) / d)
}

pub(crate) fn cot_complex((x, y): Complex) -> Complex {
    let mut d = cosh(2.0 * y) - cos(2.0 * x);
    if d.abs() < 0.25 {
        d = difference((x, y));
    }
    if d == 0.0 {
        return (INF, INF);
    }
    (sin(2.0 * x) / d, -sinh(2.0 * y) / d)
}

/// √(1-z²).
fn other_side((x, y): Complex) -> Complex {
    sqrt_complex((1.0 - (x * x - y * y), -(x * y + y * x)))
}

pub(crate) fn asin_complex((x, y): Complex) -> Complex {
    if y == 0.0 && x.abs() <= 1.0 {
        return (asin_real(x), y);
    }
    if x == 0.0 && y.abs() <= 1.0 {
        return (x, asinh_real(y));
    }
    if y.is_nan() {
        return if x == 0.0 {
            (x, NAN)
        } else if x.is_infinite() {
            (NAN, x)
        } else {
            (NAN, NAN)
        };
    }
    if y.is_infinite() {
        return if x.is_nan() {
            (NAN, y)
        } else if x.is_infinite() {
            (FRAC_PI_4.copysign(x), y)
        } else {
            (0.0_f64.copysign(x), y)
        };
    }
    if x.is_infinite() {
        return (FRAC_PI_2.copysign(x), x.copysign(y));
    }
    let (re, im) = other_side((x, y));
    let (a, b) = log_complex((-y + re, x + im));
    (b, -a)
}

pub(crate) fn acos_complex(z: Complex) -> Complex {
    let (re, im) = asin_complex(z);
    (FRAC_PI_2 - re, -im)
}

pub(crate) fn asinh_complex((x, y): Complex) -> Complex {
    if y == 0.0 && x.abs() <= 1.0 {
        return (asinh_real(x), y);
    }
    if x == 0.0 && y.abs() <= 1.0 {
        return (x, asin_real(y));
    }
    if x.is_infinite() {
        return if y.is_infinite() {
            (x, FRAC_PI_4.copysign(y))
        } else if y.is_nan() {
            (x, y)
        } else {
            (x, 0.0_f64.copysign(y))
        };
    }
    if x.is_nan() {
        return if y == 0.0 {
            (x, y)
        } else if y.is_infinite() {
            (y, x)
        } else {
            (NAN, NAN)
        };
    }
    if y.is_infinite() {
        return (y.copysign(x), FRAC_PI_2.copysign(y));
    }
    let (re, im) = sqrt_complex((1.0 + (x * x - y * y), x * y + y * x));
    log_complex((x + re, y + im))
}

pub(crate) fn acosh_complex(z: Complex) -> Complex {
    if z == (0.0, 0.0) {
        return (0.0, FRAC_PI_2.copysign(z.1));
    }
    let (re, im) = acos_complex(z);
    if im <= 0.0 { (-im, re) } else { (im, -re) }
}

pub(crate) fn atan_complex((x, y): Complex) -> Complex {
    if y == 0.0 {
        return (atan_real(x), y);
    }
    if x == 0.0 && y.abs() <= 1.0 {
        return (x, super::atanh(y));
    }
    if y.is_infinite() || x.is_infinite() {
        if x.is_nan() {
            return (NAN, 0.0_f64.copysign(y));
        }
        let im = if y.is_nan() { 0.0 } else { 0.0_f64.copysign(y) };
        return (FRAC_PI_2.copysign(x), im);
    }
    if x.is_nan() || y.is_nan() {
        return (NAN, NAN);
    }
    let square = x * x;
    let a = 1.0 - square - y * y;
    if a == 0.0 {
        return (NAN, NAN);
    }
    let angle = 0.5 * atan2(2.0 * x, a);
    let t = y - 1.0;
    let below = square + t * t;
    if below == 0.0 {
        return (NAN, NAN);
    }
    let t = y + 1.0;
    (without_pi(angle), 0.25 * log((square + t * t) / below))
}

pub(crate) fn atanh_complex((x, y): Complex) -> Complex {
    let (re, im) = atan_complex((-y, x));
    (im, -re)
}
