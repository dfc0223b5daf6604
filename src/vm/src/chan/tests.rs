//! Channels under a toy machine: a goroutine is a closure that is called once for each turn.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use gol_bytecode::SelectDir;
use gol_heap::{AllocCache, Heap, HeapConfig};
use gol_sched::*;

use super::{Case, Chan, ChanFault, Step};

pub(super) struct Toy {
    heap: Arc<Heap>,
    pub(super) deadlocks: AtomicUsize,
}

pub(super) struct Body(Option<Box<StepFn>>);
pub(super) type StepFn = dyn FnMut(&mut W, Ref) -> Switch + Send;
pub(super) type W = Worker<Toy>;
pub(super) type Ref = GRef<Body>;

impl Machine for Toy {
    type Context = Body;
    type Local = AllocCache;

    fn new_context(&self) -> Body {
        Body(None)
    }

    fn new_local(&self, _worker: usize) -> AllocCache {
        self.heap.alloc_cache()
    }

    fn run(&self, worker: &mut W, g: Ref) -> Switch {
        // SAFETY: the machine holds `g`; the box stays in the context until the goroutine ends.
        let step = unsafe { (*g.context()).0.as_mut() }.expect("a goroutine has a body");
        let step: *mut StepFn = &raw mut **step;
        // SAFETY: as above. A step touches nothing of its own after it has published `g`.
        let switch = unsafe { (*step)(worker, g) };
        if switch == Switch::Exited {
            // SAFETY: an ending goroutine is still the machine's.
            unsafe { *g.context() = Body(None) };
        }
        switch
    }

    fn stopped(&self, _worker: &mut W) {}

    fn fire(&self, worker: &mut W, id: TimerId, payload: TimerPayload) {
        let chan = payload.words[0] as *mut Chan<Body>;
        // SAFETY: the tests' timers carry a channel of one-word elements.
        unsafe { super::timer::fire(worker, chan, id, &[payload.words[1]]) };
    }

    fn can_wake(&self, payload: &TimerPayload) -> bool {
        // SAFETY: as in `fire`.
        unsafe { super::timer::is_awaited(payload.words[0] as *const Chan<Body>) }
    }

    fn deadlock(&self, _worker: &mut W) -> bool {
        self.deadlocks.fetch_add(1, SeqCst);
        true
    }

    fn idle(&self, _worker: &mut W) -> bool {
        false
    }
}

/// A channel that goes into closures.
#[derive(Clone, Copy)]
pub(super) struct C(*mut Chan<Body>);
// SAFETY: channels are made for sharing; the heap outlives the scheduler's run.
unsafe impl Send for C {}

impl C {
    pub(super) fn new(worker: &mut W, size: i64) -> C {
        C(super::make(&mut worker.local, 1, true, size, 0, WordLock::new()).unwrap())
    }

    /// For closures, which take whole values along.
    #[allow(dead_code, reason = "the models use it")]
    pub(super) fn raw(self) -> *mut Chan<Body> {
        self.0
    }

    pub(super) fn send(self, worker: &mut W, g: Ref, value: &u64) -> Step {
        // SAFETY: a channel of one-word elements; the value lives in the goroutine's closure.
        unsafe { super::send(worker, g, self.0, value) }
    }

    pub(super) fn recv(self, worker: &mut W, g: Ref, value: &mut u64, ok: &mut u64) -> Step {
        // SAFETY: as in `send`.
        unsafe { super::recv(worker, g, self.0, value, ok) }
    }

    pub(super) fn close(self, worker: &mut W) -> Step {
        // SAFETY: a channel.
        unsafe { super::close(worker, self.0) }
    }

    pub(super) fn case(self, dir: SelectDir, value: &mut u64, ok: *mut u64) -> Case<Body> {
        Case { dir, chan: self.0, value, ok }
    }
}

pub(super) fn go(worker: &mut W, body: impl FnMut(&mut W, Ref) -> Switch + Send + 'static) {
    let g = make_g(worker, body);
    worker.spawn(g);
}

fn make_g(worker: &mut W, body: impl FnMut(&mut W, Ref) -> Switch + Send + 'static) -> Ref {
    let g = worker.new_g().expect("there is memory");
    // SAFETY: a new header belongs to whoever asked for it.
    unsafe { *g.context() = Body(Some(Box::new(body))) };
    g
}

/// What the operation that parked the goroutine left to do.
pub(super) fn resume(worker: &mut W, g: Ref) -> Step {
    // SAFETY: the machine holds `g`.
    unsafe {
        let wake = g.take_wake();
        super::resume(worker, g, wake)
    }
}

pub(super) fn run(
    workers: usize,
    main: impl FnMut(&mut W, Ref) -> Switch + Send + 'static,
) -> Arc<Toy> {
    let heap = Heap::new(HeapConfig { gogc: None, ..HeapConfig::default() }).unwrap();
    let toy = Arc::new(Toy { heap, deadlocks: AtomicUsize::new(0) });
    let config = Config { workers, max_workers: workers.max(4), ..Config::default() };
    Scheduler::new(Arc::clone(&toy), config).run(|worker| make_g(worker, main));
    toy
}

/// Sends 1 to `count` and then counts down `open`; the last one closes the channel.
pub(super) fn producer(
    chan: C,
    count: u64,
    open: Arc<AtomicUsize>,
) -> impl FnMut(&mut W, Ref) -> Switch + Send {
    let mut value = 0;
    move |worker, g| {
        loop {
            if value == count {
                if open.fetch_sub(1, SeqCst) == 1 {
                    assert_eq!(chan.close(worker), Step::Done);
                }
                return Switch::Exited;
            }
            value += 1;
            if chan.send(worker, g, &value) == Step::Park {
                return Switch::Parked;
            }
        }
    }
}

/// Receives until the channel is closed and adds to `sum`; the last one ends the program.
pub(super) fn consumer(
    chan: C,
    sum: Arc<AtomicU64>,
    left: Arc<AtomicUsize>,
) -> impl FnMut(&mut W, Ref) -> Switch + Send {
    let (mut value, mut ok, mut waiting) = (0, 0, false);
    move |worker, g| {
        loop {
            if !std::mem::take(&mut waiting) {
                waiting = true;
                if chan.recv(worker, g, &mut value, &mut ok) == Step::Park {
                    return Switch::Parked;
                }
                waiting = false;
            }
            if ok == 0 {
                assert_eq!(value, 0);
                let last = left.fetch_sub(1, SeqCst) == 1;
                return if last { Switch::Shutdown } else { Switch::Exited };
            }
            sum.fetch_add(value, SeqCst);
        }
    }
}

#[test]
fn what_is_sent_is_received_once_whatever_the_buffer() {
    for workers in [1, 4] {
        for size in [0, 1, 7, 1000] {
            let sum = Arc::new(AtomicU64::new(0));
            let total = Arc::clone(&sum);
            let toy = run(workers, move |worker, _| {
                let chan = C::new(worker, size);
                let open = Arc::new(AtomicUsize::new(6));
                let left = Arc::new(AtomicUsize::new(5));
                for _ in 0..6 {
                    go(worker, producer(chan, 1000, Arc::clone(&open)));
                }
                for _ in 0..5 {
                    go(worker, consumer(chan, Arc::clone(&total), Arc::clone(&left)));
                }
                Switch::Exited
            });
            assert_eq!(sum.load(SeqCst), 6 * 500_500);
            assert_eq!(toy.deadlocks.load(SeqCst), 0);
        }
    }
}

#[test]
fn a_buffer_keeps_the_order_and_its_length() {
    run(1, |worker, g| {
        let chan = C::new(worker, 3);
        let (mut value, mut ok) = (0, 0);
        for round in 0..10_u64 {
            for item in 0..3 {
                assert_eq!(chan.send(worker, g, &(round * 3 + item)), Step::Done);
            }
            // SAFETY: a channel.
            assert_eq!(unsafe { (super::len(chan.0), super::cap(chan.0)) }, (3, 3));
            for item in 0..3 {
                assert_eq!(chan.recv(worker, g, &mut value, &mut ok), Step::Done);
                assert_eq!((value, ok), (round * 3 + item, 1));
            }
        }
        assert_eq!(chan.send(worker, g, &5), Step::Done);
        assert_eq!(chan.close(worker), Step::Done);
        assert_eq!(chan.recv(worker, g, &mut value, &mut ok), Step::Done);
        assert_eq!((value, ok), (5, 1));
        assert_eq!(chan.recv(worker, g, &mut value, &mut ok), Step::Done);
        assert_eq!((value, ok), (0, 0));
        assert_eq!(chan.send(worker, g, &5), Step::Fail(ChanFault::SendOnClosed));
        assert_eq!(chan.close(worker), Step::Fail(ChanFault::CloseOfClosed));
        assert_eq!(C(std::ptr::null_mut()).close(worker), Step::Fail(ChanFault::CloseOfNil));
        Switch::Shutdown
    });
}

#[test]
fn sizes_that_no_memory_holds_are_refused() {
    run(1, |worker, _| {
        let mut make = |words, size| {
            super::make::<Body>(&mut worker.local, words, false, size, 0, WordLock::new()).err()
        };
        assert_eq!(make(1, -1), Some(ChanFault::Size));
        assert_eq!(make(2, i64::MAX), Some(ChanFault::Size));
        assert_eq!(make(1, 1 << 45), Some(ChanFault::Size));
        assert_eq!(make(0, 1 << 60), None);
        Switch::Shutdown
    });
}

#[test]
fn nil_channels_wait_for_ever() {
    for workers in [1, 3] {
        let toy = run(workers, |worker, g| {
            go(worker, |worker, g| {
                assert_eq!(C(std::ptr::null_mut()).send(worker, g, &1), Step::Park);
                Switch::Parked
            });
            let (mut value, mut ok) = (0, 0);
            let nil = C(std::ptr::null_mut());
            assert_eq!(nil.recv(worker, g, &mut value, &mut ok), Step::Park);
            Switch::Parked
        });
        assert_eq!(toy.deadlocks.load(SeqCst), 1);
    }
}

#[test]
fn closing_wakes_senders_with_a_panic() {
    let failed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&failed);
    let mut chan = None;
    run(1, move |worker, _| {
        if let Some(chan) = chan {
            let chan: C = chan;
            if count.load(SeqCst) == 5 {
                return Switch::Shutdown;
            }
            let _ = chan.close(worker);
            return Switch::Yielded;
        }
        let made = C::new(worker, 0);
        chan = Some(made);
        for _ in 0..5 {
            let count = Arc::clone(&count);
            let (value, mut sent) = (1, false);
            go(worker, move |worker, g| {
                if sent {
                    assert_eq!(resume(worker, g), Step::Fail(ChanFault::SendOnClosed));
                    count.fetch_add(1, SeqCst);
                    return Switch::Exited;
                }
                sent = true;
                assert_eq!(made.send(worker, g, &value), Step::Park);
                Switch::Parked
            });
        }
        Switch::Yielded
    });
    assert_eq!(failed.load(SeqCst), 5);
}

/// Exchanges values with whoever is there, through selects that send and receive on all channels.
pub(super) fn exchanger(
    chans: Vec<C>,
    rounds: usize,
    sums: Arc<(AtomicU64, AtomicU64)>,
    left: Arc<AtomicUsize>,
) -> impl FnMut(&mut W, Ref) -> Switch + Send {
    let n = chans.len();
    let mut sent: Vec<u64> = (1..=n as u64).collect();
    let mut received = vec![0_u64; n];
    let mut chosen = Box::new(0_u64);
    let (mut round, mut waiting) = (0, false);
    move |worker, g| {
        loop {
            if waiting {
                assert_eq!(resume(worker, g), Step::Done);
            } else {
                let sends = chans.iter().zip(&mut sent);
                let mut cases: Vec<Case<Body>> = sends
                    .map(|(chan, value)| chan.case(SelectDir::Send, value, std::ptr::null_mut()))
                    .collect();
                for (chan, value) in chans.iter().zip(&mut received) {
                    cases.push(chan.case(SelectDir::Recv, value, std::ptr::null_mut()));
                }
                waiting = true;
                // SAFETY: one-word channels; values and index live in this closure.
                let step = unsafe { super::select(worker, g, &cases, false, &raw mut *chosen) };
                if step == Step::Park {
                    return Switch::Parked;
                }
            }
            waiting = false;
            let index = *chosen as usize;
            let (sum, value) =
                if index < n { (&sums.0, sent[index]) } else { (&sums.1, received[index - n]) };
            sum.fetch_add(value, SeqCst);
            round += 1;
            if round == rounds {
                left.fetch_sub(1, SeqCst);
                return Switch::Exited;
            }
        }
    }
}

#[test]
fn selects_fire_exactly_one_case_on_both_sides() {
    for workers in [1, 2, 6] {
        let sums = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
        let totals = Arc::clone(&sums);
        // Partners run out at the end, so some goroutines may be left waiting: a deadlock ends it.
        run(workers, move |worker, _| {
            let chans: Vec<C> = (0..4).map(|_| C::new(worker, 0)).collect();
            let left = Arc::new(AtomicUsize::new(10));
            for _ in 0..10 {
                let (totals, left) = (Arc::clone(&totals), Arc::clone(&left));
                go(worker, exchanger(chans.clone(), 2000, totals, left));
            }
            Switch::Exited
        });
        let (sent, received) = (sums.0.load(SeqCst), sums.1.load(SeqCst));
        assert_eq!(sent, received);
        assert!(sent > 0);
    }
}

#[test]
fn a_select_takes_the_default_only_if_nothing_can_go_on() {
    run(1, |worker, g| {
        let (full, empty) = (C::new(worker, 1), C::new(worker, 1));
        assert_eq!(full.send(worker, g, &7), Step::Done);
        let (mut a, mut b, mut ok, mut chosen) = (1, 0, 0, 9);
        let cases = [
            full.case(SelectDir::Send, &mut a, std::ptr::null_mut()),
            empty.case(SelectDir::Recv, &mut b, &raw mut ok),
        ];
        // SAFETY: one-word channels and registers of this turn.
        assert_eq!(unsafe { super::select(worker, g, &cases, true, &raw mut chosen) }, Step::Done);
        assert_eq!(chosen, 2);
        assert_eq!(empty.close(worker), Step::Done);
        // SAFETY: as above.
        assert_eq!(unsafe { super::select(worker, g, &cases, true, &raw mut chosen) }, Step::Done);
        assert_eq!((chosen, b, ok), (1, 0, 0));
        // SAFETY: as above.
        assert_eq!(unsafe { super::select(worker, g, &[], true, &raw mut chosen) }, Step::Done);
        assert_eq!(chosen, 0);
        Switch::Shutdown
    });
}

#[test]
fn a_select_chooses_evenly() {
    run(1, |worker, g| {
        let chans: Vec<C> = (0..3).map(|_| C::new(worker, 1)).collect();
        let mut counts = [0; 3];
        for _ in 0..3000 {
            let (mut values, mut chosen) = ([0; 3], 0);
            let cases: Vec<_> = chans
                .iter()
                .zip(&mut values)
                .map(|(chan, value)| chan.case(SelectDir::Send, value, std::ptr::null_mut()))
                .collect();
            // SAFETY: one-word channels and registers of this turn.
            let step = unsafe { super::select(worker, g, &cases, false, &raw mut chosen) };
            assert_eq!(step, Step::Done);
            let (mut value, mut ok) = (0, 0);
            let _ = chans[chosen as usize].recv(worker, g, &mut value, &mut ok);
            counts[chosen as usize] += 1;
        }
        assert!(counts.iter().all(|&count| count > 800), "{counts:?}");
        Switch::Shutdown
    });
}

#[test]
fn a_stopped_timer_leaves_no_value_in_its_channel() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let values = Arc::clone(&seen);
    let mut chan = None;
    let (mut value, mut ok) = (0, 0);
    run(2, move |worker, g| {
        if chan.is_some() {
            values.lock().unwrap().push((value, ok));
            return Switch::Shutdown;
        }
        let made = C::new(worker, 1);
        chan = Some(made);
        // SAFETY: a channel of one-word elements.
        unsafe {
            super::timer::attach(made.0, false, || TimerId(1));
            super::timer::fire(worker, made.0, TimerId(1), &[11]);
            super::timer::fire(worker, made.0, TimerId(1), &[12]);
            assert_eq!((super::len(made.0), super::cap(made.0)), (0, 0));
            assert!(super::timer::detach(made.0));
            super::timer::fire(worker, made.0, TimerId(1), &[13]);
            assert!(!super::timer::detach(made.0));
        }
        let when = worker.sched().now() + 1_000_000;
        let payload = TimerPayload { kind: 0, words: [made.0 as u64, 42] };
        // SAFETY: as above.
        unsafe { super::timer::attach(made.0, true, || worker.start_timer(when, 0, payload)) };
        match made.recv(worker, g, &mut value, &mut ok) {
            Step::Park => Switch::Parked,
            _ => Switch::Yielded,
        }
    });
    assert_eq!(*seen.lock().unwrap(), [(42, 1)]);
}
