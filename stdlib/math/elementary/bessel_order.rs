//! The Bessel functions of any integer order, from msun (e_jn.c).
//!
//! From orders 0 and 1 the recurrence leads up as long as that is stable, which it is below the
//! argument; beyond, the quotient of two neighbours is a continued fraction, from which the
//! recurrence leads down to the orders 0 and 1, whose values are known.

use super::{j0, j1, log, sin_cos, y0, y1};

const INV_SQRT_PI: f64 = 5.64189583547756279280e-01;
/// 2^302: the functions are waves.
const WAVE_ONLY: f64 = 8.148143905337944e90;
const TINY: f64 = 1.0 / 536870912.0;
/// Where the downward recurrence may overflow.
const OVERFLOW_LOG: f64 = 7.09782712893383973096e+02;

pub(crate) fn jn(n: i64, x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x.is_infinite() {
        return 0.0;
    }
    if n == 0 {
        return j0(x);
    }
    if x == 0.0 {
        return 0.0;
    }
    let (n, x) = if n < 0 { (n.wrapping_neg(), -x) } else { (n, x) };
    if n == 1 {
        return j1(x);
    }
    let is_negative = x < 0.0 && n & 1 == 1;
    let x = x.abs();
    let value = if n as f64 <= x {
        if x >= WAVE_ONLY { j_wave(n, x) } else { j_up(n, x) }
    } else if x < TINY {
        j_tiny(n, x)
    } else {
        j_down(n, x)
    };
    if is_negative { -value } else { value }
}

fn j_wave(n: i64, x: f64) -> f64 {
    let (s, c) = sin_cos(x);
    let sum = match n & 3 {
        0 => c + s,
        1 => -c + s,
        2 => -c - s,
        _ => c - s,
    };
    INV_SQRT_PI * sum / x.sqrt()
}

fn j_up(n: i64, x: f64) -> f64 {
    let (mut a, mut b) = (j0(x), j1(x));
    for i in 1..n {
        (a, b) = (b, b * ((i + i) as f64 / x) - a);
    }
    b
}

/// (x/2)^n / n!
fn j_tiny(n: i64, x: f64) -> f64 {
    if n > 33 {
        return 0.0;
    }
    let half = x * 0.5;
    let (mut power, mut factorial) = (half, 1.0);
    for i in 2..=n {
        factorial *= i as f64;
        power *= half;
    }
    power / factorial
}

/// How many terms of the continued fraction are needed.
fn terms(w: f64, h: f64) -> i64 {
    let mut z = w + h;
    let (mut before, mut now) = (w, w * z - 1.0);
    let mut k = 1;
    while now < 1e9 {
        k += 1;
        z += h;
        (before, now) = (now, z * now - before);
    }
    k
}

fn j_down(n: i64, x: f64) -> f64 {
    let w = n.wrapping_mul(2) as f64 / x;
    let k = terms(w, 2.0 / x);
    let m = n.wrapping_mul(2);
    let mut t = 0.0;
    let mut i = n.wrapping_add(k).wrapping_mul(2);
    while i >= m {
        t = 1.0 / (i as f64 / x - t);
        i -= 2;
    }
    let (mut a, mut b) = (t, 1.0);
    let large = n as f64 * log((2.0 / x * n as f64).abs()) >= OVERFLOW_LOG;
    for i in (1..n).rev() {
        let double = (i + i) as f64;
        (a, b) = (b, b * double / x - a);
        if large && b > 1e100 {
            a /= b;
            t /= b;
            b = 1.0;
        }
    }
    t * j0(x) / b
}

pub(crate) fn yn(n: i64, x: f64) -> f64 {
    if x < 0.0 || x.is_nan() {
        return f64::NAN;
    }
    if x.is_infinite() {
        return 0.0;
    }
    if n == 0 {
        return y0(x);
    }
    let is_negative = n < 0 && n & 1 == 1;
    if x == 0.0 {
        return if is_negative { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    let n = n.wrapping_abs();
    if n == 1 {
        return if is_negative { -y1(x) } else { y1(x) };
    }
    let value = if x >= WAVE_ONLY {
        let (s, c) = sin_cos(x);
        let sum = match n & 3 {
            0 => s - c,
            1 => -s - c,
            2 => -s + c,
            _ => s + c,
        };
        INV_SQRT_PI * sum / x.sqrt()
    } else {
        let (mut a, mut b) = (y0(x), y1(x));
        let mut i = 1;
        while i < n && b != f64::NEG_INFINITY {
            (a, b) = (b, ((i + i) as f64 / x) * b - a);
            i += 1;
        }
        b
    };
    if is_negative { -value } else { value }
}
