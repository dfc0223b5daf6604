//! A collection: how the stopped workers do it together.
//!
//! Each stopped worker calls [`Heap::collect`]. They meet three times: when all are there, the last
//! one takes back the spans of all allocation caches; then all sweep what the last cycle left
//! unswept (marks must be clear); then all mark ([`crate::mark`]); the last one to finish starts
//! the lazy sweep and sets the next goal. Nobody returns before that.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Instant;

use crate::central::lock;
use crate::mark::{MarkPool, MarkWorker};
use crate::{Heap, Roots};

/// How often a worker looks whether the others have come before it sleeps.
const SPINS: u32 = 2000;

/// State of the collection under way, and where its workers meet.
#[derive(Default)]
pub(crate) struct Cycle {
    meeting: Meeting,
    started: Mutex<Option<Instant>>,
    pub(crate) pool: MarkPool,
    /// The next part of the roots to scan.
    pub(crate) next_part: AtomicUsize,
    pub(crate) marked_bytes: AtomicU64,
}

/// A barrier for a number of threads that may differ from use to use.
#[derive(Default)]
struct Meeting {
    arrived: Mutex<usize>,
    all_there: Condvar,
    /// Counts meetings. Its release by the last to arrive publishes what `last` did.
    number: AtomicU32,
}

impl Meeting {
    /// Waits for all; the last one to come runs `last` before anybody goes on.
    fn wait(&self, workers: usize, last: impl FnOnce()) {
        let mut arrived = lock(&self.arrived);
        let number = self.number.load(Ordering::Acquire);
        *arrived += 1;
        if *arrived == workers {
            *arrived = 0;
            last();
            self.number.store(number.wrapping_add(1), Ordering::Release);
            self.all_there.notify_all();
            return;
        }
        drop(arrived);
        for _ in 0..SPINS {
            if self.number.load(Ordering::Acquire) != number {
                return;
            }
            std::hint::spin_loop();
        }
        let mut arrived = lock(&self.arrived);
        while self.number.load(Ordering::Acquire) == number {
            arrived =
                self.all_there.wait(arrived).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }
}

impl Heap {
    /// Runs one collection. Called by each of `workers` threads (numbers `0..workers`) while all
    /// users of the heap stand still: no [`AllocCache`](crate::AllocCache) is in use and no object
    /// is written. Returns in all of them when marking is over.
    pub fn collect(&self, worker: usize, workers: usize, roots: &dyn Roots) {
        debug_assert!(worker < workers, "workers are numbered from 0");
        let cycle = &self.cycle;
        cycle.meeting.wait(workers, || self.begin_cycle());
        self.sweep_all();
        cycle.meeting.wait(workers, || ());
        let marked = MarkWorker::run(self, workers, roots);
        cycle.marked_bytes.fetch_add(marked, Ordering::Relaxed);
        cycle.meeting.wait(workers, || self.end_cycle());
    }

    fn begin_cycle(&self) {
        *lock(&self.cycle.started) = Some(Instant::now());
        for &state in lock(&self.caches).iter() {
            // SAFETY: registered states live until they are unregistered under this lock, and
            // their owners stand still.
            unsafe { (*state).flush() };
        }
        self.cycle.next_part.store(0, Ordering::Relaxed);
        self.cycle.marked_bytes.store(0, Ordering::Relaxed);
        self.cycle.pool.reset();
    }

    fn end_cycle(&self) {
        self.start_sweep();
        let pause = lock(&self.cycle.started).take().map(|start| start.elapsed());
        let marked = self.cycle.marked_bytes.load(Ordering::Relaxed);
        self.pacer.finish_cycle(marked, self.slab.mapped(), pause.unwrap_or_default());
        self.release_surplus();
    }
}
