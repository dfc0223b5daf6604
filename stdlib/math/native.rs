//! Natives of math. Special cases are Go's, which are those of C99 but for a few named here.
//!
//! Where a choice of algorithm gives Go's last bit as well, it is taken: programs print it.

#[path = "erfinv.rs"]
mod erfinv;

use std::f64::consts::{LOG2_E, LOG10_E};

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("Float64bits", bits),
    ("Float64frombits", bits),
    ("Float32bits", bits),
    ("Float32frombits", bits),
    ("Abs", |cx| map(cx, f64::abs)),
    ("Acos", |cx| map(cx, f64::acos)),
    ("Acosh", |cx| map(cx, libm::acosh)),
    ("Asin", |cx| map(cx, f64::asin)),
    ("Asinh", |cx| map(cx, libm::asinh)),
    ("Atan", |cx| map(cx, f64::atan)),
    ("Atan2", |cx| map2(cx, f64::atan2)),
    ("Atanh", |cx| map(cx, libm::atanh)),
    ("Cbrt", |cx| map(cx, f64::cbrt)),
    ("Ceil", |cx| map(cx, f64::ceil)),
    ("Copysign", |cx| map2(cx, f64::copysign)),
    ("Cos", |cx| map(cx, f64::cos)),
    ("Cosh", |cx| map(cx, f64::cosh)),
    ("Erf", |cx| map(cx, libm::erf)),
    ("Erfc", |cx| map(cx, libm::erfc)),
    ("Erfinv", |cx| map(cx, erfinv::erfinv)),
    ("Erfcinv", |cx| map(cx, |x| erfinv::erfinv(1.0 - x))),
    ("Exp", |cx| map(cx, f64::exp)),
    ("Exp2", |cx| map(cx, f64::exp2)),
    ("Expm1", |cx| map(cx, libm::expm1)),
    ("FMA", fma),
    ("Floor", |cx| map(cx, f64::floor)),
    ("Gamma", |cx| map(cx, gamma)),
    ("Hypot", |cx| map2(cx, hypot)),
    ("J0", |cx| map(cx, libm::j0)),
    ("J1", |cx| map(cx, libm::j1)),
    ("Jn", |cx| bessel(cx, libm::jn)),
    ("Log", |cx| map(cx, libm::log)),
    ("Log10", |cx| map(cx, |x| libm::log(x) * LOG10_E)),
    ("Log1p", |cx| map(cx, libm::log1p)),
    ("Log2", |cx| map(cx, log2)),
    ("Mod", |cx| map2(cx, |x, y| x % y)),
    ("Pow", |cx| map2(cx, f64::powf)),
    ("Remainder", |cx| map2(cx, libm::remainder)),
    ("Round", |cx| map(cx, f64::round)),
    ("RoundToEven", |cx| map(cx, f64::round_ties_even)),
    ("Sin", |cx| map(cx, f64::sin)),
    ("Sinh", |cx| map(cx, f64::sinh)),
    ("Sqrt", |cx| map(cx, f64::sqrt)),
    ("Tan", |cx| map(cx, f64::tan)),
    ("Tanh", |cx| map(cx, f64::tanh)),
    ("Trunc", |cx| map(cx, f64::trunc)),
    ("Y0", |cx| map(cx, libm::y0)),
    ("Y1", |cx| map(cx, libm::y1)),
    ("Yn", |cx| bessel(cx, libm::yn)),
    ("Lgamma", lgamma),
    ("Frexp", frexp),
    ("Ldexp", ldexp),
    ("pow10", pow10),
];

/// Floats and their bits have the same register form.
fn bits(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = cx.word();
    cx.ret_word(word);
    Ok(())
}

fn map(cx: &mut NativeCx<'_>, f: fn(f64) -> f64) -> NativeResult {
    let x = cx.float();
    cx.ret_float(f(x));
    Ok(())
}

fn map2(cx: &mut NativeCx<'_>, f: fn(f64, f64) -> f64) -> NativeResult {
    let (x, y) = (cx.float(), cx.float());
    cx.ret_float(f(x, y));
    Ok(())
}

fn bessel(cx: &mut NativeCx<'_>, f: fn(i32, f64) -> f64) -> NativeResult {
    let order = cx.int().clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
    let x = cx.float();
    cx.ret_float(f(order, x));
    Ok(())
}

fn fma(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y, z) = (cx.float(), cx.float(), cx.float());
    cx.ret_float(x.mul_add(y, z));
    Ok(())
}

/// Go: NaN for negative integers, infinity of the sign for zeros.
/// Exact for powers of two.
fn log2(x: f64) -> f64 {
    if !x.is_finite() || x <= 0.0 {
        return libm::log(x);
    }
    let (fraction, exponent) = libm::frexp(x);
    if fraction == 0.5 {
        return f64::from(exponent - 1);
    }
    libm::log(fraction) * LOG2_E + f64::from(exponent)
}

fn hypot(p: f64, q: f64) -> f64 {
    let (p, q) = (p.abs(), q.abs());
    if p.is_infinite() || q.is_infinite() {
        return f64::INFINITY;
    }
    let (long, short) = if p < q { (q, p) } else { (p, q) };
    if p.is_nan() || q.is_nan() || long == 0.0 {
        return p + q;
    }
    let ratio = short / long;
    long * (1.0 + ratio * ratio).sqrt()
}

fn gamma(x: f64) -> f64 {
    if x < 0.0 && x.fract() == 0.0 || x == f64::NEG_INFINITY { f64::NAN } else { libm::tgamma(x) }
}

fn lgamma(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = cx.float();
    let (value, sign) = if x == f64::NEG_INFINITY { (x, 1) } else { libm::lgamma_r(x) };
    let sign = if x == 0.0 { 1 } else { sign };
    cx.ret_float(value);
    cx.ret_int(i64::from(if sign == 0 { 1 } else { sign }));
    Ok(())
}

fn frexp(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = cx.float();
    let (fraction, exponent) = if x == 0.0 || !x.is_finite() { (x, 0) } else { libm::frexp(x) };
    cx.ret_float(fraction);
    cx.ret_int(i64::from(exponent));
    Ok(())
}

fn ldexp(cx: &mut NativeCx<'_>) -> NativeResult {
    let fraction = cx.float();
    let exponent = cx.int().clamp(-5000, 5000) as i32;
    cx.ret_float(libm::ldexp(fraction, exponent));
    Ok(())
}

fn pow10(cx: &mut NativeCx<'_>) -> NativeResult {
    let n = cx.int();
    cx.ret_float(format!("1e{n}").parse().unwrap_or(f64::NAN));
    Ok(())
}
