//! Deferred calls, panics, `recover` and `Goexit`: records, and how they run frames.
//!
//! Deferred calls are records in a list of the goroutine, newest first, each with the frame that
//! deferred it. On the normal way out `RunDefers` calls those of its own frame one by one: the call
//! returns to the same instruction. In a **panic** deferred calls run *above* the frame that
//! panicked, so that traces still show it, and return to the `DeferDone` stub. There, if the call
//! recovered, everything above the frame that deferred it is dropped and that frame goes on at its
//! `recover_pc`; else the next record is run. A panic inside a deferred call starts the same again
//! on top; it *aborts* the older one as soon as its own unwinding passes the frame where that
//! began, and forgets it if it is recovered there. `Goexit` is a panic that cannot be recovered
//! and ends the goroutine quietly; a recovery that would drop it continues it instead.
//!
//! `recover` answers only the function that the panic itself called: its frame is the panic's
//! `call_fp`, or all frames between are the compiler's wrappers.

use gol_heap::SlabClass;
use gol_sched::Switch;

use crate::code::RtFunction;
use crate::context::Context;
use crate::fault::Fault;
use crate::frame::{self, Block, Regs};
use crate::local::{Local, VmWorker};
use crate::runtime::Outcome;

/// A deferred call; its argument words follow.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct DeferRecord {
    pub(crate) next: *mut DeferRecord,
    /// The frame that deferred it.
    pub(crate) frame: *mut u64,
    /// Null: the closure was nil, which panics when the call is made.
    pub(crate) function: *const RtFunction,
    pub(crate) closure: u64,
    pub(crate) words: u32,
    class: SlabClass,
}

impl DeferRecord {
    pub(crate) fn args(record: *mut DeferRecord) -> *mut u64 {
        // SAFETY: the arguments follow the record in the same slab.
        unsafe { record.add(1).cast() }
    }
}

/// A panic, or `Goexit`, under way.
#[derive(Debug)]
pub(crate) struct PanicRecord {
    pub(crate) link: *mut PanicRecord,
    pub(crate) value: [u64; 2],
    /// The frame that panicked.
    pub(crate) start_fp: *mut u64,
    /// Its instruction that did.
    pub(crate) start_ip: *const u64,
    /// The frame of the deferred call that it runs, and the frame that deferred that call.
    pub(crate) call_fp: *mut u64,
    frame: *mut u64,
    pub(crate) recovered: bool,
    pub(crate) goexit: bool,
    /// The next one has the same value; printed once.
    pub(crate) repanicked: bool,
    /// Its `Error` or `String` method is being called to print it.
    pub(crate) printing: bool,
    /// A nil dereference: Go reports it as a signal.
    pub(crate) signal: bool,
    /// What the method said.
    pub(crate) text: Option<Vec<u8>>,
}

/// The state of the goroutine that runs.
#[inline(always)]
pub(crate) fn context(local: &Local) -> *mut Context {
    local.g.expect("cold paths run only while a goroutine runs").context()
}

/// `defer`: keeps the function and `words` words from `args` on.
pub(crate) fn push_defer(
    local: &mut Local,
    frame: *mut u64,
    function: *const RtFunction,
    closure: u64,
    args: *const u64,
    words: usize,
) -> Result<(), Fault> {
    let class = SlabClass::of(size_of::<DeferRecord>() + words * 8);
    let record = local.slabs.alloc(class).cast::<DeferRecord>();
    if record.is_null() {
        return Err(Fault::out_of_memory());
    }
    let ctx = context(local);
    // SAFETY: the slab is ours and large enough; the running goroutine's context is ours.
    unsafe {
        let next = (*ctx).defers;
        let words32 = words as u32;
        record.write(DeferRecord { next, frame, function, closure, words: words32, class });
        std::ptr::copy_nonoverlapping(args, DeferRecord::args(record), words);
        (*ctx).defers = record;
    }
    Ok(())
}

/// As [`push_defer`], if a block for the record is at hand; whether one was. It has no result that
/// travels through memory: that took half of the time of a deferred call.
#[inline(always)]
pub(crate) fn push_ready(
    local: &mut Local,
    frame: *mut u64,
    function: *const RtFunction,
    args: *const u64,
    words: usize,
) -> bool {
    let class = SlabClass::of(size_of::<DeferRecord>() + words * 8);
    let record = local.slabs.alloc_ready(class).cast::<DeferRecord>();
    if record.is_null() {
        return false;
    }
    let ctx = context(local);
    // SAFETY: as in `push_defer`.
    unsafe {
        let next = (*ctx).defers;
        let words32 = words as u32;
        record.write(DeferRecord { next, frame, function, closure: 0, words: words32, class });
        Regs::copy(args, DeferRecord::args(record), words);
        (*ctx).defers = record;
    }
    true
}

/// What `RunDefers` does.
pub(crate) enum Deferred {
    /// Nothing is deferred.
    Nothing,
    /// Enters the function at this frame.
    Enter(&'static RtFunction, *mut u64),
    /// What [`run_one`] is for.
    Rare,
}

/// As [`run_one`] where nothing is in the way: the frame fits, the record's block can be kept.
#[inline(always)]
pub(crate) fn run_ready(local: &mut Local, fp: *mut u64, ip: *const u64) -> Deferred {
    let ctx = context(local);
    // SAFETY: the running goroutine's context and records are ours.
    unsafe {
        let record = (*ctx).defers;
        if record.is_null() || (*record).frame != fp {
            return Deferred::Nothing;
        }
        let Some(function) = (*record).function.as_ref() else { return Deferred::Rare };
        let distance = Regs(fp).function().num_regs as usize + frame::HEADER_ABOVE;
        let base = fp.wrapping_add(distance);
        let words = function.num_regs.max(u32::from(function.result_words)) as usize;
        if base.wrapping_add(words) > local.limit || distance > frame::FARTHEST {
            return Deferred::Rare;
        }
        let (next, closure) = ((*record).next, (*record).closure);
        Regs(base).set_call(function, Some(closure), distance, ip);
        Regs::copy(DeferRecord::args(record), base, (*record).words as usize);
        if !local.slabs.free_ready(record.cast(), (*record).class) {
            return Deferred::Rare;
        }
        (*ctx).defers = next;
        Deferred::Enter(function, base)
    }
}

/// A frame lies elsewhere now; it is the oldest one of its goroutine.
pub(crate) fn frame_moved(ctx: &Context, from: *mut u64, to: *mut u64) {
    let mut record = ctx.defers;
    // SAFETY: records in the running goroutine's list are live and ours.
    while let Some(deferred) = unsafe { record.as_mut() } {
        if deferred.frame == from {
            deferred.frame = to;
        }
        record = deferred.next;
    }
}

/// `RunDefers`: makes the frame of the newest deferred call of frame `fp`, which returns to `ip`, the
/// `RunDefers` instruction. `false` if there is none.
pub(crate) fn run_one(local: &mut Local, fp: *mut u64, ip: *const u64) -> Result<bool, Fault> {
    let ctx = context(local);
    // SAFETY: the running goroutine's context and records are ours.
    unsafe {
        let record = (*ctx).defers;
        if record.is_null() || (*record).frame != fp {
            return Ok(false);
        }
        (*ctx).defers = (*record).next;
        call_deferred(local, record, fp, ip)?;
    }
    Ok(true)
}

/// Makes the frame of a deferred call above `top` and frees the record.
///
/// # Safety
/// The record is live and out of the list.
unsafe fn call_deferred(
    local: &mut Local,
    record: *mut DeferRecord,
    top: *mut u64,
    return_ip: *const u64,
) -> Result<*mut u64, Fault> {
    // SAFETY: as the caller promises.
    unsafe {
        let DeferRecord { function, closure, words, class, .. } = *record;
        let Some(function) = function.as_ref() else {
            local.slabs.free(record.cast(), class);
            return Err(Fault::nil_dereference());
        };
        let pushed = frame::push_above(local, function, closure, top, return_ip);
        if let Ok(fp) = pushed {
            std::ptr::copy_nonoverlapping(DeferRecord::args(record), fp, words as usize);
            local.fp = fp;
            local.ip = function.entry;
        }
        local.slabs.free(record.cast(), class);
        pushed
    }
}

/// Starts a panic (or `Goexit`) in the running frame, whose state is in `local`.
pub(crate) fn start(worker: &mut VmWorker, value: [u64; 2], goexit: bool, signal: bool) -> Next {
    let ctx = context(&worker.local);
    // SAFETY: the running goroutine's context is ours.
    unsafe {
        let record = PanicRecord {
            link: (*ctx).rest.panics(),
            value,
            start_fp: worker.local.fp,
            start_ip: worker.local.ip,
            call_fp: std::ptr::null_mut(),
            frame: std::ptr::null_mut(),
            recovered: false,
            goexit,
            repanicked: false,
            printing: false,
            signal,
            text: None,
        };
        (*ctx).rest.set_panics(Box::into_raw(Box::new(record)));
    }
    run_next(worker)
}

/// Whether some panic's value is being asked for its text.
fn is_printing(mut record: *mut PanicRecord) -> bool {
    // SAFETY: records in the list are live.
    while let Some(panic) = unsafe { record.as_ref() } {
        if panic.printing {
            return true;
        }
        record = panic.link;
    }
    false
}

/// How execution goes on after a cold path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// At the state in `local`.
    Resume,
    /// Not here: the machine returns.
    Leave(Switch),
}

/// Runs the next deferred call for the newest panic, or ends the goroutine or the program.
fn run_next(worker: &mut VmWorker) -> Next {
    let ctx = context(&worker.local);
    // SAFETY: the running goroutine's context and records are ours.
    unsafe {
        let panic = (*ctx).rest.panics();
        let record = (*ctx).defers;
        if record.is_null() {
            if is_printing((*panic).link) {
                return crate::panic::failed_printing(worker);
            }
            if (*panic).goexit {
                return end_goexit(worker);
            }
            return crate::panic::uncaught(worker);
        }
        (*ctx).defers = (*record).next;
        (*panic).frame = (*record).frame;
        let top = worker.local.fp;
        match call_deferred(&mut worker.local, record, top, &raw const frame::DEFER_DONE) {
            Ok(fp) => {
                (*panic).call_fp = fp;
                Next::Resume
            }
            Err(fault) => crate::panic::raise(worker, fault),
        }
    }
}

/// A deferred call of a panic has returned: `local.fp` is the frame that panicked.
pub(crate) fn deferred_done(worker: &mut VmWorker) -> Next {
    let ctx = context(&worker.local);
    // SAFETY: the running goroutine's context and records are ours.
    unsafe {
        let panic = (*ctx).rest.panics();
        worker.local.ip = (*panic).start_ip;
        if !(*panic).recovered {
            return run_next(worker);
        }
        let target = (*panic).frame;
        let goexit = drop_panics(ctx, worker.local.fp, target);
        unwind_to(&mut worker.local, target);
        if goexit {
            return start(worker, [0, 0], true, false);
        }
        let function = Regs(target).function();
        if let Some(pc) = function.source.recover_pc {
            worker.local.ip = function.entry.add(pc as usize);
        } else {
            let text = format!("{} defers but has no way to recover", function.name());
            return crate::panic::raise(worker, Fault::Internal(text));
        }
        Next::Resume
    }
}

/// Forgets the panics that began in the frames from `top` down to `target`; whether a `Goexit` was
/// among them.
///
/// # Safety
/// The context is the running goroutine's.
unsafe fn drop_panics(ctx: *mut Context, top: *mut u64, target: *mut u64) -> bool {
    let mut goexit = false;
    let mut fp = top;
    // SAFETY: frames of the running goroutine, down to one that is among them.
    unsafe {
        loop {
            while !(*ctx).rest.panics().is_null() && (*(*ctx).rest.panics()).start_fp == fp {
                let dropped = Box::from_raw((*ctx).rest.panics());
                (*ctx).rest.set_panics(dropped.link);
                goexit |= dropped.goexit;
            }
            if fp == target || fp.is_null() {
                return goexit;
            }
            fp = Regs(fp).caller();
        }
    }
}

/// Makes `target` the running frame, giving up the blocks above it.
fn unwind_to(local: &mut Local, target: *mut u64) {
    while !Block::contains(local.block, target) {
        frame::drop_block(local);
    }
    local.fp = target;
}

/// `recover()` on behalf of the frame `owner`: nothing, if that is not among the callers of `fp`.
pub(crate) fn recover_for(local: &Local, fp: *mut u64, owner: *mut u64) -> [u64; 2] {
    let mut frame = fp;
    while !frame.is_null() {
        if frame == owner {
            return recover(local, owner);
        }
        frame = Regs(frame).caller();
    }
    [0, 0]
}

/// `recover()` in the frame `fp`.
pub(crate) fn recover(local: &Local, fp: *mut u64) -> [u64; 2] {
    let ctx = context(local);
    // SAFETY: the running goroutine's context and records are ours.
    unsafe {
        let Some(panic) = (*ctx).rest.panics().as_mut() else { return [0, 0] };
        if panic.goexit || panic.recovered || !called_by(fp, panic.call_fp) {
            return [0, 0];
        }
        panic.recovered = true;
        panic.value
    }
}

/// Whether `fp` is the frame `call`, or was called by it through wrappers only.
fn called_by(fp: *mut u64, call: *mut u64) -> bool {
    let mut frame = fp;
    while frame != call {
        frame = Regs(frame).caller();
        if frame.is_null() || !Regs(frame).function().wrapper {
            return false;
        }
    }
    true
}

/// `Goexit` has run all deferred calls.
fn end_goexit(worker: &mut VmWorker) -> Next {
    if worker.local.shared.is_main(worker.current().id()) {
        crate::session::end_input(worker, Outcome::Exit(0));
    }
    free_stack(&mut worker.local);
    Next::Leave(Switch::Exited)
}

/// Gives back everything that the running goroutine holds: nearly always, one block.
#[inline(always)]
pub(crate) fn free_stack(local: &mut Local) {
    let ctx = context(local);
    // SAFETY: the running goroutine's context and block are ours, and it ends here.
    unsafe {
        let block = local.block;
        if !(*ctx).rest.is_empty() || block.is_null() || !Block::is_first(block) {
            return free_all(local);
        }
        Block::free(&mut local.slabs, block);
        (*ctx).block = std::ptr::null_mut();
        (*ctx).defers = std::ptr::null_mut();
    }
    local.block = std::ptr::null_mut();
}

#[cold]
#[inline(never)]
fn free_all(local: &mut Local) {
    let ctx = context(local);
    // SAFETY: the running goroutine's context, blocks and records are ours, and it ends here.
    unsafe {
        while !(*ctx).rest.panics().is_null() {
            let dropped = Box::from_raw((*ctx).rest.panics());
            (*ctx).rest.set_panics(dropped.link);
        }
        let mut block = local.block;
        while !block.is_null() {
            let prev = Block::prev(block).unwrap_or(std::ptr::null_mut());
            Block::free(&mut local.slabs, block);
            block = prev;
        }
        ctx.write(Context::new());
    }
    local.block = std::ptr::null_mut();
}
