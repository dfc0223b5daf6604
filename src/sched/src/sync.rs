//! The one place from which this crate takes atomics, locks and threads.
//!
//! Everything else says `crate::sync::…`, so that a model checker (loom) can be put in by changing
//! this file alone. A poisoned mutex means that a worker died of an internal error; the data that
//! these mutexes guard is consistent at every point where such an error can be raised, so
//! [`lock`] goes on with it.

pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
pub(crate) use std::{hint, thread};

/// Locks a mutex, whoever died while holding it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
