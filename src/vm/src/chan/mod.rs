//! Channels: send, receive, close. `select` has its own file, the wait queues are in `waiter`.
//!
//! A channel is a heap object: a header of [`HEADER`] bytes and behind it the buffer, elements in
//! their register form. A value goes straight from the sender's registers into those of a receiver
//! that waits; a frame does not move while its goroutine is parked. One word lock guards
//! everything; uncontended it is a swap and a store, and beside it an operation has no atomic
//! read-modify-write at all.
//!
//! Operations end as [`Step`] says. Before one is called, the machine has saved the goroutine so
//! that it goes on *behind* the instruction, because after [`Step::Park`] another worker may be
//! running it already. Who wakes it has written its results; what is left to do ([`Wake`]) is done
//! by [`resume`] on its next turn.
//!
//! Invariant *locked*: fields of a channel are written under its lock. Without it `closed`, `count`
//! and whether queues are empty may be looked at as hints, all of them relaxed atomics.
//!
//! At most one of the queues has waiters (except for a select that both sends and receives on one
//! channel); waiting receivers mean an empty buffer, waiting senders a full one.
//!
//! A slot whose element was taken is cleared, through the barrier, so free slots hold zeros; not so if
//! the elements are no pointers.
//!
//! The model is Go's chan.go, without its status words, race hooks and stack copying. Everything
//! is generic over the machine, so that tests need no bytecode.

#[cfg(all(test, shuttle))]
mod models;
mod select;
#[cfg(test)]
mod tests;
mod waiter;

use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use gol_heap::{AllocCache, LayoutId, before_overwrite, init_word};
use gol_sched::{
    Acquire, Chain, GRef, Machine, SelectWaiter, TimerId, WaitReason, Waiter, Wake, WordLock,
    Worker,
};

pub use select::{Case, select};
use waiter::{WaitQueue, Woken, copy_words};

use crate::fault::Fault;

/// The largest buffer in bytes, as in Go on 64-bit systems.
const MAX_BUFFER: usize = 1 << 47;

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// Go on; the results are in their registers.
    Done,
    /// The goroutine is published, and nobody but its next holder may touch it.
    Park,
    /// A run-time panic.
    Fail(ChanFault),
}

/// Panics of channel operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChanFault {
    SendOnClosed,
    CloseOfNil,
    CloseOfClosed,
    Size,
    OutOfMemory,
    /// The channel belongs to a bubble in which the goroutine is not.
    SendFromOutside,
    RecvFromOutside,
    CloseFromOutside,
    SelectFromOutside,
}

impl From<ChanFault> for Fault {
    fn from(fault: ChanFault) -> Fault {
        match fault {
            ChanFault::SendOnClosed => Fault::Plain("send on closed channel"),
            ChanFault::CloseOfNil => Fault::Plain("close of nil channel"),
            ChanFault::CloseOfClosed => Fault::Plain("close of closed channel"),
            ChanFault::Size => Fault::Plain("makechan: size out of range"),
            ChanFault::OutOfMemory => Fault::out_of_memory(),
            ChanFault::SendFromOutside => {
                Fault::Fatal("send on synctest channel from outside bubble".into())
            }
            ChanFault::RecvFromOutside => {
                Fault::Fatal("receive on synctest channel from outside bubble".into())
            }
            ChanFault::CloseFromOutside => {
                Fault::Fatal("close of synctest channel from outside bubble".into())
            }
            ChanFault::SelectFromOutside => {
                Fault::Fatal("select on synctest channel from outside bubble".into())
            }
        }
    }
}

/// A channel's header; all zeros but for `words` and `size` is an empty open channel.
#[repr(C)]
pub struct Chan<C> {
    lock: WordLock,
    closed: AtomicBool,
    /// [`TIMER`], [`BUBBLED`], [`ONCE`], [`POINTERS`].
    marks: u8,
    /// Words of an element.
    words: u16,
    /// Elements in the buffer.
    count: AtomicU64,
    /// Elements that the buffer holds.
    size: u64,
    /// Where the next element is put and taken.
    sendx: u64,
    recvx: u64,
    recvq: WaitQueue<C>,
    sendq: WaitQueue<C>,
    /// The timer whose values are still wanted; `TimerId(0)`: none.
    timer: TimerId,
}

/// A timer's channel, which looks unbuffered to the program.
const TIMER: u8 = 1;
/// Made in a bubble, whose number stands behind the buffer: only for the bubble's goroutines.
const BUBBLED: u8 = 2;
/// Its timer sends one value.
const ONCE: u8 = 4;
/// Elements may be pointers: the collector looks at the buffer.
const POINTERS: u8 = 8;

/// Bytes before the buffer.
const HEADER: usize = size_of::<Chan<()>>();

/// A new channel. `has_pointers`: whether the elements' words can be pointers; `bubble`: that of the
/// goroutine that makes it, 0 for none; `lock`: unlocked, its worker's.
#[allow(clippy::cast_ptr_alignment)] // Objects of 16 bytes and more are aligned to 16.
pub fn make<C>(
    alloc: &mut AllocCache,
    words: u16,
    has_pointers: bool,
    size: i64,
    bubble: u16,
    lock: WordLock,
) -> Result<*mut Chan<C>, ChanFault> {
    let size = usize::try_from(size).map_err(|_| ChanFault::Size)?;
    let bytes = size
        .checked_mul(usize::from(words) * 8)
        .filter(|&bytes| bytes < MAX_BUFFER)
        .ok_or(ChanFault::Size)?;
    let layout = if has_pointers { LayoutId::CONSERVATIVE } else { LayoutId::NOSCAN };
    let tail = if bubble == 0 { 0 } else { 8 };
    let chan = alloc.alloc(HEADER + bytes + tail, layout).cast::<Chan<C>>();
    if chan.is_null() {
        return Err(ChanFault::OutOfMemory);
    }
    // SAFETY: the object is new, zeroed and large enough for the header.
    unsafe {
        (&raw mut (*chan).lock).write(lock);
        (*chan).words = words;
        (*chan).size = size as u64;
        (*chan).marks = if has_pointers { POINTERS } else { 0 };
        if bubble != 0 {
            (*chan).marks |= BUBBLED;
            init_word((*chan).slot(size as u64), u64::from(bubble));
        }
    }
    Ok(chan)
}

/// `len(c)`.
///
/// # Safety
/// `chan` is null or a channel.
pub unsafe fn len<C>(chan: *const Chan<C>) -> u64 {
    // SAFETY: as promised.
    match unsafe { chan.as_ref() } {
        Some(chan) if chan.marks & TIMER == 0 => chan.count.load(Relaxed),
        _ => 0,
    }
}

/// `cap(c)`.
///
/// # Safety
/// `chan` is null or a channel.
pub unsafe fn cap<C>(chan: *const Chan<C>) -> u64 {
    // SAFETY: as promised.
    match unsafe { chan.as_ref() } {
        Some(chan) if chan.marks & TIMER == 0 => chan.size,
        _ => 0,
    }
}

impl<C> Chan<C> {
    #[inline(always)]
    fn slot(&mut self, index: u64) -> *mut u64 {
        // SAFETY: indices lie below `size`, and the buffer follows the header in the same object.
        unsafe {
            ptr::from_mut(self).add(1).cast::<u64>().add(index as usize * usize::from(self.words))
        }
    }

    /// Whether it belongs to a bubble in which the running goroutine is not.
    #[inline(always)]
    fn is_foreign<M: Machine<Context = C>>(&mut self, worker: &Worker<M>) -> bool {
        // SAFETY: in a bubble's channel, a word follows the buffer that nobody writes.
        self.marks & BUBBLED != 0
            && unsafe { *self.slot(self.size) } != u64::from(M::bubble(worker))
    }

    #[inline(always)]
    fn following(&self, index: u64) -> u64 {
        if index + 1 == self.size { 0 } else { index + 1 }
    }

    #[inline(always)]
    fn count(&self) -> u64 {
        self.count.load(Relaxed)
    }

    /// Puts an element into the buffer, which has room. Locked.
    #[inline(always)]
    unsafe fn buffer(&mut self, value: *const u64) {
        let slot = self.slot(self.sendx);
        // Free slots hold zeros or no pointers, so nothing is overwritten that the collector must see.
        // SAFETY: the slot and the value have `words` words.
        unsafe {
            if self.words == 1 {
                init_word(slot, *value);
            } else {
                init_words(slot, value, usize::from(self.words));
            }
        }
        self.sendx = self.following(self.sendx);
        self.count.store(self.count() + 1, Relaxed);
    }

    /// Takes an element out of the buffer, which has one, and clears its slot for the collector.
    /// Locked.
    #[inline(always)]
    unsafe fn unbuffer(&mut self, dst: *mut u64) {
        let words = usize::from(self.words);
        let slot = self.slot(self.recvx);
        // SAFETY: the slot has `words` words, and so has the destination, if there is one.
        unsafe {
            if !dst.is_null() {
                copy_words(slot, dst, words);
            }
            if self.marks & POINTERS != 0 {
                before_overwrite(slot, words);
                copy_words(ptr::null(), slot, words);
            }
        }
        self.recvx = self.following(self.recvx);
        self.count.store(self.count() - 1, Relaxed);
    }

    /// Takes the element of a sender that waits, which means that the buffer is full or has no room
    /// at all: the receiver gets the oldest element, the sender's goes behind the newest. Locked.
    unsafe fn take_from(&mut self, sender: &Woken<C>, dst: *mut u64) {
        // SAFETY: destination and value have `words` words; the buffer is full.
        unsafe {
            if self.size > 0 {
                self.unbuffer(dst);
                self.buffer(sender.value());
            } else if !dst.is_null() {
                copy_words(sender.value(), dst, usize::from(self.words));
            }
        }
    }

    /// Sends if that is possible without waiting. Locked; unlocks if it answers.
    #[inline(always)]
    unsafe fn try_send<M: Machine<Context = C>>(
        &mut self,
        worker: &mut Worker<M>,
        value: *const u64,
    ) -> Option<Step> {
        let has_room = self.count() < self.size && self.recvq.is_empty();
        if !has_room || self.closed.load(Relaxed) {
            // SAFETY: as promised by the caller.
            return unsafe { self.try_hand_over(worker, value) };
        }
        // SAFETY: the channel is locked and has room; the value has its words.
        unsafe { self.buffer(value) };
        self.lock.unlock();
        Some(Step::Done)
    }

    #[inline(never)]
    unsafe fn try_hand_over<M: Machine<Context = C>>(
        &mut self,
        worker: &mut Worker<M>,
        value: *const u64,
    ) -> Option<Step> {
        if self.closed.load(Relaxed) {
            self.lock.unlock();
            return Some(Step::Fail(ChanFault::SendOnClosed));
        }
        // SAFETY: the channel is locked; the value has its words.
        unsafe {
            if let Some(receiver) = self.recvq.pop() {
                receiver.give(value_or_zero(value, self.words), usize::from(self.words));
                self.lock.unlock();
                receiver.ready(worker);
                return Some(Step::Done);
            }
            // Those that seemed to wait may all have been woken by others.
            if self.count() < self.size {
                self.buffer(value);
                self.lock.unlock();
                return Some(Step::Done);
            }
        }
        None
    }

    /// Receives if that is possible without waiting. Locked; unlocks if it answers.
    #[inline(always)]
    unsafe fn try_recv<M: Machine<Context = C>>(
        &mut self,
        worker: &mut Worker<M>,
        dst: *mut u64,
        ok: *mut u64,
    ) -> Option<Step> {
        if self.count() == 0 || !self.sendq.is_empty() {
            // SAFETY: as promised by the caller.
            return unsafe { self.try_take(worker, dst, ok) };
        }
        // SAFETY: the channel is locked and has an element; the registers are the running goroutine's.
        unsafe {
            self.unbuffer(dst);
            self.lock.unlock();
            set(ok, 1);
        }
        Some(Step::Done)
    }

    #[inline(never)]
    unsafe fn try_take<M: Machine<Context = C>>(
        &mut self,
        worker: &mut Worker<M>,
        dst: *mut u64,
        ok: *mut u64,
    ) -> Option<Step> {
        // SAFETY: the channel is locked; the registers are the running goroutine's.
        unsafe {
            if let Some(sender) = self.sendq.pop() {
                self.take_from(&sender, dst);
                self.lock.unlock();
                set(ok, 1);
                sender.ready(worker);
                return Some(Step::Done);
            }
            if self.count() > 0 {
                self.unbuffer(dst);
                self.lock.unlock();
                set(ok, 1);
                return Some(Step::Done);
            }
            if self.closed.load(Relaxed) {
                self.lock.unlock();
                if !dst.is_null() {
                    copy_words(ptr::null(), dst, usize::from(self.words));
                }
                set(ok, 0);
                return Some(Step::Done);
            }
        }
        None
    }
}

/// Writes a value of several words to free memory.
///
/// # Safety
/// Both lead to so many words.
#[inline(never)]
unsafe fn init_words(slot: *mut u64, value: *const u64, words: usize) {
    for word in 0..words {
        // SAFETY: as the caller promises.
        unsafe { init_word(slot.add(word), *value.add(word)) };
    }
}

/// The value of an element without words: any address that is not null.
#[inline(always)]
fn value_or_zero(value: *const u64, words: u16) -> *const u64 {
    if words == 0 { ptr::NonNull::dangling().as_ptr() } else { value }
}

#[inline(always)]
unsafe fn set(register: *mut u64, value: u64) {
    if !register.is_null() {
        // SAFETY: a register of the running goroutine.
        unsafe { *register = value };
    }
}

/// Makes the inline waiter ready for a wait on one channel.
#[inline]
unsafe fn prepare<C>(
    g: GRef<C>,
    chan: *mut Chan<C>,
    elem: *mut u64,
    ok: *mut u64,
) -> *mut Waiter<C> {
    let waiter = g.waiter();
    // SAFETY: the running goroutine's holder may write its waiter.
    unsafe {
        (*waiter).owner = chan.cast();
        (*waiter).elem = elem;
        (*waiter).ok = ok;
        (*waiter).owner = chan.cast();
        (*waiter).case = Waiter::<C>::SINGLE;
    }
    waiter
}

/// `chan <- value`, with the value's words at `value`.
///
/// # Safety
/// `g` is the running goroutine, saved; `chan` is null or a channel whose elements have as many
/// words as `value` leads to, in g's frame.
#[inline(always)]
pub unsafe fn send<M: Machine>(
    worker: &mut Worker<M>,
    g: GRef<M::Context>,
    chan: *mut Chan<M::Context>,
    value: *const u64,
) -> Step {
    if chan.is_null() {
        let durably = M::bubble(worker) != 0;
        worker.set_waiting(g, WaitReason::ChanSendNil, durably);
        return Step::Park;
    }
    // SAFETY: a channel, whose fields are used under its lock from here on; `g` is ours until the
    // lock is released with its waiter in the queue.
    unsafe {
        if (*chan).is_foreign(worker) {
            return Step::Fail(ChanFault::SendFromOutside);
        }
        worker.lock(&(*chan).lock);
        if let Some(step) = (*chan).try_send(worker, value) {
            return step;
        }
        worker.set_waiting(g, WaitReason::ChanSend, (*chan).marks & BUBBLED != 0);
        let waiter = prepare(g, chan, value.cast_mut(), ptr::null_mut());
        (*chan).sendq.push(waiter);
        (*chan).lock.unlock();
    }
    Step::Park
}

/// `<-chan` into the registers from `dst` on, and whether there was a value into `ok`; null:
/// dropped.
///
/// # Safety
/// As for [`send`].
#[inline(always)]
pub unsafe fn recv<M: Machine>(
    worker: &mut Worker<M>,
    g: GRef<M::Context>,
    chan: *mut Chan<M::Context>,
    dst: *mut u64,
    ok: *mut u64,
) -> Step {
    if chan.is_null() {
        let durably = M::bubble(worker) != 0;
        worker.set_waiting(g, WaitReason::ChanReceiveNil, durably);
        return Step::Park;
    }
    // SAFETY: as in `send`.
    unsafe {
        if (*chan).is_foreign(worker) {
            return Step::Fail(ChanFault::RecvFromOutside);
        }
        worker.lock(&(*chan).lock);
        if let Some(step) = (*chan).try_recv(worker, dst, ok) {
            return step;
        }
        worker.set_waiting(g, WaitReason::ChanReceive, (*chan).marks & BUBBLED != 0);
        if !dst.is_null() {
            // What the register held before counts as a root as long as the goroutine waits.
            copy_words(ptr::null(), dst, usize::from((*chan).words));
        }
        let waiter = prepare(g, chan, dst, ok);
        (*chan).recvq.push(waiter);
        (*chan).lock.unlock();
    }
    Step::Park
}

/// `close(chan)`: receivers that wait get zeros, senders that wait panic.
///
/// # Safety
/// `chan` is null or a channel.
pub unsafe fn close<M: Machine>(worker: &mut Worker<M>, chan: *mut Chan<M::Context>) -> Step {
    if chan.is_null() {
        return Step::Fail(ChanFault::CloseOfNil);
    }
    let mut woken = Chain::new();
    // SAFETY: a channel, used under its lock; popped waiters are ours until they are readied.
    unsafe {
        if (*chan).is_foreign(worker) {
            return Step::Fail(ChanFault::CloseFromOutside);
        }
        worker.lock(&(*chan).lock);
        if (*chan).closed.swap(true, Relaxed) {
            (*chan).lock.unlock();
            return Step::Fail(ChanFault::CloseOfClosed);
        }
        while let Some(receiver) = (*chan).recvq.pop() {
            receiver.give(ptr::null(), usize::from((*chan).words));
            woken.push(receiver.g);
        }
        while let Some(sender) = (*chan).sendq.pop() {
            sender.fail_send();
            woken.push(sender.g);
        }
        (*chan).lock.unlock();
    }
    worker.ready_all(woken);
    Step::Done
}

/// What a goroutine does first on its next turn, if it was left a message ([`GRef::take_wake`]).
///
/// # Safety
/// `g` is held and its next instruction is the one behind the operation that parked it.
#[cold]
pub unsafe fn resume<M: Machine>(worker: &mut Worker<M>, g: GRef<M::Context>, wake: Wake) -> Step {
    // SAFETY: as promised.
    unsafe {
        match wake {
            Wake::Plain => Step::Done,
            Wake::SendOnClosed => Step::Fail(ChanFault::SendOnClosed),
            Wake::Select => {
                select::finish(worker, g);
                Step::Done
            }
            Wake::SelectSendOnClosed => {
                select::finish(worker, g);
                Step::Fail(ChanFault::SendOnClosed)
            }
            Wake::Retry => match worker.mutex_retry(g) {
                Acquire::Done => Step::Done,
                Acquire::Park => Step::Park,
            },
        }
    }
}

/// Takes a goroutine that waits on channels out of their queues (out of a select's when it goes
/// on): whoever calls holds it then and may make it runnable. While the world stands still.
pub fn cancel<C>(g: GRef<C>, reason: WaitReason) {
    let waiter = g.waiter();
    // SAFETY: nothing runs, so no queue is in use; the waiter of a goroutine that waits for one
    // channel stands in that channel's queue.
    unsafe {
        let chan = (*waiter).owner.cast::<Chan<C>>();
        match reason {
            WaitReason::ChanReceive => (*chan).recvq.remove(waiter),
            WaitReason::ChanSend => (*chan).sendq.remove(waiter),
            // In one whose channels are all nil it has no waiters.
            WaitReason::Select if (*waiter).cases > 0 && g.try_fire() => {
                *(*waiter).ok = select::NO_CASE;
                g.set_wake(Wake::Select);
            }
            _ => {}
        }
    }
}

/// Shows the words by which a waiting goroutine holds objects beside its frames: a select's
/// channels, a mutex that it waits for. The caller has claimed it ([`GRef::claim_scan`]).
pub fn roots<C>(g: GRef<C>, visit: &mut dyn FnMut(u64)) {
    // SAFETY: the goroutine does not run, so its waiters stay where they are; those who wake it
    // leave what is read here as it is.
    unsafe {
        let inline = g.waiter();
        visit((*inline).elem as u64);
        if (*inline).queued.load(Relaxed) && (*inline).case == Waiter::<C>::SINGLE {
            // Nobody else may know the channel, but the queue must not vanish under the waiter.
            visit((*inline).owner as u64);
        }
        for case in 0..usize::from((*inline).cases) {
            visit((*case_waiter(inline, case)).owner as u64);
        }
    }
}

/// What a waiting goroutine waits for: the channels of its operation, or the word that its inline
/// waiter names. While the world stands still.
pub(crate) fn awaited<C>(g: GRef<C>, is_channel: bool) -> Vec<u64> {
    // SAFETY: the goroutine waits and nobody wakes it now.
    unsafe {
        let inline = g.waiter();
        let cases = usize::from((*inline).cases);
        if !is_channel {
            return vec![(*inline).elem as u64];
        }
        if cases == 0 {
            return vec![(*inline).owner as u64];
        }
        (0..cases).map(|case| (*case_waiter(inline, case)).owner as u64).collect()
    }
}

/// The waiter of a case of the select in which a goroutine waits.
///
/// # Safety
/// `inline` is the inline waiter of such a goroutine, which has that many cases.
unsafe fn case_waiter<C>(inline: *const Waiter<C>, case: usize) -> *const Waiter<C> {
    // SAFETY: as the caller promises.
    unsafe { &raw const (*(*inline).owner.cast::<SelectWaiter<C>>().add(case)).waiter }
}

/// Timers' channels.
pub mod timer {
    use super::*;

    /// The timer that `start` starts is from now on the one whose values the channel takes, or whose
    /// one value. The channel is locked meanwhile: a timer that fires at once finds that it is
    /// wanted.
    ///
    /// # Safety
    /// `chan` is a channel; `start` touches no channel.
    pub unsafe fn attach<C>(
        chan: *mut Chan<C>,
        once: bool,
        start: impl FnOnce() -> TimerId,
    ) -> TimerId {
        // SAFETY: a channel, under its lock.
        unsafe {
            (*chan).lock.lock();
            let id = start();
            (*chan).marks = (*chan).marks & !ONCE | TIMER | if once { ONCE } else { 0 };
            (*chan).timer = id;
            (*chan).lock.unlock();
            id
        }
    }

    /// No timer's values are wanted; one that nobody has received is dropped. Whether there was
    /// one, or the timer of a single value is about to send it: it finds that it is not wanted.
    ///
    /// # Safety
    /// `chan` is a channel.
    pub unsafe fn detach<C>(chan: *mut Chan<C>) -> bool {
        // SAFETY: a channel, under its lock.
        unsafe {
            (*chan).lock.lock();
            let fires = (*chan).marks & ONCE != 0 && (*chan).timer != TimerId(0);
            (*chan).timer = TimerId(0);
            let stale = fires || (*chan).count() > 0;
            while (*chan).count() > 0 {
                (*chan).unbuffer(ptr::null_mut());
            }
            (*chan).lock.unlock();
            stale
        }
    }

    /// A timer has fired: sends its value, unless the timer was stopped or the buffer is full.
    ///
    /// # Safety
    /// `chan` is a channel whose elements have as many words as `value` has.
    pub unsafe fn fire<M: Machine>(
        worker: &mut Worker<M>,
        chan: *mut Chan<M::Context>,
        id: TimerId,
        value: &[u64],
    ) {
        // SAFETY: a channel, under its lock.
        unsafe {
            (*chan).lock.lock();
            let wanted = (*chan).timer == id;
            if wanted && (*chan).marks & ONCE != 0 {
                (*chan).timer = TimerId(0);
            }
            if !wanted || (*chan).try_send(worker, value.as_ptr()).is_none() {
                (*chan).lock.unlock();
            }
        }
    }

    /// Whether the channel belongs to a bubble, and if so, whether to another one than the running
    /// goroutine's.
    ///
    /// # Safety
    /// `chan` is a channel.
    pub unsafe fn bubble<M: Machine>(
        worker: &Worker<M>,
        chan: *mut Chan<M::Context>,
    ) -> (bool, bool) {
        // SAFETY: a channel; its marks do not change while a timer is started or stopped.
        unsafe { ((*chan).marks & BUBBLED != 0, (*chan).is_foreign(worker)) }
    }

    /// Whether somebody waits for the timer's value. A hint, exact while all goroutines wait.
    ///
    /// # Safety
    /// `chan` is a channel.
    pub unsafe fn is_awaited<C>(chan: *const Chan<C>) -> bool {
        // SAFETY: a channel; the queue's emptiness may be looked at without the lock.
        unsafe { !(*chan).recvq.is_empty() }
    }
}
