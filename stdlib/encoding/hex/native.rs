//! Natives of encoding/hex: digits to bytes and back, and lines of dumps.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("encode", encode), ("encodeString", encode_string), ("decode", decode), ("dump", dump)];

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Both digits of each byte.
const PAIRS: [[u8; 2]; 256] = {
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};

const NO_DIGIT: u8 = 0xFF;

/// The value of each digit.
const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[DIGITS[value] as usize] = value as u8;
        values[DIGITS[value].to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    values
};

fn fill(dst: &mut [u8], src: &[u8]) {
    for (pair, byte) in dst.chunks_exact_mut(2).zip(src) {
        pair.copy_from_slice(&PAIRS[usize::from(*byte)]);
    }
}

fn encode(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    // `dst` may be the memory that `src` lies in.
    let src = src.as_bytes().to_vec();
    fill(dst.as_mut(), &src);
    Ok(())
}

fn encode_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let src = cx.bytes();
    let mut text = vec![0; src.len() * 2];
    fill(&mut text, src.as_bytes());
    cx.ret_str(text);
    Ok(())
}

fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let (mut n, mut bad) = (0, -1);
    // By index: a caller may decode in place, where each byte is written behind what was read.
    let len = src.len();
    for i in 0..len / 2 {
        let [a, b] = [src.as_bytes()[2 * i], src.as_bytes()[2 * i + 1]];
        let (hi, lo) = (VALUES[usize::from(a)], VALUES[usize::from(b)]);
        if hi == NO_DIGIT || lo == NO_DIGIT {
            bad = i64::from(if hi == NO_DIGIT { a } else { b });
            break;
        }
        if let Some(place) = dst.as_mut().get_mut(i) {
            *place = hi << 4 | lo;
        }
        n += 1;
    }
    if bad < 0 && len % 2 == 1 {
        let last = src.as_bytes()[len - 1];
        if VALUES[usize::from(last)] == NO_DIGIT {
            bad = i64::from(last);
        }
    }
    cx.ret_int(n);
    cx.ret_int(bad);
    Ok(())
}

/// Lines of `hexdump -C`, of 16 bytes each: offset, two groups of eight, the printable characters.
fn dump(cx: &mut NativeCx<'_>) -> NativeResult {
    let data = cx.bytes();
    let offset = cx.uint();
    let mut text = Vec::with_capacity((data.len() / 16 + 1) * 79);
    for (i, line) in data.as_bytes().chunks(16).enumerate() {
        text.extend_from_slice(format!("{:08x}", (offset as usize + i * 16) as u32).as_bytes());
        for at in 0..16 {
            let gap: &[u8] = if at % 8 == 0 { b"  " } else { b" " };
            text.extend_from_slice(gap);
            text.extend_from_slice(line.get(at).map_or(b"  ", |b| &PAIRS[usize::from(*b)]));
        }
        text.extend_from_slice(b"  |");
        text.extend(line.iter().map(|&b| if (32..=126).contains(&b) { b } else { b'.' }));
        text.extend_from_slice(b"|\n");
    }
    cx.ret_str(text);
    Ok(())
}
