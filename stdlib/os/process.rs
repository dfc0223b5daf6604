//! Natives of os that are about the process: arguments, name, working directory. Its
//! numbers and its environment are those of package syscall.

use std::path::Path;

use gol_vm::Fault;
use gol_vm::native::{NativeCx, NativeResult};

use super::{errno, status};

pub(super) fn args(cx: &mut NativeCx<'_>) -> NativeResult {
    let args = cx.shared().args.clone();
    cx.ret_strs(args);
    Ok(())
}

pub(super) fn exit(cx: &mut NativeCx<'_>) -> NativeResult {
    let code = cx.int();
    Err(Fault::Exit(code as i32))
}

pub(super) fn hostname(cx: &mut NativeCx<'_>) -> NativeResult {
    let result = std::fs::read_to_string("/proc/sys/kernel/hostname");
    cx.ret_str(result.as_deref().unwrap_or("").trim_end());
    cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}

pub(super) fn getwd(cx: &mut NativeCx<'_>) -> NativeResult {
    let result = std::env::current_dir();
    cx.ret_str(result.as_deref().unwrap_or(Path::new("")).to_string_lossy().as_bytes());
    cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}

pub(super) fn chdir(cx: &mut NativeCx<'_>) -> NativeResult {
    let dir = cx.str().to_text().into_owned();
    let result = std::env::set_current_dir(dir);
    cx.ret_int(status(result));
    Ok(())
}

pub(super) fn executable(cx: &mut NativeCx<'_>) -> NativeResult {
    let result = std::env::current_exe().unwrap_or_default();
    cx.ret_str(result.to_string_lossy().as_bytes());
    Ok(())
}
