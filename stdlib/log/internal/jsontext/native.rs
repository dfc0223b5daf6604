//! Natives of log/internal/jsontext.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::text::runes;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("quoted", quoted)];

fn quoted(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let mut out = Vec::with_capacity(text.len() + 2);
    out.push(b'"');
    for (bytes, c) in runes(text.as_bytes()) {
        match c {
            Some('"') => out.extend_from_slice(b"\\\""),
            Some('\\') => out.extend_from_slice(b"\\\\"),
            Some('\n') => out.extend_from_slice(b"\\n"),
            Some('\r') => out.extend_from_slice(b"\\r"),
            Some('\t') => out.extend_from_slice(b"\\t"),
            Some(c @ ('\0'..='\x1F' | '\u{2028}' | '\u{2029}')) => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes());
            }
            None => out.extend_from_slice("\u{FFFD}".as_bytes()),
            Some(_) => out.extend_from_slice(bytes),
        }
    }
    out.push(b'"');
    cx.ret_str(out);
    Ok(())
}
