//! Channels and selects under the interleavings of a model checker, with the toy machine of `tests`.
//!
//! ```text
//! RUSTFLAGS="--cfg shuttle" cargo test --release -p gol-vm --test channel_models models::
//! ```
//!
//! The scheduler below, its atomics and the channels' locks are the model checker's; see `models` in
//! the scheduler for what that finds. Here it is values that are lost or come twice, a select of
//! which two cases fire or whose waiters stay in a queue, wake-ups that get lost between a channel's
//! lock and parking, and locks that two selects take in different orders.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use gol_bytecode::SelectDir;
use gol_sched::*;
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config as Settings, Runner};

use super::tests::*;
use super::{ChanFault, Step};

/// Points at which a schedule of the second kind changes priorities.
const DEPTH: usize = 4;

fn check(model: impl Fn() + Send + Sync + Clone + 'static) {
    let runs = std::env::var("GOL_MODEL_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(500);
    let mut settings = Settings::new();
    settings.stack_size = 256 << 10;
    Runner::new(RandomScheduler::new(runs), settings.clone()).run(model.clone());
    Runner::new(PctScheduler::new(DEPTH, runs), settings).run(model);
}

#[test]
fn what_is_sent_is_received_once() {
    for size in [0, 1] {
        check(move || {
            let sum = Arc::new(AtomicU64::new(0));
            let total = Arc::clone(&sum);
            let toy = run(3, move |worker, _| {
                let chan = C::new(worker, size);
                let open = Arc::new(AtomicUsize::new(2));
                let left = Arc::new(AtomicUsize::new(2));
                for _ in 0..2 {
                    go(worker, producer(chan, 3, Arc::clone(&open)));
                    go(worker, consumer(chan, Arc::clone(&total), Arc::clone(&left)));
                }
                Switch::Exited
            });
            assert_eq!(sum.load(SeqCst), 2 * 6);
            assert_eq!(toy.deadlocks.load(SeqCst), 0);
        });
    }
}

#[test]
fn two_selects_that_meet_fire_one_case_each() {
    check(|| {
        let sums = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
        let totals = Arc::clone(&sums);
        // Partners run out at the end, so one may be left waiting: a deadlock ends the program.
        run(3, move |worker, _| {
            let chans: Vec<C> = (0..2).map(|_| C::new(worker, 0)).collect();
            let left = Arc::new(AtomicUsize::new(3));
            for _ in 0..3 {
                let (totals, left) = (Arc::clone(&totals), Arc::clone(&left));
                go(worker, exchanger(chans.clone(), 2, totals, left));
            }
            Switch::Exited
        });
        let (sent, received) = (sums.0.load(SeqCst), sums.1.load(SeqCst));
        assert_eq!(sent, received);
        assert!(sent > 0);
    });
}

/// Receives a value with a select from one of the channels and keeps it.
fn chooser(chans: [C; 2], seen: Arc<Mutex<Vec<u64>>>) -> impl FnMut(&mut W, Ref) -> Switch + Send {
    let mut values = Box::new([0_u64; 2]);
    let mut chosen = Box::new(0_u64);
    let mut waiting = false;
    move |worker, g| {
        if waiting {
            assert_eq!(resume(worker, g), Step::Done);
        } else {
            waiting = true;
            let [first, second] = &mut *values;
            let cases = [
                chans[0].case(SelectDir::Recv, first, std::ptr::null_mut()),
                chans[1].case(SelectDir::Recv, second, std::ptr::null_mut()),
            ];
            // SAFETY: one-word channels; values and index live in this closure.
            let step = unsafe { super::select(worker, g, &cases, false, &raw mut *chosen) };
            if step == Step::Park {
                return Switch::Parked;
            }
        }
        let mut seen = seen.lock().expect("nobody panics with it");
        seen.push(values[*chosen as usize]);
        if seen.len() == 2 { Switch::Shutdown } else { Switch::Exited }
    }
}

#[test]
fn senders_to_the_channels_of_one_select_each_find_a_receiver() {
    check(|| {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let values = Arc::clone(&seen);
        let toy = run(3, move |worker, _| {
            let chans = [C::new(worker, 0), C::new(worker, 0)];
            for (chan, value) in chans.into_iter().zip([1_u64, 2]) {
                go(worker, chooser(chans, Arc::clone(&values)));
                let mut sent = false;
                go(worker, move |worker, g| {
                    if !std::mem::replace(&mut sent, true)
                        && chan.send(worker, g, &value) == Step::Park
                    {
                        return Switch::Parked;
                    }
                    Switch::Exited
                });
            }
            Switch::Exited
        });
        let mut seen = seen.lock().expect("nobody panics with it").clone();
        seen.sort_unstable();
        assert_eq!(seen, [1, 2]);
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn a_channel_that_is_closed_refuses_or_has_delivered() {
    check(|| {
        let failed = Arc::new(AtomicU64::new(0));
        let received = Arc::new(AtomicU64::new(0));
        let (fails, receives) = (Arc::clone(&failed), Arc::clone(&received));
        let left = Arc::new(AtomicUsize::new(3));
        let toy = run(3, move |worker, _| {
            let chan = C::new(worker, 1);
            let end = |left: &AtomicUsize| {
                if left.fetch_sub(1, SeqCst) == 1 { Switch::Shutdown } else { Switch::Exited }
            };
            for _ in 0..2 {
                let (fails, left) = (Arc::clone(&fails), Arc::clone(&left));
                let (value, mut sent) = (1, false);
                go(worker, move |worker, g| {
                    let step = if std::mem::replace(&mut sent, true) {
                        resume(worker, g)
                    } else {
                        chan.send(worker, g, &value)
                    };
                    match step {
                        Step::Park => return Switch::Parked,
                        Step::Done => {}
                        Step::Fail(fault) => {
                            assert_eq!(fault, ChanFault::SendOnClosed);
                            fails.fetch_add(1, SeqCst);
                        }
                    }
                    end(&left)
                });
            }
            let (receives, left) = (Arc::clone(&receives), Arc::clone(&left));
            let mut registers = Box::new((0_u64, 0_u64));
            let (mut closed, mut waiting) = (false, false);
            go(worker, move |worker, g| {
                if !std::mem::replace(&mut closed, true) {
                    assert_eq!(chan.close(worker), Step::Done);
                }
                loop {
                    if !std::mem::take(&mut waiting) {
                        waiting = true;
                        let (value, ok) = &mut *registers;
                        if chan.recv(worker, g, value, ok) == Step::Park {
                            return Switch::Parked;
                        }
                        waiting = false;
                    }
                    if registers.1 == 0 {
                        return end(&left);
                    }
                    receives.fetch_add(1, SeqCst);
                }
            });
            Switch::Exited
        });
        assert_eq!(failed.load(SeqCst) + received.load(SeqCst), 2);
        assert_eq!(toy.deadlocks.load(SeqCst), 0);
    });
}

#[test]
fn a_timer_that_is_stopped_while_it_fires_leaves_no_value() {
    check(|| {
        let left = Arc::new(AtomicUsize::new(3));
        run(3, move |worker, _| {
            let chan = C::new(worker, 1);
            // SAFETY: a channel of one-word elements.
            unsafe { super::timer::attach(chan.raw(), false, || TimerId(1)) };
            for value in [41, 42] {
                let left = Arc::clone(&left);
                go(worker, move |worker, _| {
                    // SAFETY: as above.
                    unsafe { super::timer::fire(worker, chan.raw(), TimerId(1), &[value]) };
                    if left.fetch_sub(1, SeqCst) == 1 { Switch::Shutdown } else { Switch::Exited }
                });
            }
            let left = Arc::clone(&left);
            go(worker, move |worker, g| {
                let (mut value, mut chosen) = (9_u64, 9_u64);
                let cases = [chan.case(SelectDir::Recv, &mut value, std::ptr::null_mut())];
                // SAFETY: as above; the registers are those of this turn.
                unsafe {
                    super::timer::detach(chan.raw());
                    let step = super::select(worker, g, &cases, true, &raw mut chosen);
                    assert_eq!((step, chosen), (Step::Done, 1), "the default: nothing is there");
                }
                if left.fetch_sub(1, SeqCst) == 1 { Switch::Shutdown } else { Switch::Exited }
            });
            Switch::Exited
        });
    });
}
