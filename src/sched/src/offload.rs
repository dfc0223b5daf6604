//! Calls that block, on threads of their own.
//!
//! A pool that grows with demand and shrinks when its threads have had nothing to do for some
//! seconds. Threads are woken one after the other: one that begins with a job and leaves others
//! wakes the next. So calls that are short are done by few threads, however many come at once, and
//! each that blocks still has its own.
//!
//! Some tens of threads come as soon as they are wanted. Beyond those, an eighth more are added
//! whenever no thread has taken a job for a while, until there are as many as Go would have: calls
//! may wait for each other (a thousand reads of pipes for the writes that are queued behind them), so
//! a limit that is reached would be a deadlock.
//!
//! Its threads are no workers: they see no heap and run no goroutine. When the program ends, calls
//! that still block (a read of a terminal) are left behind; their threads end with their call.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sync::{Arc, Condvar, Mutex, MutexGuard, lock, thread};

/// How long a thread without work stays.
const KEEP: Duration = Duration::from_secs(10);
/// Stack of a pool thread: blocking calls are shallow.
const STACK: usize = 256 << 10;
/// The most threads, however much they block; Go's programs end there.
const MOST: usize = 10_000;
/// If no job was begun for so long, all threads are taken to block.
const PATIENCE: Duration = Duration::from_millis(2);
/// One in so many threads is how many more are started then.
const GROWTH: usize = 8;

type Job = Box<dyn FnOnce() + Send>;

pub(crate) struct Offload {
    state: Mutex<Pool>,
    work: Condvar,
    /// So many threads are started without waiting.
    at_once: usize,
}

struct Pool {
    queue: VecDeque<Job>,
    threads: usize,
    idle: usize,
    /// A thread is on its way to the queue.
    rousing: bool,
    /// A thread above `at_once` watches whether the others get on.
    watched: bool,
    /// How many jobs were begun.
    begun: u64,
    closed: bool,
}

impl Offload {
    pub(crate) fn new(at_once: usize) -> Arc<Offload> {
        let pool = Pool {
            queue: VecDeque::new(),
            threads: 0,
            idle: 0,
            rousing: false,
            watched: false,
            begun: 0,
            closed: false,
        };
        let at_once = at_once.clamp(1, MOST);
        Arc::new(Offload { state: Mutex::new(pool), work: Condvar::new(), at_once })
    }

    /// Runs the job as soon as a thread is free. If the system has no thread at all to give, the
    /// job runs on the caller's.
    pub(crate) fn submit(self: &Arc<Self>, job: Job) {
        let mut pool = lock(&self.state);
        pool.queue.push_back(job);
        self.rouse(pool);
    }

    /// Sees to it that somebody is on the way who will take the next job.
    fn rouse(self: &Arc<Self>, mut pool: MutexGuard<'_, Pool>) {
        if pool.rousing || pool.queue.is_empty() {
            return;
        }
        if pool.idle > 0 {
            pool.rousing = true;
            drop(pool);
            self.work.notify_one();
        } else if pool.threads < self.at_once {
            pool.threads += 1;
            pool.rousing = true;
            drop(pool);
            self.start(Offload::serve);
        } else if pool.threads < MOST && !pool.watched {
            pool.threads += 1;
            pool.watched = true;
            drop(pool);
            self.start(Offload::watch);
        }
    }

    fn start(self: &Arc<Self>, life: fn(&Arc<Offload>)) {
        let shared = Arc::clone(self);
        let started = thread::Builder::new()
            .name("gol-offload".into())
            .stack_size(STACK)
            .spawn(move || life(&shared));
        if started.is_err() {
            self.without_thread();
        }
    }

    #[cold]
    fn without_thread(&self) {
        let mut pool = lock(&self.state);
        pool.threads -= 1;
        (pool.rousing, pool.watched) = (false, false);
        let job = if pool.threads == 0 { pool.queue.pop_front() } else { None };
        drop(pool);
        if let Some(job) = job {
            job();
        }
    }

    /// The life of a thread that is started at once. Whoever rouses a thread sets `rousing`, and
    /// the thread takes it back when it is there. So while there are jobs, a thread is on its way,
    /// or all of them work.
    fn serve(self: &Arc<Self>) {
        let mut pool = lock(&self.state);
        pool.rousing = false;
        self.work_off(pool);
    }

    /// The life of a thread above `at_once`: it takes part only if the others do not get on.
    fn watch(self: &Arc<Self>) {
        let mut pool = lock(&self.state);
        loop {
            let begun = pool.begun;
            drop(pool);
            thread::sleep(PATIENCE);
            pool = lock(&self.state);
            if pool.begun == begun || pool.queue.is_empty() {
                break;
            }
        }
        pool.watched = false;
        if pool.queue.is_empty() {
            pool.threads -= 1;
            return;
        }
        let more = pool.queue.len().min(pool.threads / GROWTH).min(MOST - pool.threads);
        pool.threads += more;
        drop(pool);
        for _ in 0..more {
            self.start(Offload::serve);
        }
        self.work_off(lock(&self.state));
    }

    fn work_off<'a>(self: &'a Arc<Self>, mut pool: MutexGuard<'a, Pool>) {
        loop {
            if let Some(job) = pool.queue.pop_front() {
                pool.begun += 1;
                self.rouse(pool);
                job();
                pool = lock(&self.state);
                continue;
            }
            if pool.closed {
                break;
            }
            pool.idle += 1;
            let (back, timeout) = self
                .work
                .wait_timeout(pool, KEEP)
                .unwrap_or_else(crate::sync::PoisonError::into_inner);
            pool = back;
            pool.idle -= 1;
            pool.rousing = false;
            if timeout.timed_out() && pool.queue.is_empty() {
                break;
            }
        }
        pool.threads -= 1;
    }

    /// Threads without work end; jobs that nobody has started are dropped.
    pub(crate) fn close(&self) {
        let mut pool = lock(&self.state);
        pool.closed = true;
        pool.queue.clear();
        drop(pool);
        self.work.notify_all();
    }
}
