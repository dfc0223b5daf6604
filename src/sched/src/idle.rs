//! Workers that sleep, are woken, and stop for the world: one lock, one set of counts.
//!
//! **The wake rule** is that of Go's `proc.go`. A worker without work *searches*; at most half as
//! many search as are busy. Whoever makes work wakes a sleeper only if nobody searches already; the
//! last searcher that finds something wakes the next one. So bursts wake workers one after the
//! other and a trickle wakes none too many.
//!
//! **No wake-up is lost.** A worker that goes to sleep (1) puts itself among the sleepers and
//! changes the counts, (2) executes a full fence, (3) looks at all queues, the injector, timers and
//! flags again, and takes step 1 back if there is something. Work from outside is (a) pushed to the
//! injector, then comes (b) a full fence, then (c) the counts are read. Either 3 sees the push of
//! a, or c sees the sleeper of 1. Work that a worker pushes to its own queue skips b: that worker
//! is awake and looks at its queue again before it sleeps, so such work is never stranded, and if c
//! read old counts, the next push, turn or safepoint repairs it.
//!
//! **The world stops** when all workers that do not sleep have arrived; then one of them calls the
//! machine, and when that returns lets the others go. Sleepers are left alone; one that wakes in
//! between arrives like everyone else, or, if it is too late to be counted, waits for the end. All
//! of this happens under the same lock as sleeping, so "all that do not sleep" is an exact number.
//! What else has to be done while nothing runs (`Scheduler::while_stopped`) is done then, too.
//!
//! **Deadlock is exact** for the same reason: the last worker that goes to sleep sees under the
//! lock that nobody is awake, nothing is queued, nothing outside is pending (`outside`: offloaded
//! calls, sockets; they push before they count down), and no timer can wake anybody.
//!
//! **One sleeper, the keeper, has the alarm clock.** It sleeps until the earliest deadline; the
//! others sleep until they are woken. Busy workers look at deadlines too, at safepoints and every
//! few turns.

use crate::machine::Machine;
use crate::nap::Naps;
use crate::sync::{
    AtomicI64, AtomicU64, AtomicUsize, Condvar, Mutex, MutexGuard, Ordering, fence, lock, thread,
};
use crate::timer::NEVER;
use crate::worker::{Shared, Worker};

/// Bits of `Shared::attention`.
pub(crate) const STOP: u32 = 1;
pub(crate) const SHUTDOWN: u32 = 2;
pub(crate) const RETIRE: u32 = 4;

/// One searching worker in the counts; sleeping ones count 1.
const SEARCHING: u64 = 1 << 32;

/// Sleepers and the world.
pub(crate) struct Idle {
    /// Sleeping workers in the low half, searching ones in the high half. Changed under the lock,
    /// except that searchers count themselves without it.
    counts: AtomicU64,
    pub(crate) state: Mutex<State>,
    /// Workers wait here for the phases of a stop, and retired ones for their return.
    world: Condvar,
    /// The keeper's deadline; [`NEVER`] without a keeper. Written under the lock, before the keeper
    /// looks at the timers once more; partner of the store in `Timers::start`, after which the
    /// starter looks here: one of them sees the other.
    alarm: AtomicI64,
    /// `State::procs`, for a look without the lock.
    limit: AtomicUsize,
    pub(crate) naps: Naps,
}

pub(crate) struct State {
    /// Whether a run is under way.
    running: bool,
    /// Numbers of sleeping workers, the last to sleep at the end. Workers whose thread was never
    /// started count as asleep.
    sleepers: Vec<usize>,
    /// Numbers of napping workers (`nap`), whom no new work wakes.
    pub(crate) nappers: Vec<usize>,
    /// The sleeper that watches the deadlines.
    keeper: Option<usize>,
    /// Workers that the scheduler has at the moment (`GOMAXPROCS`).
    procs: usize,
    /// Workers that wait for `GOMAXPROCS` to grow again.
    retired: usize,
    stop: Option<Stop>,
    /// Counts the stops that are over.
    stops: u64,
    /// Threads of the workers that have one; those without are started when they are first woken.
    threads: Vec<Option<thread::Thread>>,
    handles: Vec<thread::JoinHandle<()>>,
}

/// A stop of the world in progress.
struct Stop {
    arrived: usize,
    /// All were there, and one of them has called the machine.
    complete: bool,
}

impl State {
    fn awake(&self, slots: usize) -> usize {
        slots - self.sleepers.len() - self.nappers.len() - self.retired
    }
}

impl Idle {
    /// The state between two runs: see [`Shared::begin_run`].
    pub(crate) fn new(procs: usize, slots: usize) -> Idle {
        let state = State {
            running: false,
            sleepers: Vec::new(),
            nappers: Vec::new(),
            keeper: None,
            procs,
            retired: slots - procs,
            stop: None,
            stops: 0,
            threads: vec![None; slots],
            handles: Vec::new(),
        };
        Idle {
            counts: AtomicU64::new(0),
            state: Mutex::new(state),
            world: Condvar::new(),
            alarm: AtomicI64::new(NEVER),
            limit: AtomicUsize::new(procs),
            naps: Naps::new(),
        }
    }

    /// Whether new work should wake somebody: someone sleeps and nobody searches. Relaxed, see the
    /// module.
    #[inline]
    pub(crate) fn should_wake(&self) -> bool {
        let counts = self.counts.load(Ordering::Relaxed);
        counts != 0 && counts < SEARCHING
    }

    #[inline]
    pub(crate) fn any_sleeps(&self) -> bool {
        self.counts.load(Ordering::Relaxed) as u32 != 0
    }

    /// Until when the keeper sleeps; [`NEVER`] without a keeper.
    #[inline]
    pub(crate) fn alarm(&self) -> i64 {
        self.alarm.load(Ordering::SeqCst)
    }

    pub(crate) fn procs(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    /// The calling thread is from now on this worker's.
    pub(crate) fn register(&self, index: usize) {
        lock(&self.state).threads[index] = Some(thread::current());
    }

    pub(crate) fn take_handles(&self) -> Vec<thread::JoinHandle<()>> {
        std::mem::take(&mut lock(&self.state).handles)
    }

    /// Back to the state between two runs; all workers have ended. Nobody sleeps, so a call that
    /// comes back late from outside wakes nobody.
    fn reset(&self, slots: usize) {
        let mut state = lock(&self.state);
        state.running = false;
        state.sleepers.clear();
        state.nappers.clear();
        self.naps.end();
        state.retired = slots - state.procs;
        state.keeper = None;
        self.alarm.store(NEVER, Ordering::SeqCst);
        state.stop = None;
        state.threads.fill(None);
        self.counts.store(0, Ordering::SeqCst);
    }
}

impl<M: Machine> Shared<M> {
    /// A run begins: worker 0 is awake; the others below the limit sleep, those above are retired.
    pub(crate) fn begin_run(&self) {
        let mut state = lock(&self.idle.state);
        state.running = true;
        state.sleepers = (1..state.procs).rev().collect();
        self.idle.counts.store(state.procs as u64 - 1, Ordering::SeqCst);
        self.attention.fetch_and(!(SHUTDOWN | STOP | RETIRE), Ordering::SeqCst);
        if !lock(&self.jobs).is_empty() {
            self.begin_stop(&mut state);
        }
    }

    /// A run has ended, and so have all workers. `SHUTDOWN` stays set until the next one begins.
    pub(crate) fn end_run(&self) {
        self.idle.reset(self.slots.len());
    }

    /// Wakes one sleeper, if there is one and nobody searches.
    #[cold]
    #[inline(never)]
    pub(crate) fn wake_one(&self) {
        let mut state = lock(&self.idle.state);
        if self.idle.should_wake() {
            self.wake_last(&mut state);
        }
    }

    /// Wakes the worker that fell asleep last, or else one that naps: it starts as a searcher, counted
    /// here.
    fn wake_last(&self, state: &mut MutexGuard<'_, State>) {
        if let Some(index) = state.sleepers.pop() {
            self.idle.counts.fetch_add(SEARCHING - 1, Ordering::SeqCst);
            self.rouse(state, index);
        } else {
            self.wake_napper(state);
        }
    }

    /// Ends the nap of the worker that began it last.
    #[cold]
    pub(crate) fn wake_napper(&self, state: &mut MutexGuard<'_, State>) {
        if let Some(&index) = state.nappers.last() {
            self.rise_from_nap(state, index);
            self.rouse(state, index);
        }
    }

    /// A nap is over: the worker is a searcher.
    pub(crate) fn rise_from_nap(&self, state: &mut State, index: usize) {
        state.nappers.retain(|&napper| napper != index);
        if state.nappers.is_empty() {
            self.idle.naps.end();
        }
        self.idle.counts.fetch_add(SEARCHING, Ordering::SeqCst);
    }

    /// Whether a worker beside the caller is awake.
    pub(crate) fn another_is_awake(&self, state: &State) -> bool {
        state.awake(self.slots.len()) > 1
    }

    fn wake_worker(&self, state: &mut MutexGuard<'_, State>, index: usize) {
        if let Some(place) = state.sleepers.iter().position(|&sleeper| sleeper == index) {
            state.sleepers.remove(place);
            self.idle.counts.fetch_add(SEARCHING - 1, Ordering::SeqCst);
            self.rouse(state, index);
        }
    }

    /// Wakes the thread of a worker that was taken out of the sleepers, or starts it.
    fn rouse(&self, state: &mut MutexGuard<'_, State>, index: usize) {
        if let Some(thread) = &state.threads[index] {
            thread.unpark();
            return;
        }
        if let Ok(handle) = self.start_thread(index) {
            state.threads[index] = Some(handle.thread().clone());
            state.handles.push(handle);
        } else {
            // The system has no more threads: the worker never comes to life.
            self.idle.counts.fetch_sub(SEARCHING, Ordering::SeqCst);
            state.retired += 1;
            self.check_arrivals(state);
        }
    }

    /// For work that was pushed to the injector, from any thread.
    pub(crate) fn notify_outside(&self) {
        // Partner: the fence in `sleep`. Orders the push before the look at the counts.
        fence(Ordering::SeqCst);
        if self.idle.should_wake() {
            self.wake_one();
        }
    }

    /// A timer has become the earliest: whoever watches the deadlines must set the alarm anew.
    #[cold]
    pub(crate) fn notify_deadline(&self) {
        let mut state = lock(&self.idle.state);
        if let Some(keeper) = state.keeper {
            self.wake_worker(&mut state, keeper);
        }
    }

    /// Somebody should watch the deadlines while this worker is busy.
    #[cold]
    pub(crate) fn need_keeper(&self) {
        let mut state = lock(&self.idle.state);
        if state.keeper.is_none() && self.idle.should_wake() {
            self.wake_last(&mut state);
        }
    }

    pub(crate) fn request_stop(&self) {
        let mut state = lock(&self.idle.state);
        if state.stop.is_none() {
            self.begin_stop(&mut state);
        }
    }

    fn begin_stop(&self, state: &mut MutexGuard<'_, State>) {
        state.stop = Some(Stop { arrived: 0, complete: false });
        self.attention.fetch_or(STOP, Ordering::SeqCst);
        if state.awake(self.slots.len()) == 0 {
            self.wake_last(state);
        }
    }

    /// Ends the program: everybody wakes and leaves.
    pub(crate) fn request_shutdown(&self) {
        let mut state = lock(&self.idle.state);
        self.attention.fetch_or(SHUTDOWN, Ordering::SeqCst);
        while let Some(index) = state.sleepers.pop() {
            self.idle.counts.fetch_sub(1, Ordering::SeqCst);
            if let Some(thread) = &state.threads[index] {
                thread.unpark();
            }
        }
        for index in std::mem::take(&mut state.nappers) {
            if let Some(thread) = &state.threads[index] {
                thread.unpark();
            }
        }
        self.idle.world.notify_all();
    }

    /// All workers above the limit have retired, or the limit was raised over them.
    fn settle_retirement(&self, state: &mut MutexGuard<'_, State>) {
        if state.retired >= self.slots.len() - state.procs {
            self.attention.fetch_and(!RETIRE, Ordering::SeqCst);
        }
    }

    pub(crate) fn set_procs(&self, n: usize) -> usize {
        let mut state = lock(&self.idle.state);
        let old = state.procs;
        let n = n.clamp(1, self.slots.len());
        if n == old {
            return old;
        }
        state.procs = n;
        self.idle.limit.store(n, Ordering::Relaxed);
        if !state.running {
            state.retired = self.slots.len() - n;
            return old;
        }
        if n > old {
            // Retired workers that never ran become sleepers; the others return by themselves.
            for index in (old..n).rev() {
                if state.threads[index].is_none() {
                    state.retired -= 1;
                    state.sleepers.insert(0, index);
                    self.idle.counts.fetch_add(1, Ordering::SeqCst);
                }
            }
            self.idle.world.notify_all();
        } else {
            self.attention.fetch_or(RETIRE, Ordering::SeqCst);
            self.retire_sleepers(&mut state);
        }
        self.settle_retirement(&mut state);
        old
    }

    /// Sleeping workers above the limit: those without a thread retire here, the others wake for
    /// it, and so do all that nap.
    fn retire_sleepers(&self, state: &mut MutexGuard<'_, State>) {
        while !state.nappers.is_empty() {
            self.wake_napper(state);
        }
        let above: Vec<usize> =
            state.sleepers.iter().copied().filter(|&index| index >= state.procs).collect();
        for index in above {
            if state.threads[index].is_some() {
                self.wake_worker(state, index);
            } else {
                state.sleepers.retain(|&sleeper| sleeper != index);
                state.retired += 1;
                self.idle.counts.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }
}

/// What became of a worker that went to sleep.
enum Night {
    /// There was something to do after all, or somebody woke it.
    Awake,
    Deadlock,
}

impl<M: Machine> Worker<M> {
    /// Becomes a searcher, unless enough of them search already.
    pub(crate) fn begin_search(&mut self) -> bool {
        if self.searching {
            return true;
        }
        let counts = self.shared().idle.counts.load(Ordering::Relaxed);
        let searching = (counts / SEARCHING) as usize;
        let asleep = counts as u32 as usize;
        let busy = self.shared().idle.procs().saturating_sub(asleep);
        if 2 * searching >= busy {
            return false;
        }
        self.shared().idle.counts.fetch_add(SEARCHING, Ordering::SeqCst);
        self.searching = true;
        true
    }

    /// Work was found; the last searcher wakes the next one.
    #[inline]
    pub(crate) fn end_search(&mut self) {
        if self.searching {
            self.end_search_slow();
        }
    }

    #[cold]
    fn end_search_slow(&mut self) {
        self.searching = false;
        let shared = self.shared();
        let before = shared.idle.counts.fetch_sub(SEARCHING, Ordering::SeqCst);
        if before / SEARCHING == 1 && before as u32 != 0 {
            shared.wake_one();
        }
    }

    /// Does not count as a searcher any more, though it has found nothing: it is going to sleep, or
    /// has something else to do, and who makes work must wake somebody.
    pub(crate) fn stop_searching(&mut self) {
        if self.searching {
            self.searching = false;
            self.shared().idle.counts.fetch_sub(SEARCHING, Ordering::SeqCst);
        }
    }

    /// Sleeps until there may be something to do. Ends the program on a deadlock.
    pub(crate) fn sleep(&mut self) {
        let machine = std::sync::Arc::clone(&self.shared().machine);
        self.stop_searching();
        if machine.idle(self) {
            return;
        }
        if matches!(self.try_sleep(), Night::Deadlock) && machine.deadlock(self) {
            self.shared().request_shutdown();
        }
    }

    fn try_sleep(&mut self) -> Night {
        let shared = std::sync::Arc::clone(self.shared());
        let mut state = lock(&shared.idle.state);
        state.sleepers.push(self.index);
        shared.idle.counts.fetch_add(1, Ordering::SeqCst);
        // Partner: the fence in `notify_outside`. Orders the announcement before the last look.
        fence(Ordering::SeqCst);
        if self.sees_work() {
            self.rise(&mut state);
            return Night::Awake;
        }
        if state.awake(shared.slots.len()) == 0 && self.is_deadlock() {
            self.rise(&mut state);
            return Night::Deadlock;
        }
        let deadline = self.become_keeper(&mut state);
        drop(state);
        let mut state = loop {
            self.sleep_thread(deadline);
            let state = lock(&shared.idle.state);
            // Else nobody has woken it: an old wake-up, or the system's fancy.
            if deadline.is_some() || !state.sleepers.contains(&self.index) {
                break state;
            }
        };
        if deadline.is_some() {
            state.keeper = None;
            shared.idle.alarm.store(NEVER, Ordering::SeqCst);
        }
        if state.sleepers.contains(&self.index) {
            self.rise(&mut state);
        } else {
            // Whoever woke it has counted it as a searcher; shutdown has not, and needs no counts.
            self.searching = true;
        }
        Night::Awake
    }

    /// Takes the alarm clock if nobody has it and there is a deadline.
    fn become_keeper(&self, state: &mut MutexGuard<'_, State>) -> Option<i64> {
        let shared = self.shared();
        let mut deadline = shared.timers.next();
        if state.keeper.is_some() || deadline == NEVER {
            return None;
        }
        state.keeper = Some(self.index);
        loop {
            shared.idle.alarm.store(deadline, Ordering::SeqCst);
            let next = shared.timers.next_exact();
            if next >= deadline {
                return Some(deadline);
            }
            deadline = next;
        }
    }

    fn sleep_thread(&self, deadline: Option<i64>) {
        let clock = &self.shared().clock;
        match deadline {
            None => thread::park(),
            Some(when) if self.pool.is_some() => {
                if self.shared().outside.load(Ordering::SeqCst) > 0 {
                    clock.sleep_until(when);
                }
                clock.advance_to(when);
            }
            Some(when) => clock.sleep_until(when),
        }
    }

    /// Leaves the sleepers by itself, as a searcher.
    fn rise(&mut self, state: &mut MutexGuard<'_, State>) {
        state.sleepers.retain(|&sleeper| sleeper != self.index);
        self.shared().idle.counts.fetch_add(SEARCHING - 1, Ordering::SeqCst);
        self.searching = true;
    }

    fn sees_work(&self) -> bool {
        let shared = self.shared();
        let due = shared.timers.next();
        // Others that are to retire are no reason to stay awake; who does wakes somebody.
        let flags = shared.attention.load(Ordering::SeqCst);
        let asked = if self.index < shared.idle.procs() { flags & !RETIRE } else { flags };
        asked != 0
            || !shared.injector.is_empty()
            || (due != NEVER && self.pool.is_none() && due <= shared.clock.now())
            || shared.slots.iter().any(|slot| !slot.stealer.is_empty())
    }

    /// All workers sleep and the queues are empty. Readers of `outside` see what was pushed before
    /// it was counted down, hence the second look at the injector.
    fn is_deadlock(&self) -> bool {
        let shared = self.shared();
        shared.outside.load(Ordering::SeqCst) == 0
            && shared.injector.is_empty()
            && !shared.timers.any_can_wake(|payload| shared.machine.can_wake(payload))
    }

    /// The world is to stop: waits for the others, or if it is the one to do so calls the machine.
    /// Returns when the world goes on.
    pub(crate) fn stop_for_world(&mut self) {
        let shared = std::sync::Arc::clone(self.shared());
        let mut state = lock(&shared.idle.state);
        let epoch = state.stops;
        match &mut state.stop {
            Some(stop) if !stop.complete => stop.arrived += 1,
            Some(_) => {}
            None => return,
        }
        while state.stops == epoch && shared.attention.load(Ordering::Relaxed) & SHUTDOWN == 0 {
            if shared.complete_stop(&mut state) {
                drop(state);
                let machine = std::sync::Arc::clone(&shared.machine);
                machine.stopped(self);
                self.do_jobs();
                state = lock(&shared.idle.state);
                shared.end_stop(&mut state);
                return;
            }
            state = shared.wait(state);
        }
    }

    /// Above the limit of workers: hands its queue on and waits until it is wanted again.
    pub(crate) fn retire(&mut self) {
        let shared = std::sync::Arc::clone(self.shared());
        let mut state = lock(&shared.idle.state);
        if self.index < state.procs {
            shared.settle_retirement(&mut state);
            return;
        }
        self.stop_searching();
        self.give_queue_away();
        state.retired += 1;
        shared.settle_retirement(&mut state);
        shared.check_arrivals(&state);
        shared.wake_last(&mut state);
        while self.index >= state.procs && shared.attention.load(Ordering::Relaxed) & SHUTDOWN == 0
        {
            state = shared.wait(state);
        }
        state.retired -= 1;
    }
}

impl<M: Machine> Shared<M> {
    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.idle.world.wait(state).unwrap_or_else(crate::sync::PoisonError::into_inner)
    }

    /// Whether all have arrived and the caller is the one to call the machine.
    fn complete_stop(&self, state: &mut State) -> bool {
        let awake = state.awake(self.slots.len());
        match &mut state.stop {
            Some(stop) if !stop.complete && stop.arrived == awake => {
                stop.complete = true;
                true
            }
            _ => false,
        }
    }

    fn end_stop(&self, state: &mut MutexGuard<'_, State>) {
        state.stop = None;
        state.stops += 1;
        self.attention.fetch_and(!STOP, Ordering::SeqCst);
        self.idle.world.notify_all();
        if !lock(&self.jobs).is_empty() {
            // They came when this stop was complete.
            self.begin_stop(state);
        }
    }

    /// Somebody is not awake any more, so those who have arrived may be all: they look.
    fn check_arrivals(&self, state: &State) {
        if state.stop.is_some() {
            self.idle.world.notify_all();
        }
    }
}
