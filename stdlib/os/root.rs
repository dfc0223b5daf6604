//! Natives of os.Root: operations that stay below a directory, whatever links are on the way. The
//! guarding is crate cap-std's.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use cap_std::ambient_authority;
use cap_std::fs::{
    Dir, DirBuilder, DirBuilderExt, OpenOptions, OpenOptionsExt, Permissions, PermissionsExt,
};
use gol_vm::native::{NativeCx, NativeResult, WaitReason};
use rustix::fs::{AtFlags, chownat, utimensat};
use rustix::io::Errno;

use super::errno;
use super::metadata_words;
use super::names::{path, timestamps};
use super::open::Files;
use super::owner::owner;

/// Open roots by number.
#[derive(Default)]
pub(super) struct Roots {
    dirs: Mutex<HashMap<i64, Arc<Dir>>>,
    next: AtomicI64,
}

/// Numbers beside the system's that go over to gol code.
const CLOSED: i64 = -1;
const ESCAPES: i64 = -4;

impl Roots {
    fn insert(&self, dir: Dir) -> i64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        self.dirs.lock().unwrap_or_else(PoisonError::into_inner).insert(number, Arc::new(dir));
        number
    }

    fn get(&self, number: i64) -> Option<Arc<Dir>> {
        self.dirs.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned()
    }
}

/// The number of a failure; the crate's own refusals have none of the system's.
fn failure(error: &io::Error) -> i64 {
    let refused = error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none();
    if refused { ESCAPES } else { errno(error) }
}

/// Runs an operation on the root that is the first argument, on another thread; `ret` writes what it
/// brought, and the error's number comes last.
fn run<T: Send + 'static>(
    cx: &mut NativeCx<'_>,
    operation: impl FnOnce(&Dir) -> io::Result<T> + Send + 'static,
    root: Option<Arc<Dir>>,
    ret: fn(&mut NativeCx<'_>, Option<&T>),
) -> NativeResult {
    cx.offload(WaitReason::IoWait, move || {
        let result = root.map(|root| operation(&root));
        move |cx: &mut NativeCx<'_>| {
            ret(cx, result.as_ref().and_then(|r| r.as_ref().ok()));
            cx.ret_int(match &result {
                None => CLOSED,
                Some(Ok(_)) => 0,
                Some(Err(e)) => failure(e),
            });
            Ok(())
        }
    });
    Ok(())
}

fn nothing(_: &mut NativeCx<'_>, _: Option<&()>) {}

fn number(cx: &mut NativeCx<'_>, value: Option<&i64>) {
    cx.ret_int(value.copied().unwrap_or(-1));
}

fn root(cx: &mut NativeCx<'_>) -> Option<Arc<Dir>> {
    let number = cx.int();
    cx.state::<Roots>().get(number)
}

/// `openRoot(name string) (root, errno int)`
pub(super) fn open_root(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = path(cx);
    let result = Dir::open_ambient_dir(name, ambient_authority());
    let result = result.map(|dir| cx.state::<Roots>().insert(dir));
    cx.ret_int(*result.as_ref().unwrap_or(&-1));
    cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}

/// `rootClose(root int)`
pub(super) fn close(cx: &mut NativeCx<'_>) -> NativeResult {
    let number = cx.int();
    cx.state::<Roots>().dirs.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
    Ok(())
}

/// `rootSub(root int, name string) (sub, errno int)`
pub(super) fn sub(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    let roots = cx.state::<Roots>();
    run(cx, move |dir| Ok(roots.insert(dir.open_dir(name)?)), root, number)
}

/// `rootOpen(root int, name string, flag int, perm uint32) (fd, errno int)`
pub(super) fn open(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    let flag = cx.int() as i32;
    let perm = cx.uint() as u32;
    let files = cx.state::<Files>();
    let operation = move |dir: &Dir| {
        let (read, write) = (flag & 3 != 1, flag & 3 != 0);
        let has = |bit: i32| flag & bit != 0;
        let mut options = OpenOptions::new();
        options.read(read).write(write && !has(0x400)).append(write && has(0x400)).mode(perm);
        options.truncate(write && has(0x200)).create(write && has(0x40));
        options.create_new(write && has(0x40) && has(0x80));
        Ok(files.insert(dir.open_with(name, &options)?.into_std()))
    };
    run(cx, operation, root, number)
}

/// `rootMkdir(root int, name string, perm uint32) (errno int)`
pub(super) fn mkdir(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    let perm = cx.uint() as u32;
    let operation = move |dir: &Dir| {
        let mut builder = DirBuilder::new();
        builder.mode(perm);
        dir.create_dir_with(name, &builder)
    };
    run(cx, operation, root, nothing)
}

fn not_a_directory() -> io::Error {
    Errno::NOTDIR.into()
}

/// A name that ends with a slash without it, and that it did: it means the directory that a link
/// there leads to, and nothing that is no directory.
fn settled(dir: &Dir, name: &Path) -> io::Result<(PathBuf, bool)> {
    let bytes = name.as_os_str().as_bytes();
    let end = bytes.iter().rposition(|&b| b != b'/').map_or(bytes.len(), |last| last + 1);
    if end == bytes.len() {
        return Ok((name.to_owned(), false));
    }
    let mut bare = PathBuf::from(OsStr::from_bytes(&bytes[..end]));
    if dir.symlink_metadata(&bare).is_ok_and(|m| m.is_symlink()) {
        bare = dir.canonicalize(&bare)?;
    }
    if dir.symlink_metadata(&bare).is_ok_and(|m| !m.is_dir()) {
        return Err(not_a_directory());
    }
    Ok((bare, true))
}

/// `rootRemove(root int, name string, all bool) (errno int)`
pub(super) fn remove(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    let all = cx.bool();
    let operation = move |dir: &Dir| {
        let (name, _) = settled(dir, &name)?;
        let is_dir = dir.symlink_metadata(&name)?.is_dir();
        match (is_dir, all) {
            (true, true) => dir.remove_dir_all(&name),
            (true, false) => dir.remove_dir(&name),
            (false, _) => dir.remove_file(&name),
        }
    };
    run(cx, operation, root, nothing)
}

/// `rootRename(root int, from, to string) (errno int)`
pub(super) fn rename(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, from, to) = (root(cx), path(cx), path(cx));
    let operation = move |dir: &Dir| {
        let (from, _) = settled(dir, &from)?;
        let is_dir = dir.symlink_metadata(&from)?.is_dir();
        match settled(dir, &to) {
            Ok((to, slash)) if is_dir || !slash => dir.rename(from, dir, to),
            Err(e) if failure(&e) == ESCAPES => Err(e),
            // Only a directory can be given a name that has to be one's.
            _ => Err(not_a_directory()),
        }
    };
    run(cx, operation, root, nothing)
}

/// `rootLink(root int, from, to string) (errno int)`
pub(super) fn link(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, from, to) = (root(cx), path(cx), path(cx));
    let operation = move |dir: &Dir| {
        let (from, _) = settled(dir, &from)?;
        let (to, slash) = settled(dir, &to)?;
        if slash {
            dir.symlink_metadata(&to)?;
            return Err(Errno::EXIST.into());
        }
        dir.hard_link(from, dir, to)
    };
    run(cx, operation, root, nothing)
}

/// `rootSymlink(root int, target, name string) (errno int)`
pub(super) fn symlink(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, target, name) = (root(cx), path(cx), path(cx));
    run(cx, move |dir| dir.symlink_contents(target, name), root, nothing)
}

/// `rootReadlink(root int, name string) (target string, errno int)`
pub(super) fn readlink(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    run(
        cx,
        move |dir| dir.read_link_contents(name),
        root,
        |cx, target: Option<&PathBuf>| {
            cx.ret_str(target.map_or(&b""[..], |t| t.as_os_str().as_bytes()));
        },
    )
}

/// `rootStat(root int, name string, follow bool) (stat []uint64, errno int)`: in the order of `stat`.
pub(super) fn stat(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    let follow = cx.bool();
    let operation = move |dir: &Dir| {
        if follow {
            return Ok(metadata_words(&dir.metadata(name)?));
        }
        let (name, _) = settled(dir, &name)?;
        Ok(metadata_words(&dir.symlink_metadata(name)?))
    };
    run(cx, operation, root, |cx, words: Option<&[u64; 16]>| match words {
        Some(words) => cx.ret_words(words),
        None => cx.ret_nil_slice(),
    })
}

/// `rootChmod(root int, name string, mode uint32) (errno int)`
pub(super) fn chmod(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    let mode = cx.uint() as u32;
    run(cx, move |dir| dir.set_permissions(name, Permissions::from_mode(mode)), root, nothing)
}

/// The directory that a name is in, and its last part; what a link at the end leads to, if wanted.
fn place(dir: &Dir, name: &Path, follow: bool) -> io::Result<(Dir, PathBuf)> {
    let name = if follow { dir.canonicalize(name)? } else { settled(dir, name)?.0 };
    // Whether the directory above still is in the root, only a look at it can tell.
    let name = if name.ends_with("..") { dir.canonicalize(name)? } else { name };
    let base = name.file_name().map_or_else(|| PathBuf::from("."), PathBuf::from);
    let parent = name.parent().filter(|p| !p.as_os_str().is_empty());
    Ok((dir.open_dir(parent.unwrap_or(Path::new(".")))?, base))
}

/// `rootChown(root int, name string, uid, gid int, follow bool) (errno int)`
pub(super) fn chown(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    let (uid, gid) = owner(cx);
    let follow = cx.bool();
    let operation = move |dir: &Dir| {
        let (parent, base) = place(dir, &name, follow)?;
        Ok(chownat(&parent, &base, uid, gid, AtFlags::SYMLINK_NOFOLLOW)?)
    };
    run(cx, operation, root, nothing)
}

/// `rootChtimes(root int, name string, asec, ansec, msec, mnsec int64) (errno int)`
pub(super) fn chtimes(cx: &mut NativeCx<'_>) -> NativeResult {
    let (root, name) = (root(cx), path(cx));
    let times = timestamps(cx);
    let operation = move |dir: &Dir| {
        let (parent, base) = place(dir, &name, true)?;
        Ok(utimensat(&parent, &base, &times, AtFlags::SYMLINK_NOFOLLOW)?)
    };
    run(cx, operation, root, nothing)
}
