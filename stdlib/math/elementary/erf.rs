//! The error function and its complement, from msun (s_erf.c).
//!
//! Quotients of polynomials in parts: around zero, around one, and two tails in which they stand in
//! the exponent, whose square is split so that its larger part is exact.

use super::{exp, polynomial};

/// The float near erf(1) that the middle part is added to.
const ERX: f64 = 8.45062911510467529297e-01;
const EFX: f64 = 1.28379167095512586316e-01;
const EFX_8: f64 = 1.02703333676410069053e+00;
/// Below 0.84375, from the highest power.
const ZERO_P: [f64; 5] = [
    -2.37630166566501626084e-05,
    -5.77027029648944159157e-03,
    -2.84817495755985104766e-02,
    -3.25042107247001499370e-01,
    1.28379167095512558561e-01,
];
const ZERO_Q: [f64; 6] = [
    -3.96022827877536812320e-06,
    1.32494738004321644526e-04,
    5.08130628187576562776e-03,
    6.50222499887672944485e-02,
    3.97917223959155352819e-01,
    1.0,
];
/// From 0.84375 to 1.25.
const ONE_P: [f64; 7] = [
    -2.16637559486879084300e-03,
    3.54783043256182359371e-02,
    -1.10894694282396677476e-01,
    3.18346619901161753674e-01,
    -3.72207876035701323847e-01,
    4.14856118683748331666e-01,
    -2.36211856075265944077e-03,
];
const ONE_Q: [f64; 7] = [
    1.19844998467991074170e-02,
    1.36370839120290507362e-02,
    1.26171219808761642112e-01,
    7.18286544141962662868e-02,
    5.40397917702171048937e-01,
    1.06420880400844228286e-01,
    1.0,
];
/// From 1.25 to 1/0.35.
const TAIL_P: [f64; 8] = [
    -9.81432934416914548592e+00,
    -8.12874355063065934246e+01,
    -1.84605092906711035994e+02,
    -1.62396669462573470355e+02,
    -6.23753324503260060396e+01,
    -1.05586262253232909814e+01,
    -6.93858572707181764372e-01,
    -9.86494403484714822705e-03,
];
const TAIL_Q: [f64; 9] = [
    -6.04244152148580987438e-02,
    6.57024977031928170135e+00,
    1.08635005541779435134e+02,
    4.29008140027567833386e+02,
    6.45387271733267880336e+02,
    4.34565877475229228821e+02,
    1.37657754143519042600e+02,
    1.96512716674392571292e+01,
    1.0,
];
/// From 1/0.35 to 28.
const FAR_P: [f64; 7] = [
    -4.83519191608651397019e+02,
    -1.02509513161107724954e+03,
    -6.37566443368389627722e+02,
    -1.60636384855821916062e+02,
    -1.77579549177547519889e+01,
    -7.99283237680523006574e-01,
    -9.86494292470009928597e-03,
];
const FAR_Q: [f64; 8] = [
    -2.24409524465858183362e+01,
    4.74528541206955367215e+02,
    2.55305040643316442583e+03,
    3.19985821950859553908e+03,
    1.53672958608443695994e+03,
    3.25792512996573918826e+02,
    3.03380607434824582924e+01,
    1.0,
];

/// Where the error function is 1 to the last bit, if a tiny number is taken off.
const ONE_FROM: f64 = 6.0;

fn around_zero(x: f64) -> f64 {
    let z = x * x;
    polynomial(&ZERO_P, z) / polynomial(&ZERO_Q, z)
}

fn around_one(size: f64) -> f64 {
    let s = size - 1.0;
    polynomial(&ONE_P, s) / polynomial(&ONE_Q, s)
}

/// The complement of arguments from 1.25 on.
fn tail(size: f64) -> f64 {
    let s = 1.0 / (size * size);
    let quotient = if size < 1.0 / 0.35 {
        polynomial(&TAIL_P, s) / polynomial(&TAIL_Q, s)
    } else {
        polynomial(&FAR_P, s) / polynomial(&FAR_Q, s)
    };
    // The upper half of the digits: its square is exact.
    let z = f64::from_bits(size.to_bits() & 0xffff_ffff_0000_0000);
    exp(-z * z - 0.5625) * exp((z - size) * (z + size) + quotient) / size
}

pub(crate) fn erf(x: f64) -> f64 {
    let size = x.abs();
    if size.is_nan() {
        return f64::NAN;
    }
    let value = if size < 0.84375 {
        if size < 1.0 / 268435456.0 {
            if size < 2.848094538889218e-306 {
                0.125 * (8.0 * size + EFX_8 * size)
            } else {
                size + EFX * size
            }
        } else {
            size + size * around_zero(size)
        }
    } else if size < 1.25 {
        ERX + around_one(size)
    } else if size >= ONE_FROM {
        1.0
    } else {
        1.0 - tail(size)
    };
    value.copysign(x)
}

pub(crate) fn erfc(x: f64) -> f64 {
    let size = x.abs();
    if size.is_nan() {
        return f64::NAN;
    }
    let negative = x < 0.0;
    if size < 0.84375 {
        let part = if size < 1.0 / 72057594037927936.0 {
            size
        } else if size < 0.25 {
            size + size * around_zero(size)
        } else {
            0.5 + (size - 0.5 + size * around_zero(size))
        };
        return if negative { 1.0 + part } else { 1.0 - part };
    }
    if size < 1.25 {
        let part = around_one(size);
        return if negative { 1.0 + ERX + part } else { 1.0 - ERX - part };
    }
    if size < 28.0 {
        if negative && size > ONE_FROM {
            return 2.0;
        }
        return if negative { 2.0 - tail(size) } else { tail(size) };
    }
    if negative { 2.0 } else { 0.0 }
}
