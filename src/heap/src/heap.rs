//! [`Heap`]: what a runtime's workers share, and how spans travel between its parts.
//!
//! Objects are allocated by [`AllocCache`]s, which take spans from the [`Central`] of their class,
//! and those from the [`Pages`] of the [`Arena`]. A collection (`collect`) marks in slices beside
//! the running program; sweeping follows bit by bit, whenever somebody takes a span, needs pages, or
//! has nothing else to do.
//!
//! **Lock order**: caches, central, large, pages; each is held for a few instructions, and none
//! while objects are touched.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::arena::{Arena, NewSpan, Pages};
use crate::cache::CacheState;
use crate::central::{Central, Taken, lock};
use crate::collect::Cycle;
use crate::layout::Layouts;
use crate::pacer::Pacer;
use crate::size_class::{CLASS, CLASSES, PAGE};
use crate::slab::Slab;
use crate::span::HeapSpan;
use crate::special::{SpecialFlags, Specials};
use crate::{AllocCache, LayoutId, LayoutSpec, SlabCache, os};

/// What a heap is created with.
#[derive(Clone, Debug)]
pub struct HeapConfig {
    /// Growth in percent of the live heap until the next collection; `None` switches collection off.
    pub gogc: Option<u32>,
    /// Hard limit in bytes on objects and slabs together; allocation fails above it.
    pub memory_limit: u64,
    /// Request a collection at every Nth allocation; 0: as the pacer says.
    pub stress: u32,
    /// Fill freed objects with a pattern, so that a use after free is seen.
    pub poison: bool,
    /// Check after marking that nothing was missed.
    pub verify: bool,
}

impl Default for HeapConfig {
    fn default() -> HeapConfig {
        HeapConfig {
            gogc: Some(100),
            memory_limit: u64::MAX,
            stress: 0,
            poison: false,
            verify: false,
        }
    }
}

/// Figures in the terms of Go's `runtime.MemStats`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// Bytes of objects that are allocated and not yet swept.
    pub alloc: u64,
    pub total_alloc: u64,
    pub mallocs: u64,
    pub frees: u64,
    /// Bytes obtained from the system and not given back.
    pub sys: u64,
    pub heap_sys: u64,
    pub heap_idle: u64,
    pub heap_inuse: u64,
    pub heap_released: u64,
    pub heap_objects: u64,
    /// Bytes in slabs, free blocks included.
    pub slab_inuse: u64,
    /// Goal of the next collection.
    pub next_gc: u64,
    pub num_gc: u32,
    pub pause_total_ns: u64,
    pub last_pause_ns: u64,
    /// Unix time of the last collection in ns.
    pub last_gc: u64,
}

/// Memory of one runtime.
pub struct Heap {
    pub(crate) arena: Arena,
    pub(crate) pages: Mutex<Pages>,
    /// By [`span_class`].
    pub(crate) centrals: Box<[Central]>,
    /// Classes before this one have nothing left to sweep.
    sweep_cursor: AtomicUsize,
    pub(crate) large: Mutex<Large>,
    pub(crate) layouts: RwLock<Layouts>,
    pub(crate) caches: Mutex<Vec<*mut CacheState>>,
    pub(crate) pacer: Pacer,
    pub(crate) slab: Slab,
    pub(crate) cycle: Cycle,
    pub(crate) specials: Mutex<Specials>,
    pub(crate) special_flags: SpecialFlags,
    /// The recent cycles' goals, fading.
    wanted_bytes: AtomicU64,
    code_released: AtomicBool,
    pub(crate) stress: u32,
    pub(crate) poison: bool,
    pub(crate) verify: bool,
}

/// Spans with one large object each.
#[derive(Default)]
pub(crate) struct Large {
    pub(crate) swept: Vec<*mut HeapSpan>,
    pub(crate) unswept: Vec<*mut HeapSpan>,
}

// SAFETY: spans are touched by their owner only (see `span`), lists of them are behind locks; cache
// states are touched by their own thread, or by the collector while that thread stands still.
unsafe impl Send for Heap {}
// SAFETY: as above.
unsafe impl Sync for Heap {}

/// Number of the central and of the cache's lane that serve a size class.
#[inline(always)]
pub(crate) fn span_class(class: usize, noscan: bool) -> usize {
    class * 2 + usize::from(noscan)
}

/// Memory that is given back to the system at a time: some hundred microseconds.
const RELEASE_SLICE: usize = 1 << 20;

/// A heap of more than so many bytes of objects, or of slabs, gives back what the process's code takes: mapped pages of the
/// compiler's front end are 8 MiB, in a small program most of all memory.
const CODE_ABOVE: u64 = 1 << 20;

/// How many span classes there are.
pub(crate) const SPAN_CLASSES: usize = CLASSES * 2;

impl Heap {
    pub fn new(config: HeapConfig) -> io::Result<Arc<Heap>> {
        let arena = Arena::new()?;
        let pages = Pages::new(&arena)?;
        Ok(Arc::new(Heap {
            arena,
            pages: Mutex::new(pages),
            centrals: (0..SPAN_CLASSES).map(|_| Central::default()).collect(),
            sweep_cursor: AtomicUsize::new(SPAN_CLASSES),
            large: Mutex::default(),
            layouts: RwLock::new(Layouts::new()),
            caches: Mutex::default(),
            pacer: Pacer::new(config.gogc, config.memory_limit),
            slab: Slab::default(),
            cycle: Cycle::default(),
            specials: Mutex::default(),
            special_flags: SpecialFlags::default(),
            wanted_bytes: AtomicU64::new(0),
            code_released: AtomicBool::new(false),
            stress: config.stress,
            poison: config.poison,
            verify: config.verify,
        }))
    }

    /// An allocation front, for one worker.
    pub fn alloc_cache(self: &Arc<Heap>) -> AllocCache {
        AllocCache::new(self)
    }

    /// A front to slabs, for one worker.
    pub fn slab_cache(self: &Arc<Heap>) -> SlabCache {
        SlabCache::new(self)
    }

    /// Registers a pointer map; equal maps get the same id, one without pointers `NOSCAN`.
    pub fn register_layout(&self, spec: LayoutSpec) -> LayoutId {
        self.layouts.write().unwrap_or_else(PoisonError::into_inner).register(spec)
    }

    /// Whether a collection is due; a relaxed load.
    #[inline(always)]
    pub fn collection_requested(&self) -> bool {
        self.pacer.requested()
    }

    /// Makes a collection due (`runtime.GC`).
    pub fn request_collection(&self) {
        self.pacer.request();
    }

    /// `debug.SetGCPercent`: returns the old value; `None` is off.
    pub fn set_gogc(&self, percent: Option<u32>) -> Option<u32> {
        self.pacer.set_gogc(percent, self.slab.mapped())
    }

    /// `debug.SetMemoryLimit`: returns the old value.
    pub fn set_memory_limit(&self, bytes: u64) -> u64 {
        self.pacer.set_limit(bytes, self.slab.mapped())
    }

    pub fn memory_limit(&self) -> u64 {
        self.pacer.limit()
    }

    /// How many collections there were.
    pub fn cycles(&self) -> u32 {
        self.pacer.cycles.load(Relaxed)
    }

    /// Figures of all workers; what caches hold in reserve counts as allocated (see
    /// [`AllocCache::stats`]).
    pub fn stats(&self) -> HeapStats {
        let pages = lock(&self.pages);
        let (top, in_use) = (pages.top_bytes() as u64, pages.in_use_bytes() as u64);
        let released = pages.zeroed_bytes() as u64;
        drop(pages);
        let pacer = &self.pacer;
        let total_alloc = pacer.alloc_bytes.load(Relaxed);
        let mallocs = pacer.mallocs.load(Relaxed);
        let frees = pacer.frees.load(Relaxed);
        let slab_inuse = self.slab.mapped();
        HeapStats {
            alloc: total_alloc.saturating_sub(pacer.freed_bytes.load(Relaxed)),
            total_alloc,
            mallocs,
            frees,
            sys: top - released + slab_inuse,
            heap_sys: top,
            heap_idle: top - in_use,
            heap_inuse: in_use,
            heap_released: released,
            heap_objects: mallocs.saturating_sub(frees),
            slab_inuse,
            next_gc: pacer.goal(),
            num_gc: pacer.cycles.load(Relaxed),
            pause_total_ns: pacer.pause_total.load(Relaxed),
            last_pause_ns: pacer.last_pause.load(Relaxed),
            last_gc: pacer.last_gc.load(Relaxed),
        }
    }

    /// Sweeps all and gives free memory back to the system (`debug.FreeOSMemory`, after a
    /// collection).
    pub fn release_memory(&self) {
        self.sweep_all();
        lock(&self.pages).release(&self.arena);
        self.slab.trim();
    }

    /// The object that an address leads into, if any: its first address and its size. While the world
    /// stands still, or of an object that the caller knows to be alive.
    pub fn object_of(&self, address: u64) -> Option<(*mut u8, usize)> {
        let span = self.arena.span_of(address as usize);
        // SAFETY: headers in the page table live as long as the heap, and nobody changes them now.
        let span = unsafe { span.as_ref() }?;
        let index = span.index_of(address as usize);
        if index >= span.elems as usize || !span.is_allocated(index) {
            return None;
        }
        Some(((span.base + index * span.elem_size) as *mut u8, span.elem_size))
    }

    /// A swept span of the class with free objects; null if the memory limit is reached.
    pub(crate) fn take_span(&self, span_class: usize) -> *mut HeapSpan {
        let central = &self.centrals[span_class];
        loop {
            match central.take() {
                Taken::Swept(span) => return span,
                Taken::Unswept(span) => {
                    let free = self.sweep(span);
                    // SAFETY: taken from the list, the span is this thread's.
                    if crate::central::is_worth_a_visit(free, unsafe { (*span).elems }) {
                        return span;
                    }
                    central.put(span, free);
                }
                Taken::Nothing => return self.new_small_span(span_class),
            }
        }
    }

    fn new_small_span(&self, span_class: usize) -> *mut HeapSpan {
        let class = span_class / 2;
        let Some(new) = self.new_pages(CLASS[class].pages as usize) else {
            return std::ptr::null_mut();
        };
        // SAFETY: the header is new and nobody else's.
        let span = unsafe { &mut *new.header };
        span.init_small(new.base, class as u8, span_class % 2 == 1, new.zeroed);
        // SAFETY: just initialised.
        unsafe { self.arena.publish(new.header) };
        new.header
    }

    /// An object with a span of its own; null if the memory limit is reached. The memory is zeroed
    /// if `zero` is set, or if it happens to be.
    pub(crate) fn alloc_large(&self, size: usize, layout: LayoutId, zero: bool) -> *mut u8 {
        if size > isize::MAX as usize {
            return std::ptr::null_mut();
        }
        let pages = size.div_ceil(PAGE);
        let Some(new) = self.new_pages(pages) else {
            return std::ptr::null_mut();
        };
        let object = new.base as *mut u8;
        if zero && !new.zeroed {
            // SAFETY: these pages are this object's.
            unsafe { object.write_bytes(0, pages * PAGE) };
        }
        // SAFETY: the header is new and nobody else's.
        unsafe {
            (*new.header).init_large(new.base, pages as u32, layout.0);
            if self.is_marking() {
                (*new.header).set_marked(0, 1, true);
            }
            self.arena.publish(new.header);
        }
        lock(&self.large).swept.push(new.header);
        self.pacer.charge(1, (pages * PAGE) as u64);
        if self.stress > 0 {
            self.pacer.request();
        }
        object
    }

    /// Gives back what the process's code takes, once.
    #[cold]
    fn release_code(&self) {
        if !self.code_released.swap(true, Relaxed) {
            os::release_code();
        }
    }

    /// Slabs have grown: goroutines and their frames are memory as objects are.
    pub(crate) fn slabs_have_grown(&self) {
        if self.slab.mapped() > CODE_ABOVE {
            self.release_code();
        }
    }

    fn new_pages(&self, len: usize) -> Option<NewSpan> {
        if self.pacer.live() > CODE_ABOVE {
            self.release_code();
        }
        self.sweep_some(len);
        if let Some(new) = self.try_pages(len) {
            return Some(new);
        }
        // What is dead but not yet swept may be enough.
        self.sweep_all();
        self.pacer.request();
        self.try_pages(len)
    }

    fn try_pages(&self, len: usize) -> Option<NewSpan> {
        let mut pages = lock(&self.pages);
        let wanted = self.slab.mapped() + pages.in_use_bytes() as u64 + (len as u64) * PAGE as u64;
        let limit = self.pacer.limit();
        if wanted > limit {
            return None;
        }
        if wanted + pages.dirty_bytes() as u64 > limit {
            pages.release(&self.arena);
        }
        pages.alloc(&self.arena, len)
    }

    /// Whether there may be `bytes` more that lie outside of the heap but belong to it, for good;
    /// they count as slabs.
    pub fn charge_outside(&self, bytes: usize) -> bool {
        let may = self.may_map(bytes);
        if may {
            self.slab.charge(bytes);
        } else {
            self.request_collection();
        }
        may
    }

    /// Whether slabs may map `bytes` more.
    pub(crate) fn may_map(&self, bytes: usize) -> bool {
        let in_use = lock(&self.pages).in_use_bytes() as u64;
        self.slab.mapped() + in_use + bytes as u64 <= self.pacer.limit()
    }

    /// Sweeps a span that the caller owns; how many objects are free afterwards.
    fn sweep(&self, span: *mut HeapSpan) -> u32 {
        // SAFETY: the caller owns the span.
        let span = unsafe { &mut *span };
        let freed = span.sweep(self.poison);
        if freed > 0 {
            self.pacer.freed(u64::from(freed), u64::from(freed) * span.elem_size as u64);
        }
        span.elems - span.allocated()
    }

    /// Sweeps a few spans before `pages` pages are taken, to find them rather than to grow.
    fn sweep_some(&self, pages: usize) {
        for _ in 0..8 + pages {
            if !self.sweep_next() {
                return;
            }
        }
    }

    /// Sweeps all spans that wait for it. Several threads can do this at once.
    pub(crate) fn sweep_all(&self) {
        while self.sweep_next() {}
    }

    /// Sweeps one span; whether there was one.
    pub(crate) fn sweep_next(&self) -> bool {
        if self.sweep_next_large() {
            return true;
        }
        loop {
            let class = self.sweep_cursor.load(Relaxed);
            if class >= SPAN_CLASSES {
                return false;
            }
            if let Some(span) = self.centrals[class].take_unswept() {
                self.sweep_and_return(class, span);
                return true;
            }
            self.sweep_cursor.fetch_max(class + 1, Relaxed);
        }
    }

    fn sweep_and_return(&self, class: usize, span: *mut HeapSpan) {
        let free = self.sweep(span);
        // SAFETY: this thread owns the span until it is put back.
        if free == unsafe { (*span).elems } {
            // SAFETY: no object in it is alive, and it is in no list.
            unsafe { lock(&self.pages).free(&self.arena, span) };
        } else {
            self.centrals[class].put(span, free);
        }
    }

    fn sweep_next_large(&self) -> bool {
        if self.sweep_cursor.load(Relaxed) >= SPAN_CLASSES {
            return false;
        }
        let Some(span) = lock(&self.large).unswept.pop() else { return false };
        if self.sweep(span) == 0 {
            lock(&self.large).swept.push(span);
        } else {
            // SAFETY: the object is dead, and the span is in no list.
            unsafe { lock(&self.pages).free(&self.arena, span) };
        }
        true
    }

    /// After marking: all spans wait for their sweep.
    pub(crate) fn start_sweep(&self) {
        for central in &self.centrals {
            central.all_unswept();
        }
        let mut large = lock(&self.large);
        let Large { swept, unswept } = &mut *large;
        unswept.append(swept);
        drop(large);
        self.sweep_cursor.store(0, Relaxed);
    }

    /// Gives back what is free far above the goal. What a larger goal wanted a few cycles ago is
    /// kept for a while, an eighth less each time: touching memory anew costs more than keeping it.
    /// Does so in slices, when all is swept; whether there is more to give.
    pub(crate) fn release_slice(&self) -> bool {
        if !self.cycle.surplus.load(Relaxed) {
            return false;
        }
        let marked = self.pacer.marked();
        // Goals can be far away (GOGC off): in that case, a few times what is alive.
        let goal = self.pacer.goal().min(marked.saturating_mul(4).max(4 << 20));
        let wanted = goal.max(self.wanted_bytes.load(Relaxed));
        let keep = (wanted / 10).saturating_add(wanted).saturating_sub(marked);
        let keep = usize::try_from(keep).unwrap_or(usize::MAX);
        let surplus = lock(&self.pages).take_surplus(keep, RELEASE_SLICE);
        let Some(surplus) = surplus else {
            self.wanted_bytes.store(wanted - wanted / 8, Relaxed);
            self.cycle.surplus.store(false, Relaxed);
            return false;
        };
        surplus.release(&self.arena);
        lock(&self.pages).put_released(surplus);
        true
    }
}
