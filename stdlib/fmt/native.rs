//! Natives of fmt: the fast path for operands of basic types.

#[path = "directive.rs"]
mod directive;

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::value::{Kind, Value};

use crate::strconv::{append_float, decimal};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("plain", plain), ("plainf", plainf)];

/// Appends an operand as `%v` prints it, if it is nil or of a predeclared basic type (types of the
/// program may have methods).
fn append(out: &mut Vec<u8>, value: Value<'_>) -> bool {
    let Some(rtype) = value.rtype() else {
        out.extend(b"<nil>");
        return true;
    };
    if !rtype.desc.pkg_path.is_empty() {
        return false;
    }
    match rtype.desc.kind {
        Kind::String => out.extend(value.string().as_bytes()),
        Kind::Bool => out.extend(if value.bool() { &b"true"[..] } else { b"false" }),
        Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => {
            out.extend(decimal(value.int(), &mut [0; 20]));
        }
        Kind::Uint | Kind::Uint8 | Kind::Uint16 | Kind::Uint32 | Kind::Uint64 | Kind::Uintptr => {
            out.extend(value.uint().to_string().as_bytes());
        }
        Kind::Float64 | Kind::Float32 => {
            append_float(out, value.float(), rtype.desc.kind == Kind::Float32);
        }
        _ => return false,
    }
    true
}

fn plain(cx: &mut NativeCx<'_>) -> NativeResult {
    let operands = cx.slice();
    let line = cx.bool();
    let mut out = Vec::with_capacity(64);
    let mut previous_was_string = true;
    let mut ok = true;
    for (i, value) in operands.values().enumerate() {
        let is_string = value.kind() == Kind::String;
        if i > 0 && (line || !is_string && !previous_was_string) {
            out.push(b' ');
        }
        previous_was_string = is_string;
        ok = append(&mut out, value);
        if !ok {
            break;
        }
    }
    if line {
        out.push(b'\n');
    }
    cx.ret_str(if ok { out.as_slice() } else { b"" });
    cx.ret_bool(ok);
    Ok(())
}

/// `plainf(format string, a []any) (text string, ok bool)`
fn plainf(cx: &mut NativeCx<'_>) -> NativeResult {
    let format = cx.str();
    let text = directive::format(format.as_bytes(), cx.slice().values());
    cx.ret_str(text.as_deref().unwrap_or_default());
    cx.ret_bool(text.is_some());
    Ok(())
}
