//! Natives of syscall: texts of errors, the process's numbers, its environment.

use std::io;
use std::sync::PoisonError;

use gol_vm::Fault;
use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use rustix::process::{self, Pid, RawPid, Signal};

#[path = "system.rs"]
mod system;

use crate::os::{self, of_os};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("errnoText", errno_text),
    ("Getpid", |cx| number(cx, process::getpid().as_raw_nonzero().get().into())),
    ("Getppid", |cx| number(cx, Pid::as_raw(process::getppid()).into())),
    ("Getuid", |cx| number(cx, process::getuid().as_raw().into())),
    ("Geteuid", |cx| number(cx, process::geteuid().as_raw().into())),
    ("Getgid", |cx| number(cx, process::getgid().as_raw().into())),
    ("Getegid", |cx| number(cx, process::getegid().as_raw().into())),
    ("kill", kill),
    ("umask", umask),
    ("getpgid", getpgid),
    ("Exit", exit),
    ("lookupEnv", lookup_env),
    ("setenv", setenv),
    ("unsetenv", unsetenv),
    ("Environ", environ),
    ("Clearenv", clearenv),
    ("handleOf", os::handle_of),
    ("flockFile", os::flock_file),
    ("windowSize", os::window_size),
    ("terminal", os::terminal),
    ("openFile", of_os("openFile")),
    ("closeFile", of_os("closeFile")),
    ("readFile", of_os("readFile")),
    ("writeFile", of_os("writeFile")),
    ("preadFile", of_os("preadFile")),
    ("pwriteFile", of_os("pwriteFile")),
    ("seekFile", of_os("seekFile")),
    ("truncateFile", of_os("truncateFile")),
    ("syncFile", of_os("syncFile")),
    ("chmodFile", of_os("chmodFile")),
    ("statFile", of_os("statFile")),
    ("pipe", of_os("pipe")),
    ("chownFile", of_os("chownFile")),
    ("chdirFile", of_os("chdirFile")),
    ("statName", of_os("statName")),
    ("chown", of_os("chown")),
    ("mkdir", of_os("mkdir")),
    ("remove", of_os("remove")),
    ("rename", of_os("rename")),
    ("link", of_os("link")),
    ("symlink", of_os("symlink")),
    ("readlink", of_os("readlink")),
    ("chmod", of_os("chmod")),
    ("chtimes", of_os("chtimes")),
    ("truncate", of_os("truncate")),
    ("getwd", of_os("getwd")),
    ("chdir", of_os("chdir")),
    ("getgroups", of_os("getgroups")),
    ("waitProcess", of_os("waitProcess")),
    ("mkfifo", system::mkfifo),
    ("access", system::access),
    ("getrusage", system::getrusage),
    ("getrlimit", system::getrlimit),
    ("setrlimit", system::setrlimit),
    ("setresuid", system::setresuid),
    ("setresgid", system::setresgid),
    ("uname", system::uname),
    ("sysinfo", system::sysinfo),
    ("execute", system::execute),
];

const ESRCH: i64 = 3;
const EINVAL: i64 = 22;
/// Numbers that Go has no text for.
const NAMELESS: [i32; 3] = [41, 58, 133];

fn number(cx: &mut NativeCx<'_>, value: i64) -> NativeResult {
    cx.ret_int(value);
    Ok(())
}

/// The system's text for an error as Go writes it: without the capital, unless it is one of several.
fn errno_text(cx: &mut NativeCx<'_>) -> NativeResult {
    let number = cx.int() as i32;
    let text = io::Error::from_raw_os_error(number).to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    let first = chars.next();
    let sentence = chars.clone().next().is_some_and(|c| !c.is_uppercase());
    let first = first.map(|c| if sentence { c.to_ascii_lowercase() } else { c });
    if number <= 0 || NAMELESS.contains(&number) || text.starts_with("Unknown error") {
        cx.ret_str(format!("errno {number}"));
    } else {
        cx.ret_str(first.into_iter().chain(chars).collect::<String>());
    }
    Ok(())
}

/// The number of what a call to the system failed with, 0 if it did not.
pub(crate) fn status(result: rustix::io::Result<()>) -> i64 {
    result.map_or_else(|e| e.raw_os_error().into(), |()| 0)
}

/// Sends a signal; the number 0 only asks whether the process is there.
pub(crate) fn send(pid: i64, signal: i64) -> i64 {
    let Ok(raw) = RawPid::try_from(pid) else { return ESRCH };
    let target = Pid::from_raw(raw.saturating_abs());
    // `from_raw_unchecked` would be needed for reserved numbers; the named ones suffice.
    let named = i32::try_from(signal).ok().and_then(Signal::from_named_raw);
    let result = match (target, signal, named) {
        (Some(target), 0, _) if raw > 0 => process::test_kill_process(target),
        (Some(target), 0, _) => process::test_kill_process_group(target),
        (None, 0, _) => process::test_kill_current_process_group(),
        (_, _, None) => return EINVAL,
        (Some(target), _, Some(signal)) if raw > 0 => process::kill_process(target, signal),
        (Some(target), _, Some(signal)) => process::kill_process_group(target, signal),
        (None, _, Some(signal)) => process::kill_current_process_group(signal),
    };
    status(result)
}

fn kill(cx: &mut NativeCx<'_>) -> NativeResult {
    let (pid, signal) = (cx.int(), cx.int());
    // Output comes before what the signal may do to this process.
    let _ = cx.shared().flush_stdout();
    cx.ret_int(send(pid, signal));
    Ok(())
}

fn umask(cx: &mut NativeCx<'_>) -> NativeResult {
    let mask = rustix::fs::Mode::from_raw_mode(cx.uint() as u32);
    cx.ret_int(process::umask(mask).as_raw_mode().into());
    Ok(())
}

fn getpgid(cx: &mut NativeCx<'_>) -> NativeResult {
    let pid = Pid::from_raw(cx.int() as RawPid);
    let result = process::getpgid(pid);
    cx.ret_int(result.map_or(-1, |p| p.as_raw_nonzero().get().into()));
    cx.ret_int(status(result.map(drop)));
    Ok(())
}

fn exit(cx: &mut NativeCx<'_>) -> NativeResult {
    let code = cx.int();
    Err(Fault::Exit(code as i32))
}

fn lookup_env(cx: &mut NativeCx<'_>) -> NativeResult {
    let key = cx.str().to_text().into_owned();
    let env = cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner);
    let value = env.iter().find(|(k, _)| *k == key).map(|(_, v)| v.clone());
    drop(env);
    cx.ret_str(value.as_deref().unwrap_or(""));
    cx.ret_bool(value.is_some());
    Ok(())
}

fn setenv(cx: &mut NativeCx<'_>) -> NativeResult {
    let key = cx.str().to_text().into_owned();
    let value = cx.str().to_text().into_owned();
    let mut env = cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner);
    env.retain(|(k, _)| *k != key);
    env.push((key, value));
    Ok(())
}

fn unsetenv(cx: &mut NativeCx<'_>) -> NativeResult {
    let key = cx.str().to_text().into_owned();
    cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner).retain(|(k, _)| *k != key);
    Ok(())
}

fn environ(cx: &mut NativeCx<'_>) -> NativeResult {
    let env = cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner);
    let all: Vec<String> = env.iter().map(|(k, v)| format!("{k}={v}")).collect();
    drop(env);
    cx.ret_strs(all);
    Ok(())
}

fn clearenv(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner).clear();
    Ok(())
}
