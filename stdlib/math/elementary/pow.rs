//! Powers: the exponent's integer part by repeated squaring of the fraction, the powers of two
//! counted apart; what is left of the exponent by logarithm and exponential function.

use super::{exp, frexp, ldexp, log};

/// The cases that C99 (annex F) lists.
fn special(x: f64, y: f64) -> Option<f64> {
    Some(if y == 0.0 || x == 1.0 {
        1.0
    } else if y == 1.0 {
        x
    } else if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == 0.0 {
        let base = if is_odd_integer(y) { x } else { 0.0 };
        if y < 0.0 { f64::INFINITY.copysign(base) } else { base }
    } else if y.is_infinite() {
        if x == -1.0 {
            1.0
        } else if (x.abs() < 1.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        }
    } else if x.is_infinite() {
        let size = if y < 0.0 { 0.0 } else { f64::INFINITY };
        if x < 0.0 && is_odd_integer(y) { -size } else { size }
    } else if y == 0.5 {
        x.sqrt()
    } else if y == -0.5 {
        1.0 / x.sqrt()
    } else {
        return None;
    })
}

fn is_odd_integer(y: f64) -> bool {
    // From 2^53 on all are even.
    y.abs() < 9007199254740992.0 && y.trunc() == y && y as i64 & 1 == 1
}

/// Beyond these exponents the result is certainly 0 or infinite.
const EXPONENT_LIMIT: i64 = 1 << 12;

pub(crate) fn pow(x: f64, y: f64) -> f64 {
    if let Some(value) = special(x, y) {
        return value;
    }
    let size = y.abs();
    let (mut whole, mut part) = (size.trunc(), size - size.trunc());
    if part != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9.223372036854775808e18 {
        return if x == -1.0 {
            1.0
        } else if (x.abs() < 1.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        };
    }
    let mut result = 1.0;
    let mut exponent = 0;
    if part != 0.0 {
        if part > 0.5 {
            part -= 1.0;
            whole += 1.0;
        }
        result = exp(part * log(x));
    }
    let (mut square, own) = frexp(x);
    let mut square_exponent = i64::from(own);
    let mut left = whole as i64;
    while left != 0 {
        if square_exponent.abs() > EXPONENT_LIMIT {
            exponent += square_exponent;
            break;
        }
        if left & 1 == 1 {
            result *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        left >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    ldexp(result, exponent)
}
