//! Runnable goroutines that lie in no worker's queue: work from outside, and crowds.
//!
//! A crowd is what the closing of a channel makes runnable at once, perhaps a million goroutines. In
//! a worker's queue each takes eight bytes, and sixteen while that grows; here they are linked
//! through their headers and cost nothing. Workers take some at a time.
//!
//! Whoever pushes sees to it that somebody awake looks: `idle` says how.

use std::marker::PhantomData;
use std::ptr::{self, NonNull};

use crossbeam_deque as deque;

use crate::g::{G, GRef, Status};
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};

/// The most that a worker takes at once.
const MOST: usize = 64;

/// Goroutines in a row. Whoever has it holds them.
pub struct Chain<C> {
    first: *mut G<C>,
    last: *mut G<C>,
    len: usize,
    /// Somebody in it waits durably: they are to be made runnable one by one.
    durable: bool,
    owned: PhantomData<GRef<C>>,
}

// SAFETY: the goroutines belong to the chain's owner.
unsafe impl<C: Send> Send for Chain<C> {}

impl<C> Default for Chain<C> {
    fn default() -> Chain<C> {
        Chain::new()
    }
}

impl<C> Chain<C> {
    pub const fn new() -> Chain<C> {
        let (first, last) = (ptr::null_mut(), ptr::null_mut());
        Chain { first, last, len: 0, durable: false, owned: PhantomData }
    }

    /// Adds one behind the others, as runnable, unless it waits durably.
    ///
    /// # Safety
    /// The caller holds the goroutine, and gives it away.
    #[inline]
    pub unsafe fn push(&mut self, g: GRef<C>) {
        let durable = g.waits_durably();
        if !durable {
            g.set_status(Status::Runnable);
        }
        // SAFETY: the goroutine was the caller's, and the last one is the chain's.
        unsafe { *g.link() = ptr::null_mut() };
        // SAFETY: a chain of one goroutine that is the caller's.
        let (first, last) = (g.as_ptr(), g.as_ptr());
        self.append(Chain { first, last, len: 1, durable, owned: PhantomData });
    }

    pub(crate) fn is_durable(&self) -> bool {
        self.durable
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    fn append(&mut self, other: Chain<C>) {
        let Some(last) = NonNull::new(self.last) else {
            *self = other;
            return;
        };
        if other.len > 0 {
            // SAFETY: the last one is the chain's.
            unsafe { *GRef::from_ptr(last).link() = other.first };
            self.last = other.last;
            self.len += other.len;
            self.durable |= other.durable;
        }
    }

    /// Takes the first one out.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<GRef<C>> {
        let g = GRef::from_ptr(NonNull::new(self.first)?);
        // SAFETY: the goroutine is the chain's.
        self.first = unsafe { *g.link() };
        self.len -= 1;
        if self.len == 0 {
            self.last = ptr::null_mut();
        }
        Some(g)
    }
}

/// The list. `len` is what those without the lock look at.
pub(crate) struct Injector<C> {
    chain: Mutex<Chain<C>>,
    len: AtomicUsize,
}

impl<C> Injector<C> {
    pub(crate) fn new() -> Injector<C> {
        Injector { chain: Mutex::new(Chain::new()), len: AtomicUsize::new(0) }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len.load(Ordering::SeqCst) == 0
    }

    /// How many there are; a hint.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// Puts goroutines behind those that wait.
    pub(crate) fn push(&self, goroutines: Chain<C>) {
        let mut chain = lock(&self.chain);
        chain.append(goroutines);
        self.len.store(chain.len, Ordering::SeqCst);
    }

    /// Takes one out, and moves a worker's share of the others into its queue.
    pub(crate) fn take(&self, queue: &deque::Worker<GRef<C>>, workers: usize) -> Option<GRef<C>> {
        if self.is_empty() {
            return None;
        }
        let mut chain = lock(&self.chain);
        let first = chain.pop();
        for _ in 1..(chain.len / workers.max(1) + 1).min(MOST) {
            let Some(g) = chain.pop() else { break };
            queue.push(g);
        }
        self.len.store(chain.len, Ordering::SeqCst);
        first
    }
}
