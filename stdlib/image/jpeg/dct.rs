//! The discrete cosine transform of blocks of 8 x 8, and back. It is computed as its definition
//! (T.81, A.3.3) says, one dimension after the other; in loops of eight the compiler makes vectors
//! of it.

use std::sync::LazyLock;

/// `BASIS[u][x]` is cos((2x+1)uπ/16)/2, for u = 0 divided by √2.
static BASIS: LazyLock<[[f32; 8]; 8]> = LazyLock::new(|| {
    std::array::from_fn(|u| {
        std::array::from_fn(|x| {
            let angle = (2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0;
            let scale = if u == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
            (angle.cos() * scale / 2.0) as f32
        })
    })
});

/// Coefficients to samples, which are still to be shifted by 128.
pub(super) fn inverse(coefficients: &[i32; 64]) -> [i32; 64] {
    if coefficients[1..].iter().all(|&c| c == 0) {
        return [(coefficients[0] as f32 / 8.0).round() as i32; 64];
    }
    let basis = &*BASIS;
    let mut rows = [[0_f32; 8]; 8];
    for v in 0..8 {
        for u in 0..8 {
            let c = coefficients[8 * v + u];
            if c != 0 {
                for x in 0..8 {
                    rows[v][x] += c as f32 * basis[u][x];
                }
            }
        }
    }
    let mut out = [0; 64];
    for y in 0..8 {
        let mut line = [0_f32; 8];
        for v in 0..8 {
            let weight = basis[v][y];
            for x in 0..8 {
                line[x] += weight * rows[v][x];
            }
        }
        for x in 0..8 {
            out[8 * y + x] = line[x].round() as i32;
        }
    }
    out
}

/// Samples, shifted by 128, to coefficients.
pub(super) fn forward(samples: &[i32; 64]) -> [f32; 64] {
    let basis = &*BASIS;
    let mut rows = [[0_f32; 8]; 8];
    for y in 0..8 {
        for u in 0..8 {
            rows[y][u] = (0..8).map(|x| samples[8 * y + x] as f32 * basis[u][x]).sum();
        }
    }
    let mut out = [0_f32; 64];
    for v in 0..8 {
        for y in 0..8 {
            let weight = basis[v][y];
            for u in 0..8 {
                out[8 * v + u] += weight * rows[y][u];
            }
        }
    }
    out
}
