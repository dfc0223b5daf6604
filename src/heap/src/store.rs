//! The one place through which words that may be pointers reach memory.
//!
//! Every pointer that a program stores into a heap object or a package variable goes through
//! [`store_word`] or [`store_pair`]: while the heap marks they show what they overwrite to the
//! marker ([`crate::barrier`]). Who knows that nothing marks, or that the memory holds no pointer
//! yet (a new object), takes [`init_word`] and [`init_pair_from`], which are plain stores.
//!
//! **Never torn**: a word is stored with a relaxed atomic, a pair (string, slice, interface; 16-byte
//! aligned) with one 16-byte vector store, which x86-64 processors with AVX execute in one piece. A
//! program with a data race can thus read an old or a new pair but never half of each. Elsewhere the
//! words of a pair are stored one by one.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::barrier::before_overwrite;

/// Stores a word that may be a pointer.
///
/// # Safety
/// `slot` is aligned to 8 bytes and lies in memory that can be written.
#[inline(always)]
pub unsafe fn store_word(slot: *mut u64, value: u64) {
    // SAFETY: the caller promises an aligned slot that can be written.
    unsafe {
        before_overwrite(slot, 1);
        init_word(slot, value);
    }
}

/// Stores a word where no pointer is overwritten, or while nothing marks.
///
/// # Safety
/// As for [`store_word`].
#[inline(always)]
pub unsafe fn init_word(slot: *mut u64, value: u64) {
    // SAFETY: the caller promises an aligned slot that can be written.
    unsafe { AtomicU64::from_ptr(slot) }.store(value, Ordering::Relaxed);
}

/// Loads a word as [`store_word`] stores it.
///
/// # Safety
/// `slot` is aligned to 8 bytes and lies in memory that can be read.
#[inline(always)]
pub unsafe fn load_word(slot: *const u64) -> u64 {
    // SAFETY: the caller promises an aligned slot that can be read; an atomic load writes nothing.
    unsafe { AtomicU64::from_ptr(slot.cast_mut()) }.load(Ordering::Relaxed)
}

/// Stores a string, slice or interface in one piece.
///
/// # Safety
/// `slot` is aligned to 16 bytes and lies in memory that can be written.
#[inline(always)]
pub unsafe fn store_pair(slot: *mut u64, value: [u64; 2]) {
    debug_assert!(slot.addr().is_multiple_of(16), "a pair lies at a multiple of 16");
    // SAFETY: the caller promises both words of the slot.
    unsafe { before_overwrite(slot, 2) };
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_store_si128};
        // SAFETY: SSE2 is part of x86-64; the source is a local pair, the caller promises the slot.
        unsafe { _mm_store_si128(slot.cast::<__m128i>(), _mm_loadu_si128(value.as_ptr().cast())) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        // SAFETY: the caller promises both words of the slot.
        unsafe {
            init_word(slot, value[0]);
            init_word(slot.add(1), value[1]);
        }
    }
}

/// A pair in registers, at any address. Assigning it moves it in a machine register; the `loadu` and
/// `storeu` intrinsics copy through memory in builds with checks, which would cost the VM's handlers
/// their sibling calls.
#[cfg(target_arch = "x86_64")]
#[repr(C, packed)]
struct Unaligned(std::arch::x86_64::__m128i);

/// Stores the pair whose words lie at `from`, as [`store_pair`], without a look at them.
///
/// # Safety
/// As for [`store_pair`]; two words can be read at `from`.
#[inline(always)]
pub unsafe fn store_pair_from(slot: *mut u64, from: *const u64) {
    // SAFETY: the caller promises both places.
    unsafe {
        before_overwrite(slot, 2);
        init_pair_from(slot, from);
    }
}

/// Stores a pair where no pointer is overwritten, or while nothing marks.
///
/// The words at `from` are registers that were mostly written one by one, a moment ago. A load of
/// both in one piece would have to wait until those stores have left the processor's queue (some
/// twenty cycles); two loads get them from there.
///
/// # Safety
/// As for [`store_pair_from`].
#[inline(always)]
pub unsafe fn init_pair_from(slot: *mut u64, from: *const u64) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128i, _mm_set_epi64x};
        // SAFETY: the caller promises both places; SSE2 is part of x86-64.
        unsafe {
            let (low, high) = (from.read_volatile(), from.add(1).read_volatile());
            *slot.cast::<__m128i>() = _mm_set_epi64x(high as i64, low as i64);
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        // SAFETY: the caller promises both words of both places.
        unsafe {
            init_word(slot, *from);
            init_word(slot.add(1), *from.add(1));
        }
    }
}

/// Copies a pair in memory to another place, where no pointer is overwritten or nothing marks.
///
/// # Safety
/// As for [`init_pair_from`] and [`load_pair`].
#[inline(always)]
pub unsafe fn copy_pair(slot: *mut u64, from: *const u64) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::__m128i;
        // SAFETY: the caller promises both places.
        unsafe { *slot.cast::<__m128i>() = *from.cast::<__m128i>() };
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        // SAFETY: the caller promises both words of both places.
        unsafe { init_pair_from(slot, load_pair(from).as_ptr()) };
    }
}

/// Exchanges two pairs, each stored in one piece, while nothing marks.
///
/// # Safety
/// As for [`init_pair_from`], of both; they may be the same.
#[inline(always)]
pub unsafe fn init_swapped_pairs(a: *mut u64, b: *mut u64) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::__m128i;
        // SAFETY: the caller promises both places.
        unsafe {
            let (a, b) = (a.cast::<__m128i>(), b.cast::<__m128i>());
            let (x, y) = (*a, *b);
            *a = y;
            *b = x;
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        // SAFETY: the caller promises both words of both places.
        unsafe {
            let x = load_pair(a);
            init_pair_from(a, b);
            init_pair_from(b, x.as_ptr());
        }
    }
}

/// Loads a pair, as [`load_pair`], into the two words at `to`.
///
/// # Safety
/// As for [`load_pair`]; two words can be written at `to`.
#[inline(always)]
pub unsafe fn load_pair_to(slot: *const u64, to: *mut u64) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::__m128i;
        // SAFETY: the caller promises both places.
        unsafe { (*to.cast::<Unaligned>()).0 = *slot.cast::<__m128i>() };
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        // SAFETY: the caller promises both words of both places.
        unsafe {
            *to = load_word(slot);
            *to.add(1) = load_word(slot.add(1));
        }
    }
}

/// Loads a string, slice or interface in one piece.
///
/// # Safety
/// `slot` is aligned to 16 bytes and lies in memory that can be read.
#[inline(always)]
pub unsafe fn load_pair(slot: *const u64) -> [u64; 2] {
    debug_assert!(slot.addr().is_multiple_of(16), "a pair lies at a multiple of 16");
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128i, _mm_load_si128, _mm_storeu_si128};
        let mut value = [0; 2];
        // SAFETY: SSE2 is part of x86-64; the target is a local pair, the caller promises the slot.
        unsafe {
            _mm_storeu_si128(value.as_mut_ptr().cast(), _mm_load_si128(slot.cast::<__m128i>()));
        }
        value
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        // SAFETY: the caller promises both words of the slot.
        unsafe { [load_word(slot), load_word(slot.add(1))] }
    }
}
