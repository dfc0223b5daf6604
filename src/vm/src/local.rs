//! What a worker has of its own: allocation front, free lists, addresses of the program's tables,
//! and the place where handlers and cold paths hand the running frame to each other.
//!
//! Invariant *running frame*: while handlers run, `ip`, `fp` and `budget` live in machine
//! registers; the fields of those names here are valid only between a cold path that stored them
//! and the dispatcher that takes them up again.

use std::sync::Arc;

use gol_bytecode::{ConstIdx, FuncIdx, StrIdx, TypeIdx};
use gol_heap::{AllocCache, LayoutId, LayoutSpec, Pace, SlabCache};
use gol_sched::{GRef, Switch, Worker};

use crate::code::RtFunction;
use crate::context::Context;
use crate::dispatch::{Code, SlowPath};
use crate::fault::Fault;
use crate::frame::Block;
use crate::load::Tables;
use crate::native::NativeFn;
use crate::rtype::RType;
use crate::runtime::{Shared, Vm};

/// A worker of the VM's scheduler: what every operation that may switch goroutines is given.
pub type VmWorker = Worker<Vm>;

/// A goroutine of the VM.
pub type VmG = GRef<Context>;

/// A call under way.
#[derive(Clone, Copy)]
pub(crate) struct Callee {
    pub(crate) function: Option<&'static RtFunction>,
    pub(crate) closure: u64,
    pub(crate) base: *mut u64,
}

/// A worker's own part of the VM.
pub struct Local {
    /// End of the current frame block: no frame may reach beyond.
    pub(crate) limit: *mut u64,
    /// Whether the heap marks, so that stores need the barrier: as long as a goroutine runs, it does
    /// not change.
    pub(crate) marking: bool,
    pub(crate) tables: Tables,
    /// Back edges and calls from one safepoint to the next.
    pub(crate) budget: i64,
    /// The next instruction and its frame, when a cold path has changed them.
    pub(crate) ip: *const u64,
    pub(crate) fp: *mut u64,
    pub(crate) block: *mut Block,
    /// A block that was left; null: none.
    pub(crate) spare: *mut Block,
    /// The goroutine that runs.
    pub(crate) g: Option<VmG>,
    pub(crate) switch: Switch,
    /// The bubble of the goroutine that runs; 0: none.
    pub(crate) bubble: u16,
    /// Index and length of an index fault on its way to its cold path.
    pub(crate) trap: (u64, u64),
    /// A rare path on its way to its caller.
    #[cfg_attr(not(gol_tail), allow(dead_code))]
    pub(crate) slow: SlowPath,
    /// The call that a rare path is to make in a further block.
    pub(crate) callee: Callee,
    /// First two result words of a call of the runtime's own that returned across a block's edge.
    pub(crate) printed: Option<[u64; 2]>,
    /// When this worker works for the collector.
    pub(crate) pace: Pace,
    /// Goroutines that this worker has run while the heap marked.
    pub(crate) turns: u32,
    /// All result words of such a call.
    pub(crate) returned: Vec<u64>,
    /// Allocates objects; what the collector frees.
    pub alloc: AllocCache,
    /// Frame blocks and other records that their owner frees.
    pub slabs: SlabCache,
    /// Layouts of arrays of strings or slices, and of interfaces.
    pub(crate) string_layout: LayoutId,
    pub(crate) iface_layout: LayoutId,
    /// A buffer for natives: [`NativeCx::take_buffer`](crate::native::NativeCx::take_buffer).
    pub(crate) buffer: Vec<u8>,
    /// State of the generator behind [`Local::random`].
    pub(crate) rng: u64,
    pub(crate) shared: Arc<Shared>,
}

impl Local {
    pub(crate) fn new(shared: &Arc<Shared>, worker: usize) -> Local {
        Local {
            limit: std::ptr::null_mut(),
            marking: false,
            tables: shared.tables(),
            budget: shared.budget,
            ip: std::ptr::null(),
            fp: std::ptr::null_mut(),
            block: std::ptr::null_mut(),
            spare: std::ptr::null_mut(),
            g: None,
            switch: Switch::Exited,
            bubble: 0,
            trap: (0, 0),
            slow: |_, _, _| Code::Resume,
            callee: Callee { function: None, closure: 0, base: std::ptr::null_mut() },
            printed: None,
            turns: 0,
            pace: Pace::new(shared.is_deterministic()),
            returned: Vec::new(),
            alloc: shared.heap.alloc_cache(),
            slabs: shared.heap.slab_cache(),
            string_layout: shared.heap.register_layout(LayoutSpec::of(16, &[0])),
            iface_layout: shared.heap.register_layout(LayoutSpec::of(16, &[8])),
            buffer: Vec::new(),
            rng: shared.seed(worker),
            shared: Arc::clone(shared),
        }
    }

    /// Frees the spare block, if there is one.
    pub(crate) fn give_spare_back(&mut self) {
        if !self.spare.is_null() {
            // SAFETY: the spare is the worker's own and holds no frames.
            unsafe { Block::free(&mut self.slabs, self.spare) };
            self.spare = std::ptr::null_mut();
        }
    }

    /// What all workers share.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    #[inline(always)]
    pub(crate) fn func(&self, idx: FuncIdx) -> &'static RtFunction {
        // SAFETY: the compiler's indices lie in the table; functions live as long as the runtime,
        // which outlives everything that runs on its workers.
        unsafe { &*self.tables.funcs.add(idx.0 as usize) }
    }

    /// A type of the program.
    #[inline(always)]
    pub fn rtype(&self, idx: TypeIdx) -> &'static RType {
        // SAFETY: as in `func`.
        unsafe { &**self.tables.types.add(idx.0 as usize) }
    }

    #[inline(always)]
    pub(crate) fn constant(&self, idx: ConstIdx) -> u64 {
        // SAFETY: as in `func`.
        unsafe { *self.tables.consts.add(idx.0 as usize) }
    }

    #[inline(always)]
    pub(crate) fn string(&self, idx: StrIdx) -> [u64; 2] {
        // SAFETY: as in `func`.
        unsafe { *self.tables.strings.add(idx.0 as usize) }
    }

    #[inline(always)]
    pub(crate) fn native(&self, idx: gol_bytecode::NativeIdx) -> NativeFn {
        // SAFETY: as in `func`.
        unsafe { *self.tables.natives.add(idx.0 as usize) }
    }

    #[inline(always)]
    pub(crate) fn global(&self, off: u32) -> *mut u8 {
        // SAFETY: the compiler's offsets lie in the block of package variables.
        unsafe { self.tables.globals.add(off as usize) }
    }

    /// A random word (xorshift64*), for map iteration; reproducible with a seed.
    #[inline]
    pub fn random(&mut self) -> u64 {
        let mut x = self.rng;
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.rng = x;
        x.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A copy of bytes in the heap as a string's two words.
    #[inline]
    pub fn new_string(&mut self, bytes: &[u8]) -> Result<[u64; 2], Fault> {
        if bytes.is_empty() {
            return Ok([0, 0]);
        }
        let data = self.alloc.alloc(bytes.len(), gol_heap::LayoutId::NOSCAN);
        if data.is_null() {
            return Err(Fault::out_of_memory());
        }
        // SAFETY: the new object has `bytes.len()` bytes and nobody else knows it.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len()) };
        Ok([data as u64, bytes.len() as u64])
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.give_spare_back();
    }
}
