//! Natives of math/cmplx: the exponential function, the logarithm and the root, the hyperbolic
//! functions, and their inverses, from which the package makes the others.
//!
//! The inverses are W. Kahan's ("Branch Cuts for Complex Elementary Functions", 1987), whose signs
//! on the cuts are right without cases. Special values are those of C99, annex G.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("Exp", |cx| ret(cx, exp)),
    ("Log", |cx| ret(cx, log)),
    ("Sqrt", |cx| ret(cx, sqrt)),
    ("Sinh", |cx| ret(cx, sinh)),
    ("Cosh", |cx| ret(cx, cosh)),
    ("Tanh", |cx| ret(cx, tanh)),
    ("Asin", |cx| ret(cx, asin)),
    ("Acos", |cx| ret(cx, acos)),
    ("Acosh", |cx| ret(cx, acosh)),
    ("Atanh", |cx| ret(cx, atanh)),
];

/// Real and imaginary part.
type Complex = (f64, f64);

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn ret(cx: &mut NativeCx<'_>, function: fn(Complex) -> Complex) -> NativeResult {
    let (re, im) = function(cx.complex());
    cx.ret_complex(re, im);
    Ok(())
}

fn mul(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn conj(z: Complex) -> Complex {
    (z.0, -z.1)
}

fn exp((x, y): Complex) -> Complex {
    if y == 0.0 {
        return (x.exp(), y);
    }
    if !y.is_finite() {
        return match x {
            INF => (INF, NAN),
            f64::NEG_INFINITY => (0.0, 0.0_f64.copysign(y)),
            _ => (NAN, NAN),
        };
    }
    let (sin, cos) = y.sin_cos();
    let r = x.exp();
    (r * cos, r * sin)
}

fn log((x, y): Complex) -> Complex {
    (x.hypot(y).ln(), y.atan2(x))
}

fn sqrt((x, y): Complex) -> Complex {
    if y.is_infinite() {
        return (INF, y);
    }
    if x.is_infinite() {
        return match (x > 0.0, y.is_nan()) {
            (true, true) => (INF, NAN),
            (true, false) => (INF, 0.0_f64.copysign(y)),
            (false, true) => (NAN, INF),
            (false, false) => (0.0, INF.copysign(y)),
        };
    }
    if x == 0.0 && y == 0.0 {
        return (0.0, y);
    }
    if y == 0.0 {
        return if x < 0.0 {
            (0.0, (-x).sqrt().copysign(y))
        } else {
            (x.sqrt(), y)
        };
    }
    // Scaled so that neither the modulus overflows nor a small part is lost.
    let scale = if x.abs().max(y.abs()) > 1e300 { 0.25 } else { 4.0_f64.powi(54) };
    let scaled = if scale < 1.0 || x.abs().max(y.abs()) < 1e-280 { scale } else { 1.0 };
    let (a, b) = (x * scaled, y * scaled);
    let half = f64::midpoint(a.abs(), a.hypot(b)).sqrt();
    let (re, im) = if a >= 0.0 {
        (half, b / (2.0 * half))
    } else {
        (b.abs() / (2.0 * half), half.copysign(b))
    };
    let back = scaled.sqrt();
    (re / back, im / back)
}

fn sinh((x, y): Complex) -> Complex {
    if y == 0.0 {
        return (x.sinh(), y);
    }
    if !y.is_finite() {
        return match x {
            0.0 => (x, NAN),
            _ if x.is_infinite() => (x, NAN),
            _ => (NAN, NAN),
        };
    }
    let (sin, cos) = y.sin_cos();
    if x == 0.0 {
        return (x * cos, sin);
    }
    (x.sinh() * cos, x.cosh() * sin)
}

fn cosh((x, y): Complex) -> Complex {
    if y == 0.0 {
        return (x.cosh(), if x.is_nan() { y } else { y * 1.0_f64.copysign(x) });
    }
    if !y.is_finite() {
        return match x {
            0.0 => (NAN, if y.is_nan() { x } else { x * 0.0_f64.copysign(y) }),
            _ if x.is_infinite() => (INF, NAN),
            _ => (NAN, NAN),
        };
    }
    let (sin, cos) = y.sin_cos();
    (x.cosh() * cos, x.sinh() * sin)
}

fn tanh((x, y): Complex) -> Complex {
    if x.is_infinite() {
        let sign = if y.is_finite() { (2.0 * y).sin() } else { y };
        return (1.0_f64.copysign(x), 0.0_f64.copysign(sign));
    }
    if y == 0.0 {
        return (x.tanh(), y);
    }
    if !y.is_finite() {
        return (if x == 0.0 { x } else { NAN }, NAN);
    }
    // Kahan: with t = tan y and s = sinh x nothing cancels.
    if x.abs() > 22.0 {
        let small = 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp();
        return (1.0_f64.copysign(x), small);
    }
    let (t, s) = (y.tan(), x.sinh());
    let beta = 1.0 + t * t;
    let rho = (1.0 + s * s).sqrt();
    if t.is_infinite() {
        return (rho / s, 1.0 / t);
    }
    let d = 1.0 + beta * s * s;
    (beta * rho * s / d, t / d)
}

/// The roots of 1 - z and 1 + z.
fn roots(z: Complex) -> (Complex, Complex) {
    (sqrt((1.0 - z.0, -z.1)), sqrt((1.0 + z.0, z.1)))
}

/// From here on the inverses are their logarithms to the last digit, and products would overflow.
const LARGE: f64 = 1e150;

fn asin(z @ (x, y): Complex) -> Complex {
    if x.is_nan() || y.is_nan() {
        return match (x, y) {
            (_, _) if y.is_infinite() => (NAN, y),
            (_, _) if x.is_infinite() => (NAN, x),
            (0.0, _) => (x, NAN),
            (_, 0.0) => (NAN, y),
            _ => (NAN, NAN),
        };
    }
    if x.abs() > LARGE || y.abs() > LARGE {
        let re = if x.is_infinite() && y.is_infinite() {
            std::f64::consts::FRAC_PI_4.copysign(x)
        } else {
            x.atan2(y.abs())
        };
        let im = (x / 2.0).hypot(y / 2.0).ln() + 2.0 * std::f64::consts::LN_2;
        return (re, im.copysign(y));
    }
    let (minus, plus) = roots(z);
    (x.atan2(mul(minus, plus).0), mul(conj(minus), plus).1.asinh())
}

fn acos(z @ (x, y): Complex) -> Complex {
    if x.is_nan() || y.is_nan() {
        return match (x, y) {
            (_, _) if y.is_infinite() => (NAN, -y),
            (_, _) if x.is_infinite() => (NAN, -x),
            (0.0, _) => (std::f64::consts::FRAC_PI_2, NAN),
            _ => (NAN, NAN),
        };
    }
    if x.abs() > LARGE || y.abs() > LARGE {
        let re = match (x.is_infinite(), y.is_infinite()) {
            (true, true) if x > 0.0 => std::f64::consts::FRAC_PI_4,
            (true, true) => 3.0 * std::f64::consts::FRAC_PI_4,
            _ => y.abs().atan2(x),
        };
        return (re, -asin(z).1);
    }
    let (minus, plus) = roots(z);
    (2.0 * minus.0.atan2(plus.0), mul(conj(plus), minus).1.asinh())
}

/// The cosine's inverse turned so that its real part is not negative.
fn acosh(z: Complex) -> Complex {
    if z.0 == 0.0 && z.1.is_nan() {
        return (NAN, std::f64::consts::FRAC_PI_2);
    }
    let (re, im) = acos(z);
    if im.is_nan() {
        return (NAN, re);
    }
    if re.is_nan() && im.is_infinite() {
        return (INF, NAN);
    }
    if im.is_sign_positive() && (im != 0.0 || z.1.is_sign_negative()) { (im, -re) } else { (-im, re) }
}

fn atanh((x, y): Complex) -> Complex {
    if y.is_infinite() {
        return (0.0_f64.copysign(x), std::f64::consts::FRAC_PI_2.copysign(y));
    }
    if x.is_infinite() {
        let im = if y.is_nan() { NAN } else { std::f64::consts::FRAC_PI_2.copysign(y) };
        return (0.0_f64.copysign(x), im);
    }
    if x == 0.0 && y.is_nan() {
        return (x, NAN);
    }
    if x.abs() > LARGE || y.abs() > LARGE {
        // The real part is that of 1/z.
        let h = x.hypot(y);
        return (x / h / h, std::f64::consts::FRAC_PI_2.copysign(y));
    }
    let near = 1.0 - x.abs();
    let d = near * near + y * y;
    let re = 0.25 * (4.0 * x.abs() / d).ln_1p();
    let im = 0.5 * (2.0 * y).atan2((1.0 - x) * (1.0 + x) - y * y);
    (re.copysign(x), im)
}
