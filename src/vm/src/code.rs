//! Functions as they are executed: code at addresses that never change, and what calls need of it.

use gol_bytecode::{CLOSURE_HEADER_WORDS, Function, JumpTable};
use gol_heap::LayoutId;

use crate::liveness;

/// A loaded function. Lives at one address as long as the runtime.
#[derive(Debug)]
pub(crate) struct RtFunction {
    /// The first instruction.
    pub(crate) entry: *const u64,
    /// Registers, the headers and arguments of callees included.
    pub(crate) num_regs: u32,
    pub(crate) param_words: u16,
    pub(crate) result_words: u16,
    pub(crate) wrapper: bool,
    /// Layout of closure objects over this function: its address, then the captures.
    pub(crate) closure_layout: LayoutId,
    /// The closure object without captures: `[address of self, 0]`, outside of the heap.
    pub(crate) static_closure: *const u64,
    pub(crate) code_len: u32,
    /// Everything that running code does not look at.
    pub(crate) source: Box<Function>,
    /// Number in the program.
    pub(crate) idx: u32,
    /// The tables of its `Switch` instructions; they lie in `source`.
    pub(crate) tables: *const [JumpTable],
    /// Which registers are live where, for the collector.
    pub(crate) live: liveness::Cell,
}

// SAFETY: the pointers lead to memory that belongs to the same image and is not written after
// loading.
unsafe impl Send for RtFunction {}
// SAFETY: as above.
unsafe impl Sync for RtFunction {}

impl RtFunction {
    /// The number that stands for the code of a function value, as `runtime.FuncForPC` knows it.
    ///
    /// # Safety
    /// The value is nil or a closure's address.
    pub(crate) unsafe fn entry_of(value: u64) -> u64 {
        let closure = value as *const *const RtFunction;
        // SAFETY: a closure's first word is its function, which lives as long as the runtime.
        let function = unsafe { closure.as_ref().map(|function| &**function) };
        function.map_or(0, |function| u64::from(function.idx) << 32 | 1)
    }

    /// Words that a frame of it takes, header and closure included.
    #[inline(always)]
    pub(crate) fn frame_words(&self) -> usize {
        self.num_regs as usize + CLOSURE_HEADER_WORDS as usize
    }

    /// Word index of an instruction in this function, if it lies here.
    pub(crate) fn index_of(&self, ip: *const u64) -> Option<u32> {
        let distance = (ip as usize).checked_sub(self.entry as usize)?;
        let index = (distance / 8) as u32;
        (index < self.code_len).then_some(index)
    }

    pub(crate) fn name(&self) -> &str {
        &self.source.name
    }
}
