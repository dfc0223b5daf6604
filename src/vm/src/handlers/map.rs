//! Maps. Elements of types that live in memory go by their address.

use gol_bytecode::{NO_REG, Reg, Repr, TypeIdx, op};
use gol_heap::{init_word, load_word};

use super::{hot, operands, slow};
use crate::dispatch::{Code, Ctl, raise_at};
use crate::fault::Fault;
use crate::frame::Regs;
use crate::local::{Local, VmWorker};
use crate::rtype::RType;
use crate::{map, mem};

/// A register's address; null for none.
fn place(r: Regs, reg: Reg) -> *mut u64 {
    if reg == NO_REG { std::ptr::null_mut() } else { r.ptr(reg) }
}

/// The element that was found, or the zero value, into registers.
fn load(
    local: &mut Local,
    rtype: &RType,
    found: Option<*mut u8>,
    dst: *mut u64,
) -> Result<(), Fault> {
    let elem = mem::elem_of(rtype);
    match found {
        // SAFETY: the element is a value of the type; the target has its registers.
        Some(at) => unsafe { mem::load_regs(elem, at, dst) },
        None if elem.desc.repr == Repr::Mem => {
            let zero = local.alloc.alloc(elem.desc.size as usize, elem.layout);
            if zero.is_null() {
                return Err(Fault::out_of_memory());
            }
            // SAFETY: the register form is one word.
            unsafe { dst.write(zero as u64) };
        }
        // SAFETY: the target has the type's registers.
        None => unsafe { dst.write_bytes(0, mem::words_of(elem)) },
    }
    Ok(())
}

/// Changes an element of one word that is no pointer; it is looked for once.
#[inline(always)]
fn update(
    worker: &mut VmWorker,
    r: Regs,
    map: Reg,
    key: Reg,
    ty: TypeIdx,
    change: impl FnOnce(u64) -> u64,
) -> Result<(), Fault> {
    let rtype = worker.local.rtype(ty);
    let alloc = &mut worker.local.alloc;
    // SAFETY: the operands are a map of the type and a key's register form; the element is a word,
    // whose address is good until the next safepoint.
    unsafe {
        let elem = map::elem_addr(alloc, rtype, r.get(map), r.ptr(key))?.cast::<u64>();
        init_word(elem, change(load_word(elem)));
    }
    Ok(())
}

slow! {
    MakeMap(worker, r, ip, o) {
        let hint = if o.hint == NO_REG { 0 } else { r.int(o.hint) };
        let random = worker.local.random();
        let rtype = worker.local.rtype(o.ty);
        r.set(o.dst, map::make(&mut worker.local.alloc, rtype, hint, random)?);
        Ok(())
    }

    MapGet(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        // SAFETY: the operands are a map of the type and a key's register form.
        let found = unsafe { map::get(rtype, r.get(o.map), r.ptr(o.key)) }?;
        load(&mut worker.local, rtype, found, r.ptr(o.dst))
    }

    MapGetOk(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        // SAFETY: as for `MapGet`.
        let found = unsafe { map::get(rtype, r.get(o.map), r.ptr(o.key)) }?;
        if o.dst != NO_REG {
            load(&mut worker.local, rtype, found, r.ptr(o.dst))?;
        }
        r.set(o.ok, u64::from(found.is_some()));
        Ok(())
    }

    MapSet(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        let alloc = &mut worker.local.alloc;
        // SAFETY: as for `MapGet`, and an element's register form.
        unsafe { map::set(alloc, rtype, r.get(o.map), r.ptr(o.key), r.ptr(o.a)) }
    }

    MapAddI64(worker, r, ip, o) {
        let a = r.get(o.a);
        update(worker, r, o.map, o.key, o.ty, |old| old.wrapping_add(a))
    }

    MapAddI64Imm(worker, r, ip, o) {
        let imm = i64::from(o.imm);
        update(worker, r, o.map, o.key, o.ty, |old| old.wrapping_add_signed(imm))
    }

    MapAddF64(worker, r, ip, o) {
        let a = r.f64(o.a);
        update(worker, r, o.map, o.key, o.ty, |old| (f64::from_bits(old) + a).to_bits())
    }

    MapDelete(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        // SAFETY: as for `MapGet`.
        unsafe { map::delete(rtype, r.get(o.map), r.ptr(o.key)) }
    }

    MapClear(worker, r, ip, o) {
        map::clear(worker.local.rtype(o.ty), r.get(o.map))
    }

    MapIterInit(worker, r, ip, o) {
        let random = worker.local.random();
        // SAFETY: the operand names eight registers and a map.
        unsafe { map::iter_init(r.get(o.map), random, r.ptr(o.iter)) };
        Ok(())
    }
}

hot! {
    MapLen(worker, r, ip, o) {
        r.set(o.dst, map::len(r.get(o.map)));
        Ctl::Next
    }

    MapIterNext(worker, r, ip, o) {
        Ctl::ColdGoto(iter_next(worker, r, ip), o.off as isize)
    }
}

#[inline(never)]
fn iter_next(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MapIterNext = operands(ip);
    let rtype = worker.local.rtype(o.ty);
    // SAFETY: the iterator was made for a map of the type; targets have the types' registers.
    let next = unsafe { map::iter_next(rtype, r.ptr(o.iter), place(r, o.key), place(r, o.val)) };
    match next {
        Ok(true) => Code::Next,
        Ok(false) => Code::Goto,
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}
