//! Natives of hash/adler32.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("update", update)];

fn update(cx: &mut NativeCx<'_>) -> NativeResult {
    let sum = cx.uint() as u32;
    let data = cx.bytes();
    cx.ret_uint(u64::from(zlib_rs::adler32::adler32(sum, data.as_bytes())));
    Ok(())
}
