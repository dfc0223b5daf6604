//! Marking: from the roots to all objects that can be reached.
//!
//! Any word may be shown to the marker. [`MarkWorker::word`] finds out in a few loads whether it
//! leads into an allocated object: page table, span, index by multiplication, allocated bit. An
//! object that was not marked yet goes onto the worker's stack, unless it has no pointers. Popped
//! objects are scanned by their layout. There is no recursion, so depth costs nothing.
//!
//! - **Prefetch**: a popped object is asked for and takes its place in a short queue; what comes
//!   out at the other end is scanned, by then in the processor's cache.
//! - **Sharing**: a worker that sees others idle puts half of its stack into the [`MarkPool`].
//!   Large objects are scanned in parts, the rest going back onto the stack, so that they can be
//!   shared as well.
//! - **End**: when all workers are idle the pool is empty, as only busy ones fill it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::central::lock;
use crate::layout::Layout;
use crate::{Heap, LayoutId, Marker, Roots};

/// Words of an object that are scanned in one go.
const PART_WORDS: usize = 4096;

/// A stack this high is worth sharing.
const SHARE_ABOVE: usize = 64;

/// Objects between pop and scan; a power of two.
const PREFETCH: usize = 8;

/// How many words ahead the headers of spans are asked for: of a million pointers in random order
/// that halves the time (88 to 48 ns each).
const AHEAD: usize = 8;

/// What remains to be scanned: `words` words from `address`, the first one beginning a period.
#[derive(Clone, Copy)]
struct Grey {
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

/// Work that busy workers have put out for idle ones.
#[derive(Default)]
pub(crate) struct MarkPool {
    batches: Mutex<Vec<Vec<Grey>>>,
    /// Length of `batches`, to look at without the lock.
    available: AtomicUsize,
    idle: AtomicUsize,
}

impl MarkPool {
    pub(crate) fn reset(&self) {
        self.idle.store(0, Ordering::Relaxed);
    }

    fn is_wanted(&self) -> bool {
        self.idle.load(Ordering::Relaxed) > 0 && self.available.load(Ordering::Relaxed) == 0
    }

    fn put(&self, batch: Vec<Grey>) {
        let mut batches = lock(&self.batches);
        batches.push(batch);
        self.available.store(batches.len(), Ordering::Release);
    }

    fn try_take(&self) -> Option<Vec<Grey>> {
        let mut batches = lock(&self.batches);
        let batch = batches.pop();
        self.available.store(batches.len(), Ordering::Release);
        batch
    }

    /// Waits for work; `None` when all workers wait. Who is idle is counted idle until it has
    /// something in its hands again: the count can only be full when there is no work at all, or
    /// when somebody has just taken the last batch, who will then finish it.
    fn take(&self, workers: usize) -> Option<Vec<Grey>> {
        self.idle.fetch_add(1, Ordering::AcqRel);
        let mut spins = 0u32;
        loop {
            if self.available.load(Ordering::Acquire) > 0 {
                self.idle.fetch_sub(1, Ordering::AcqRel);
                if let Some(batch) = self.try_take() {
                    return Some(batch);
                }
                self.idle.fetch_add(1, Ordering::AcqRel);
            }
            if self.idle.load(Ordering::Acquire) == workers
                && self.available.load(Ordering::Acquire) == 0
            {
                return None;
            }
            spins += 1;
            if spins.is_multiple_of(64) {
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
        }
    }
}

/// One worker's part in marking.
pub(crate) struct MarkWorker<'h> {
    heap: &'h Heap,
    layouts: &'h [Layout],
    stack: Vec<Grey>,
    marked_bytes: u64,
    /// Whether no other worker marks.
    alone: bool,
}

impl<'h> MarkWorker<'h> {
    /// Marks together with the other workers; returns the bytes that this one marked.
    pub(crate) fn run(heap: &'h Heap, workers: usize, roots: &dyn Roots) -> u64 {
        let layouts = heap.layouts.read().unwrap_or_else(PoisonError::into_inner);
        let mut worker = MarkWorker {
            heap,
            layouts: &layouts.list,
            stack: Vec::new(),
            marked_bytes: 0,
            alone: workers == 1,
        };
        let parts = roots.parts();
        loop {
            let part = heap.cycle.next_part.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                break;
            }
            roots.scan(part, &mut worker);
            worker.drain();
        }
        worker.drain();
        while let Some(mut batch) = heap.cycle.pool.take(workers) {
            worker.stack.append(&mut batch);
            worker.drain();
        }
        worker.marked_bytes
    }

    /// Scans until the stack is empty.
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
                self.share();
            }
        }
    }

    fn share(&mut self) {
        if !self.alone && self.stack.len() > SHARE_ABOVE && self.heap.cycle.pool.is_wanted() {
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
        let start = grey.address as *const u64;
        if layout.dense {
            // SAFETY: the object is allocated, so all of its words can be read.
            unsafe { self.words(start, now) };
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
                self.mark_word(unsafe { start.add(at).read() } as usize);
            }
            base += period;
        }
    }

    #[inline(always)]
    fn mark_word(&mut self, word: usize) {
        let span = self.heap.arena.span_of(word);
        // SAFETY: headers in the page table live as long as the heap; while the world stands
        // still only mark bits change.
        let Some(span) = (unsafe { span.as_ref() }) else {
            return;
        };
        let index = span.index_of(word);
        if index >= span.elems as usize
            || !span.is_allocated(index)
            || !span.mark(index, self.alone)
        {
            return;
        }
        self.marked_bytes += span.elem_size as u64;
        if span.noscan {
            return;
        }
        // SAFETY: a scan span has a layout for each object.
        let layout = unsafe { *span.layouts.add(index) };
        if layout == LayoutId::NOSCAN.0 {
            return;
        }
        let object = span.base + index * span.elem_size;
        self.stack.push(Grey::new(object, layout, span.elem_size / 8));
    }
}

impl Marker for MarkWorker<'_> {
    fn word(&mut self, word: u64) {
        self.mark_word(word as usize);
    }

    unsafe fn words(&mut self, start: *const u64, count: usize) {
        for at in 0..count {
            // SAFETY: the caller promises that the range can be read.
            unsafe {
                if at + AHEAD < count {
                    let span = self.heap.arena.span_of(start.add(at + AHEAD).read() as usize);
                    if !span.is_null() {
                        prefetch(span.addr());
                        prefetch(span.addr() + 64);
                    }
                }
                self.mark_word(start.add(at).read() as usize);
            }
        }
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
