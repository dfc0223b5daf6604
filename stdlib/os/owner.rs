//! Natives of os: owners of files, directories by their open files, groups.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use gol_vm::native::{NativeCx, NativeResult};
use rustix::fs::{AtFlags, CWD, Gid, Uid, chownat, fchown};

use super::open::find;
use super::{errno, status};

/// An owner to be set; -1 leaves the one there is.
pub(super) fn owner(cx: &mut NativeCx<'_>) -> (Option<Uid>, Option<Gid>) {
    let (uid, gid) = (cx.int(), cx.int());
    let uid = u32::try_from(uid).ok().map(Uid::from_raw);
    (uid, u32::try_from(gid).ok().map(Gid::from_raw))
}

/// `chown(name string, uid, gid int, follow bool) (errno int)`
pub(super) fn chown(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = PathBuf::from(OsStr::from_bytes(cx.str().as_bytes()));
    let (uid, gid) = owner(cx);
    let flags = if cx.bool() { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
    let result = chownat(CWD, &name, uid, gid, flags);
    cx.ret_int(status(result.map_err(Into::into)));
    Ok(())
}

pub(super) fn chown_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let (uid, gid) = owner(cx);
    let result = find(cx, fd).and_then(|f| Ok(fchown(&**f, uid, gid)?));
    cx.ret_int(status(result));
    Ok(())
}

pub(super) fn chdir_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let result = find(cx, fd).and_then(|f| Ok(rustix::process::fchdir(&**f)?));
    cx.ret_int(status(result));
    Ok(())
}

pub(super) fn getgroups(cx: &mut NativeCx<'_>) -> NativeResult {
    let result = rustix::process::getgroups().map_err(std::io::Error::from);
    let ids = result.as_ref().map_or(&[][..], Vec::as_slice);
    let ids: Vec<i64> = ids.iter().map(|g| g.as_raw().into()).collect();
    cx.ret_ints(&ids);
    cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}
