//! The layout of `gol fmt`, for go/format and go/printer.

use gol_format::{Layout, Mode, format_with};
use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("Source", source)];

/// Wider tabs and deeper indentation than this are nobody's intention.
const MAX_STEPS: i64 = 1000;

fn source(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let tab_width = cx.int().clamp(1, MAX_STEPS) as usize;
    let (pad_with_tabs, indent_with_tabs) = (cx.bool(), cx.bool());
    let indent = cx.int().clamp(0, MAX_STEPS) as usize;
    let sort_imports = cx.bool();
    let layout = Layout { tab_width, pad_with_tabs, indent_with_tabs, indent, sort_imports };
    let text = std::str::from_utf8(text.as_bytes()).ok();
    let done = text.and_then(|text| format_with(text, Mode::Go, &layout).ok());
    cx.ret_str(done.as_deref().unwrap_or_default());
    cx.ret_bool(done.is_some());
    Ok(())
}
