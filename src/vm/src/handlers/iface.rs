//! Interfaces: making, asserting, unpacking.

use gol_bytecode::NO_REG;

use super::slow;
use crate::{iface, mem};

slow! {
    MakeIface(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        // SAFETY: the operand is the register form of a value of the type.
        let value = unsafe { iface::make(&mut worker.local.alloc, rtype, r.ptr(o.a)) }?;
        r.set2(o.dst, value);
        Ok(())
    }

    AssertType(worker, r, ip, o) {
        let (rtype, value) = (worker.local.rtype(o.ty), r.get2(o.a));
        if value[0] != iface::type_word(rtype) {
            let from = worker.local.rtype(o.from);
            let shared = worker.local.shared.clone();
            return Err(iface::assertion_failed(from, value, rtype, &shared.image().methods));
        }
        // SAFETY: the dynamic type is the one that was asked for.
        unsafe { iface::unpack(rtype, value[1], r.ptr(o.dst)) };
        Ok(())
    }

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

    UnpackIface(worker, r, ip, o) {
        // SAFETY: the compiler knows the dynamic type.
        unsafe { iface::unpack(worker.local.rtype(o.ty), r.get2(o.a)[1], r.ptr(o.dst)) };
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
