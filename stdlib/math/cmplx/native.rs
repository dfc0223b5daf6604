//! Natives of math/cmplx. The functions are in `elementary`; here is what reads the arguments.

use crate::elementary::{complex, complex_trig};
use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("Exp", |cx| map(cx, complex::exp_complex)),
    ("Log", |cx| map(cx, complex::log_complex)),
    ("Sqrt", |cx| map(cx, complex::sqrt_complex)),
    ("Sinh", |cx| map(cx, complex::sinh_complex)),
    ("Cosh", |cx| map(cx, complex::cosh_complex)),
    ("Tanh", |cx| map(cx, complex::tanh_complex)),
    ("Sin", |cx| map(cx, complex_trig::sin_complex)),
    ("Cos", |cx| map(cx, complex_trig::cos_complex)),
    ("Tan", |cx| map(cx, complex_trig::tan_complex)),
    ("Cot", |cx| map(cx, complex_trig::cot_complex)),
    ("Asin", |cx| map(cx, complex_trig::asin_complex)),
    ("Acos", |cx| map(cx, complex_trig::acos_complex)),
    ("Atan", |cx| map(cx, complex_trig::atan_complex)),
    ("Asinh", |cx| map(cx, complex_trig::asinh_complex)),
    ("Acosh", |cx| map(cx, complex_trig::acosh_complex)),
    ("Atanh", |cx| map(cx, complex_trig::atanh_complex)),
];

fn map(cx: &mut NativeCx<'_>, function: fn(complex::Complex) -> complex::Complex) -> NativeResult {
    let (re, im) = function(cx.complex());
    cx.ret_complex(re, im);
    Ok(())
}
