//! Wait queues of channels: doubly linked lists through waiters.
//!
//! Invariant *queue*: a queue and the waiters in it are used under its channel's lock only, but for
//! `is_empty`, a hint that anyone may take without it. Whoever takes a waiter out becomes the
//! holder of its goroutine; a waiter of a select first has to win [`GRef::try_fire`] against the
//! select's other channels, and one that loses is dropped from the queue without anything else
//! being touched.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

use gol_sched::{GRef, Machine, Waiter, Wake, Worker};

/// Goroutines that wait, first come first served. All zeros is an empty queue.
#[repr(C)]
pub(super) struct WaitQueue<C> {
    first: AtomicPtr<Waiter<C>>,
    last: *mut Waiter<C>,
}

impl<C> WaitQueue<C> {
    /// A hint unless the channel is locked.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.first.load(Relaxed).is_null()
    }

    /// # Safety
    /// Invariant *queue*; the caller holds the waiter's goroutine and the waiter is in no queue.
    #[inline]
    pub(super) unsafe fn push(&mut self, waiter: *mut Waiter<C>) {
        let last = self.last;
        // SAFETY: the new waiter is the caller's, the last one belongs to the lock's holder.
        unsafe {
            (*waiter).next = ptr::null_mut();
            (*waiter).prev = last;
            (*waiter).queued.store(true, Relaxed);
            if last.is_null() {
                self.first.store(waiter, Relaxed);
            } else {
                (*last).next = waiter;
            }
        }
        self.last = waiter;
    }

    /// # Safety
    /// Invariant *queue*; the waiter stands in this queue.
    #[inline]
    pub(super) unsafe fn remove(&mut self, waiter: *mut Waiter<C>) {
        // SAFETY: the waiter and its neighbours belong to the lock's holder.
        unsafe {
            let (prev, next) = ((*waiter).prev, (*waiter).next);
            if prev.is_null() {
                self.first.store(next, Relaxed);
            } else {
                (*prev).next = next;
            }
            if next.is_null() {
                self.last = prev;
            } else {
                (*next).prev = prev;
            }
            (*waiter).queued.store(false, Relaxed);
        }
    }

    /// Takes the first goroutine out that nobody else wakes, with the waiter by which it stood
    /// here.
    ///
    /// # Safety
    /// Invariant *queue*.
    #[inline]
    pub(super) unsafe fn pop(&mut self) -> Option<Woken<C>> {
        loop {
            let waiter = self.first.load(Relaxed);
            if waiter.is_null() {
                return None;
            }
            // SAFETY: a queued waiter under the lock.
            unsafe {
                self.remove(waiter);
                let (g, case) = (Waiter::g(waiter), (*waiter).case);
                if case == Waiter::<C>::SINGLE {
                    return Some(Woken { waiter, g, selects: false });
                }
                if g.try_fire() {
                    // Winning makes us the holder: the select's result register can be written.
                    let inline = g.waiter();
                    *(*inline).ok = u64::from(case);
                    g.set_wake(Wake::Select);
                    return Some(Woken { waiter, g, selects: true });
                }
            }
        }
    }
}

/// A goroutine that was taken out of a queue; whoever has it holds the goroutine.
pub(super) struct Woken<C> {
    waiter: *mut Waiter<C>,
    pub(super) g: GRef<C>,
    /// Whether it waited in a select.
    selects: bool,
}

impl<C> Woken<C> {
    /// First register of the value that a sender sends; null is never seen.
    #[inline]
    pub(super) fn value(&self) -> *const u64 {
        // SAFETY: its goroutine is held.
        unsafe { (*self.waiter).elem }
    }

    /// Writes a receiver's registers: the value, or zeros for null, and whether there is one.
    ///
    /// # Safety
    /// The waiter is a receiver's on a channel of `words` words an element; `value` leads to that
    /// many or is null.
    #[inline]
    pub(super) unsafe fn give(&self, value: *const u64, words: usize) {
        // SAFETY: the registers lie in the frame of a parked goroutine that is held.
        unsafe {
            let Waiter { elem, ok, .. } = *self.waiter;
            if !elem.is_null() {
                copy_words(value, elem, words);
            }
            if !ok.is_null() {
                *ok = u64::from(!value.is_null());
            }
        }
    }

    /// Makes the goroutine runnable. One that waited in a select gets its turn behind others: they
    /// may be those that it waits for, and a look at several channels costs less than a wait on
    /// them.
    #[inline]
    pub(super) fn ready<M: Machine<Context = C>>(self, worker: &mut Worker<M>) {
        if self.selects { worker.ready_behind(self.g) } else { worker.ready(self.g) }
    }

    /// A sender's channel was closed.
    pub(super) fn fail_send(&self) {
        // SAFETY: the goroutine is held.
        unsafe {
            let single = (*self.waiter).case == Waiter::<C>::SINGLE;
            self.g.set_wake(if single { Wake::SendOnClosed } else { Wake::SelectSendOnClosed });
        }
    }
}

/// Copies a value, or zeros for null.
///
/// # Safety
/// `to` can be written and `from`, if it is not null, read for `words` words; they do not overlap.
#[inline(always)]
pub(super) unsafe fn copy_words(from: *const u64, to: *mut u64, words: usize) {
    // SAFETY: as promised by the caller.
    unsafe {
        if words == 1 {
            *to = if from.is_null() { 0 } else { *from };
        } else if from.is_null() {
            ptr::write_bytes(to, 0, words);
        } else {
            ptr::copy_nonoverlapping(from, to, words);
        }
    }
}
