//! Who runs where: goroutines, workers, run queues, timers, the poller. Knows no bytecode.
//!
//! A goroutine ([`G`]) is a header; what it executes is the business of a [`Machine`], which the VM
//! implements. The contract:
//!
//! - **A running G belongs to its worker.** Nobody else touches its context until it is parked,
//!   and whoever readies it hands it on as a whole. There is no native stack to switch: a machine
//!   saves its registers into the context, publishes the G (into a channel's wait queue, a timer),
//!   and from that moment must not touch it; then it returns [`Switch::Parked`].
//! - **Safepoints.** A machine calls [`Worker::safepoint`] when its budget is used up and does
//!   what it says: go on, or save the G and return [`Switch::Safepoint`] or [`Switch::Yielded`].
//!   The worker loop then stops for a collection, takes the next goroutine, or both.
//!
//! # Goal
//!
//! Millions of goroutines on as many workers as there are cores: a handoff between two goroutines
//! of one worker costs no atomic operation in this crate, a spawn one push to a queue, an idle
//! process nothing at all, and no goroutine that can run waits longer than a time slice for each
//! one before it.
//!
//! # Rejected
//!
//! - *One global queue*: its lock is the whole cost of a spawn on many cores.
//! - *Ready goroutines always go to the local queue's end*: two that talk to each other would pass
//!   through everything that is queued between; hence `run_next`, as in Go. Unlike Go's it cannot
//!   be stolen, so it needs no atomics; a worker that keeps one waiting through two safepoints
//!   publishes it (`worker`).
//! - *A monitor thread for preemption* (Go's sysmon): machines reach a safepoint every few dozen
//!   microseconds anyway, where the clock can be read for 20 ns. So nothing ticks when all is idle.
//! - *A full fence on each push, so that no wake-up is missed*: 5 ns for every spawn. A worker that
//!   pushes to its own queue is awake itself and looks again at its next turn, so a missed wake-up
//!   is late by microseconds and never lost. Only pushes from outside, to the injector, pay for the
//!   fence (`idle`).
//! - *Status words changed by compare-and-swap*: see `g`.
//!
//! # Modules
//!
//! `g` headers and waiters; `gtable` their slabs, which are also the list of all goroutines;
//! `worker` one worker's queues, what machines call; `schedule` its loop: finding work; `slice` safepoints and turns; `idle`
//! sleeping, waking, deadlock, stop-the-world (one lock, one set of counts); `injector` work from
//! outside and crowds; `timer`; `clock`;
//! `offload` blocking calls; `waiters` storage for selects; `sema` semaphores and mutexes by
//! address; `seed` deterministic runs; `lock` the word lock; `sync` where atomics come from.

mod clock;
mod g;
mod gtable;
mod idle;
mod injector;
mod lock;
mod machine;
#[cfg(all(test, shuttle))]
mod models;
mod nap;
mod offload;
mod schedule;
mod seed;
mod sema;
mod slice;
mod sync;
#[cfg(all(test, not(shuttle)))]
mod tests;
mod timer;
#[cfg(test)]
mod toy;
mod waiters;
mod worker;

pub use g::{G, GRef, Scan, SelectWaiter, Status, WaitReason, Waiter, Wake};
pub use injector::Chain;
pub use lock::WordLock;
pub use machine::{Config, Machine, Safepoint, Switch};
pub use sema::{Acquire, Misuse, mutex_try_lock, mutex_try_unlock};
pub use timer::{Action, NEVER, TimerId, TimerPayload, Timers};
pub use worker::{Scheduler, WeakScheduler, Worker};
