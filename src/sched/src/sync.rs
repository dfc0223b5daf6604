//! The one place from which this crate takes atomics, locks and threads.
//!
//! Everything else says `crate::sync::…`. Built with `--cfg shuttle` they are those of the model
//! checker of that name, which runs the scheduler itself under thousands of interleavings (`models`);
//! time is virtual then. A poisoned mutex means that a worker died of an internal error; the data
//! that these mutexes guard is consistent at every point where such an error can be raised, so
//! [`lock`] goes on with it.

#[cfg(not(shuttle))]
use std as source;

#[cfg(shuttle)]
use shuttle as source;

pub(crate) use source::sync::atomic::{
    AtomicBool, AtomicI64, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use source::sync::{Arc, Condvar, Mutex, MutexGuard};
pub(crate) use source::{hint, thread};
pub(crate) use std::sync::{OnceLock, PoisonError};

/// Locks a mutex, whoever died while holding it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads run at the same time.
pub(crate) fn cores() -> usize {
    if cfg!(shuttle) {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
