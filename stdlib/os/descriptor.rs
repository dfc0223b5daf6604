//! Open files as package syscall knows them: by their descriptors.

use std::io;
use std::os::fd::AsFd;

use gol_vm::native::{NativeCx, NativeFn, NativeResult, WaitReason};
use rustix::fs::{FlockOperation, flock};
use rustix::termios::{tcgetattr, tcgetwinsize};

use super::open::{Files, Open, find};
use super::{NATIVES, errno, status};

/// os's native of this name, for a package that shares it.
pub(crate) const fn of_os(name: &str) -> NativeFn {
    let mut i = 0;
    while i < NATIVES.len() {
        if is_same(NATIVES[i].0.as_bytes(), name.as_bytes()) {
            return NATIVES[i].1;
        }
        i += 1;
    }
    panic!("os has no such native");
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// `handleOf(fd int) (handle int)`: the standard streams have their own numbers; what has no handle
/// is no open file.
pub(crate) fn handle_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let handle = if (0..3).contains(&fd) { Some(fd) } else { cx.state::<Files>().handle_of(fd) };
    cx.ret_int(handle.unwrap_or(-1));
    Ok(())
}

/// `flockFile(handle, how int) (errno int)`
pub(crate) fn flock_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let (handle, how) = (cx.int(), cx.int());
    let operation = match how {
        1 => FlockOperation::LockShared,
        2 => FlockOperation::LockExclusive,
        8 => FlockOperation::Unlock,
        5 => FlockOperation::NonBlockingLockShared,
        6 => FlockOperation::NonBlockingLockExclusive,
        12 => FlockOperation::NonBlockingUnlock,
        _ => {
            cx.ret_int(rustix::io::Errno::INVAL.raw_os_error().into());
            return Ok(());
        }
    };
    let file = find(cx, handle);
    cx.offload(WaitReason::IoWait, move || {
        let result = file.and_then(|file| Ok(flock(&**file, operation)?));
        move |cx: &mut NativeCx<'_>| {
            cx.ret_int(status(result));
            Ok(())
        }
    });
    Ok(())
}

/// Does something with the file of a handle, which may be that of a standard stream.
fn with<T>(
    cx: &NativeCx<'_>,
    handle: i64,
    act: impl FnOnce(std::os::fd::BorrowedFd<'_>) -> rustix::io::Result<T>,
) -> io::Result<T> {
    let result = match handle {
        0 => act(io::stdin().as_fd()),
        1 => act(io::stdout().as_fd()),
        2 => act(io::stderr().as_fd()),
        _ => {
            let file: std::sync::Arc<Open> = find(cx, handle)?;
            act(file.as_fd())
        }
    };
    Ok(result?)
}

/// `windowSize(handle int) (rows, columns, width, height int, errno int)`
pub(crate) fn window_size(cx: &mut NativeCx<'_>) -> NativeResult {
    let handle = cx.int();
    let size = with(cx, handle, |fd| tcgetwinsize(fd));
    let words = size.as_ref().map_or([0; 4], |s| [s.ws_row, s.ws_col, s.ws_xpixel, s.ws_ypixel]);
    for word in words {
        cx.ret_int(word.into());
    }
    cx.ret_int(size.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}

/// `terminal(handle int) (modes []uint32, control []byte, errno int)`: modes of input, output,
/// control and lines.
pub(crate) fn terminal(cx: &mut NativeCx<'_>) -> NativeResult {
    let handle = cx.int();
    let modes = with(cx, handle, |fd| tcgetattr(fd));
    match &modes {
        Ok(t) => {
            let modes = [
                t.input_modes.bits(),
                t.output_modes.bits(),
                t.control_modes.bits(),
                t.local_modes.bits(),
            ];
            cx.ret_i32s(&modes.map(u32::cast_signed));
            // The characters in the order of the system's numbers for them.
            cx.ret_bytes(control_characters(t));
        }
        Err(_) => {
            cx.ret_nil_slice();
            cx.ret_nil_slice();
        }
    }
    cx.ret_int(modes.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}

fn control_characters(t: &rustix::termios::Termios) -> Vec<u8> {
    use rustix::termios::SpecialCodeIndex as Code;
    let codes = [
        Code::VINTR,
        Code::VQUIT,
        Code::VERASE,
        Code::VKILL,
        Code::VEOF,
        Code::VTIME,
        Code::VMIN,
        Code::VSWTC,
        Code::VSTART,
        Code::VSTOP,
        Code::VSUSP,
        Code::VEOL,
        Code::VREPRINT,
        Code::VDISCARD,
        Code::VWERASE,
        Code::VLNEXT,
        Code::VEOL2,
    ];
    codes.iter().map(|&code| t.special_codes[code]).collect()
}
