//! Natives of math. The elementary and special functions are in `elementary`; here are the exact
//! ones, and what reads the arguments.

use crate::elementary;
use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("Float64bits", bits),
    ("Float64frombits", bits),
    ("Float32bits", bits),
    ("Float32frombits", bits),
    ("Abs", |cx| map(cx, f64::abs)),
    ("Acos", |cx| map(cx, elementary::acos)),
    ("Acosh", |cx| map(cx, elementary::acosh)),
    ("Asin", |cx| map(cx, elementary::asin)),
    ("Asinh", |cx| map(cx, elementary::asinh)),
    ("Atan", |cx| map(cx, elementary::atan)),
    ("Atan2", |cx| map2(cx, elementary::atan2)),
    ("Atanh", |cx| map(cx, elementary::atanh)),
    ("Cbrt", |cx| map(cx, elementary::cbrt)),
    ("Ceil", |cx| map(cx, f64::ceil)),
    ("Copysign", |cx| map2(cx, f64::copysign)),
    ("Cos", |cx| map(cx, elementary::cos)),
    ("Cosh", |cx| map(cx, elementary::cosh)),
    ("Erf", |cx| map(cx, elementary::erf)),
    ("Erfc", |cx| map(cx, elementary::erfc)),
    ("Erfinv", |cx| map(cx, elementary::erfinv)),
    ("Erfcinv", |cx| map(cx, |x| elementary::erfinv(1.0 - x))),
    ("Exp", |cx| map(cx, elementary::exp)),
    ("Exp2", |cx| map(cx, elementary::exp2)),
    ("Expm1", |cx| map(cx, elementary::expm1)),
    ("FMA", fma),
    ("Floor", |cx| map(cx, f64::floor)),
    ("Gamma", |cx| map(cx, elementary::gamma)),
    ("Hypot", |cx| map2(cx, elementary::hypot)),
    ("J0", |cx| map(cx, elementary::j0)),
    ("J1", |cx| map(cx, elementary::j1)),
    ("Jn", |cx| bessel(cx, elementary::jn)),
    ("Log", |cx| map(cx, elementary::log)),
    ("Log10", |cx| map(cx, elementary::log10)),
    ("Log1p", |cx| map(cx, elementary::log1p)),
    ("Log2", |cx| map(cx, elementary::log2)),
    ("Mod", |cx| map2(cx, |x, y| x % y)),
    ("Pow", |cx| map2(cx, elementary::pow)),
    ("Remainder", |cx| map2(cx, libm::remainder)),
    ("Round", |cx| map(cx, f64::round)),
    ("RoundToEven", |cx| map(cx, f64::round_ties_even)),
    ("Sincos", sin_cos),
    ("Sin", |cx| map(cx, elementary::sin)),
    ("Sinh", |cx| map(cx, elementary::sinh)),
    ("Sqrt", |cx| map(cx, f64::sqrt)),
    ("Tan", |cx| map(cx, elementary::tan)),
    ("Tanh", |cx| map(cx, elementary::tanh)),
    ("Trunc", |cx| map(cx, f64::trunc)),
    ("Y0", |cx| map(cx, elementary::y0)),
    ("Y1", |cx| map(cx, elementary::y1)),
    ("Yn", |cx| bessel(cx, elementary::yn)),
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

fn bessel(cx: &mut NativeCx<'_>, f: fn(i64, f64) -> f64) -> NativeResult {
    let (order, x) = (cx.int(), cx.float());
    cx.ret_float(f(order, x));
    Ok(())
}

fn fma(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y, z) = (cx.float(), cx.float(), cx.float());
    cx.ret_float(x.mul_add(y, z));
    Ok(())
}

fn lgamma(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = cx.float();
    let (value, sign) = elementary::lgamma(x);
    cx.ret_float(value);
    cx.ret_int(sign);
    Ok(())
}

fn sin_cos(cx: &mut NativeCx<'_>) -> NativeResult {
    let (sin, cos) = elementary::sin_cos(cx.float());
    cx.ret_float(sin);
    cx.ret_float(cos);
    Ok(())
}

fn frexp(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = cx.float();
    let (fraction, exponent) = elementary::frexp(x);
    cx.ret_float(fraction);
    cx.ret_int(i64::from(exponent));
    Ok(())
}

fn ldexp(cx: &mut NativeCx<'_>) -> NativeResult {
    let fraction = cx.float();
    let exponent = cx.int();
    cx.ret_float(elementary::ldexp(fraction, exponent));
    Ok(())
}

fn pow10(cx: &mut NativeCx<'_>) -> NativeResult {
    let n = cx.int();
    cx.ret_float(format!("1e{n}").parse().unwrap_or(f64::NAN));
    Ok(())
}
