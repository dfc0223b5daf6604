//! The `go` statement: a header, a frame of just the right size, a place in the queue.
//!
//! A spawn touches the header and the first frame block, both recycled by this worker, and the
//! run queue. The new goroutine's first block holds exactly its entry function's frame.

use crate::code::RtFunction;
use crate::fault::Fault;
use crate::frame::first_frame;
use crate::local::VmWorker;

/// Starts a goroutine that runs `function` with `count` words of arguments. `go_ip` is the `go`
/// instruction, for traces; null where the runtime itself starts it.
///
/// # Safety
/// `args` can be read for `count` words, which are the function's parameters; `closure` is 0 or a
/// closure over the function.
#[inline]
pub(crate) unsafe fn spawn(
    worker: &mut VmWorker,
    function: &'static RtFunction,
    closure: u64,
    args: *const u64,
    count: usize,
    go_ip: *const u64,
    parent: u64,
) -> Result<(), Fault> {
    let g = worker.new_g().ok_or_else(Fault::out_of_memory)?;
    let slabs = &mut worker.local.slabs;
    let Some(context) = first_frame(slabs, function, closure, go_ip, parent) else {
        worker.discard_g(g);
        return Err(Fault::out_of_memory());
    };
    // SAFETY: the header is new and ours; the new frame has registers for all parameters.
    unsafe {
        std::ptr::copy_nonoverlapping(args, context.fp, count);
        *g.context() = context;
    }
    worker.spawn(g);
    Ok(())
}

/// Starts a goroutine that calls a `func()` value.
///
/// # Safety
/// `closure` is a closure object without parameters.
pub(crate) unsafe fn spawn_closure(worker: &mut VmWorker, closure: u64) -> Result<(), Fault> {
    // SAFETY: the first word of a closure object is its function's address; functions live as
    // long as the runtime.
    unsafe {
        let function: &'static RtFunction = &**(closure as *const *const RtFunction);
        spawn(worker, function, closure, std::ptr::null(), 0, std::ptr::null(), 0)
    }
}
