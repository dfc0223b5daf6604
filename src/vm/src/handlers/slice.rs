//! Slices, strings by index, arrays in registers. Element addresses are found here; everything
//! that allocates is `crate::slice`'s.

use gol_bytecode::{NO_REG, Reg, op};
use gol_heap::{
    init_pair_from, init_swapped_pairs, init_word, load_pair, load_pair_to, load_word, store_pair,
    store_pair_from, store_word,
};

use super::{hot, operands, slow};
use crate::dispatch::{Code, Ctl, raise_at};
use crate::fault::Fault;
use crate::frame::Regs;
use crate::local::VmWorker;
use crate::slice::{self, Bounds, Limit};

/// Loads of elements: how many bytes they take, how they become a register.
macro_rules! loads {
    ($($name:ident $ty:ty => $wide:ty;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let [data, size] = r.get2(o.slice);
            let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
            if idx >= len {
                return Ctl::Index(idx, len);
            }
            // SAFETY: the index lies below the slice's length; elements are aligned to their size.
            let element = unsafe { (data as *const $ty).add(idx as usize).read() };
            r.set(o.dst, element as $wide as u64);
            Ctl::Next
        }
    )*} };
}

loads! {
    LoadIndexI8 i8 => i64;
    LoadIndexU8 u8 => u64;
    LoadIndexI16 i16 => i64;
    LoadIndexU16 u16 => u64;
    LoadIndexI32 i32 => i64;
    LoadIndexU32 u32 => u64;
}

/// Stores of elements.
macro_rules! stores {
    ($($name:ident $ty:ty;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let [data, size] = r.get2(o.slice);
            let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
            if idx >= len {
                return Ctl::Index(idx, len);
            }
            // SAFETY: as for the loads.
            unsafe { (data as *mut $ty).add(idx as usize).write(r.get(o.a) as $ty) };
            Ctl::Next
        }
    )*} };
}

stores! {
    StoreIndex8 u8;
    StoreIndex16 u16;
    StoreIndex32 u32;
}

hot! {
    LoadIndex64(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        // SAFETY: as for the other loads.
        r.set(o.dst, unsafe { load_word((data as *const u64).add(idx as usize)) });
        Ctl::Next
    }

    LoadIndexPair(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        // SAFETY: as for the other loads; pairs are aligned to 16.
        unsafe { load_pair_to((data as *const u64).add(idx as usize * 2), r.ptr(o.dst)) };
        Ctl::Next
    }

    StoreIndex64(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        // SAFETY: as for the loads.
        unsafe { init_word((data as *mut u64).add(idx as usize), r.get(o.a)) };
        Ctl::Next
    }

    StoreIndexPtr(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        if worker.local.marking {
            return Ctl::Slow(store_index_ptr);
        }
        // SAFETY: as for the loads.
        unsafe { init_word((data as *mut u64).add(idx as usize), r.get(o.a)) };
        Ctl::Next
    }

    StoreIndexPair(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        if worker.local.marking {
            return Ctl::Slow(store_index_pair);
        }
        // SAFETY: as for the loads; pairs are aligned to 16.
        unsafe { init_pair_from((data as *mut u64).add(idx as usize * 2), r.ptr(o.a)) };
        Ctl::Next
    }

    SwapIndex64(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (i, j, len) = (r.get(o.i), r.get(o.j), size & 0xffff_ffff);
        if j >= len {
            return Ctl::Index(j, len);
        }
        if i >= len {
            return Ctl::Index(i, len);
        }
        if worker.local.marking {
            return Ctl::Slow(swap_index_64);
        }
        let (a, b) = ((data + i * 8) as *mut u64, (data + j * 8) as *mut u64);
        // SAFETY: as for loads and stores.
        unsafe {
            let x = load_word(a);
            init_word(a, load_word(b));
            init_word(b, x);
        }
        Ctl::Next
    }

    SwapIndexPair(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (i, j, len) = (r.get(o.i), r.get(o.j), size & 0xffff_ffff);
        if j >= len {
            return Ctl::Index(j, len);
        }
        if i >= len {
            return Ctl::Index(i, len);
        }
        if worker.local.marking {
            return Ctl::Slow(swap_index_pair);
        }
        // SAFETY: as for loads and stores; pairs are aligned to 16.
        unsafe { init_swapped_pairs((data + i * 16) as *mut u64, (data + j * 16) as *mut u64) };
        Ctl::Next
    }

    IndexAddr(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        r.set(o.dst, data + idx * u64::from(o.size as u32));
        Ctl::Next
    }

    CheckIndex(worker, r, ip, o) {
        let (idx, len) = (r.get(o.idx), u64::from(o.len as u32));
        if idx >= len { Ctl::Index(idx, len) } else { Ctl::Next }
    }

    StrIndex(worker, r, ip, o) {
        let [data, len] = r.get2(o.a);
        let idx = r.get(o.idx);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        // SAFETY: the index lies below the string's length.
        r.set(o.dst, u64::from(unsafe { *((data + idx) as *const u8) }));
        Ctl::Next
    }

    SliceLen(worker, r, ip, o) {
        r.set(o.dst, r.get2(o.slice)[1] & 0xffff_ffff);
        Ctl::Next
    }

    SliceCap(worker, r, ip, o) {
        r.set(o.dst, r.get2(o.slice)[1] >> 32);
        Ctl::Next
    }

    ArrayView(worker, r, ip, o) {
        let (ptr, len) = (r.get(o.ptr), u64::from(o.len as u32));
        if ptr == 0 && len != 0 {
            return Ctl::Nil;
        }
        r.set2(o.dst, [ptr, len | len << 32]);
        Ctl::Next
    }

    LoadRegIndex(worker, r, ip, o) {
        let (idx, len) = (r.get(o.idx), u64::from(o.len));
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        let from = r.ptr(o.a).wrapping_add(idx as usize * o.words as usize);
        // SAFETY: invariant *frames*: the array's registers and the target's.
        unsafe { Regs::copy(from, r.ptr(o.dst), o.words as usize) };
        Ctl::Next
    }

    StoreRegIndex(worker, r, ip, o) {
        let (idx, len) = (r.get(o.idx), u64::from(o.len));
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        let to = r.ptr(o.dst).wrapping_add(idx as usize * o.words as usize);
        // SAFETY: as in `LoadRegIndex`.
        unsafe { Regs::copy(r.ptr(o.a), to, o.words as usize) };
        Ctl::Next
    }

    Append8(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (len, cap) = (size & 0xffff_ffff, size >> 32);
        if len >= cap {
            return Ctl::Slow(append8);
        }
        // SAFETY: the slice has room for one more element.
        unsafe { *((data + len) as *mut u8) = r.get(o.a) as u8 };
        r.set2(o.dst, [data, size + 1]);
        Ctl::Next
    }

    Append32(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (len, cap) = (size & 0xffff_ffff, size >> 32);
        if len >= cap {
            return Ctl::Slow(append32);
        }
        // SAFETY: the slice has room for one more element.
        unsafe { *(data as *mut u32).add(len as usize) = r.get(o.a) as u32 };
        r.set2(o.dst, [data, size + 1]);
        Ctl::Next
    }

    Append64(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (len, cap) = (size & 0xffff_ffff, size >> 32);
        if len >= cap || worker.local.marking {
            return Ctl::Slow(append64);
        }
        // SAFETY: the slice has room for one more element.
        unsafe { init_word((data as *mut u64).add(len as usize), r.get(o.a)) };
        r.set2(o.dst, [data, size + 1]);
        Ctl::Next
    }

    AppendPair(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (len, cap) = (size & 0xffff_ffff, size >> 32);
        if len >= cap || worker.local.marking {
            return Ctl::Slow(append_pair);
        }
        // SAFETY: the slice has room for one more element, aligned to 16.
        unsafe { init_pair_from((data as *mut u64).add(len as usize * 2), r.ptr(o.a)) };
        r.set2(o.dst, [data, size + 1]);
        Ctl::Next
    }
}

/// Stores of pointers while the heap marks.
fn store_index_ptr(_: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::StoreIndexPtr = operands(ip);
    let at = r.get(o.idx) as usize;
    // SAFETY: the handler has looked at the index.
    unsafe { store_word((r.get(o.slice) as *mut u64).add(at), r.get(o.a)) };
    Code::Next
}

fn store_index_pair(_: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::StoreIndexPair = operands(ip);
    let at = r.get(o.idx) as usize;
    // SAFETY: as in `store_index_ptr`.
    unsafe { store_pair_from((r.get(o.slice) as *mut u64).add(at * 2), r.ptr(o.a)) };
    Code::Next
}

fn swap_index_64(_: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::SwapIndex64 = operands(ip);
    let (data, i, j) = (r.get(o.slice), r.get(o.i), r.get(o.j));
    let (a, b) = ((data + i * 8) as *mut u64, (data + j * 8) as *mut u64);
    // SAFETY: as in `store_index_ptr`.
    unsafe {
        let x = load_word(a);
        store_word(a, load_word(b));
        store_word(b, x);
    }
    Code::Next
}

fn swap_index_pair(_: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::SwapIndexPair = operands(ip);
    let (data, i, j) = (r.get(o.slice), r.get(o.i), r.get(o.j));
    let (a, b) = ((data + i * 16) as *mut u64, (data + j * 16) as *mut u64);
    // SAFETY: as in `store_index_ptr`.
    unsafe {
        let x = load_pair(a);
        store_pair_from(a, b);
        store_pair(b, x);
    }
    Code::Next
}

/// Appends that have to grow the array, or find the barrier.
macro_rules! grow {
    ($($name:ident $op:ident |$alloc:ident, $elem:ident, $r:ident, $o:ident| $new:expr;)*) => {$(
        fn $name(worker: &mut VmWorker, $r: Regs, ip: *const u64) -> Code {
            let $o: op::$op = operands(ip);
            let $elem = worker.local.rtype($o.ty);
            let $alloc = &mut worker.local.alloc;
            // SAFETY: the operand is a slice of elements of the type.
            let new = unsafe { $new };
            match new {
                Ok(new) => {
                    $r.set2($o.dst, new);
                    crate::machine::after_allocation(worker)
                }
                Err(fault) => raise_at(worker, ip, $r.0, fault),
            }
        }
    )*};
}

grow! {
    append8 Append8 |alloc, elem, r, o| slice::append8(alloc, elem, r.get2(o.slice), r.get(o.a));
    append32 Append32 |alloc, elem, r, o| slice::append32(alloc, elem, r.get2(o.slice), r.get(o.a));
    append64 Append64 |alloc, elem, r, o| slice::append64(alloc, elem, r.get2(o.slice), r.get(o.a));
    append_pair AppendPair |alloc, elem, r, o|
        slice::append_pair(alloc, elem, r.get2(o.slice), r.get2(o.a));
}

/// A bound that may be missing.
fn bound(r: Regs, reg: Reg) -> Option<i64> {
    (reg != NO_REG).then(|| r.int(reg))
}

hot! {
    SliceSlice(worker, r, ip, o) {
        let [data, size] = r.get2(o.a);
        let (len, cap) = (size & 0xffff_ffff, size >> 32);
        let max = if o.max == NO_REG { cap } else { r.get(o.max) };
        let hi = if o.hi == NO_REG { len } else { r.get(o.hi) };
        let lo = if o.lo == NO_REG { 0 } else { r.get(o.lo) };
        if max > cap || hi > max || lo > hi || o.size < 0 {
            return Ctl::Slow(slice_slice);
        }
        // As in `slice::slice`.
        let offset = if max == lo { 0 } else { lo * u64::from(o.size as u32) };
        r.set2(o.dst, [data + offset, (hi - lo) | (max - lo) << 32]);
        Ctl::Next
    }

    SliceStr(worker, r, ip, o) {
        let [data, len] = r.get2(o.a);
        let hi = if o.hi == NO_REG { len } else { r.get(o.hi) };
        let lo = if o.lo == NO_REG { 0 } else { r.get(o.lo) };
        if hi > len || lo > hi {
            return Ctl::Slow(slice_str);
        }
        // As in `slice::substring`.
        let offset = if hi == lo { 0 } else { lo };
        r.set2(o.dst, [data + offset, hi - lo]);
        Ctl::Next
    }

    AppendStr(worker, r, ip, o) {
        let [data, size] = r.get2(o.a);
        let [from, count] = r.get2(o.b);
        let (len, cap) = (size & 0xffff_ffff, size >> 32);
        if count > SHORT || count > cap - len {
            return Ctl::Slow(append_str);
        }
        // SAFETY: the slice has room for the string's bytes.
        unsafe { copy_short(from as *const u8, (data + len) as *mut u8, count as usize) };
        r.set2(o.dst, [data, size + count]);
        Ctl::Next
    }
}

/// Strings up to this length are copied without a call.
const SHORT: u64 = 16;

/// Copies at most [`SHORT`] bytes: the first and the last ones, which may be partly the same. All is
/// read before anything is written, so the places may overlap.
///
/// # Safety
/// So many bytes can be read and written.
#[inline(always)]
unsafe fn copy_short(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the caller's promise; both pieces lie inside of it.
    unsafe {
        if count >= 8 {
            let (from, to) = (from.cast::<u64>(), to.cast::<u64>());
            let (first, last) = (from.read_unaligned(), from.byte_add(count - 8).read_unaligned());
            to.write_unaligned(first);
            to.byte_add(count - 8).write_unaligned(last);
        } else if count >= 4 {
            let (from, to) = (from.cast::<u32>(), to.cast::<u32>());
            let (first, last) = (from.read_unaligned(), from.byte_add(count - 4).read_unaligned());
            to.write_unaligned(first);
            to.byte_add(count - 4).write_unaligned(last);
        } else if count > 0 {
            let (first, mid) = (from.read(), from.add(count / 2).read());
            let last = from.add(count - 1).read();
            to.write(first);
            to.add(count / 2).write(mid);
            to.add(count - 1).write(last);
        }
    }
}

/// How an operation ends that gives two words, or fails, and may have allocated.
fn pair_made(
    worker: &mut VmWorker,
    r: Regs,
    ip: *const u64,
    dst: Reg,
    made: Result<[u64; 2], Fault>,
) -> Code {
    match made {
        Ok(pair) => {
            r.set2(dst, pair);
            crate::machine::after_allocation(worker)
        }
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

fn slice_slice(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::SliceSlice = operands(ip);
    let bounds = Bounds { lo: bound(r, o.lo), hi: bound(r, o.hi), max: bound(r, o.max) };
    let (size, limit) = match o.size {
        ..0 => (!o.size, Limit::Length),
        size => (size, Limit::Capacity),
    };
    let part = slice::slice(r.get2(o.a), bounds, u64::from(size as u32), limit);
    pair_made(worker, r, ip, o.dst, part)
}

fn slice_str(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::SliceStr = operands(ip);
    let part = slice::substring(r.get2(o.a), bound(r, o.lo), bound(r, o.hi));
    pair_made(worker, r, ip, o.dst, part)
}

fn append_str(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::AppendStr = operands(ip);
    let elem = worker.local.rtype(o.ty);
    let alloc = &mut worker.local.alloc;
    // SAFETY: the operands are a slice of bytes and a string.
    let new = unsafe { slice::append_str(alloc, elem, r.get2(o.a), r.get2(o.b)) };
    pair_made(worker, r, ip, o.dst, new)
}

slow! {
    SliceToArrayPtr(worker, r, ip, o) {
        let address = slice::to_array_pointer(r.get2(o.slice), u64::from(o.len as u32))?;
        r.set(o.dst, address);
        Ok(())
    }

    MakeSlice(worker, r, ip, o) {
        let elem = worker.local.rtype(o.ty);
        let (len, cap) = (r.int(o.len), r.int(o.cap));
        r.set2(o.dst, slice::make(&mut worker.local.alloc, elem, len, cap)?);
        Ok(())
    }

    AppendValue(worker, r, ip, o) {
        let elem = worker.local.rtype(o.ty);
        let alloc = &mut worker.local.alloc;
        // SAFETY: the operands are a slice and the register form of an element.
        let new = unsafe { slice::append_value(alloc, elem, r.get2(o.slice), r.ptr(o.a)) }?;
        r.set2(o.dst, new);
        Ok(())
    }

    AppendZero(worker, r, ip, o) {
        let elem = worker.local.rtype(o.ty);
        let count = o.n as u32 as usize;
        // SAFETY: the operand is a slice of such elements.
        let new = unsafe {
            slice::append_zero(&mut worker.local.alloc, elem, r.get2(o.slice), count)
        }?;
        r.set2(o.dst, new);
        Ok(())
    }

    AppendMade(worker, r, ip, o) {
        let elem = worker.local.rtype(o.ty);
        let count = usize::try_from(r.int(o.a)).map_err(|_| slice::made_len_out_of_range())?;
        // SAFETY: the operand is a slice of such elements.
        let new = unsafe {
            slice::append_zero(&mut worker.local.alloc, elem, r.get2(o.slice), count)
        }?;
        r.set2(o.dst, new);
        Ok(())
    }

    AppendSlice(worker, r, ip, o) {
        let elem = worker.local.rtype(o.ty);
        let alloc = &mut worker.local.alloc;
        // SAFETY: both operands are slices of such elements.
        let new = unsafe { slice::append_slice(alloc, elem, r.get2(o.a), r.get2(o.b)) }?;
        r.set2(o.dst, new);
        Ok(())
    }

    CopySlice(worker, r, ip, o) {
        let elem = worker.local.rtype(o.ty);
        // SAFETY: both operands are slices of such elements.
        let count = unsafe { slice::copy(elem, r.get2(o.a), r.get2(o.b)) };
        r.set(o.dst, count as u64);
        Ok(())
    }

    CopyStr(worker, r, ip, o) {
        // SAFETY: the operands are a slice of bytes and a string.
        let count = unsafe { slice::copy_str(r.get2(o.a), r.get2(o.b)) };
        r.set(o.dst, count as u64);
        Ok(())
    }

    ClearSlice(worker, r, ip, o) {
        let elem = worker.local.rtype(o.ty);
        // SAFETY: the operand is a slice of such elements.
        unsafe { slice::clear(elem, r.get2(o.a)) };
        Ok(())
    }
}
