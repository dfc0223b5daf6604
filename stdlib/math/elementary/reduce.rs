//! Which eighth of the circle an angle is in, and how far.
//!
//! Small angles lose multiples of π/4 in three steps, π/4 being the sum of three numbers with few
//! bits (W. J. Cody and W. Waite, as in Cephes). From 2^29 on that would not be exact: the product
//! with as many binary digits of 4/π as matter is made instead (M. Payne and R. Hanek, "Radian
//! Reduction for Trigonometric Functions", SIGNUM Newsletter 18, 1983).

use std::f64::consts::FRAC_PI_4;

pub(super) const PARTS_OF_QUARTER_PI: [f64; 3] =
    [7.85398125648498535156e-1, 3.77489470793079817668e-8, 2.69515142907905952645e-15];

/// Angles from here on are reduced by Payne and Hanek's method.
const LARGE: f64 = 536870912.0;

/// The binary digits of 4/π: the integer part, then 64 a word.
const FOUR_OVER_PI: [u64; 20] = [
    0x0000_0000_0000_0001,
    0x45f3_06dc_9c88_2a53,
    0xf84e_afa3_ea69_bb81,
    0xb6c5_2b32_7887_2083,
    0xfca2_c757_bd77_8ac3,
    0x6e48_dc74_849b_a5c0,
    0x0c92_5dd4_13a3_2439,
    0xfc3b_d639_6253_4e7d,
    0xd104_6bea_5d76_8909,
    0xd338_e04d_68be_fc82,
    0x7323_ac73_06a6_73e9,
    0x3908_bf17_7bf2_5076,
    0x3ff1_2fff_bc0b_301f,
    0xde5e_2316_b414_da3e,
    0xda6c_fd9e_4f96_136e,
    0x9e8c_7ecd_3cbf_d45a,
    0xea4f_758f_d7cb_e2f6,
    0x7a0e_73ef_14a5_25d4,
    0xd7f6_bf62_3f1a_ba10,
    0xac06_608d_f8f6_d757,
];

/// The number of the eighth, odd ones counted to the next, and the angle from its beginning.
/// `x` is finite and not negative.
#[inline(always)]
pub(super) fn octant(x: f64) -> (u64, f64) {
    if x >= LARGE {
        return large_octant(x);
    }
    let j = (x * (4.0 / std::f64::consts::PI)) as u64;
    let j = j + (j & 1);
    let y = j as f64;
    let [a, b, c] = PARTS_OF_QUARTER_PI;
    (j & 7, ((x - y * a) - y * b) - y * c)
}

/// 4x/π modulo 8, the point behind the first three digits.
fn eighths(x: f64) -> u128 {
    let bits = x.to_bits();
    // x is `mantissa` times two to the `exponent`.
    let exponent = (bits >> 52) as i64 - 1075;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    // Digits of higher value give multiples of 8 only.
    let first = (exponent + 61) as usize;
    let (word, shift) = (first / 64, first % 64);
    let digits = |n: usize| {
        let pair =
            u128::from(FOUR_OVER_PI[word + n]) << 64 | u128::from(FOUR_OVER_PI[word + n + 1]);
        (pair << shift >> 64) as u64
    };
    let low = (u128::from(digits(2)) * u128::from(mantissa)) >> 64;
    let middle = u128::from(digits(1)) * u128::from(mantissa);
    let high = u128::from(digits(0).wrapping_mul(mantissa)) << 64;
    high.wrapping_add(middle).wrapping_add(low)
}

/// A fraction, the point before the first digit, cut to a float.
fn cut(fraction: u128) -> f64 {
    let zeros = fraction.leading_zeros();
    // The leading one is not stored.
    let digits = (fraction << zeros << 1 >> 64) as u64;
    f64::from_bits(u64::from(1022 - zeros) << 52 | digits >> 12)
}

fn large_octant(x: f64) -> (u64, f64) {
    let product = eighths(x);
    let j = (product >> 125) as u64;
    let z = cut(product << 3);
    if j & 1 == 1 {
        return ((j + 1) & 7, (z - 1.0) * FRAC_PI_4);
    }
    (j, z * FRAC_PI_4)
}

/// The angle less its multiple of π, between -π/2 and π/2.
pub(super) fn large_without_pi(x: f64) -> f64 {
    let z = cut(eighths(x) << 1);
    (if z > 0.5 { z - 1.0 } else { z }) * std::f64::consts::PI
}
