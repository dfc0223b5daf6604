//! Natives of os on open files. Those on names are in `names.rs`, the process itself in `process.rs`.
//!
//! Open files are kept in a table of the runtime by their handles (`open.rs`; the first three are
//! the descriptors of the standard streams, which are the runtime's own). Reading and writing happen
//! on threads where they may block.

#[path = "child.rs"]
mod child;
#[path = "descriptor.rs"]
mod descriptor;
#[path = "names.rs"]
mod names;
#[path = "open.rs"]
mod open;
#[path = "owner.rs"]
mod owner;
#[path = "process.rs"]
mod process;
#[path = "root.rs"]
mod root;

use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};
use std::sync::atomic::Ordering;
use std::sync::mpsc::TryRecvError;

use cap_std::fs::MetadataExt;
use gol_vm::Fault;
use gol_vm::native::{NativeCx, NativeFn, NativeResult, WaitReason};
pub(crate) use descriptor::{flock_file, handle_of, of_os, terminal, window_size};
use open::{Files, Open, find};
use rustix::fs::FileType;
use rustix::io::ReadWriteFlags;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("openFile", open_file),
    ("closeFile", close_file),
    ("readFile", read_file),
    ("readWhole", names::read_whole),
    ("writeFile", write_file),
    ("preadFile", pread_file),
    ("pwriteFile", pwrite_file),
    ("seekFile", seek_file),
    ("truncateFile", truncate_file),
    ("syncFile", sync_file),
    ("chmodFile", chmod_file),
    ("statFile", stat_file),
    ("statName", names::stat_name),
    ("readDirNames", names::read_dir_names),
    ("mkdir", names::mkdir),
    ("remove", names::remove),
    ("removeTree", names::remove_tree),
    ("rename", names::rename),
    ("link", names::link),
    ("symlink", names::symlink),
    ("readlink", names::readlink),
    ("chmod", names::chmod),
    ("chtimes", names::chtimes),
    ("truncate", names::truncate),
    ("randomName", names::random_name),
    ("setDeadline", set_deadline),
    ("adoptFile", adopt_file),
    ("pipe", pipe),
    ("chown", owner::chown),
    ("chownFile", owner::chown_file),
    ("chdirFile", owner::chdir_file),
    ("getgroups", owner::getgroups),
    ("openRoot", root::open_root),
    ("rootClose", root::close),
    ("rootSub", root::sub),
    ("rootOpen", root::open),
    ("rootMkdir", root::mkdir),
    ("rootRemove", root::remove),
    ("rootRename", root::rename),
    ("rootLink", root::link),
    ("rootSymlink", root::symlink),
    ("rootReadlink", root::readlink),
    ("rootStat", root::stat),
    ("rootChmod", root::chmod),
    ("rootChown", root::chown),
    ("rootChtimes", root::chtimes),
    ("startProcess", child::start_process),
    ("waitProcess", child::wait_process),
    ("signalProcess", child::signal_process),
    ("args", process::args),
    ("exit", process::exit),
    ("hostname", process::hostname),
    ("getwd", process::getwd),
    ("chdir", process::chdir),
    ("executable", process::executable),
];

/// Nobody reads the output any more: the program ends as if SIGPIPE had ended it, as in Go.
const BROKEN_PIPE_STATUS: i32 = 128 + SIGPIPE;
const SIGPIPE: i32 = 13;

const EBADF: i64 = 9;
/// The system takes this much into a pipe at once, or nothing.
const PIPE_PIECE: usize = 4096;
const EINVAL: i64 = 22;
const EIO: i64 = 5;

/// The system's number for an error.
pub(super) fn errno(error: &io::Error) -> i64 {
    if let Some(number) = open::ended(error) {
        return number;
    }
    match error.raw_os_error() {
        Some(number) => i64::from(number),
        None if error.kind() == io::ErrorKind::InvalidInput => EINVAL,
        None => EIO,
    }
}

pub(super) fn status(result: io::Result<()>) -> i64 {
    result.map_or_else(|e| errno(&e), |()| 0)
}

fn open_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str().to_text().into_owned();
    let flag = cx.int() as i32;
    let perm = cx.uint() as u32;
    let files = cx.state::<Files>();
    cx.offload(WaitReason::IoWait, move || {
        let (read, write) = (flag & 3 != 1, flag & 3 != 0);
        let mut options = OpenOptions::new();
        options.read(read).write(write).mode(perm);
        // Creation, truncation and appending are left to the flags, which Go's users combine freely.
        options.custom_flags(flag & !3);
        let opened = if flag & 0x40 != 0 && !write {
            open_created(&options, &name, perm)
        } else {
            options.open(&name)
        };
        let result = opened.map(|file| files.insert(file));
        move |cx: &mut NativeCx<'_>| {
            cx.ret_int(*result.as_ref().unwrap_or(&-1));
            cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
            Ok(())
        }
    });
    Ok(())
}

/// Opens for reading a file that is to be made if it is missing.
fn open_created(options: &OpenOptions, name: &str, perm: u32) -> io::Result<File> {
    options.open(name).or_else(|error| {
        if error.kind() != io::ErrorKind::NotFound {
            return Err(error);
        }
        OpenOptions::new().write(true).create(true).truncate(false).mode(perm).open(name)?;
        options.open(name)
    })
}

fn close_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    match cx.state::<Files>().remove(fd) {
        // Nobody uses it: it is closed already.
        Some(closed) if closed.try_recv() == Err(TryRecvError::Disconnected) => cx.ret_int(0),
        Some(closed) => cx.offload(WaitReason::IoWait, move || {
            let _ = closed.recv();
            |cx: &mut NativeCx<'_>| {
                cx.ret_int(0);
                Ok(())
            }
        }),
        None if (0..3).contains(&fd) => {
            let flushed = cx.shared().flush_stdout();
            // A host keeps the streams that it has given to a program.
            let closed = if cx.shared().has_process_stdin() { close_standard(fd) } else { Ok(()) };
            cx.ret_int(status(if fd == 1 { flushed.and(closed) } else { closed }));
        }
        None => cx.ret_int(EBADF),
    }
    Ok(())
}

/// Closes a standard stream, as others see it: its number stays taken, so that no other file gets it.
fn close_standard(fd: i64) -> io::Result<()> {
    let nothing = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    match fd {
        0 => rustix::stdio::dup2_stdin(nothing)?,
        1 => rustix::stdio::dup2_stdout(nothing)?,
        _ => rustix::stdio::dup2_stderr(nothing)?,
    }
    Ok(())
}

/// What a read brought: bytes to be copied into the caller's slice, behind those that are there, or an
/// error if there are none.
fn deliver(
    result: io::Result<Vec<u8>>,
    skipped_args: usize,
    before: usize,
) -> impl FnOnce(&mut NativeCx<'_>) -> NativeResult + Send {
    move |cx: &mut NativeCx<'_>| {
        for _ in 0..skipped_args {
            cx.word();
        }
        let target = cx.bytes();
        let target = target.part(before, target.len());
        let n = before + result.as_ref().map_or(0, |bytes| target.fill_from(bytes));
        cx.ret_int(n as i64);
        cx.ret_int(if n > 0 { 0 } else { result.as_ref().map_or_else(errno, |_| 0) });
        Ok(())
    }
}

/// Repeats a read that a signal interrupted.
fn read_some(
    mut read: impl FnMut(&mut [u8]) -> io::Result<usize>,
    room: usize,
) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; room.min(1 << 20)];
    let n = loop {
        match read(&mut buffer) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            result => break result?,
        }
    };
    buffer.truncate(n);
    Ok(buffer)
}

/// What the system has in memory of a file is read at once, the rest where it may block.
fn read_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let mut target = cx.bytes();
    let shared = cx.shared().clone();
    let is_stdin = fd == 0 && shared.has_process_stdin();
    let file = find(cx, fd);
    let descriptor = match &file {
        _ if is_stdin => shared.flush_stdout().is_ok().then(rustix::stdio::stdin),
        Ok(file) => (!file.can_block()).then(|| file.as_fd()),
        Err(_) => None,
    };
    let cached = descriptor.map_or(Cached::Some(0), |file| read_cached(file, target.as_mut()));
    let n = match cached {
        Cached::All(n) => {
            cx.ret_int(n as i64);
            cx.ret_int(0);
            return Ok(());
        }
        Cached::Some(n) => n,
    };
    let room = target.len() - n;
    cx.offload(WaitReason::IoWait, move || {
        let result = match file {
            _ if is_stdin => read_some(read_process_stdin, room),
            Ok(file) => {
                let _claim = file.claim_reading();
                file.wait_to_read().and_then(|()| read_some(|b| (&**file).read(b), room))
            }
            Err(_) if fd == 0 => read_some(|b| shared.read_stdin(b), room),
            Err(e) => Err(e),
        };
        deliver(result, 1, n)
    });
    Ok(())
}

/// Reads from the process's standard input; one that is closed is at its end.
fn read_process_stdin(buffer: &mut [u8]) -> io::Result<usize> {
    match rustix::io::read(rustix::stdio::stdin(), buffer) {
        Err(rustix::io::Errno::BADF) => Ok(0),
        result => Ok(result?),
    }
}

/// How much a worker reads by itself, before it sees to others.
const AT_ONCE: usize = 1 << 20;

/// What could be read without waiting for a disk or for who writes.
enum Cached {
    /// As much as a read gives.
    All(usize),
    /// The read is not over.
    Some(usize),
}

/// Reads what the system has in memory.
fn read_cached(file: BorrowedFd<'_>, buffer: &mut [u8]) -> Cached {
    let most = buffer.len().min(AT_ONCE);
    let mut n = 0;
    loop {
        let mut rest = [io::IoSliceMut::new(&mut buffer[n..most])];
        let Ok(read) = rustix::io::preadv2(file, &mut rest, u64::MAX, ReadWriteFlags::NOWAIT) else {
            return Cached::Some(n);
        };
        n += read;
        // Of a regular file less than wanted is read only at its end.
        let is_over = || {
            let kind = rustix::fs::fstat(file).map(|data| FileType::from_raw_mode(data.st_mode));
            kind.is_ok_and(|kind| kind != FileType::RegularFile)
        };
        if read == 0 || n == most || is_over() {
            return Cached::All(n);
        }
    }
}

fn pread_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let room = cx.bytes().len();
    let offset = cx.int() as u64;
    let file = find(cx, fd);
    cx.offload(WaitReason::IoWait, move || {
        deliver(file.and_then(|f| read_some(|b| f.read_at(b, offset), room)), 1, 0)
    });
    Ok(())
}

fn write_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let bytes = cx.bytes();
    if fd == 1 || fd == 2 {
        let written = if fd == 1 {
            cx.write_stdout(bytes.as_bytes())
        } else {
            cx.write_stderr(bytes.as_bytes())
        };
        let handled = cx.shared().handled_signals.load(Ordering::Relaxed) & 1 << SIGPIPE != 0;
        if !handled && written.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
            return Err(Fault::Exit(BROKEN_PIPE_STATUS));
        }
        cx.ret_int(if written.is_ok() { bytes.len() as i64 } else { 0 });
        cx.ret_int(status(written));
        return Ok(());
    }
    let copy = bytes.as_bytes().to_vec();
    let file = find(cx, fd);
    cx.offload(WaitReason::IoWait, move || {
        let (written, result) = file.map_or_else(|e| (0, Err(e)), |file| write_all(&file, &copy));
        wrote(written, result)
    });
    Ok(())
}

/// Writes all of it, and says how much went out. What blocks is written piece by piece, so that
/// closing ends it.
fn write_all(file: &Open, bytes: &[u8]) -> (usize, io::Result<()>) {
    let _claim = file.claim_writing();
    let mut written = 0;
    while written < bytes.len() {
        match write_some(file, &bytes[written..]) {
            Ok(0) => return (written, Err(io::ErrorKind::WriteZero.into())),
            Ok(n) => written += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return (written, Err(e)),
        }
    }
    (written, Ok(()))
}

fn write_some(file: &Open, bytes: &[u8]) -> io::Result<usize> {
    if !file.can_block() {
        return (&**file).write(bytes);
    }
    file.wait_to_write()?;
    // So much goes into a pipe that is ready without waiting.
    (&**file).write(&bytes[..bytes.len().min(PIPE_PIECE)])
}

fn wrote(
    written: usize,
    result: io::Result<()>,
) -> impl FnOnce(&mut NativeCx<'_>) -> NativeResult + Send {
    move |cx: &mut NativeCx<'_>| {
        cx.ret_int(written as i64);
        cx.ret_int(status(result));
        Ok(())
    }
}

fn pwrite_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let copy = cx.bytes().as_bytes().to_vec();
    let offset = cx.int() as u64;
    let file = find(cx, fd);
    cx.offload(WaitReason::IoWait, move || {
        let result = file.and_then(|file| file.write_all_at(&copy, offset));
        wrote(if result.is_ok() { copy.len() } else { 0 }, result)
    });
    Ok(())
}

fn seek_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let offset = cx.int();
    let whence = cx.int();
    let target = match whence {
        0 => SeekFrom::Start(offset as u64),
        1 => SeekFrom::Current(offset),
        _ => SeekFrom::End(offset),
    };
    let result = find(cx, fd).and_then(|f| (&**f).seek(target));
    cx.ret_int(*result.as_ref().unwrap_or(&0) as i64);
    cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}

fn truncate_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let size = cx.int() as u64;
    let result = find(cx, fd).and_then(|f| f.set_len(size));
    cx.ret_int(status(result));
    Ok(())
}

fn sync_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let file = find(cx, fd);
    cx.offload(WaitReason::IoWait, move || {
        let result = file.and_then(|f| f.sync_all());
        move |cx: &mut NativeCx<'_>| {
            cx.ret_int(status(result));
            Ok(())
        }
    });
    Ok(())
}

fn chmod_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let mode = cx.uint() as u32;
    let result = find(cx, fd).and_then(|f| f.set_permissions(Permissions::from_mode(mode)));
    cx.ret_int(status(result));
    Ok(())
}

/// What the system tells of a file, in the order of the package's `stat`.
pub(super) fn metadata_words(m: &cap_std::fs::Metadata) -> [u64; 16] {
    [
        m.dev(),
        m.ino(),
        m.nlink(),
        m.mode().into(),
        m.uid().into(),
        m.gid().into(),
        m.rdev(),
        m.size(),
        m.blksize(),
        m.blocks(),
        m.atime() as u64,
        m.atime_nsec() as u64,
        m.mtime() as u64,
        m.mtime_nsec() as u64,
        m.ctime() as u64,
        m.ctime_nsec() as u64,
    ]
}

/// [`metadata_words`], and the error.
pub(super) fn ret_metadata(cx: &mut NativeCx<'_>, result: &io::Result<Metadata>) {
    match result {
        Ok(m) => {
            let metadata = cap_std::fs::Metadata::from_just_metadata(m.clone());
            cx.ret_words(&metadata_words(&metadata));
        }
        Err(_) => cx.ret_nil_slice(),
    }
    cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
}

fn stat_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let result = match fd {
        0 => std::fs::metadata("/dev/stdin"),
        1 => std::fs::metadata("/dev/stdout"),
        2 => std::fs::metadata("/dev/stderr"),
        _ => find(cx, fd).and_then(|f| f.metadata()),
    };
    ret_metadata(cx, &result);
    Ok(())
}

/// `setDeadline(fd int, reads, writes bool, at int64) (errno int)`: nanoseconds of the wall clock, 0
/// for none.
fn set_deadline(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let (reads, writes) = (cx.bool(), cx.bool());
    let at = cx.int();
    let file = find(cx, fd);
    let set = file.is_ok_and(|f| f.set_deadlines(reads.then_some(at), writes.then_some(at)));
    cx.ret_int(if set { 0 } else { EINVAL });
    Ok(())
}

/// A file that shares position and access with a descriptor of this process.
fn duplicate(fd: i32) -> io::Result<File> {
    let this = pidfd_open(getpid(), PidfdFlags::empty())?;
    Ok(File::from(pidfd_getfd(this, fd, PidfdGetfdFlags::empty())?))
}

/// Takes in what the process has open under a number that this table does not know.
fn adopt_file(cx: &mut NativeCx<'_>) -> NativeResult {
    let fd = cx.int();
    let file = duplicate(fd as i32).or_else(|e| {
        if e.raw_os_error() == Some(EBADF as i32) {
            return Err(e);
        }
        // A system that does not let processes do that lets them open files once more.
        let path = format!("/proc/self/fd/{fd}");
        File::open(&path).or_else(|_| OpenOptions::new().write(true).open(&path))
    });
    let result = file.map(|file| cx.state::<Files>().insert(file));
    cx.ret_int(*result.as_ref().unwrap_or(&-1));
    cx.ret_int(result.as_ref().map_or_else(errno, |_| 0));
    Ok(())
}

fn pipe(cx: &mut NativeCx<'_>) -> NativeResult {
    let files = cx.state::<Files>();
    match rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC) {
        Ok((read, write)) => {
            cx.ret_int(files.insert(File::from(read)));
            cx.ret_int(files.insert(File::from(write)));
            cx.ret_int(0);
        }
        Err(e) => {
            cx.ret_int(-1);
            cx.ret_int(-1);
            cx.ret_int(e.raw_os_error().into());
        }
    }
    Ok(())
}
