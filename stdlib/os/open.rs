//! The table of open files, and waiting for those that can block for ever.
//!
//! A read of a pipe may wait longer than its file is wanted. So each file that is no regular one
//! has a gate: whoever wants to read or write waits there for the file to be ready, for its
//! deadline, and for the file being closed, whichever comes first. One at a time reads and one at a
//! time writes, as what is ready for one need not be ready for two.
//!
//! The system gives the descriptor of a closed file to the next one that is opened. So files go
//! over to gol code as handles, a descriptor below a count of files: whoever comes late with the
//! handle of a closed file gets none.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::Deref;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use gol_vm::native::NativeCx;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

/// Open files by handle.
#[derive(Default)]
pub(super) struct Files(Mutex<Table>);

#[derive(Default)]
struct Table {
    files: HashMap<i64, Arc<Open>>,
    opened: i64,
}

/// Where the count of files begins in a handle.
const COUNT_SHIFT: u32 = 32;

/// An open file.
pub(super) struct Open {
    file: File,
    gate: Option<Arc<Gate>>,
    /// Who waits for the file to be closed sees the other end go with it.
    _in_use: Sender<()>,
    closed: Mutex<Option<Receiver<()>>>,
}

/// What ends a wait for a file. Times are wall-clock nanoseconds; 0 is none.
struct Gate {
    bell: OwnedFd,
    closed: AtomicBool,
    reading: Mutex<()>,
    writing: Mutex<()>,
    read_deadline: AtomicI64,
    write_deadline: AtomicI64,
}

/// Numbers beside the system's that go over to gol code.
pub(super) const CLOSED: i64 = -1;
pub(super) const DEADLINE: i64 = -2;
const EBADF: i32 = 9;

impl Deref for Open {
    type Target = File;

    fn deref(&self) -> &File {
        &self.file
    }
}

/// A wait that ended without the file being ready; the number is carried as the error's text.
#[derive(Debug)]
struct Ended(i64);

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Ended {}

/// The number of a wait that ended so.
pub(super) fn ended(error: &io::Error) -> Option<i64> {
    error.get_ref()?.downcast_ref::<Ended>().map(|e| e.0)
}

impl Files {
    /// Takes a file in; the handle names it.
    pub(super) fn insert(&self, file: File) -> i64 {
        let fd = i64::from(file.as_raw_fd());
        let may_block = file.metadata().is_ok_and(|m| {
            let kind = m.file_type();
            kind.is_fifo() || kind.is_socket() || kind.is_char_device()
        });
        let gate = may_block.then(Gate::new).flatten().map(Arc::new);
        let (sender, closed) = mpsc::channel();
        let open = Arc::new(Open { file, gate, _in_use: sender, closed: Mutex::new(Some(closed)) });
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The count starts again after two thousand million files; handles stay above zero.
        table.opened = table.opened % i64::from(i32::MAX) + 1;
        let handle = table.opened << COUNT_SHIFT | fd;
        table.files.insert(handle, open);
        handle
    }

    /// Takes a file out; whoever waits for it stops. The descriptor is closed when nobody uses it
    /// any more, which can be waited for by receiving.
    pub(super) fn remove(&self, handle: i64) -> Option<Receiver<()>> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = table.files.remove(&handle)?;
        drop(table);
        let gate = open.gate.clone();
        let closed = open.closed.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The last one that uses the file closes it before it goes on.
        drop(open);
        if let Some(gate) = gate {
            gate.closed.store(true, Ordering::Release);
            gate.ring();
        }
        closed
    }

    /// The handle of the open file that the system calls so.
    pub(super) fn handle_of(&self, descriptor: i64) -> Option<i64> {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |open: &Open| i64::from(open.file.as_raw_fd()) == descriptor;
        table.files.iter().find(|(_, open)| is_it(open)).map(|(handle, _)| *handle)
    }

    fn get(&self, handle: i64) -> Option<Arc<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).files.get(&handle).cloned()
    }
}

pub(super) fn find(cx: &NativeCx<'_>, handle: i64) -> io::Result<Arc<Open>> {
    cx.state::<Files>().get(handle).ok_or_else(|| {
        if handle >> COUNT_SHIFT > 0 {
            return io::Error::other(Ended(CLOSED));
        }
        io::Error::from_raw_os_error(EBADF)
    })
}

impl Open {
    /// Keeps others from reading until what it returns is dropped.
    pub(super) fn claim_reading(&self) -> Option<MutexGuard<'_, ()>> {
        self.gate.as_ref().map(|gate| gate.reading.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn claim_writing(&self) -> Option<MutexGuard<'_, ()>> {
        self.gate.as_ref().map(|gate| gate.writing.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until a read would not block.
    pub(super) fn wait_to_read(&self) -> io::Result<()> {
        self.wait(PollFlags::IN, |gate| &gate.read_deadline)
    }

    pub(super) fn wait_to_write(&self) -> io::Result<()> {
        self.wait(PollFlags::OUT, |gate| &gate.write_deadline)
    }

    pub(super) fn can_block(&self) -> bool {
        self.gate.is_some()
    }

    fn wait(&self, ready: PollFlags, deadline: fn(&Gate) -> &AtomicI64) -> io::Result<()> {
        let Some(gate) = &self.gate else { return Ok(()) };
        loop {
            if gate.closed.load(Ordering::Acquire) {
                return Err(io::Error::other(Ended(CLOSED)));
            }
            let left = match deadline(gate).load(Ordering::Acquire) {
                0 => None,
                at => Some(at.saturating_sub(now())),
            };
            if left.is_some_and(|left| left <= 0) {
                return Err(io::Error::other(Ended(DEADLINE)));
            }
            let left = left.map(|n| Timespec { tv_sec: n / 1_000_000_000, tv_nsec: n % 1_000_000_000 });
            let mut fds =
                [PollFd::new(&self.file, ready), PollFd::new(&gate.bell, PollFlags::IN)];
            match poll(&mut fds, left.as_ref()) {
                Ok(_) if !fds[0].revents().is_empty() => return Ok(()),
                Ok(_) if fds[1].revents().is_empty() => {}
                // Who is closed leaves the bell to the others that wait.
                Ok(_) if !gate.closed.load(Ordering::Acquire) => gate.hush(),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// Sets deadlines; false if the file can have none.
    pub(super) fn set_deadlines(&self, read: Option<i64>, write: Option<i64>) -> bool {
        let Some(gate) = &self.gate else { return false };
        if let Some(at) = read {
            gate.read_deadline.store(at, Ordering::Release);
        }
        if let Some(at) = write {
            gate.write_deadline.store(at, Ordering::Release);
        }
        gate.ring();
        true
    }
}

impl Gate {
    fn new() -> Option<Gate> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).ok()?;
        let (read_deadline, write_deadline) = (AtomicI64::new(0), AtomicI64::new(0));
        let (reading, writing) = (Mutex::new(()), Mutex::new(()));
        let closed = AtomicBool::new(false);
        Some(Gate { bell, closed, reading, writing, read_deadline, write_deadline })
    }

    fn ring(&self) {
        // A full counter rings already.
        let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
    }

    fn hush(&self) {
        let _ = rustix::io::read(&self.bell, &mut [0; 8]);
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX))
}
