//! The VM as the scheduler's machine: runs goroutines, reports deadlocks. Its part in a collection is
//! in `collect`.

use gol_heap::{Effort, Progress};
use gol_sched::{Machine, Switch, TimerId, TimerPayload, Wake, Worker};

use crate::bubble;
use crate::chan::Step;
use crate::collect;
use crate::context::{Context, Pending};
use crate::defer;
use crate::dispatch::{self, Code};
use crate::emergency;
use crate::fault::Fault;
use crate::frame::{self, Block};
use crate::local::{Local, VmG, VmWorker};
use crate::native::NativeCx;
use crate::runtime::{Outcome, Vm, lock};
use crate::traceback;

impl Machine for Vm {
    type Context = Context;
    type Local = Local;

    fn new_context(&self) -> Context {
        Context::new()
    }

    fn may_map(&self, bytes: usize) -> bool {
        self.shared.heap.charge_outside(bytes)
    }

    fn new_local(&self, worker: usize) -> Local {
        Local::new(&self.shared, worker)
    }

    fn run(&self, worker: &mut Worker<Vm>, g: VmG) -> Switch {
        collect::before_run(worker, g);
        load(&mut worker.local, g);
        let goes_on = match prepare(worker, g) {
            Code::Next | Code::Resume => true,
            // What was left of a native has allocated: the state is still the one behind its call.
            Code::Safepoint => {
                let (ip, fp) = (worker.local.ip, worker.local.fp);
                dispatch::at_safepoint(worker, ip, fp)
            }
            Code::Leave | Code::Goto => false,
        };
        if goes_on {
            execute(worker);
        }
        worker.local.g = None;
        if worker.local.bubble != 0 {
            bubble::has_run(worker);
        }
        worker.local.switch
    }

    fn stopped(&self, worker: &mut Worker<Vm>) {
        collect::stopped(worker);
    }

    fn fire(&self, worker: &mut Worker<Vm>, id: TimerId, payload: TimerPayload) {
        worker.local.alloc.enter();
        // A goroutine of a bubble may run on this worker; the timer is none of its bubble's.
        let bubble = std::mem::take(&mut worker.local.bubble);
        crate::timers::fire(worker, id, payload);
        worker.local.bubble = bubble;
    }

    fn can_wake(&self, payload: &TimerPayload) -> bool {
        crate::timers::can_wake(payload)
    }

    fn deadlock(&self, worker: &mut Worker<Vm>) -> bool {
        let mut text = "fatal error: all goroutines are asleep - deadlock!\n\n".to_owned();
        if !traceback::all(&self.shared, &mut text) {
            "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n"
                .clone_into(&mut text);
        }
        let outcome = Outcome::Fatal { text };
        if let Some(session) = &self.shared.session {
            session.deadlock(worker, outcome);
            return false;
        }
        self.shared.finish(outcome);
        true
    }

    fn bubble(worker: &Worker<Vm>) -> u16 {
        worker.local.bubble
    }

    fn rouse(&self, worker: &mut Worker<Vm>, g: VmG) {
        bubble::rouse(worker, g);
    }

    fn idle(&self, worker: &mut Worker<Vm>) -> bool {
        // Nobody can be told that the output is gone; the next write says so.
        let _ = self.shared.flush_stdout();
        collect::work(worker, Effort::All) != Progress::Rest
    }
}

/// Executes instructions. A Rust panic is an error of gol: it ends the program with a report, not the
/// thread.
#[inline(always)]
fn execute(worker: &mut VmWorker) {
    if let Err(payload) = emergency::catch(|| dispatch::execute(worker)) {
        has_panicked(worker, &*payload);
    }
}

#[cold]
#[inline(never)]
fn has_panicked(worker: &mut VmWorker, payload: &(dyn std::any::Any + Send)) {
    let (ip, fp) = (worker.local.ip, worker.local.fp);
    dispatch::raise_at(worker, ip, fp, Fault::Internal(panic_text(payload)));
}

/// What a Rust panic says.
fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without a text").to_owned()
}

/// Takes a goroutine's state up.
#[inline(always)]
fn load(local: &mut Local, g: VmG) {
    local.g = Some(g);
    // SAFETY: the scheduler gave the goroutine to this worker.
    let ctx = unsafe { &*g.context() };
    local.fp = ctx.fp;
    local.ip = ctx.ip;
    local.block = ctx.block;
    local.limit = Block::limit(ctx.block);
    local.bubble = Block::bubble(ctx.block);
}

/// What has to be done before a woken goroutine goes on: nearly always nothing.
#[inline(always)]
fn prepare(worker: &mut VmWorker, g: VmG) -> Code {
    // SAFETY: the scheduler gave the goroutine to this worker.
    let is_plain = unsafe { g.is_wake_plain() && !(*g.context()).rest.is_pending() };
    if is_plain { Code::Next } else { prepare_message(worker, g) }
}

#[inline(never)]
fn prepare_message(worker: &mut VmWorker, g: VmG) -> Code {
    // SAFETY: the scheduler gave the goroutine to this worker.
    let (wake, pending) = unsafe { (g.take_wake(), (*g.context()).rest.take_pending()) };
    if wake != Wake::Plain {
        let (ip, fp) = (worker.local.ip.wrapping_sub(1), worker.local.fp);
        // SAFETY: the goroutine is held; its saved state is behind what parked it.
        match unsafe { crate::chan::resume(worker, g, wake) } {
            Step::Done => {}
            Step::Park => {
                worker.local.switch = Switch::Parked;
                return Code::Leave;
            }
            Step::Fail(fault) => return dispatch::raise_at(worker, ip, fp, fault.into()),
        }
    }
    match pending {
        Some(pending) => complete(worker, *pending),
        None => Code::Next,
    }
}

/// Runs the second half of a native; the saved state is behind its call.
fn complete(worker: &mut VmWorker, pending: Pending) -> Code {
    let (ip, fp) = (worker.local.ip.wrapping_sub(1), worker.local.fp);
    let mut cx = NativeCx::new(worker, pending.base);
    let mut result = (pending.done)(&mut cx);
    let ending = Ending::of(&cx);
    if crate::session::is_killed(worker) {
        result = Err(Fault::Goexit);
    }
    finish_native(worker, ip, fp, result, ending)
}

/// Calls a native whose arguments lie at `base`; `ip` is the instruction, `next` the one behind.
/// The goroutine is saved before, so that the native may park it.
#[inline(never)]
pub(crate) fn call_native(
    worker: &mut VmWorker,
    function: crate::native::NativeFn,
    base: *mut u64,
    ip: *const u64,
    next: *const u64,
    fp: *mut u64,
) -> Code {
    save_at(&mut worker.local, next, fp);
    worker.local.ip = ip;
    worker.local.fp = fp;
    let mut cx = NativeCx::new(worker, base);
    let result = function(&mut cx);
    let ending = Ending::of(&cx);
    finish_native(worker, ip, fp, result, ending)
}

/// What a native has left in its context.
struct Ending {
    switch: Option<Switch>,
    out_of_memory: bool,
    entered: bool,
}

impl Ending {
    #[inline(always)]
    fn of(cx: &NativeCx<'_>) -> Ending {
        Ending { switch: cx.switch, out_of_memory: cx.out_of_memory, entered: cx.entered }
    }
}

#[inline(always)]
fn finish_native(
    worker: &mut VmWorker,
    ip: *const u64,
    fp: *mut u64,
    result: Result<(), Fault>,
    ending: Ending,
) -> Code {
    let Ending { switch, out_of_memory, entered } = ending;
    if let Err(fault) = result {
        return dispatch::raise_at(worker, ip, fp, fault);
    }
    if let Some(switch) = switch {
        worker.local.switch = switch;
        return Code::Leave;
    }
    if out_of_memory {
        return dispatch::raise_at(worker, ip, fp, Fault::out_of_memory());
    }
    if entered {
        return Code::Resume;
    }
    after_allocation(worker)
}

/// `Next`, or `Safepoint` if a collection is due: called behind whatever may have allocated.
#[inline(always)]
pub(crate) fn after_allocation(worker: &VmWorker) -> Code {
    if worker.local.alloc.heap().collection_requested() { Code::Safepoint } else { Code::Next }
}

/// Saves the running goroutine before an operation that may park it, to go on at `next`; gives up
/// what a waiting goroutine does not need.
#[inline(always)]
pub(crate) fn save_at(local: &mut Local, next: *const u64, fp: *mut u64) {
    let ctx = defer::context(local);
    // SAFETY: the running goroutine's context and blocks are ours.
    unsafe {
        (*ctx).ip = next;
        (*ctx).fp = fp;
        (*ctx).block = local.block;
    }
}

/// The entry function has returned.
pub(crate) fn end_goroutine(worker: &mut VmWorker) -> Code {
    let is_main = worker.local.shared.is_main(worker.current().id());
    defer::free_stack(&mut worker.local);
    if is_main && crate::session::end_input(worker, Outcome::Exit(0)) {
        worker.local.switch = Switch::Exited;
        return Code::Leave;
    }
    worker.local.switch = if is_main && worker.local.shared.leaks {
        crate::control::end_with_leaks(worker);
        Switch::Exited
    } else if is_main {
        worker.local.shared.finish(Outcome::Exit(0));
        Switch::Shutdown
    } else {
        Switch::Exited
    };
    Code::Leave
}

/// What the main goroutine's first block has for the frames of its callees, in words: there is one
/// of it, and it is the one that calls most.
const MAIN_ROOM: usize = 1000;

/// Makes the main goroutine; `None` if there is no memory for it.
pub(crate) fn start_main(worker: &mut VmWorker) -> Option<VmG> {
    let machine = worker.sched().machine();
    let entry = *lock(&machine.entry);
    worker.local.tables = worker.local.shared.tables();
    let function = worker.local.func(entry);
    let g = worker.new_g()?;
    let slabs = &mut worker.local.slabs;
    // SAFETY: the header is new and ours.
    let context = unsafe { &mut *g.context() };
    if !frame::first_frame(slabs, function, 0, std::ptr::null(), 0, MAIN_ROOM, context) {
        worker.discard_g(g);
        return None;
    }
    worker.local.shared.set_main(g.id());
    Some(g)
}
