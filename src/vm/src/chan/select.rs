//! `select`: the one of several channel operations that can go on, or a wait on all of them.
//!
//! Go's algorithm, with a cheaper first look. (1) All cases are looked at without locks; of those
//! that look as if they could go on random ones are tried, one after the other, each under its
//! channel's lock. Whatever succeeds there is a valid choice, because it happens in one piece under that
//! channel's lock. (2) If nothing did and the select has a `default`, or if it has to wait, "none
//! can go on" must hold for all channels at one instant: all are locked, in *lock order* (by
//! address, so that two selects cannot hold each other up), and looked at again. (3) Still nothing:
//! a waiter for each case goes into its channel's queue, and the goroutine parks. (4) Whoever fires
//! first (one swap on the goroutine) transfers the value and writes the case's index; woken, the
//! goroutine takes its other waiters out of their queues ([`finish`]).
//!
//! With a single case and a `default`, the hint alone decides for the default, as in Go: the
//! instant of the hint is one at which the case could not go on.

use std::sync::atomic::Ordering::Relaxed;

use gol_bytecode::SelectDir;
use gol_sched::{GRef, Machine, SelectWaiter, WaitReason, Worker};

use super::waiter::copy_words;
use super::{Chan, ChanFault, Step};

/// One case, its operands read from their registers.
#[derive(Debug)]
pub struct Case<C> {
    pub dir: SelectDir,
    /// Null: never goes on.
    pub chan: *mut Chan<C>,
    /// The value to send, or where to receive to; null: dropped.
    pub value: *mut u64,
    /// Where to say whether a value was received; null: nowhere.
    pub ok: *mut u64,
}

impl<C> Clone for Case<C> {
    fn clone(&self) -> Case<C> {
        *self
    }
}
impl<C> Copy for Case<C> {}

impl<C> Case<C> {
    /// Whether the operation may be able to go on; if not, it cannot.
    unsafe fn looks_ready(&self) -> bool {
        // SAFETY: the case's channel is not null; its hints may be looked at without the lock.
        let chan = unsafe { &*self.chan };
        let open = match self.dir {
            SelectDir::Send => !chan.recvq.is_empty() || chan.count() < chan.size,
            SelectDir::Recv => !chan.sendq.is_empty() || chan.count() > 0,
        };
        open || chan.closed.load(Relaxed)
    }

    /// Locked; unlocks if it answers.
    unsafe fn try_now<M: Machine<Context = C>>(&self, worker: &mut Worker<M>) -> Option<Step> {
        // SAFETY: the channel is locked, the registers are the running goroutine's.
        unsafe {
            match self.dir {
                SelectDir::Send => (*self.chan).try_send(worker, self.value),
                SelectDir::Recv => (*self.chan).try_recv(worker, self.value, self.ok),
            }
        }
    }
}

/// Indices of cases; on the stack for selects of ordinary size.
type Indices = smallvec::SmallVec<[u16; 16]>;

/// Channels by address, each once.
type Channels<C> = smallvec::SmallVec<[*mut Chan<C>; 16]>;

/// Takes a random one of the indices out.
#[inline]
fn take_any<M: Machine>(worker: &mut Worker<M>, indices: &mut Indices) -> Option<u16> {
    let place = match indices.len() {
        0 => return None,
        1 => 0,
        n => worker.random(n as u32) as usize,
    };
    Some(indices.swap_remove(place))
}

/// Whether all channels belong to the goroutine's bubble, and the cases that look as if they could
/// go on; `None` if a channel belongs to another bubble.
#[inline]
unsafe fn first_look<M: Machine>(
    worker: &Worker<M>,
    cases: &[Case<M::Context>],
) -> Option<(bool, Indices)> {
    let mut bubbled = M::bubble(worker) != 0;
    // SAFETY: as the caller promises, channels are null or channels; their marks may be looked at
    // without the lock.
    unsafe {
        for case in cases.iter().filter(|case| !case.chan.is_null()) {
            if (*case.chan).is_foreign(worker) {
                return None;
            }
            bubbled &= (*case.chan).marks & super::BUBBLED != 0;
        }
        Some((bubbled, ready_cases(cases)))
    }
}

/// The cases that look as if they could go on.
#[inline]
unsafe fn ready_cases<C>(cases: &[Case<C>]) -> Indices {
    let mut ready = Indices::new();
    for (index, case) in cases.iter().enumerate() {
        // SAFETY: as the caller promises, channels are null or channels.
        if !case.chan.is_null() && unsafe { case.looks_ready() } {
            ready.push(index as u16);
        }
    }
    ready
}

fn in_lock_order<C>(cases: &[Case<C>]) -> Channels<C> {
    let mut channels = Channels::new();
    for case in cases {
        if !case.chan.is_null() {
            channels.push(case.chan);
        }
    }
    channels.sort_unstable();
    channels.dedup();
    channels
}

/// Does one of the cases, whose index it writes to `dst`; waits if none can go on, unless there is
/// a default, whose index is the number of cases.
///
/// # Safety
/// `g` is the running goroutine, saved; channels are null or channels, values have their words and
/// lie, as `dst` does, in g's frame.
pub unsafe fn select<M: Machine>(
    worker: &mut Worker<M>,
    g: GRef<M::Context>,
    cases: &[Case<M::Context>],
    has_default: bool,
    dst: *mut u64,
) -> Step {
    // SAFETY: as promised by the caller.
    let Some((bubbled, mut ready)) = (unsafe { first_look(worker, cases) }) else {
        return Step::Fail(match cases {
            [only] if has_default && only.dir == SelectDir::Send => ChanFault::SendFromOutside,
            [_] if has_default => ChanFault::RecvFromOutside,
            _ => ChanFault::SelectFromOutside,
        });
    };
    // SAFETY: as promised by the caller; the steps below keep to the channels' locks.
    unsafe {
        while let Some(index) = take_any(worker, &mut ready) {
            let case = &cases[usize::from(index)];
            worker.lock(&(*case.chan).lock);
            if let Some(step) = case.try_now(worker) {
                *dst = u64::from(index);
                return step;
            }
            (*case.chan).lock.unlock();
        }
        let with_channel = cases.iter().filter(|case| !case.chan.is_null()).take(2).count();
        if has_default && with_channel < 2 {
            *dst = cases.len() as u64;
            return Step::Done;
        }
        if with_channel == 0 {
            let none = cases.is_empty();
            // It waits for nothing that traces or leak reports could name.
            (*g.waiter()).owner = std::ptr::null_mut();
            let reason = if none { WaitReason::SelectNoCases } else { WaitReason::Select };
            worker.set_waiting(g, reason, bubbled);
            return Step::Park;
        }
        select_locked(worker, g, cases, has_default, bubbled, dst)
    }
}

/// Steps 2 and 3.
unsafe fn select_locked<M: Machine>(
    worker: &mut Worker<M>,
    g: GRef<M::Context>,
    cases: &[Case<M::Context>],
    has_default: bool,
    bubbled: bool,
    dst: *mut u64,
) -> Step {
    let channels = in_lock_order(cases);
    // SAFETY: as for `select`; all channels are locked between here and the unlocks.
    unsafe {
        for &chan in &channels {
            worker.lock(&(*chan).lock);
        }
        let mut ready = ready_cases(cases);
        while let Some(index) = take_any(worker, &mut ready) {
            let case = &cases[usize::from(index)];
            // Even under the lock only a hint: a queue may hold nothing but waiters of selects that
            // another channel has fired.
            if let Some(step) = case.try_now(worker) {
                unlock_all(&channels, case.chan);
                *dst = u64::from(index);
                return step;
            }
        }
        if has_default {
            unlock_all(&channels, std::ptr::null());
            *dst = cases.len() as u64;
            return Step::Done;
        }
        g.arm();
        worker.set_waiting(g, WaitReason::Select, bubbled);
        enqueue_all(worker, g, cases, dst);
        unlock_all(&channels, std::ptr::null());
    }
    Step::Park
}

/// Unlocks all channels but one.
#[inline]
unsafe fn unlock_all<C>(channels: &Channels<C>, except: *const Chan<C>) {
    for &chan in channels {
        if !std::ptr::eq(chan, except) {
            // SAFETY: a channel that this goroutine's select has locked.
            unsafe { (*chan).lock.unlock() };
        }
    }
}

/// Puts a waiter for each case with a channel into its queue. All channels are locked.
unsafe fn enqueue_all<M: Machine>(
    worker: &mut Worker<M>,
    g: GRef<M::Context>,
    cases: &[Case<M::Context>],
    dst: *mut u64,
) {
    let waiters = worker.alloc_waiters(cases.len());
    // SAFETY: the record has room for all cases, `g` is ours until the locks are released.
    unsafe {
        for (index, case) in cases.iter().enumerate() {
            let whole = waiters.add(index);
            whole.write(SelectWaiter::new(g));
            let waiter = &raw mut (*whole).waiter;
            (*waiter).elem = case.value;
            (*waiter).ok = case.ok;
            (*waiter).owner = case.chan.cast();
            (*waiter).case = index as u32;
            (*waiter).cases = u16::from(case.dir == SelectDir::Send);
            match case.dir {
                _ if case.chan.is_null() => {}
                SelectDir::Send => (*case.chan).sendq.push(waiter),
                SelectDir::Recv => {
                    if !case.value.is_null() {
                        // As in `recv`: roots while the goroutine waits.
                        copy_words(std::ptr::null(), case.value, usize::from((*case.chan).words));
                    }
                    (*case.chan).recvq.push(waiter);
                }
            }
        }
        let inline = g.waiter();
        (*inline).ok = dst;
        (*inline).owner = waiters.cast();
        (*inline).cases = cases.len() as u16;
    }
}

/// In place of a case's index in a goroutine that goes on because somebody ends its wait.
pub(super) const NO_CASE: u64 = u64::MAX;

/// Step 4, on the goroutine's next turn: takes the waiters that did not fire out of their queues.
///
/// # Safety
/// `g` is held and was woken from a select.
pub(super) unsafe fn finish<M: Machine>(worker: &mut Worker<M>, g: GRef<M::Context>) {
    // SAFETY: the record belongs to `g`; each waiter is looked at under its channel's lock.
    unsafe {
        let inline = g.waiter();
        let waiters = (*inline).owner.cast::<SelectWaiter<M::Context>>();
        let count = usize::from((*inline).cases);
        // Whoever fired it has taken that waiter out.
        let fired = *(*inline).ok;
        for index in (0..count).filter(|&index| index as u64 != fired) {
            let waiter = &raw mut (*waiters.add(index)).waiter;
            let chan = (*waiter).owner.cast::<Chan<M::Context>>();
            if chan.is_null() {
                continue;
            }
            worker.lock(&(*chan).lock);
            if (*waiter).queued.load(Relaxed) {
                match (*waiter).cases {
                    0 => (*chan).recvq.remove(waiter),
                    _ => (*chan).sendq.remove(waiter),
                }
            }
            (*chan).lock.unlock();
        }
        (*inline).cases = 0;
        worker.free_waiters(waiters, count);
    }
}
