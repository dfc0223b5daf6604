//! When to collect, and the counters behind `runtime.MemStats`.
//!
//! The goal is Go's: the heap may grow by GOGC percent of what the last marking found alive and of the
//! roots that it scanned, but at least to 4 MiB (scaled by GOGC). A memory limit pulls the goal down, so that a collection is
//! asked for before allocation has to fail. `heap_live` is what was marked plus what was handed to
//! allocation caches since: caches are charged for a whole span's free objects when they take it
//! and credited for what is left when they are flushed.
//!
//! **Marking begins before the goal**, at the trigger: where three quarters of the growth are used
//! up. From there on so much has to be marked for each allocated byte that all is marked when the
//! goal is reached; the estimate of "all" is what the last cycle found. A worker that finds marking
//! [behind](Pacer::is_behind) marks before it goes on, whatever its share. So allocation cannot
//! outrun the collector, and as long as the shares are enough, nobody is held up.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

/// Goal of an almost empty heap at GOGC 100.
const MIN_HEAP: u64 = 4 << 20;

/// `gogc` when collection is off.
const OFF: i64 = -1;

/// The part of the growth that is left for the time of marking: one in so many.
const HEADROOM: u64 = 4;

/// Allocation that marking may lag behind by.
const SLACK: u64 = 128 << 10;

/// All fields are counters or settings of their own; no other memory is published through them.
pub(crate) struct Pacer {
    requested: AtomicBool,
    gogc: AtomicI64,
    limit: AtomicU64,
    /// Marked by the last cycle, plus allocated since.
    heap_live: AtomicU64,
    /// How large the heap may become.
    goal: AtomicU64,
    /// `heap_live` at which a collection is requested; without bound while one is under way.
    trigger: AtomicU64,
    /// Alive after the last cycle.
    marked: AtomicU64,
    /// Bytes of roots, in the last cycle.
    roots: AtomicU64,
    /// Of the cycle under way: `heap_live` when it began, and what was marked so far.
    start: AtomicU64,
    marked_now: AtomicU64,
    /// Bytes to mark for each allocated byte, times 256; 0 while nothing is marked.
    ratio: AtomicU64,
    pub(crate) mallocs: AtomicU64,
    pub(crate) frees: AtomicU64,
    pub(crate) alloc_bytes: AtomicU64,
    pub(crate) freed_bytes: AtomicU64,
    pub(crate) cycles: AtomicU32,
    pub(crate) pause_total: AtomicU64,
    pub(crate) last_pause: AtomicU64,
    pub(crate) last_gc: AtomicU64,
}

impl Pacer {
    pub(crate) fn new(gogc: Option<u32>, limit: u64) -> Pacer {
        let pacer = Pacer {
            requested: AtomicBool::new(false),
            gogc: AtomicI64::new(gogc.map_or(OFF, i64::from)),
            limit: AtomicU64::new(limit),
            heap_live: AtomicU64::new(0),
            goal: AtomicU64::new(0),
            trigger: AtomicU64::new(0),
            marked: AtomicU64::new(0),
            roots: AtomicU64::new(0),
            start: AtomicU64::new(0),
            marked_now: AtomicU64::new(0),
            ratio: AtomicU64::new(0),
            mallocs: AtomicU64::new(0),
            frees: AtomicU64::new(0),
            alloc_bytes: AtomicU64::new(0),
            freed_bytes: AtomicU64::new(0),
            cycles: AtomicU32::new(0),
            pause_total: AtomicU64::new(0),
            last_pause: AtomicU64::new(0),
            last_gc: AtomicU64::new(0),
        };
        pacer.set_goal(0);
        pacer
    }

    #[inline(always)]
    pub(crate) fn requested(&self) -> bool {
        self.requested.load(Relaxed)
    }

    pub(crate) fn request(&self) {
        self.requested.store(true, Relaxed);
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit.load(Relaxed)
    }

    /// Marked by the last cycle, plus allocated since.
    pub(crate) fn live(&self) -> u64 {
        self.heap_live.load(Relaxed)
    }

    pub(crate) fn goal(&self) -> u64 {
        self.goal.load(Relaxed)
    }

    /// What the last cycle found alive.
    pub(crate) fn marked(&self) -> u64 {
        self.marked.load(Relaxed)
    }

    /// Charges for objects that a cache took or that were allocated by themselves.
    pub(crate) fn charge(&self, objects: u64, bytes: u64) {
        self.mallocs.fetch_add(objects, Relaxed);
        self.alloc_bytes.fetch_add(bytes, Relaxed);
        let live = self.heap_live.fetch_add(bytes, Relaxed) + bytes;
        if live >= self.trigger.load(Relaxed) || self.is_behind() {
            self.request();
        }
    }

    /// A cycle's marking begins; all caches are flushed.
    pub(crate) fn begin_cycle(&self) {
        let live = self.heap_live.load(Relaxed);
        let expected = match self.marked() {
            0 => live,
            marked => marked.min(live),
        };
        let headroom = self.goal().saturating_sub(live).clamp(SLACK, expected.max(SLACK));
        self.start.store(live, Relaxed);
        self.marked_now.store(0, Relaxed);
        self.ratio
            .store(((u128::from(expected) << 8) / u128::from(headroom)).max(1) as u64, Relaxed);
        self.trigger.store(u64::MAX, Relaxed);
        self.requested.store(false, Relaxed);
    }

    /// So many more bytes are marked.
    pub(crate) fn marked_more(&self, bytes: u64) {
        self.marked_now.fetch_add(bytes, Relaxed);
    }

    /// Whether allocation is ahead of the marking.
    pub(crate) fn is_behind(&self) -> bool {
        let ratio = self.ratio.load(Relaxed);
        if ratio == 0 {
            return false;
        }
        let allocated = self.heap_live.load(Relaxed).saturating_sub(self.start.load(Relaxed));
        let due = (u128::from(allocated.saturating_sub(SLACK)) * u128::from(ratio)) >> 8;
        due > u128::from(self.marked_now.load(Relaxed))
    }

    /// A slice of marking is done: nobody needs to hurry, unless it is still behind.
    pub(crate) fn settle(&self) {
        if !self.is_behind() {
            self.requested.store(false, Relaxed);
        }
    }

    /// Credits for what a cache did not use.
    pub(crate) fn credit(&self, objects: u64, bytes: u64) {
        self.mallocs.fetch_sub(objects, Relaxed);
        self.alloc_bytes.fetch_sub(bytes, Relaxed);
        self.heap_live.fetch_sub(bytes, Relaxed);
    }

    pub(crate) fn freed(&self, objects: u64, bytes: u64) {
        self.frees.fetch_add(objects, Relaxed);
        self.freed_bytes.fetch_add(bytes, Relaxed);
    }

    /// A cycle's marking is over; all caches are flushed. What was allocated since it began is
    /// alive.
    pub(crate) fn finish_cycle(&self, slabs: u64, roots: u64) {
        let allocated = self.heap_live.load(Relaxed).saturating_sub(self.start.load(Relaxed));
        let marked = self.marked_now.load(Relaxed) + allocated;
        self.marked.store(marked, Relaxed);
        self.roots.store(roots, Relaxed);
        self.heap_live.store(marked, Relaxed);
        self.ratio.store(0, Relaxed);
        self.set_goal(slabs);
        self.cycles.fetch_add(1, Relaxed);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.last_gc.store(now.as_nanos() as u64, Relaxed);
        self.requested.store(false, Relaxed);
    }

    pub(crate) fn set_gogc(&self, percent: Option<u32>, slabs: u64) -> Option<u32> {
        let old = self.gogc.swap(percent.map_or(OFF, i64::from), Relaxed);
        self.set_goal(slabs);
        u32::try_from(old).ok()
    }

    pub(crate) fn set_limit(&self, bytes: u64, slabs: u64) -> u64 {
        let old = self.limit.swap(bytes, Relaxed);
        self.set_goal(slabs);
        old
    }

    fn set_goal(&self, slabs: u64) {
        let marked = self.marked();
        let by_growth = match u64::try_from(self.gogc.load(Relaxed)) {
            Err(_) => u64::MAX,
            Ok(gogc) => {
                let basis = u128::from(marked) + u128::from(self.roots.load(Relaxed));
                let growth = (basis * u128::from(gogc) / 100) as u64;
                marked.saturating_add(growth).max(MIN_HEAP * gogc / 100)
            }
        };
        // An eighth of the limit is left for what is allocated until the world has stopped; but
        // where little is free, collecting at every step would not help either.
        let limit = self.limit();
        let by_limit = limit
            .saturating_sub(limit / 8)
            .saturating_sub(slabs)
            .max(marked.saturating_add(marked / 16).saturating_add(64 << 10));
        let goal = by_growth.min(by_limit);
        self.goal.store(goal, Relaxed);
        if self.ratio.load(Relaxed) == 0 {
            let headroom = goal.saturating_sub(marked) / HEADROOM;
            let trigger = if goal == u64::MAX { goal } else { goal - headroom };
            self.trigger.store(trigger, Relaxed);
        }
    }
}
