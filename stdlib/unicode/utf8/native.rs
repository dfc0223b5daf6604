//! Natives of unicode/utf8.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("ValidString", valid_string)];

fn valid_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    cx.ret_bool(std::str::from_utf8(s.as_bytes()).is_ok());
    Ok(())
}
