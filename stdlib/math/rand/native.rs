//! Natives of math/rand.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("randomUint64", random_uint64)];

fn random_uint64(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = cx.random();
    cx.ret_uint(word);
    Ok(())
}
