//! The logarithm of the gamma function's size, from msun (e_lgamma_r.c).
//!
//! Around the minimum, below it and above it there are polynomials; up to 8 a quotient of two and
//! the logarithm of a product, beyond it Stirling's series. Negative arguments are reflected.

use std::f64::consts::PI;

use super::{cos, log, polynomial, sin};

/// Where the minimum lies, its value, and what that lost.
const MINIMUM_AT: f64 = 1.46163214496836224576e+00;
const MINIMUM: f64 = -1.21486290535849611461e-01;
const MINIMUM_TAIL: f64 = -3.63867699703950536541e-18;
/// Below 2, in powers of (2-x)², from the highest.
const A_EVEN: [f64; 6] = [
    2.52144565451257326939e-05,
    2.20862790713908385557e-04,
    1.19270763183362067845e-03,
    7.38555086081402883957e-03,
    6.73523010531292681824e-02,
    7.72156649015328655494e-02,
];
const A_ODD: [f64; 6] = [
    4.48640949618915160150e-05,
    1.08011567247583939954e-04,
    5.10069792153511336608e-04,
    2.89051383673415629091e-03,
    2.05808084325167332806e-02,
    3.22467033424113591611e-01,
];
/// Around the minimum: each third coefficient.
const T_0: [f64; 5] = [
    3.15632070903625950361e-04,
    -1.40346469989232843813e-03,
    6.10053870246291332635e-03,
    -3.27885410759859649565e-02,
    4.83836122723810047042e-01,
];
const T_1: [f64; 5] = [
    -3.12754168375120860518e-04,
    8.81081882437654011382e-04,
    -3.68452016781138256760e-03,
    1.79706750811820387126e-02,
    -1.47587722994593911752e-01,
];
const T_2: [f64; 5] = [
    3.35529192635519073543e-04,
    -5.38595305356740546715e-04,
    2.25964780900612472250e-03,
    -1.03142241298341437450e-02,
    6.46249402391333854778e-02,
];
/// Around 1.
const U: [f64; 6] = [
    1.33810918536787660377e-02,
    2.28963728064692451092e-01,
    9.77717527963372745603e-01,
    1.45492250137234768737e+00,
    6.32827064025093366517e-01,
    -7.72156649015328655494e-02,
];
const V: [f64; 6] = [
    3.21709242282423911810e-03,
    1.04222645593369134254e-01,
    7.69285150456672783825e-01,
    2.12848976379893395361e+00,
    2.45597793713041134822e+00,
    1.0,
];
/// From 2 to 8.
const S: [f64; 7] = [
    3.19475326584100867617e-05,
    1.84028451407337715652e-03,
    2.66422703033638609560e-02,
    1.46350472652464452805e-01,
    3.25778796408930981787e-01,
    2.14982415960608852501e-01,
    -7.72156649015328655494e-02,
];
const R: [f64; 7] = [
    7.32668430744625636189e-06,
    7.77942496381893596434e-04,
    1.86459191715652901344e-02,
    1.71933865632803078993e-01,
    7.21935547567138069525e-01,
    1.39200533467621045958e+00,
    1.0,
];
/// Stirling's series.
const W: [f64; 6] = [
    -1.63092934096575273989e-03,
    8.36339918996282139126e-04,
    -5.95187557450339963135e-04,
    7.93650558643019558500e-04,
    -2.77777777728775536470e-03,
    8.33333333333329678849e-02,
];
const W_0: f64 = 4.18938533204672725052e-01;

/// The sine of πx for negative x, without what the product of large x and π would lose.
fn sin_pi(x: f64) -> f64 {
    if x > -0.25 {
        return sin(PI * x);
    }
    let x = -x;
    // The angle in eighths of the circle, and the angle less its full circles.
    let (eighth, rest) = if x.floor() == x {
        if x < 4503599627370496.0 { ((x as i64 & 1) * 4, (x as i64 & 1) as f64) } else { (0, 0.0) }
    } else {
        let rest = x % 2.0;
        ((rest * 4.0) as i64, rest)
    };
    -match eighth {
        0 => sin(PI * rest),
        1 | 2 => cos(PI * (0.5 - rest)),
        3 | 4 => sin(PI * (1.0 - rest)),
        5 | 6 => -cos(PI * (rest - 1.5)),
        _ => sin(PI * (rest - 2.0)),
    }
}

/// The logarithm for arguments below 2, from one of three parts.
fn below_two(x: f64) -> f64 {
    if x <= 0.9 {
        // log Γ(x) = log Γ(x+1) - log x.
        let start = -log(x);
        if x >= MINIMUM_AT - 1.0 + 0.27 {
            start + toward_two(1.0 - x)
        } else if x >= MINIMUM_AT - 1.0 - 0.27 {
            start + around_minimum(x - (MINIMUM_AT - 1.0))
        } else {
            start + around_one(x)
        }
    } else if x >= MINIMUM_AT + 0.27 {
        toward_two(2.0 - x)
    } else if x >= MINIMUM_AT - 0.27 {
        around_minimum(x - MINIMUM_AT)
    } else {
        around_one(x - 1.0)
    }
}

fn toward_two(y: f64) -> f64 {
    let z = y * y;
    let even = polynomial(&A_EVEN, z);
    let odd = z * polynomial(&A_ODD, z);
    y * even + odd - 0.5 * y
}

fn around_minimum(y: f64) -> f64 {
    let z = y * y;
    let w = z * y;
    let (p, q, r) = (polynomial(&T_0, w), polynomial(&T_1, w), polynomial(&T_2, w));
    MINIMUM + (z * p - (MINIMUM_TAIL - w * (q + y * r)))
}

fn around_one(y: f64) -> f64 {
    -0.5 * y + y * polynomial(&U, y) / polynomial(&V, y)
}

fn below_eight(x: f64) -> f64 {
    let whole = x.trunc();
    let y = x - whole;
    let value = 0.5 * y + y * polynomial(&S, y) / polynomial(&R, y);
    let mut product = 1.0;
    let mut n = whole;
    while n > 2.0 {
        product *= y + (n - 1.0);
        n -= 1.0;
    }
    if whole > 2.0 { value + log(product) } else { value }
}

fn positive(x: f64) -> f64 {
    if x == 1.0 || x == 2.0 {
        0.0
    } else if x < 2.0 {
        below_two(x)
    } else if x < 8.0 {
        below_eight(x)
    } else if x < 288230376151711744.0 {
        let t = log(x);
        let z = 1.0 / x;
        let w = W_0 + z * polynomial(&W, z * z);
        (x - 0.5) * (t - 1.0) + w
    } else {
        x * (log(x) - 1.0)
    }
}

/// The logarithm, and the sign of the gamma function.
pub(crate) fn lgamma(x: f64) -> (f64, i64) {
    if !x.is_finite() {
        return (x, 1);
    }
    if x == 0.0 {
        return (f64::INFINITY, 1);
    }
    let size = x.abs();
    // Below 2^-70.
    if size < 8.470329472543003e-22 {
        return (-log(size), if x < 0.0 { -1 } else { 1 });
    }
    if x > 0.0 {
        return (positive(x), 1);
    }
    if size >= 4503599627370496.0 {
        return (f64::INFINITY, 1);
    }
    let sine = sin_pi(x);
    if sine == 0.0 {
        return (f64::INFINITY, 1);
    }
    let reflected = log(PI / (sine * x).abs());
    (reflected - positive(size), if sine < 0.0 { -1 } else { 1 })
}
