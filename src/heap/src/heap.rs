//! The heap as a whole.

use std::io;
use std::sync::Arc;

use crate::{AllocCache, LayoutId, LayoutSpec, Roots, SlabCache};

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
}

impl Default for HeapConfig {
    fn default() -> HeapConfig {
        HeapConfig { gogc: Some(100), memory_limit: u64::MAX, stress: 0, poison: false }
    }
}

/// Figures in the terms of Go's `runtime.MemStats`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    pub alloc: u64,
    pub total_alloc: u64,
    pub mallocs: u64,
    pub frees: u64,
    pub sys: u64,
    pub heap_sys: u64,
    pub heap_idle: u64,
    pub heap_inuse: u64,
    pub heap_released: u64,
    pub heap_objects: u64,
    pub slab_inuse: u64,
    pub next_gc: u64,
    pub num_gc: u32,
    pub pause_total_ns: u64,
    pub last_pause_ns: u64,
    /// Unix time of the last collection in ns.
    pub last_gc: u64,
}

/// Memory of one runtime.
pub struct Heap {
    _private: (),
}

impl Heap {
    pub fn new(_config: HeapConfig) -> io::Result<Arc<Heap>> {
        unimplemented!()
    }

    /// A worker's allocation front.
    pub fn alloc_cache(self: &Arc<Heap>) -> AllocCache {
        unimplemented!()
    }

    /// A worker's front to slabs.
    pub fn slab_cache(self: &Arc<Heap>) -> SlabCache {
        unimplemented!()
    }

    /// Registers a pointer map; equal maps get the same id, one without pointers `NOSCAN`.
    pub fn register_layout(&self, _spec: LayoutSpec) -> LayoutId {
        unimplemented!()
    }

    /// Whether a collection is due; a relaxed load.
    #[inline]
    pub fn collection_requested(&self) -> bool {
        unimplemented!()
    }

    /// Makes a collection due (`runtime.GC`).
    pub fn request_collection(&self) {
        unimplemented!()
    }

    /// Runs one collection. Called by each of `workers` threads (numbers `0..workers`) while all
    /// users of the heap stand still; returns in all of them when marking is over.
    pub fn collect(&self, _worker: usize, _workers: usize, _roots: &dyn Roots) {
        unimplemented!()
    }

    /// `debug.SetGCPercent`: returns the old value; `None` is off.
    pub fn set_gogc(&self, _percent: Option<u32>) -> Option<u32> {
        unimplemented!()
    }

    pub fn set_memory_limit(&self, _bytes: u64) -> u64 {
        unimplemented!()
    }

    pub fn stats(&self) -> HeapStats {
        unimplemented!()
    }

    /// Sweeps all and gives free memory back to the system (`debug.FreeOSMemory`).
    pub fn release_memory(&self) {
        unimplemented!()
    }

    /// Checks the heap's own structures. The world stands still.
    pub fn verify(&self) -> Result<(), String> {
        unimplemented!()
    }

    /// The object that an address leads into, if any: its first address and its size. The world
    /// stands still.
    pub fn object_of(&self, _address: u64) -> Option<(*mut u8, usize)> {
        unimplemented!()
    }
}
