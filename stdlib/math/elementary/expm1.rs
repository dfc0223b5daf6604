//! exp(x)-1, from msun (s_expm1.c).
//!
//! The argument without its multiple of ln 2 goes into a rational function whose terms beyond x are
//! small; what the reduction lost is carried along.

use std::f64::consts::LOG2_E;

use super::polynomial;

const LARGEST: f64 = 7.09782712893383973096e+02;
const LN_2_HIGH: f64 = 6.93147180369123816490e-01;
const LN_2_LOW: f64 = 1.90821492927058770002e-10;
const LN_2_HALF: f64 = 3.46573590279972654709e-01;
const LN_2_ONE_AND_A_HALF: f64 = 1.03972077083991796413e+00;
/// From here on, on the negative side, the result is -1.
const LN_2_56_TIMES: f64 = 3.88162421113569373274e+01;
const TINY: f64 = 1.0 / (1_u64 << 54) as f64;
const Q: [f64; 6] = [
    -2.01099218183624371326e-07,
    4.00821782732936239552e-06,
    -7.93650757867487942473e-05,
    1.58730158725481460165e-03,
    -3.33333333333331316428e-02,
    1.0,
];

/// The argument without `k` times ln 2, and what its float lost.
fn reduced(x: f64) -> (f64, f64, i32) {
    let size = x.abs();
    if size <= LN_2_HALF {
        return (x, 0.0, 0);
    }
    let (high, low, k) = if size < LN_2_ONE_AND_A_HALF {
        if x > 0.0 { (x - LN_2_HIGH, LN_2_LOW, 1) } else { (x + LN_2_HIGH, -LN_2_LOW, -1) }
    } else {
        let k = (LOG2_E * x + 0.5_f64.copysign(x)) as i32;
        let t = f64::from(k);
        (x - t * LN_2_HIGH, t * LN_2_LOW, k)
    };
    let rest = high - low;
    (rest, (high - rest) - low, k)
}

/// `y` times two to the `k`, by its exponent's bits.
fn scale(y: f64, k: i32) -> f64 {
    f64::from_bits(y.to_bits().wrapping_add((i64::from(k) << 52) as u64))
}

pub(crate) fn expm1(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x <= -LN_2_56_TIMES {
        return -1.0;
    }
    if x >= LARGEST {
        return f64::INFINITY;
    }
    if x.abs() < TINY {
        return x;
    }
    let (x, lost, k) = reduced(x);
    let half = 0.5 * x;
    let half_square = x * half;
    let r = polynomial(&Q, half_square);
    let t = 3.0 - r * half;
    let e = half_square * ((r - t) / (6.0 - x * t));
    if k == 0 {
        return x - (x * e - half_square);
    }
    let e = x * (e - lost) - lost - half_square;
    match k {
        -1 => 0.5 * (x - e) - 0.5,
        1 if x < -0.25 => -2.0 * (e - (x + 0.5)),
        1 => 1.0 + 2.0 * (x - e),
        _ if k <= -2 || k > 56 => scale(1.0 - (e - x), k) - 1.0,
        _ if k < 20 => scale((1.0 - scale(1.0, -k)) - (e - x), k),
        _ => scale(x - (e + scale(1.0, -k)) + 1.0, k),
    }
}
