//! Natives of unicode/utf8.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = 
    &[("ValidString", valid_string), ("RuneCountInString", rune_count)];

fn valid_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    cx.ret_bool(std::str::from_utf8(s.as_bytes()).is_ok());
    Ok(())
}

fn rune_count(cx: &mut NativeCx<'_>) -> NativeResult {
    let bytes = cx.str().as_bytes();
    let count = std::str::from_utf8(bytes)
        .map_or_else(|_| crate::text::runes(bytes).count(), |text| text.chars().count());
    cx.ret_int(count as i64);
    Ok(())
}
