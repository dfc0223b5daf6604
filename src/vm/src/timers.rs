//! What timers of a program do when they fire.
//!
//! Two kinds: a function that gets a goroutine of its own (`time.AfterFunc`), and a channel that
//! gets the time (`time.Timer`, `time.Ticker`). A channel's timer follows Go 1.23: the channel
//! looks unbuffered, and no value of a stopped or reset timer is ever received. For that the
//! channel knows which timer's values are wanted; a timer that fires at the same moment as it is
//! stopped finds, under the channel's lock, that it is not.

use std::time::{SystemTime, UNIX_EPOCH};

use gol_sched::{TimerId, TimerPayload};

use crate::bubble;
use crate::chan::{self, Chan};
use crate::code::RtFunction;
use crate::context::Context;
use crate::fault::Fault;
use crate::handlers::spawn;
use crate::local::VmWorker;
use crate::panic;

/// Payload: the closure.
const KIND_FUNC: u32 = 0;
/// Payload: the channel, and the `*time.Location` of the times that are sent.
const KIND_CHAN: u32 = 1;

/// When Go was made public, 2009-11-10 23:00 UTC: the start of virtual time.
const BIRTHDAY: i64 = 1_257_894_000;

/// Seconds from year 1 to 1970: `time.Time` counts from year 1.
const UNIX_TO_INTERNAL: i64 = 62_135_596_800;

fn chan_of(payload: &TimerPayload) -> *mut Chan<Context> {
    payload.words[0] as *mut Chan<Context>
}

/// Starts a timer that calls a `func()` in a goroutine of its own, after `delay` nanoseconds of the
/// goroutine's clock. `closure` is not nil.
pub(crate) fn start(worker: &mut VmWorker, delay: i64, period: i64, closure: u64) -> u64 {
    let payload = TimerPayload { kind: KIND_FUNC, words: [closure, 0] };
    match bubble::current(worker) {
        Some(bubble) => bubble.start_timer(delay, period, payload).0,
        None => worker.start_timer(after(worker, delay), period, payload).0,
    }
}

/// The time of the scheduler's clock after a delay.
fn after(worker: &VmWorker, delay: i64) -> i64 {
    worker.sched().now().saturating_add(delay.max(0))
}

/// Stops a function's timer: whether it was still to fire.
pub(crate) fn stop(worker: &mut VmWorker, id: TimerId) -> Result<bool, Fault> {
    if !bubble::is_bubbles(id) {
        return Ok(worker.stop_timer(id));
    }
    let bubble = bubble::current(worker).ok_or_else(stop_from_outside)?;
    Ok(bubble.stop_timer(id))
}

#[cold]
fn stop_from_outside() -> Fault {
    Fault::Fatal("stop of synctest timer from outside bubble".into())
}

/// Starts a timer that sends the time to a channel of `time.Time` with room for one. It goes by the
/// clock of the bubble in which the channel was made.
///
/// # Safety
/// `chan` is such a channel.
pub(crate) unsafe fn start_chan(
    worker: &mut VmWorker,
    delay: i64,
    period: i64,
    chan: u64,
    location: u64,
) -> Result<TimerId, Fault> {
    let payload = TimerPayload { kind: KIND_CHAN, words: [chan, location] };
    let chan = chan_of(&payload);
    // The timer fires on whichever worker looks at the clock next, at once if it is due; the
    // channel's lock is held until it knows its timer.
    // SAFETY: a channel, as the caller promises.
    unsafe {
        let (bubbled, foreign) = chan::timer::bubble(worker, chan);
        if foreign {
            return Err(Fault::Fatal("reset of synctest timer from outside bubble".into()));
        }
        Ok(match bubble::current(worker).filter(|_| bubbled) {
            Some(bubble) => chan::timer::attach(chan, period == 0, || {
                bubble.start_timer(delay, period, payload)
            }),
            None => {
                let when = after(worker, delay);
                chan::timer::attach(chan, period == 0, || worker.start_timer(when, period, payload))
            }
        })
    }
}

/// Stops a channel's timer: whether that kept the program from receiving a value (of a ticker: from
/// receiving more).
///
/// # Safety
/// `chan` is a channel of `time.Time`.
pub(crate) unsafe fn stop_chan(
    worker: &mut VmWorker,
    id: TimerId,
    chan: u64,
) -> Result<bool, Fault> {
    let chan = chan as *mut Chan<Context>;
    // SAFETY: a channel, as the caller promises.
    unsafe {
        if chan::timer::bubble(worker, chan).1 {
            return Err(stop_from_outside());
        }
        let active = stop(worker, id)?;
        Ok(chan::timer::detach(chan) || active)
    }
}

/// A timer has fired.
pub(crate) fn fire(worker: &mut VmWorker, id: TimerId, payload: TimerPayload) {
    if payload.kind == KIND_FUNC {
        let closure = payload.words[0];
        // SAFETY: function timers carry a function value that is not nil, whose first word is the
        // address of its function.
        let function = unsafe { &**(closure as *const *const RtFunction) };
        if spawn(worker, function, closure, &[], std::ptr::null()).is_err() {
            panic::no_memory(worker);
        }
        return;
    }
    let (sec, nsec) = wall_clock(worker);
    let mono = monotonic(worker);
    let time = [(sec + UNIX_TO_INTERNAL) as u64, nsec as u64, mono as u64, payload.words[1]];
    // SAFETY: channel timers carry a channel of `time.Time`, which has these four words.
    unsafe { chan::timer::fire(worker, chan_of(&payload), id, &time) };
}

/// Whether firing the timer can make a goroutine runnable, asked when all of them wait.
pub(crate) fn can_wake(payload: &TimerPayload) -> bool {
    // SAFETY: channel timers carry a channel.
    payload.kind == KIND_FUNC || unsafe { chan::timer::is_awaited(chan_of(payload)) }
}

/// The monotonic clock; 0 in a bubble, whose times have no reading of it.
pub(crate) fn monotonic(worker: &VmWorker) -> i64 {
    // A reading of 0 would mean that a `Time` has none.
    if worker.local.bubble == 0 { worker.sched().now().max(1) } else { 0 }
}

/// Seconds and nanoseconds since 1970. In deterministic mode virtual time, counted from 2009-11-10
/// 23:00 UTC, when Go was made public.
pub(crate) fn wall_clock(worker: &VmWorker) -> (i64, i64) {
    if let Some(bubble) = bubble::current(worker) {
        let now = bubble.now();
        return (now.div_euclid(1_000_000_000), now.rem_euclid(1_000_000_000));
    }
    if worker.sched().is_deterministic() {
        let now = worker.sched().now();
        return (BIRTHDAY + now / 1_000_000_000, now % 1_000_000_000);
    }
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => (since.as_secs() as i64, i64::from(since.subsec_nanos())),
        Err(before) => {
            let before = before.duration().as_nanos() as i64;
            (
                -before.div_euclid(1_000_000_000) - 1,
                1_000_000_000 - before.rem_euclid(1_000_000_000),
            )
        }
    }
}
