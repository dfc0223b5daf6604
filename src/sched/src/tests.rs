//! The scheduler with the toy machine, on real threads.

#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use crate::toy::*;
use crate::*;

#[test]
fn all_spawned_goroutines_run() {
    for n in [1, 2, 8] {
        let ended = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&ended);
        let mut spawned = false;
        let (_, sched) = run(workers(n), move |worker, _| {
            if !spawned {
                spawned = true;
                for _ in 0..20_000 {
                    let counter = Arc::clone(&counter);
                    go(worker, move |_, _| {
                        counter.fetch_add(1, SeqCst);
                        Switch::Exited
                    });
                }
            }
            if counter.load(SeqCst) == 20_000 { Switch::Shutdown } else { Switch::Yielded }
        });
        assert_eq!(ended.load(SeqCst), 20_000);
        assert!(sched.num_goroutines() >= 1);
    }
}

#[test]
fn one_worker_runs_goroutines_in_the_order_of_go() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&order);
    let mut turn = 0;
    run(workers(1), move |worker, _| {
        turn += 1;
        if turn > 1 {
            return Switch::Shutdown;
        }
        for number in 0..4 {
            let seen = Arc::clone(&seen);
            go(worker, move |_, _| {
                seen.lock().unwrap().push(number);
                Switch::Exited
            });
        }
        Switch::Yielded
    });
    assert_eq!(*order.lock().unwrap(), [3, 0, 1, 2]);
}

#[test]
fn no_wake_up_is_lost_when_workers_outnumber_cores() {
    const PAIRS: usize = 40;
    const ROUNDS: u32 = 500;
    let ended = Arc::new(AtomicUsize::new(0));
    let done = Arc::clone(&ended);
    let (toy, _) = run(workers(8), move |worker, _| {
        for _ in 0..PAIRS {
            let (here, there) = (Mailbox::new(), Mailbox::new());
            here.put(worker);
            for (mine, other) in [(here.clone(), there.clone()), (there, here)] {
                let done = Arc::clone(&done);
                let mut rounds = 0;
                go(worker, move |worker, g| {
                    while rounds < ROUNDS {
                        if !mine.take_or_park(g) {
                            return Switch::Parked;
                        }
                        rounds += 1;
                        other.put(worker);
                    }
                    if done.fetch_add(1, SeqCst) + 1 == 2 * PAIRS {
                        return Switch::Shutdown;
                    }
                    Switch::Exited
                });
            }
        }
        Switch::Exited
    });
    assert_eq!(ended.load(SeqCst), 2 * PAIRS);
    assert_eq!(toy.deadlocks.load(SeqCst), 0);
}

#[test]
fn the_world_stops_again_and_again_under_load() {
    for n in [1, 2, 6] {
        let ended = Arc::new(AtomicUsize::new(0));
        let done = Arc::clone(&ended);
        let (toy, _) = run(workers(n), move |worker, _| {
            for number in 0..50 {
                let done = Arc::clone(&done);
                let mut turns = 0;
                go(worker, move |worker, _| {
                    turns += 1;
                    if turns % 10 == number % 10 {
                        worker.sched().request_stop();
                    }
                    if turns < 100 {
                        return if turns % 3 == 0 { Switch::Yielded } else { Switch::Safepoint };
                    }
                    if done.fetch_add(1, SeqCst) + 1 == 50 {
                        return Switch::Shutdown;
                    }
                    Switch::Exited
                });
            }
            Switch::Exited
        });
        assert_eq!(ended.load(SeqCst), 50);
        assert!(toy.collections.load(SeqCst) > 0);
    }
}

#[test]
fn a_goroutine_that_never_parks_does_not_stop_the_others() {
    let flag = Arc::new(AtomicBool::new(false));
    let (set, seen) = (Arc::clone(&flag), flag);
    let mut spawned = false;
    run(workers(1), move |worker, _| {
        if !spawned {
            spawned = true;
            let set = Arc::clone(&set);
            go(worker, move |_, _| {
                set.store(true, SeqCst);
                Switch::Exited
            });
        }
        loop {
            if seen.load(SeqCst) {
                return Switch::Shutdown;
            }
            match worker.safepoint() {
                Safepoint::Continue => {}
                Safepoint::Stop => return Switch::Safepoint,
                Safepoint::Yield => return Switch::Yielded,
            }
        }
    });
}

#[test]
fn goroutines_that_ready_each_other_do_not_starve_the_queue() {
    let (here, there) = (Mailbox::new(), Mailbox::new());
    run(workers(1), move |worker, _| {
        here.put(worker);
        for (mine, other) in [(here.clone(), there.clone()), (there.clone(), here.clone())] {
            go(worker, move |worker, g| {
                while mine.take_or_park(g) {
                    other.put(worker);
                }
                Switch::Parked
            });
        }
        go(worker, |_, _| Switch::Shutdown);
        Switch::Exited
    });
}

#[test]
fn sleepers_wake_by_deadline_in_virtual_time() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&order);
    let config = Config { seed: Some(3), ..Config::default() };
    let (_, sched) = run(config, move |worker, _| {
        for number in [5_i64, 1, 4, 2, 3] {
            let seen = Arc::clone(&seen);
            let mut slept = false;
            go(worker, move |worker, g| {
                if !slept {
                    slept = true;
                    g.set_waiting(WaitReason::Sleep);
                    worker.sleep_until(g, number * 3_600_000_000_000);
                    return Switch::Parked;
                }
                seen.lock().unwrap().push(number);
                if number == 5 { Switch::Shutdown } else { Switch::Exited }
            });
        }
        Switch::Exited
    });
    assert_eq!(*order.lock().unwrap(), [1, 2, 3, 4, 5]);
    assert!(sched.now() >= 5 * 3_600_000_000_000);
}

#[test]
fn timers_fire_in_order_in_real_time() {
    for n in [1, 4] {
        let (toy, _) = run(workers(n), |worker, g| {
            let now = worker.sched().now();
            if worker.sched().machine().fired.lock().unwrap().len() == 3 {
                return Switch::Shutdown;
            }
            worker.sched().machine().timers_wake.store(true, SeqCst);
            for number in [3, 1, 2] {
                let payload = TimerPayload { kind: number, words: [0; 2] };
                worker.start_timer(now + i64::from(number) * 1_000_000, 0, payload);
            }
            g.set_waiting(WaitReason::Sleep);
            worker.sleep_until(g, now + 3_500_000);
            Switch::Parked
        });
        assert_eq!(*toy.fired.lock().unwrap(), [1, 2, 3]);
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    }
}

#[test]
fn a_deadlock_is_found_whoever_sleeps_last() {
    for n in [1, 4] {
        let (toy, sched) = run(workers(n), |worker, g| {
            go(worker, |_, g| {
                g.set_waiting(WaitReason::ChanSendNil);
                Switch::Parked
            });
            g.set_waiting(WaitReason::ChanReceive);
            Switch::Parked
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 1);
        let mut texts = Vec::new();
        for part in 0..sched.g_parts() {
            sched.each_g(part, &mut |g| texts.push((g.id(), g.status().text())));
        }
        texts.sort_unstable();
        assert_eq!(texts.len(), 2);
        assert_eq!(texts[0], (1, "chan receive"));
        assert_eq!(texts[1].1, "chan send (nil chan)");
    }
}

#[test]
fn timers_that_wake_nobody_do_not_hide_a_deadlock() {
    let (toy, _) = run(workers(2), |worker, g| {
        let payload = TimerPayload { kind: 1, words: [0; 2] };
        let hour = worker.sched().now() + 3_600_000_000_000;
        worker.start_timer(hour, 0, payload);
        g.set_waiting(WaitReason::ChanReceive);
        Switch::Parked
    });
    assert_eq!(toy.deadlocks.load(SeqCst), 1);
}

#[test]
fn a_timer_readies_a_goroutine_from_fire() {
    let mut parked = false;
    let (toy, _) = run(workers(2), move |worker, g| {
        if parked {
            return Switch::Shutdown;
        }
        parked = true;
        let toy = Arc::clone(&worker.sched().0.machine);
        toy.timers_wake.store(true, SeqCst);
        let when = worker.sched().now() + 1_000_000;
        worker.start_timer(when, 0, TimerPayload { kind: 1, words: [0; 2] });
        *toy.waiting.lock().unwrap() = Some(g);
        Switch::Parked
    });
    assert_eq!(toy.deadlocks.load(SeqCst), 0);
}

#[test]
fn offloaded_calls_wake_their_goroutines_and_are_no_deadlock() {
    for n in [1, 3] {
        let done = Arc::new(AtomicUsize::new(0));
        let ended = Arc::clone(&done);
        let (toy, _) = run(workers(n), move |worker, _| {
            for _ in 0..100 {
                let ended = Arc::clone(&ended);
                let mut called = false;
                let result = Arc::new(AtomicUsize::new(0));
                go(worker, move |worker, g| {
                    if !called {
                        called = true;
                        let result = Arc::clone(&result);
                        g.set_waiting(WaitReason::Syscall);
                        worker.sched().offload(g, Box::new(move || result.store(7, SeqCst)));
                        return Switch::Parked;
                    }
                    assert_eq!(result.load(SeqCst), 7);
                    let last = ended.fetch_add(1, SeqCst) + 1 == 100;
                    if last { Switch::Shutdown } else { Switch::Exited }
                });
            }
            Switch::Exited
        });
        assert_eq!(done.load(SeqCst), 100);
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    }
}

#[test]
fn a_mutex_lets_one_in_and_forgets_nobody() {
    for n in [1, 4] {
        let word = Arc::new(AtomicU32::new(0));
        let inside = Arc::new(AtomicUsize::new(0));
        let ended = Arc::new(AtomicUsize::new(0));
        let done = Arc::clone(&ended);
        run(workers(n), move |worker, _| {
            for _ in 0..20 {
                let (word, inside, done) =
                    (Arc::clone(&word), Arc::clone(&inside), Arc::clone(&done));
                let (mut rounds, mut step) = (0, 0);
                go(worker, move |worker, g| {
                    loop {
                        // SAFETY: the toy machine holds `g` while it runs it.
                        let wake = unsafe { g.take_wake() };
                        // SAFETY: as above; the word lives as long as this closure.
                        if wake == Wake::Retry && unsafe { worker.mutex_retry(g) } == Acquire::Park
                        {
                            return Switch::Parked;
                        }
                        match step {
                            0 => {
                                step = 1;
                                if worker.mutex_lock(&word, g) == Acquire::Park {
                                    return Switch::Parked;
                                }
                            }
                            1 => {
                                step = 2;
                                assert_eq!(inside.fetch_add(1, SeqCst), 0);
                                return Switch::Yielded;
                            }
                            _ => {
                                inside.fetch_sub(1, SeqCst);
                                worker.mutex_unlock(&word).unwrap();
                                step = 0;
                                rounds += 1;
                                if rounds == 50 {
                                    let last = done.fetch_add(1, SeqCst) + 1 == 20;
                                    return if last { Switch::Shutdown } else { Switch::Exited };
                                }
                            }
                        }
                    }
                });
            }
            Switch::Exited
        });
        assert_eq!(ended.load(SeqCst), 20);
    }
}

#[test]
fn a_reader_writer_mutex_keeps_writers_alone() {
    for n in [1, 4] {
        let word = Arc::new(AtomicU32::new(0));
        let inside = Arc::new(AtomicU32::new(0));
        let ended = Arc::new(AtomicUsize::new(0));
        let done = Arc::clone(&ended);
        let (toy, _) = run(workers(n), move |worker, _| {
            for number in 0..24 {
                let (word, inside, done) =
                    (Arc::clone(&word), Arc::clone(&inside), Arc::clone(&done));
                let (mut rounds, mut step) = (0, 0);
                let writes = number % 3 == 0;
                go(worker, move |worker, g| {
                    loop {
                        match step {
                            0 => {
                                step = 1;
                                let got = if writes {
                                    worker.rw_lock(&word, g)
                                } else {
                                    worker.rw_read_lock(&word, g)
                                };
                                if got == Acquire::Park {
                                    return Switch::Parked;
                                }
                            }
                            1 => {
                                step = 2;
                                let before =
                                    inside.fetch_add(if writes { 1000 } else { 1 }, SeqCst);
                                assert!(if writes { before == 0 } else { before < 1000 });
                                return Switch::Yielded;
                            }
                            _ => {
                                inside.fetch_sub(if writes { 1000 } else { 1 }, SeqCst);
                                if writes {
                                    worker.rw_unlock(&word).unwrap();
                                } else {
                                    worker.rw_read_unlock(&word).unwrap();
                                }
                                step = 0;
                                rounds += 1;
                                if rounds == 50 {
                                    let last = done.fetch_add(1, SeqCst) + 1 == 24;
                                    return if last { Switch::Shutdown } else { Switch::Exited };
                                }
                            }
                        }
                    }
                });
            }
            Switch::Exited
        });
        assert_eq!(ended.load(SeqCst), 24);
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    }
}

#[test]
fn a_wait_group_waits_for_all() {
    for n in [1, 4] {
        let group = Arc::new(AtomicU64::new(0));
        let ended = Arc::new(AtomicUsize::new(0));
        let done = Arc::clone(&ended);
        let mut waited = false;
        run(workers(n), move |worker, g| {
            if waited {
                assert_eq!(done.load(SeqCst), 1000);
                return Switch::Shutdown;
            }
            waited = true;
            worker.wait_group_add(&group, 1000).unwrap();
            for _ in 0..1000 {
                let (group, done) = (Arc::clone(&group), Arc::clone(&done));
                go(worker, move |worker, _| {
                    done.fetch_add(1, SeqCst);
                    worker.wait_group_add(&group, -1).unwrap();
                    Switch::Exited
                });
            }
            match worker.wait_group_wait(&group, g, false) {
                Acquire::Park => Switch::Parked,
                Acquire::Done => Switch::Yielded,
            }
        });
        assert_eq!(ended.load(SeqCst), 1000);
    }
}

#[test]
fn a_condition_wakes_one_or_all_that_hold_tickets() {
    let word = Arc::new(AtomicU64::new(0));
    let order = Arc::new(Mutex::new(VecDeque::new()));
    let seen = Arc::clone(&order);
    let mut turn = 0;
    run(workers(1), move |worker, _| {
        turn += 1;
        match turn {
            1 => {
                for number in 0..5 {
                    let (word, seen) = (Arc::clone(&word), Arc::clone(&seen));
                    let mut waited = false;
                    go(worker, move |worker, g| {
                        if !waited {
                            waited = true;
                            let ticket = worker.notify_add(&word);
                            if worker.notify_wait(&word, ticket, g) == Acquire::Park {
                                return Switch::Parked;
                            }
                        }
                        seen.lock().unwrap().push_back(number);
                        Switch::Exited
                    });
                }
                Switch::Yielded
            }
            2 => {
                worker.notify_one(&word);
                Switch::Yielded
            }
            3 => {
                assert_eq!(seen.lock().unwrap().len(), 1);
                worker.notify_all(&word);
                Switch::Yielded
            }
            _ => Switch::Shutdown,
        }
    });
    assert_eq!(order.lock().unwrap().len(), 5);
}

#[test]
fn a_seed_gives_the_same_run_twice_and_others_differ() {
    let trace = |seed| {
        let order = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&order);
        let config = Config { seed: Some(seed), ..Config::default() };
        let mut turns = 0;
        run(config, move |worker, _| {
            turns += 1;
            if turns == 1 {
                for number in 0..20 {
                    let seen = Arc::clone(&seen);
                    go(worker, move |_, _| {
                        seen.lock().unwrap().push(number);
                        Switch::Exited
                    });
                }
            }
            let all = seen.lock().unwrap().len() == 20;
            if all { Switch::Shutdown } else { Switch::Yielded }
        });
        Arc::into_inner(order).unwrap().into_inner().unwrap()
    };
    assert_eq!(trace(1), trace(1));
    assert_ne!(trace(1), trace(2));
}

#[test]
fn the_number_of_workers_changes_while_all_run() {
    let ended = Arc::new(AtomicUsize::new(0));
    let done = Arc::clone(&ended);
    let (toy, sched) = run(workers(2), move |worker, _| {
        for number in 0..30_usize {
            let done = Arc::clone(&done);
            let mut turns = 0;
            go(worker, move |worker, _| {
                turns += 1;
                if turns % 7 == 0 {
                    worker.sched().set_workers(1 + (number + turns) % 5);
                }
                if turns % 11 == 0 {
                    worker.sched().request_stop();
                }
                if turns < 60 {
                    return if turns % 2 == 0 { Switch::Yielded } else { Switch::Safepoint };
                }
                if done.fetch_add(1, SeqCst) + 1 == 30 { Switch::Shutdown } else { Switch::Exited }
            });
        }
        Switch::Exited
    });
    assert_eq!(ended.load(SeqCst), 30);
    assert_eq!(toy.deadlocks.load(SeqCst), 0);
    assert!((1..=5).contains(&sched.set_workers(0)));
}

#[test]
fn a_second_run_goes_on_with_what_the_first_one_left() {
    for n in [1, 4] {
        let toy = Arc::new(Toy::default());
        let sched = Scheduler::new(Arc::clone(&toy), workers(n));
        let done = Arc::new(AtomicUsize::new(0));
        let ended = Arc::clone(&done);
        sched.run(|worker| {
            spawn(worker, move |worker, _| {
                for _ in 0..50 {
                    let ended = Arc::clone(&ended);
                    let mut turns = 0;
                    go(worker, move |_, _| {
                        turns += 1;
                        if turns < 20 {
                            return Switch::Yielded;
                        }
                        ended.fetch_add(1, SeqCst);
                        Switch::Exited
                    });
                }
                Switch::Shutdown
            })
        });
        let ended = Arc::clone(&done);
        sched.run(|worker| {
            spawn(
                worker,
                move |_, _| {
                    if ended.load(SeqCst) == 50 { Switch::Shutdown } else { Switch::Yielded }
                },
            )
        });
        assert_eq!(done.load(SeqCst), 50);
    }
}
