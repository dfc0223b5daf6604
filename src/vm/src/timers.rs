//! Timers that start goroutines: what package time's timers and tickers are made of.
//!
//! A payload is the closure to run; it has no parameters. The goroutine is started when the timer
//! fires, so that the function may block.

use gol_sched::{TimerId, TimerPayload};

use crate::code::RtFunction;
use crate::handlers::spawn;
use crate::local::VmWorker;
use crate::panic;

/// The payload's kind: `words[0]` is a function value.
const RUN: u32 = 1;

/// Starts a timer that runs the function value `closure`.
pub(crate) fn start(worker: &mut VmWorker, when: i64, period: i64, closure: u64) -> u64 {
    worker.start_timer(when, period, TimerPayload { kind: RUN, words: [closure, 0] }).0
}

/// A timer has fired.
pub(crate) fn fire(worker: &mut VmWorker, _: TimerId, payload: TimerPayload) {
    if payload.kind != RUN || payload.words[0] == 0 {
        return;
    }
    // SAFETY: a function value that is not nil is a closure's address.
    let function = unsafe { &*(*(payload.words[0] as *const u64) as *const RtFunction) };
    if spawn(worker, function, payload.words[0], &[], std::ptr::null()).is_err() {
        panic::no_memory(worker);
    }
}

/// Whether firing could make a goroutine runnable: it always starts one.
pub(crate) fn can_wake(payload: &TimerPayload) -> bool {
    payload.kind == RUN
}
