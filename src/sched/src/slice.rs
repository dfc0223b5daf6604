//! Safepoints: how long a goroutine runs, and who gets a turn after it.
//!
//! **Slices** are shorter the more goroutines wait, so that a round through ten thousand of them
//! takes a quarter of a second and not a minute.
//!
//! **Queues are evened out**: a worker whose goroutines all compute never steals, so it looks at
//! another worker's queue at each safepoint, and takes over a part of one that is twice as long.
//!
//! **`run_next` is published** when it has waited through two safepoints of the goroutine that runs
//! while another worker sleeps: then it goes to the queue and a sleeper is woken. So two goroutines
//! that talk to each other stay on one worker, and a goroutine started by one that goes on to
//! compute gets a core of its own within a hundred microseconds.

use crate::machine::{Machine, Safepoint};
use crate::worker::Worker;

/// How long a goroutine runs before others get their turn, in nanoseconds.
const SLICE: i64 = 10_000_000;
/// The same if somebody waits who was woken by a timer or from outside, or is to run next.
const SHORT_SLICE: i64 = 2_000_000;
/// Within so many nanoseconds each goroutine in the queue has had a turn: slices are shorter the
/// longer the queue is.
const ROUND: i64 = 200_000_000;
/// About what passes until a goroutine comes to a safepoint: slices shorter than two of these end
/// at the first one.
const SAFEPOINT: i64 = 50_000;

/// What a used-up budget takes of virtual time, in nanoseconds.
const SEEDED_BUDGET: i64 = 20_000;

impl<M: Machine> Worker<M> {
    /// The machine's budget is used up, or a native has run for long.
    pub fn safepoint(&mut self) -> Safepoint {
        if self.pauses {
            self.pause();
        }
        if self.attention() {
            return Safepoint::Stop;
        }
        if self.crowd.is_due || self.is_turn_over() {
            Safepoint::Yield
        } else {
            Safepoint::Continue
        }
    }

    /// Looks at timers and at the clock: whether others are to run instead of the goroutine that
    /// runs.
    pub(crate) fn is_turn_over(&mut self) -> bool {
        if self.pool.is_some() {
            // Work takes time, so that whoever waits for a deadline beside it sees it come.
            self.shared().clock.advance_by(SEEDED_BUDGET);
            self.fire_timers();
        }
        if let Some(pool) = &self.pool {
            let others = !pool.is_empty() || !self.shared().injector.is_empty();
            return others && self.rng.below(2) == 0;
        }
        let now = self.shared().clock.now();
        self.look_at_timers(now);
        self.share();
        self.balance();
        let is_urgent =
            self.run_next.is_some() || !self.woken.is_empty() || !self.shared().injector.is_empty();
        let most = if is_urgent { SHORT_SLICE } else { SLICE };
        let slice = most.min(ROUND / (self.waiting() as i64).max(1));
        if self.slice_start == 0 {
            self.slice_start = now;
            return slice < 2 * SAFEPOINT && self.others_wait();
        }
        self.end_naps(now - self.slice_start);
        if now - self.slice_start >= slice {
            self.slice_start = now;
            return self.others_wait();
        }
        false
    }

    /// Takes over a part of another worker's queue if that is twice as long: who has enough to do
    /// never steals, and its few goroutines would have as much as the many of the other one.
    fn balance(&mut self) {
        let procs = self.shared().idle.procs();
        let victim = self.rng.below(procs as u32) as usize;
        if victim == self.index {
            return;
        }
        let (mine, theirs) = (self.queue.len(), self.shared().slots[victim].stealer.len());
        if theirs > 2 * mine + 1 {
            let stealer = self.shared().slots[victim].stealer.clone();
            // If somebody else takes them at the moment, the next safepoint will see to it.
            let _ = stealer.steal_batch_with_limit(&self.queue, (theirs - mine) / 2);
        }
    }

    /// Goroutines that wait for a turn on this worker: a crowd that was woken at once lies in the
    /// injector at first, and the first of it would have the slices of a short queue (ten times as
    /// much as others of ten thousand).
    fn waiting(&self) -> usize {
        self.queue.len() + self.shared().injector.len() / self.shared().idle.procs().max(1)
    }

    pub(crate) fn others_wait(&self) -> bool {
        self.run_next.is_some()
            || !self.woken.is_empty()
            || !self.queue.is_empty()
            || !self.shared().injector.is_empty()
    }

    /// Lets sleeping workers take part in what waits here.
    fn share(&mut self) {
        if !self.shared().idle.any_sleeps() {
            return;
        }
        if self.run_next.is_some() && self.next_seen == self.run_next {
            self.publish_next();
        } else {
            self.next_seen = self.run_next;
            if !self.queue.is_empty() && self.shared().idle.should_wake() {
                self.shared().wake_one();
            }
        }
    }

    /// Gives the next goroutine to whoever is free: before something that keeps this worker long.
    pub fn publish_next(&mut self) {
        self.next_seen = None;
        if let Some(next) = self.run_next.take() {
            self.push(next);
        }
    }
}
