//! A collection: what its steps are, who does them, and when the world has to stop for it.
//!
//! 1. The heap has grown to the pacer's trigger, or a program asks. Workers sweep what the last
//!    cycle left, a slice at a time, because marks must be clear.
//! 2. The world stops ([`Heap::stopped`]): all allocation caches give their spans back, the roots
//!    that are few are shown ([`Roots::begin`]), marking is switched on.
//! 3. The world goes on. Workers mark in slices ([`Heap::work`]): one that has nothing else to do
//!    all the time, one that runs goroutines a quarter of it, and more when allocation gets ahead of
//!    the marking (the pacer says so). The other roots are scanned in parts by the way.
//! 4. When nothing grey is left and nobody marks, the world stops again. What the barrier still held
//!    is scanned; if that is much, step 3 goes on, else marking is over: all spans wait for their
//!    sweep and the next goal is set.
//! 5. Spans are swept by whoever takes them, needs pages, or has nothing else to do.
//!
//! Pauses are thus the two stops, which do not grow with the heap, and single slices. Work is
//! counted in units, not in time, so that a deterministic run stays one.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::central::lock;
use crate::mark::{MarkPool, MarkWorker};
use crate::{Heap, Roots};

/// Units of work (an object, 16 words) of a slice: some hundred microseconds.
const SLICE: usize = 4096;
/// The same for a worker that has nothing else to do, but looks for work in between.
const IDLE_SLICE: usize = 2048;
/// In stress mode slices are short, so that the program runs through all states of marking.
const STRESS_SLICE: usize = 64;
/// What is marked while the world stands still at the end of a cycle, at most.
const LAST_SLICE: usize = 8192;
/// Spans that are swept in a slice.
const SWEEP_SLICE: usize = 64;
/// A busy worker marks one part of its time in so many.
const SHARE: u32 = 4;

/// State of the collection under way.
#[derive(Default)]
pub(crate) struct Cycle {
    /// Changes only while the world stands still, so whoever runs may read it at any time.
    marking: AtomicBool,
    pub(crate) pool: MarkPool,
    parts: AtomicUsize,
    next_part: AtomicUsize,
    /// Workers that do a slice.
    active: AtomicUsize,
    /// There may be memory to give back to the system.
    pub(crate) surplus: AtomicBool,
}

impl Cycle {
    /// The next part of the roots to scan.
    pub(crate) fn next_part(&self) -> Option<usize> {
        let parts = self.parts.load(Ordering::Relaxed);
        if self.next_part.load(Ordering::Relaxed) >= parts {
            return None;
        }
        let part = self.next_part.fetch_add(1, Ordering::Relaxed);
        (part < parts).then_some(part)
    }

    fn has_work(&self) -> bool {
        !self.pool.is_empty()
            || self.next_part.load(Ordering::Relaxed) < self.parts.load(Ordering::Relaxed)
    }
}

/// When a worker gives its next share.
#[derive(Debug, Default)]
pub struct Pace {
    next: Option<Instant>,
    deterministic: bool,
}

impl Pace {
    /// `deterministic`: shares are given at each safepoint, whatever the time.
    pub fn new(deterministic: bool) -> Pace {
        Pace { next: None, deterministic }
    }
}

/// How much a worker gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// It runs goroutines, and gives a part of its time.
    Share,
    /// It has nothing else to do.
    All,
}

/// What a worker has to do next for the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing, at the moment.
    Rest,
    /// The same again, when it can.
    More,
    /// Stop the world and call [`Heap::stopped`].
    Stop,
}

impl Heap {
    /// Whether the heap marks. Changes only while the world stands still.
    #[inline(always)]
    pub fn is_marking(&self) -> bool {
        self.cycle.marking.load(Ordering::Relaxed)
    }

    /// Does a slice of the work that is due. Called by workers at safepoints, at any time.
    pub fn work(&self, pace: &mut Pace, effort: Effort, roots: &dyn Roots) -> Progress {
        if self.is_marking() {
            self.mark_slice(pace, effort, roots)
        } else if self.pacer.requested() {
            if self.sweep_slice() { Progress::More } else { Progress::Stop }
        } else if effort == Effort::All && (self.sweep_slice() || self.release_slice()) {
            Progress::More
        } else {
            Progress::Rest
        }
    }

    fn mark_slice(&self, pace: &mut Pace, effort: Effort, roots: &dyn Roots) -> Progress {
        let behind = self.pacer.is_behind();
        let now = (!pace.deterministic).then(Instant::now);
        if effort == Effort::Share && !behind && now < pace.next {
            return Progress::Rest;
        }
        let units = match effort {
            _ if self.stress > 0 => STRESS_SLICE,
            Effort::Share => SLICE,
            Effort::All => IDLE_SLICE,
        };
        self.cycle.active.fetch_add(1, Ordering::AcqRel);
        MarkWorker::slice(self, roots, units);
        let others = self.cycle.active.fetch_sub(1, Ordering::AcqRel) - 1;
        pace.next = now.map(|start| start + start.elapsed() * SHARE);
        if self.cycle.has_work() {
            self.pacer.settle();
            Progress::More
        } else if others > 0 {
            Progress::Rest
        } else {
            // Whoever allocates is to stop soon.
            self.pacer.request();
            Progress::Stop
        }
    }

    /// Sweeps some spans; whether there was something to sweep.
    fn sweep_slice(&self) -> bool {
        (0..SWEEP_SLICE).all(|_| self.sweep_next())
    }

    /// The world stands still, on the request of [`Heap::work`]: begins or ends marking, if that is
    /// still due. Called by one thread. An error is one of the collector itself, found by
    /// [`HeapConfig::verify`](crate::HeapConfig).
    pub fn stopped(&self, roots: &dyn Roots) -> Result<(), String> {
        let start = Instant::now();
        let result = if !self.is_marking() {
            if self.pacer.requested() {
                self.begin_marking(roots);
            }
            Ok(())
        } else if self.mark_rest(roots, LAST_SLICE) {
            self.finish_marking(roots)
        } else {
            self.pacer.settle();
            Ok(())
        };
        self.pacer.paused(start.elapsed());
        result
    }

    /// A whole collection at once, while all users of the heap stand still.
    pub fn collect(&self, roots: &dyn Roots) -> Result<(), String> {
        let start = Instant::now();
        if !self.is_marking() {
            self.begin_marking(roots);
        }
        while !self.mark_rest(roots, usize::MAX) {}
        let result = self.finish_marking(roots);
        self.pacer.paused(start.elapsed());
        while self.release_slice() {}
        result
    }

    /// Takes what the barriers hold and marks; whether nothing is left.
    fn mark_rest(&self, roots: &dyn Roots, units: usize) -> bool {
        for &state in lock(&self.caches).iter() {
            // SAFETY: registered states live until they are unregistered under this lock, and
            // their owners stand still.
            unsafe { (*state).give_shades() };
        }
        MarkWorker::slice(self, roots, units);
        debug_assert_eq!(self.cycle.active.load(Ordering::Relaxed), 0, "the world stands still");
        !self.cycle.has_work()
    }

    /// Takes all spans out of the caches: allocated bits are exact.
    fn flush_caches(&self) {
        for &state in lock(&self.caches).iter() {
            // SAFETY: as in `mark_rest`.
            unsafe { (*state).flush() };
        }
    }

    fn begin_marking(&self, roots: &dyn Roots) {
        self.sweep_all();
        self.flush_caches();
        self.pacer.begin_cycle();
        let cycle = &self.cycle;
        cycle.marking.store(true, Ordering::Relaxed);
        MarkWorker::with(self, usize::MAX, |worker| roots.begin(worker));
        cycle.next_part.store(0, Ordering::Relaxed);
        // The first part is the heap's own.
        cycle.parts.store(roots.parts() + 1, Ordering::Relaxed);
    }

    fn finish_marking(&self, roots: &dyn Roots) -> Result<(), String> {
        self.settle_specials();
        self.flush_caches();
        let result = if self.verify { self.verify_marks(roots) } else { Ok(()) };
        self.cycle.marking.store(false, Ordering::Relaxed);
        self.start_sweep();
        self.pacer.finish_cycle(self.slab.mapped(), roots.bytes());
        self.cycle.surplus.store(true, Ordering::Relaxed);
        result
    }
}

/// How long the world stood still at the last stop of each kind is what a program sees of it.
impl crate::pacer::Pacer {
    pub(crate) fn paused(&self, pause: Duration) {
        let pause = pause.as_nanos() as u64;
        self.pause_total.fetch_add(pause, Ordering::Relaxed);
        self.last_pause.store(pause, Ordering::Relaxed);
    }
}
