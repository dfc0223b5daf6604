//! Natives of encoding/binary: numbers of eight bytes. Callers have checked the lengths.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("little64", little64),
    ("big64", big64),
    ("putLittle64", put_little64),
    ("putBig64", put_big64),
];

fn first_eight(cx: &mut NativeCx<'_>) -> [u8; 8] {
    cx.bytes().as_bytes().first_chunk().copied().unwrap_or_default()
}

fn little64(cx: &mut NativeCx<'_>) -> NativeResult {
    let bytes = first_eight(cx);
    cx.ret_uint(u64::from_le_bytes(bytes));
    Ok(())
}

fn big64(cx: &mut NativeCx<'_>) -> NativeResult {
    let bytes = first_eight(cx);
    cx.ret_uint(u64::from_be_bytes(bytes));
    Ok(())
}

fn put_little64(cx: &mut NativeCx<'_>) -> NativeResult {
    let place = cx.bytes();
    let bytes = cx.uint().to_le_bytes();
    place.fill_from(&bytes);
    Ok(())
}

fn put_big64(cx: &mut NativeCx<'_>) -> NativeResult {
    let place = cx.bytes();
    let bytes = cx.uint().to_be_bytes();
    place.fill_from(&bytes);
    Ok(())
}
