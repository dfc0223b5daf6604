//! The slabs that goroutine headers come from, which are also the list of all goroutines.
//!
//! Headers lie in chunks. A chunk is filled from its start by one worker; ended goroutines' headers
//! go to that worker's free list and are used again, last freed first, while they are in its
//! caches. Who wants to see all goroutines walks the chunks and skips headers whose id is 0. So
//! being listed costs a spawn nothing. Chunks are never given back before the scheduler ends, which
//! keeps every [`GRef`] readable.
//!
//! Workers that end more goroutines than they spawn pass surplus headers on in batches through the
//! table's lock.

use std::alloc::{self, Layout};
use std::ptr::{self, NonNull};

use crate::g::{G, GRef};
use crate::sync::{Arc, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Mutex, Ordering, lock};

/// Bytes of the first chunks; later ones are of huge pages, because what a new goroutine costs is the
/// first touch of its memory.
const SMALL_CHUNK: usize = 128 << 10;
const LARGE_CHUNK: usize = gol_heap::HUGE;
/// So many chunks are small.
const SMALL_CHUNKS: usize = 8;
/// Headers that move between a worker and the table at once.
const BATCH: usize = 128;
/// Parts that a chunk has.
const PARTS: usize = 64;
/// Ids that a worker takes at once.
const IDS: u64 = 16;

/// Part of the table: memory for headers, initialised up to `used`.
pub(crate) struct Chunk<C> {
    base: NonNull<G<C>>,
    /// Headers that it has room for.
    headers: usize,
    /// Written by the worker that fills the chunk, with release after the header is initialised;
    /// read with acquire by whoever walks it.
    used: AtomicU32,
}

impl<C> Chunk<C> {
    const SMALL: usize = SMALL_CHUNK / size_of::<G<C>>();

    fn small_layout() -> Layout {
        Layout::array::<G<C>>(Self::SMALL).expect("a chunk is far smaller than the address space")
    }

    /// The chunk after so many others; `may_map`: whether there may be so many bytes more.
    fn new(others: usize, may_map: impl FnOnce(usize) -> bool) -> Option<Chunk<C>> {
        const { assert!(size_of::<G<C>>() > 0 && size_of::<G<C>>() <= SMALL_CHUNK) };
        let is_small = others < SMALL_CHUNKS;
        if !may_map(if is_small { SMALL_CHUNK } else { LARGE_CHUNK }) {
            return None;
        }
        let (base, headers) = if is_small {
            // SAFETY: the layout's size is not 0, as was just checked.
            (NonNull::new(unsafe { alloc::alloc(Self::small_layout()) })?, Self::SMALL)
        } else {
            (gol_heap::map_huge(LARGE_CHUNK)?, LARGE_CHUNK / size_of::<G<C>>())
        };
        Some(Chunk { base: base.cast(), headers, used: AtomicU32::new(0) })
    }

    fn is_full(&self) -> bool {
        self.used.load(Ordering::Relaxed) as usize >= self.headers
    }

    fn at(&self, index: usize) -> GRef<C> {
        debug_assert!(index < self.headers);
        // SAFETY: the index is inside of the chunk's allocation.
        GRef::from_ptr(unsafe { self.base.add(index) })
    }
}

impl<C> Drop for Chunk<C> {
    fn drop(&mut self) {
        for index in 0..self.used.load(Ordering::Acquire) as usize {
            // SAFETY: headers below `used` are initialised; the table is dropped after all workers.
            unsafe { ptr::drop_in_place(self.at(index).as_ptr()) };
        }
        // SAFETY: made in `new` in this way.
        unsafe {
            if self.headers == Self::SMALL {
                alloc::dealloc(self.base.as_ptr().cast(), Self::small_layout());
            } else {
                gol_heap::unmap_huge(self.base.cast(), LARGE_CHUNK);
            }
        }
    }
}

// SAFETY: a chunk is memory for headers, whose fields follow the ownership rule of `g`.
unsafe impl<C: Send> Send for Chunk<C> {}
// SAFETY: as above; `used` is atomic.
unsafe impl<C: Send> Sync for Chunk<C> {}

/// A list of free headers through their links.
struct FreeList<C> {
    head: *mut G<C>,
    len: usize,
}

// SAFETY: the headers of a free list belong to the list's owner.
unsafe impl<C: Send> Send for FreeList<C> {}

impl<C> FreeList<C> {
    const fn new() -> FreeList<C> {
        FreeList { head: ptr::null_mut(), len: 0 }
    }

    #[inline]
    fn push(&mut self, g: GRef<C>) {
        // SAFETY: the caller gives the header to the list, which makes it the holder.
        unsafe { *g.link() = self.head };
        self.head = g.as_ptr();
        self.len += 1;
    }

    #[inline]
    fn pop(&mut self) -> Option<GRef<C>> {
        let g = GRef::from_ptr(NonNull::new(self.head)?);
        // SAFETY: the header belongs to the list.
        self.head = unsafe { *g.link() };
        self.len -= 1;
        Some(g)
    }
}

/// All headers of a scheduler.
pub(crate) struct GTable<C> {
    inner: Mutex<Inner<C>>,
    next_id: AtomicU64,
    /// Headers that were ever made.
    headers: AtomicUsize,
    /// Number of the last collection, below 128; changed while the world stands still.
    epoch: AtomicU8,
}

struct Inner<C> {
    chunks: Vec<Arc<Chunk<C>>>,
    /// Chunks that a worker left before they were full.
    partial: Vec<Arc<Chunk<C>>>,
    free: Vec<FreeList<C>>,
}

impl<C> GTable<C> {
    pub(crate) fn new() -> GTable<C> {
        let inner = Inner { chunks: Vec::new(), partial: Vec::new(), free: Vec::new() };
        GTable {
            inner: Mutex::new(inner),
            next_id: AtomicU64::new(1),
            epoch: AtomicU8::new(0),
            headers: AtomicUsize::new(0),
        }
    }

    #[inline(always)]
    pub(crate) fn epoch(&self) -> u8 {
        self.epoch.load(Ordering::Relaxed)
    }

    pub(crate) fn next_epoch(&self) {
        self.epoch.store((self.epoch() + 1) & 0x7f, Ordering::Relaxed);
    }

    pub(crate) fn headers(&self) -> usize {
        self.headers.load(Ordering::Relaxed)
    }

    pub(crate) fn parts(&self) -> usize {
        lock(&self.inner).chunks.len() * PARTS
    }

    /// Visits the goroutines of one part.
    pub(crate) fn each(&self, part: usize, visit: &mut dyn FnMut(GRef<C>)) {
        let (chunk, part) = (part / PARTS, part % PARTS);
        let Some(chunk) = lock(&self.inner).chunks.get(chunk).cloned() else { return };
        let used = chunk.used.load(Ordering::Acquire) as usize;
        let size = chunk.headers.div_ceil(PARTS);
        for index in part * size..used.min((part + 1) * size) {
            let g = chunk.at(index);
            if g.id() != 0 {
                visit(g);
            }
        }
    }

    fn new_chunk(&self, may_map: impl FnOnce(usize) -> bool) -> Option<Arc<Chunk<C>>> {
        let mut inner = lock(&self.inner);
        if let Some(chunk) = inner.partial.pop() {
            return Some(chunk);
        }
        let chunk = Arc::new(Chunk::new(inner.chunks.len(), may_map)?);
        inner.chunks.push(Arc::clone(&chunk));
        Some(chunk)
    }
}

/// A worker's front of the table.
pub(crate) struct GCache<C> {
    table: Arc<GTable<C>>,
    free: FreeList<C>,
    chunk: Option<Arc<Chunk<C>>>,
    next_id: u64,
    end_id: u64,
}

impl<C> GCache<C> {
    pub(crate) fn new(table: Arc<GTable<C>>) -> GCache<C> {
        GCache { table, free: FreeList::new(), chunk: None, next_id: 0, end_id: 0 }
    }

    /// A header with a new id, owned by the caller. `context` makes the first one of a header;
    /// `may_map` says whether there may be so many bytes more of headers.
    #[inline]
    pub(crate) fn take(
        &mut self,
        context: impl FnOnce() -> C,
        may_map: impl FnOnce(usize) -> bool,
    ) -> Option<GRef<C>> {
        let g = match self.free.pop() {
            Some(g) => g,
            None => self.take_slow(context, may_map)?,
        };
        if self.next_id == self.end_id {
            self.next_id = self.table.next_id.fetch_add(IDS, Ordering::Relaxed);
            self.end_id = self.next_id + IDS;
        }
        // It has no state yet that a marker could look at; it sees the stamp before the id.
        g.end_scan(self.table.epoch());
        // The low half of an id tells used headers from free ones.
        self.next_id += u64::from(self.next_id as u32 == 0);
        g.set_id(self.next_id);
        self.next_id += 1;
        Some(g)
    }

    #[cold]
    #[inline(never)]
    fn take_slow(
        &mut self,
        context: impl FnOnce() -> C,
        may_map: impl FnOnce(usize) -> bool,
    ) -> Option<GRef<C>> {
        if let Some(list) = lock(&self.table.inner).free.pop() {
            self.free = list;
            return self.free.pop();
        }
        if self.chunk.as_ref().is_none_or(|chunk| chunk.is_full()) {
            self.chunk = Some(self.table.new_chunk(may_map)?);
        }
        self.table.headers.fetch_add(1, Ordering::Relaxed);
        fill(self.chunk.as_ref()?, context)
    }

    /// Takes an ended goroutine's header.
    #[inline]
    pub(crate) fn give(&mut self, g: GRef<C>) {
        g.set_id(0);
        self.free.push(g);
        if self.free.len >= 2 * BATCH {
            self.spill();
        }
    }

    #[cold]
    fn spill(&mut self) {
        let mut list = FreeList::new();
        for _ in 0..BATCH {
            let Some(g) = self.free.pop() else { break };
            list.push(g);
        }
        lock(&self.table.inner).free.push(list);
    }
}

/// Initialises the next header of a chunk, if it is not full.
fn fill<C>(chunk: &Chunk<C>, context: impl FnOnce() -> C) -> Option<GRef<C>> {
    if chunk.is_full() {
        return None;
    }
    let index = chunk.used.load(Ordering::Relaxed) as usize;
    let g = chunk.at(index);
    // SAFETY: nothing was in this place so far, and only this worker fills the chunk.
    unsafe { g.initialise(context()) };
    chunk.used.store(index as u32 + 1, Ordering::Release);
    Some(g)
}

impl<C> Drop for GCache<C> {
    fn drop(&mut self) {
        let mut inner = lock(&self.table.inner);
        if self.free.len > 0 {
            inner.free.push(std::mem::replace(&mut self.free, FreeList::new()));
        }
        inner.partial.extend(self.chunk.take());
    }
}
