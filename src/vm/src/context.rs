//! A goroutine's state while it does not run: five words, because millions of them may be parked.
//!
//! Panics under way and the second half of a native that waits are rare, and share a word: it leads
//! to the newest panic, or, with its lowest bit set, to a [`Pending`], which keeps the panics.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::defer::{DeferRecord, PanicRecord};
use crate::frame::Block;
use crate::native::Completion;

/// The state. The scheduler keeps it in the goroutine's header.
#[derive(Debug)]
pub struct Context {
    pub(crate) fp: *mut u64,
    /// The next instruction.
    pub(crate) ip: *const u64,
    /// The block of the running frame.
    pub(crate) block: *mut Block,
    /// Deferred calls, the newest first.
    pub(crate) defers: *mut DeferRecord,
    pub(crate) rest: Rest,
}

// SAFETY: everything a context leads to belongs to its goroutine, which is used by one thread at
// a time and handed on with synchronisation (`gol_sched::g`); pending completions are `Send`.
unsafe impl Send for Context {}

/// A million of them are parked in programs that this is made for.
const _: () = assert!(size_of::<gol_sched::G<Context>>() <= 96);

impl Context {
    pub(crate) const fn new() -> Context {
        Context {
            fp: ptr::null_mut(),
            ip: ptr::null(),
            block: ptr::null_mut(),
            defers: ptr::null_mut(),
            rest: Rest(AtomicPtr::new(ptr::null_mut())),
        }
    }
}

/// A completion with the place of the native's arguments and results.
pub(crate) struct Pending {
    pub(crate) base: *mut u64,
    pub(crate) done: Completion,
    /// The goroutine's panics, meanwhile.
    panics: *mut PanicRecord,
}

impl Pending {
    pub(crate) fn new(base: *mut u64, done: Completion) -> Pending {
        Pending { base, done, panics: ptr::null_mut() }
    }
}

/// What few goroutines have. Changed by the goroutine's holder; a thread of the offload pool is one,
/// while the collector may look for panics, hence the atomic.
#[derive(Debug)]
pub(crate) struct Rest(AtomicPtr<PanicRecord>);

/// Set if the word leads to a [`Pending`].
const PENDING: usize = 1;

impl Rest {
    fn pending(word: *mut PanicRecord) -> Option<*mut Pending> {
        (word.addr() & PENDING != 0).then(|| word.map_addr(|at| at & !PENDING).cast())
    }

    /// Panics (and Goexit) that are under way, the newest first.
    pub(crate) fn panics(&self) -> *mut PanicRecord {
        // Partner: the release of `set_pending`.
        let word = self.0.load(Ordering::Acquire);
        match Rest::pending(word) {
            // SAFETY: it lives as long as the word leads to it; the goroutine does not run.
            Some(pending) => unsafe { (*pending).panics },
            None => word,
        }
    }

    /// Whether there is something to do before the next instruction.
    #[inline(always)]
    pub(crate) fn is_pending(&self) -> bool {
        self.0.load(Ordering::Acquire).addr() & PENDING != 0
    }

    /// Whether there is neither a panic nor something to do.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed).is_null()
    }

    /// Of a goroutine that runs, so nothing is pending.
    pub(crate) fn set_panics(&self, panics: *mut PanicRecord) {
        debug_assert!(Rest::pending(self.0.load(Ordering::Relaxed)).is_none());
        self.0.store(panics, Ordering::Relaxed);
    }

    /// Says what to do before the next instruction, instead of what was said before.
    pub(crate) fn set_pending(&self, mut pending: Pending) {
        pending.panics = self.panics();
        drop(self.take_pending());
        let word = Box::into_raw(Box::new(pending)).cast::<PanicRecord>();
        self.0.store(word.map_addr(|at| at | PENDING), Ordering::Release);
    }

    /// What to do before the next instruction: the second half of a native that waited.
    #[inline]
    pub(crate) fn take_pending(&self) -> Option<Box<Pending>> {
        let pending = Rest::pending(self.0.load(Ordering::Acquire))?;
        // SAFETY: made of a box by `set_pending`, and the word that leads to it is replaced.
        let pending = unsafe { Box::from_raw(pending) };
        self.0.store(pending.panics, Ordering::Relaxed);
        Some(pending)
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        drop(self.take_pending());
    }
}
