//! Memory: objects that the collector frees, and slabs that their owner frees. Knows no goroutine.
//!
//! The interface that the VM uses (each item in its own file; this is the map):
//!
//! - [`Heap`]: arenas, spans, page table, pacing; one for a runtime, shared by its workers.
//! - [`AllocCache`]: a worker's own front of it. Allocation never collects: it only requests it.
//! - [`LayoutId`], [`LayoutSpec`]: which words of an object are pointers.
//! - [`Roots`], [`Marker`]: how the owner of the roots shows them to the collector.
//! - [`Heap::work`], [`Heap::stopped`]: a collection, in slices beside the running program.
//! - [`store_word`], [`store_pair`]: the one place through which every pointer is stored, with the
//!   barrier ([`before_overwrite`]).
//! - [`Slab`], [`SlabCache`]: frame blocks and goroutine headers, recycled by size.

// Words and pairs are read through byte addresses all over; alignment is argued where it matters.
#![allow(clippy::cast_ptr_alignment)]

mod arena;
mod barrier;
mod cache;
mod central;
mod collect;
mod heap;
mod layout;
mod mark;
mod os;
mod pacer;
mod reach;
mod roots;
mod size_class;
mod slab;
mod span;
mod special;
mod store;
mod verify;
mod view;

#[cfg(test)]
mod tests;

pub use barrier::before_overwrite;
pub use cache::AllocCache;
pub use collect::{Effort, Pace, Progress};
pub use heap::{Heap, HeapConfig, HeapStats};
pub use layout::{LayoutId, LayoutSpec};
pub use os::{HUGE, map_huge, unmap_huge};
pub use reach::Reach;
pub use roots::{Marker, Roots};
pub use slab::{Slab, SlabCache, SlabClass};
pub use special::Job;
pub use store::{
    copy_pair, init_pair_from, init_swapped_pairs, init_word, load_pair, load_pair_to, load_word,
    store_pair, store_pair_from, store_word,
};
