//! Natives of math/rand: the state of a seeded generator.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

#[path = "start.rs"]
mod start;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("randomUint64", random_uint64),
    ("randomBelow", random_below),
    ("randomFloat64", random_float64),
    ("seededState", seeded_state),
];

fn random_uint64(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = cx.random();
    cx.ret_uint(word);
    Ok(())
}

/// A number below the argument, by Lemire's method: the upper half of a product. What would make
/// some numbers likelier is drawn again.
fn random_below(cx: &mut NativeCx<'_>) -> NativeResult {
    let n = cx.uint().max(1);
    let drawn = loop {
        let product = u128::from(cx.random()) * u128::from(n);
        // The division is only made where the lower half may be below the threshold.
        if product as u64 >= n || product as u64 >= n.wrapping_neg() % n {
            break (product >> 64) as u64;
        }
    };
    cx.ret_uint(drawn);
    Ok(())
}

/// One of the multiples of 2⁻⁵³ below 1.
fn random_float64(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = cx.random();
    cx.ret_float((word >> 11) as f64 / (1_u64 << 53) as f64);
    Ok(())
}

/// The modulus of Lehmer's generator, 2³¹-1.
const MODULUS: i64 = 0x7FFF_FFFF;

/// Lehmer's generator with Park and Miller's second multiplier.
struct Lehmer(i64);

impl Lehmer {
    fn next(&mut self) -> u64 {
        self.0 = self.0 * 48271 % MODULUS;
        self.0 as u64
    }
}

/// The generator's state for a seed: its words at the start, mixed with a sequence of the seed.
fn seeded_state(cx: &mut NativeCx<'_>) -> NativeResult {
    let seed = match cx.int().rem_euclid(MODULUS) {
        0 => 89_482_311,
        seed => seed,
    };
    let mut lehmer = Lehmer(seed);
    for _ in 0..20 {
        lehmer.next();
    }
    let words =
        start::WORDS.map(|word| word ^ lehmer.next() << 40 ^ lehmer.next() << 20 ^ lehmer.next());
    cx.ret_words(&words);
    Ok(())
}
