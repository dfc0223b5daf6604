//! Random choices: victims of stealing, poll orders of selects, and in deterministic mode every
//! choice of the scheduler.
//!
//! The generator is splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
//! Generators): one addition and three xor-multiply steps, any seed is good.
//!
//! **Deterministic mode** runs one worker. Runnable goroutines then lie in one unordered pool from
//! which the seed picks; yields at safepoints are the seed's as well, and time is virtual
//! ([`clock`](crate::clock)). So the same seed, program and input give the same run, as long as
//! nothing outside (offloaded calls, sockets) takes part.

#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    /// A seed that differs between runs and workers.
    pub(crate) fn from_entropy(worker: usize) -> Rng {
        use std::hash::{BuildHasher, Hasher, RandomState};
        if cfg!(shuttle) {
            // The model checker has to see the same run again.
            return Rng(worker as u64);
        }
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_usize(worker);
        Rng(hasher.finish())
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, by multiplication (Lemire) instead of division; the bias is under 2⁻³².
    #[inline]
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.next() as u32) * u64::from(n)) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn numbers_stay_below_their_bound_and_reach_all_of_it() {
        let mut rng = Rng::new(1);
        let mut seen = [false; 5];
        for _ in 0..1000 {
            seen[rng.below(5) as usize] = true;
        }
        assert_eq!(seen, [true; 5]);
    }
}
