//! Natives of math/rand/v2.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("randomUint64", random_uint64), ("chachaBlock", chacha_block)];

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

/// A block of ChaCha with 8 rounds (Bernstein), as eight little-endian numbers.
fn chacha_block(cx: &mut NativeCx<'_>) -> NativeResult {
    let seed = cx.bytes();
    let counter = cx.uint() as u32;
    let mut state = [0u32; 16];
    state[..4].copy_from_slice(&[0x6170_7865, 0x3320_646E, 0x7962_2D32, 0x6B20_6574]);
    for (word, chunk) in state[4..12].iter_mut().zip(seed.as_bytes().chunks_exact(4)) {
        *word = chunk.iter().rev().fold(0, |n, &b| n << 8 | u32::from(b));
    }
    state[12] = counter;
    let mut s = state;
    for _ in 0..4 {
        for i in 0..4 {
            quarter(&mut s, [i, i + 4, i + 8, i + 12]);
        }
        for i in 0..4 {
            quarter(&mut s, [i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4]);
        }
    }
    for pair in 0..8 {
        let word = |i: usize| u64::from(s[i].wrapping_add(state[i]));
        cx.ret_uint(word(2 * pair) | word(2 * pair + 1) << 32);
    }
    Ok(())
}
