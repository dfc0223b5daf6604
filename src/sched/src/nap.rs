//! Workers that are in each other's way: one of them leaves the others its goroutines, and naps.
//!
//! Goroutines that talk to each other all the time are faster on one worker than on two. A channel
//! that two workers use in turn travels between their caches, and with it headers, frames and
//! whatever is sent: some hundred nanoseconds for an operation that takes ten. And a goroutine that is
//! stolen because its worker has just nothing to do is soon waited for elsewhere. Four producers and
//! one select take 0.25 s on one worker and 0.35 to 0.6 s, with three times the processor time, on two.
//! Programs that compute between two operations want all workers all the same.
//!
//! **Suspicion.** A worker leaves its mark in each lock that it takes ([`Worker::lock`]). That of
//! another one is a *transfer*, and costs some 0.4 µs; a *steal* counts as a dozen. A worker that
//! seems to spend half of its time on them is crowded: as much as two workers can gain. That says only
//! that it may be so. (Pools of workers with jobs of 0 to 5 µs have the same number of steals whether
//! a second worker helps or not; what differs is for how long that has nothing to do.)
//!
//! **The experiment.** At its next turn the worker gives all its goroutines to the injector and naps,
//! if another worker is awake. Nobody wakes it for new work: it counts neither as a sleeper nor as
//! awake. When its time is over it is a searcher like others, and steals. The operations of all
//! workers are counted: what they were while it napped, and what they are in the first time after it.
//! If they are not more with it than without it, it naps again, for twice as long; else it stays, and
//! suspicions are forgotten for a while. So a few hundredths of the time go into experiments.
//!
//! A worker whose goroutine has been computing for a quarter of a nap while others wait ends it.
//!
//! The state is that of `idle`, under its lock: `State::nappers`.

use crate::clock::Clock;
use crate::lock::WordLock;
use crate::machine::Machine;
use crate::sync::{Arc, AtomicI64, Ordering, lock};
use crate::worker::{Shared, Worker};

/// A steal counts as so many transfers.
const STEAL: u32 = 12;
/// So many transfers are looked at together, and within how many nanoseconds they are suspicious.
/// Being crowded by far is noticed at once, being it just so takes longer.
const SHORT: (u32, i64) = (64, 32_000);
const LONG: (u32, i64) = (1024, 1_024_000);
/// The first nap, and the longest one, in nanoseconds.
const FIRST: i64 = 500_000;
const LONGEST: i64 = 64_000_000;
/// For how long operations are counted after a nap.
const WATCH: i64 = 300_000;
/// With fewer operations in that time, they are not what takes time.
const FEW: u64 = 100;
/// How long a worker that was useful is left alone, at first and at most.
const CALM: i64 = 4_000_000;
const CALMEST: i64 = 128_000_000;

/// What a worker knows of others that use the same channels.
pub(crate) struct Crowd {
    /// What it leaves in locks: even and not 0.
    mark: u32,
    short: Window,
    long: Window,
    /// At its next turn it is to nap, or to look at the operations since its nap.
    pub(crate) is_due: bool,
    /// Operations in a second during the nap that is over.
    alone: Option<f64>,
    /// The operations, and when, at the first turn after it.
    first_turn: Option<(u64, i64)>,
    nap: i64,
    calm: i64,
    calm_until: i64,
}

/// Transfers since some moment.
#[derive(Clone, Copy)]
struct Window {
    transfers: u32,
    since: i64,
}

impl Window {
    /// Whether that was enough to look at the clock.
    fn count(&mut self, transfers: u32, (most, _): (u32, i64)) -> bool {
        self.transfers += transfers;
        self.transfers >= most
    }

    /// Whether they came in too short a time; begins a new window.
    fn end(&mut self, now: i64, (_, within): (u32, i64)) -> bool {
        let last = std::mem::replace(self, Window { transfers: 0, since: now });
        now - last.since < within
    }
}

/// The naps of all workers.
pub(crate) struct Naps {
    /// How long the worker naps that began last; 0: nobody does. Written under the lock of `idle`.
    current: AtomicI64,
}

impl Naps {
    pub(crate) fn new() -> Naps {
        Naps { current: AtomicI64::new(0) }
    }

    /// Nobody naps any more.
    pub(crate) fn end(&self) {
        self.current.store(0, Ordering::Relaxed);
    }
}

impl Crowd {
    pub(crate) fn new(worker: usize) -> Crowd {
        let window = Window { transfers: 0, since: 0 };
        Crowd {
            mark: (worker as u32 + 1) << 1,
            short: window,
            long: window,
            is_due: false,
            alone: None,
            first_turn: None,
            nap: FIRST,
            calm: CALM,
            calm_until: 0,
        }
    }

    fn count(&mut self, transfers: u32, clock: &Clock) {
        let (short, long) = (self.short.count(transfers, SHORT), self.long.count(transfers, LONG));
        if short || long {
            let now = clock.now();
            let much = short && self.short.end(now, SHORT);
            let suspicious = long && self.long.end(now, LONG) || much;
            self.is_due |= suspicious && now >= self.calm_until;
        }
    }

    /// After so many operations a second since the nap: whether to nap again.
    fn judge(&mut self, together: f64, now: i64) -> bool {
        let alone = self.alone.take().unwrap_or_default();
        if alone >= together && together * WATCH as f64 >= FEW as f64 * 1e9 {
            self.nap = (self.nap * 2).min(LONGEST);
            self.calm = CALM;
            return true;
        }
        self.nap = FIRST;
        self.calm_until = now + self.calm;
        self.calm = (self.calm * 2).min(CALMEST);
        false
    }
}

fn per_second(operations: u64, nanos: i64) -> f64 {
    operations as f64 * 1e9 / nanos.max(1) as f64
}

impl<M: Machine> Worker<M> {
    /// Takes a lock, and counts if another worker had it last or has it now.
    #[inline(always)]
    pub fn lock(&mut self, lock: &WordLock) {
        self.count_operation();
        if lock.lock_as(self.crowd.mark) {
            self.count_transfer();
        }
    }

    /// A lock that looks as if this worker had taken it last.
    #[inline]
    pub fn new_lock(&self) -> WordLock {
        WordLock::marked(self.crowd.mark)
    }

    /// Something that is used under a lock had to come from another worker.
    #[cold]
    #[inline(never)]
    pub(crate) fn count_transfer(&mut self) {
        self.crowd.count(1, &self.sched.0.clock);
    }

    pub(crate) fn count_steal(&mut self) {
        self.crowd.count(STEAL, &self.sched.0.clock);
    }

    /// Naps, or looks whether the last nap was right.
    #[cold]
    #[inline(never)]
    pub(crate) fn experiment(&mut self) {
        if self.pool.is_some() {
            self.crowd.is_due = false;
        } else if self.crowd.alone.is_none() {
            self.nap();
        } else {
            let (operations, now) = (self.shared().operations(), self.shared().clock.now());
            let (before, since) = *self.crowd.first_turn.get_or_insert((operations, now));
            if now - since < WATCH {
                return;
            }
            self.crowd.first_turn = None;
            self.crowd.is_due = false;
            if self.crowd.judge(per_second(operations - before, now - since), now) {
                self.nap();
            }
        }
    }

    /// Leaves its goroutines to others and keeps out of their way for a while.
    fn nap(&mut self) {
        self.crowd.is_due = false;
        let shared = Arc::clone(self.shared());
        // In a collection there is something else to do than to steal.
        if shared.machine.idle(self) {
            return;
        }
        self.stop_searching();
        let since = shared.clock.now();
        let until = since + self.crowd.nap;
        if !self.begin_nap(&shared) {
            return;
        }
        let before = shared.operations();
        loop {
            shared.clock.sleep_until(until);
            let mut state = lock(&shared.idle.state);
            // Else somebody has woken it and counted it as a searcher; the end of the program has
            // not, and needs no counts.
            let naps = state.nappers.contains(&self.index);
            if !naps || shared.clock.now() >= until {
                if naps {
                    shared.rise_from_nap(&mut state, self.index);
                }
                break;
            }
        }
        self.searching = true;
        let now = shared.clock.now();
        self.crowd.alone = Some(per_second(shared.operations() - before, now - since));
        self.crowd.is_due = true;
        let window = Window { transfers: 0, since: now };
        (self.crowd.short, self.crowd.long) = (window, window);
    }

    /// Becomes a napper, if another worker is awake.
    fn begin_nap(&mut self, shared: &Shared<M>) -> bool {
        let mut state = lock(&shared.idle.state);
        let is_wanted = shared.attention.load(Ordering::Relaxed) != 0;
        if is_wanted || !shared.another_is_awake(&state) {
            return false;
        }
        // Whoever is awake cannot go to sleep before this lock is free, and looks at the injector then.
        self.give_queue_away();
        state.nappers.push(self.index);
        shared.idle.naps.current.store(self.crowd.nap, Ordering::Relaxed);
        true
    }

    /// The goroutine that runs has been computing for `slice`: who naps is wanted if others wait.
    #[inline]
    pub(crate) fn end_naps(&mut self, slice: i64) {
        let nap = self.shared().idle.naps.current.load(Ordering::Relaxed);
        if nap != 0 && slice >= (nap / 4).max(FIRST) && self.others_wait() {
            self.shared().wake_napper(&mut lock(&self.shared().idle.state));
        }
    }
}
