//! Interfaces: making, asserting, unpacking.

use gol_bytecode::{NO_REG, op};

use super::{hot, operands, slow};
use crate::dispatch::{Code, Ctl, raise_at};
use crate::frame::Regs;
use crate::local::VmWorker;
use crate::{iface, mem};

hot! {
    MakeIface(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        if !rtype.desc.is_direct() {
            return Ctl::Slow(make_boxed);
        }
        let data = if rtype.desc.words == 0 { 0 } else { r.get(o.a) };
        r.set2(o.dst, [iface::type_word(rtype), data]);
        Ctl::Next
    }

    UnpackIface(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        if !rtype.desc.is_direct() {
            return Ctl::Slow(unpack_boxed);
        }
        if rtype.desc.words != 0 {
            r.set(o.dst, r.get2(o.a)[1]);
        }
        Ctl::Next
    }

    AssertType(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        let [ty, data] = r.get2(o.a);
        if ty != iface::type_word(rtype) || !rtype.desc.is_direct() {
            return Ctl::Slow(assert_boxed);
        }
        if rtype.desc.words != 0 {
            r.set(o.dst, data);
        }
        Ctl::Next
    }
}

fn make_boxed(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MakeIface = operands(ip);
    let rtype = worker.local.rtype(o.ty);
    // SAFETY: the operand is the register form of a value of the type.
    match unsafe { iface::make(&mut worker.local.alloc, rtype, r.ptr(o.a)) } {
        Ok(value) => {
            r.set2(o.dst, value);
            crate::machine::after_allocation(worker)
        }
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

fn unpack_boxed(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::UnpackIface = operands(ip);
    // SAFETY: the compiler knows the dynamic type.
    unsafe { iface::unpack(worker.local.rtype(o.ty), r.get2(o.a)[1], r.ptr(o.dst)) };
    Code::Next
}

/// A type assertion that fails, or whose value lies in memory.
fn assert_boxed(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::AssertType = operands(ip);
    let (rtype, value) = (worker.local.rtype(o.ty), r.get2(o.a));
    if value[0] != iface::type_word(rtype) {
        let from = worker.local.rtype(o.from);
        let shared = worker.local.shared.clone();
        let fault = iface::assertion_failed(from, value, rtype, &shared.image().methods);
        return raise_at(worker, ip, r.0, fault);
    }
    // SAFETY: the dynamic type is the one that was asked for.
    unsafe { iface::unpack(rtype, value[1], r.ptr(o.dst)) };
    Code::Next
}

slow! {
    AssertTypeOk(worker, r, ip, o) {
        let (rtype, value) = (worker.local.rtype(o.ty), r.get2(o.a));
        let holds = value[0] == iface::type_word(rtype);
        if o.dst != NO_REG {
            if holds {
                // SAFETY: the dynamic type is the one that was asked for.
                unsafe { iface::unpack(rtype, value[1], r.ptr(o.dst)) };
            } else if rtype.desc.repr == gol_bytecode::Repr::Mem {
                r.set(o.dst, zero_value(&mut worker.local, rtype)?);
            } else {
                for word in 0..mem::words_of(rtype) {
                    r.set(gol_bytecode::Reg(o.dst.0 + word as u16), 0);
                }
            }
        }
        r.set(o.ok, u64::from(holds));
        Ok(())
    }

    AssertIface(worker, r, ip, o) {
        let (rtype, value) = (worker.local.rtype(o.ty), r.get2(o.a));
        let concrete = iface::dynamic_type(value);
        let shared = &worker.local.shared;
        if !concrete.is_some_and(|concrete| shared.asserts.implements(concrete, rtype)) {
            let from = worker.local.rtype(o.from);
            return Err(iface::assertion_failed(from, value, rtype, &shared.image().methods));
        }
        r.set2(o.dst, value);
        Ok(())
    }

    AssertIfaceOk(worker, r, ip, o) {
        let (rtype, value) = (worker.local.rtype(o.ty), r.get2(o.a));
        let concrete = iface::dynamic_type(value);
        let asserts = &worker.local.shared.asserts;
        let holds = concrete.is_some_and(|concrete| asserts.implements(concrete, rtype));
        if o.dst != NO_REG {
            r.set2(o.dst, if holds { value } else { [0, 0] });
        }
        r.set(o.ok, u64::from(holds));
        Ok(())
    }
}

/// The address of a zero value of a type that lives in memory.
fn zero_value(
    local: &mut crate::local::Local,
    rtype: &crate::rtype::RType,
) -> Result<u64, crate::fault::Fault> {
    let object = local.alloc.alloc(rtype.desc.size as usize, rtype.layout);
    if object.is_null() { Err(crate::fault::Fault::out_of_memory()) } else { Ok(object as u64) }
}
