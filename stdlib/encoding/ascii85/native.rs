//! Natives of encoding/ascii85.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("encode", encode), ("decode", decode)];

fn encode(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let dst = dst.as_mut();
    let (mut n, mut full) = (0, false);
    for bytes in src.as_bytes().chunks(4) {
        let mut word = [0; 4];
        word[..bytes.len()].copy_from_slice(bytes);
        let mut word = u32::from_be_bytes(word);
        let mut chars = [0; 5];
        for place in chars.iter_mut().rev() {
            *place = b'!' + (word % 85) as u8;
            word /= 85;
        }
        let chars: &[u8] = match bytes {
            [0, 0, 0, 0] => b"z",
            _ => &chars[..=bytes.len()],
        };
        let Some(place) = dst.get_mut(n..n + chars.len()) else {
            full = true;
            break;
        };
        place.copy_from_slice(chars);
        n += chars.len();
    }
    cx.ret_int(n as i64);
    cx.ret_bool(full);
    Ok(())
}

/// What decoding came to.
#[derive(Default)]
struct Decoded {
    written: usize,
    read: usize,
    bad: Option<usize>,
}

fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let flush = cx.bool();
    let decoded = decode_groups(dst.as_mut(), src.as_bytes(), flush);
    cx.ret_int(decoded.written as i64);
    cx.ret_int(decoded.read as i64);
    cx.ret_int(decoded.bad.map_or(-1, |at| at as i64));
    Ok(())
}

fn decode_groups(dst: &mut [u8], src: &[u8], flush: bool) -> Decoded {
    let mut done = Decoded::default();
    let (mut word, mut len) = (0u32, 0);
    for (at, &c) in src.iter().enumerate() {
        if dst.len() - done.written < 4 {
            return done;
        }
        match c {
            0..=b' ' => continue,
            b'z' if len == 0 => (word, len) = (0, 5),
            b'!'..=b'u' => {
                word = word.wrapping_mul(85).wrapping_add(u32::from(c - b'!'));
                len += 1;
            }
            _ => return Decoded { written: 0, read: 0, bad: Some(at) },
        }
        if len == 5 {
            dst[done.written..done.written + 4].copy_from_slice(&word.to_be_bytes());
            done.written += 4;
            done.read = at + 1;
            (word, len) = (0, 0);
        }
    }
    if flush {
        done.read = src.len();
        if len == 1 {
            return Decoded { written: 0, read: 0, bad: Some(src.len()) };
        }
        if len > 1 {
            for _ in len..5 {
                word = word.wrapping_mul(85).wrapping_add(84);
            }
            let bytes = &word.to_be_bytes()[..len - 1];
            let Some(place) = dst.get_mut(done.written..done.written + bytes.len()) else {
                return done;
            };
            place.copy_from_slice(bytes);
            done.written += bytes.len();
        }
    }
    done
}
