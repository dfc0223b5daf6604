//! What machines call (interface; the bodies follow in the next commits).

use std::marker::PhantomData;
use std::sync::Arc;

use crate::g::GRef;
use crate::machine::{Config, Machine, Safepoint};
use crate::timer::{TimerId, TimerPayload};

/// A worker thread's own state.
pub struct Worker<M: Machine> {
    /// The machine's part.
    pub local: M::Local,
    sched: Scheduler<M>,
}

/// The scheduler of one runtime; clones are the same one.
pub struct Scheduler<M: Machine>(Arc<PhantomData<M>>);

impl<M: Machine> Clone for Scheduler<M> {
    fn clone(&self) -> Scheduler<M> {
        Scheduler(Arc::clone(&self.0))
    }
}

impl<M: Machine> Scheduler<M> {
    pub fn new(_machine: Arc<M>, _config: Config) -> Scheduler<M> {
        unimplemented!()
    }

    /// Runs until a machine returns `Shutdown`, with the calling thread as worker 0. `start` makes
    /// the first goroutine (with [`Worker::new_g`]). Returns when all workers have ended.
    pub fn run(&self, _start: impl FnOnce(&mut Worker<M>) -> GRef<M::Context>) {
        unimplemented!()
    }

    pub fn machine(&self) -> &M {
        unimplemented!()
    }

    /// Goroutines that have not ended.
    pub fn num_goroutines(&self) -> usize {
        unimplemented!()
    }

    /// `runtime.GOMAXPROCS`: the old value; sets a new one if `n` is positive.
    pub fn set_workers(&self, _n: usize) -> usize {
        unimplemented!()
    }

    /// Nanoseconds since the scheduler was made, monotonic (virtual in deterministic mode).
    pub fn now(&self) -> i64 {
        unimplemented!()
    }

    /// In how many parts all goroutines can be visited.
    pub fn g_parts(&self) -> usize {
        unimplemented!()
    }

    /// Visits the goroutines of a part that are not free. While the world stands still (or for a
    /// look at `id` and `status` only).
    pub fn each_g(&self, _part: usize, _visit: &mut dyn FnMut(GRef<M::Context>)) {
        unimplemented!()
    }

    /// Visits the payloads of all timers: they are roots.
    pub fn each_timer(&self, _visit: &mut dyn FnMut(&TimerPayload)) {
        unimplemented!()
    }

    /// Asks all workers to stop at their next safepoint and collect. `helpers`: sleeping workers are woken to take part.
    pub fn request_collect(&self, _helpers: bool) {
        unimplemented!()
    }

    /// Makes a goroutine runnable from a thread that is no worker.
    pub fn ready(&self, _g: GRef<M::Context>) {
        unimplemented!()
    }

    /// Runs a blocking call on the offload pool and then readies `g`, which its holder has saved
    /// and given away with this call.
    pub fn offload(&self, _g: GRef<M::Context>, _job: Box<dyn FnOnce() + Send>) {
        unimplemented!()
    }

    /// Ends the program as `Switch::Shutdown` does, from anywhere.
    pub fn shutdown(&self) {
        unimplemented!()
    }
}

impl<M: Machine> Worker<M> {
    pub fn sched(&self) -> &Scheduler<M> {
        &self.sched
    }

    /// The worker's number.
    pub fn index(&self) -> usize {
        unimplemented!()
    }

    /// The goroutine that runs.
    pub fn current(&self) -> GRef<M::Context> {
        unimplemented!()
    }

    /// A header with an id, belonging to the caller; `None` if there is no memory.
    #[inline]
    pub fn new_g(&mut self) -> Option<GRef<M::Context>> {
        unimplemented!()
    }

    /// Starts a goroutine from [`new_g`](Worker::new_g), whose context is complete.
    #[inline]
    pub fn spawn(&mut self, _g: GRef<M::Context>) {
        unimplemented!()
    }

    /// Makes a parked goroutine runnable; it is the next one to run on this worker.
    #[inline]
    pub fn ready(&mut self, _g: GRef<M::Context>) {
        unimplemented!()
    }

    /// The machine's budget is used up. Also to be called when `attention` is set after a
    /// long native call.
    pub fn safepoint(&mut self) -> Safepoint {
        unimplemented!()
    }

    /// Whether the world is to stop; a relaxed load. For natives that run long.
    #[inline]
    pub fn attention(&self) -> bool {
        unimplemented!()
    }

    /// Parks `g`, which its holder has saved, until `when` (as of [`Scheduler::now`]).
    pub fn sleep_until(&mut self, _g: GRef<M::Context>, _when: i64) {
        unimplemented!()
    }

    /// Starts a timer; `period` 0: once.
    pub fn start_timer(&mut self, _when: i64, _period: i64, _payload: TimerPayload) -> TimerId {
        unimplemented!()
    }

    /// Stops a timer: whether it was still to fire (or, with a period, running).
    pub fn stop_timer(&mut self, _id: TimerId) -> bool {
        unimplemented!()
    }

    /// A random number below `n`, which is not 0: from the seed in deterministic mode.
    #[inline]
    pub fn random(&mut self, _n: u32) -> u32 {
        unimplemented!()
    }
}
