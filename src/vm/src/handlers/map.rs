//! Maps. Elements of types that live in memory go by their address.

use gol_bytecode::{NO_REG, Reg, Repr, TypeIdx, op};
use gol_heap::{init_word, load_pair_to, load_word};

use super::{hot, operands, slow};
use crate::dispatch::{Code, Ctl, SlowPath, raise_at};
use crate::fault::Fault;
use crate::frame::Regs;
use crate::local::{Local, VmWorker};
use crate::rtype::{ElemKind, MapLayout, RType};
use crate::{machine, map, mem};

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
        let mut elem = map::find_or_add(map::layout_of(rtype), r.get(map), r.ptr(key));
        if elem == map::UNKNOWN {
            elem = map::elem_addr(alloc, rtype, r.get(map), r.ptr(key))?;
        }
        let elem = elem.cast::<u64>();
        init_word(elem, change(load_word(elem)));
    }
    Ok(())
}

/// Loads the element at an address that [`map::find`] gave; false if that is not so simple.
#[inline(always)]
fn load_simple(layout: &MapLayout, at: *mut u8, dst: *mut u64) -> bool {
    if at == map::UNKNOWN {
        return false;
    }
    let missing = at == map::MISSING;
    // SAFETY: the address of an element of that kind, and its registers.
    unsafe {
        match layout.elem_kind {
            ElemKind::Word | ElemKind::Pointer => {
                dst.write(if missing { 0 } else { load_word(at.cast()) });
            }
            ElemKind::Byte => dst.write(if missing { 0 } else { u64::from(at.read()) }),
            ElemKind::Pair if missing => {
                dst.write(0);
                dst.add(1).write(0);
            }
            ElemKind::Pair => load_pair_to(at.cast(), dst),
            ElemKind::Other => return false,
        }
    }
    true
}

/// Changes an element of one word at an address that [`map::begin_write`] gave.
#[inline(always)]
fn update_simple(map: u64, at: *mut u8, slow: SlowPath, change: impl FnOnce(u64) -> u64) -> Ctl {
    if at == map::UNKNOWN {
        return Ctl::Slow(slow);
    }
    // SAFETY: the address of an element of one word.
    unsafe { init_word(at.cast(), change(load_word(at.cast()))) };
    map::end_write(map);
    Ctl::Next
}

hot! {
    MapGet(worker, r, ip, o) {
        let layout = map::layout_of(worker.local.rtype(o.ty));
        // SAFETY: the operands are a map of the type and a key's register form.
        let at = unsafe { map::find_word(layout, r.get(o.map), r.ptr(o.key)) };
        if load_simple(layout, at, r.ptr(o.dst)) { Ctl::Next } else { Ctl::Slow(map_get) }
    }

    MapGetOk(worker, r, ip, o) {
        let layout = map::layout_of(worker.local.rtype(o.ty));
        // SAFETY: as for `MapGet`.
        let at = unsafe { map::find_word(layout, r.get(o.map), r.ptr(o.key)) };
        let known = at != map::UNKNOWN;
        if known && (o.dst == NO_REG || load_simple(layout, at, r.ptr(o.dst))) {
            r.set(o.ok, u64::from(at != map::MISSING));
            Ctl::Next
        } else {
            Ctl::Slow(map_get_ok)
        }
    }

    MapSet(worker, r, ip, o) {
        let layout = map::layout_of(worker.local.rtype(o.ty));
        if layout.elem_kind != ElemKind::Word {
            return Ctl::Slow(map_set);
        }
        let map = r.get(o.map);
        // SAFETY: as for `MapGet`.
        let at = unsafe { map::begin_write(layout, map, r.ptr(o.key)) };
        if at == map::UNKNOWN {
            return Ctl::Slow(map_set);
        }
        // SAFETY: the address of an element of that kind.
        unsafe { init_word(at.cast(), r.get(o.a)) };
        map::end_write(map);
        Ctl::Next
    }

    MapAddI64(worker, r, ip, o) {
        let layout = map::layout_of(worker.local.rtype(o.ty));
        let map = r.get(o.map);
        // SAFETY: as for `MapGet`.
        let at = unsafe { map::begin_write(layout, map, r.ptr(o.key)) };
        update_simple(map, at, map_add_i64, |old| old.wrapping_add(r.get(o.a)))
    }

    MapAddI64Imm(worker, r, ip, o) {
        let layout = map::layout_of(worker.local.rtype(o.ty));
        let map = r.get(o.map);
        // SAFETY: as for `MapGet`.
        let at = unsafe { map::begin_write(layout, map, r.ptr(o.key)) };
        update_simple(map, at, map_add_i64_imm, |old| old.wrapping_add_signed(i64::from(o.imm)))
    }

    MapAddF64(worker, r, ip, o) {
        let layout = map::layout_of(worker.local.rtype(o.ty));
        let map = r.get(o.map);
        // SAFETY: as for `MapGet`.
        let at = unsafe { map::begin_write(layout, map, r.ptr(o.key)) };
        update_simple(map, at, map_add_f64, |old| (f64::from_bits(old) + r.f64(o.a)).to_bits())
    }
}

/// How an operation ends that may have failed or allocated.
#[inline(always)]
fn ending(worker: &mut VmWorker, r: Regs, ip: *const u64, result: Result<(), Fault>) -> Code {
    match result {
        Ok(()) => machine::after_allocation(worker),
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

fn map_get(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MapGet = operands(ip);
    let rtype = worker.local.rtype(o.ty);
    let layout = map::layout_of(rtype);
    // SAFETY: the operands are a map of the type and a key's register form.
    let at = unsafe { map::find(layout, r.get(o.map), r.ptr(o.key)) };
    if load_simple(layout, at, r.ptr(o.dst)) {
        return Code::Next;
    }
    let result = found(rtype, r, at, o.map, o.key)
        .and_then(|found| load(&mut worker.local, rtype, found, r.ptr(o.dst)));
    ending(worker, r, ip, result)
}

fn map_get_ok(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MapGetOk = operands(ip);
    let rtype = worker.local.rtype(o.ty);
    // SAFETY: as in `map_get`.
    let at = unsafe { map::find(map::layout_of(rtype), r.get(o.map), r.ptr(o.key)) };
    let result = found(rtype, r, at, o.map, o.key).and_then(|found| {
        if o.dst != NO_REG {
            load(&mut worker.local, rtype, found, r.ptr(o.dst))?;
        }
        r.set(o.ok, u64::from(found.is_some()));
        Ok(())
    });
    ending(worker, r, ip, result)
}

/// What [`map::find`] found at `at`, in every case.
#[inline(always)]
fn found(
    rtype: &RType,
    r: Regs,
    at: *mut u8,
    map: Reg,
    key: Reg,
) -> Result<Option<*mut u8>, Fault> {
    if at != map::UNKNOWN {
        return Ok((at != map::MISSING).then_some(at));
    }
    // SAFETY: the operands are a map of the type and a key's register form.
    unsafe { map::get(rtype, r.get(map), r.ptr(key)) }
}

fn map_set(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MapSet = operands(ip);
    let rtype = worker.local.rtype(o.ty);
    // SAFETY: the operands are a map of the type, a key's register form and an element's.
    let result = unsafe {
        let at = map::find_or_add(map::layout_of(rtype), r.get(o.map), r.ptr(o.key));
        if at == map::UNKNOWN {
            let alloc = &mut worker.local.alloc;
            map::set(alloc, rtype, r.get(o.map), r.ptr(o.key), r.ptr(o.a))
        } else {
            mem::store_regs(mem::elem_of(rtype), at, r.ptr(o.a));
            Ok(())
        }
    };
    ending(worker, r, ip, result)
}

fn map_add_i64(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MapAddI64 = operands(ip);
    let a = r.get(o.a);
    let result = update(worker, r, o.map, o.key, o.ty, |old| old.wrapping_add(a));
    ending(worker, r, ip, result)
}

fn map_add_i64_imm(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MapAddI64Imm = operands(ip);
    let imm = i64::from(o.imm);
    let result = update(worker, r, o.map, o.key, o.ty, |old| old.wrapping_add_signed(imm));
    ending(worker, r, ip, result)
}

fn map_add_f64(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::MapAddF64 = operands(ip);
    let a = r.f64(o.a);
    let result = update(worker, r, o.map, o.key, o.ty, |old| (f64::from_bits(old) + a).to_bits());
    ending(worker, r, ip, result)
}

slow! {
    MakeMap(worker, r, ip, o) {
        let hint = if o.hint == NO_REG { 0 } else { r.int(o.hint) };
        let random = worker.local.random();
        let rtype = worker.local.rtype(o.ty);
        r.set(o.dst, map::make(&mut worker.local.alloc, rtype, hint, random)?);
        Ok(())
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
