//! Storage for the waiters of selects, recycled by size on each worker.

use std::alloc::{self, Layout};
use std::ptr::NonNull;

use crate::g::SelectWaiter;

/// Free blocks that a worker keeps of each size.
const KEEP: usize = 64;
/// Capacities of the classes; larger selects go to the allocator.
const CLASSES: [usize; 3] = [4, 8, 16];

pub(crate) struct WaiterCache<C> {
    free: [Vec<NonNull<SelectWaiter<C>>>; CLASSES.len()],
}

// SAFETY: the cached blocks hold nothing and belong to the cache.
unsafe impl<C: Send> Send for WaiterCache<C> {}

fn class_of(n: usize) -> Option<usize> {
    CLASSES.iter().position(|&capacity| n <= capacity)
}

fn layout<C>(n: usize) -> Layout {
    let n = class_of(n).map_or(n, |class| CLASSES[class]);
    Layout::array::<SelectWaiter<C>>(n).expect("a select has far fewer cases than memory has bytes")
}

impl<C> WaiterCache<C> {
    pub(crate) const fn new() -> WaiterCache<C> {
        WaiterCache { free: [Vec::new(), Vec::new(), Vec::new()] }
    }

    #[inline]
    pub(crate) fn alloc(&mut self, n: usize) -> *mut SelectWaiter<C> {
        if let Some(class) = class_of(n)
            && let Some(block) = self.free[class].pop()
        {
            return block.as_ptr();
        }
        // SAFETY: the layout's size is not 0, waiters have fields and capacities are not 0.
        let block = unsafe { alloc::alloc(layout::<C>(n.max(1))) };
        if block.is_null() {
            alloc::handle_alloc_error(layout::<C>(n));
        }
        block.cast()
    }

    /// # Safety
    /// `block` came from `alloc` with the same `n`, of this cache or another worker's.
    #[inline]
    pub(crate) unsafe fn free(&mut self, block: *mut SelectWaiter<C>, n: usize) {
        if let Some(class) = class_of(n)
            && self.free[class].len() < KEEP
            && let Some(block) = NonNull::new(block)
        {
            self.free[class].push(block);
            return;
        }
        // SAFETY: allocated with this layout, as the caller promises.
        unsafe { alloc::dealloc(block.cast(), layout::<C>(n.max(1))) };
    }
}

impl<C> Drop for WaiterCache<C> {
    fn drop(&mut self) {
        for (class, blocks) in self.free.iter().enumerate() {
            for block in blocks {
                // SAFETY: allocated with its class's layout.
                unsafe { alloc::dealloc(block.as_ptr().cast(), layout::<C>(CLASSES[class])) };
            }
        }
    }
}
