//! Values in memory and in registers: load, store, copy, zero, compare, hash, whatever their type.
//!
//! A value's *register form* is one word with its address if the type is of [`Repr::Mem`], else
//! [`TypeDesc::words`](gol_bytecode::TypeDesc::words) words. Loading and storing go leaf by leaf.
//!
//! **Never torn.** Words that may be pointers move as words, strings, slices and interfaces in one
//! piece. Copying needs no look at the type for that: where pairs are inside, a type is 16-byte
//! aligned and its size a multiple of 16, so all of it moves in pieces of 16; with other pointers
//! inside it is a multiple of 8.
//!
//! All functions take valid values of the type that they are given; that is their safety contract
//! wherever they are `unsafe`: memory for the whole type, registers for its register form.

// Values lie at their types' alignment; addresses of bytes lead to them.
#![allow(clippy::cast_ptr_alignment)]

mod compare;
pub(crate) mod exposed;
mod hash;
pub(crate) mod view;

use gol_bytecode::{LeafKind, Repr};
use gol_heap::{
    LayoutId, before_overwrite, copy_pair, init_pair_from, init_word, load_pair, load_word,
    store_pair, store_word,
};

use crate::rtype::RType;

pub(crate) use compare::uncomparable;
pub use compare::{equal, equal_regs};
pub(crate) use hash::{fold, hash_bytes, hash_word};
pub use hash::{hash, hash_regs};

/// The element type of a pointer, slice, array, channel or map.
#[inline(always)]
pub(crate) fn elem_of(rtype: &RType) -> &RType {
    debug_assert!(!rtype.elem.is_null(), "a type with elements");
    // SAFETY: loaded types of that kind have an element, which lives as long as they do.
    unsafe { &*rtype.elem }
}

/// The key type of a map.
#[inline(always)]
pub(crate) fn key_of(rtype: &RType) -> &RType {
    debug_assert!(!rtype.key.is_null(), "a map type");
    // SAFETY: loaded map types have a key, which lives as long as they do.
    unsafe { &*rtype.key }
}

/// The type of a struct's field.
#[inline]
pub(crate) fn field_of(rtype: &RType, field: usize) -> &RType {
    // SAFETY: fields of loaded types are loaded and live as long as they do.
    unsafe { &*rtype.fields[field] }
}

/// Registers of the register form.
#[inline(always)]
pub(crate) fn words_of(rtype: &RType) -> usize {
    rtype.desc.words as usize
}

/// Whether values have pointers inside.
#[inline(always)]
pub(crate) fn has_pointers(rtype: &RType) -> bool {
    rtype.layout != LayoutId::NOSCAN
}

/// Loads a value into registers; of a type of `Repr::Mem`, its address.
///
/// # Safety
/// See the module's head.
#[inline]
pub unsafe fn load_regs(rtype: &RType, ptr: *const u8, regs: *mut u64) {
    if rtype.desc.repr == Repr::Mem {
        // SAFETY: the register form is one word.
        unsafe { regs.write(ptr as u64) };
        return;
    }
    for leaf in &rtype.desc.leaves {
        // SAFETY: leaves lie inside of the value and of its registers.
        unsafe {
            load_leaf(leaf.kind, ptr.add(leaf.offset as usize), regs.add(leaf.word as usize));
        }
    }
}

/// Stores a value from registers; of a type of `Repr::Mem`, copies from the address in them.
///
/// # Safety
/// See the module's head.
#[inline]
pub unsafe fn store_regs(rtype: &RType, ptr: *mut u8, regs: *const u64) {
    if rtype.desc.repr == Repr::Mem {
        // SAFETY: the register form is one word, the address of a value.
        unsafe { copy(rtype, ptr, regs.read() as *const u8) };
        return;
    }
    for leaf in &rtype.desc.leaves {
        // SAFETY: leaves lie inside of the value and of its registers.
        unsafe {
            store_leaf(leaf.kind, ptr.add(leaf.offset as usize), regs.add(leaf.word as usize));
        }
    }
}

/// # Safety
/// `ptr` leads to a leaf of that kind, `regs` to its registers.
#[inline(always)]
unsafe fn load_leaf(kind: LeafKind, ptr: *const u8, regs: *mut u64) {
    // SAFETY: the caller's promise; leaves are aligned as their kind.
    unsafe {
        let word = match kind {
            LeafKind::I8 => ptr.cast::<i8>().read() as u64,
            LeafKind::U8 => u64::from(ptr.read()),
            LeafKind::I16 => ptr.cast::<i16>().read() as u64,
            LeafKind::U16 => u64::from(ptr.cast::<u16>().read()),
            LeafKind::I32 => ptr.cast::<i32>().read() as u64,
            LeafKind::U32 | LeafKind::F32 => u64::from(ptr.cast::<u32>().read()),
            LeafKind::W64 | LeafKind::Ptr => load_word(ptr.cast()),
            LeafKind::Str | LeafKind::Slice | LeafKind::Iface => {
                let [first, second] = load_pair(ptr.cast());
                regs.add(1).write(second);
                first
            }
        };
        regs.write(word);
    }
}

/// # Safety
/// `ptr` leads to a leaf of that kind, `regs` to its registers.
#[inline(always)]
unsafe fn store_leaf(kind: LeafKind, ptr: *mut u8, regs: *const u64) {
    // SAFETY: the caller's promise; leaves are aligned as their kind.
    unsafe {
        let word = regs.read();
        match kind {
            LeafKind::I8 | LeafKind::U8 => ptr.write(word as u8),
            LeafKind::I16 | LeafKind::U16 => ptr.cast::<u16>().write(word as u16),
            LeafKind::I32 | LeafKind::U32 | LeafKind::F32 => ptr.cast::<u32>().write(word as u32),
            LeafKind::W64 => init_word(ptr.cast(), word),
            LeafKind::Ptr => store_word(ptr.cast(), word),
            LeafKind::Str | LeafKind::Slice | LeafKind::Iface => {
                store_pair(ptr.cast(), [word, regs.add(1).read()]);
            }
        }
    }
}

/// Copies a value; the two may be the same.
///
/// # Safety
/// See the module's head.
#[inline]
pub unsafe fn copy(rtype: &RType, dst: *mut u8, src: *const u8) {
    // SAFETY: the caller's promise.
    unsafe { copy_many(rtype, dst, src, 1) };
}

/// Copies `count` values that lie one after the other; the ranges may overlap.
///
/// # Safety
/// See the module's head, for each of them.
#[inline]
pub unsafe fn copy_many(rtype: &RType, dst: *mut u8, src: *const u8, count: usize) {
    let bytes = rtype.desc.size as usize * count;
    // SAFETY: the caller's promise; sizes are multiples of the alignment.
    unsafe {
        if !has_pointers(rtype) {
            std::ptr::copy(src, dst, bytes);
        } else if rtype.desc.align >= 16 {
            copy_pairs(dst.cast(), src.cast(), bytes / 16);
        } else {
            copy_words(dst.cast(), src.cast(), bytes / 8);
        }
    }
}

/// Copies whole values of a layout between objects that do not overlap, both aligned to 16 bytes
/// or as far as the layout has pointers.
pub(crate) fn copy_raw(dst: *mut u8, src: *const u8, bytes: usize, layout: LayoutId) {
    // SAFETY: callers pass objects of that size; without pairs inside, words do.
    unsafe {
        if layout == LayoutId::NOSCAN {
            dst.copy_from_nonoverlapping(src, bytes);
        } else if bytes.is_multiple_of(16) {
            copy_pairs(dst.cast(), src.cast(), bytes / 16);
        } else {
            copy_words(dst.cast(), src.cast(), bytes / 8);
        }
    }
}

/// Zeroes memory that may hold pointers.
pub(crate) fn zero_raw(ptr: *mut u8, bytes: usize) {
    // SAFETY: callers pass memory of that size; pieces of 16 bytes are used where they are aligned.
    unsafe {
        if (ptr.addr() | bytes).is_multiple_of(16) {
            zero_pairs(ptr.cast(), bytes / 16);
        } else if (ptr.addr() | bytes).is_multiple_of(8) {
            zero_words(ptr.cast(), bytes / 8);
        } else {
            ptr.write_bytes(0, bytes);
        }
    }
}

/// # Safety
/// `ptr` leads to `count` pairs.
unsafe fn zero_pairs(ptr: *mut u64, count: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        before_overwrite(ptr, count * 2);
        for at in 0..count {
            init_pair_from(ptr.add(at * 2), [0, 0].as_ptr());
        }
    }
}

/// # Safety
/// `ptr` leads to `count` words.
unsafe fn zero_words(ptr: *mut u64, count: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        before_overwrite(ptr, count);
        for at in 0..count {
            init_word(ptr.add(at), 0);
        }
    }
}

/// # Safety
/// Both lead to `count` pairs.
unsafe fn copy_pairs(dst: *mut u64, src: *const u64, count: usize) {
    // SAFETY: the caller's promise. Copying towards lower addresses goes upwards and vice versa.
    unsafe {
        before_overwrite(dst, count * 2);
        let copy = |at: usize| copy_pair(dst.add(at * 2), src.add(at * 2));
        if dst.cast_const() <= src {
            (0..count).for_each(copy);
        } else {
            (0..count).rev().for_each(copy);
        }
    }
}

/// # Safety
/// Both lead to `count` words.
unsafe fn copy_words(dst: *mut u64, src: *const u64, count: usize) {
    // SAFETY: as in `copy_pairs`.
    unsafe {
        before_overwrite(dst, count);
        if dst.cast_const() <= src {
            for at in 0..count {
                init_word(dst.add(at), load_word(src.add(at)));
            }
        } else {
            for at in (0..count).rev() {
                init_word(dst.add(at), load_word(src.add(at)));
            }
        }
    }
}

/// Makes a value its type's zero value.
///
/// # Safety
/// See the module's head.
#[inline]
pub unsafe fn zero(rtype: &RType, ptr: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { zero_many(rtype, ptr, 1) };
}

/// Zeroes `count` values that lie one after the other.
///
/// # Safety
/// See the module's head, for each of them.
pub unsafe fn zero_many(rtype: &RType, ptr: *mut u8, count: usize) {
    let bytes = rtype.desc.size as usize * count;
    // SAFETY: the caller's promise; sizes are multiples of the alignment.
    unsafe {
        if !has_pointers(rtype) {
            ptr.write_bytes(0, bytes);
        } else if rtype.desc.align >= 16 {
            zero_pairs(ptr.cast(), bytes / 16);
        } else {
            zero_words(ptr.cast(), bytes / 8);
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
