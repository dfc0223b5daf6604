//! Calls that block, on threads of their own.
//!
//! A pool that grows with demand up to a limit and shrinks when its threads have had nothing to do
//! for some seconds. Threads are woken one after the other: one that begins with a job and leaves
//! others wakes the next. So calls that are short are done by few threads, however many come at
//! once, and each that blocks still has its own. Its threads are no workers: they see no heap and run no goroutine. When the
//! program ends, calls that still block (a read of a terminal) are left behind; their threads end
//! with their call.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sync::{Arc, Condvar, Mutex, MutexGuard, lock, thread};

/// How long a thread without work stays.
const KEEP: Duration = Duration::from_secs(10);
/// Stack of a pool thread: blocking calls are shallow.
const STACK: usize = 256 << 10;

type Job = Box<dyn FnOnce() + Send>;

pub(crate) struct Offload {
    state: Mutex<Pool>,
    work: Condvar,
    limit: usize,
}

struct Pool {
    queue: VecDeque<Job>,
    threads: usize,
    idle: usize,
    /// A thread is on its way to the queue.
    rousing: bool,
    closed: bool,
}

impl Offload {
    pub(crate) fn new(limit: usize) -> Arc<Offload> {
        let pool =
            Pool { queue: VecDeque::new(), threads: 0, idle: 0, rousing: false, closed: false };
        Arc::new(Offload { state: Mutex::new(pool), work: Condvar::new(), limit: limit.max(1) })
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
            return;
        }
        if pool.threads >= self.limit {
            return;
        }
        pool.threads += 1;
        pool.rousing = true;
        drop(pool);
        let shared = Arc::clone(self);
        let started = thread::Builder::new()
            .name("gol-offload".into())
            .stack_size(STACK)
            .spawn(move || shared.serve());
        if started.is_err() {
            self.without_thread();
        }
    }

    #[cold]
    fn without_thread(&self) {
        let mut pool = lock(&self.state);
        pool.threads -= 1;
        pool.rousing = false;
        let job = if pool.threads == 0 { pool.queue.pop_front() } else { None };
        drop(pool);
        if let Some(job) = job {
            job();
        }
    }

    /// A pool thread's life. Whoever rouses a thread sets `rousing`, and the thread takes it back
    /// when it is there. So while there are jobs, a thread is on its way, or all of them work.
    fn serve(self: &Arc<Self>) {
        let mut pool = lock(&self.state);
        pool.rousing = false;
        loop {
            if let Some(job) = pool.queue.pop_front() {
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
