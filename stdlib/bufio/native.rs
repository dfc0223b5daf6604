//! Natives of bufio: finding the end of a line.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("lineOf", line_of)];

fn line_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let buffer = cx.bytes();
    let (start, end) = (cx.int() as usize, cx.int() as usize);
    let unread = buffer.as_bytes().get(start..end).unwrap_or(&[]);
    let Some(len) = memchr::memchr(b'\n', unread) else {
        cx.ret_nil_slice();
        cx.ret_int(0);
        return Ok(());
    };
    let next = start + len + 1;
    let len = if unread[..len].ends_with(b"\r") { len - 1 } else { len };
    cx.ret_gobytes(buffer.part(start, start + len));
    cx.ret_int(next as i64);
    Ok(())
}
