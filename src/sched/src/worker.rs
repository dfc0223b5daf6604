//! The scheduler's shared part, and one worker's own: what machines call.
//!
//! A worker's `run_next` and its counters are its own and need no atomics. Its queue can be stolen
//! from. Order on one worker is Go's: a new or readied goroutine goes to `run_next` and kicks the
//! one that was there to the queue's end.
//!
//! **Goroutines woken by timers** run before the queue, a few of them, so that a deadline is kept
//! when there are many others; the one that runs gives way to them after two milliseconds.

use std::collections::VecDeque;

use crossbeam_deque as deque;

use crate::clock::Clock;
use crate::g::{GRef, Status, WaitReason};
use crate::gtable::{GCache, GTable};
use crate::idle::Idle;
use crate::injector::{Chain, Injector};
use crate::machine::{Config, Machine};
use crate::nap::Crowd;
use crate::offload::Offload;
use crate::seed::Rng;
use crate::sema::SemaTable;
use crate::sync::{
    Arc, AtomicU32, AtomicU64, AtomicUsize, Mutex, OnceLock, Ordering, cores, lock, thread,
};
use crate::timer::{Action, NEVER, TimerId, TimerPayload, Timers};
use crate::waiters::WaiterCache;

/// Stack of a worker, in bytes: natives that walk what is nested run on it. Only what is used is
/// ever touched.
const STACK: usize = 64 << 20;

/// So many goroutines that were woken by timers run before the queue; further timers wait until
/// those had their turn.
const WOKEN_MOST: usize = 8;

/// In a longer queue nobody has to wait for others without need.
const BEHIND_MOST: usize = 16;

/// So many goroutines that are woken together go into the worker's own queue.
const CROWD: usize = 64;

/// What all workers of a scheduler share.
#[repr(align(128))]
pub(crate) struct Shared<M: Machine> {
    /// `STOP`, `SHUTDOWN`, `RETIRE`: looked at on every turn, hardly ever written.
    pub(crate) attention: AtomicU32,
    pub(crate) machine: Arc<M>,
    pub(crate) slots: Box<[WorkerSlot<M>]>,
    pub(crate) clock: Clock,
    pub(crate) seed: Option<u64>,
    /// See [`Config::pauses`].
    pauses: bool,
    pub(crate) max_goroutines: usize,
    pub(crate) table: Arc<GTable<M::Context>>,
    pub(crate) sema: SemaTable<M::Context>,
    pub(crate) offload: Arc<Offload>,
    pub(crate) idle: Padded<Idle>,
    pub(crate) injector: Injector<M::Context>,
    pub(crate) timers: Padded<Timers<M::Context>>,
    /// Things outside that will ready a goroutine: offloaded calls, poller waits, holds.
    pub(crate) outside: Padded<AtomicUsize>,
    /// What is to be done while the world stands still.
    pub(crate) jobs: Mutex<Vec<Job<M>>>,
    /// For starting threads.
    me: OnceLock<std::sync::Weak<Shared<M>>>,
}

/// Something to be done on a worker while the world stands still.
pub(crate) type Job<M> = Box<dyn FnOnce(&mut Worker<M>) + Send>;

/// A value on cache lines of its own.
#[repr(align(128))]
pub(crate) struct Padded<T>(pub(crate) T);

impl<T> std::ops::Deref for Padded<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

/// What others see of a worker.
#[repr(align(128))]
pub(crate) struct WorkerSlot<M: Machine> {
    pub(crate) stealer: deque::Stealer<GRef<M::Context>>,
    /// The queue's other end, while no thread has it.
    queue: Mutex<Option<deque::Worker<GRef<M::Context>>>>,
    /// Goroutines that this worker has started and ended; written by it alone.
    started: AtomicU64,
    ended: AtomicU64,
    /// Operations on what goroutines share; written by this worker alone.
    operations: AtomicU64,
}

/// The scheduler of one runtime; clones are the same one.
pub struct Scheduler<M: Machine>(pub(crate) Arc<Shared<M>>);

impl<M: Machine> Clone for Scheduler<M> {
    fn clone(&self) -> Scheduler<M> {
        Scheduler(Arc::clone(&self.0))
    }
}

/// A scheduler as its own machine may keep it: does not keep the scheduler alive, which keeps the
/// machine alive.
pub struct WeakScheduler<M: Machine>(std::sync::Weak<Shared<M>>);

impl<M: Machine> WeakScheduler<M> {
    /// The scheduler; `None` when it is gone.
    pub fn upgrade(&self) -> Option<Scheduler<M>> {
        self.0.upgrade().map(Scheduler)
    }
}

/// A worker thread's own state.
pub struct Worker<M: Machine> {
    /// The machine's part.
    pub local: M::Local,
    pub(crate) sched: Scheduler<M>,
    pub(crate) index: usize,
    pub(crate) current: Option<GRef<M::Context>>,
    pub(crate) run_next: Option<GRef<M::Context>>,
    /// Woken by timers while no worker slept: they run before all others, in the order of their
    /// deadlines.
    pub(crate) woken: VecDeque<GRef<M::Context>>,
    /// Whether timers are being fired: who they wake is in a hurry.
    pub(crate) fires: bool,
    /// How often in a row the next goroutine came from `run_next`.
    pub(crate) next_turns: u32,
    pub(crate) turn: u32,
    /// The last goroutine gave way to others: those from outside come first, or a worker whose
    /// goroutines all compute would see to them every 61st slice.
    pub(crate) gave_way: bool,
    /// When the time slice began; 0: not looked at the clock yet.
    pub(crate) slice_start: i64,
    /// What lay in `run_next` at the last safepoint.
    pub(crate) next_seen: Option<GRef<M::Context>>,
    pub(crate) queue: deque::Worker<GRef<M::Context>>,
    /// Runnable goroutines in deterministic mode; `None` in the ordinary one.
    pub(crate) pool: Option<Vec<GRef<M::Context>>>,
    pub(crate) searching: bool,
    pub(crate) crowd: Crowd,
    /// The goroutine that ran has parked durably.
    durable: bool,
    /// [`Config::pauses`], not in deterministic mode, where nobody runs beside this worker.
    pub(crate) pauses: bool,
    /// How often it has paused.
    pub(crate) paused: u32,
    pub(crate) rng: Rng,
    gs: GCache<M::Context>,
    waiters: WaiterCache<M::Context>,
}

impl<M: Machine> Scheduler<M> {
    pub fn new(machine: Arc<M>, config: Config) -> Scheduler<M> {
        let procs = match config {
            Config { seed: Some(_), .. } => 1,
            Config { workers: 0, .. } => cores(),
            Config { workers, .. } => workers,
        };
        let slots = if config.seed.is_some() { 1 } else { config.max_workers.max(procs) };
        let shared = Arc::new(Shared {
            attention: AtomicU32::new(0),
            machine,
            slots: (0..slots).map(|_| WorkerSlot::new()).collect(),
            clock: if config.seed.is_some() { Clock::simulated() } else { Clock::real() },
            seed: config.seed,
            pauses: config.pauses,
            max_goroutines: config.max_goroutines,
            table: Arc::new(GTable::new()),
            sema: SemaTable::new(),
            offload: Offload::new(config.max_offload),
            idle: Padded(Idle::new(procs, slots)),
            injector: Injector::new(),
            timers: Padded(Timers::new()),
            outside: Padded(AtomicUsize::new(0)),
            jobs: Mutex::new(Vec::new()),
            me: OnceLock::new(),
        });
        let _ = shared.me.set(Arc::downgrade(&shared));
        Scheduler(shared)
    }

    /// Runs until a machine returns `Shutdown`, with the calling thread as worker 0. `start` makes
    /// the first goroutine (with [`Worker::new_g`]). Returns when all workers have ended.
    ///
    /// Goroutines that have not ended by then stay as they are; a later `run` goes on with them.
    pub fn run(&self, start: impl FnOnce(&mut Worker<M>) -> GRef<M::Context>) {
        self.0.begin_run();
        let mut worker = Worker::new(self, 0);
        let g = start(&mut worker);
        worker.spawn(g);
        worker.work();
        self.0.request_shutdown();
        worker.leave();
        for handle in self.0.idle.take_handles() {
            // A worker that died of an internal error has reported it.
            let _ = handle.join();
        }
        self.0.end_run();
    }

    pub fn downgrade(&self) -> WeakScheduler<M> {
        WeakScheduler(Arc::downgrade(&self.0))
    }

    pub fn machine(&self) -> &M {
        &self.0.machine
    }

    /// Goroutines that have not ended.
    pub fn num_goroutines(&self) -> usize {
        let sum = |count: fn(&WorkerSlot<M>) -> &AtomicU64| {
            self.0.slots.iter().map(|slot| count(slot).load(Ordering::Acquire)).sum::<u64>()
        };
        // Ended ones first: a goroutine that ends in between is counted, none is missed.
        let ended = sum(|slot| &slot.ended);
        sum(|slot| &slot.started).saturating_sub(ended) as usize
    }

    /// `runtime.GOMAXPROCS`: the old value; sets a new one if `n` is positive.
    pub fn set_workers(&self, n: usize) -> usize {
        if n == 0 { self.0.idle.procs() } else { self.0.set_procs(n) }
    }

    /// Nanoseconds since the scheduler was made, monotonic (virtual in deterministic mode).
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }

    /// Whether choices come from a seed and time is virtual.
    pub fn is_deterministic(&self) -> bool {
        self.0.seed.is_some()
    }

    /// In how many parts all goroutines can be visited.
    pub fn g_parts(&self) -> usize {
        self.0.table.parts()
    }

    /// Number of the last collection, for [`GRef::claim_scan`].
    #[inline]
    pub fn epoch(&self) -> u8 {
        self.0.table.epoch()
    }

    /// A collection begins, while the world stands still: all goroutines are to be scanned again.
    pub fn begin_epoch(&self) {
        self.0.table.next_epoch();
    }

    /// Visits the goroutines of a part that are not free. While the world stands still, or for a
    /// look at `id` and `status` only, or to claim them for a scan.
    pub fn each_g(&self, part: usize, visit: &mut dyn FnMut(GRef<M::Context>)) {
        self.0.table.each(part, visit);
    }

    /// Visits the payloads of all timers: they are roots.
    pub fn each_timer(&self, visit: &mut dyn FnMut(&TimerPayload)) {
        self.0.timers.each_payload(visit);
    }

    /// Asks all workers to stop at their next safepoint; one of them then calls
    /// [`Machine::stopped`].
    pub fn request_stop(&self) {
        self.0.request_stop();
    }

    /// There is something to do for workers without goroutines ([`Machine::idle`]): wakes one.
    pub fn wake_idle(&self) {
        if self.0.idle.should_wake() {
            self.0.wake_one();
        }
    }

    /// Does something on a worker while no goroutine runs, from any thread; returns at once. If
    /// the program ends before, it is never done.
    pub fn while_stopped(&self, job: impl FnOnce(&mut Worker<M>) + Send + 'static) {
        lock(&self.0.jobs).push(Box::new(job));
        self.0.request_stop();
    }

    /// Makes a goroutine runnable from a thread that is no worker.
    pub fn ready(&self, g: GRef<M::Context>) {
        let mut chain = Chain::new();
        // SAFETY: the caller holds the goroutine and gives it away.
        unsafe { chain.push(g) };
        self.0.injector.push(chain);
        self.0.notify_outside();
    }

    /// While holds are out, a program whose goroutines all wait is no deadlock: something outside
    /// of the scheduler will ready one (a poller, the embedding program).
    pub fn hold(&self) {
        self.0.outside.fetch_add(1, Ordering::SeqCst);
    }

    /// Gives a hold back, after what it stood for was readied.
    pub fn release(&self) {
        if self.0.outside.fetch_sub(1, Ordering::SeqCst) == 1 {
            // If nothing was readied, somebody has to find the deadlock.
            self.0.notify_outside();
        }
    }

    /// Runs a blocking call on the offload pool and then readies `g`, which its holder has saved
    /// and given away with this call.
    pub fn offload(&self, g: GRef<M::Context>, job: Box<dyn FnOnce() + Send>) {
        self.hold();
        let sched = self.clone();
        self.0.offload.submit(Box::new(move || {
            job();
            sched.ready(g);
            sched.release();
        }));
    }

    /// Ends the program as `Switch::Shutdown` does, from anywhere.
    pub fn shutdown(&self) {
        self.0.request_shutdown();
    }
}

impl<M: Machine> WorkerSlot<M> {
    fn new() -> WorkerSlot<M> {
        let queue = deque::Worker::new_fifo();
        WorkerSlot {
            stealer: queue.stealer(),
            queue: Mutex::new(Some(queue)),
            started: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            operations: AtomicU64::new(0),
        }
    }
}

/// Adds one to a counter that only the caller writes.
#[inline]
fn count(counter: &AtomicU64) {
    counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Release);
}

impl<M: Machine> Shared<M> {
    /// Operations of all workers, starts and ends of goroutines among them.
    pub(crate) fn operations(&self) -> u64 {
        let of = |slot: &WorkerSlot<M>| {
            let counters = [&slot.started, &slot.ended, &slot.operations];
            counters.iter().map(|counter| counter.load(Ordering::Relaxed)).sum::<u64>()
        };
        self.slots.iter().take(self.idle.procs()).map(of).sum()
    }

    /// Starts a worker's thread.
    pub(crate) fn start_thread(&self, index: usize) -> std::io::Result<thread::JoinHandle<()>> {
        let me = self.me.get().and_then(std::sync::Weak::upgrade);
        let sched = Scheduler(me.expect("whoever wakes a worker has the scheduler"));
        thread::Builder::new().name(format!("gol-worker-{index}")).stack_size(STACK).spawn(
            move || {
                let mut worker = Worker::new(&sched, index);
                worker.searching = true;
                worker.work();
                worker.leave();
            },
        )
    }
}

impl<M: Machine> Drop for Shared<M> {
    fn drop(&mut self) {
        self.offload.close();
    }
}

impl<M: Machine> Worker<M> {
    fn new(sched: &Scheduler<M>, index: usize) -> Worker<M> {
        let shared = &sched.0;
        if index == 0 {
            shared.idle.register(0);
        }
        let queue = lock(&shared.slots[index].queue).take();
        Worker {
            local: shared.machine.new_local(index),
            sched: sched.clone(),
            index,
            current: None,
            run_next: None,
            woken: VecDeque::new(),
            fires: false,
            next_turns: 0,
            turn: 0,
            gave_way: false,
            slice_start: 0,
            next_seen: None,
            queue: queue.expect("a worker has one thread at a time"),
            pool: shared.seed.map(|_| Vec::new()),
            searching: false,
            crowd: Crowd::new(index),
            durable: false,
            pauses: shared.pauses && shared.seed.is_none(),
            paused: 0,
            rng: shared.seed.map_or_else(|| Rng::from_entropy(index), Rng::new),
            gs: GCache::new(Arc::clone(&shared.table)),
            waiters: WaiterCache::new(),
        }
    }

    /// Leaves the queue to whoever is this worker next.
    fn leave(mut self) {
        for g in self.pool.take().into_iter().flatten() {
            self.queue.push(g);
        }
        self.publish_next_quietly();
        let sched = self.sched.clone();
        *lock(&sched.0.slots[self.index].queue) = Some(self.queue);
    }

    /// Says that a goroutine has done something on a channel or a mutex: how far the program gets.
    #[inline(always)]
    pub fn count_operation(&self) {
        count(&self.shared().slots[self.index].operations);
    }

    #[inline(always)]
    pub(crate) fn shared(&self) -> &Arc<Shared<M>> {
        &self.sched.0
    }

    pub fn sched(&self) -> &Scheduler<M> {
        &self.sched
    }

    /// The worker's number.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The goroutine that runs. For what a machine calls from `run`.
    #[inline]
    pub fn current(&self) -> GRef<M::Context> {
        self.current.expect("a goroutine runs")
    }

    /// A header with an id, belonging to the caller; `None` if there is no memory, or the limit of
    /// goroutines is reached.
    #[inline]
    pub fn new_g(&mut self) -> Option<GRef<M::Context>> {
        if self.sched.0.max_goroutines != 0 && self.is_at_limit() {
            return None;
        }
        let machine = &self.sched.0.machine;
        self.gs.take(|| machine.new_context(), |bytes| machine.may_map(bytes))
    }

    /// Headers are counted first, because that is one load.
    #[cold]
    fn is_at_limit(&self) -> bool {
        let limit = self.sched.0.max_goroutines;
        self.sched.0.table.headers() >= limit && self.sched.num_goroutines() >= limit
    }

    /// Starts a goroutine from [`new_g`](Worker::new_g), whose context is complete.
    #[inline]
    pub fn spawn(&mut self, g: GRef<M::Context>) {
        count(&self.shared().slots[self.index].started);
        self.ready(g);
    }

    /// Takes back a header from [`new_g`](Worker::new_g) that was not spawned.
    pub fn discard_g(&mut self, g: GRef<M::Context>) {
        self.gs.give(g);
    }

    #[inline]
    pub(crate) fn free_g(&mut self, g: GRef<M::Context>) {
        g.set_status(Status::Free);
        self.gs.give(g);
        count(&self.shared().slots[self.index].ended);
    }

    /// Makes a parked goroutine runnable; it is the next one to run on this worker.
    #[inline]
    pub fn ready(&mut self, g: GRef<M::Context>) {
        if g.waits_durably() {
            self.rouse(g);
        }
        g.set_status(Status::Runnable);
        if let Some(pool) = &mut self.pool {
            pool.push(g);
        } else if let Some(kicked) = self.run_next.replace(g) {
            self.push(kicked);
        }
    }

    /// As [`ready`](Worker::ready), but behind the others if the queue is short, for one that had
    /// rather find them ready when it runs.
    #[inline]
    pub fn ready_behind(&mut self, g: GRef<M::Context>) {
        let is_short = (1..=BEHIND_MOST).contains(&self.queue.len());
        if is_short && !self.fires { self.ready_last(g) } else { self.ready(g) }
    }

    /// As [`ready`](Worker::ready), at the end of the queue: for many at once.
    #[inline]
    pub fn ready_last(&mut self, g: GRef<M::Context>) {
        if g.waits_durably() {
            self.rouse(g);
        }
        g.set_status(Status::Runnable);
        if let Some(pool) = &mut self.pool {
            pool.push(g);
        } else {
            self.push(g);
        }
    }

    #[cold]
    fn rouse(&mut self, g: GRef<M::Context>) {
        let shared = Arc::clone(self.shared());
        shared.machine.rouse(self, g);
    }

    /// Says why the goroutine that runs is about to wait, before it is published. `durably`: it is
    /// in a bubble, and nobody outside can wake it.
    #[inline]
    pub fn set_waiting(&mut self, g: GRef<M::Context>, reason: WaitReason, durably: bool) {
        self.durable = durably;
        g.set_waiting_as(reason, durably);
    }

    /// Whether the goroutine that ran last has parked durably; asked once.
    #[inline]
    pub fn took_durable_wait(&mut self) -> bool {
        std::mem::take(&mut self.durable)
    }

    /// Makes goroutines runnable that were woken together: the first ones as [`ready`](Worker::ready)
    /// does, and of a crowd the others where all workers find them.
    pub fn ready_all(&mut self, chain: Chain<M::Context>) {
        self.ready_each(chain, Worker::ready);
    }

    /// As [`ready_all`](Worker::ready_all), in the order of the chain; one alone is next.
    pub(crate) fn ready_all_last(&mut self, chain: Chain<M::Context>) {
        let ready = if chain.len() == 1 { Worker::ready } else { Worker::ready_last };
        self.ready_each(chain, ready);
    }

    fn ready_each(
        &mut self,
        mut chain: Chain<M::Context>,
        ready: fn(&mut Worker<M>, GRef<M::Context>),
    ) {
        let each = self.pool.is_some() || chain.is_durable();
        let most = if each { usize::MAX } else { CROWD };
        for _ in 0..most {
            let Some(g) = chain.pop() else { return };
            ready(self, g);
        }
        self.shared().injector.push(chain);
        if self.shared().idle.should_wake() {
            self.shared().wake_one();
        }
    }

    /// To the end of the queue.
    #[inline]
    pub(crate) fn push(&mut self, g: GRef<M::Context>) {
        self.queue.push(g);
        if self.shared().idle.should_wake() {
            self.shared().wake_one();
        }
    }

    /// Whether the world is to stop; a relaxed load. For natives that run long.
    #[inline]
    pub fn attention(&self) -> bool {
        self.shared().attention.load(Ordering::Relaxed) != 0
    }

    /// Fires what is due, or sees to it that a sleeper watches the deadlines.
    pub(crate) fn look_at_timers(&mut self, now: i64) {
        let next = self.shared().timers.next();
        if next == NEVER {
            return;
        }
        if next <= now {
            let shared = Arc::clone(self.shared());
            if let Ok(_order) = shared.timers.firing.try_lock() {
                self.fire_due(now);
            }
        } else if self.shared().idle.should_wake() && self.shared().idle.alarm() == NEVER {
            self.shared().need_keeper();
        }
    }

    /// Fires the timers that are due, in their order; those for which there is no room among the
    /// woken stay, to keep it. The caller holds `firing`.
    pub(crate) fn fire_due(&mut self, now: i64) {
        let shared = Arc::clone(self.shared());
        let next = self.run_next.take();
        self.fires = true;
        while self.has_room()
            && let Some((id, action)) = shared.timers.take_due(now)
        {
            match action {
                Action::Ready(g) => self.wake_up(g),
                Action::Fire(payload) => shared.machine.fire(self, id, payload),
            }
            // Who is woken from a fired timer keeps its place behind those before it.
            if let Some(g) = self.run_next.take() {
                self.wake_up(g);
            }
        }
        self.fires = false;
        self.run_next = next;
    }

    /// Whether one more goroutine that a timer wakes finds its place.
    fn has_room(&self) -> bool {
        self.woken.len() < WOKEN_MOST
    }

    /// Makes a goroutine runnable whose deadline has come.
    fn wake_up(&mut self, g: GRef<M::Context>) {
        let others_help = self.shared().idle.any_sleeps();
        if self.pool.is_some() || others_help {
            self.ready_last(g);
        } else {
            g.set_status(Status::Runnable);
            self.woken.push_back(g);
        }
    }

    /// Parks `g`, which its holder has saved, until `when` (as of [`Scheduler::now`]).
    pub fn sleep_until(&mut self, g: GRef<M::Context>, when: i64) {
        self.add_timer(when, 0, Action::Ready(g));
    }

    /// Starts a timer; `period` 0: once.
    pub fn start_timer(&mut self, when: i64, period: i64, payload: TimerPayload) -> TimerId {
        self.add_timer(when, period, Action::Fire(payload))
    }

    fn add_timer(&mut self, when: i64, period: i64, action: Action<M::Context>) -> TimerId {
        let (id, earliest) = self.shared().timers.start(when, period, action);
        if earliest {
            let alarm = self.shared().idle.alarm();
            if alarm != NEVER && when < alarm {
                self.shared().notify_deadline();
            }
        }
        id
    }

    /// Stops a timer: whether it was still to fire (or, with a period, running).
    pub fn stop_timer(&mut self, id: TimerId) -> bool {
        self.shared().timers.stop(id)
    }

    /// Does what waits for the world to stand still.
    pub(crate) fn do_jobs(&mut self) {
        let jobs = std::mem::take(&mut *lock(&self.shared().jobs));
        for job in jobs {
            job(self);
        }
    }

    /// Takes a goroutine that sleeps, or waits for what stands in a semaphore's queue, out of its
    /// queue: whether it was in one. While the world stands still.
    pub fn cancel_wait(&mut self, g: GRef<M::Context>) -> bool {
        self.shared().timers.stop_ready(g) || self.shared().sema.cancel(g)
    }

    /// Storage for the waiters of a select with `n` cases, uninitialised; to be given back with
    /// [`free_waiters`](Worker::free_waiters) on any worker.
    #[inline]
    pub fn alloc_waiters(&mut self, n: usize) -> *mut crate::SelectWaiter<M::Context> {
        self.waiters.alloc(n)
    }

    /// # Safety
    /// `waiters` came from [`alloc_waiters`](Worker::alloc_waiters) with the same `n`; no queue
    /// leads to them any more.
    #[inline]
    pub unsafe fn free_waiters(&mut self, waiters: *mut crate::SelectWaiter<M::Context>, n: usize) {
        // SAFETY: as promised by the caller.
        unsafe { self.waiters.free(waiters, n) };
    }

    /// A random number below `n`, which is not 0: from the seed in deterministic mode.
    #[inline]
    pub fn random(&mut self, n: u32) -> u32 {
        self.rng.below(n)
    }

    pub(crate) fn give_queue_away(&mut self) {
        self.publish_next_quietly();
        let mut chain = Chain::new();
        while let Some(g) = self.queue.pop() {
            // SAFETY: goroutines in the worker's queue are the worker's.
            unsafe { chain.push(g) };
        }
        self.shared().injector.push(chain);
    }

    fn publish_next_quietly(&mut self) {
        for g in self.woken.drain(..).chain(self.run_next.take()) {
            self.queue.push(g);
        }
    }
}
