//! Natives of os on files by their names.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _, Seek as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::PathBuf;

use gol_vm::native::{NativeCx, NativeResult, WaitReason};

use super::open::Files;
use super::{errno, ret_metadata, status};

pub(super) fn path(cx: &mut NativeCx<'_>) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(cx.str().as_bytes()))
}

/// Runs an operation where it may block; its result is an error's number.
fn run(
    cx: &mut NativeCx<'_>,
    operation: impl FnOnce() -> io::Result<()> + Send + 'static,
) -> NativeResult {
    cx.offload(WaitReason::IoWait, move || {
        let result = operation();
        move |cx: &mut NativeCx<'_>| {
            cx.ret_int(status(result));
            Ok(())
        }
    });
    Ok(())
}

pub(super) fn stat_name(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let follow = cx.bool();
    let result = if follow { fs::metadata(name) } else { fs::symlink_metadata(name) };
    ret_metadata(cx, &result);
    Ok(())
}

pub(super) fn read_dir_names(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    cx.offload(WaitReason::IoWait, move || {
        let list = |name: PathBuf| -> io::Result<Vec<Vec<u8>>> {
            fs::read_dir(name)?.map(|e| Ok(e?.file_name().as_bytes().to_vec())).collect()
        };
        let result = list(name);
        move |cx: &mut NativeCx<'_>| {
            cx.ret_strs(result.as_ref().map_or(&[][..], Vec::as_slice));
            cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
            Ok(())
        }
    });
    Ok(())
}

pub(super) fn mkdir(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let mode = cx.uint() as u32;
    run(cx, move || fs::DirBuilder::new().mode(mode).create(name))
}

pub(super) fn remove(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let is_dir = cx.bool();
    run(cx, move || if is_dir { fs::remove_dir(name) } else { fs::remove_file(name) })
}

/// Goes by directories that are open, so no path is too long, and nobody can put a link in between.
pub(super) fn remove_tree(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    run(cx, move || fs::remove_dir_all(name))
}

pub(super) fn rename(cx: &mut NativeCx<'_>) -> NativeResult {
    let (from, to) = (path(cx), path(cx));
    run(cx, move || fs::rename(from, to))
}

pub(super) fn link(cx: &mut NativeCx<'_>) -> NativeResult {
    let (from, to) = (path(cx), path(cx));
    run(cx, move || fs::hard_link(from, to))
}

pub(super) fn symlink(cx: &mut NativeCx<'_>) -> NativeResult {
    let (from, to) = (path(cx), path(cx));
    run(cx, move || std::os::unix::fs::symlink(from, to))
}

pub(super) fn readlink(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let result = fs::read_link(name);
    cx.ret_str(result.as_ref().map_or(&b""[..], |target| target.as_os_str().as_bytes()));
    cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}

pub(super) fn chmod(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let mode = cx.uint() as u32;
    run(cx, move || fs::set_permissions(name, fs::Permissions::from_mode(mode)))
}

/// Times of access and of modification; one that is not to change is far in the past.
pub(super) fn timestamps(cx: &mut NativeCx<'_>) -> rustix::fs::Timestamps {
    let mut time = || {
        let (sec, nsec) = (cx.int(), cx.int());
        let nsec = if sec == i64::MIN { rustix::fs::UTIME_OMIT } else { nsec };
        rustix::fs::Timespec { tv_sec: if sec == i64::MIN { 0 } else { sec }, tv_nsec: nsec }
    };
    rustix::fs::Timestamps { last_access: time(), last_modification: time() }
}

pub(super) fn chtimes(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let times = timestamps(cx);
    run(cx, move || {
        let flags = rustix::fs::AtFlags::empty();
        Ok(rustix::fs::utimensat(rustix::fs::CWD, &name, &times, flags)?)
    })
}

pub(super) fn truncate(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let size = cx.int() as u64;
    run(cx, move || fs::OpenOptions::new().write(true).open(name)?.set_len(size))
}

/// A text for the name of a temporary file.
pub(super) fn random_name(cx: &mut NativeCx<'_>) -> NativeResult {
    let number = cx.random() as u32;
    cx.ret_str(number.to_string());
    Ok(())
}

/// Larger files are read piece by piece, so that the program's limit of memory counts for them.
const WHOLE: u64 = 16 << 20;

/// Opens a file and reads all of it in one blocking call; the descriptor of what is no regular
/// file, large, or cannot be read is handed over instead.
pub(super) fn read_whole(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str().to_text().into_owned();
    let files = cx.state::<Files>();
    cx.offload(WaitReason::IoWait, move || {
        let result = std::fs::File::open(&name).map(|mut file| match whole(&mut file) {
            Some(bytes) => (bytes, -1),
            None => (Vec::new(), files.insert(file)),
        });
        move |cx: &mut NativeCx<'_>| {
            let (bytes, fd) = result.as_ref().map_or((&[][..], -1), |(b, fd)| (&b[..], *fd));
            cx.ret_bytes(bytes);
            cx.ret_int(fd);
            cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
            Ok(())
        }
    });
    Ok(())
}

/// All of a regular file that is not too large; else it is as it was.
fn whole(file: &mut std::fs::File) -> Option<Vec<u8>> {
    let data = file.metadata().ok()?;
    if !data.is_file() || data.len() >= WHOLE {
        return None;
    }
    let mut bytes = Vec::with_capacity(data.len() as usize + 1);
    let read = file.take(WHOLE).read_to_end(&mut bytes);
    if read.is_ok() && (bytes.len() as u64) < WHOLE {
        return Some(bytes);
    }
    file.rewind().ok()?;
    None
}
