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

/// The lock. All bits zero is unlocked, so it may live in zeroed memory.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct WordLock(AtomicU32);

impl WordLock {
    pub const fn new() -> WordLock {
        WordLock(AtomicU32::new(0))
    }

    /// Acquire: sees everything that was written under the lock before.
    #[inline]
    pub fn lock(&self) {
        if self.0.swap(1, Ordering::Acquire) != 0 {
            self.lock_slow();
        }
    }

    #[inline]
    pub fn try_lock(&self) -> bool {
        self.0.swap(1, Ordering::Acquire) == 0
    }

    /// Release: partner of the swap in [`lock`](WordLock::lock). The caller holds the lock.
    #[inline]
    pub fn unlock(&self) {
        debug_assert_eq!(self.0.load(Ordering::Relaxed), 1, "unlock of an unlocked word lock");
        self.0.store(0, Ordering::Release);
    }

    #[cold]
    fn lock_slow(&self) {
        let mut round = 0;
        loop {
            self.back_off(round);
            round += 1;
            if self.0.load(Ordering::Relaxed) == 0 && self.try_lock() {
                return;
            }
        }
    }

    fn back_off(&self, round: u32) {
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
