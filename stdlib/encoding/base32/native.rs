//! Natives of encoding/base32.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::radix::{self, Group, Groups, Radix};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("encode", radix::encode::<Base32>),
    ("encodeString", radix::encode_string::<Base32>),
    ("decode", decode),
    ("withoutLineEnds", without_line_ends),
];

struct Base32;

impl Radix for Base32 {
    const BITS: u32 = 5;
    const CHARS: usize = 8;
    const BYTES: usize = 5;
}

fn without_line_ends(cx: &mut NativeCx<'_>) -> NativeResult {
    let src = cx.bytes();
    let ends_line = |c: &u8| matches!(c, b'\n' | b'\r');
    if src.as_bytes().iter().any(ends_line) {
        let kept: Vec<u8> = src.as_bytes().iter().copied().filter(|c| !ends_line(c)).collect();
        cx.ret_bytes(kept);
    } else {
        cx.ret_gobytes(src);
    }
    Ok(())
}

fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    radix::decode_native::<Base32>(cx, |groups, _| group(groups))
}

/// Reads a group that is the last, or is wrong.
fn group(groups: &mut Groups<'_>) -> (Option<Group>, Option<usize>) {
    let mut bits = 0u64;
    for len in 0..8 {
        let Some(&c) = groups.src.get(groups.at) else {
            return match len {
                0 => (None, None),
                _ if groups.padding.is_some() => (None, Some(groups.at - len)),
                // Go drops a last group that no encoder writes, without an error.
                1 | 3 | 6 => (None, None),
                _ => (Some(Group { bits, len, last: true }), None),
            };
        };
        groups.at += 1;
        let rest = groups.src.len() - groups.at;
        if groups.padding == Some(c) && len >= 2 && rest < 8 {
            return padded(groups, bits, len);
        }
        match groups.values[usize::from(c)] {
            0xFF => return (None, Some(groups.at - 1)),
            value => bits |= u64::from(value) << (59 - 5 * len),
        }
    }
    (Some(Group { bits, len: 8, last: false }), None)
}

/// Padding stood after `len` characters of a group; it must fill it.
fn padded(groups: &Groups<'_>, bits: u64, len: usize) -> (Option<Group>, Option<usize>) {
    let rest = &groups.src[groups.at..];
    let wanted = 7 - len;
    if rest.len() < wanted {
        return (None, Some(groups.src.len()));
    }
    if let Some(k) = rest[..wanted].iter().position(|c| groups.padding != Some(*c)) {
        return (None, Some(groups.at + k - 1));
    }
    if matches!(len, 1 | 3 | 6) {
        return (None, Some(groups.at - 1));
    }
    (Some(Group { bits, len, last: true }), None)
}
