//! Loads and stores through pointers, package variables, allocation.
//!
//! Stores of pointers go out of line while the heap marks, where they find the barrier.

use gol_bytecode::op;
use gol_heap::{init_pair_from, init_word, load_pair_to, load_word, store_pair_from, store_word};

use super::{hot, operands, slow};
use crate::dispatch::{Code, Ctl};
use crate::fault::Fault;
use crate::frame::Regs;
use crate::local::VmWorker;
use crate::mem;
use crate::mem::view;

/// Loads: what to read at `r[ptr] + off` and how it becomes a register.
macro_rules! loads {
    ($($name:ident $ty:ty => $wide:ty;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let ptr = r.get(o.ptr);
            if ptr == 0 {
                return Ctl::Nil;
            }
            let at = (ptr + u64::from(o.off)) as *const $ty;
            // SAFETY: a pointer that is not nil leads to a live variable of its type, in which the
            // compiler's offset names a piece of this size, aligned to it.
            r.set(o.dst, unsafe { at.read() } as $wide as u64);
            Ctl::Next
        }
    )*} };
}

loads! {
    LoadI8 i8 => i64;
    LoadU8 u8 => u64;
    LoadI16 i16 => i64;
    LoadU16 u16 => u64;
    LoadI32 i32 => i64;
    LoadU32 u32 => u64;
}

/// Stores of the low bits of a register.
macro_rules! stores {
    ($($name:ident $ty:ty;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let ptr = r.get(o.ptr);
            if ptr == 0 {
                return Ctl::Nil;
            }
            let at = (ptr + u64::from(o.off)) as *mut $ty;
            // SAFETY: as for loads.
            unsafe { at.write(r.get(o.a) as $ty) };
            Ctl::Next
        }
    )*} };
}

stores! {
    Store8 u8;
    Store16 u16;
    Store32 u32;
}

hot! {
    Load64(worker, r, ip, o) {
        let ptr = r.get(o.ptr);
        if ptr == 0 {
            return Ctl::Nil;
        }
        // SAFETY: as for the other loads.
        r.set(o.dst, unsafe { load_word((ptr + u64::from(o.off)) as *const u64) });
        Ctl::Next
    }

    LoadPair(worker, r, ip, o) {
        let ptr = r.get(o.ptr);
        if ptr == 0 {
            return Ctl::Nil;
        }
        // SAFETY: as for the other loads; pairs are aligned to 16.
        unsafe { load_pair_to((ptr + u64::from(o.off)) as *const u64, r.ptr(o.dst)) };
        Ctl::Next
    }

    Store64(worker, r, ip, o) {
        let ptr = r.get(o.ptr);
        if ptr == 0 {
            return Ctl::Nil;
        }
        // SAFETY: as for the other stores.
        unsafe { init_word((ptr + u64::from(o.off)) as *mut u64, r.get(o.a)) };
        Ctl::Next
    }

    StorePtr(worker, r, ip, o) {
        let ptr = r.get(o.ptr);
        if ptr == 0 {
            return Ctl::Nil;
        }
        if worker.local.marking {
            return Ctl::Slow(store_ptr);
        }
        // SAFETY: as for the other stores.
        unsafe { init_word((ptr + u64::from(o.off)) as *mut u64, r.get(o.a)) };
        Ctl::Next
    }

    StorePair(worker, r, ip, o) {
        let ptr = r.get(o.ptr);
        if ptr == 0 {
            return Ctl::Nil;
        }
        if worker.local.marking {
            return Ctl::Slow(store_pair);
        }
        // SAFETY: as for the other stores; pairs are aligned to 16.
        unsafe { init_pair_from((ptr + u64::from(o.off)) as *mut u64, r.ptr(o.a)) };
        Ctl::Next
    }

    AddPtr(worker, r, ip, o) {
        let ptr = r.get(o.ptr);
        if ptr == 0 {
            return Ctl::Nil;
        }
        r.set(o.dst, ptr.wrapping_add_signed(i64::from(o.off)));
        Ctl::Next
    }

    NilCheck(worker, r, ip, o) {
        if r.get(o.ptr) == 0 { Ctl::Nil } else { Ctl::Next }
    }

    GlobalAddr(worker, r, ip, o) {
        r.set(o.dst, worker.local.global(o.off) as u64);
        Ctl::Next
    }

    LoadGlobal64(worker, r, ip, o) {
        // SAFETY: the compiler's offset names a word of the package variables.
        r.set(o.dst, unsafe { load_word(worker.local.global(o.off).cast()) });
        Ctl::Next
    }

    LoadGlobalPair(worker, r, ip, o) {
        // SAFETY: the compiler's offset names a pair of the package variables, aligned to 16.
        unsafe { load_pair_to(worker.local.global(o.off).cast(), r.ptr(o.dst)) };
        Ctl::Next
    }

    StoreGlobal64(worker, r, ip, o) {
        // SAFETY: as for the loads.
        unsafe { init_word(worker.local.global(o.off).cast(), r.get(o.a)) };
        Ctl::Next
    }

    StoreGlobalPtr(worker, r, ip, o) {
        if worker.local.marking {
            return Ctl::Slow(store_global_ptr);
        }
        // SAFETY: as for the loads.
        unsafe { init_word(worker.local.global(o.off).cast(), r.get(o.a)) };
        Ctl::Next
    }

    StoreGlobalPair(worker, r, ip, o) {
        if worker.local.marking {
            return Ctl::Slow(store_global_pair);
        }
        // SAFETY: as for the loads.
        unsafe { init_pair_from(worker.local.global(o.off).cast(), r.ptr(o.a)) };
        Ctl::Next
    }
}

/// Stores of pointers while the heap marks.
fn store_ptr(_: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::StorePtr = operands(ip);
    // SAFETY: the handler has looked at the pointer.
    unsafe { store_word((r.get(o.ptr) + u64::from(o.off)) as *mut u64, r.get(o.a)) };
    Code::Next
}

fn store_pair(_: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::StorePair = operands(ip);
    // SAFETY: as in `store_ptr`.
    unsafe { store_pair_from((r.get(o.ptr) + u64::from(o.off)) as *mut u64, r.ptr(o.a)) };
    Code::Next
}

fn store_global_ptr(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::StoreGlobalPtr = operands(ip);
    // SAFETY: the compiler's offset names a word of the package variables.
    unsafe { store_word(worker.local.global(o.off).cast(), r.get(o.a)) };
    Code::Next
}

fn store_global_pair(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::StoreGlobalPair = operands(ip);
    // SAFETY: the compiler's offset names a pair of the package variables.
    unsafe { store_pair_from(worker.local.global(o.off).cast(), r.ptr(o.a)) };
    Code::Next
}

/// An operand that must lead somewhere.
fn non_nil(ptr: u64) -> Result<*mut u8, Fault> {
    if ptr == 0 { Err(Fault::nil_dereference()) } else { Ok(ptr as *mut u8) }
}

slow! {
    LoadMem(worker, r, ip, o) {
        let ptr = non_nil(r.get(o.ptr))?;
        // SAFETY: a pointer that is not nil leads to a value of its type.
        unsafe { mem::load_regs(worker.local.rtype(o.ty), ptr, r.ptr(o.dst)) };
        Ok(())
    }

    StoreMem(worker, r, ip, o) {
        let ptr = non_nil(r.get(o.ptr))?;
        // SAFETY: as for `LoadMem`.
        unsafe { mem::store_regs(worker.local.rtype(o.ty), ptr, r.ptr(o.a)) };
        Ok(())
    }

    CopyMem(worker, r, ip, o) {
        let (dst, src) = (non_nil(r.get(o.dst))?, non_nil(r.get(o.src))?);
        // SAFETY: as for `LoadMem`.
        unsafe { mem::copy(worker.local.rtype(o.ty), dst, src) };
        Ok(())
    }

    ZeroMem(worker, r, ip, o) {
        let ptr = non_nil(r.get(o.ptr))?;
        // SAFETY: as for `LoadMem`.
        unsafe { mem::zero(worker.local.rtype(o.ty), ptr) };
        Ok(())
    }

    UnsafeView(worker, r, ip, o) {
        let (ptr, count) = (r.get(o.ptr), r.get(o.len));
        let rtype = worker.local.rtype(o.ty);
        if ptr == 0 || view::is_valid(worker, ptr, count, rtype) {
            return Ok(());
        }
        Err(view::refusal(rtype))
    }

    New(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        let object = worker.local.alloc.alloc(rtype.desc.size as usize, rtype.layout);
        if object.is_null() {
            return Err(Fault::out_of_memory());
        }
        r.set(o.dst, object as u64);
        Ok(())
    }

    NewCopy(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        let src = non_nil(r.get(o.src))?;
        let object = worker.local.alloc.alloc(rtype.desc.size as usize, rtype.layout);
        if object.is_null() {
            return Err(Fault::out_of_memory());
        }
        // SAFETY: the new object has the type's size; the source is a value of the type.
        unsafe { mem::copy(rtype, object, src) };
        r.set(o.dst, object as u64);
        Ok(())
    }
}
