//! Slices: two words, the address of the first element and `length | capacity << 32`.
//!
//! Lengths and capacities are below 2^32; what would be longer panics as what is too long in Go.
//! `append` stores behind the length where there is room, else it moves the elements to a new
//! array of the capacity that Go would choose ([`growth`]). New arrays have the layout of their
//! element, which the collector repeats.

// Values lie at their types' alignment; addresses of bytes lead to them.
#![allow(clippy::cast_ptr_alignment)]

mod bounds;
mod growth;

use std::borrow::Cow;

use gol_bytecode::Repr;
use gol_heap::{AllocCache, LayoutId, store_pair, store_word};

use crate::Fault;
use crate::mem;
use crate::rtype::RType;
use crate::string::Str;

pub use bounds::{Bounds, Limit, OutOfRange, slice, substring, to_array_pointer};

/// The two words of a slice.
pub type Slice = [u64; 2];

/// Bytes above which Go calls a length out of range.
const MAX_BYTES: u64 = 1 << 48;

#[inline(always)]
pub fn len(slice: Slice) -> usize {
    slice[1] as u32 as usize
}

#[inline(always)]
pub fn cap(slice: Slice) -> usize {
    (slice[1] >> 32) as usize
}

/// The second word of a slice.
#[inline(always)]
pub fn pack(len: usize, cap: usize) -> u64 {
    debug_assert!(len <= cap && u32::try_from(cap).is_ok());
    len as u64 | (cap as u64) << 32
}

/// `make([]elem, len, cap)`.
pub fn make(cache: &mut AllocCache, elem: &RType, len: i64, cap: i64) -> Result<Slice, Fault> {
    let fits = |count: i64| {
        u32::try_from(count).is_ok_and(|count| {
            u128::from(count) * u128::from(elem.desc.go_size) <= u128::from(MAX_BYTES)
        })
    };
    if !fits(len) {
        return Err(made_len_out_of_range());
    }
    if !fits(cap) || len > cap {
        return Err(Fault::Runtime(Cow::Borrowed("makeslice: cap out of range")));
    }
    let data = alloc(cache, elem, cap as usize)?;
    Ok([data as u64, pack(len as usize, cap as usize)])
}

/// What `make` says to a length that no slice can have.
#[cold]
pub(crate) fn made_len_out_of_range() -> Fault {
    Fault::Runtime(Cow::Borrowed("makeslice: len out of range"))
}

fn alloc(cache: &mut AllocCache, elem: &RType, cap: usize) -> Result<*mut u8, Fault> {
    let data = cache.alloc_array(elem.layout, elem.desc.size as usize, cap);
    if data.is_null() { Err(Fault::out_of_memory()) } else { Ok(data) }
}

/// A new slice of elements without pointers, of `size` bytes in Go and here, for conversions from
/// strings: its capacity is what Go's allocator would give, its elements up to `len` are undefined.
pub(crate) fn alloc_plain(cache: &mut AllocCache, size: u64, len: usize) -> Result<Slice, Fault> {
    let cap = growth::round_up(len as u64 * size, false) / size;
    if u32::try_from(cap).is_err() {
        return Err(len_out_of_range());
    }
    let data = alloc_tail_zeroed(cache, len * size as usize, (cap * size) as usize)?;
    Ok([data as u64, pack(len, cap as usize)])
}

/// The capacity of such a slice of bytes.
#[inline(always)]
pub(crate) fn plain_cap(len: u64) -> usize {
    growth::round_up(len, false) as usize
}

#[cold]
fn len_out_of_range() -> Fault {
    Fault::Runtime(Cow::Borrowed("growslice: len out of range"))
}

/// The slice with room for `extra` more elements; its length stays.
#[inline(never)]
pub fn grow(
    cache: &mut AllocCache,
    elem: &RType,
    old: Slice,
    extra: usize,
) -> Result<Slice, Fault> {
    let (old_len, old_cap) = (len(old), cap(old));
    let wanted = old_len as u64 + extra as u64;
    if wanted <= old_cap as u64 {
        return Ok(old);
    }
    if wanted > u64::from(u32::MAX) {
        return Err(len_out_of_range());
    }
    let pointers = mem::has_pointers(elem);
    let cap = growth::grown_capacity(old_cap as u64, wanted, elem.desc.go_size, pointers);
    let cap = cap.clamp(wanted, u64::from(u32::MAX)) as usize;
    let data = if pointers {
        alloc(cache, elem, cap)?
    } else {
        alloc_for_growth(cache, elem, old_len, cap)?
    };
    // SAFETY: the new array has room for all old elements, which are apart from it.
    unsafe { mem::copy_many(elem, data, old[0] as *const u8, old_len) };
    Ok([data as u64, pack(old_len, cap)])
}

/// An array for elements without pointers, zeroed from `filled` elements on.
fn alloc_for_growth(
    cache: &mut AllocCache,
    elem: &RType,
    filled: usize,
    cap: usize,
) -> Result<*mut u8, Fault> {
    let size = elem.desc.size as usize;
    let bytes = size.checked_mul(cap).ok_or_else(Fault::out_of_memory)?;
    alloc_tail_zeroed(cache, filled * size, bytes)
}

/// An object without pointers whose first `filled` bytes are undefined and whose others are zero.
#[inline]
fn alloc_tail_zeroed(
    cache: &mut AllocCache,
    filled: usize,
    bytes: usize,
) -> Result<*mut u8, Fault> {
    let small = AllocCache::is_small(bytes);
    let data = if small { cache.alloc(bytes, LayoutId::NOSCAN) } else { cache.alloc_uninit(bytes) };
    if data.is_null() {
        return Err(Fault::out_of_memory());
    }
    if !small {
        // SAFETY: the rest of the new object.
        unsafe { data.add(filled).write_bytes(0, bytes - filled) };
    }
    Ok(data)
}

/// The slice one longer, with room for the new last element, and the address of that.
#[inline(always)]
fn one_more(
    cache: &mut AllocCache,
    elem: &RType,
    old: Slice,
    size: usize,
) -> Result<(Slice, *mut u8), Fault> {
    let room = if len(old) < cap(old) { old } else { grow(cache, elem, old, 1)? };
    let at = len(room);
    // SAFETY: the slice has room for an element at `at`.
    let last = unsafe { (room[0] as *mut u8).add(at * size) };
    Ok(([room[0], room[1] + 1], last))
}

/// `append` of an 8-bit element.
///
/// # Safety
/// `old` is a slice of that element type; so for all functions below.
#[inline]
pub unsafe fn append8(
    cache: &mut AllocCache,
    elem: &RType,
    old: Slice,
    value: u64,
) -> Result<Slice, Fault> {
    let (new, last) = one_more(cache, elem, old, 1)?;
    // SAFETY: `last` is an element of the slice.
    unsafe { last.write(value as u8) };
    Ok(new)
}

/// `append` of a 32-bit element.
///
/// # Safety
/// See [`append8`].
#[inline]
pub unsafe fn append32(
    cache: &mut AllocCache,
    elem: &RType,
    old: Slice,
    value: u64,
) -> Result<Slice, Fault> {
    let (new, last) = one_more(cache, elem, old, 4)?;
    // SAFETY: `last` is an element of the slice.
    unsafe { last.cast::<u32>().write(value as u32) };
    Ok(new)
}

/// `append` of a word, pointers too.
///
/// # Safety
/// See [`append8`].
#[inline]
pub unsafe fn append64(
    cache: &mut AllocCache,
    elem: &RType,
    old: Slice,
    value: u64,
) -> Result<Slice, Fault> {
    let (new, last) = one_more(cache, elem, old, 8)?;
    // SAFETY: `last` is an element of the slice.
    unsafe { store_word(last.cast(), value) };
    Ok(new)
}

/// `append` of a string, slice or interface.
///
/// # Safety
/// See [`append8`].
#[inline]
pub unsafe fn append_pair(
    cache: &mut AllocCache,
    elem: &RType,
    old: Slice,
    value: [u64; 2],
) -> Result<Slice, Fault> {
    let (new, last) = one_more(cache, elem, old, 16)?;
    // SAFETY: `last` is an element of the slice.
    unsafe { store_pair(last.cast(), value) };
    Ok(new)
}

/// `append` of an element of any type, in register form.
///
/// # Safety
/// See [`append8`]; `regs` leads to the register form of an element.
pub unsafe fn append_value(
    cache: &mut AllocCache,
    elem: &RType,
    old: Slice,
    regs: *const u64,
) -> Result<Slice, Fault> {
    let (new, last) = one_more(cache, elem, old, elem.desc.size as usize)?;
    // SAFETY: `last` is an element of the slice. A value of `Repr::Mem` may be an element of the
    // old array, which is still there.
    unsafe { mem::store_regs(elem, last, regs) };
    Ok(new)
}

/// The slice with `count` zero elements appended.
///
/// # Safety
/// See [`append8`].
pub unsafe fn append_zero(
    cache: &mut AllocCache,
    elem: &RType,
    old: Slice,
    count: usize,
) -> Result<Slice, Fault> {
    if count == 0 {
        return Ok(old);
    }
    let room = grow(cache, elem, old, count)?;
    let at = len(room);
    // SAFETY: the slice has room for `count` elements at `at`; there may be old ones.
    unsafe {
        let first = (room[0] as *mut u8).add(at * elem.desc.size as usize);
        mem::zero_many(elem, first, count);
    }
    Ok([room[0], pack(at + count, cap(room))])
}

/// `append(a, b...)`; they may share an array.
///
/// # Safety
/// See [`append8`]; `b` too.
pub unsafe fn append_slice(
    cache: &mut AllocCache,
    elem: &RType,
    a: Slice,
    b: Slice,
) -> Result<Slice, Fault> {
    let count = len(b);
    if count == 0 {
        return Ok(a);
    }
    let room = grow(cache, elem, a, count)?;
    let at = len(room);
    // SAFETY: the slice has room for `count` elements at `at`.
    unsafe {
        let first = (room[0] as *mut u8).add(at * elem.desc.size as usize);
        mem::copy_many(elem, first, b[0] as *const u8, count);
    }
    Ok([room[0], pack(at + count, cap(room))])
}

/// `append(a, text...)` of a string to bytes.
///
/// # Safety
/// See [`append8`]; `text` is a string.
pub unsafe fn append_str(
    cache: &mut AllocCache,
    elem: &RType,
    a: Slice,
    text: Str,
) -> Result<Slice, Fault> {
    let count = text[1] as usize;
    if count == 0 {
        return Ok(a);
    }
    let room = grow(cache, elem, a, count)?;
    let at = len(room);
    // SAFETY: the slice has room for `count` bytes at `at`. The string may be a part of the array
    // (through `unsafe.String`), so the ranges may overlap.
    unsafe { (room[0] as *mut u8).add(at).copy_from(text[0] as *const u8, count) };
    Ok([room[0], pack(at + count, cap(room))])
}

/// `copy(dst, src)`: how many elements that were.
///
/// # Safety
/// Both are slices of that element type.
pub unsafe fn copy(elem: &RType, dst: Slice, src: Slice) -> usize {
    let count = len(dst).min(len(src));
    // SAFETY: both have that many elements.
    unsafe { mem::copy_many(elem, dst[0] as *mut u8, src[0] as *const u8, count) };
    count
}

/// `copy(dst, text)` of a string to bytes.
///
/// # Safety
/// They are a `[]byte` and a string.
pub unsafe fn copy_str(dst: Slice, text: Str) -> usize {
    let count = len(dst).min(text[1] as usize);
    // SAFETY: both have that many bytes.
    unsafe { (dst[0] as *mut u8).copy_from(text[0] as *const u8, count) };
    count
}

/// `clear(slice)`.
///
/// # Safety
/// It is a slice of that element type.
pub unsafe fn clear(elem: &RType, slice: Slice) {
    // SAFETY: the slice has that many elements.
    unsafe { mem::zero_many(elem, slice[0] as *mut u8, len(slice)) };
}

/// The address of element `index`, which is below the capacity.
///
/// # Safety
/// It is a slice of that element type.
pub unsafe fn element(elem: &RType, slice: Slice, index: usize) -> *mut u8 {
    debug_assert!(index < cap(slice));
    // SAFETY: the slice has that element.
    unsafe { (slice[0] as *mut u8).add(index * elem.desc.size as usize) }
}

/// A new slice that holds `count` elements in register form, one after the other from `regs` on
/// (the arguments of a variadic call made by a native function).
///
/// # Safety
/// `regs` leads to `count` register forms of the element type.
pub unsafe fn from_regs(
    cache: &mut AllocCache,
    elem: &RType,
    regs: *const u64,
    count: usize,
) -> Result<Slice, Fault> {
    let data = alloc(cache, elem, count)?;
    let words = if elem.desc.repr == Repr::Mem { 1 } else { mem::words_of(elem) };
    for at in 0..count {
        // SAFETY: the new array has `count` elements.
        unsafe {
            let slot = data.add(at * elem.desc.size as usize);
            mem::store_regs(elem, slot, regs.add(at * words));
        }
    }
    Ok([data as u64, pack(count, count)])
}

#[cfg(test)]
mod tests;
