//! Natives of hash/fnv.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("update32", update32), ("update64", update64), ("update128", update128)];

const PRIME_128: u128 = (1 << 88) + 0x13b;

fn update32(cx: &mut NativeCx<'_>) -> NativeResult {
    let sum = cx.uint() as u32;
    let (data, xor_first) = (cx.bytes(), cx.bool());
    let bytes = data.as_bytes().iter();
    let step = |sum: u32, b: u8| sum.wrapping_mul(0x0100_0193) ^ u32::from(b);
    let step_a = |sum: u32, b: u8| (sum ^ u32::from(b)).wrapping_mul(0x0100_0193);
    let sum = if xor_first {
        bytes.fold(sum, |sum, &b| step_a(sum, b))
    } else {
        bytes.fold(sum, |sum, &b| step(sum, b))
    };
    cx.ret_uint(u64::from(sum));
    Ok(())
}

fn update64(cx: &mut NativeCx<'_>) -> NativeResult {
    let sum = cx.uint();
    let (data, xor_first) = (cx.bytes(), cx.bool());
    let bytes = data.as_bytes().iter();
    let step = |sum: u64, b: u8| sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(b);
    let step_a = |sum: u64, b: u8| (sum ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    let sum = if xor_first {
        bytes.fold(sum, |sum, &b| step_a(sum, b))
    } else {
        bytes.fold(sum, |sum, &b| step(sum, b))
    };
    cx.ret_uint(sum);
    Ok(())
}

fn update128(cx: &mut NativeCx<'_>) -> NativeResult {
    let sum = u128::from(cx.uint()) << 64 | u128::from(cx.uint());
    let (data, xor_first) = (cx.bytes(), cx.bool());
    let bytes = data.as_bytes().iter();
    let step = |sum: u128, b: u8| sum.wrapping_mul(PRIME_128) ^ u128::from(b);
    let step_a = |sum: u128, b: u8| (sum ^ u128::from(b)).wrapping_mul(PRIME_128);
    let sum = if xor_first {
        bytes.fold(sum, |sum, &b| step_a(sum, b))
    } else {
        bytes.fold(sum, |sum, &b| step(sum, b))
    };
    cx.ret_uint((sum >> 64) as u64);
    cx.ret_uint(sum as u64);
    Ok(())
}
