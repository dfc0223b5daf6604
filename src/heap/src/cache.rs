//! [`AllocCache`]: a worker's own front of the heap.
//!
//! For each span class a *lane* holds a span and, of that span, a run of free objects whose memory
//! is zero and whose allocated bits are set already. Allocation advances a pointer through the run
//! (and notes the object's layout in a scan span); when it is used up, the next run of the span is
//! prepared, and when the span has no more, the next span is taken from the heap. Runs are short,
//! so that memory is in the processor's cache from being zeroed when it is given out.
//!
//! The state behind the cache is known to the heap: while the world stands still, the collector
//! takes the spans back out of the lanes. While the heap marks, a run's objects are marked when the
//! run is prepared, and what the barrier marked waits here to be given to the pool.

use std::ptr::{self, NonNull};
use std::sync::Arc;

use crate::barrier;
use crate::central::lock;
use crate::heap::{SPAN_CLASSES, span_class};
use crate::mark::{self, Grey};
use crate::size_class::{CLASS, MAX_SMALL, class_of};
use crate::span::HeapSpan;
use crate::{Heap, HeapStats, LayoutId, Marker};

/// Bytes that are prepared at once, where objects are smaller than that.
const RUN_BYTES: usize = 4096;

struct Lane {
    /// Free objects that are ready: `next..end`.
    next: usize,
    end: usize,
    size: usize,
    /// Where the layout of the object at `next` goes; null in noscan lanes.
    layout: *mut u32,
    /// Null before the first allocation and after a flush.
    span: *mut HeapSpan,
    /// Objects of the span from this one on have not been looked at.
    cursor: u32,
}

/// What is behind an [`AllocCache`]; touched by its owner, and by the collector while that stands
/// still.
pub(crate) struct CacheState {
    lanes: [Lane; SPAN_CLASSES],
    heap: Arc<Heap>,
    /// Longest run in objects; 0: no limit. Every run is a request in stress mode.
    stress: u32,
    /// What the barrier has marked and nobody has scanned.
    shades: Vec<Grey>,
}

/// What the barrier marks is given to the pool when it is so much.
const SHADES: usize = 256;

/// Owned by one worker, or by another thread that stands still while the heap collects.
pub struct AllocCache {
    state: NonNull<CacheState>,
}

// SAFETY: the state is used through the cache by one thread at a time, whichever that is.
unsafe impl Send for AllocCache {}

impl AllocCache {
    pub(crate) fn new(heap: &Arc<Heap>) -> AllocCache {
        let state = Box::new(CacheState {
            lanes: std::array::from_fn(|lane| Lane::new(CLASS[lane / 2].size as usize)),
            heap: Arc::clone(heap),
            stress: heap.stress,
            shades: Vec::new(),
        });
        let state = NonNull::from(Box::leak(state));
        lock(&heap.caches).push(state.as_ptr());
        AllocCache { state }
    }

    /// A zeroed object, aligned to 16 bytes from 16 bytes on. Null if the memory limit is reached
    /// (raise `Fault::out_of_memory`). Size 0 gives some address that is not null. Objects with
    /// pointers are whole words.
    #[inline(always)]
    pub fn alloc(&mut self, size: usize, layout: LayoutId) -> *mut u8 {
        // SAFETY: the state lives as long as the cache, whose owner is the caller.
        let state = unsafe { self.state.as_mut() };
        let noscan = layout == LayoutId::NOSCAN;
        // Pointers lie in objects of at least 16 bytes: class 0 is of noscan objects alone.
        let rounded = if noscan { size } else { size.max(16) };
        if rounded.wrapping_sub(1) >= MAX_SMALL {
            return state.alloc_unusual(size, layout);
        }
        let index = span_class(class_of(rounded), noscan);
        let lane = &mut state.lanes[index];
        let object = lane.next;
        if object == lane.end {
            return state.alloc_slow(index, layout);
        }
        lane.next = object + lane.size;
        if !noscan {
            // SAFETY: a scan lane's `layout` has an entry for each object of the run.
            unsafe {
                *lane.layout = layout.0;
                lane.layout = lane.layout.add(1);
            }
        }
        object as *mut u8
    }

    /// This cache's worker is going to run a goroutine on this thread: says to the thread whether
    /// stores need the barrier, and to the caller.
    #[inline]
    pub fn enter(&mut self) -> bool {
        // SAFETY: as in `alloc`.
        let marking = unsafe { self.state.as_ref() }.heap.is_marking();
        barrier::set(if marking { self.state.as_ptr() } else { ptr::null_mut() });
        marking
    }

    /// A zeroed array; `layout` is its element's. Null also if the size overflows.
    #[inline]
    pub fn alloc_array(&mut self, layout: LayoutId, elem_size: usize, n: usize) -> *mut u8 {
        match elem_size.checked_mul(n) {
            Some(size) => self.alloc(size, layout),
            None => ptr::null_mut(),
        }
    }

    /// An object without pointers whose contents are undefined: the caller writes all of it.
    #[inline]
    pub fn alloc_uninit(&mut self, size: usize) -> *mut u8 {
        if size <= MAX_SMALL {
            return self.alloc(size, LayoutId::NOSCAN);
        }
        // SAFETY: as in `alloc`.
        unsafe { self.state.as_ref() }.heap.alloc_large(size, LayoutId::NOSCAN, false)
    }

    /// Whether objects of `size` bytes come from a span of many: such are zero in any case.
    #[inline]
    pub fn is_small(size: usize) -> bool {
        size <= MAX_SMALL
    }

    /// The size that an object of `size` bytes really takes.
    pub fn usable_size(size: usize) -> usize {
        match size {
            0 => 0,
            1..=MAX_SMALL => CLASS[class_of(size)].size as usize,
            _ => size.next_multiple_of(crate::size_class::PAGE),
        }
    }

    #[inline]
    pub fn heap(&self) -> &Arc<Heap> {
        // SAFETY: as in `alloc`.
        &unsafe { self.state.as_ref() }.heap
    }

    /// Figures of all workers, without what this cache holds in reserve.
    pub fn stats(&mut self) -> HeapStats {
        // SAFETY: as in `alloc`.
        let state = unsafe { self.state.as_ref() };
        let mut stats = state.heap.stats();
        for lane in &state.lanes {
            let unused = lane.unused();
            let bytes = unused * lane.size as u64;
            stats.mallocs -= unused;
            stats.heap_objects = stats.heap_objects.saturating_sub(unused);
            stats.total_alloc -= bytes;
            stats.alloc = stats.alloc.saturating_sub(bytes);
        }
        stats
    }
}

/// While the heap marks, for the goroutine that this cache's worker is going to run.
impl Marker for AllocCache {
    fn word(&mut self, word: u64) {
        // SAFETY: as in `alloc`.
        unsafe { self.state.as_mut() }.shade(word);
    }

    unsafe fn words(&mut self, start: *const u64, count: usize) {
        for at in 0..count {
            // SAFETY: the caller promises that the range can be read.
            self.word(unsafe { crate::load_word(start.add(at)) });
        }
    }
}

impl Drop for AllocCache {
    fn drop(&mut self) {
        // SAFETY: made from a box in `new`; unregistered before it is freed, under the lock that
        // the collector holds while it goes through the states.
        unsafe {
            barrier::forget(self.state.as_ptr());
            let heap = Arc::clone(&self.state.as_ref().heap);
            let mut caches = lock(&heap.caches);
            caches.retain(|&state| state != self.state.as_ptr());
            let mut state = Box::from_raw(self.state.as_ptr());
            state.flush();
            state.give_shades();
        }
    }
}

impl CacheState {
    /// Size 0, and large objects.
    #[cold]
    fn alloc_unusual(&mut self, size: usize, layout: LayoutId) -> *mut u8 {
        if size == 0 {
            return self.heap.arena.zero_object();
        }
        self.heap.alloc_large(size, layout, true)
    }

    #[cold]
    #[inline(never)]
    fn alloc_slow(&mut self, index: usize, layout: LayoutId) -> *mut u8 {
        if !self.refill(index) {
            return ptr::null_mut();
        }
        let lane = &mut self.lanes[index];
        let object = lane.next;
        lane.next += lane.size;
        if !lane.layout.is_null() {
            // SAFETY: the run that was just prepared has a first object.
            unsafe {
                *lane.layout = layout.0;
                lane.layout = lane.layout.add(1);
            }
        }
        object as *mut u8
    }

    /// Prepares the next run; false if there is no memory.
    fn refill(&mut self, index: usize) -> bool {
        if self.stress > 0 {
            self.heap.request_collection();
        }
        let lane = &mut self.lanes[index];
        loop {
            if lane.next_run(self.stress, self.heap.is_marking()) {
                return true;
            }
            if !lane.span.is_null() {
                self.heap.centrals[index].put(lane.span, 0);
                lane.span = ptr::null_mut();
            }
            let span = self.heap.take_span(index);
            if span.is_null() {
                return false;
            }
            // SAFETY: the span is this lane's now.
            let free = unsafe { u64::from((*span).elems - (*span).allocated()) };
            self.heap.pacer.charge(free, free * lane.size as u64);
            lane.span = span;
            lane.cursor = 0;
        }
    }

    /// Marks what a word leads to that is about to be overwritten.
    pub(crate) fn shade(&mut self, word: u64) {
        let (bytes, grey) = mark::shade(&self.heap, word);
        if bytes > 0 {
            self.heap.pacer.marked_more(bytes);
        }
        if let Some(grey) = grey {
            self.shades.push(grey);
            if self.shades.len() >= SHADES {
                self.give_shades();
            }
        }
    }

    /// Gives what the barrier has marked to the pool. As `flush`.
    pub(crate) fn give_shades(&mut self) {
        self.heap.cycle.pool.put(std::mem::take(&mut self.shades));
    }

    /// Gives all spans back. Only the owner, or the collector while the owner stands still.
    pub(crate) fn flush(&mut self) {
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            if lane.span.is_null() {
                continue;
            }
            let unused = lane.unused();
            self.heap.pacer.credit(unused, unused * lane.size as u64);
            // SAFETY: the span is the lane's.
            let span = unsafe { &*lane.span };
            let start = span.index_of(lane.next) as u32;
            let end = start + ((lane.end - lane.next) / lane.size) as u32;
            span.set_allocated(start, end, false);
            if self.heap.is_marking() {
                span.set_marked(start, end, false);
            }
            self.heap.centrals[index].put(lane.span, unused as u32);
            *lane = Lane::new(lane.size);
        }
    }
}

impl Lane {
    fn new(size: usize) -> Lane {
        Lane { next: 0, end: 0, size, layout: ptr::null_mut(), span: ptr::null_mut(), cursor: 0 }
    }

    /// Takes the next run of free objects of the span, if it has one; `black`: marked.
    fn next_run(&mut self, stress: u32, black: bool) -> bool {
        // SAFETY: a lane owns its span.
        let Some(span) = (unsafe { self.span.as_ref() }) else {
            return false;
        };
        let limit = if stress > 0 { stress } else { (RUN_BYTES / self.size).max(1) as u32 };
        let Some((start, end)) = span.free_run(self.cursor, limit) else {
            return false;
        };
        if black {
            span.set_marked(start, end, true);
        }
        span.set_allocated(start, end, true);
        self.cursor = end;
        self.next = span.base + start as usize * self.size;
        self.end = span.base + end as usize * self.size;
        if !span.zeroed {
            // SAFETY: these objects are free and the span is this lane's.
            unsafe { (self.next as *mut u8).write_bytes(0, self.end - self.next) };
        }
        if !span.layouts.is_null() {
            // SAFETY: the table has an entry for each object of the span.
            self.layout = unsafe { span.layouts.add(start as usize) };
        }
        true
    }

    /// Objects that the lane was charged for and has not given out.
    fn unused(&self) -> u64 {
        // SAFETY: a lane owns its span.
        match unsafe { self.span.as_ref() } {
            Some(span) => {
                let ready = (self.end - self.next) / self.size;
                u64::from(span.elems - span.allocated()) + ready as u64
            }
            None => 0,
        }
    }
}
