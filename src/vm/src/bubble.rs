//! Bubbles of `testing/synctest`: goroutines with a clock of their own, which goes on when all of
//! them wait for each other.
//!
//! A goroutine's bubble is a number in its frame block, which whatever it starts inherits. The
//! number of the goroutine that runs lies in `Local::bubble`; what is made in a bubble (channels,
//! wait groups, timers) remembers it.
//!
//! **Counting.** `active` counts the bubble's goroutines that do not wait *durably*: that run, are
//! runnable, or wait for something that others can do, too. Who makes a goroutine runnable that
//! waits durably counts it up before ([`rouse`], by a bit of the goroutine's status, so that all
//! other goroutines pay one test). A goroutine that parks durably or ends is counted down by its
//! worker when it is published ([`has_run`]); if it was woken in between, it was counted twice for a
//! moment. So 0 means that all wait and that nothing is under way: whoever counted down to it is the
//! only one who touches the bubble, and drives it on ([`drive`]): `Wait` returns; or the clock jumps
//! to the next timer that wakes somebody; or the end has come, and the goroutine that made the
//! bubble, its root, is told.
//!
//! Rejected: looking for bubbles at rest when a worker has nothing to do. It is simpler and costs
//! goroutines outside nothing, but a bubble would stand still while anything else in the program
//! runs.

#![allow(clippy::unnecessary_wraps)] // The table wants all natives to have one type.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use gol_sched::{Action, NEVER, Status, Switch, TimerId, TimerPayload, Timers, WaitReason};

use crate::context::Context;
use crate::fault::Fault;
use crate::frame::Block;
use crate::local::{VmG, VmWorker};
use crate::native::{NativeCx, NativeFn, NativeResult};
use crate::runtime::{Outcome, lock};
use crate::timers;

/// Midnight UTC 2000-01-01 in nanoseconds since 1970: when the clocks of bubbles start.
const START: i64 = 946_684_800_000_000_000;

/// Bit of the ids of bubbles' timers: numbers of slots are smaller.
const BUBBLES: u64 = 1 << 31;

/// The bubbles of a runtime.
#[derive(Default)]
pub(crate) struct Bubbles(Mutex<Table>);

#[derive(Default)]
struct Table {
    last: u16,
    bubbles: HashMap<u16, Arc<Bubble>>,
}

/// A set of goroutines with a clock.
pub(crate) struct Bubble {
    number: u16,
    /// Goroutines that do not wait durably; see the module.
    active: AtomicUsize,
    timers: Timers<Context>,
    state: Mutex<State>,
}

struct State {
    /// Nanoseconds since 1970.
    now: i64,
    /// Goroutines that have not ended, without the root.
    alive: usize,
    /// The function that the bubble was made for has returned: the clock stands still.
    main_ended: bool,
    /// The goroutine that made the bubble, when it waits for its end.
    root: Option<VmG>,
    /// The goroutine in `Wait`.
    waiter: Option<VmG>,
}

impl Bubbles {
    fn get(&self, number: u16) -> Option<Arc<Bubble>> {
        lock(&self.0).bubbles.get(&number).cloned()
    }

    /// A new bubble in which one goroutine runs, its root; `None` if there are too many.
    fn make(&self) -> Option<u16> {
        let mut table = lock(&self.0);
        let free = |table: &Table, number| number != 0 && !table.bubbles.contains_key(&number);
        let mut number = table.last.wrapping_add(1);
        while !free(&table, number) {
            number = number.wrapping_add(1);
            if number == table.last {
                return None;
            }
        }
        table.last = number;
        let state = State { now: START, alive: 0, main_ended: false, root: None, waiter: None };
        let bubble = Bubble {
            number,
            active: AtomicUsize::new(1),
            timers: Timers::with_generation(u32::from(number) << 16),
            state: Mutex::new(state),
        };
        table.bubbles.insert(number, Arc::new(bubble));
        Some(number)
    }

    /// Visits the payloads of all bubbles' timers: they are roots.
    pub(crate) fn each_timer(&self, visit: &mut dyn FnMut(&TimerPayload)) {
        let table = lock(&self.0);
        #[expect(clippy::iter_over_hash_type, reason = "roots have no order")]
        for bubble in table.bubbles.values() {
            bubble.timers.each_payload(visit);
        }
    }
}

impl Bubble {
    /// Nanoseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        lock(&self.state).now
    }

    fn start(&self, delay: i64, period: i64, action: Action<Context>) -> TimerId {
        let when = self.now().saturating_add(delay.max(0));
        TimerId(self.timers.start(when, period, action).0.0 | BUBBLES)
    }

    pub(crate) fn start_timer(&self, delay: i64, period: i64, payload: TimerPayload) -> TimerId {
        self.start(delay, period, Action::Fire(payload))
    }

    pub(crate) fn stop_timer(&self, id: TimerId) -> bool {
        self.timers.stop(TimerId(id.0 & !BUBBLES))
    }
}

/// Whether a timer belongs to a bubble.
pub(crate) fn is_bubbles(id: TimerId) -> bool {
    id.0 & BUBBLES != 0
}

/// The running goroutine's bubble.
#[inline]
pub(crate) fn current(worker: &VmWorker) -> Option<Arc<Bubble>> {
    match worker.local.bubble {
        0 => None,
        number => worker.local.shared.bubbles.get(number),
    }
}

/// The block of a goroutine that is held.
fn block_of(g: VmG) -> *mut Block {
    // SAFETY: the caller holds the goroutine.
    unsafe { (*g.context()).block }
}

/// The running goroutine starts another one, in the same bubble.
#[cold]
pub(crate) fn enters(worker: &mut VmWorker, g: VmG) {
    if let Some(bubble) = current(worker) {
        Block::set_bubble(block_of(g), bubble.number);
        lock(&bubble.state).alive += 1;
        bubble.active.fetch_add(1, SeqCst);
    }
}

/// A goroutine that waits durably, and is held, is about to become runnable.
pub(crate) fn rouse(worker: &mut VmWorker, g: VmG) {
    let number = Block::bubble(block_of(g));
    if let Some(bubble) = worker.local.shared.bubbles.get(number) {
        bubble.active.fetch_add(1, SeqCst);
    }
    if number != worker.local.bubble && g.status() == Status::Waiting(WaitReason::CondWait) {
        let text = "fatal error: semaphore wake of synctest goroutine from outside bubble\n";
        worker.local.shared.finish(Outcome::Fatal { text: text.to_owned() });
        worker.sched().shutdown();
    }
}

/// A bubble's goroutine has run on this worker and is not the worker's any more.
#[cold]
pub(crate) fn has_run(worker: &mut VmWorker) {
    let bubble = current(worker);
    worker.local.bubble = 0;
    let parked = worker.took_durable_wait();
    let Some(bubble) = bubble else { return };
    match worker.local.switch {
        Switch::Parked if parked => {}
        Switch::Exited => lock(&bubble.state).alive -= 1,
        _ => return,
    }
    if bubble.active.fetch_sub(1, SeqCst) == 1 {
        drive(worker, &bubble);
    }
}

/// All goroutines of the bubble wait durably, and none of them is going to be woken.
fn drive(worker: &mut VmWorker, bubble: &Bubble) {
    loop {
        let mut state = lock(&bubble.state);
        if let Some(waiter) = state.waiter.take() {
            drop(state);
            worker.ready(waiter);
            return;
        }
        let next = bubble.timers.next_that_wakes(timers::can_wake);
        if state.main_ended || next == NEVER {
            let root = state.root.take();
            drop(state);
            if let Some(root) = root {
                worker.ready(root);
            }
            return;
        }
        state.now = state.now.max(next);
        let now = state.now;
        drop(state);
        // Held until all that is due has fired: who is woken does not find the bubble at rest.
        bubble.active.fetch_add(1, SeqCst);
        fire_due(worker, bubble, now);
        if bubble.active.fetch_sub(1, SeqCst) != 1 {
            return;
        }
    }
}

fn fire_due(worker: &mut VmWorker, bubble: &Bubble, now: i64) {
    worker.local.alloc.enter();
    worker.local.bubble = bubble.number;
    while let Some((id, action)) = bubble.timers.take_due(now) {
        match action {
            Action::Ready(g) => worker.ready_last(g),
            Action::Fire(payload) => timers::fire(worker, TimerId(id.0 | BUBBLES), payload),
        }
    }
    worker.local.bubble = 0;
}

/// Parks the running goroutine, which is in a bubble and saved.
pub(crate) fn sleep(worker: &mut VmWorker, g: VmG, nanoseconds: i64) {
    worker.set_waiting(g, WaitReason::Sleep, true);
    if let Some(bubble) = current(worker) {
        bubble.start(nanoseconds, 0, Action::Ready(g));
    }
}

/// A goroutine of a bubble, or of none, changes the counter of a wait group, which belongs to
/// `owner`; one that counts nothing gets a new owner.
#[cold]
pub(crate) fn owns_group(bubble: u32, owner: &AtomicU32, is_idle: bool) -> Result<(), Fault> {
    let before = owner.load(SeqCst);
    if is_idle {
        owner.store(bubble, SeqCst);
    } else if before != bubble {
        return Err(Fault::Fatal(if bubble != 0 && before != 0 {
            "sync: WaitGroup.Add called from multiple synctest bubbles".into()
        } else {
            "sync: WaitGroup.Add called from inside and outside synctest bubble".into()
        }));
    }
    Ok(())
}

/// Puts the running goroutine into a bubble, or with 0 into none.
fn move_to(cx: &mut NativeCx<'_>, number: u16) {
    cx.worker.local.bubble = number;
    Block::set_bubble(cx.worker.local.block, number);
}

/// `enter() bool`: makes a bubble for the goroutine; false if it is in one.
fn enter(cx: &mut NativeCx<'_>) -> NativeResult {
    if cx.worker.local.bubble != 0 {
        cx.ret_bool(false);
        return Ok(());
    }
    let number = cx.shared().bubbles.make();
    let number = number.ok_or_else(|| Fault::Fatal("too many synctest bubbles".into()))?;
    move_to(cx, number);
    cx.ret_bool(true);
    Ok(())
}

/// `await()`: the root waits until the bubble's end.
fn await_end(cx: &mut NativeCx<'_>) -> NativeResult {
    let Some(bubble) = current(cx.worker) else { return Ok(()) };
    let g = cx.worker.current();
    cx.worker.set_waiting(g, WaitReason::BubbleRun, true);
    lock(&bubble.state).root = Some(g);
    cx.switch = Some(Switch::Parked);
    Ok(())
}

/// `leave() (alive, mainEnded bool)`: the root leaves the bubble, which is no more. Whether there are
/// goroutines left in it, and whether the function that it was made for has returned.
fn leave(cx: &mut NativeCx<'_>) -> NativeResult {
    let number = cx.worker.local.bubble;
    move_to(cx, 0);
    let bubble = lock(&cx.shared().bubbles.0).bubbles.remove(&number);
    let (alive, ended) = bubble.map_or((false, true), |bubble| {
        let state = lock(&bubble.state);
        (state.alive > 0, state.main_ended)
    });
    cx.ret_bool(alive);
    cx.ret_bool(ended);
    Ok(())
}

/// `mainEnded()`: the function that the bubble was made for has returned.
fn main_ended(cx: &mut NativeCx<'_>) -> NativeResult {
    if let Some(bubble) = current(cx.worker) {
        lock(&bubble.state).main_ended = true;
    }
    Ok(())
}

/// `wait() int`: waits until all others wait durably. 1: in no bubble; 2: somebody else does that.
fn wait(cx: &mut NativeCx<'_>) -> NativeResult {
    let Some(bubble) = current(cx.worker) else {
        cx.ret_int(1);
        return Ok(());
    };
    let g = cx.worker.current();
    let mut state = lock(&bubble.state);
    if state.waiter.is_some() {
        cx.ret_int(2);
        return Ok(());
    }
    cx.ret_int(0);
    cx.worker.set_waiting(g, WaitReason::BubbleWait, true);
    state.waiter = Some(g);
    cx.switch = Some(Switch::Parked);
    Ok(())
}

/// `inBubble() bool`.
fn in_bubble(cx: &mut NativeCx<'_>) -> NativeResult {
    let inside = cx.worker.local.bubble != 0;
    cx.ret_bool(inside);
    Ok(())
}

/// `internal/synctest`.
pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("enter", enter),
    ("await", await_end),
    ("leave", leave),
    ("mainEnded", main_ended),
    ("wait", wait),
    ("InBubble", in_bubble),
];
