//! What outsiders want of a running program: its traces, its end, the goroutines that wait for ever.
//!
//! A wish is left in [`Wanted`], the world is asked to stop, and the worker that stops it serves the
//! wish. If a stop for something else is just ending, the wish would wait for the next one; whoever
//! waits for it asks again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use gol_heap::{Marker, Reach};
use gol_sched::{Status, WaitReason};

use crate::chan;
use crate::collect::scan_goroutine;
use crate::local::{VmG, VmWorker};
use crate::runtime::{Outcome, Runtime, Shared, lock};
use crate::traceback;

/// Something to do while the world stands still.
#[derive(Debug)]
enum Wish {
    /// End the program with a text and the traces of all goroutines.
    End(String),
    /// `main` has returned: say which goroutines wait for ever, and end.
    Leaks,
    /// What a program wants to read of its goroutines.
    Traces(Traces),
}

/// A text about goroutines, for the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Traces {
    /// The traces of all goroutines but one, each by itself.
    Others(u64),
    /// The same, with a note where one waits for ever.
    OthersMarked(u64),
    /// Equal traces together, in the form of a profile.
    Profile,
    /// The same of those that wait for ever.
    LeakProfile,
}

impl Traces {
    /// The kind of a number that the library uses, asked for by a goroutine.
    pub(crate) fn of(number: i64, asking: u64) -> Traces {
        match number {
            0 => Traces::Others(asking),
            1 => Traces::OthersMarked(asking),
            2 => Traces::Profile,
            _ => Traces::LeakProfile,
        }
    }
}

/// The wishes that nobody has served.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    any: AtomicBool,
    wishes: Mutex<Vec<Wish>>,
    traces: Mutex<Option<(Traces, usize, String)>>,
}

impl Wanted {
    fn add(&self, wish: Wish) {
        lock(&self.wishes).push(wish);
        self.any.store(true, Ordering::Release);
    }

    fn is_served(&self) -> bool {
        !self.any.load(Ordering::Acquire)
    }
}

/// A hold on a program from outside, which does not keep it alive.
#[derive(Clone, Debug)]
pub struct Handle(Weak<Shared>);

impl Runtime {
    pub fn handle(&self) -> Handle {
        Handle(Arc::downgrade(self.shared()))
    }
}

impl Handle {
    /// Ends the program with a fatal error: `heading`, and the traces of all goroutines, those with
    /// equal traces together. Whether it came to that within some seconds; if not, a native runs
    /// that does not end.
    pub fn end(&self, heading: &str) -> bool {
        let Some(shared) = self.0.upgrade() else { return true };
        shared.wanted.add(Wish::End(heading.to_owned()));
        for _ in 0..200 {
            let Some(scheduler) = shared.try_scheduler() else { return true };
            scheduler.request_stop();
            drop(scheduler);
            std::thread::sleep(Duration::from_millis(10));
            if shared.wanted.is_served() {
                return true;
            }
        }
        false
    }

    /// Whether the program takes care of a signal itself.
    pub fn handles_signal(&self, number: i32) -> bool {
        let shared = self.0.upgrade();
        let handled = shared.map_or(0, |s| s.handled_signals.load(Ordering::Relaxed));
        handled.checked_shr(number.unsigned_abs()).is_some_and(|bits| bits & 1 == 1)
    }

    /// Writes out what the program has printed so far.
    pub fn flush(&self) {
        if let Some(shared) = self.0.upgrade() {
            // Nobody can be told that the output is gone.
            let _ = shared.flush_stdout();
        }
    }
}

/// `main` has returned in a program that reports leaks.
pub(crate) fn end_with_leaks(worker: &mut VmWorker) {
    worker.local.shared().wanted.add(Wish::Leaks);
    worker.sched().request_stop();
}

/// The number of goroutines and the text about them, if it has been made; else asks for it.
pub(crate) fn traces(worker: &mut VmWorker, kind: Traces) -> Option<(usize, String)> {
    let wanted = &worker.local.shared().wanted;
    let found = lock(&wanted.traces).take_if(|found| found.0 == kind);
    if found.is_none() {
        if wanted.is_served() {
            wanted.add(Wish::Traces(kind));
        }
        worker.sched().request_stop();
    }
    found.map(|(_, count, text)| (count, text))
}

/// The world stands still: serves what was wished for.
pub(crate) fn serve(worker: &mut VmWorker) {
    let shared = Arc::clone(worker.local.shared());
    if shared.wanted.is_served() {
        return;
    }
    let wishes = std::mem::take(&mut *lock(&shared.wanted.wishes));
    for wish in wishes {
        match wish {
            Wish::End(mut text) => {
                traceback::all_grouped(&shared, &everyone(&shared), "", &mut text);
                shared.finish(Outcome::Fatal { text });
                worker.sched().shutdown();
            }
            Wish::Leaks => {
                let stuck = leaks(&shared);
                let count = stuck.len();
                if count > 0 {
                    let mut traces = String::new();
                    traceback::all_grouped(&shared, &stuck, LEAKED, &mut traces);
                    let plural = if count == 1 { " waits" } else { "s wait" };
                    let text = format!("{count} goroutine{plural} for ever\n\n{traces}");
                    // As for any report, nobody can be told that it cannot be written.
                    let _ = shared.write_stderr(text.as_bytes());
                }
                shared.finish(Outcome::Exit(0));
                worker.sched().shutdown();
            }
            Wish::Traces(kind) => {
                let (count, text) = text_about(&shared, kind);
                *lock(&shared.wanted.traces) = Some((kind, count, text));
            }
        }
    }
    shared.wanted.any.store(false, Ordering::Release);
}

/// All goroutines, the lowest number first.
pub(crate) fn everyone(shared: &Shared) -> Vec<VmG> {
    let sched = shared.scheduler();
    let mut found: Vec<VmG> = Vec::new();
    for part in 0..sched.g_parts() {
        sched.each_g(part, &mut |g| found.push(g));
    }
    found.sort_by_key(|g| g.id());
    found
}

/// Stands behind the state of a goroutine that waits for ever.
const LEAKED: &str = " (leaked)";

/// How many goroutines a text is about, and the text.
fn text_about(shared: &Shared, kind: Traces) -> (usize, String) {
    let mut text = String::new();
    let count = match kind {
        Traces::Profile => traceback::profile(shared, &everyone(shared), &mut text),
        Traces::LeakProfile => traceback::profile(shared, &leaks(shared), &mut text),
        Traces::Others(asking) => others(shared, asking, &[], &mut text),
        Traces::OthersMarked(asking) => others(shared, asking, &leaks(shared), &mut text),
    };
    (count, text)
}

/// Writes the traces of all goroutines but the one that asks, a blank line before each one.
fn others(shared: &Shared, asking: u64, stuck: &[VmG], text: &mut String) -> usize {
    let everyone = everyone(shared);
    for g in everyone.iter().filter(|g| g.id() != asking) {
        text.push('\n');
        traceback::one(shared, *g, if stuck.contains(g) { LEAKED } else { "" }, text);
    }
    everyone.len()
}

/// The goroutines that wait for something that nobody who could run can reach.
///
/// Reached is what package variables and timers lead to, and the frames of goroutines that can run
/// or wait for the world outside. A goroutine that waits for something reached may be woken, so what
/// it leads to is reached too; those that remain in the end wait for ever.
fn leaks(shared: &Shared) -> Vec<VmG> {
    let mut reach = shared.heap().reach();
    shared.show_shared_roots(&mut reach);
    let mut waiting = Vec::new();
    for g in everyone(shared) {
        match wait_of(g) {
            Wait::ForOthers(awaited) => waiting.push((g, awaited)),
            // SAFETY: the world stands still.
            Wait::No => unsafe { scan_goroutine(shared, g, &mut reach) },
        }
    }
    while follow(shared, &mut reach, &mut waiting) {}
    waiting.into_iter().map(|(g, _)| g).collect()
}

/// Takes goroutines out of the waiting ones that may be woken; whether there were any.
fn follow(shared: &Shared, reach: &mut Reach<'_>, waiting: &mut Vec<(VmG, Vec<u64>)>) -> bool {
    reach.follow();
    let before = waiting.len();
    let mut woken = Vec::new();
    waiting.retain(|(g, awaited)| {
        let may_wake = awaited.iter().any(|word| reach.contains(*word));
        if may_wake {
            woken.push(*g);
        }
        !may_wake
    });
    for g in woken {
        // SAFETY: the world stands still.
        unsafe { scan_goroutine(shared, g, reach) };
    }
    waiting.len() < before
}

/// Whether a goroutine waits for other goroutines.
enum Wait {
    No,
    /// For somebody to use these objects.
    ForOthers(Vec<u64>),
}

fn wait_of(g: VmG) -> Wait {
    let Status::Waiting(reason) = g.status() else { return Wait::No };
    let is_channel = match reason {
        WaitReason::ChanReceiveNil | WaitReason::ChanSendNil | WaitReason::SelectNoCases => {
            return Wait::ForOthers(Vec::new());
        }
        WaitReason::ChanReceive | WaitReason::ChanSend | WaitReason::Select => true,
        WaitReason::MutexLock
        | WaitReason::RwMutexRLock
        | WaitReason::RwMutexLock
        | WaitReason::WaitGroupWait
        | WaitReason::CondWait
        | WaitReason::Semacquire => false,
        WaitReason::Sleep
        | WaitReason::BubbleRun
        | WaitReason::BubbleWait
        | WaitReason::IoWait
        | WaitReason::Syscall
        | WaitReason::CollectGarbage => return Wait::No,
    };
    let mut awaited = chan::awaited(g, is_channel);
    awaited.retain(|word| *word != 0);
    Wait::ForOthers(awaited)
}

impl Shared {
    /// What is reached without any goroutine.
    fn show_shared_roots(&self, marker: &mut dyn Marker) {
        gol_heap::Roots::check(self, marker);
    }
}
