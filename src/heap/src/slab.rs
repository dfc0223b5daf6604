//! Blocks that their owner frees: frame blocks and goroutine headers.
//!
//! Blocks come in multiples of 8 bytes from 64 to 256, so that what there are millions of wastes
//! nothing, then in powers of two and in sizes half way between up to 64 KiB, carved out of chunks;
//! larger ones are mappings of their own. Free blocks are linked through their first word. Each worker's
//! [`SlabCache`] has a list a class and exchanges whole batches with the shared [`Slab`], so that
//! a block that is freed by another worker than the one that allocated it costs nothing extra.
//! Blocks are not zeroed.
//!
//! Chunks of a class grow from 64 KiB to 2 MiB, the largest ones in huge pages: the first touch of
//! memory, not the allocation, is what a new goroutine costs.
//!
//! [`Slab::trim`] gives chunks back whose blocks are all in the shared lists. What lies in a
//! worker's own lists counts as used.

use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use crate::Heap;
use crate::central::lock;
use crate::os;

const CLASSES: usize = FINE + 16;
/// Classes of the multiples of 8 bytes.
const FINE: usize = 25;
const FIRST_CHUNK: usize = 64 << 10;
const LAST_CHUNK: usize = os::HUGE;

/// Bytes of blocks that move between a worker's list and the shared one at a time, in small
/// classes; fewer blocks in large ones.
const BATCH_BYTES: usize = 32 << 10;
const BATCH_MOST: usize = 64;

/// A size class: blocks of `64 + 8 * n` bytes for the first 25, from there on of `384 << n` bytes for
/// the even ones and of `512 << n` for the odd ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlabClass(pub u8);

impl SlabClass {
    /// The class that serves `size` bytes; sizes over 64 KiB have classes too, served directly.
    #[inline]
    pub const fn of(size: usize) -> SlabClass {
        if size <= 256 {
            return SlabClass(if size <= 64 { 0 } else { (size - 64).div_ceil(8) as u8 });
        }
        let above = size.next_power_of_two();
        let pair = FINE as u32 + 2 * (above.trailing_zeros() - 9);
        SlabClass(if size <= above / 4 * 3 { pair } else { pair + 1 } as u8)
    }

    /// Bytes of its blocks.
    #[inline]
    pub const fn size(self) -> usize {
        let Some(coarse) = (self.0 as usize).checked_sub(FINE) else {
            return 64 + 8 * self.0 as usize;
        };
        if coarse.is_multiple_of(2) { 384 << (coarse / 2) } else { 512 << (coarse / 2) }
    }

    fn batch(self) -> usize {
        (BATCH_BYTES / self.size()).clamp(2, BATCH_MOST)
    }
}

/// A free block.
struct Free {
    next: *mut Free,
}

/// Blocks linked through their first words.
struct Batch {
    head: *mut Free,
    count: usize,
}

struct Chunk {
    start: *mut u8,
    bytes: usize,
}

#[derive(Default)]
struct SharedClass {
    batches: Vec<Batch>,
    chunks: Vec<Chunk>,
    /// The part of the newest chunk that was never handed out.
    fresh: usize,
    fresh_end: usize,
}

/// The shared part: chunks and free lists of each class.
pub struct Slab {
    classes: [Mutex<SharedClass>; CLASSES],
    /// Bytes in chunks and in blocks of their own; counted into the memory limit.
    mapped: AtomicU64,
}

impl Default for Slab {
    fn default() -> Slab {
        Slab { classes: std::array::from_fn(|_| Mutex::default()), mapped: AtomicU64::new(0) }
    }
}

// SAFETY: the raw pointers lead to free blocks and chunks that the slab owns, behind locks.
unsafe impl Send for Slab {}
// SAFETY: as above.
unsafe impl Sync for Slab {}

impl Slab {
    pub(crate) fn mapped(&self) -> u64 {
        self.mapped.load(Relaxed)
    }

    /// A batch of free blocks; `None` if the memory limit is reached.
    fn take(&self, heap: &Heap, class: SlabClass) -> Option<Batch> {
        let mut shared = lock(&self.classes[class.0 as usize]);
        if let Some(batch) = shared.batches.pop() {
            return Some(batch);
        }
        if shared.fresh + class.size() > shared.fresh_end {
            self.grow(heap, &mut shared, class)?;
        }
        Some(shared.carve(class))
    }

    fn put(&self, class: SlabClass, batch: Batch) {
        lock(&self.classes[class.0 as usize]).batches.push(batch);
    }

    fn grow(&self, heap: &Heap, shared: &mut SharedClass, class: SlabClass) -> Option<()> {
        let doubled = shared.chunks.last().map_or(FIRST_CHUNK, |last| last.bytes * 2);
        let bytes = doubled.clamp(FIRST_CHUNK.max(class.size()), LAST_CHUNK);
        let start = self.map(heap, bytes)?;
        shared.chunks.push(Chunk { start, bytes });
        shared.fresh = start.addr();
        shared.fresh_end = start.addr() + bytes;
        Some(())
    }

    pub(crate) fn charge(&self, bytes: usize) {
        self.mapped.fetch_add(bytes as u64, Relaxed);
    }

    fn map(&self, heap: &Heap, bytes: usize) -> Option<*mut u8> {
        if !heap.may_map(bytes) {
            heap.request_collection();
            return None;
        }
        let start = if bytes >= os::HUGE {
            let start = os::map_aligned(bytes, os::HUGE)?;
            // SAFETY: the mapping is new.
            unsafe { os::advise_huge(start, bytes) };
            start
        } else {
            os::map(bytes)?
        };
        self.mapped.fetch_add(bytes as u64, Relaxed);
        heap.slabs_have_grown();
        Some(start)
    }

    /// # Safety
    /// The range was mapped by `map` and is not used any more.
    unsafe fn unmap(&self, start: *mut u8, bytes: usize) {
        // SAFETY: the caller's promise.
        unsafe { os::unmap(start, bytes) };
        self.mapped.fetch_sub(bytes as u64, Relaxed);
    }

    /// Gives chunks without a used block back to the system. Takes time in proportion to the free
    /// blocks: for when the program is idle or asks for it.
    pub fn trim(&self) {
        for (class, shared) in self.classes.iter().enumerate() {
            self.trim_class(SlabClass(class as u8), &mut lock(shared));
        }
    }

    fn trim_class(&self, class: SlabClass, shared: &mut SharedClass) {
        shared.chunks.sort_unstable_by_key(|chunk| chunk.start.addr());
        let mut free: Vec<*mut Free> = Vec::new();
        for batch in shared.batches.drain(..) {
            let mut at = batch.head;
            for _ in 0..batch.count {
                free.push(at);
                // SAFETY: a batch has `count` linked free blocks.
                at = unsafe { (*at).next };
            }
        }
        free.sort_unstable();
        let mut kept = Vec::new();
        let mut rest = &free[..];
        let fresh = shared.fresh;
        shared.chunks.retain(|chunk| {
            let end = chunk.start.addr() + chunk.bytes;
            let (inside, after) = rest.split_at(rest.partition_point(|block| block.addr() < end));
            rest = after;
            let is_newest = (chunk.start.addr()..end).contains(&fresh);
            let never_used = if is_newest { (end - fresh) / class.size() } else { 0 };
            if inside.len() + never_used < chunk.bytes / class.size() {
                kept.extend_from_slice(inside);
                return true;
            }
            if is_newest {
                (shared.fresh, shared.fresh_end) = (0, 0);
            }
            // SAFETY: all blocks of the chunk were free and have just been taken off the lists.
            unsafe { self.unmap(chunk.start, chunk.bytes) };
            false
        });
        for blocks in kept.chunks(class.batch()) {
            shared.batches.push(link(blocks));
        }
    }
}

impl Drop for Slab {
    fn drop(&mut self) {
        for shared in &mut self.classes {
            let shared = shared.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
            for chunk in shared.chunks.drain(..) {
                // SAFETY: whoever drops the heap uses no block of it any more.
                unsafe { os::unmap(chunk.start, chunk.bytes) };
            }
        }
    }
}

impl SharedClass {
    /// A batch from the unused part of the newest chunk.
    fn carve(&mut self, class: SlabClass) -> Batch {
        let size = class.size();
        let count = class.batch().min((self.fresh_end - self.fresh) / size);
        let blocks: Vec<*mut Free> =
            (0..count).map(|at| (self.fresh + at * size) as *mut Free).collect();
        self.fresh += count * size;
        link(&blocks)
    }
}

fn link(blocks: &[*mut Free]) -> Batch {
    let mut head = ptr::null_mut();
    for &block in blocks.iter().rev() {
        // SAFETY: callers pass free blocks of a chunk, which hold at least a word.
        unsafe { block.write(Free { next: head }) };
        head = block;
    }
    Batch { head, count: blocks.len() }
}

/// A worker's list of one class: blocks in use right now and one batch in reserve, so that a
/// worker at the edge of a batch does not go to the shared list at every turn.
struct Local {
    head: *mut Free,
    count: u32,
    batch: u32,
    reserve: *mut Free,
}

/// A worker's free lists. Owned by one thread at a time.
pub struct SlabCache {
    lists: [Local; CLASSES],
    heap: NonNull<Heap>,
    /// Keeps `heap` alive.
    owner: Arc<Heap>,
}

// SAFETY: the free blocks in the lists belong to the cache, whichever thread has it.
unsafe impl Send for SlabCache {}

impl SlabCache {
    pub(crate) fn new(heap: &Arc<Heap>) -> SlabCache {
        SlabCache {
            lists: std::array::from_fn(|class| Local {
                head: ptr::null_mut(),
                count: 0,
                batch: SlabClass(class as u8).batch() as u32,
                reserve: ptr::null_mut(),
            }),
            heap: NonNull::from(&**heap),
            owner: Arc::clone(heap),
        }
    }

    pub fn heap(&self) -> &Arc<Heap> {
        &self.owner
    }

    /// A block, not zeroed, aligned to 8 bytes. Null if the memory limit is reached.
    #[inline(always)]
    pub fn alloc(&mut self, class: SlabClass) -> *mut u8 {
        if let Some(list) = self.lists.get_mut(class.0 as usize)
            && !list.head.is_null()
        {
            let block = list.head;
            // SAFETY: blocks in the list are free and linked.
            list.head = unsafe { (*block).next };
            list.count -= 1;
            return block.cast();
        }
        self.alloc_slow(class)
    }

    /// A block that the cache has at hand; null if it has none.
    #[inline(always)]
    pub fn alloc_ready(&mut self, class: SlabClass) -> *mut u8 {
        let Some(list) = self.lists.get_mut(class.0 as usize) else { return ptr::null_mut() };
        let block = list.head;
        if !block.is_null() {
            // SAFETY: blocks in the list are free and linked.
            list.head = unsafe { (*block).next };
            list.count -= 1;
        }
        block.cast()
    }

    /// Gives a block back, if the cache has room for it; whether it did.
    ///
    /// # Safety
    /// As for `free`.
    #[inline(always)]
    pub unsafe fn free_ready(&mut self, block: *mut u8, class: SlabClass) -> bool {
        let Some(list) = self.lists.get_mut(class.0 as usize) else { return false };
        if list.count >= list.batch {
            return false;
        }
        // SAFETY: the block is the caller's to give and holds at least a word.
        unsafe { block.cast::<Free>().write(Free { next: list.head }) };
        list.head = block.cast();
        list.count += 1;
        true
    }

    /// Gives a block back, to whichever worker's cache.
    ///
    /// # Safety
    /// `block` came from `alloc` of this heap with the same class and is not used any more.
    #[inline(always)]
    pub unsafe fn free(&mut self, block: *mut u8, class: SlabClass) {
        if let Some(list) = self.lists.get_mut(class.0 as usize)
            && list.count < list.batch
        {
            // SAFETY: the block is the caller's to give and holds at least a word.
            unsafe { block.cast::<Free>().write(Free { next: list.head }) };
            list.head = block.cast();
            list.count += 1;
            return;
        }
        // SAFETY: the caller's promise.
        unsafe { self.free_slow(block, class) };
    }

    #[cold]
    #[inline(never)]
    fn alloc_slow(&mut self, class: SlabClass) -> *mut u8 {
        // SAFETY: `owner` keeps the heap alive.
        let heap = unsafe { self.heap.as_ref() };
        let Some(list) = self.lists.get_mut(class.0 as usize) else {
            return heap.slab.map(heap, class.size()).unwrap_or(ptr::null_mut());
        };
        if !list.reserve.is_null() {
            list.head = std::mem::replace(&mut list.reserve, ptr::null_mut());
            list.count = list.batch;
        } else if let Some(batch) = heap.slab.take(heap, class) {
            list.head = batch.head;
            list.count = batch.count as u32;
        } else {
            return ptr::null_mut();
        }
        self.alloc(class)
    }

    /// # Safety
    /// As `free`.
    #[cold]
    #[inline(never)]
    unsafe fn free_slow(&mut self, block: *mut u8, class: SlabClass) {
        // SAFETY: `owner` keeps the heap alive.
        let heap = unsafe { self.heap.as_ref() };
        let Some(list) = self.lists.get_mut(class.0 as usize) else {
            // SAFETY: blocks without a list are mappings of their own.
            unsafe { heap.slab.unmap(block, class.size()) };
            return;
        };
        let full = std::mem::replace(&mut list.head, ptr::null_mut());
        list.count = 0;
        let older = std::mem::replace(&mut list.reserve, full);
        if !older.is_null() {
            heap.slab.put(class, Batch { head: older, count: list.batch as usize });
        }
        // SAFETY: the caller's promise; the list is empty now.
        unsafe { self.free(block, class) };
    }

    /// Gives all free blocks to the shared lists (before an idle worker sleeps, or a trim).
    pub fn flush(&mut self) {
        // SAFETY: `owner` keeps the heap alive.
        let heap = unsafe { self.heap.as_ref() };
        for (class, list) in self.lists.iter_mut().enumerate() {
            let class = SlabClass(class as u8);
            let (head, count) = (list.head, list.count as usize);
            (list.head, list.count) = (ptr::null_mut(), 0);
            if count > 0 {
                heap.slab.put(class, Batch { head, count });
            }
            let reserve = std::mem::replace(&mut list.reserve, ptr::null_mut());
            if !reserve.is_null() {
                heap.slab.put(class, Batch { head: reserve, count: list.batch as usize });
            }
        }
    }
}

impl Drop for SlabCache {
    fn drop(&mut self) {
        self.flush();
    }
}
