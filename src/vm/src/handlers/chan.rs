//! Goroutines, channels, `select`.

use gol_bytecode::{NO_REG, Reg, op};
use gol_sched::Switch;

use super::{behind, hot, operands, slow};
use crate::chan::{self, Case, Chan, Step};
use crate::code::RtFunction;
use crate::context::Context;
use crate::dispatch::{Code, Ctl, raise_at};
use crate::fault::Fault;
use crate::frame::{self, Regs};
use crate::local::VmWorker;
use crate::{iface, machine, mem};

/// A register's channel.
fn channel(r: Regs, reg: Reg) -> *mut Chan<Context> {
    r.get(reg) as *mut Chan<Context>
}

/// A register's address; null for none.
fn place(r: Regs, reg: Reg) -> *mut u64 {
    if reg == NO_REG { std::ptr::null_mut() } else { r.ptr(reg) }
}

/// What an operation's end means for the dispatcher.
fn after(worker: &mut VmWorker, step: Step, ip: *const u64, r: Regs) -> Code {
    match step {
        Step::Done => Code::Next,
        Step::Park => {
            worker.local.switch = Switch::Parked;
            Code::Leave
        }
        Step::Fail(fault) => raise_at(worker, ip, r.0, fault.into()),
    }
}

/// Starts a goroutine.
#[inline]
pub(crate) fn spawn(
    worker: &mut VmWorker,
    function: &'static RtFunction,
    closure: u64,
    args: &[u64],
    go_ip: *const u64,
) -> Result<(), Fault> {
    let parent = worker.local.g.map_or(0, gol_sched::GRef::id);
    let Some(g) = worker.new_g() else { return Err(no_goroutine(worker)) };
    let slabs = &mut worker.local.slabs;
    // SAFETY: the header is new and ours.
    let context = unsafe { &mut *g.context() };
    if !frame::first_frame(slabs, function, closure, go_ip, parent, 0, context) {
        worker.discard_g(g);
        return Err(Fault::out_of_memory());
    }
    // SAFETY: the frame is new and has room for its parameters. Few words: a call of the library's
    // copy costs more than they do.
    unsafe { Regs::copy(args.as_ptr(), context.fp, args.len()) };
    if worker.local.bubble != 0 {
        crate::bubble::enters(worker, g);
    }
    worker.spawn(g);
    Ok(())
}

#[cold]
fn no_goroutine(worker: &VmWorker) -> Fault {
    let limit = worker.local.shared().max_goroutines;
    if limit != 0 && worker.sched().num_goroutines() >= limit {
        return Fault::Fatal(format!("more than {limit} goroutines (--max-goroutines)").into());
    }
    Fault::out_of_memory()
}

/// `n` argument words from a register on.
fn args<'a>(r: Regs, base: Reg, n: u16) -> &'a [u64] {
    // SAFETY: invariant *frames*; nothing writes them while the goroutine is started.
    unsafe { std::slice::from_raw_parts(r.ptr(base), n as usize) }
}

slow! {
    GoClosure(worker, r, ip, o) {
        let closure = r.get(o.closure);
        if closure == 0 {
            return Err(Fault::Fatal("go of nil func value".into()));
        }
        // SAFETY: a function value that is not nil is a closure's address.
        let function = unsafe { &*(*(closure as *const u64) as *const RtFunction) };
        spawn(worker, function, closure, args(r, o.base, o.n), ip)
    }

    GoIface(worker, r, ip, o) {
        let value = r.get2(o.a);
        let rtype = iface::dynamic_type(value).ok_or_else(Fault::nil_dereference)?;
        let func = rtype
            .find_method(o.method)
            .and_then(|slot| slot.func)
            .ok_or_else(|| Fault::Internal("a type has no code for a method".into()))?;
        r.set(o.base, value[1]);
        let function = worker.local.func(func);
        spawn(worker, function, 0, args(r, o.base, o.n + 1), ip)
    }

    MakeChan(worker, r, ip, o) {
        let elem = mem::elem_of(worker.local.rtype(o.ty));
        let size = if o.cap == NO_REG { 0 } else { r.int(o.cap) };
        let pointers = mem::has_pointers(elem) || elem.desc.repr == gol_bytecode::Repr::Mem;
        let words = elem.desc.words;
        let (lock, bubble) = (worker.new_lock(), worker.local.bubble);
        let alloc = &mut worker.local.alloc;
        let made = chan::make::<Context>(alloc, words, pointers, size, bubble, lock)?;
        r.set(o.dst, made as u64);
        Ok(())
    }

    Close(worker, r, ip, o) {
        // SAFETY: the register holds nil or a channel.
        match unsafe { chan::close(worker, channel(r, o.chan)) } {
            Step::Fail(fault) => Err(fault.into()),
            Step::Done | Step::Park => Ok(()),
        }
    }
}

hot! {
    GoFunc(worker, r, ip, o) { Ctl::Cold(go_func(worker, r, ip)) }

    Send(worker, r, ip, o) { Ctl::Cold(send(worker, r, ip)) }

    Recv(worker, r, ip, o) {
        Ctl::Cold(recv(worker, r, ip, behind::<op::Recv>(ip), o.chan, o.dst, NO_REG))
    }

    RecvOk(worker, r, ip, o) {
        Ctl::Cold(recv(worker, r, ip, behind::<op::RecvOk>(ip), o.chan, o.dst, o.ok))
    }

    Select(worker, r, ip, o) { Ctl::Cold(select(worker, r, ip)) }

    ChanLen(worker, r, ip, o) {
        // SAFETY: the register holds nil or a channel.
        r.set(o.dst, unsafe { chan::len(channel(r, o.chan)) });
        Ctl::Next
    }

    ChanCap(worker, r, ip, o) {
        // SAFETY: the register holds nil or a channel.
        r.set(o.dst, unsafe { chan::cap(channel(r, o.chan)) });
        Ctl::Next
    }
}

#[inline(never)]
fn go_func(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::GoFunc = operands(ip);
    let function = worker.local.func(o.func);
    match spawn(worker, function, 0, args(r, o.base, o.n), ip) {
        Ok(()) => machine::after_allocation(worker),
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

#[inline(never)]
fn send(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::Send = operands(ip);
    machine::save_at(&mut worker.local, behind::<op::Send>(ip), r.0);
    let g = worker.current();
    // SAFETY: the running goroutine is saved; the registers are its own.
    let step = unsafe { chan::send(worker, g, channel(r, o.chan), r.ptr(o.a)) };
    after(worker, step, ip, r)
}

#[inline(never)]
fn recv(
    worker: &mut VmWorker,
    r: Regs,
    ip: *const u64,
    next: *const u64,
    chan: Reg,
    dst: Reg,
    ok: Reg,
) -> Code {
    machine::save_at(&mut worker.local, next, r.0);
    let g = worker.current();
    // SAFETY: the running goroutine is saved; the registers are its own.
    let step = unsafe { chan::recv(worker, g, channel(r, chan), place(r, dst), place(r, ok)) };
    after(worker, step, ip, r)
}

#[inline(never)]
fn select(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::Select = operands(ip);
    let Some(table) = r.function().source.selects.get(o.table as usize) else {
        return raise_at(worker, ip, r.0, Fault::Internal("a select without its table".into()));
    };
    machine::save_at(&mut worker.local, behind::<op::Select>(ip), r.0);
    let g = worker.current();
    // On the stack for selects of ordinary size.
    let mut cases = smallvec::SmallVec::<[Case<Context>; 8]>::new();
    for case in &table.cases {
        cases.push(Case {
            dir: case.dir,
            chan: channel(r, case.chan),
            value: place(r, case.value),
            ok: place(r, case.ok),
        });
    }
    // SAFETY: the running goroutine is saved; the registers are its own.
    let step = unsafe { chan::select(worker, g, &cases, table.has_default, r.ptr(o.dst)) };
    after(worker, step, ip, r)
}
