//! [`HeapSpan`]: a run of pages that holds objects of one size.
//!
//! **Owner rule.** All fields but the mark bits belong to whoever owns the span: the lane of an
//! [`AllocCache`](crate::AllocCache) that allocates from it, the list of the
//! [`Central`](crate::central::Central) that it waits in (under that list's lock), or the thread
//! that has taken it out of there to sweep it. Markers read everything but the lists of a span at
//! any time: what describes the span does not change while a heap marks, allocated bits are only
//! added, and mark bits are set atomically.
//!
//! **Allocated bits are exact when marking begins and ends.** A lane takes runs of free objects and
//! sets the bits of a whole run at once; when it is flushed it clears those of what it has not
//! given out. While the heap marks it sets the marks of the run before, so nobody looks at objects
//! that are not given out yet.
//!
//! **Marks are clear except between the start of marking and the sweep of the span.** Sweeping
//! makes the marks the new allocated bits.

use std::ptr;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::size_class::{CLASS, MAGIC_SHIFT, MAX_ELEMS, PAGE};

/// `HeapSpan::class` of a span that holds one large object.
pub(crate) const LARGE: u8 = u8::MAX;

/// 64 objects: whether they are allocated and whether they are marked, side by side because the
/// collector asks for both.
#[derive(Default)]
pub(crate) struct Bits {
    pub(crate) alloc: AtomicU64,
    pub(crate) mark: AtomicU64,
}

/// Header of a span. Lies outside of the pages, never moves, and is recycled with the pages.
#[repr(C, align(64))]
pub(crate) struct HeapSpan {
    pub(crate) base: usize,
    /// `offset * magic >> MAGIC_SHIFT` is the object's index; 0 in a large span.
    pub(crate) magic: u64,
    pub(crate) elem_size: usize,
    /// The layout of each object; null in a noscan span.
    pub(crate) layouts: *mut u32,
    pub(crate) elems: u32,
    pub(crate) pages: u32,
    /// Size class, or `LARGE`.
    pub(crate) class: u8,
    pub(crate) noscan: bool,
    /// Whether free objects are known to be zero: no object here has been freed yet.
    pub(crate) zeroed: bool,
    /// The layout of a large object; `layouts` leads here.
    large_layout: u32,
    /// Lets the bits begin a cache line of their own.
    _pad: [u64; 2],
    pub(crate) bits: [Bits; MAX_ELEMS / 64],
    /// Storage of `layouts`, kept when the header is recycled.
    layout_table: Vec<u32>,
}

impl HeapSpan {
    pub(crate) fn new() -> HeapSpan {
        HeapSpan {
            base: 0,
            magic: 0,
            elem_size: 0,
            layouts: ptr::null_mut(),
            elems: 0,
            pages: 0,
            class: 0,
            noscan: false,
            zeroed: false,
            large_layout: 0,
            _pad: [0; 2],
            bits: Default::default(),
            layout_table: Vec::new(),
        }
    }

    /// Makes this the header of a span of small objects, all free.
    pub(crate) fn init_small(&mut self, base: usize, class: u8, noscan: bool, zeroed: bool) {
        let facts = &CLASS[class as usize];
        self.base = base;
        self.magic = facts.magic;
        self.elem_size = facts.size as usize;
        self.elems = facts.elems;
        self.pages = facts.pages;
        self.class = class;
        self.noscan = noscan;
        self.zeroed = zeroed;
        self.layouts = if noscan {
            ptr::null_mut()
        } else {
            self.layout_table.resize(facts.elems as usize, 0);
            self.layout_table.as_mut_ptr()
        };
        self.clear_bits();
    }

    /// Makes this the header of a span with one large object, which is allocated.
    pub(crate) fn init_large(&mut self, base: usize, pages: u32, layout: u32) {
        self.base = base;
        self.magic = 0;
        self.elem_size = pages as usize * PAGE;
        self.elems = 1;
        self.pages = pages;
        self.class = LARGE;
        self.noscan = layout == 0;
        self.zeroed = false;
        self.large_layout = layout;
        self.layouts = &raw mut self.large_layout;
        self.clear_bits();
        self.bits[0].alloc.store(1, Relaxed);
    }

    fn clear_bits(&mut self) {
        for bits in &mut self.bits {
            *bits = Bits::default();
        }
    }

    /// Words of bits that are in use.
    pub(crate) fn bit_words(&self) -> usize {
        self.elems.div_ceil(64) as usize
    }

    /// The object that `address` lies in; may be past the last one.
    #[inline(always)]
    pub(crate) fn index_of(&self, address: usize) -> usize {
        (((address - self.base) as u64 * self.magic) >> MAGIC_SHIFT) as usize
    }

    #[inline(always)]
    pub(crate) fn is_allocated(&self, index: usize) -> bool {
        // Partner: the release in `set_allocated`. A marker that sees the bit sees the mark too.
        self.bits[index / 64].alloc.load(Acquire) >> (index % 64) & 1 != 0
    }

    pub(crate) fn is_marked(&self, index: usize) -> bool {
        self.bits[index / 64].mark.load(Relaxed) >> (index % 64) & 1 != 0
    }

    pub(crate) fn allocated(&self) -> u32 {
        self.bits[..self.bit_words()].iter().map(|b| b.alloc.load(Relaxed).count_ones()).sum()
    }

    /// The next run of free objects at or after `from`, as `start..end`, at most `limit` long.
    pub(crate) fn free_run(&self, from: u32, limit: u32) -> Option<(u32, u32)> {
        let start = self.find(from, false)?;
        let end = self.find(start, true).unwrap_or(self.elems);
        Some((start, end.min(start.saturating_add(limit))))
    }

    /// The first object at or after `from` that is allocated, or that is not.
    fn find(&self, from: u32, allocated: bool) -> Option<u32> {
        if from >= self.elems {
            return None;
        }
        let flip = if allocated { 0 } else { u64::MAX };
        let mut word = from as usize / 64;
        let mut bits = (self.bits[word].alloc.load(Relaxed) ^ flip) & (u64::MAX << (from % 64));
        while bits == 0 {
            word += 1;
            if word >= self.bit_words() {
                return None;
            }
            bits = self.bits[word].alloc.load(Relaxed) ^ flip;
        }
        let at = word as u32 * 64 + bits.trailing_zeros();
        (at < self.elems).then_some(at)
    }

    /// Sets or clears the allocated bits of `start..end`.
    pub(crate) fn set_allocated(&self, start: u32, end: u32, allocated: bool) {
        let mut at = start;
        while at < end {
            let (word, mask, upto) = mask_of(at, end);
            let bits = &self.bits[word].alloc;
            let old = bits.load(Relaxed);
            bits.store(if allocated { old | mask } else { old & !mask }, Release);
            at = upto;
        }
    }

    /// Sets or clears the marks of `start..end`, which nobody else changes.
    pub(crate) fn set_marked(&self, start: u32, end: u32, marked: bool) {
        let mut at = start;
        while at < end {
            let (word, mask, upto) = mask_of(at, end);
            let bits = &self.bits[word].mark;
            if marked {
                bits.fetch_or(mask, Relaxed);
            } else {
                bits.fetch_and(!mask, Relaxed);
            }
            at = upto;
        }
    }

    /// Marks an object; whether it was not marked yet.
    #[inline(always)]
    pub(crate) fn mark(&self, index: usize) -> bool {
        let bits = &self.bits[index / 64].mark;
        let bit = 1 << (index % 64);
        bits.load(Relaxed) & bit == 0 && bits.fetch_or(bit, Relaxed) & bit == 0
    }

    /// Frees what is not marked; how many objects that were. The marks are clear afterwards.
    pub(crate) fn sweep(&mut self, poison: bool) -> u32 {
        let mut freed = 0;
        for word in 0..self.bit_words() {
            let bits = &self.bits[word];
            let alloc = bits.alloc.load(Relaxed);
            let mark = bits.mark.load(Relaxed);
            let dead = alloc & !mark;
            freed += dead.count_ones();
            if poison && dead != 0 {
                self.poison(word, dead);
            }
            bits.alloc.store(alloc & mark, Relaxed);
            bits.mark.store(0, Relaxed);
        }
        if freed > 0 {
            self.zeroed = false;
        }
        freed
    }

    fn poison(&self, word: usize, mut dead: u64) {
        while dead != 0 {
            let index = word * 64 + dead.trailing_zeros() as usize;
            let object = (self.base + index * self.elem_size) as *mut u8;
            // SAFETY: the object lies in the span's pages and nothing reaches it any more.
            unsafe { object.write_bytes(POISON, self.elem_size) };
            dead &= dead - 1;
        }
    }
}

/// The word of bits that object `at` has its bit in, the bits of `at..end` there, and the first
/// object behind.
fn mask_of(at: u32, end: u32) -> (usize, u64, u32) {
    let word = at / 64;
    let upto = end.min((word + 1) * 64);
    let width = upto - at;
    let mask = if width == 64 { u64::MAX } else { ((1 << width) - 1) << (at % 64) };
    (word as usize, mask, upto)
}

/// What freed objects are filled with in poison mode.
pub(crate) const POISON: u8 = 0xdb;
