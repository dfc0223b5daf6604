//! The arena: the address range of all objects, its pages, and the table from page to span.
//!
//! One large range is reserved at start and committed from its low end upwards, so that "is this a
//! heap address" is one comparison and the page table is one flat array (reserved too: only the
//! parts that are used cost memory). Page 0 is never part of a span: its address stands for all
//! objects of size 0.
//!
//! **Free pages** are kept as runs of two kinds that are not merged with each other: dirty ones (in
//! memory, contents undefined) and zeroed ones (never touched or given back, nothing in memory).
//! Allocation takes the smallest run that fits, dirty ones first: they cost no page fault.
//! Neighbours of one kind are joined when pages are freed.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Release};

use crate::os;
use crate::size_class::{PAGE, PAGE_SHIFT};
use crate::span::HeapSpan;

/// Address space that a heap asks for; halved until the system agrees.
const RESERVE: usize = if cfg!(miri) { 16 << 20 } else { 1 << 38 };
const RESERVE_LEAST: usize = if cfg!(miri) { RESERVE } else { 1 << 30 };

/// First and largest step by which the arena is committed.
const FIRST_STEP: usize = 1 << 20;
const LAST_STEP: usize = 64 << 20;

/// Memory above this much is asked for in huge pages: small programs stay small.
const HUGE_ABOVE: usize = 8 << 20;

/// The reservation and its page table; readable without a lock.
pub(crate) struct Arena {
    base: *mut u8,
    bytes: usize,
    /// One entry a page: the span that the page belongs to, or null.
    table: *mut AtomicPtr<HeapSpan>,
}

impl Arena {
    pub(crate) fn new() -> io::Result<Arena> {
        let mut bytes = RESERVE;
        loop {
            if let Some(base) = os::reserve(bytes) {
                let table_bytes = (bytes / PAGE) * size_of::<AtomicPtr<HeapSpan>>();
                if let Some(table) = os::map(table_bytes) {
                    return Ok(Arena { base, bytes, table: table.cast() });
                }
                // SAFETY: the reservation was just made and nothing refers to it.
                unsafe { os::unmap(base, bytes) };
            }
            if bytes <= RESERVE_LEAST {
                return Err(io::Error::last_os_error());
            }
            bytes /= 2;
        }
    }

    /// The address of all objects of size 0.
    pub(crate) fn zero_object(&self) -> *mut u8 {
        self.base
    }

    /// The span that an address lies in, for any word at all; null if it lies in none.
    #[inline(always)]
    pub(crate) fn span_of(&self, word: usize) -> *mut HeapSpan {
        let offset = word.wrapping_sub(self.base.addr());
        if offset >= self.bytes {
            return ptr::null_mut();
        }
        // SAFETY: the table has an entry for each page of the arena.
        // Partner: the release in `set_span`, behind which the header is complete.
        unsafe { (*self.table.add(offset >> PAGE_SHIFT)).load(Acquire) }
    }

    /// Makes a span known whose header is complete.
    ///
    /// # Safety
    /// The span came from [`Pages::alloc`] of this arena and was initialised.
    pub(crate) unsafe fn publish(&self, span: *mut HeapSpan) {
        // SAFETY: the caller owns the span.
        let (base, pages) = unsafe { ((*span).base, (*span).pages as usize) };
        self.set_span(self.page_of(base), pages, span);
    }

    fn set_span(&self, page: usize, pages: usize, span: *mut HeapSpan) {
        for at in page..page + pages {
            // SAFETY: the pages lie in the arena, so the table has entries for them.
            unsafe { (*self.table.add(at)).store(span, Release) };
        }
    }

    fn page_of(&self, address: usize) -> usize {
        (address - self.base.addr()) >> PAGE_SHIFT
    }

    fn address(&self, page: usize) -> *mut u8 {
        // SAFETY: callers name pages of the arena.
        unsafe { self.base.add(page << PAGE_SHIFT) }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        let table_bytes = (self.bytes / PAGE) * size_of::<AtomicPtr<HeapSpan>>();
        // SAFETY: both mappings are this arena's own; whoever drops the heap has no objects left.
        unsafe {
            os::unmap(self.base, self.bytes);
            os::unmap(self.table.cast(), table_bytes);
        }
    }
}

/// Free runs of one kind.
#[derive(Default)]
struct Runs {
    by_start: BTreeMap<usize, usize>,
    by_size: BTreeSet<(usize, usize)>,
    pages: usize,
}

impl Runs {
    fn insert(&mut self, mut start: usize, mut len: usize) {
        self.pages += len;
        if let Some((&before, &before_len)) = self.by_start.range(..start).next_back()
            && before + before_len == start
        {
            self.forget(before, before_len);
            start = before;
            len += before_len;
        }
        if let Some(&after_len) = self.by_start.get(&(start + len)) {
            self.forget(start + len, after_len);
            len += after_len;
        }
        self.by_start.insert(start, len);
        self.by_size.insert((len, start));
    }

    fn forget(&mut self, start: usize, len: usize) {
        self.by_start.remove(&start);
        self.by_size.remove(&(len, start));
    }

    /// Takes `len` pages from the front of the smallest run that has them.
    fn take(&mut self, len: usize) -> Option<usize> {
        let &(run_len, start) = self.by_size.range((len, 0)..).next()?;
        self.forget(start, run_len);
        if run_len > len {
            self.by_start.insert(start + len, run_len - len);
            self.by_size.insert((run_len - len, start + len));
        }
        self.pages -= len;
        Some(start)
    }

    fn pop_largest(&mut self) -> Option<(usize, usize)> {
        let &(len, start) = self.by_size.last()?;
        self.forget(start, len);
        self.pages -= len;
        Some((start, len))
    }
}

/// The page allocator; behind a lock.
#[derive(Default)]
pub(crate) struct Pages {
    dirty: Runs,
    zeroed: Runs,
    /// First page that was never part of a span.
    top: usize,
    /// Pages that can be read and written.
    committed: usize,
    step: usize,
    /// Pages that belong to spans.
    pub(crate) in_use: usize,
    /// Headers to use again, and all headers ever made.
    free_headers: Vec<*mut HeapSpan>,
    headers: Vec<*mut HeapSpan>,
}

/// Pages for a span, with a header that the caller initialises.
pub(crate) struct NewSpan {
    pub(crate) header: *mut HeapSpan,
    pub(crate) base: usize,
    pub(crate) zeroed: bool,
}

/// Free pages that belong to neither list: somebody gives them back to the system.
pub(crate) struct Surplus {
    start: usize,
    len: usize,
}

impl Surplus {
    pub(crate) fn release(&self, arena: &Arena) {
        // SAFETY: free pages hold nothing, and these are this value's.
        unsafe { os::release(arena.address(self.start), self.len << PAGE_SHIFT) };
    }
}

impl Pages {
    pub(crate) fn new(arena: &Arena) -> io::Result<Pages> {
        let mut pages = Pages::default();
        (pages.top, pages.step) = (1, FIRST_STEP);
        if pages.commit(arena, 1) { Ok(pages) } else { Err(io::Error::last_os_error()) }
    }

    /// Pages with a header, which is to be initialised and then [published](Arena::publish); `None`
    /// if the arena is full or the system has no memory.
    pub(crate) fn alloc(&mut self, arena: &Arena, len: usize) -> Option<NewSpan> {
        let (start, zeroed) = if let Some(start) = self.dirty.take(len) {
            (start, false)
        } else if let Some(start) = self.zeroed.take(len) {
            (start, true)
        } else {
            let start = self.top;
            if !self.commit(arena, start.checked_add(len)?) {
                return None;
            }
            self.top += len;
            (start, true)
        };
        self.in_use += len;
        let header = self.header();
        Some(NewSpan { header, base: arena.address(start).addr(), zeroed })
    }

    fn header(&mut self) -> *mut HeapSpan {
        self.free_headers.pop().unwrap_or_else(|| {
            let header = Box::into_raw(Box::new(HeapSpan::new()));
            self.headers.push(header);
            header
        })
    }

    fn commit(&mut self, arena: &Arena, upto: usize) -> bool {
        if upto <= self.committed {
            return true;
        }
        let limit = arena.bytes >> PAGE_SHIFT;
        let wanted = upto.max(self.committed + (self.step >> PAGE_SHIFT)).min(limit);
        if upto > wanted {
            return false;
        }
        let start = arena.address(self.committed);
        let bytes = (wanted - self.committed) << PAGE_SHIFT;
        // SAFETY: the range lies in the arena's reservation.
        if !unsafe { os::commit(start, bytes) } {
            return false;
        }
        if self.committed << PAGE_SHIFT >= HUGE_ABOVE {
            // SAFETY: as above.
            unsafe { os::advise_huge(start, bytes) };
        }
        self.committed = wanted;
        self.step = (self.step * 2).min(LAST_STEP);
        true
    }

    /// Takes back the pages and the header of a span that nothing owns any more.
    ///
    /// # Safety
    /// The span came from [`Pages::alloc`] of this arena, and nothing refers to it.
    pub(crate) unsafe fn free(&mut self, arena: &Arena, span: *mut HeapSpan) {
        // SAFETY: headers live as long as the heap, and the caller owns this one.
        let (base, len) = unsafe { ((*span).base, (*span).pages as usize) };
        let start = arena.page_of(base);
        arena.set_span(start, len, ptr::null_mut());
        self.in_use -= len;
        self.dirty.insert(start, len);
        self.free_headers.push(span);
    }

    /// Gives all free memory back to the system.
    pub(crate) fn release(&mut self, arena: &Arena) {
        while let Some(run) = self.take_surplus(0, usize::MAX) {
            run.release(arena);
            self.put_released(run);
        }
    }

    /// Takes out free pages in memory that are more than `keep` bytes, about `most` bytes of them,
    /// for whoever gives them back to the system and returns them with
    /// [`put_released`](Pages::put_released): that takes its time, and others want the lock.
    pub(crate) fn take_surplus(&mut self, keep: usize, most: usize) -> Option<Surplus> {
        if self.dirty.pages <= keep >> PAGE_SHIFT {
            return None;
        }
        let (start, whole) = self.dirty.pop_largest()?;
        let len = whole.min((most >> PAGE_SHIFT).max(1));
        if len < whole {
            self.dirty.insert(start + len, whole - len);
        }
        Some(Surplus { start, len })
    }

    pub(crate) fn put_released(&mut self, run: Surplus) {
        self.zeroed.insert(run.start, run.len);
    }

    /// Bytes of free pages that are in memory.
    pub(crate) fn dirty_bytes(&self) -> usize {
        self.dirty.pages << PAGE_SHIFT
    }

    pub(crate) fn zeroed_bytes(&self) -> usize {
        self.zeroed.pages << PAGE_SHIFT
    }

    pub(crate) fn in_use_bytes(&self) -> usize {
        self.in_use << PAGE_SHIFT
    }

    /// Bytes up to the last page that was ever used.
    pub(crate) fn top_bytes(&self) -> usize {
        self.top << PAGE_SHIFT
    }

    /// Checks that runs and table agree: every page below the top is free or of one span.
    pub(crate) fn verify(&self, arena: &Arena) -> Result<(), String> {
        let mut free = 0;
        for runs in [&self.dirty, &self.zeroed] {
            let mut pages = 0;
            for (&start, &len) in &runs.by_start {
                pages += len;
                if !runs.by_size.contains(&(len, start)) || start + len > self.top {
                    return Err(format!("free run {start}+{len} is not indexed"));
                }
                for page in start..start + len {
                    if !arena.span_of(arena.address(page).addr()).is_null() {
                        return Err(format!("free page {page} has a span"));
                    }
                }
            }
            if pages != runs.pages {
                return Err(format!("{pages} free pages, {} counted", runs.pages));
            }
            free += pages;
        }
        if free + self.in_use + 1 == self.top {
            Ok(())
        } else {
            Err(format!("{free} free and {} used pages of {}", self.in_use, self.top))
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        for header in self.headers.drain(..) {
            // SAFETY: made from a box in `header`, and each is in the list once.
            drop(unsafe { Box::from_raw(header) });
        }
    }
}
