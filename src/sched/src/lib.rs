//! Who runs where: goroutines, workers, run queues, timers, the poller. Knows no bytecode.
//!
//! A goroutine ([`G`]) is a header; what it executes is the business of a [`Machine`], which the VM
//! implements. The contract:
//!
//! - **A running G belongs to its worker.** Nobody else touches its context until it is parked,
//!   and whoever readies it hands it on as a whole. There is no native stack to switch: a machine
//!   saves its registers into the context, publishes the G (into a channel's wait queue, a timer),
//!   and from that moment must not touch it; then it returns [`Switch::Parked`].
//! - **Safepoints.** A machine looks at [`Worker::attention`] when its budget is used up and
//!   returns [`Switch::Yielded`] if it is set; the worker loop then stops for a collection, takes
//!   the next goroutine, or both.

/// Why a machine returned from [`Machine::run`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The goroutine waits somewhere; it may be running on another worker already.
    Parked,
    /// Still runnable: goes to the end of the queue.
    Yielded,
    /// The goroutine has ended; its header is free.
    Exited,
    /// The program ends (the machine keeps how).
    Shutdown,
}
