//! Natives of crypto/rand.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("fill", fill)];

fn fill(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut bytes = cx.bytes();
    let filled = getrandom::fill(bytes.as_mut()).is_ok();
    cx.ret_bool(filled);
    Ok(())
}
