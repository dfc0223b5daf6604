//! Natives of os that are about the process: arguments, name, working directory. Its
//! numbers and its environment are those of package syscall.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

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

/// `executable() string`: what starts this program once more. That is its own file if the system can
/// run it (a script with a `#!` line, tests), and otherwise gol.
pub(super) fn executable(cx: &mut NativeCx<'_>) -> NativeResult {
    let shared = cx.shared();
    let file = shared.args.first().map(|name| shared.start_dir.join(name).components().collect());
    let can_run = |file: &PathBuf| {
        let found = std::fs::metadata(file);
        found.is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
    };
    let result = file.filter(can_run).or_else(|| std::env::current_exe().ok());
    cx.ret_str(result.unwrap_or_default().as_os_str().as_bytes());
    Ok(())
}
