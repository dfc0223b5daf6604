//! The VM's part in a collection: where its roots are, and when its workers work for the collector.
//!
//! - **Package variables** are stored through the barrier, so they are scanned at any time, in
//!   parts.
//! - **Timers** come and go without a barrier: their payloads are shown while the world stands still.
//! - **Goroutines** are scanned as they were when marking began: in parts by the markers, or by their
//!   worker before they run for the first time since then ([`before_run`]). `GRef::claim_scan` says
//!   who does it. What others write into the registers of one that waits, a value that it receives,
//!   was reachable from elsewhere or is new, and is marked for that reason.
//!
//! Workers work for the collector at safepoints, now and then between two goroutines, and when they
//! have nothing else to do.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use gol_heap::{Effort, Marker, Progress, Roots};
use gol_sched::Scan;

use crate::code::RtFunction;
use crate::context::Context;
use crate::defer::DeferRecord;
use crate::frame::{self, FrameView, Regs};
use crate::handlers::spawn;
use crate::liveness::Liveness;
use crate::local::{VmG, VmWorker};
use crate::runtime::{Outcome, Shared};

/// Bit words of the package variables' map in one part of the roots.
const GLOBALS_PART: usize = 256;

/// What scanning a parked goroutine counts as, in objects: header, frames and function are seldom
/// in the processor's cache. Without it a slice of marking was 30,000 goroutines, 8 ms.
const GOROUTINE: usize = 4;

/// What a scan looks at of a goroutine that waits in its entry function, in bytes: header and block,
/// a cache line or two of each.
const GOROUTINE_BYTES: u64 = 256;

/// Every so many goroutines that it runs, a worker looks whether it should mark.
const TURNS: u32 = 32;

/// Works for the collector, if there is something to do.
pub(crate) fn work(worker: &mut VmWorker, effort: Effort) -> Progress {
    let shared: *const Shared = Arc::as_ptr(&worker.local.shared);
    // SAFETY: the worker holds its runtime.
    let shared = unsafe { &*shared };
    let progress = shared.heap.work(&mut worker.local.pace, effort, shared);
    match progress {
        Progress::Stop => worker.sched().request_stop(),
        Progress::More if effort == Effort::Share => worker.sched().wake_idle(),
        _ => {}
    }
    progress
}

/// A safepoint: a share of the work that is due.
#[inline]
pub(crate) fn at_safepoint(worker: &mut VmWorker) {
    let heap = worker.local.alloc.heap();
    if heap.collection_requested() || heap.is_marking() {
        work(worker, Effort::Share);
    }
}

/// The world stands still, because somebody has asked for it.
pub(crate) fn stopped(worker: &mut VmWorker) {
    let shared = Arc::clone(&worker.local.shared);
    if let Err(text) = shared.heap.stopped(&*shared) {
        shared.finish(Outcome::Fatal { text: format!("fatal error: internal error: {text}\n") });
        worker.sched().shutdown();
    }
    if shared.heap.is_marking() {
        worker.sched().wake_idle();
    }
    if let Some(runner) = shared.heap.runner_wanted() {
        // SAFETY: the runner is a function value, whose first word is the address of its function.
        let function = unsafe { &**(runner as *const *const RtFunction) };
        // Without memory for a goroutine the jobs wait until there are others.
        let _ = spawn(worker, function, runner, &[], std::ptr::null());
    }
    crate::control::serve(worker);
}

/// A goroutine is going to run on this worker.
#[inline]
pub(crate) fn before_run(worker: &mut VmWorker, g: VmG) {
    worker.local.marking = worker.local.alloc.enter();
    if worker.local.marking {
        before_run_marking(worker, g);
    }
}

#[cold]
#[inline(never)]
fn before_run_marking(worker: &mut VmWorker, g: VmG) {
    let epoch = worker.sched().epoch();
    loop {
        match g.claim_scan(epoch) {
            Scan::Done => break,
            Scan::Busy => std::hint::spin_loop(),
            Scan::Mine => {
                // SAFETY: the goroutine is this worker's, saved, and claimed.
                unsafe {
                    let shared = Arc::clone(&worker.local.shared);
                    scan_goroutine(&shared, g, &mut worker.local.alloc);
                }
                g.end_scan(epoch);
                break;
            }
        }
    }
    worker.local.turns = worker.local.turns.wrapping_add(1);
    if worker.local.turns.is_multiple_of(TURNS) {
        work(worker, Effort::Share);
    }
}

impl Roots for Shared {
    fn begin(&self, marker: &mut dyn Marker) {
        // A session may add variables while the heap marks; those need no scan.
        let parts = self.image().globals_map.0.len().div_ceil(GLOBALS_PART);
        self.scanned_globals.store(parts, Ordering::Relaxed);
        self.scheduler().begin_epoch();
        self.scan_timers(marker);
    }

    fn parts(&self) -> usize {
        self.global_parts() + self.scheduler().g_parts()
    }

    fn scan(&self, part: usize, marker: &mut dyn Marker) {
        let globals = self.global_parts();
        if part < globals {
            self.scan_globals(part, marker);
            return;
        }
        let epoch = self.scheduler().epoch();
        self.scheduler().each_g(part - globals, &mut |g| {
            if g.claim_scan(epoch) == Scan::Mine {
                // SAFETY: claimed, so it has not run since the world stood still, and is saved.
                unsafe { scan_goroutine(self, g, marker) };
                g.end_scan(epoch);
                marker.visited(GOROUTINE);
            }
        });
    }

    fn bytes(&self) -> u64 {
        self.scheduler().num_goroutines() as u64 * GOROUTINE_BYTES
    }

    fn check(&self, marker: &mut dyn Marker) {
        self.scan_timers(marker);
        for part in 0..self.global_parts() {
            self.scan_globals(part, marker);
        }
    }
}

/// # Safety
/// The goroutine is saved and does not run.
pub(crate) unsafe fn scan_goroutine(shared: &Shared, g: VmG, marker: &mut dyn Marker) {
    // SAFETY: as the caller promises.
    unsafe { scan_context(shared, &*g.context(), marker) };
    crate::chan::roots(g, &mut |word| marker.word(word));
}

impl Shared {
    fn global_parts(&self) -> usize {
        self.scanned_globals.load(Ordering::Relaxed)
    }

    fn scan_globals(&self, part: usize, marker: &mut dyn Marker) {
        let image = self.image();
        let globals = image.tables().globals.cast::<u64>();
        let map = image.globals_map.0.iter().enumerate();
        for (at, bits) in map.skip(part * GLOBALS_PART).take(GLOBALS_PART) {
            scan_bits(globals.wrapping_add(at * 64), *bits, marker);
        }
    }

    fn scan_timers(&self, marker: &mut dyn Marker) {
        self.scheduler().each_timer(&mut |payload| {
            payload.words.iter().for_each(|word| marker.word(*word));
        });
        self.bubbles.each_timer(&mut |payload| {
            payload.words.iter().for_each(|word| marker.word(*word));
        });
    }
}

/// Shows the words whose bits are set.
fn scan_bits(words: *const u64, mut bits: u64, marker: &mut dyn Marker) {
    while bits != 0 {
        let at = bits.trailing_zeros() as usize;
        bits &= bits - 1;
        // SAFETY: pointer maps name words that exist: registers of a frame, package variables.
        marker.word(unsafe { *words.add(at) });
    }
}

/// Shows the registers of a frame that are live.
///
/// The innermost frame's last instruction counts as well: a native that waits, or a sender, has its
/// operands still to be read. In the others nothing from the callee's window on is theirs.
fn scan_frame(shared: &Shared, view: &FrameView, innermost: bool, marker: &mut dyn Marker) {
    let regs = Regs(view.fp);
    let function = regs.function();
    let live = Liveness::known(function).or_else(|| Liveness::of(function, &shared.image()));
    let mut index = function.index_of(view.resume);
    if index.is_none() && !innermost {
        // A frame that panics, below a deferred call: it goes on nowhere but at its recovery.
        index = function.source.recover_pc;
        if index.is_none() {
            return;
        }
    }
    let (Some(live), Some(index)) = (live, index) else {
        marker.word(regs.closure() as u64);
        for (at, bits) in function.source.ptr_map.0.iter().enumerate() {
            scan_bits(view.fp.wrapping_add(at * 64), *bits, marker);
        }
        return;
    };
    let last = live.row(if innermost { index.saturating_sub(1) } else { index });
    let (registers, window) = (function.num_regs as usize, view.window.addr());
    let own = match window.checked_sub(view.fp.addr()) {
        Some(bytes) if window != 0 => registers.min(bytes / 8),
        _ => registers,
    };
    let next = live.row(index);
    if let ([next], [last]) = (next, last) {
        // Nearly all functions: a million parked goroutines are a million times this.
        let bits = next | last;
        if bits >> registers & 1 == 1 {
            marker.word(regs.closure() as u64);
        }
        scan_bits(view.fp, bits & ((1 << own) - 1), marker);
        return;
    }
    for at in 0..next.len() {
        let (bits, last) = (next[at], last[at]);
        let closure = registers / 64 == at && (bits | last) >> (registers % 64) & 1 == 1;
        if closure {
            marker.word(regs.closure() as u64);
        }
        let words = own.saturating_sub(at * 64).min(64);
        let mask = if words == 64 { u64::MAX } else { (1 << words) - 1 };
        scan_bits(view.fp.wrapping_add(at * 64), (bits | last) & mask, marker);
    }
}

/// # Safety
/// The goroutine is saved and does not run.
unsafe fn scan_context(shared: &Shared, ctx: &Context, marker: &mut dyn Marker) {
    let mut innermost = true;
    // SAFETY: as the caller promises; records in the lists are live.
    unsafe {
        frame::walk(ctx.fp, ctx.ip, ctx.block, &mut |view| {
            scan_frame(shared, &view, innermost, marker);
            innermost = false;
            true
        });
        let mut record = ctx.defers;
        while let Some(deferred) = record.as_ref() {
            marker.word(deferred.closure);
            marker.words(DeferRecord::args(record), deferred.words as usize);
            record = deferred.next;
        }
        let mut panic = ctx.rest.panics();
        while let Some(p) = panic.as_ref() {
            marker.word(p.value[1]);
            panic = p.link;
        }
    }
}
