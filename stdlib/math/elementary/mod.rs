//! The elementary and special functions of mathematics, to the bit as Go gives them on amd64.
//!
//! Two libraries round the last bit of a sine differently, so a program's output would depend on
//! the system's. Go's documentation names the published algorithms it uses; each file here writes
//! one family of them from the publication, with the constants and the order of operations that
//! give Go's results. What must hold: no function of a family is replaced by the system's, and
//! functions that build on others (`pow` on `exp`, `cosh` on `exp`) call those here. Additions and
//! products are rounded one by one, but for `exp`, which fuses them.
//!
//! Two sources have licences that ask to be named. Cephes Math Library Release 2.8: June, 2000.
//! Copyright 1984, 1987, 1989, 1992, 2000 by Stephen L. Moshier; free to use. Sun's and FreeBSD's
//! msun: Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro
//! and SunSoft, Sun Microsystems, Inc. businesses. Permission to use, copy, modify, and distribute
//! this software is freely granted, provided that this notice is preserved.

// The constants have the digits with which they were published.
#![allow(clippy::excessive_precision)]

mod arctrig;
mod bessel;
mod bessel_order;
mod bessel_tail;
pub(crate) mod complex;
pub(crate) mod complex_trig;
mod erf;
mod erfinv;
mod exp;
mod expm1;
mod gamma;
mod hyperbolic;
mod lgamma;
mod log;
mod log1p;
mod parts;
mod pow;
mod reduce;
mod root;
mod trig;

pub(crate) use arctrig::{acos, asin, atan, atan2};
pub(crate) use bessel::{j0, j1, y0, y1};
pub(crate) use bessel_order::{jn, yn};
pub(crate) use erf::{erf, erfc};
pub(crate) use erfinv::erfinv;
pub(crate) use exp::{exp, exp2};
pub(crate) use expm1::expm1;
pub(crate) use gamma::gamma;
pub(crate) use hyperbolic::{acosh, asinh, atanh, cosh, sinh, tanh};
pub(crate) use lgamma::lgamma;
pub(crate) use log::{log, log2, log10};
pub(crate) use log1p::log1p;
pub(crate) use parts::{frexp, ldexp};
pub(crate) use pow::pow;
pub(crate) use root::{cbrt, hypot};
pub(crate) use trig::{cos, sin, sin_cos, tan};

/// Horner's rule, the coefficient of the highest power first.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut sum = coefficients[0];
    for c in &coefficients[1..] {
        sum = sum * x + c;
    }
    sum
}

/// Horner's rule for a polynomial whose highest coefficient is one.
#[inline(always)]
fn monic<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut sum = x + coefficients[0];
    for c in &coefficients[1..] {
        sum = sum * x + c;
    }
    sum
}
