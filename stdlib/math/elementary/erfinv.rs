//! The inverse of the error function, by the quantiles of the normal distribution: M. J. Wichura,
//! "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988).

use std::f64::consts::{LN_2, SQRT_2};

use super::log;

/// Coefficients of numerator and denominator, the constant first, of the three parts: around the
/// middle, the tails, and the far tails. The quantile's distance is √2 times what is wanted; so the
/// first numerator is the published one divided by 2√2, the other denominators are multiplied by √2.
const PARTS: [[[f64; 8]; 2]; 3] = [
    [
        [
            1.19753231156709125646,
            4.70726881123839780123e1,
            6.97062665343895982385e2,
            4.85488688938438867946e3,
            1.62358625151675753843e4,
            2.37820413821143857313e4,
            1.18194933470622944043e4,
            8.87094069625455148302e2,
        ],
        [
            1.0,
            4.2313330701600911252e1,
            6.8718700749205790830e2,
            5.3941960214247511077e3,
            2.1213794301586595867e4,
            3.9307895800092710610e4,
            2.8729085735721942674e4,
            5.2264952788528545610e3,
        ],
    ],
    [
        [
            1.42343711074968357734e0,
            4.63033784615654529590e0,
            5.76949722146069140550e0,
            3.64784832476320460504e0,
            1.27045825245236838258e0,
            2.41780725177450611770e-1,
            2.27238449892691845833e-2,
            7.74545014278341407640e-4,
        ],
        [
            SQRT_2,
            2.90365144454199461731,
            2.3707661626024532366,
            9.75478320017874271869e-1,
            2.09450652105127491283e-1,
            2.14941603842528767771e-2,
            7.74414590651577091656e-4,
            1.48598500198403559055e-9,
        ],
    ],
    [
        [
            6.65790464350110377720e0,
            5.46378491116411436990e0,
            1.78482653991729133580e0,
            2.96560571828504891230e-1,
            2.65321895265761230930e-2,
            1.24266094738807843860e-3,
            2.71155556874348757815e-5,
            2.01033439929228813265e-7,
        ],
        [
            SQRT_2,
            8.48290841659516458811e-1,
            1.93648094695065910618e-1,
            2.10369376827206896872e-2,
            1.11280099707885984471e-3,
            2.61108840508059362514e-5,
            2.01032120768394306228e-7,
            2.89102460587296546154e-15,
        ],
    ],
];

/// Numerator and denominator.
fn both(part: &[[f64; 8]; 2], at: f64) -> [f64; 2] {
    part.each_ref().map(|c| {
        let mut sum = c[7];
        for c in c[..7].iter().rev() {
            sum = sum * at + c;
        }
        sum
    })
}

pub(crate) fn erfinv(x: f64) -> f64 {
    if x.is_nan() || x.abs() > 1.0 {
        return f64::NAN;
    }
    if x.abs() == 1.0 {
        return f64::INFINITY.copysign(x);
    }
    let size = x.abs();
    let value = if size <= 0.85 {
        let [above, below] = both(&PARTS[0], 0.180625 - 0.25 * size * size);
        size * above / below
    } else {
        let r = (LN_2 - log(1.0 - size)).sqrt();
        let [above, below] =
            if r <= 5.0 { both(&PARTS[1], r - 1.6) } else { both(&PARTS[2], r - 5.0) };
        above / below
    };
    value.copysign(x)
}
