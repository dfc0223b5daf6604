//! Natives of math/rand/v2.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("randomUint64", random_uint64), ("chachaStream", chacha_stream)];

fn random_uint64(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = cx.random();
    cx.ret_uint(word);
    Ok(())
}

fn quarter(s: &mut [u32; 16], [a, b, c, d]: [usize; 4]) {
    for (x, y, z, by) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
        s[x] = s[x].wrapping_add(s[y]);
        s[z] = (s[z] ^ s[x]).rotate_left(by);
    }
}

/// A block of ChaCha with 8 rounds (Bernstein), to which only the key was added.
fn block(key: [u32; 8], counter: u32) -> [u32; 16] {
    let mut s = [0; 16];
    s[..4].copy_from_slice(&[0x6170_7865, 0x3320_646E, 0x7962_2D32, 0x6B20_6574]);
    s[4..12].copy_from_slice(&key);
    s[12] = counter;
    for _ in 0..4 {
        for i in 0..4 {
            quarter(&mut s, [i, i + 4, i + 8, i + 12]);
        }
        for i in 0..4 {
            quarter(&mut s, [i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4]);
        }
    }
    for (word, key) in s[4..12].iter_mut().zip(key) {
        *word = word.wrapping_add(key);
    }
    s
}

/// Sixteen blocks; of four at a time, the first words come first, then the second ones, and so on.
fn chacha_stream(cx: &mut NativeCx<'_>) -> NativeResult {
    let seed = cx.bytes();
    let mut key = [0u32; 8];
    for (word, chunk) in key.iter_mut().zip(seed.as_bytes().chunks_exact(4)) {
        *word = chunk.iter().rev().fold(0, |n, &b| n << 8 | u32::from(b));
    }
    let mut words = Vec::with_capacity(128);
    for four in 0..4 {
        let [a, b, c, d] = std::array::from_fn(|i| block(key, four * 4 + i as u32));
        let pair = |(low, high): (u32, u32)| u64::from(low) | u64::from(high) << 32;
        let (low, high) = (a.into_iter().zip(b).map(pair), c.into_iter().zip(d).map(pair));
        words.extend(low.zip(high).flat_map(|(low, high)| [low, high]));
    }
    cx.ret_words(&words);
    Ok(())
}
