//! Natives of os that are about the process: arguments, environment, ids.

use std::io;
use std::path::Path;
use std::sync::PoisonError;

use gol_vm::Fault;
use gol_vm::native::{NativeCx, NativeResult};

use super::{errno, status};

/// The system's text for an error, as Go writes it.
pub(super) fn errno_text(cx: &mut NativeCx<'_>) -> NativeResult {
    let number = cx.int() as i32;
    let text = io::Error::from_raw_os_error(number).to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    cx.ret_str(first.into_iter().chain(chars).collect::<String>());
    Ok(())
}

pub(super) fn args(cx: &mut NativeCx<'_>) -> NativeResult {
    let args = cx.shared().args.clone();
    cx.ret_strs(args);
    Ok(())
}

pub(super) fn exit(cx: &mut NativeCx<'_>) -> NativeResult {
    let code = cx.int();
    Err(Fault::Exit(code as i32))
}

pub(super) fn lookup_env(cx: &mut NativeCx<'_>) -> NativeResult {
    let key = cx.str().to_text().into_owned();
    let env = cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner);
    let value = env.iter().find(|(k, _)| *k == key).map(|(_, v)| v.clone());
    drop(env);
    cx.ret_str(value.as_deref().unwrap_or(""));
    cx.ret_bool(value.is_some());
    Ok(())
}

pub(super) fn setenv(cx: &mut NativeCx<'_>) -> NativeResult {
    let key = cx.str().to_text().into_owned();
    let value = cx.str().to_text().into_owned();
    let mut env = cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner);
    env.retain(|(k, _)| *k != key);
    env.push((key, value));
    Ok(())
}

pub(super) fn unsetenv(cx: &mut NativeCx<'_>) -> NativeResult {
    let key = cx.str().to_text().into_owned();
    cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner).retain(|(k, _)| *k != key);
    Ok(())
}

pub(super) fn environ(cx: &mut NativeCx<'_>) -> NativeResult {
    let env = cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner);
    let all: Vec<String> = env.iter().map(|(k, v)| format!("{k}={v}")).collect();
    drop(env);
    cx.ret_strs(all);
    Ok(())
}

pub(super) fn clearenv(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner).clear();
    Ok(())
}

pub(super) fn getpid(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.ret_int(i64::from(std::process::id()));
    Ok(())
}

pub(super) fn getppid(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.ret_int(i64::from(std::os::unix::process::parent_id()));
    Ok(())
}

/// Whom the process belongs to, read off its own entry in the process file system.
fn owner() -> Option<std::fs::Metadata> {
    std::fs::metadata("/proc/self").ok()
}

pub(super) fn getuid(cx: &mut NativeCx<'_>) -> NativeResult {
    use std::os::unix::fs::MetadataExt as _;
    cx.ret_int(owner().map_or(-1, |m| i64::from(m.uid())));
    Ok(())
}

pub(super) fn getgid(cx: &mut NativeCx<'_>) -> NativeResult {
    use std::os::unix::fs::MetadataExt as _;
    cx.ret_int(owner().map_or(-1, |m| i64::from(m.gid())));
    Ok(())
}

pub(super) fn getpagesize(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.ret_int(4096);
    Ok(())
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
