//! A lock of one word for sections of a few dozen instructions: channels, semaphore buckets.
//!
//! Uncontended, locking is one swap and unlocking is one plain store; a word that counts waiters
//! would make the unlock a second read-modify-write, 5 ns more on every channel operation. So a
//! waiter is not known to the holder: it spins, then yields its thread, then naps for ever longer.
//! That is bounded in practice because a holder never blocks, allocates or calls anything that
//! takes another lock of the same rank out of order; only the operating system can stop it.

use crate::sync::{AtomicU32, Ordering, hint, thread};

/// Rounds of pure spinning before the thread gives way.
const SPINS: u32 = 7;
/// Rounds of yielding before it naps.
const YIELDS: u32 = 64;

/// Somebody holds it.
const LOCKED: u32 = 1;

/// The lock. All bits zero is unlocked, so it may live in zeroed memory. Above the lowest bit stands
/// the mark of whoever locked it last.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct WordLock(AtomicU32);

impl WordLock {
    pub const fn new() -> WordLock {
        WordLock(AtomicU32::new(0))
    }

    /// One that looks as if a worker had locked it last.
    pub(crate) const fn marked(mark: u32) -> WordLock {
        WordLock(AtomicU32::new(mark))
    }

    /// Acquire: sees everything that was written under the lock before.
    #[inline]
    pub fn lock(&self) {
        self.lock_as(0);
    }

    /// As [`lock`](WordLock::lock), and leaves a mark, which is even. Whether the mark was somebody
    /// else's: then what the lock guards had to come from another processor's cache, or somebody held
    /// it. Costs no more than a lock without marks.
    #[inline(always)]
    pub(crate) fn lock_as(&self, mark: u32) -> bool {
        let before = self.0.swap(mark | LOCKED, Ordering::Acquire);
        before != mark && self.lock_slow(before, mark)
    }

    /// Release: partner of the swap in [`lock`](WordLock::lock). The caller holds the lock. Whoever
    /// waits may have left its mark meanwhile; that of either will do.
    #[inline]
    pub fn unlock(&self) {
        let word = self.0.load(Ordering::Relaxed);
        debug_assert_eq!(word & LOCKED, LOCKED, "unlock of an unlocked word lock");
        self.0.store(word & !LOCKED, Ordering::Release);
    }

    /// Somebody else had it last, or has it.
    #[cold]
    fn lock_slow(&self, before: u32, mark: u32) -> bool {
        if before & LOCKED == 0 {
            return before != 0;
        }
        let mut round = 0;
        loop {
            WordLock::back_off(round);
            round += 1;
            if self.0.load(Ordering::Relaxed) & LOCKED == 0
                && self.0.swap(mark | LOCKED, Ordering::Acquire) & LOCKED == 0
            {
                return true;
            }
        }
    }

    fn back_off(round: u32) {
        if round < SPINS {
            for _ in 0..1_u32 << round {
                hint::spin_loop();
            }
        } else if round < SPINS + YIELDS {
            thread::yield_now();
        } else {
            let micros = u64::from((round - SPINS - YIELDS).min(20)) * 10 + 10;
            thread::sleep(std::time::Duration::from_micros(micros));
        }
    }
}
