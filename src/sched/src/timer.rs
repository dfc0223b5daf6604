//! Timers.

/// A started timer. Never used twice; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct TimerId(pub u64);

/// What a timer carries to [`Machine::fire`](crate::Machine::fire). The words are roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerPayload {
    /// For the machine: what kind of timer it is.
    pub kind: u32,
    pub words: [u64; 2],
}
