//! Monotonic time of one scheduler: the system's, or a virtual one in deterministic mode.
//!
//! Virtual time moves in two ways: when everything sleeps it jumps to the next timer's deadline,
//! and every look at it moves it a little, so that a loop that waits for time to pass ends.

use std::time::{Duration, Instant};

use crate::sync::{AtomicI64, Ordering, thread};

/// By how much a look at virtual time moves it, in nanoseconds.
const LOOK: i64 = 100;

#[derive(Debug)]
pub(crate) enum Clock {
    Real(Instant),
    Virtual(AtomicI64),
}

impl Clock {
    /// The system's; in the model checker, where nothing may depend on it, a virtual one.
    pub(crate) fn real() -> Clock {
        if cfg!(shuttle) {
            return Clock::simulated();
        }
        Clock::Real(Instant::now())
    }

    pub(crate) fn simulated() -> Clock {
        Clock::Virtual(AtomicI64::new(0))
    }

    /// Nanoseconds since the clock was made.
    pub(crate) fn now(&self) -> i64 {
        match self {
            Clock::Real(start) => start.elapsed().as_nanos() as i64,
            Clock::Virtual(now) => now.fetch_add(LOOK, Ordering::Relaxed) + LOOK,
        }
    }

    /// Moves virtual time forward to `when`; real time goes its own way.
    pub(crate) fn advance_to(&self, when: i64) {
        if let Clock::Virtual(now) = self {
            now.fetch_max(when, Ordering::Relaxed);
        }
    }

    /// Moves virtual time forward by `nanos`.
    pub(crate) fn advance_by(&self, nanos: i64) {
        if let Clock::Virtual(now) = self {
            now.fetch_add(nanos, Ordering::Relaxed);
        }
    }

    /// Lets the calling thread sleep until `when`, or until somebody wakes it.
    pub(crate) fn sleep_until(&self, when: i64) {
        if cfg!(shuttle) {
            // The alarm may go off at any moment.
            thread::yield_now();
            self.advance_to(when);
            return;
        }
        thread::park_timeout(self.until(when));
    }

    /// How long a thread has to sleep until `when`.
    fn until(&self, when: i64) -> Duration {
        Duration::from_nanos(when.saturating_sub(self.now()).max(0) as u64)
    }
}
