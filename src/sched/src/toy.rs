//! A machine for tests: a goroutine is a closure that is called once for each turn.

use crate::sync::{Arc, AtomicBool, AtomicUsize, Mutex, Ordering::SeqCst, lock};
use crate::*;

/// What a goroutine does on each turn.
pub(crate) struct Body(pub(crate) Option<Box<Step>>);
pub(crate) type Step = dyn FnMut(&mut Worker<Toy>, Ref) -> Switch + Send;
pub(crate) type Ref = GRef<Body>;

#[derive(Default)]
pub(crate) struct Toy {
    pub(crate) running: AtomicUsize,
    pub(crate) collecting: AtomicUsize,
    pub(crate) collections: AtomicUsize,
    pub(crate) deadlocks: AtomicUsize,
    pub(crate) fired: Mutex<Vec<u32>>,
    /// What `can_wake` says of all timers.
    pub(crate) timers_wake: AtomicBool,
    /// A goroutine that a fired timer readies.
    pub(crate) waiting: Mutex<Option<Ref>>,
}

impl Machine for Toy {
    type Context = Body;
    type Local = ();

    fn new_context(&self) -> Body {
        Body(None)
    }

    fn new_local(&self, _worker: usize) {}

    fn run(&self, worker: &mut Worker<Toy>, g: Ref) -> Switch {
        self.running.fetch_add(1, SeqCst);
        assert_eq!(self.collecting.load(SeqCst), 0, "ran while the world stood still");
        // SAFETY: the machine holds `g`; the box stays in the context until the goroutine exits.
        let step = unsafe { (*g.context()).0.as_mut() }.expect("a goroutine has a body");
        let step: *mut Step = &raw mut **step;
        // SAFETY: as above. A step touches nothing of its own after it has published `g`.
        let switch = unsafe { (*step)(worker, g) };
        self.running.fetch_sub(1, SeqCst);
        if switch == Switch::Exited {
            // SAFETY: an ending goroutine is still the machine's.
            unsafe { *g.context() = Body(None) };
        }
        switch
    }

    fn stopped(&self, _worker: &mut Worker<Toy>) {
        assert_eq!(self.collecting.fetch_add(1, SeqCst), 0, "called on one worker");
        assert_eq!(self.running.load(SeqCst), 0, "a goroutine ran in a stopped world");
        self.collections.fetch_add(1, SeqCst);
        self.collecting.fetch_sub(1, SeqCst);
    }

    fn fire(&self, worker: &mut Worker<Toy>, _id: TimerId, payload: TimerPayload) {
        lock(&self.fired).push(payload.kind);
        let waiting = lock(&self.waiting).take();
        if let Some(g) = waiting {
            worker.ready(g);
        }
    }

    fn can_wake(&self, _payload: &TimerPayload) -> bool {
        self.timers_wake.load(SeqCst)
    }

    fn deadlock(&self, _worker: &mut Worker<Toy>) -> bool {
        self.deadlocks.fetch_add(1, SeqCst);
        true
    }

    fn idle(&self, _worker: &mut Worker<Toy>) -> bool {
        false
    }
}

pub(crate) fn spawn(
    worker: &mut Worker<Toy>,
    body: impl FnMut(&mut Worker<Toy>, Ref) -> Switch + Send + 'static,
) -> Ref {
    let g = worker.new_g().expect("there is memory");
    // SAFETY: a new header belongs to whoever asked for it.
    unsafe { *g.context() = Body(Some(Box::new(body))) };
    g
}

pub(crate) fn go(
    worker: &mut Worker<Toy>,
    body: impl FnMut(&mut Worker<Toy>, Ref) -> Switch + Send + 'static,
) {
    let g = spawn(worker, body);
    worker.spawn(g);
}

/// Runs a program whose main goroutine is `main`.
pub(crate) fn run(
    config: Config,
    main: impl FnMut(&mut Worker<Toy>, Ref) -> Switch + Send + 'static,
) -> (Arc<Toy>, Scheduler<Toy>) {
    let toy = Arc::new(Toy::default());
    let sched = Scheduler::new(Arc::clone(&toy), config);
    sched.run(|worker| spawn(worker, main));
    (toy, sched)
}

#[cfg(not(shuttle))]
pub(crate) fn workers(n: usize) -> Config {
    Config { workers: n, ..Config::default() }
}

/// Two goroutines that wake each other; the queue is a one-place mailbox under a word lock.
pub(crate) struct Mailbox {
    lock: WordLock,
    state: std::cell::UnsafeCell<(u32, Option<Ref>)>,
}
// SAFETY: the state is used under the lock.
unsafe impl Sync for Mailbox {}

impl Mailbox {
    pub(crate) fn new() -> Arc<Mailbox> {
        Arc::new(Mailbox { lock: WordLock::new(), state: std::cell::UnsafeCell::new((0, None)) })
    }

    pub(crate) fn put(&self, worker: &mut Worker<Toy>) {
        self.lock.lock();
        // SAFETY: under the lock.
        let state = unsafe { &mut *self.state.get() };
        state.0 += 1;
        let waiting = state.1.take();
        self.lock.unlock();
        if let Some(g) = waiting {
            worker.ready(g);
        }
    }

    /// Whether something was taken; otherwise `g` is published.
    pub(crate) fn take_or_park(&self, g: Ref) -> bool {
        self.lock.lock();
        // SAFETY: under the lock.
        let state = unsafe { &mut *self.state.get() };
        let there = state.0 > 0;
        if there {
            state.0 -= 1;
        } else {
            g.set_waiting(WaitReason::ChanReceive);
            state.1 = Some(g);
        }
        self.lock.unlock();
        there
    }
}
