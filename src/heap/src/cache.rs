//! A worker's front of the heap.

use crate::{HeapStats, LayoutId};

/// Owned by one worker (or any other thread that allocates while it is not stopped).
pub struct AllocCache {
    _private: (),
}

impl AllocCache {
    /// A zeroed object, aligned to 16 bytes from 16 bytes on. Null if the memory limit is reached
    /// (raise `Fault::out_of_memory`). Size 0 gives some address that is not null.
    #[inline]
    pub fn alloc(&mut self, _size: usize, _layout: LayoutId) -> *mut u8 {
        unimplemented!()
    }

    /// A zeroed array; `layout` is its element's. Null also if the size overflows.
    #[inline]
    pub fn alloc_array(&mut self, _layout: LayoutId, _elem_size: usize, _n: usize) -> *mut u8 {
        unimplemented!()
    }

    /// The size that an object of `size` bytes really takes.
    pub fn usable_size(_size: usize) -> usize {
        unimplemented!()
    }

    pub fn heap(&self) -> &crate::Heap {
        unimplemented!()
    }

    /// Exact figures as seen from this worker.
    pub fn stats(&mut self) -> HeapStats {
        unimplemented!()
    }
}
