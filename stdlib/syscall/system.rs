//! Natives of syscall on the process and the system.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use gol_vm::native::{NativeCx, NativeResult};
use nix::sys::resource::{Resource, UsageWho};
use rustix::fs::{Access, FileType, Mode};

use super::status;

const EINVAL: i64 = 22;
const ENOSYS: i64 = 38;

fn path(cx: &mut NativeCx<'_>) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(cx.str().as_bytes()))
}

/// `mkfifo(name string, perm uint32) (errno int)`
pub(super) fn mkfifo(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let mode = Mode::from_raw_mode(cx.uint() as u32);
    let made = rustix::fs::mknodat(rustix::fs::CWD, &name, FileType::Fifo, mode, 0);
    cx.ret_int(status(made));
    Ok(())
}

/// `access(name string, mode uint32) (errno int)`
pub(super) fn access(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let wanted = Access::from_bits_retain(cx.uint() as u32);
    cx.ret_int(status(rustix::fs::access(&name, wanted)));
    Ok(())
}

/// `getrusage(who int) (words []int64, errno int)`: user and system time in seconds and
/// microseconds, the most memory, and the counts that the system keeps.
pub(super) fn getrusage(cx: &mut NativeCx<'_>) -> NativeResult {
    let who = match cx.int() {
        0 => Ok(UsageWho::RUSAGE_SELF),
        1 => Ok(UsageWho::RUSAGE_THREAD),
        -1 => Ok(UsageWho::RUSAGE_CHILDREN),
        _ => Err(nix::errno::Errno::EINVAL),
    };
    match who.and_then(nix::sys::resource::getrusage) {
        Ok(used) => {
            let (user, system) = (used.user_time(), used.system_time());
            cx.ret_ints(&[
                user.tv_sec(),
                user.tv_usec(),
                system.tv_sec(),
                system.tv_usec(),
                used.max_rss(),
                used.minor_page_faults(),
                used.major_page_faults(),
                used.block_reads(),
                used.block_writes(),
                used.voluntary_context_switches(),
                used.involuntary_context_switches(),
            ]);
            cx.ret_int(0);
        }
        Err(e) => {
            cx.ret_nil_slice();
            cx.ret_int(i64::from(e as i32));
        }
    }
    Ok(())
}

/// The resource that the system has under a number.
fn resource(number: i64) -> Option<Resource> {
    let known = [
        Resource::RLIMIT_CPU,
        Resource::RLIMIT_FSIZE,
        Resource::RLIMIT_DATA,
        Resource::RLIMIT_STACK,
        Resource::RLIMIT_CORE,
        Resource::RLIMIT_NOFILE,
        Resource::RLIMIT_AS,
    ];
    known.into_iter().find(|&resource| resource as i64 == number)
}

/// `getrlimit(resource int) (cur, max uint64, errno int)`
pub(super) fn getrlimit(cx: &mut NativeCx<'_>) -> NativeResult {
    let resource = resource(cx.int()).ok_or(nix::errno::Errno::EINVAL);
    let limits = resource.and_then(nix::sys::resource::getrlimit);
    let (current, most) = limits.unwrap_or_default();
    cx.ret_uint(current);
    cx.ret_uint(most);
    cx.ret_int(limits.map_or_else(|e| i64::from(e as i32), |_| 0));
    Ok(())
}

/// `setrlimit(resource int, cur, max uint64) (errno int)`
pub(super) fn setrlimit(cx: &mut NativeCx<'_>) -> NativeResult {
    let resource = resource(cx.int()).ok_or(nix::errno::Errno::EINVAL);
    let (current, most) = (cx.uint(), cx.uint());
    let set = resource.and_then(|r| nix::sys::resource::setrlimit(r, current, most));
    cx.ret_int(set.map_or_else(|e| i64::from(e as i32), |()| 0));
    Ok(())
}

/// Three numbers of users or groups, -1 for one that stays.
fn ids(cx: &mut NativeCx<'_>) -> [u32; 3] {
    [cx.int() as u32, cx.int() as u32, cx.int() as u32]
}

/// `setresuid(ruid, euid, suid int) (errno int)`
pub(super) fn setresuid(cx: &mut NativeCx<'_>) -> NativeResult {
    let [real, effective, saved] = ids(cx).map(nix::unistd::Uid::from_raw);
    let set = nix::unistd::setresuid(real, effective, saved);
    cx.ret_int(set.map_or_else(|e| i64::from(e as i32), |()| 0));
    Ok(())
}

/// `setresgid(rgid, egid, sgid int) (errno int)`
pub(super) fn setresgid(cx: &mut NativeCx<'_>) -> NativeResult {
    let [real, effective, saved] = ids(cx).map(nix::unistd::Gid::from_raw);
    let set = nix::unistd::setresgid(real, effective, saved);
    cx.ret_int(set.map_or_else(|e| i64::from(e as i32), |()| 0));
    Ok(())
}

/// `uname() (sysname, nodename, release, version, machine, domain string)`
pub(super) fn uname(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = rustix::system::uname();
    for part in [name.sysname(), name.nodename(), name.release(), name.version(), name.machine()] {
        cx.ret_str(part.to_bytes());
    }
    #[cfg(target_os = "linux")]
    cx.ret_str(name.domainname().to_bytes());
    #[cfg(not(target_os = "linux"))]
    cx.ret_str("");
    Ok(())
}

/// `sysinfo() (words []uint64)`: the fields of the system's record in their order.
pub(super) fn sysinfo(cx: &mut NativeCx<'_>) -> NativeResult {
    #[cfg(target_os = "linux")]
    {
        let info = rustix::system::sysinfo();
        let mut words = vec![info.uptime.unsigned_abs()];
        words.extend(info.loads);
        words.extend([info.totalram, info.freeram, info.sharedram, info.bufferram]);
        words.extend([info.totalswap, info.freeswap, info.procs.into()]);
        words.extend([info.totalhigh, info.freehigh, info.mem_unit.into()]);
        cx.ret_words(&words);
    }
    #[cfg(not(target_os = "linux"))]
    cx.ret_words(&[0; 14]);
    Ok(())
}

/// `execute(name string, argv, env []string) (errno int)`: comes back only if it fails.
pub(super) fn execute(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let mut lists = [(); 2].map(|()| {
        let list = cx.slice();
        list.strings().map(|s| OsString::from_vec(s.as_bytes().to_vec())).collect::<Vec<_>>()
    });
    let environment = std::mem::take(&mut lists[1]);
    let mut command = Command::new(if name.components().count() > 1 || name.is_absolute() {
        name
    } else {
        // A name without a slash is one in the directory, not one to be looked up.
        PathBuf::from(".").join(name)
    });
    if let [first, rest @ ..] = &lists[0][..] {
        command.arg0(first).args(rest);
    }
    command.env_clear();
    for entry in environment {
        let bytes = entry.as_bytes();
        match bytes.iter().skip(1).position(|&b| b == b'=') {
            Some(at) => {
                let (key, value) = (&bytes[..=at], &bytes[at + 2..]);
                command.env(OsStr::from_bytes(key), OsStr::from_bytes(value));
            }
            None => {
                cx.ret_int(EINVAL);
                return Ok(());
            }
        }
    }
    // What the program has printed comes before what the other one prints.
    let _ = cx.shared().flush_stdout();
    let error = command.exec();
    cx.ret_int(error.raw_os_error().map_or(ENOSYS, i64::from));
    Ok(())
}
