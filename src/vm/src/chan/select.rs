//! `select`: the one of several channel operations that can go on, or a wait on all of them.
//!
//! Go's algorithm, with a cheaper first look. (1) The cases are looked at in a random *poll order*,
//! one channel at a time: a hint without the lock, and if it is promising, the operation under the
//! lock. Whatever succeeds there is a valid choice, because it happens in one piece under that
//! channel's lock. (2) If nothing did and the select has a `default`, or if it has to wait, "none
//! can go on" must hold for all channels at one instant: all are locked, in *lock order* (by
//! address, so that two selects cannot hold each other up), and looked at again. (3) Still nothing:
//! a waiter for each case goes into its channel's queue, and the goroutine parks. (4) Whoever fires
//! first (one compare-and-swap on the goroutine) transfers the value and writes the case's index;
//! woken, the goroutine takes its other waiters out of their queues ([`finish`]).
//!
//! With a single case and a `default`, the hint alone decides for the default, as in Go: the
//! instant of the hint is one at which the case could not go on.

use std::sync::atomic::Ordering::Relaxed;

use gol_bytecode::SelectDir;
use gol_sched::{GRef, Machine, SelectWaiter, WaitReason, Worker};

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

/// Orders of a select's cases: indices of those with a channel.
struct Orders {
    poll: Order,
    lock: Order,
    /// Whether all channels belong to the goroutine's bubble.
    bubbled: bool,
}

/// Indices of cases; on the stack for selects of ordinary size.
type Order = smallvec::SmallVec<[u16; 16]>;

impl Orders {
    /// `None` if a channel belongs to another bubble.
    fn new<M: Machine>(worker: &mut Worker<M>, cases: &[Case<M::Context>]) -> Option<Orders> {
        let mut poll = Order::new();
        let mut bubbled = M::bubble(worker) != 0;
        for (index, case) in cases.iter().enumerate() {
            if case.chan.is_null() {
                continue;
            }
            // SAFETY: a channel; its marks may be looked at without the lock.
            unsafe {
                if (*case.chan).is_foreign(worker) {
                    return None;
                }
                bubbled &= (*case.chan).marks & super::BUBBLED != 0;
            }
            // Inside-out shuffle.
            let place = worker.random(poll.len() as u32 + 1) as usize;
            poll.push(index as u16);
            let last = poll.len() - 1;
            poll.swap(place, last);
        }
        Some(Orders { poll, lock: Order::new(), bubbled })
    }

    /// By address of the channel, each channel once.
    fn sort<C>(&mut self, cases: &[Case<C>]) {
        self.lock = self.poll.clone();
        self.lock.sort_unstable_by_key(|&index| cases[usize::from(index)].chan.addr());
        self.lock.dedup_by_key(|index| cases[usize::from(*index)].chan.addr());
    }
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
    let Some(mut orders) = Orders::new(worker, cases) else {
        return Step::Fail(match cases {
            [only] if has_default && only.dir == SelectDir::Send => ChanFault::SendFromOutside,
            [_] if has_default => ChanFault::RecvFromOutside,
            _ => ChanFault::SelectFromOutside,
        });
    };
    // SAFETY: as promised by the caller; the steps below keep to the channels' locks.
    unsafe {
        for &index in &orders.poll {
            let case = &cases[usize::from(index)];
            if case.looks_ready() {
                (*case.chan).lock.lock();
                if let Some(step) = case.try_now(worker) {
                    *dst = u64::from(index);
                    return step;
                }
                (*case.chan).lock.unlock();
            }
        }
        if has_default && orders.poll.len() < 2 {
            *dst = cases.len() as u64;
            return Step::Done;
        }
        if orders.poll.is_empty() {
            let none = cases.is_empty();
            // It waits for nothing that traces or leak reports could name.
            (*g.waiter()).owner = std::ptr::null_mut();
            let reason = if none { WaitReason::SelectNoCases } else { WaitReason::Select };
            worker.set_waiting(g, reason, orders.bubbled);
            return Step::Park;
        }
        orders.sort(cases);
        select_locked(worker, g, cases, &orders, has_default, dst)
    }
}

/// Steps 2 and 3.
unsafe fn select_locked<M: Machine>(
    worker: &mut Worker<M>,
    g: GRef<M::Context>,
    cases: &[Case<M::Context>],
    orders: &Orders,
    has_default: bool,
    dst: *mut u64,
) -> Step {
    // SAFETY: as for `select`; all channels are locked between `lock_all` and the unlocks.
    unsafe {
        lock_all(cases, &orders.lock);
        for &index in &orders.poll {
            let case = &cases[usize::from(index)];
            // Even under the lock only a hint: a queue may hold nothing but waiters of selects that
            // another channel has fired.
            if case.looks_ready()
                && let Some(step) = case.try_now(worker)
            {
                unlock_all(cases, &orders.lock, case.chan);
                *dst = u64::from(index);
                return step;
            }
        }
        if has_default {
            unlock_all(cases, &orders.lock, std::ptr::null());
            *dst = cases.len() as u64;
            return Step::Done;
        }
        g.arm();
        worker.set_waiting(g, WaitReason::Select, orders.bubbled);
        enqueue_all(worker, g, cases, dst);
        unlock_all(cases, &orders.lock, std::ptr::null());
    }
    Step::Park
}

unsafe fn lock_all<C>(cases: &[Case<C>], order: &Order) {
    for &index in order {
        // SAFETY: cases in the order have channels.
        unsafe { (*cases[usize::from(index)].chan).lock.lock() };
    }
}

/// Unlocks all channels but one.
unsafe fn unlock_all<C>(cases: &[Case<C>], order: &Order, except: *const Chan<C>) {
    for &index in order.iter().rev() {
        let chan = cases[usize::from(index)].chan;
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
                SelectDir::Recv => (*case.chan).recvq.push(waiter),
            }
        }
        let inline = g.waiter();
        (*inline).ok = dst;
        (*inline).owner = waiters.cast();
        (*inline).cases = cases.len() as u16;
    }
}

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
        for index in 0..count {
            let waiter = &raw mut (*waiters.add(index)).waiter;
            let chan = (*waiter).owner.cast::<Chan<M::Context>>();
            if chan.is_null() {
                continue;
            }
            (*chan).lock.lock();
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
