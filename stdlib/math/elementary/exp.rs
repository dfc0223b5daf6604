//! The exponential functions to the bases e and 2.
//!
//! `exp` follows N. Shibata, "Efficient evaluation methods of elementary functions suitable for
//! SIMD computation", Computer Science - Research and Development 25 (2010), whose implementation
//! (SLEEF) is in the public domain: the argument without its multiple of ln 2, divided by 16, goes
//! into a Taylor series of exp(x)-1, and that is brought back by four times u(u+2). Products and
//! sums are fused, as they are on processors that can. `exp2` has its last step from msun (e_exp.c).

use std::f64::consts::LOG2_E;

use super::{ldexp, polynomial};

const LN_2_UPPER: f64 = 0.69314718055966295651160180568695068359375;
const LN_2_LOWER: f64 = 0.28235290563031577122588448175013436025525412068e-12;
/// 1.5 times 2^52.
const TO_INTEGER: f64 = 6755399441055744.0;
const LARGEST: f64 = 709.782712893384;
const SMALLEST: f64 = -745.13321910194122;

/// The reciprocals of factorials.
const TAYLOR: [f64; 8] = [
    2.4801587301587301587e-5,
    1.9841269841269841270e-4,
    1.3888888888888888889e-3,
    8.3333333333333333333e-3,
    4.1666666666666666667e-2,
    1.6666666666666666667e-1,
    0.5,
    1.0,
];

pub(crate) fn exp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > LARGEST {
        return f64::INFINITY;
    }
    if x < SMALLEST {
        return 0.0;
    }
    // The nearest integer, ties to the even one: adding pushes the fraction out.
    let power = x * LOG2_E + TO_INTEGER - TO_INTEGER;
    // This product is exact: both have few bits.
    let rest = x - power * LN_2_UPPER;
    let rest = (-power).mul_add(LN_2_LOWER, rest) * 0.0625;
    let mut u = TAYLOR[0];
    for c in &TAYLOR[1..] {
        u = u.mul_add(rest, *c);
    }
    u *= rest;
    for _ in 0..3 {
        u *= u + 2.0;
    }
    let value = u.mul_add(u + 2.0, 1.0);
    // Go gives up half a power of two early.
    if power > 1023.0 {
        return f64::INFINITY;
    }
    ldexp(value, power as i64)
}

const LN_2_HIGH: f64 = 6.93147180369123816490e-01;
const LN_2_LOW: f64 = 1.90821492927058770002e-10;

pub(crate) fn exp2(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > 1.0239999999999999e+03 {
        return f64::INFINITY;
    }
    if x < -1.0740e+03 {
        return 0.0;
    }
    let power = (x + 0.5_f64.copysign(x)).trunc();
    let power = if x == 0.0 { 0.0 } else { power };
    let rest = x - power;
    from_parts(rest * LN_2_HIGH, -rest * LN_2_LOW, power as i64)
}

const REMES: [f64; 5] = [
    4.13813679705723846039e-08,
    -1.65339022054652515390e-06,
    6.61375632143793436117e-05,
    -2.77777777770155933842e-03,
    1.66666666666666657415e-01,
];

/// exp(high - low) times two to the `power`.
fn from_parts(high: f64, low: f64, power: i64) -> f64 {
    let r = high - low;
    let t = r * r;
    let c = r - t * polynomial(&REMES, t);
    ldexp(1.0 - ((low - (r * c) / (2.0 - c)) - high), power)
}
