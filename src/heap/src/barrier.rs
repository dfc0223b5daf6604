//! The deletion barrier: what a program takes out of memory while the heap marks is marked first.
//!
//! **Snapshot at the beginning** (Yuasa 1990). Marking finds everything that could be reached when
//! it began, because no path to it can be lost: a word that is overwritten is shown to the marker
//! before it goes. New objects are born marked. So a goroutine's frames need to be looked at only
//! once, before it runs for the first time in a cycle, and the end of marking needs no second look
//! at anything.
//!
//! Stores do not know their heap. The thread does: while its worker runs a goroutine and the heap
//! marks, [`SHADES`] leads to the worker's cache. Whether a heap marks changes only while the world
//! stands still, and workers say so to their thread each time they begin to run a goroutine
//! ([`AllocCache::enter`](crate::AllocCache::enter)).

use std::cell::Cell;
use std::ptr;

use crate::cache::CacheState;

thread_local! {
    /// The cache of this thread's worker while its heap marks; null: stores need no barrier.
    static SHADES: Cell<*mut CacheState> = const { Cell::new(ptr::null_mut()) };
}

/// Whether stores on this thread need the barrier.
#[inline(always)]
pub(crate) fn is_active() -> bool {
    !SHADES.with(Cell::get).is_null()
}

/// From now on stores on this thread are shown to `state`'s heap; null: to none.
#[inline(always)]
pub(crate) fn set(state: *mut CacheState) {
    // `LocalKey::set` is a call, and this is done for each turn of a goroutine.
    SHADES.with(|shades| shades.set(state));
}

/// The state is going to be freed.
pub(crate) fn forget(state: *mut CacheState) {
    if SHADES.get() == state {
        SHADES.set(ptr::null_mut());
    }
}

/// Shows `count` words that are about to be overwritten to the marker. For whoever moves memory in
/// a way of its own; [`store_word`](crate::store_word) and its like do it by themselves.
///
/// # Safety
/// `slot..slot + count` can be read and is aligned to 8 bytes.
#[inline(always)]
pub unsafe fn before_overwrite(slot: *const u64, count: usize) {
    if is_active() {
        // SAFETY: as the caller promises.
        unsafe { shade(slot, count) };
    }
}

/// # Safety
/// As for [`before_overwrite`].
#[cold]
#[inline(never)]
pub(crate) unsafe fn shade(slot: *const u64, count: usize) {
    // SAFETY: the state belongs to this thread's worker, lives while it is set, and no other
    // reference to it exists here: allocation does not store through the barrier.
    let Some(state) = (unsafe { SHADES.get().as_mut() }) else { return };
    for at in 0..count {
        // SAFETY: as the caller promises.
        state.shade(unsafe { crate::load_word(slot.add(at)) });
    }
}
