//! Blocks that their owner frees: frame blocks and goroutine headers.

/// The shared part: chunks and free lists of each class.
pub struct Slab {
    _private: (),
}

/// A size class: blocks of `64 << class` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlabClass(pub u8);

impl SlabClass {
    /// The class that serves `size` bytes; sizes over 64 KiB have classes too, served directly.
    pub const fn of(size: usize) -> SlabClass {
        let size = if size < 64 { 64 } else { size };
        SlabClass((size.next_power_of_two().trailing_zeros() - 6) as u8)
    }

    /// Bytes of its blocks.
    pub const fn size(self) -> usize {
        64 << self.0
    }
}

/// A worker's free lists.
pub struct SlabCache {
    _private: (),
}

impl SlabCache {
    /// A block, not zeroed, aligned to 64 bytes. Null if the memory limit is reached.
    #[inline]
    pub fn alloc(&mut self, _class: SlabClass) -> *mut u8 {
        unimplemented!()
    }

    /// Gives a block back, to whichever worker's cache.
    ///
    /// # Safety
    /// `block` came from `alloc` of this heap with the same class and is not used any more.
    #[inline]
    pub unsafe fn free(&mut self, _block: *mut u8, _class: SlabClass) {
        unimplemented!()
    }
}
