//! What the scheduler asks of the thing that executes goroutines, and how the two talk.

use crate::g::GRef;
use crate::timer::{TimerId, TimerPayload};
use crate::worker::Worker;

/// Why a machine returned from [`Machine::run`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The goroutine waits somewhere; it may be running on another worker already.
    Parked,
    /// Still runnable: goes to the end of the queue.
    Yielded,
    /// Still runnable: the worker stops for the world if that is wanted and goes on with it.
    Safepoint,
    /// The goroutine has ended; its header is free.
    Exited,
    /// The program ends (the machine keeps how).
    Shutdown,
}

/// What a machine does after its budget was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safepoint {
    /// Take a new budget and go on.
    Continue,
    /// Save the goroutine and return [`Switch::Safepoint`].
    Stop,
    /// Save the goroutine and return [`Switch::Yielded`].
    Yield,
}

/// How many workers there are and how they choose.
#[derive(Clone, Debug)]
pub struct Config {
    /// Workers at the start (`GOMAXPROCS`); 0: one for each core.
    pub workers: usize,
    /// The most that `GOMAXPROCS` can be set to later; at least `workers`.
    pub max_workers: usize,
    /// Threads for blocking calls that are started as soon as they are wanted; more come one by
    /// one while all of these block.
    pub max_offload: usize,
    /// The most goroutines at a time, about; 0: no limit.
    pub max_goroutines: usize,
    /// Deterministic mode: one worker, every choice from this seed, virtual time.
    pub seed: Option<u64>,
    /// Stress: workers pause at random at safepoints and on both sides of a goroutine's turn.
    pub pauses: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            workers: 0,
            max_workers: 64,
            max_offload: 64,
            max_goroutines: 0,
            seed: None,
            pauses: false,
        }
    }
}

/// What executes goroutines. One for a runtime, shared by its workers.
pub trait Machine: Sized + Send + Sync + 'static {
    /// A goroutine's saved state. Contexts are recycled with their headers: the machine leaves one
    /// in a state fit for reuse when it returns [`Switch::Exited`].
    type Context: Send;

    /// A worker's own things: allocation caches, free lists. Made and used on its thread.
    type Local;

    /// The context of a header that was never used.
    fn new_context(&self) -> Self::Context;

    /// Whether the scheduler may take so many bytes for goroutines' headers, which it keeps.
    fn may_map(&self, _bytes: usize) -> bool {
        true
    }

    /// On the worker's thread, before anything else.
    fn new_local(&self, worker: usize) -> Self::Local;

    /// Runs a goroutine until it parks, ends or is asked to stop. `g` belongs to the machine until
    /// it publishes it or returns.
    fn run(&self, worker: &mut Worker<Self>, g: GRef<Self::Context>) -> Switch;

    /// The world stands still; called on one worker. When it returns the world goes on.
    fn stopped(&self, worker: &mut Worker<Self>);

    /// A timer has fired. Must not park; may spawn and ready goroutines.
    fn fire(&self, worker: &mut Worker<Self>, id: TimerId, payload: TimerPayload);

    /// Whether firing this timer could make a goroutine runnable, asked when all of them wait. A
    /// timer of a channel on which nobody receives cannot.
    fn can_wake(&self, payload: &TimerPayload) -> bool;

    /// All goroutines wait and nothing can wake them. Every worker sleeps but this one. Whether the
    /// program ends; otherwise the machine has made a goroutine runnable or taken a hold.
    fn deadlock(&self, worker: &mut Worker<Self>) -> bool;

    /// The worker has found no goroutine and is going to sleep, unless the machine has something for
    /// it to do: then it does a little of that (some hundred microseconds at most) and says so.
    fn idle(&self, worker: &mut Worker<Self>) -> bool;

    /// The bubble of the goroutine that runs on the worker; 0: none. A bubble is a set of goroutines
    /// about which the machine wants to know when all of them wait for each other. The machine finds
    /// by itself that one ends, parks ([`Worker::took_durable_wait`]) or is started.
    fn bubble(_worker: &Worker<Self>) -> u16 {
        0
    }

    /// A goroutine that waits durably is about to become runnable; the caller holds it.
    fn rouse(&self, _worker: &mut Worker<Self>, _g: GRef<Self::Context>) {}
}
