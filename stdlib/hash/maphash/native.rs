//! Natives of hash/maphash: a fast hash of bytes, after wyhash (Wang Yi), and bytes for values.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::value::{Kind, Value};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("mix", mix),
    ("finish", finish),
    ("hashString", hash_string),
    ("appendValue", append_value),
];

const BLOCK: usize = 128;
const KEYS: [u64; 4] =
    [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3, 0x5899_65cc_7537_4cc3];

/// Both halves of the product, joined.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

fn mix_blocks(mut state: u64, blocks: &[u8]) -> u64 {
    for block in blocks.as_chunks::<BLOCK>().0 {
        let mut lanes = [state; 4];
        for (i, pair) in block.as_chunks::<16>().0.iter().enumerate() {
            let word = |at: usize| {
                pair[at..at + 8].iter().rev().fold(0, |n, &b| n << 8 | u64::from(b))
            };
            let lane = i % 4;
            lanes[lane] = fold(word(0) ^ KEYS[lane], word(8) ^ lanes[lane]);
        }
        state = lanes[0] ^ lanes[1].rotate_left(17) ^ fold(lanes[2] ^ KEYS[0], lanes[3] ^ KEYS[1]);
    }
    state
}

fn finish_rest(state: u64, rest: &[u8], length: u64) -> u64 {
    let mut sum = state;
    for chunk in rest.chunks(16) {
        let mut pair = [0; 16];
        pair[..chunk.len()].copy_from_slice(chunk);
        let pair = u128::from_le_bytes(pair);
        sum = fold(pair as u64 ^ KEYS[2], (pair >> 64) as u64 ^ sum);
    }
    fold(fold(sum ^ KEYS[3], length ^ KEYS[0]), KEYS[1])
}

fn mix(cx: &mut NativeCx<'_>) -> NativeResult {
    let state = cx.uint();
    let blocks = cx.bytes();
    cx.ret_uint(mix_blocks(state, blocks.as_bytes()));
    Ok(())
}

fn finish(cx: &mut NativeCx<'_>) -> NativeResult {
    let state = cx.uint();
    let rest = cx.bytes();
    let length = cx.uint();
    cx.ret_uint(finish_rest(state, rest.as_bytes(), length));
    Ok(())
}

fn hash_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let state = cx.uint();
    let text = cx.str();
    let (blocks, rest) = text.as_bytes().split_at(text.len() / BLOCK * BLOCK);
    cx.ret_uint(finish_rest(mix_blocks(state, blocks), rest, text.len() as u64));
    Ok(())
}

fn append_value(cx: &mut NativeCx<'_>) -> NativeResult {
    let given = cx.bytes();
    let value = cx.iface();
    let mut out = given.as_bytes().to_vec();
    let comparable = append(cx, value, &mut out);
    cx.ret_bytes(out);
    cx.ret_bool(comparable);
    Ok(())
}

/// Zeros of both signs are equal; what is not a number equals nothing, itself included.
fn float_bits(cx: &mut NativeCx<'_>, x: f64) -> u64 {
    if x == 0.0 {
        0
    } else if x.is_nan() {
        cx.random()
    } else {
        x.to_bits()
    }
}

/// Appends the value; false if a part of it cannot be compared.
fn append<'a>(cx: &mut NativeCx<'a>, value: Value<'a>, out: &mut Vec<u8>) -> bool {
    let word = match value.kind() {
        Kind::Invalid => 0,
        Kind::Bool => u64::from(value.bool()),
        Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => value.int() as u64,
        Kind::Float32 | Kind::Float64 => float_bits(cx, value.float()),
        Kind::Complex64 | Kind::Complex128 => {
            let (re, im) = value.complex();
            out.extend(float_bits(cx, re).to_le_bytes());
            float_bits(cx, im)
        }
        Kind::String => {
            out.extend_from_slice(value.string().as_bytes());
            value.len() as u64
        }
        Kind::Pointer | Kind::Chan | Kind::UnsafePointer => value.address(),
        Kind::Array => return append_parts(cx, value, value.len(), out, Value::index),
        Kind::Struct => return append_parts(cx, value, value.fields().len(), out, Value::field),
        Kind::Slice | Kind::Map | Kind::Func => return false,
        _ => value.uint(),
    };
    out.extend(word.to_le_bytes());
    true
}

fn append_parts<'a>(
    cx: &mut NativeCx<'a>,
    value: Value<'a>,
    count: usize,
    out: &mut Vec<u8>,
    part: fn(Value<'a>, &mut NativeCx<'a>, usize) -> Option<Value<'a>>,
) -> bool {
    for i in 0..count {
        let part = part(value, cx, i).unwrap_or(Value::NIL);
        // What an interface holds comes with its type.
        out.extend_from_slice(part.type_string().as_bytes());
        if !append(cx, part, out) {
            return false;
        }
    }
    true
}
