//! The scheduler itself, with the toy machine, under the interleavings of a model checker.
//!
//! ```text
//! RUSTFLAGS="--cfg shuttle" cargo test --release -p gol-sched models::
//! ```
//!
//! Threads are coroutines of one thread, and every atomic operation, lock and wake-up is a point
//! where the checker may switch to another. Each model runs under random schedules and under those
//! of probabilistic concurrency testing (Burckhardt and others 2010), which finds bugs that need few
//! switches at the wrong places. What it finds: lost wake-ups (all threads blocked, or endless
//! searching), deadlocks reported though there are none, goroutines that run in a stopped world or
//! twice at a time. What it does not: effects of weak memory, since its atomics are sequentially
//! consistent, and interleavings inside of the queues, which are a crate of their own.
//!
//! `GOL_MODEL_RUNS` says how many schedules of each kind; a failure prints the one to replay.

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config as Settings, Runner};

use crate::sync::{Arc, AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst};
use crate::toy::*;
use crate::*;

/// Points at which a schedule of the second kind changes priorities.
const DEPTH: usize = 4;

fn check(model: impl Fn() + Send + Sync + Clone + 'static) {
    let runs = std::env::var("GOL_MODEL_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(1500);
    let mut settings = Settings::new();
    settings.stack_size = 256 << 10;
    Runner::new(RandomScheduler::new(runs), settings.clone()).run(model.clone());
    Runner::new(PctScheduler::new(DEPTH, runs), settings).run(model);
}

fn few(workers: usize) -> Config {
    Config { workers, max_workers: 3, max_offload: 2, ..Config::default() }
}

/// Counts down to the end of a program.
struct Left(AtomicUsize);

impl Left {
    fn new(count: usize) -> Arc<Left> {
        Arc::new(Left(AtomicUsize::new(count)))
    }

    /// How a goroutine ends: the last one ends the program.
    fn end(&self) -> Switch {
        if self.0.fetch_sub(1, SeqCst) == 1 { Switch::Shutdown } else { Switch::Exited }
    }
}

#[test]
fn goroutines_spread_over_workers_and_all_run() {
    check(|| {
        let left = Left::new(6);
        let (toy, _) = run(few(3), move |worker, _| {
            for _ in 0..3 {
                let left = Arc::clone(&left);
                go(worker, move |worker, _| {
                    let other = Arc::clone(&left);
                    go(worker, move |_, _| other.end());
                    left.end()
                });
            }
            Switch::Exited
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn messages_between_workers_wake_their_receivers() {
    check(|| {
        let left = Left::new(4);
        let (toy, _) = run(few(2), move |worker, _| {
            for _ in 0..2 {
                let (here, there) = (Mailbox::new(), Mailbox::new());
                here.put(worker);
                for (mine, other) in [(here.clone(), there.clone()), (there, here)] {
                    let (left, mut rounds) = (Arc::clone(&left), 0);
                    go(worker, move |worker, g| {
                        while rounds < 2 {
                            if !mine.take_or_park(g) {
                                return Switch::Parked;
                            }
                            rounds += 1;
                            other.put(worker);
                        }
                        left.end()
                    });
                }
            }
            Switch::Exited
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn blocking_calls_come_back_and_are_no_deadlock() {
    for workers in [1, 2] {
        check(move || {
            let left = Left::new(2);
            let (toy, _) = run(few(workers), move |worker, _| {
                for _ in 0..2 {
                    let (left, mut calls) = (Arc::clone(&left), 0);
                    go(worker, move |worker, g| {
                        calls += 1;
                        if calls < 3 {
                            g.set_waiting(WaitReason::Syscall);
                            worker.sched().offload(g, Box::new(|| {}));
                            return Switch::Parked;
                        }
                        left.end()
                    });
                }
                Switch::Exited
            });
            assert_eq!(toy.deadlocks.load(SeqCst), 0);
        });
    }
}

#[test]
fn sleepers_wake_though_all_workers_sleep() {
    check(|| {
        let left = Left::new(3);
        let (toy, _) = run(few(2), move |worker, _| {
            for number in 1..=3 {
                let (left, mut naps) = (Arc::clone(&left), 0);
                go(worker, move |worker, g| {
                    naps += 1;
                    if naps < 3 {
                        g.set_waiting(WaitReason::Sleep);
                        let when = worker.sched().now() + number * 1_000_000;
                        worker.sleep_until(g, when);
                        return Switch::Parked;
                    }
                    left.end()
                });
            }
            Switch::Exited
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn timers_stop_or_fire_but_not_both() {
    check(|| {
        let stopped = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&stopped);
        let left = Left::new(2);
        let (toy, _) = run(few(2), move |worker, _| {
            for kind in 0..2 {
                let (left, count) = (Arc::clone(&left), Arc::clone(&count));
                let mut timer = None;
                go(worker, move |worker, g| {
                    if let Some(id) = timer {
                        count.fetch_add(usize::from(worker.stop_timer(id)), SeqCst);
                        return left.end();
                    }
                    let when = worker.sched().now() + 1_000;
                    timer = Some(worker.start_timer(when, 0, TimerPayload { kind, words: [0; 2] }));
                    g.set_waiting(WaitReason::Sleep);
                    worker.sleep_until(g, when + i64::from(kind) * 1_000 - 500);
                    Switch::Parked
                });
            }
            Switch::Exited
        });
        let fired = crate::sync::lock(&toy.fired).len();
        assert_eq!(fired + stopped.load(SeqCst), 2);
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn a_deadlock_is_found_once_and_only_if_there_is_one() {
    check(|| {
        let (toy, _) = run(few(3), |worker, g| {
            for _ in 0..2 {
                let mut called = false;
                go(worker, move |worker, g| {
                    g.set_waiting(WaitReason::ChanReceive);
                    if !called {
                        called = true;
                        worker.sched().offload(g, Box::new(|| {}));
                    }
                    Switch::Parked
                });
            }
            g.set_waiting(WaitReason::ChanReceive);
            Switch::Parked
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 1);
    });
}

#[test]
fn the_world_stops_while_workers_come_and_go() {
    check(|| {
        let left = Left::new(3);
        let (toy, _) = run(few(2), move |worker, _| {
            for number in 0..3 {
                let (left, mut turns) = (Arc::clone(&left), 0);
                go(worker, move |worker, _| {
                    turns += 1;
                    match turns {
                        1 => {
                            worker.sched().request_stop();
                            Switch::Safepoint
                        }
                        2 => {
                            worker.sched().set_workers(1 + (number + turns) % 3);
                            Switch::Yielded
                        }
                        _ => left.end(),
                    }
                });
            }
            Switch::Exited
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn workers_that_nap_leave_nothing_behind() {
    check(|| {
        let left = Left::new(4);
        let (toy, _) = run(few(2), move |worker, _| {
            for number in 0..2 {
                let (here, there) = (Mailbox::new(), Mailbox::new());
                here.put(worker);
                for (mine, other) in [(here.clone(), there.clone()), (there, here)] {
                    let (left, mut rounds) = (Arc::clone(&left), 0);
                    go(worker, move |worker, g| {
                        while rounds < 2 {
                            if !mine.take_or_park(g) {
                                return Switch::Parked;
                            }
                            rounds += 1;
                            worker.crowd.is_due = true;
                            other.put(worker);
                            if number == 1 {
                                worker.sched().set_workers(1 + rounds % 3);
                                worker.sched().request_stop();
                            }
                        }
                        left.end()
                    });
                }
            }
            Switch::Exited
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn a_mutex_lets_one_in_and_forgets_nobody() {
    check(|| {
        let (word, inside) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicUsize::new(0)));
        let left = Left::new(3);
        let (toy, _) = run(few(2), move |worker, _| {
            for _ in 0..3 {
                let (word, inside) = (Arc::clone(&word), Arc::clone(&inside));
                let (left, mut step) = (Arc::clone(&left), 0);
                go(worker, move |worker, g| {
                    // SAFETY: the toy machine holds `g` while it runs it; the word outlives it.
                    let retry = unsafe { g.take_wake() == Wake::Retry };
                    // SAFETY: as above.
                    if retry && unsafe { worker.mutex_retry(g) } == Acquire::Park {
                        return Switch::Parked;
                    }
                    step += 1;
                    if step % 2 == 1 {
                        return match worker.mutex_lock(&word, g) {
                            Acquire::Park => Switch::Parked,
                            Acquire::Done => Switch::Yielded,
                        };
                    }
                    assert_eq!(inside.fetch_add(1, SeqCst), 0, "two are inside");
                    inside.fetch_sub(1, SeqCst);
                    assert!(worker.mutex_unlock(&word).is_ok());
                    if step == 4 { left.end() } else { Switch::Yielded }
                });
            }
            Switch::Exited
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn a_wait_group_wakes_whoever_waits() {
    check(|| {
        let group = Arc::new(AtomicU64::new(0));
        let mut waited = false;
        let (toy, _) = run(few(3), move |worker, g| {
            if waited {
                return Switch::Shutdown;
            }
            waited = true;
            assert!(worker.wait_group_add(&group, 3).is_ok());
            for _ in 0..3 {
                let group = Arc::clone(&group);
                go(worker, move |worker, _| {
                    assert!(worker.wait_group_add(&group, -1).is_ok());
                    Switch::Exited
                });
            }
            match worker.wait_group_wait(&group, g, false) {
                Acquire::Park => Switch::Parked,
                Acquire::Done => Switch::Yielded,
            }
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}
