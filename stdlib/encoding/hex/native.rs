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
    cx.ret_str_of(src.len() * 2, |text| fill(text, src.as_bytes()));
    Ok(())
}

/// How many bytes are decoded at once.
const BATCH: usize = 256;

fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let len = src.len();
    let (mut n, mut bad) = (0, None);
    let (mut digits, mut bytes) = ([0; 2 * BATCH], [0; BATCH]);
    // By way of copies: a caller may decode in place, where bytes are written behind what was read.
    while n < len / 2 && bad.is_none() {
        let count = (len / 2 - n).min(BATCH);
        digits[..2 * count].copy_from_slice(&src.as_bytes()[2 * n..2 * (n + count)]);
        let done = decode_pairs(&digits[..2 * count], &mut bytes);
        if let Some(place) = dst.as_mut().get_mut(n..n + done) {
            place.copy_from_slice(&bytes[..done]);
        }
        n += done;
        if done < count {
            let pair = &digits[2 * done..2 * done + 2];
            bad = pair.iter().copied().find(|d| VALUES[usize::from(*d)] == NO_DIGIT);
        }
    }
    if bad.is_none() && len % 2 == 1 {
        let last = src.as_bytes()[len - 1];
        bad = Some(last).filter(|d| VALUES[usize::from(*d)] == NO_DIGIT);
    }
    cx.ret_int(n as i64);
    cx.ret_int(bad.map_or(-1, i64::from));
    Ok(())
}

/// Decodes pairs of digits, up to the first one that is none; says how many it decoded.
fn decode_pairs(digits: &[u8], bytes: &mut [u8]) -> usize {
    let value = |digit: u8| VALUES[usize::from(digit)];
    let mut seen = 0;
    for (place, [a, b]) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        let (high, low) = (value(*a), value(*b));
        seen |= high | low;
        *place = high << 4 | low;
    }
    if seen != NO_DIGIT {
        return digits.len() / 2;
    }
    let right = |pair: &&[u8; 2]| value(pair[0]) != NO_DIGIT && value(pair[1]) != NO_DIGIT;
    digits.as_chunks::<2>().0.iter().take_while(right).count()
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
