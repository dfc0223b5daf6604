//! Waiting for a word of memory: semaphores, mutexes, condition variables by address.
//!
//! What `sync` needs lives in the program's own memory as plain words; goroutines that wait for
//! one of them stand, through their inline waiters, in the line of the word's address, which lies in
//! one of [`BUCKETS`] tables (as in WebKit's ParkingLot, with a line for each address as in Go's
//! sema.go). So an unlocked mutex is 4 bytes, a wait allocates nothing but a table's slots, and how
//! many wait for one word is no matter for those who wait for another.
//!
//! Operations answer [`Acquire::Done`], or [`Acquire::Park`] after they have published the
//! goroutine: then the machine must not touch it any more. Before such a call it has saved it with
//! the instruction behind the operation as the next one. Whoever wakes it hands over what it waited
//! for, so there is nothing to repeat, with one exception: a woken waiter of a
//! [mutex](Worker::mutex_lock) that was not handed over has [`Wake::Retry`] and goes through
//! [`Worker::mutex_retry`].
//!
//! **Mutex**: the word is `LOCKED | PARKED`. Unlocking lets whoever comes first have it (a
//! goroutine that runs beats one that must be switched to, which is what makes contended mutexes
//! fast), but a first waiter who has waited for half a millisecond gets the lock handed over, so
//! that nobody starves (as in Go, where it is a whole one; strict handoff makes every later lock a
//! switch). A woken waiter who finds the lock taken gets its old place back: lines are in the order
//! of the first wait.
//!
//! **RWMutex**: `WRITER | PARKED | readers`. A waiting writer keeps new readers out; an unlocking
//! writer lets all readers in that wait, as in Go. Readers stand in the line of the word's address,
//! writers in that of the byte behind it.
//!
//! **WaitGroup**: the counter in the high, the number of waiters in the low half of a `u64`.

use std::collections::hash_map::Entry;
use std::ptr;

use rustc_hash::FxHashMap;

use crate::g::{GRef, WaitReason, Waiter, Wake};
use crate::injector::Chain;
use crate::lock::WordLock;
use crate::machine::Machine;
use crate::sync::{Arc, AtomicU32, AtomicU64, Ordering};
use crate::worker::Worker;

const BUCKETS: usize = 256;

/// Mutex and RWMutex: somebody holds it (for writing).
const LOCKED: u32 = 1;
/// Somebody stands in the queue.
const PARKED: u32 = 2;
/// RWMutex: one reader.
const READER: u32 = 4;
/// Who has waited for a mutex so many nanoseconds gets it handed over.
const STARVES_AFTER: i64 = 500_000;

/// How an operation that may wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquire {
    Done,
    /// The goroutine is published; it goes on behind the operation.
    Park,
}

/// What a program did wrong, in Go's words: fatal errors, but for the wait group's, a panic with a
/// string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misuse {
    UnlockOfUnlockedMutex,
    UnlockOfUnlockedRwMutex,
    RUnlockOfUnlockedRwMutex,
    NegativeWaitGroup,
}

impl Misuse {
    pub fn text(self) -> &'static str {
        match self {
            Misuse::UnlockOfUnlockedMutex => "sync: unlock of unlocked mutex",
            Misuse::UnlockOfUnlockedRwMutex => "sync: Unlock of unlocked RWMutex",
            Misuse::RUnlockOfUnlockedRwMutex => "sync: RUnlock of unlocked RWMutex",
            Misuse::NegativeWaitGroup => "sync: negative WaitGroup counter",
        }
    }

    /// Whether it ends the program; a wait group's is a panic.
    pub fn is_fatal(self) -> bool {
        self != Misuse::NegativeWaitGroup
    }
}

/// The queues.
pub(crate) struct SemaTable<C> {
    buckets: Box<[Bucket<C>]>,
}

#[repr(align(64))]
struct Bucket<C> {
    lock: WordLock,
    /// How many stand in the queue; written under the lock, read by releasers without it.
    waiting: AtomicU32,
    queue: std::cell::UnsafeCell<Queue<C>>,
}

/// The waiters of a bucket.
struct Queue<C> {
    /// Those of each address.
    lines: FxHashMap<usize, Line<C>>,
}

/// Waiters for one address in the order in which they came, linked by `next`: one or more.
struct Line<C> {
    first: *mut Waiter<C>,
    last: *mut Waiter<C>,
}

// SAFETY: a bucket's queue is used under the bucket's lock only.
unsafe impl<C: Send> Sync for Bucket<C> {}
// SAFETY: the waiters that it leads to belong to it while they are queued.
unsafe impl<C: Send> Send for Bucket<C> {}

impl<C> SemaTable<C> {
    pub(crate) fn new() -> SemaTable<C> {
        let bucket = |_| Bucket {
            lock: WordLock::new(),
            waiting: AtomicU32::new(0),
            queue: std::cell::UnsafeCell::new(Queue { lines: FxHashMap::default() }),
        };
        SemaTable { buckets: (0..BUCKETS).map(bucket).collect() }
    }

    /// Takes a goroutine out of the queue in which it stands, if it stands in one. While the world
    /// stands still.
    pub(crate) fn cancel(&self, g: GRef<C>) -> bool {
        // SAFETY: the waiter stays where it is; what its address says is checked.
        let addr = unsafe { (*g.waiter()).elem.addr() };
        let bucket = self.bucket(addr);
        bucket.with(|queue| {
            bucket.dequeue_if(queue, addr, |waiter| ptr::eq(waiter, g.waiter())).is_some()
        })
    }

    /// Fibonacci hashing of the address.
    fn bucket(&self, addr: usize) -> &Bucket<C> {
        let hash = (addr as u64 >> 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &self.buckets[(hash >> 56) as usize]
    }
}

impl<C> Bucket<C> {
    /// Runs `f` under the lock.
    fn with<R>(&self, f: impl FnOnce(&mut Queue<C>) -> R) -> R {
        self.lock.lock();
        // SAFETY: the lock is held.
        let result = f(unsafe { &mut *self.queue.get() });
        self.lock.unlock();
        result
    }

    fn count(&self, change: i32) {
        self.waiting.fetch_add(change as u32, Ordering::SeqCst);
    }

    /// Adds a goroutine to an address's line. The caller holds the lock and has saved the goroutine;
    /// from the end of the lock on it may be running.
    fn enqueue(&self, queue: &mut Queue<C>, g: GRef<C>, addr: usize, ticket: u64) {
        let waiter = g.waiter();
        // SAFETY: the caller holds `g`, so its inline waiter is free; waiters in the queue belong to
        // the lock's holder.
        unsafe {
            (*waiter).elem = ptr::without_provenance_mut(addr);
            (*waiter).ok = ptr::without_provenance_mut(ticket as usize);
            (*waiter).case = 0;
            (*waiter).next = ptr::null_mut();
            (*waiter).queued.store(true, Ordering::Relaxed);
        }
        match queue.lines.entry(addr) {
            Entry::Vacant(line) => {
                line.insert(Line { first: waiter, last: waiter });
            }
            Entry::Occupied(mut line) => {
                let line = line.get_mut();
                // SAFETY: as above.
                unsafe { (*line.last).next = waiter };
                line.last = waiter;
            }
        }
        self.count(1);
    }

    /// As `enqueue`, before those whose first wait began later; `since` becomes the ticket.
    fn enqueue_by_age(&self, queue: &mut Queue<C>, g: GRef<C>, addr: usize, since: i64) {
        let Some(line) = queue.lines.get_mut(&addr) else {
            return self.enqueue(queue, g, addr, since as u64);
        };
        let waiter = g.waiter();
        // SAFETY: as in `enqueue`; a line has one waiter or more.
        unsafe {
            if since_of(line.last) <= since {
                return self.enqueue(queue, g, addr, since as u64);
            }
            let mut link = &raw mut line.first;
            while since_of(*link) <= since {
                link = &raw mut (**link).next;
            }
            (*waiter).elem = ptr::without_provenance_mut(addr);
            (*waiter).ok = ptr::without_provenance_mut(since as usize);
            (*waiter).case = 0;
            (*waiter).next = *link;
            (*waiter).queued.store(true, Ordering::Relaxed);
            *link = waiter;
        }
        self.count(1);
    }

    /// Takes the first waiter for an address out of the queue.
    fn dequeue(&self, queue: &mut Queue<C>, addr: usize) -> Option<GRef<C>> {
        self.dequeue_if(queue, addr, |_| true)
    }

    /// Takes the first waiter for an address that `wanted` accepts out of the queue.
    fn dequeue_if(
        &self,
        queue: &mut Queue<C>,
        addr: usize,
        wanted: impl Fn(&Waiter<C>) -> bool,
    ) -> Option<GRef<C>> {
        let Entry::Occupied(mut entry) = queue.lines.entry(addr) else { return None };
        let (mut before, mut at) = (ptr::null_mut::<Waiter<C>>(), entry.get().first);
        // SAFETY: waiters in the queue belong to the lock's holder, who calls this.
        unsafe {
            while !wanted(&*at) {
                before = at;
                at = (*at).next;
                if at.is_null() {
                    return None;
                }
            }
            let next = (*at).next;
            if before.is_null() && next.is_null() {
                entry.remove();
            } else if before.is_null() {
                entry.get_mut().first = next;
            } else {
                (*before).next = next;
                if next.is_null() {
                    entry.get_mut().last = before;
                }
            }
            (*at).queued.store(false, Ordering::Relaxed);
            self.count(-1);
            Some(Waiter::inline_g(at))
        }
    }
}

impl<C> Queue<C> {
    fn waits(&self, addr: usize) -> bool {
        self.lines.contains_key(&addr)
    }
}

/// Tries to take one unit of a semaphore.
fn take_unit(sema: &AtomicU32) -> bool {
    let mut value = sema.load(Ordering::SeqCst);
    while value > 0 {
        match sema.compare_exchange(value, value - 1, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => return true,
            Err(now) => value = now,
        }
    }
    false
}

/// When the wait for a mutex began.
///
/// # Safety
/// The caller may use the waiter, which stands or stood in a mutex's line.
unsafe fn since_of<C>(waiter: *const Waiter<C>) -> i64 {
    // SAFETY: as promised.
    unsafe { (*waiter).ok }.addr() as i64
}

fn addr_of<T>(word: &T) -> usize {
    ptr::from_ref(word).addr()
}

/// In whose line the writers of a mutex for many readers stand.
fn writers_of(word: &AtomicU32) -> usize {
    addr_of(word) + 1
}

/// Semaphores.
impl<M: Machine> Worker<M> {
    /// Waits until the semaphore is positive and takes one unit.
    pub fn sema_acquire(
        &mut self,
        sema: &AtomicU32,
        g: GRef<M::Context>,
        why: WaitReason,
    ) -> Acquire {
        if take_unit(sema) {
            return Acquire::Done;
        }
        let bucket = self.shared().sema.bucket(addr_of(sema));
        bucket.with(|queue| {
            // Counted before the second look at the semaphore; partner of `sema_release`, which
            // adds its unit before it looks at the count: one of the two sees the other.
            bucket.count(1);
            let taken = take_unit(sema);
            bucket.count(-1);
            if taken {
                return Acquire::Done;
            }
            g.set_waiting(why);
            bucket.enqueue(queue, g, addr_of(sema), 0);
            Acquire::Park
        })
    }

    /// Adds a unit, or gives it to the first that waits.
    pub fn sema_release(&mut self, sema: &AtomicU32) {
        sema.fetch_add(1, Ordering::SeqCst);
        let shared = Arc::clone(self.shared());
        let bucket = shared.sema.bucket(addr_of(sema));
        if bucket.waiting.load(Ordering::SeqCst) == 0 {
            return;
        }
        let woken = bucket.with(|queue| {
            if queue.waits(addr_of(sema)) && take_unit(sema) {
                bucket.dequeue(queue, addr_of(sema))
            } else {
                None
            }
        });
        if let Some(g) = woken {
            self.ready(g);
        }
    }
}

/// Locks a mutex that nobody holds and for which nobody waits; whether it did.
#[inline(always)]
pub fn mutex_try_lock(word: &AtomicU32) -> bool {
    word.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok()
}

/// Unlocks a mutex for which nobody waits; whether it did.
#[inline(always)]
pub fn mutex_try_unlock(word: &AtomicU32) -> bool {
    word.compare_exchange(LOCKED, 0, Ordering::Release, Ordering::Relaxed).is_ok()
}

/// Mutexes.
impl<M: Machine> Worker<M> {
    #[inline]
    pub fn mutex_lock(&mut self, word: &AtomicU32, g: GRef<M::Context>) -> Acquire {
        if mutex_try_lock(word) {
            return Acquire::Done;
        }
        self.mutex_lock_slow(word, g, None)
    }

    /// `since`: when the wait began, if this is not the first try.
    #[cold]
    fn mutex_lock_slow(
        &mut self,
        word: &AtomicU32,
        g: GRef<M::Context>,
        since: Option<i64>,
    ) -> Acquire {
        if take_mutex(word) {
            return Acquire::Done;
        }
        let since = since.unwrap_or_else(|| self.shared().clock.now());
        // Nearly always a goroutine on another worker holds it.
        self.count_transfer();
        let bucket = self.shared().sema.bucket(addr_of(word));
        bucket.with(|queue| {
            loop {
                if take_mutex(word) {
                    return Acquire::Done;
                }
                // Unlocking a word with `PARKED` goes through the bucket's lock, which we hold.
                let parked = word.compare_exchange(
                    LOCKED,
                    LOCKED | PARKED,
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                );
                if parked.is_ok() || parked == Err(LOCKED | PARKED) {
                    g.set_waiting(WaitReason::MutexLock);
                    bucket.enqueue_by_age(queue, g, addr_of(word), since);
                    return Acquire::Park;
                }
            }
        })
    }

    /// The first thing that a goroutine with [`Wake::Retry`] does.
    ///
    /// # Safety
    /// The caller holds `g`, which was woken from `mutex_lock`, and keeps the mutex alive (its
    /// frame leads to it).
    pub unsafe fn mutex_retry(&mut self, g: GRef<M::Context>) -> Acquire {
        // SAFETY: the address was a mutex's when it was queued, and the caller keeps it alive.
        let (word, since) =
            unsafe { (&*(*g.waiter()).elem.cast::<AtomicU32>(), since_of(g.waiter())) };
        self.mutex_lock_slow(word, g, Some(since))
    }

    pub fn mutex_try_lock(&mut self, word: &AtomicU32) -> bool {
        take_mutex(word)
    }

    #[inline]
    pub fn mutex_unlock(&mut self, word: &AtomicU32) -> Result<(), Misuse> {
        if mutex_try_unlock(word) {
            return Ok(());
        }
        self.mutex_unlock_slow(word)
    }

    #[cold]
    fn mutex_unlock_slow(&mut self, word: &AtomicU32) -> Result<(), Misuse> {
        if word.load(Ordering::Relaxed) & LOCKED == 0 {
            return Err(Misuse::UnlockOfUnlockedMutex);
        }
        let shared = Arc::clone(self.shared());
        let bucket = shared.sema.bucket(addr_of(word));
        let woken = bucket.with(|queue| {
            let woken = bucket.dequeue(queue, addr_of(word));
            let parked = if queue.waits(addr_of(word)) { PARKED } else { 0 };
            let hand_over = woken.is_some_and(|g| {
                // SAFETY: the goroutine was just taken out of the queue, so this worker holds it.
                let since = unsafe { since_of(g.waiter()) };
                shared.clock.now() - since >= STARVES_AFTER
            });
            word.store(if hand_over { LOCKED | parked } else { parked }, Ordering::Release);
            woken.map(|g| (g, hand_over))
        });
        if let Some((g, handed_over)) = woken {
            if !handed_over {
                // SAFETY: the goroutine was just taken out of the queue, so this worker holds it.
                unsafe { g.set_wake(Wake::Retry) };
            }
            self.ready(g);
        }
        Ok(())
    }
}

/// Takes a mutex that nobody holds, leaving `PARKED` as it is.
fn take_mutex(word: &AtomicU32) -> bool {
    let mut value = word.load(Ordering::Relaxed);
    while value & LOCKED == 0 {
        match word.compare_exchange(value, value | LOCKED, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => return true,
            Err(now) => value = now,
        }
    }
    false
}

/// Mutexes for many readers or one writer.
impl<M: Machine> Worker<M> {
    pub fn rw_read_lock(&mut self, word: &AtomicU32, g: GRef<M::Context>) -> Acquire {
        if add_reader(word) {
            return Acquire::Done;
        }
        let bucket = self.shared().sema.bucket(addr_of(word));
        bucket.with(|queue| {
            // Ends, because only holders of the bucket's lock set `PARKED`.
            while !add_reader(word) {
                if set_parked(word, |value| value & (LOCKED | PARKED) == 0) {
                    g.set_waiting(WaitReason::RwMutexRLock);
                    bucket.enqueue(queue, g, addr_of(word), 0);
                    return Acquire::Park;
                }
            }
            Acquire::Done
        })
    }

    pub fn rw_try_read_lock(&mut self, word: &AtomicU32) -> bool {
        add_reader(word)
    }

    pub fn rw_read_unlock(&mut self, word: &AtomicU32) -> Result<(), Misuse> {
        let mut value = word.load(Ordering::Relaxed);
        loop {
            if value < READER {
                return Err(Misuse::RUnlockOfUnlockedRwMutex);
            }
            let new = value - READER;
            match word.compare_exchange(value, new, Ordering::Release, Ordering::Relaxed) {
                Ok(_) if new == PARKED => break,
                Ok(_) => return Ok(()),
                Err(now) => value = now,
            }
        }
        self.rw_pass_on(word, false);
        Ok(())
    }

    pub fn rw_lock(&mut self, word: &AtomicU32, g: GRef<M::Context>) -> Acquire {
        if self.rw_try_lock(word) {
            return Acquire::Done;
        }
        let bucket = self.shared().sema.bucket(addr_of(word));
        bucket.with(|queue| {
            loop {
                let free =
                    word.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok();
                if free {
                    return Acquire::Done;
                }
                if set_parked(word, |value| value == 0) {
                    g.set_waiting(WaitReason::RwMutexLock);
                    bucket.enqueue(queue, g, writers_of(word), 0);
                    return Acquire::Park;
                }
            }
        })
    }

    pub fn rw_try_lock(&mut self, word: &AtomicU32) -> bool {
        word.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    pub fn rw_unlock(&mut self, word: &AtomicU32) -> Result<(), Misuse> {
        match word.compare_exchange(LOCKED, 0, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => Ok(()),
            Err(value) if value & LOCKED == 0 => Err(Misuse::UnlockOfUnlockedRwMutex),
            Err(_) => {
                self.rw_pass_on(word, true);
                Ok(())
            }
        }
    }

    /// The last holder leaves and somebody waits. After a writer all waiting readers get in, after
    /// readers the first writer; if there is none of that kind, the other kind.
    fn rw_pass_on(&mut self, word: &AtomicU32, after_writer: bool) {
        let shared = Arc::clone(self.shared());
        let bucket = shared.sema.bucket(addr_of(word));
        let mut woken = Chain::new();
        bucket.with(|queue| {
            // Nobody holds it and `PARKED` is set, so nobody gets in but through this lock.
            let (readers, writers) = (addr_of(word), writers_of(word));
            let held = if queue.waits(readers) && (after_writer || !queue.waits(writers)) {
                while let Some(g) = bucket.dequeue(queue, readers) {
                    // SAFETY: it was just taken out of the queue, so this worker holds it.
                    unsafe { woken.push(g) };
                }
                READER * woken.len() as u32
            } else if let Some(g) = bucket.dequeue(queue, writers) {
                // SAFETY: as above.
                unsafe { woken.push(g) };
                LOCKED
            } else {
                0
            };
            let waits = queue.waits(readers) || queue.waits(writers);
            let parked = if waits { PARKED } else { 0 };
            word.store(held | parked, Ordering::Release);
        });
        self.ready_all_last(woken);
    }
}

/// Adds a reader unless a writer holds the mutex or somebody waits.
fn add_reader(word: &AtomicU32) -> bool {
    let mut value = word.load(Ordering::Relaxed);
    while value & (LOCKED | PARKED) == 0 {
        match word.compare_exchange(value, value + READER, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => return true,
            Err(now) => value = now,
        }
    }
    false
}

/// Sets `PARKED` unless the word is `free` for the caller. Under the bucket's lock.
fn set_parked(word: &AtomicU32, free: impl Fn(u32) -> bool) -> bool {
    let mut value = word.load(Ordering::Relaxed);
    while !free(value) {
        if value & PARKED != 0 {
            return true;
        }
        match word.compare_exchange(value, value | PARKED, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return true,
            Err(now) => value = now,
        }
    }
    false
}

/// Wait groups.
impl<M: Machine> Worker<M> {
    /// Changes the counter; when it reaches 0, all that wait go on.
    #[inline]
    pub fn wait_group_add(&mut self, word: &AtomicU64, delta: i32) -> Result<(), Misuse> {
        let change = (i64::from(delta) as u64) << 32;
        let value = word.fetch_add(change, Ordering::AcqRel).wrapping_add(change);
        if (value as i64) < 0 {
            return Err(Misuse::NegativeWaitGroup);
        }
        if value >> 32 == 0 && value != 0 {
            self.wait_group_wake(word);
        }
        Ok(())
    }

    #[cold]
    fn wait_group_wake(&mut self, word: &AtomicU64) {
        let shared = Arc::clone(self.shared());
        let bucket = shared.sema.bucket(addr_of(word));
        let mut woken = Chain::new();
        bucket.with(|queue| {
            // Waiters come and go under the bucket's lock; only the counter may have changed.
            while let Some(g) = bucket.dequeue(queue, addr_of(word)) {
                word.fetch_sub(1, Ordering::AcqRel);
                // SAFETY: it was just taken out of the queue, so this worker holds it.
                unsafe { woken.push(g) };
            }
        });
        self.ready_all_last(woken);
    }

    /// Waits until the counter is 0. `durably`: only the goroutine's bubble changes the counter.
    pub fn wait_group_wait(
        &mut self,
        word: &AtomicU64,
        g: GRef<M::Context>,
        durably: bool,
    ) -> Acquire {
        if word.load(Ordering::Acquire) >> 32 == 0 {
            return Acquire::Done;
        }
        let shared = Arc::clone(self.shared());
        let bucket = shared.sema.bucket(addr_of(word));
        bucket.with(|queue| {
            // Adding the waiter and reading the counter is one step; partner of the addition in
            // `wait_group_add`: the one that comes second sees the other.
            if word.fetch_add(1, Ordering::AcqRel) >> 32 == 0 {
                word.fetch_sub(1, Ordering::AcqRel);
                return Acquire::Done;
            }
            self.set_waiting(g, WaitReason::WaitGroupWait, durably);
            bucket.enqueue(queue, g, addr_of(word), 0);
            Acquire::Park
        })
    }
}

/// Condition variables: a word of two halves, tickets given out (low) and tickets called (high).
impl<M: Machine> Worker<M> {
    /// Draws a ticket, before the condition's lock is unlocked.
    pub fn notify_add(&mut self, word: &AtomicU64) -> u32 {
        let mut value = word.load(Ordering::Relaxed);
        loop {
            let new = value & !u64::from(u32::MAX) | u64::from((value as u32).wrapping_add(1));
            match word.compare_exchange(value, new, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return value as u32,
                Err(now) => value = now,
            }
        }
    }

    /// Waits until the ticket is called.
    pub fn notify_wait(&mut self, word: &AtomicU64, ticket: u32, g: GRef<M::Context>) -> Acquire {
        let shared = Arc::clone(self.shared());
        let bucket = shared.sema.bucket(addr_of(word));
        let durably = M::bubble(self) != 0;
        bucket.with(|queue| {
            let called = (word.load(Ordering::Acquire) >> 32) as u32;
            if (ticket.wrapping_sub(called) as i32) < 0 {
                return Acquire::Done;
            }
            self.set_waiting(g, WaitReason::CondWait, durably);
            bucket.enqueue(queue, g, addr_of(word), u64::from(ticket));
            Acquire::Park
        })
    }

    /// Calls the next ticket.
    pub fn notify_one(&mut self, word: &AtomicU64) {
        let shared = Arc::clone(self.shared());
        let bucket = shared.sema.bucket(addr_of(word));
        let woken = bucket.with(|queue| {
            let value = word.load(Ordering::Acquire);
            let (given, called) = (value as u32, (value >> 32) as u32);
            if given == called {
                return None;
            }
            word.fetch_add(1 << 32, Ordering::AcqRel);
            bucket.dequeue_if(queue, addr_of(word), |waiter| waiter.ok.addr() == called as usize)
        });
        if let Some(g) = woken {
            self.ready(g);
        }
    }

    /// Calls all tickets that were given out.
    pub fn notify_all(&mut self, word: &AtomicU64) {
        let shared = Arc::clone(self.shared());
        let bucket = shared.sema.bucket(addr_of(word));
        let mut woken = Chain::new();
        bucket.with(|queue| {
            let mut value = word.load(Ordering::Acquire);
            loop {
                let given = u64::from(value as u32);
                let new = given << 32 | given;
                match word.compare_exchange(value, new, Ordering::AcqRel, Ordering::Acquire) {
                    Ok(_) => break,
                    Err(now) => value = now,
                }
            }
            let called = value as u32;
            let is_called =
                |waiter: &Waiter<_>| (waiter.ok.addr() as u32).wrapping_sub(called) as i32 <= -1;
            while let Some(g) = bucket.dequeue_if(queue, addr_of(word), is_called) {
                // SAFETY: it was just taken out of the queue, so this worker holds it.
                unsafe { woken.push(g) };
            }
        });
        self.ready_all_last(woken);
    }
}
