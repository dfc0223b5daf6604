//! Natives of encoding/base64.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::radix::{self, Group, Groups, Radix};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("encode", radix::encode::<Base64>),
    ("encodeString", radix::encode_string::<Base64>),
    ("decode", decode),
];

struct Base64;

impl Radix for Base64 {
    const BITS: u32 = 6;
    const CHARS: usize = 4;
    const BYTES: usize = 3;
}

fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    radix::decode_native::<Base64>(cx, group)
}

/// Reads a group that has line ends in it, or is the last, or is wrong.
fn group(groups: &mut Groups<'_>, strict: bool) -> (Option<Group>, Option<usize>) {
    let mut bits = 0u64;
    for len in 0..4 {
        groups.skip_line_ends();
        let Some(&c) = groups.src.get(groups.at) else {
            return end(groups, bits, len, strict);
        };
        groups.at += 1;
        match groups.values[usize::from(c)] {
            0xFF if groups.padding == Some(c) => return padded(groups, bits, len, strict),
            0xFF => return (None, Some(groups.at - 1)),
            value => bits |= u64::from(value) << (58 - 6 * len),
        }
    }
    (Some(Group { bits, len: 4, last: false }), None)
}

/// The text ended after `len` characters of a group.
fn end(
    groups: &Groups<'_>,
    bits: u64,
    len: usize,
    strict: bool,
) -> (Option<Group>, Option<usize>) {
    match len {
        0 => (None, None),
        1 => (None, Some(groups.at - 1)),
        _ if groups.padding.is_some() => (None, Some(groups.at - len)),
        _ => finish(groups, bits, len, strict, None),
    }
}

/// Padding stood after `len` characters of a group; nothing but more of it may follow.
fn padded(
    groups: &mut Groups<'_>,
    bits: u64,
    len: usize,
    strict: bool,
) -> (Option<Group>, Option<usize>) {
    if len < 2 {
        return (None, Some(groups.at - 1));
    }
    if len == 2 {
        groups.skip_line_ends();
        match groups.src.get(groups.at) {
            None => return (None, Some(groups.src.len())),
            Some(&c) if groups.padding != Some(c) => return (None, Some(groups.at - 1)),
            Some(_) => groups.at += 1,
        }
    }
    groups.skip_line_ends();
    let garbage = (groups.at < groups.src.len()).then_some(groups.at);
    finish(groups, bits, len, strict, garbage)
}

/// The last group; strict decoding wants the bits beyond its last byte to be zero.
fn finish(
    groups: &Groups<'_>,
    bits: u64,
    len: usize,
    strict: bool,
    garbage: Option<usize>,
) -> (Option<Group>, Option<usize>) {
    let unused = bits << (len * 6 / 8 * 8);
    if strict && unused != 0 {
        return (None, Some(groups.at - if len == 2 { 2 } else { 1 }));
    }
    (Some(Group { bits, len, last: true }), garbage)
}
