//! Natives of os on other processes: starting them, waiting for them, signals.
//!
//! A process that was started is kept until it was waited for. The number of one that has ended
//! may be given to another at once, so signals go out under the same lock under which a process is
//! found to have ended.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use command_fds::{CommandFdExt, FdMapping};
use gol_vm::native::{NativeCx, NativeResult, WaitReason};
use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use wait4::Wait4;

use super::errno;
use super::open::find;

/// Processes that were started and not waited for.
#[derive(Default)]
struct Children(Mutex<HashMap<i64, Arc<Mutex<Option<Child>>>>>);

const ECHILD: i32 = 10;
const EINVAL: i32 = 22;
/// The process was waited for: the package's own number.
const DONE: i64 = -3;

fn texts(cx: &mut NativeCx<'_>) -> Vec<OsString> {
    let slice = cx.slice();
    slice.strings().map(|s| OsString::from_vec(s.as_bytes().to_vec())).collect()
}

/// The process's own streams, or an open file.
fn duplicate(cx: &NativeCx<'_>, fd: i64) -> io::Result<OwnedFd> {
    match fd {
        0 => io::stdin().as_fd().try_clone_to_owned(),
        1 => io::stdout().as_fd().try_clone_to_owned(),
        2 => io::stderr().as_fd().try_clone_to_owned(),
        _ => find(cx, fd)?.as_fd().try_clone_to_owned(),
    }
}

/// `startProcess(name string, argv []string, dir string, env []string, fds []int, group int, uid,
/// gid int) (pid, errno int)`: an fd below 0 is nothing; a group below 0 is the parent's; so are a
/// user and a group of users.
pub(super) fn start_process(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = OsString::from_vec(cx.str().as_bytes().to_vec());
    let argv = texts(cx);
    let dir = OsString::from_vec(cx.str().as_bytes().to_vec());
    let env = texts(cx);
    let fds: Vec<i64> = cx.slice().words64().iter().map(|&w| w as i64).collect();
    let (group, uid, gid) = (cx.int(), cx.int(), cx.int());
    // A name without a slash is one in the directory, not one to be looked up.
    let local = !name.as_encoded_bytes().contains(&b'/');
    let program = if local { [OsStr::new("./"), &name].into_iter().collect() } else { name.clone() };
    let mut command = Command::new::<OsString>(program);
    if let [first, rest @ ..] = &argv[..] {
        command.arg0(first).args(rest);
    }
    command.env_clear();
    let mut valid = !name.as_encoded_bytes().contains(&0);
    for entry in env {
        let bytes = entry.as_encoded_bytes();
        valid &= !bytes.contains(&0);
        // A `=` at the start is part of the name.
        let at = bytes.iter().skip(1).position(|&b| b == b'=').map(|i| i + 1);
        if let Some(at) = at {
            let (key, value) = (bytes[..at].to_vec(), bytes[at + 1..].to_vec());
            command.env(OsString::from_vec(key), OsString::from_vec(value));
        }
    }
    if !dir.is_empty() {
        command.current_dir(&dir);
    }
    if let Ok(group) = i32::try_from(group)
        && group >= 0
    {
        command.process_group(group);
    }
    if let Ok(uid) = u32::try_from(uid) {
        command.uid(uid);
    }
    if let Ok(gid) = u32::try_from(gid) {
        command.gid(gid);
    }
    let connected = connect(cx, &mut command, &fds);
    // What was printed before comes before what the new process prints.
    let _ = cx.shared().flush_stdout();
    let children = cx.state::<Children>();
    cx.offload(WaitReason::IoWait, move || {
        let result = match connected {
            Ok(()) if valid => command.spawn(),
            Ok(()) => Err(io::Error::from_raw_os_error(EINVAL)),
            Err(e) => Err(e),
        };
        let result = result.map(|child| {
            let pid = i64::from(child.id());
            let kept = Arc::new(Mutex::new(Some(child)));
            children.0.lock().unwrap_or_else(PoisonError::into_inner).insert(pid, kept);
            pid
        });
        move |cx: &mut NativeCx<'_>| {
            cx.ret_int(*result.as_ref().unwrap_or(&-1));
            cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
            Ok(())
        }
    });
    Ok(())
}

/// Gives the new process its files.
fn connect(cx: &NativeCx<'_>, command: &mut Command, fds: &[i64]) -> io::Result<()> {
    for i in 0..3 {
        let stdio = match fds.get(i) {
            Some(&fd) if fd >= 0 => Stdio::from(duplicate(cx, fd)?),
            _ => Stdio::null(),
        };
        match i {
            0 => command.stdin(stdio),
            1 => command.stdout(stdio),
            _ => command.stderr(stdio),
        };
    }
    let mut mappings = Vec::new();
    for (i, &fd) in fds.iter().enumerate().skip(3) {
        if fd >= 0 {
            mappings.push(FdMapping { parent_fd: duplicate(cx, fd)?, child_fd: i as i32 });
        }
    }
    if !mappings.is_empty() {
        command.fd_mappings(mappings).map_err(io::Error::other)?;
    }
    Ok(())
}

fn child(cx: &NativeCx<'_>, pid: i64) -> Option<Arc<Mutex<Option<Child>>>> {
    let children = cx.state::<Children>();
    children.0.lock().unwrap_or_else(PoisonError::into_inner).get(&pid).cloned()
}

/// `waitProcess(pid int) (status, user, system, maxrss int64, errno int)`: times in nanoseconds.
pub(super) fn wait_process(cx: &mut NativeCx<'_>) -> NativeResult {
    let pid = cx.int();
    let known = child(cx, pid);
    let children = cx.state::<Children>();
    cx.offload(WaitReason::IoWait, move || {
        let result = known.ok_or_else(|| io::Error::from_raw_os_error(ECHILD)).and_then(|known| {
            // The end is waited for without taking the process off the list, so that signals can
            // be sent meanwhile.
            if let Some(id) = Pid::from_raw(pid as i32) {
                let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
                while waitid(WaitId::Pid(id), options).is_err_and(|e| e == Errno::INTR) {}
            }
            let mut slot = known.lock().unwrap_or_else(PoisonError::into_inner);
            let child = slot.take().ok_or_else(|| io::Error::from_raw_os_error(ECHILD))?;
            children.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&pid);
            child.wait4()
        });
        move |cx: &mut NativeCx<'_>| {
            let values = result.as_ref().map_or([0; 4], |used| {
                let time = |d: std::time::Duration| d.as_nanos() as i64;
                let usage = &used.rusage;
                let status = i64::from(used.status.into_raw());
                [status, time(usage.utime), time(usage.stime), usage.maxrss as i64 / 1024]
            });
            for value in values {
                cx.ret_int(value);
            }
            cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
            Ok(())
        }
    });
    Ok(())
}

/// `signalProcess(pid, signal int, started bool) (errno int)`: to a process that was started here
/// only as long as it was not waited for.
pub(super) fn signal_process(cx: &mut NativeCx<'_>) -> NativeResult {
    let (pid, signal) = (cx.int(), cx.int());
    let started = cx.bool();
    let _ = cx.shared().flush_stdout();
    let known = child(cx, pid);
    let number = match &known {
        Some(known) => {
            let slot = known.lock().unwrap_or_else(PoisonError::into_inner);
            if slot.is_some() { crate::syscall::send(pid, signal) } else { DONE }
        }
        None if started => DONE,
        None => crate::syscall::send(pid, signal),
    };
    cx.ret_int(number);
    Ok(())
}
