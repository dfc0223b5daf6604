//! The hypotenuse, and the cube root of FreeBSD's msun (s_cbrt.c, as of 1993).

/// The square root of the sum of the squares, scaled by the larger one.
pub(crate) fn hypot(p: f64, q: f64) -> f64 {
    let (p, q) = (p.abs(), q.abs());
    if p.is_infinite() || q.is_infinite() {
        return f64::INFINITY;
    }
    if p.is_nan() || q.is_nan() {
        return f64::NAN;
    }
    let (large, small) = if p < q { (q, p) } else { (p, q) };
    if large == 0.0 {
        return 0.0;
    }
    let ratio = small / large;
    large * (1.0 + ratio * ratio).sqrt()
}

/// What an exponent's third is short of, in the upper word.
const BIAS: u64 = 715094163;
/// The same for subnormal numbers multiplied by 2^54.
const BIAS_SUBNORMAL: u64 = 696219795;

pub(crate) fn cbrt(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let size = x.abs();
    // About five bits, by a third of the exponent.
    let mut t = if size < f64::MIN_POSITIVE {
        f64::from_bits((size * 18014398509481984.0).to_bits() / 3 + (BIAS_SUBNORMAL << 32))
    } else {
        f64::from_bits(size.to_bits() / 3 + (BIAS << 32))
    };
    // 23 bits, by a rational function.
    let r = t * t / size;
    let s = 5.42857142857142815906e-01 + r * t;
    t *= 3.57142857142857150787e-01
        + 1.60714285714285720630e+00
            / (s + 1.41428571428571436819e+00 + -7.05306122448979611050e-01 / s);
    // Cut to 22 bits, a little too large, so that its square is exact; then one step of Newton's.
    t = f64::from_bits((t.to_bits() & 0xf_ffff_fffc << 28).wrapping_add(1 << 30));
    let square = t * t;
    let r = size / square;
    let r = (r - t) / (t + t + r);
    (t + t * r).copysign(x)
}
