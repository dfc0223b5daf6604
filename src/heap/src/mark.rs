//! Marking: from the roots to all objects that can be reached, a slice at a time.
//!
//! Any word may be shown to the marker. [`claim`] finds out in a few loads whether it leads into an
//! allocated object: page table, span, index by multiplication, allocated bit. An object that was
//! not marked yet is grey, unless it has no pointers: it waits to be scanned by its layout. There is
//! no recursion, so depth costs nothing.
//!
//! - **Slices**: grey objects wait in the [`MarkPool`]. A worker takes a batch, scans until it has
//!   done its share, and puts back what is left. Several workers do so at once, beside the running
//!   program; the barrier ([`crate::barrier`]) adds what the program overwrites.
//! - **Prefetch**: a popped object is asked for and takes its place in a short queue; what comes
//!   out at the other end is scanned, by then in the processor's cache.
//! - **Sharing**: a worker that finds the pool empty puts half of its stack there. Large objects are
//!   scanned in parts, the rest going back onto the stack, so that a slice stays short.
//!
//! Words are read as relaxed atomics, because the program writes them at the same time. Whatever is
//! read, old or new, is right: see the barrier.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::central::lock;
use crate::layout::Layout;
use crate::span::HeapSpan;
use crate::{Heap, LayoutId, Marker, Roots, load_word};

/// Words of an object that are scanned in one go.
const PART_WORDS: usize = 4096;

/// A stack this high is worth sharing.
const SHARE_ABOVE: usize = 64;

/// Objects between pop and scan; a power of two.
const PREFETCH: usize = 8;

/// How many words ahead the headers of spans are asked for: of a million pointers in random order
/// that halves the time (88 to 48 ns each).
const AHEAD: usize = 8;

/// Words that count as one unit of work, as one object does.
const UNIT_WORDS: usize = 16;

/// What remains to be scanned: `words` words from `address`, the first one beginning a period.
#[derive(Clone, Copy)]
pub(crate) struct Grey {
    address: usize,
    /// Layout in the upper 24 bits, word count in the lower 40.
    layout_words: u64,
}

impl Grey {
    const NONE: Grey = Grey { address: 0, layout_words: 0 };

    #[inline(always)]
    fn new(address: usize, layout: u32, words: usize) -> Grey {
        Grey { address, layout_words: u64::from(layout) << 40 | words as u64 }
    }

    fn words(self) -> usize {
        (self.layout_words & ((1 << 40) - 1)) as usize
    }

    fn layout(self) -> usize {
        (self.layout_words >> 40) as usize
    }
}

/// Grey objects that no worker has in its hands.
#[derive(Default)]
pub(crate) struct MarkPool {
    batches: Mutex<Vec<Vec<Grey>>>,
    /// Length of `batches`, to look at without the lock.
    available: AtomicUsize,
}

impl MarkPool {
    pub(crate) fn is_empty(&self) -> bool {
        self.available.load(Ordering::Acquire) == 0
    }

    pub(crate) fn put(&self, batch: Vec<Grey>) {
        if batch.is_empty() {
            return;
        }
        let mut batches = lock(&self.batches);
        batches.push(batch);
        self.available.store(batches.len(), Ordering::Release);
    }

    fn take(&self) -> Option<Vec<Grey>> {
        if self.is_empty() {
            return None;
        }
        let mut batches = lock(&self.batches);
        let batch = batches.pop();
        self.available.store(batches.len(), Ordering::Release);
        batch
    }
}

/// Marks the object that a word leads into, if it does and the object was not marked.
#[inline(always)]
fn claim(heap: &Heap, word: usize) -> Option<(&HeapSpan, usize)> {
    let span = heap.arena.span_of(word);
    // SAFETY: headers in the page table live as long as the heap; while it marks, only mark bits
    // change and allocated bits are added.
    let span = unsafe { span.as_ref() }?;
    let index = span.index_of(word);
    if index >= span.elems as usize || !span.is_allocated(index) || !span.mark(index) {
        return None;
    }
    Some((span, index))
}

/// What is to be scanned of an object; nothing in one without pointers.
#[inline(always)]
fn grey(span: &HeapSpan, index: usize) -> Option<Grey> {
    if span.noscan {
        return None;
    }
    // SAFETY: a scan span has a layout for each object.
    let layout = unsafe { *span.layouts.add(index) };
    let object = span.base + index * span.elem_size;
    (layout != LayoutId::NOSCAN.0).then(|| Grey::new(object, layout, span.elem_size / 8))
}

/// Marks what a word leads to, for the barrier: its bytes, 0 if there was nothing to mark, and what
/// is to be scanned.
#[inline]
pub(crate) fn shade(heap: &Heap, word: u64) -> (u64, Option<Grey>) {
    match claim(heap, word as usize) {
        Some((span, index)) => (span.elem_size as u64, grey(span, index)),
        None => (0, None),
    }
}

impl Heap {
    /// Whether the object at an address is marked.
    pub(crate) fn is_marked(&self, address: u64) -> bool {
        let span = self.arena.span_of(address as usize);
        // SAFETY: headers in the page table live as long as the heap.
        unsafe { span.as_ref() }.is_some_and(|span| span.is_marked(span.index_of(address as usize)))
    }

    /// Marks one object, whose contents are marked already.
    pub(crate) fn mark_alone(&self, address: u64) {
        if let Some((span, _)) = claim(self, address as usize) {
            self.pacer.marked_more(span.elem_size as u64);
        }
    }
}

/// One worker's slice of marking.
pub(crate) struct MarkWorker<'h> {
    heap: &'h Heap,
    layouts: &'h [Layout],
    stack: Vec<Grey>,
    marked_bytes: u64,
    /// Work that remains of the slice.
    units: isize,
    words: usize,
}

impl<'h> MarkWorker<'h> {
    /// Does about so many units of work; fewer if there is no more.
    pub(crate) fn slice(heap: &'h Heap, roots: &dyn Roots, units: usize) {
        Self::with(heap, units, |worker| worker.run(roots));
    }

    /// Lets `work` show words to a worker, whose grey objects go to the pool.
    pub(crate) fn with(heap: &'h Heap, units: usize, work: impl FnOnce(&mut MarkWorker<'_>)) {
        let layouts = heap.layouts.read().unwrap_or_else(PoisonError::into_inner);
        let mut worker = MarkWorker {
            heap,
            layouts: &layouts.list,
            stack: Vec::new(),
            marked_bytes: 0,
            units: isize::try_from(units).unwrap_or(isize::MAX),
            words: 0,
        };
        work(&mut worker);
        heap.pacer.marked_more(worker.marked_bytes);
        heap.cycle.pool.put(worker.stack);
    }

    fn run(&mut self, roots: &dyn Roots) {
        let cycle = &self.heap.cycle;
        loop {
            self.drain();
            if self.units <= 0 {
                return;
            }
            if let Some(batch) = cycle.pool.take() {
                self.stack = batch;
            } else if let Some(part) = cycle.next_part() {
                match part.checked_sub(1) {
                    Some(part) => roots.scan(part, self),
                    None => self.heap.scan_specials(self),
                }
            } else {
                return;
            }
        }
    }

    /// Scans until the stack is empty or the slice is done.
    fn drain(&mut self) {
        let mut queue = [Grey::NONE; PREFETCH];
        let mut at = 0;
        let mut empty = 0;
        let mut turns = 0u32;
        while empty < PREFETCH || !self.stack.is_empty() {
            let next = self.stack.pop().unwrap_or(Grey::NONE);
            if next.address == 0 {
                empty += 1;
            } else {
                empty = 0;
                prefetch(next.address);
            }
            let grey = std::mem::replace(&mut queue[at], next);
            at = (at + 1) % PREFETCH;
            if grey.address != 0 {
                self.scan(grey);
            }
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(64) {
                if self.units <= 0 {
                    break;
                }
                self.share();
            }
        }
        self.stack.extend(queue.into_iter().filter(|grey| grey.address != 0));
    }

    fn share(&mut self) {
        if self.stack.len() > SHARE_ABOVE && self.heap.cycle.pool.is_empty() {
            let kept = self.stack.len() / 2;
            self.heap.cycle.pool.put(self.stack.drain(..kept).collect());
        }
    }

    fn scan(&mut self, grey: Grey) {
        let layouts = self.layouts;
        let layout = &layouts[grey.layout()];
        let period = layout.period as usize / 8;
        let words = grey.words();
        let part = PART_WORDS.max(period).next_multiple_of(period);
        let now = if words > part {
            let rest = grey.address + part * 8;
            self.stack.push(Grey::new(rest, grey.layout() as u32, words - part));
            part
        } else {
            words
        };
        self.units -= (1 + now / UNIT_WORDS).cast_signed();
        let start = grey.address as *const u64;
        if layout.dense {
            // SAFETY: the object is allocated, so all of its words can be read.
            unsafe { self.scan_dense(start, now) };
        } else {
            self.scan_sparse(start, now, period, &layout.words);
        }
    }

    fn scan_sparse(&mut self, start: *const u64, words: usize, period: usize, offsets: &[u32]) {
        let mut base = 0;
        while base < words {
            for &offset in offsets {
                let at = base + offset as usize;
                if at >= words {
                    return;
                }
                // SAFETY: the object is allocated and has `words` words.
                self.mark_word(unsafe { load_word(start.add(at)) } as usize);
            }
            base += period;
        }
    }

    /// # Safety
    /// `start..start + count` can be read.
    unsafe fn scan_dense(&mut self, start: *const u64, count: usize) {
        for at in 0..count {
            // SAFETY: the caller promises that the range can be read.
            unsafe {
                if at + AHEAD < count {
                    let span = self.heap.arena.span_of(load_word(start.add(at + AHEAD)) as usize);
                    if !span.is_null() {
                        prefetch(span.addr());
                        prefetch(span.addr() + 64);
                    }
                }
                self.mark_word(load_word(start.add(at)) as usize);
            }
        }
    }

    #[inline(always)]
    fn mark_word(&mut self, word: usize) {
        if let Some((span, index)) = claim(self.heap, word) {
            self.marked_bytes += span.elem_size as u64;
            if let Some(grey) = grey(span, index) {
                self.stack.push(grey);
            }
        }
    }

    /// Scans the object at `base` without marking it.
    pub(crate) fn contents(&mut self, base: u64) {
        let span = self.heap.arena.span_of(base as usize);
        // SAFETY: headers in the page table live as long as the heap.
        if let Some(span) = unsafe { span.as_ref() } {
            self.stack.extend(grey(span, span.index_of(base as usize)));
        }
    }

    fn count_words(&mut self, words: usize) {
        self.words += words;
        self.units -= (self.words / UNIT_WORDS).cast_signed();
        self.words %= UNIT_WORDS;
    }
}

impl Marker for MarkWorker<'_> {
    fn word(&mut self, word: u64) {
        self.count_words(1);
        self.mark_word(word as usize);
    }

    unsafe fn words(&mut self, start: *const u64, count: usize) {
        self.count_words(count);
        // SAFETY: as the caller promises.
        unsafe { self.scan_dense(start, count) };
    }

    fn visited(&mut self, objects: usize) {
        self.units -= objects.cast_signed();
    }
}

#[inline(always)]
fn prefetch(address: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address as *const i8) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
