//! Calls, returns, closures, `defer`, `panic`, `recover`, and the VM's own return points.

use std::sync::atomic::AtomicU32;

use gol_bytecode::{FuncIdx, MethodIdx, Reg, op};
use gol_sched::{mutex_try_lock, mutex_try_unlock};

use super::{behind, hot, operands, slow};
use crate::code::RtFunction;
use crate::defer::{self, Deferred, Next};
use crate::dispatch::{Code, Ctl, code_of, raise_at};
use crate::fault::Fault;
use crate::frame::{self, Regs};
use crate::iface;
use crate::local::{Callee, VmWorker};
use crate::{machine, panic, reflect};

/// Enters a function at `base`; on a rare path if the frame does not fit into its block.
#[inline(always)]
fn enter(
    worker: &mut VmWorker,
    function: &'static RtFunction,
    closure: Option<u64>,
    r: Regs,
    base: Reg,
    return_ip: *const u64,
) -> Ctl {
    let function = in_one_register(function);
    let callee = Regs(r.ptr(base));
    let end = callee.0.wrapping_add(function.num_regs as usize);
    if end > worker.local.limit || usize::from(base.0) > frame::FARTHEST {
        let closure = closure.unwrap_or(0);
        worker.local.callee = Callee { function: Some(function), closure, base: callee.0 };
        return Ctl::Slow(enter_block);
    }
    callee.set_call(function, closure, usize::from(base.0), return_ip);
    Ctl::Enter(function.entry, callee.0)
}

/// The function's address as a value of its own. Left to itself the compiler keeps the table and the
/// place in it instead, which takes a register too many: one more has to be saved in memory for each
/// call.
#[inline(always)]
fn in_one_register(function: &'static RtFunction) -> &'static RtFunction {
    #[cfg(gol_tail)]
    // SAFETY: the assembly is empty: the address stays what it is.
    unsafe {
        let mut address: *const RtFunction = function;
        std::arch::asm!("/* {0} */", inout(reg) address, options(pure, nomem, nostack, preserves_flags));
        &*address
    }
    #[cfg(not(gol_tail))]
    function
}

/// The call in `local.callee`, in a further block.
fn enter_block(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let Callee { function, closure, mut base } = worker.local.callee;
    let Some(function) = function else {
        return raise_at(worker, ip, r.0, Fault::Internal("a call of nothing".into()));
    };
    // SAFETY: the running goroutine's context is ours.
    let ctx = unsafe { &*defer::context(&worker.local) };
    let window = base.addr() - r.0.addr();
    let r = frame::widen(&mut worker.local, ctx, r, function, base);
    base = r.0.wrapping_byte_add(window);
    // SAFETY: invariant *code* of `dispatch`.
    let op = gol_bytecode::Op::from_u16(unsafe { *ip } as u16);
    let return_ip = ip.wrapping_add(op.map_or(1, gol_bytecode::Op::len));
    match frame::push_frame(&mut worker.local, function, closure, r.0, base, return_ip) {
        Ok(fp) => {
            worker.local.fp = fp;
            worker.local.ip = function.entry;
            Code::Resume
        }
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

/// The function of a closure object.
///
/// # Safety
/// `closure` is the address of a closure object.
#[inline(always)]
unsafe fn closure_function(closure: u64) -> &'static RtFunction {
    // SAFETY: as the caller promises: a closure's first word is its function.
    unsafe { &*(*(closure as *const u64) as *const RtFunction) }
}

/// Continues behind a call with the results in place.
#[inline(always)]
fn back(r: Regs) -> Ctl {
    Ctl::Back(r.return_ip(), r.back())
}

hot! {
    Call(worker, r, ip, o) {
        let function = worker.local.func(o.func);
        enter(worker, function, None, r, o.base, behind::<op::Call>(ip))
    }

    CallClosure(worker, r, ip, o) {
        let closure = r.get(o.closure);
        if closure == 0 {
            return Ctl::Nil;
        }
        // SAFETY: a function value that is not nil is a closure's address.
        let function = unsafe { closure_function(closure) };
        enter(worker, function, Some(closure), r, o.base, behind::<op::CallClosure>(ip))
    }

    CallIface(worker, r, ip, o) {
        let [ty, data] = r.get2(o.a);
        if ty == 0 {
            return Ctl::Nil;
        }
        // SAFETY: a type word that is not 0 is the address of a type.
        let rtype = unsafe { &*(ty as *const crate::rtype::RType) };
        let Some(func) = rtype.likely_method(o.method) else {
            return Ctl::Slow(call_iface);
        };
        let function = worker.local.func(func);
        r.set(o.base, data);
        enter(worker, function, None, r, o.base, behind::<op::CallIface>(ip))
    }

    CallNative(worker, r, ip, o) {
        let function = worker.local.native(o.native);
        let next = behind::<op::CallNative>(ip);
        Ctl::Cold(machine::call_native(worker, function, r.ptr(o.base), ip, next, r.0))
    }

    MutexLock(worker, r, ip, o) {
        let word = r.get(o.base) as *mut u32;
        // SAFETY: the register holds a mutex's address or nil; its word is used as an atomic.
        if !word.is_null() && mutex_try_lock(unsafe { AtomicU32::from_ptr(word) }) {
            worker.count_operation();
            return Ctl::Next;
        }
        Ctl::Slow(mutex_native)
    }

    MutexUnlock(worker, r, ip, o) {
        let word = r.get(o.base) as *mut u32;
        // SAFETY: as in `MutexLock`.
        if !word.is_null() && mutex_try_unlock(unsafe { AtomicU32::from_ptr(word) }) {
            return Ctl::Next;
        }
        Ctl::Slow(mutex_native)
    }

    Return0(worker, r, ip, o) { back(r) }

    Return1(worker, r, ip, o) {
        r.set(Reg(0), r.get(o.a));
        back(r)
    }

    Return2(worker, r, ip, o) {
        r.move2(Reg(0), o.a);
        back(r)
    }

    ReturnN(worker, r, ip, o) {
        // SAFETY: invariant *frames*.
        unsafe { Regs::copy(r.ptr(o.a), r.0, o.n as usize) };
        back(r)
    }

    LoadCapture(worker, r, ip, o) {
        // SAFETY: the running function captures as many words as the compiler reads.
        r.set(o.dst, unsafe { *r.closure().add(1 + o.idx as usize) });
        Ctl::Next
    }

    LoadCaptureN(worker, r, ip, o) {
        // SAFETY: as in `LoadCapture`.
        unsafe {
            let from = r.closure().add(1 + o.idx as usize);
            Regs::copy(from, r.ptr(o.dst), o.n as usize);
        }
        Ctl::Next
    }
}

/// A mutex on which somebody waits or has to wait.
fn mutex_native(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MutexLock = operands(ip);
    let function = worker.local.native(o.native);
    let next = behind::<op::MutexLock>(ip);
    machine::call_native(worker, function, r.ptr(o.base), ip, next, r.0)
}

/// The function of a type's method.
fn method_of(rtype: &crate::rtype::RType, method: MethodIdx) -> Option<FuncIdx> {
    rtype.find_method(method)?.func
}

/// A call through an interface whose method was not found at the first look.
fn call_iface(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::CallIface = operands(ip);
    let [_, data] = r.get2(o.a);
    let found = iface::dynamic_type(r.get2(o.a)).and_then(|rtype| method_of(rtype, o.method));
    let Some(func) = found else { return missing_method(worker, r, ip, o.method) };
    let (function, base) = (worker.local.func(func), r.ptr(o.base));
    r.set(o.base, data);
    let end = base.wrapping_add(function.num_regs as usize);
    if end > worker.local.limit || usize::from(o.base.0) > frame::FARTHEST {
        worker.local.callee = Callee { function: Some(function), closure: 0, base };
        return enter_block(worker, r, ip);
    }
    Regs(base).set_call(function, None, r.distance(base), behind::<op::CallIface>(ip));
    worker.local.fp = base;
    worker.local.ip = function.entry;
    Code::Resume
}

fn missing_method(worker: &mut VmWorker, r: Regs, ip: *const u64, method: MethodIdx) -> Code {
    let name = worker.local.shared.image().methods.get(method.0 as usize).map(|m| m.name.clone());
    let text = format!("a type has no code for its method {}", name.unwrap_or_default());
    raise_at(worker, ip, r.0, Fault::Internal(text))
}

/// The receiver's method of an interface in a register, with its data word.
fn bound_method(
    worker: &VmWorker,
    value: [u64; 2],
    method: MethodIdx,
) -> Result<(&'static RtFunction, u64), Fault> {
    let rtype = iface::dynamic_type(value).ok_or_else(Fault::nil_dereference)?;
    let func = method_of(rtype, method)
        .ok_or_else(|| Fault::Internal("a type has no code for a deferred method".into()))?;
    Ok((worker.local.func(func), value[1]))
}

slow! {
    NewClosure(worker, r, ip, o) {
        let function = worker.local.func(o.func);
        let size = (1 + o.n as usize) * 8;
        let object = worker.local.alloc.alloc(size, function.closure_layout).cast::<u64>();
        if object.is_null() {
            return Err(Fault::out_of_memory());
        }
        // SAFETY: the new object has a word for the function and one for each capture.
        unsafe {
            *object = std::ptr::from_ref(function) as u64;
            for at in 0..o.n as usize {
                gol_heap::init_word(object.add(1 + at), *r.ptr(o.a).add(at));
            }
        }
        r.set(o.dst, object as u64);
        Ok(())
    }

    DeferClosure(worker, r, ip, o) {
        let closure = r.get(o.closure);
        let function = if closure == 0 {
            std::ptr::null()
        } else {
            // SAFETY: a function value that is not nil is a closure's address.
            std::ptr::from_ref(unsafe { closure_function(closure) })
        };
        defer::push_defer(&mut worker.local, r.0, function, closure, r.ptr(o.base), o.n as usize)
    }

    DeferIface(worker, r, ip, o) {
        let (function, data) = bound_method(worker, r.get2(o.a), o.method)?;
        r.set(o.base, data);
        let words = o.n as usize + 1;
        defer::push_defer(&mut worker.local, r.0, function, 0, r.ptr(o.base), words)
    }

    Panic(worker, r, ip, o) {
        Err(Fault::Value(r.get2(o.a)))
    }

    ReflectArgs(worker, r, ip, o) {
        let (args, closure) = reflect::pack_args(worker, r)?;
        r.set2(o.dst, args);
        r.set(o.closure, closure);
        Ok(())
    }

    ReflectResults(worker, r, ip, o) {
        reflect::unpack_results(worker, r, r.get2(o.a))
    }
}

hot! {
    DeferFunc(worker, r, ip, o) {
        let function = std::ptr::from_ref(worker.local.func(o.func));
        let args = r.ptr(o.base);
        if defer::push_ready(&mut worker.local, r.0, function, args, o.n as usize) {
            return Ctl::Next;
        }
        Ctl::Slow(defer_func)
    }

    RunDefers(worker, r, ip, o) {
        match defer::run_ready(&mut worker.local, r.0, ip) {
            Deferred::Nothing => Ctl::Next,
            Deferred::Enter(function, fp) => Ctl::Enter(function.entry, fp),
            Deferred::Rare => Ctl::Slow(run_defers),
        }
    }

    Recover(worker, r, ip, o) {
        recover(worker, r, o.dst);
        Ctl::Next
    }

    ThisFrame(worker, r, ip, o) {
        r.set(o.dst, r.0 as u64);
        Ctl::Next
    }

    RecoverFor(worker, r, ip, o) {
        recover_for(worker, r, o);
        Ctl::Next
    }

    EndGoroutine(worker, r, ip, o) {
        Ctl::Cold(machine::end_goroutine(worker))
    }

    LeaveBlock(worker, r, ip, o) {
        Ctl::Cold(leave_block(worker))
    }

    DeferDone(worker, r, ip, o) {
        Ctl::Cold(runtime_return(worker, r, ip, defer::deferred_done))
    }

    Printed(worker, r, ip, o) {
        Ctl::Cold(runtime_return(worker, r, ip, panic::printed))
    }
}

/// `DeferFunc` where no block is at hand.
fn defer_func(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::DeferFunc = operands(ip);
    let function = std::ptr::from_ref(worker.local.func(o.func));
    let args = r.ptr(o.base);
    match defer::push_defer(&mut worker.local, r.0, function, 0, args, o.n as usize) {
        Ok(()) => Code::Next,
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

fn run_defers(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let _: op::RunDefers = operands(ip);
    worker.local.ip = ip;
    worker.local.fp = r.0;
    match defer::run_one(&mut worker.local, r.0, ip) {
        Ok(true) => Code::Resume,
        Ok(false) => Code::Next,
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

#[inline(never)]
fn recover(worker: &mut VmWorker, r: Regs, dst: Reg) {
    let value = defer::recover(&worker.local, r.0);
    r.set2(dst, value);
}

#[inline(never)]
fn recover_for(worker: &mut VmWorker, r: Regs, o: op::RecoverFor) {
    let owner = r.get(o.a) as *mut u64;
    let value = defer::recover_for(&worker.local, r.0, owner);
    r.set2(o.dst, value);
}

#[inline(never)]
fn leave_block(worker: &mut VmWorker) -> Code {
    frame::leave_block(&mut worker.local);
    Code::Resume
}

/// A call that the runtime made itself has returned to the frame on top of which it ran.
#[inline(never)]
fn runtime_return(
    worker: &mut VmWorker,
    r: Regs,
    ip: *const u64,
    then: fn(&mut VmWorker) -> Next,
) -> Code {
    worker.local.ip = ip;
    worker.local.fp = r.0;
    let next = then(worker);
    code_of(worker, next)
}
