//! Frames: where registers live, how goroutines keep them, how calls cross from block to block.
//!
//! A **frame** is a window of registers in a frame block: `fp` leads to r0, below it lie the four
//! words of the header. Windows overlap: a caller puts arguments into the registers from `base` on,
//! which are the callee's r0…, and finds the results there.
//!
//! ```text
//! fp[-4] function   fp[-3] closure   fp[-2] caller's fp   fp[-1] return ip   fp[0] r0 …
//! ```
//!
//! A goroutine's first **block** is just large enough for its entry function; where a call does not
//! fit, [`push_block`] chains a further block of twice the size, copies the arguments over and lets
//! the callee return to the `LeaveBlock` instruction, which copies the results back. A worker keeps
//! the block that was left last as its spare, so that a loop at the edge of a large block does not
//! map and unmap it.
//!
//! Invariant *frames*: from `fp - 4` on, the words of a frame's function (`num_regs`) lie in one
//! block, and the registers that instructions name lie among them; the compiler promises the
//! latter, [`Local::limit`] the former.

use gol_bytecode::{FRAME_HEADER_WORDS, Op, Reg};
use gol_heap::{SlabCache, SlabClass};

use crate::code::RtFunction;
use crate::defer::{DeferRecord, PanicRecord};
use crate::fault::Fault;
use crate::local::Local;
use crate::native::Pending;

/// Words of a frame's header.
pub(crate) const HEADER: usize = FRAME_HEADER_WORDS as usize;

/// What a goroutine may have in frame blocks, as in Go.
pub(crate) const MAX_STACK: usize = 1_000_000_000;

/// A goroutine's state while it does not run.
#[derive(Debug)]
pub struct Context {
    pub(crate) fp: *mut u64,
    /// The next instruction.
    pub(crate) ip: *const u64,
    /// The block of the running frame.
    pub(crate) block: *mut Block,
    /// Deferred calls, the newest first.
    pub(crate) defers: *mut DeferRecord,
    /// Panics (and Goexit) that are under way, the newest first.
    pub(crate) panics: *mut PanicRecord,
    /// What to do before the next instruction: the second half of a native that waited.
    pub(crate) resume: Option<Box<Pending>>,
}

// SAFETY: everything a context leads to belongs to its goroutine, which is used by one thread at
// a time and handed on with synchronisation (`gol_sched::g`); pending completions are `Send`.
unsafe impl Send for Context {}

impl Context {
    pub(crate) const fn new() -> Context {
        Context {
            fp: std::ptr::null_mut(),
            ip: std::ptr::null(),
            block: std::ptr::null_mut(),
            defers: std::ptr::null_mut(),
            panics: std::ptr::null_mut(),
            resume: None,
        }
    }
}

/// The head of a frame block; words for frames follow.
#[repr(C)]
pub(crate) struct Block {
    /// The block that called into this one; null in a goroutine's first block.
    pub(crate) prev: *mut Block,
    /// Where the first frame really returns to; in a goroutine's first block, the `go` instruction.
    pub(crate) return_ip: *const u64,
    /// Where the caller has its arguments and wants the results; in a first block, the number of
    /// the goroutine that started it.
    pub(crate) base: u64,
    /// Size class, and the sum of the sizes of this block and those below.
    pub(crate) class: SlabClass,
    /// The bubble in which the goroutine is; 0: none. Here, because the header of a goroutine has no
    /// room for it, and this line is looked at before it runs anyway.
    pub(crate) bubble: u16,
    pub(crate) total: u32,
}

/// A million of them are parked in programs that this is made for.
const _: () = assert!(size_of::<gol_sched::G<Context>>() <= 104);

const BLOCK_BYTES: usize = size_of::<Block>();

impl Block {
    /// First word for frames.
    pub(crate) fn words(block: *mut Block) -> *mut u64 {
        // SAFETY: blocks are larger than their head.
        unsafe { block.add(1).cast() }
    }

    pub(crate) fn limit(block: *mut Block) -> *mut u64 {
        // SAFETY: the block is live and as large as its class says.
        unsafe { block.byte_add((*block).class.size()).cast() }
    }

    /// The sum of the sizes of a block of a class and those below, in units of 64 bytes.
    fn total_above(prev: *mut Block, class: SlabClass) -> u32 {
        // SAFETY: null, or a live block of the same goroutine.
        let below = unsafe { prev.as_ref() }.map_or(0, |prev| prev.total);
        below.saturating_add(class.size().div_ceil(64) as u32)
    }

    fn bytes_for(words: usize) -> usize {
        BLOCK_BYTES + words * 8
    }

    /// A new block of a class.
    pub(crate) fn alloc(
        slabs: &mut SlabCache,
        class: SlabClass,
        prev: *mut Block,
    ) -> Option<*mut Block> {
        let block = slabs.alloc(class).cast::<Block>();
        if block.is_null() {
            return None;
        }
        let head = Block {
            prev,
            return_ip: std::ptr::null(),
            base: 0,
            class,
            // SAFETY: null, or a live block of the same goroutine.
            bubble: unsafe { prev.as_ref() }.map_or(0, |prev| prev.bubble),
            total: Block::total_above(prev, class),
        };
        // SAFETY: the slab is ours and large enough for the head.
        unsafe { block.write(head) };
        Some(block)
    }

    /// Gives a block back.
    ///
    /// # Safety
    /// No frame in it is used any more.
    pub(crate) unsafe fn free(slabs: &mut SlabCache, block: *mut Block) {
        // SAFETY: the caller promises that the block is ours and unused.
        unsafe { slabs.free(block.cast(), (*block).class) };
    }

    /// Whether an address lies among the block's words.
    pub(crate) fn contains(block: *mut Block, fp: *mut u64) -> bool {
        fp >= Block::words(block) && fp < Block::limit(block)
    }
}

/// A one-instruction piece of code that frames return to.
const fn stub(op: Op) -> u64 {
    op as u64
}
pub(crate) static END_GOROUTINE: u64 = stub(Op::EndGoroutine);
pub(crate) static LEAVE_BLOCK: u64 = stub(Op::LeaveBlock);
pub(crate) static DEFER_DONE: u64 = stub(Op::DeferDone);
pub(crate) static PRINTED: u64 = stub(Op::Printed);

/// The registers of a frame. All accesses rest on the invariant *frames*.
#[derive(Clone, Copy)]
pub(crate) struct Regs(pub(crate) *mut u64);

impl Regs {
    #[inline(always)]
    pub(crate) fn ptr(self, reg: Reg) -> *mut u64 {
        // SAFETY: invariant *frames*.
        unsafe { self.0.add(reg.0 as usize) }
    }

    #[inline(always)]
    pub(crate) fn get(self, reg: Reg) -> u64 {
        // SAFETY: invariant *frames*.
        unsafe { *self.ptr(reg) }
    }

    #[inline(always)]
    pub(crate) fn set(self, reg: Reg, value: u64) {
        // SAFETY: invariant *frames*.
        unsafe { *self.ptr(reg) = value }
    }

    #[inline(always)]
    pub(crate) fn get2(self, reg: Reg) -> [u64; 2] {
        // SAFETY: invariant *frames*; a wide operand names two registers.
        unsafe { [*self.ptr(reg), *self.ptr(reg).add(1)] }
    }

    #[inline(always)]
    pub(crate) fn set2(self, reg: Reg, value: [u64; 2]) {
        // SAFETY: as in `get2`.
        unsafe {
            *self.ptr(reg) = value[0];
            *self.ptr(reg).add(1) = value[1];
        }
    }

    #[inline(always)]
    pub(crate) fn int(self, reg: Reg) -> i64 {
        self.get(reg) as i64
    }

    #[inline(always)]
    pub(crate) fn f64(self, reg: Reg) -> f64 {
        f64::from_bits(self.get(reg))
    }

    #[inline(always)]
    pub(crate) fn set_f64(self, reg: Reg, value: f64) {
        self.set(reg, value.to_bits());
    }

    #[inline(always)]
    pub(crate) fn f32(self, reg: Reg) -> f32 {
        f32::from_bits(self.get(reg) as u32)
    }

    #[inline(always)]
    pub(crate) fn set_f32(self, reg: Reg, value: f32) {
        self.set(reg, u64::from(value.to_bits()));
    }

    /// Header fields.
    #[inline(always)]
    pub(crate) fn function(self) -> &'static RtFunction {
        // SAFETY: invariant *frames*: every frame has its function in its header.
        unsafe { &*(*self.0.sub(4) as *const RtFunction) }
    }

    #[inline(always)]
    pub(crate) fn closure(self) -> *const u64 {
        // SAFETY: invariant *frames*.
        unsafe { *self.0.sub(3) as *const u64 }
    }

    #[inline(always)]
    pub(crate) fn caller(self) -> *mut u64 {
        // SAFETY: invariant *frames*.
        unsafe { *self.0.sub(2) as *mut u64 }
    }

    #[inline(always)]
    pub(crate) fn return_ip(self) -> *const u64 {
        // SAFETY: invariant *frames*.
        unsafe { *self.0.sub(1) as *const u64 }
    }

    /// Writes the header of an ordinary call. Without a closure its word keeps what it had: nothing
    /// reads it, and to the collector any word is as good as another.
    #[inline(always)]
    pub(crate) fn set_call(
        self,
        function: *const RtFunction,
        closure: Option<u64>,
        caller: *mut u64,
        return_ip: *const u64,
    ) {
        // SAFETY: invariant *frames*: the header lies below r0.
        unsafe {
            *self.0.sub(4) = function as u64;
            if let Some(closure) = closure {
                *self.0.sub(3) = closure;
            }
            *self.0.sub(2) = caller as u64;
            *self.0.sub(1) = return_ip as u64;
        }
    }

    /// Writes a header.
    #[inline(always)]
    pub(crate) fn set_header(
        self,
        function: *const RtFunction,
        closure: u64,
        caller: *mut u64,
        return_ip: *const u64,
    ) {
        // SAFETY: invariant *frames*: the header lies below r0.
        unsafe {
            *self.0.sub(4) = function as u64;
            *self.0.sub(3) = closure;
            *self.0.sub(2) = caller as u64;
            *self.0.sub(1) = return_ip as u64;
        }
    }
}

/// Makes the frame for a call at `base`, where the arguments lie; in a new block if it does not
/// fit. Returns the callee's `fp`.
pub(crate) fn push_frame(
    local: &mut Local,
    function: &'static RtFunction,
    closure: u64,
    caller: *mut u64,
    base: *mut u64,
    return_ip: *const u64,
) -> Result<*mut u64, Fault> {
    let end = base.wrapping_add(function.num_regs as usize);
    if end <= local.limit {
        Regs(base).set_header(function, closure, caller, return_ip);
        return Ok(base);
    }
    push_block(local, function, closure, caller, base, return_ip)
}

/// Makes the frame of a call that the runtime itself makes, on top of the frame `top`. Arguments are
/// to be written to the callee's registers; results are not passed on.
pub(crate) fn push_above(
    local: &mut Local,
    function: &'static RtFunction,
    closure: u64,
    top: *mut u64,
    return_ip: *const u64,
) -> Result<*mut u64, Fault> {
    let base = top.wrapping_add(Regs(top).function().num_regs as usize + HEADER);
    let words = function.num_regs.max(u32::from(function.result_words)) as usize;
    if base.wrapping_add(words) <= local.limit {
        Regs(base).set_header(function, closure, top, return_ip);
        return Ok(base);
    }
    push_block(local, function, closure, top, std::ptr::null_mut(), return_ip)
}

#[cold]
fn push_block(
    local: &mut Local,
    function: &'static RtFunction,
    closure: u64,
    caller: *mut u64,
    base: *mut u64,
    return_ip: *const u64,
) -> Result<*mut u64, Fault> {
    let words = function.frame_words().max(function.result_words as usize + HEADER);
    let block = next_block(local, words)?;
    let fp = Block::words(block).wrapping_add(HEADER);
    // SAFETY: the new block has room for the frame; the arguments lie in the caller's.
    unsafe {
        (*block).return_ip = return_ip;
        (*block).base = base as u64;
        if !base.is_null() {
            std::ptr::copy_nonoverlapping(base, fp, function.param_words as usize);
        }
    }
    Regs(fp).set_header(function, closure, caller, &raw const LEAVE_BLOCK);
    local.block = block;
    local.limit = Block::limit(block);
    Ok(fp)
}

/// The block after the current one: the spare, or a new one, a size larger than the current.
fn next_block(local: &mut Local, words: usize) -> Result<*mut Block, Fault> {
    let current = local.block;
    let bytes = Block::bytes_for(words);
    // SAFETY: the current block is live, and the spare is the worker's own.
    unsafe {
        let larger = ((*current).class.size() + 1).clamp(512, 1 << 20);
        let class = SlabClass::of(bytes.max(larger));
        if (*current).total as usize * 64 + class.size() > MAX_STACK {
            return Err(Fault::Fatal("stack overflow".into()));
        }
        let spare = local.spare;
        if !spare.is_null() && (*spare).class == class {
            local.spare = std::ptr::null_mut();
            (*spare).prev = current;
            (*spare).bubble = (*current).bubble;
            (*spare).total = Block::total_above(current, class);
            return Ok(spare);
        }
        Block::alloc(&mut local.slabs, class, current).ok_or_else(Fault::out_of_memory)
    }
}

/// Leaves the block whose first frame has just returned; the results go to where the caller
/// expects them. Continues at the real return address.
pub(crate) fn leave_block(local: &mut Local) {
    let block = local.block;
    // SAFETY: the current block is live and was entered by `push_block`, so there is one below.
    unsafe {
        let results = Block::words(block).add(HEADER);
        let base = (*block).base as *mut u64;
        if base.is_null() {
            local.printed = Some(Regs(results).get2(Reg(0)));
            let words = Regs(results).function().result_words as usize;
            local.returned.clear();
            local.returned.extend_from_slice(std::slice::from_raw_parts(results, words));
        } else {
            let words = Regs(results).function().result_words;
            std::ptr::copy_nonoverlapping(results, base, words as usize);
        }
        local.ip = (*block).return_ip;
    }
    drop_block(local);
}

/// Makes the block below the current one the current one; keeps the left one as the spare.
pub(crate) fn drop_block(local: &mut Local) {
    let block = local.block;
    // SAFETY: both blocks are live; no frame of the left one is used any more.
    unsafe {
        let prev = (*block).prev;
        local.give_spare_back();
        local.spare = block;
        local.block = prev;
        local.limit = Block::limit(prev);
    }
}

/// The first block of a goroutine that runs `function`, with its frame. The arguments are to be
/// written from the returned context's `fp` on.
pub(crate) fn first_frame(
    slabs: &mut SlabCache,
    function: &'static RtFunction,
    closure: u64,
    go_ip: *const u64,
    parent: u64,
) -> Option<Context> {
    let class = SlabClass::of(Block::bytes_for(function.frame_words()));
    let block = Block::alloc(slabs, class, std::ptr::null_mut())?;
    let fp = Block::words(block).wrapping_add(HEADER);
    // SAFETY: the block is new and ours.
    unsafe {
        (*block).return_ip = go_ip;
        (*block).base = parent;
    }
    Regs(fp).set_header(function, closure, std::ptr::null_mut(), &raw const END_GOROUTINE);
    Some(Context { fp, ip: function.entry, block, ..Context::new() })
}

/// A frame seen from outside: by traces and by the collector.
pub(crate) struct FrameView {
    pub(crate) fp: *mut u64,
    /// The instruction behind the one that runs.
    pub(crate) ip: *const u64,
    /// Where execution goes on in this frame.
    pub(crate) resume: *const u64,
    /// Where the window of its callee begins, header included; null: it has none, or one apart.
    pub(crate) window: *mut u64,
}

/// Visits the frames of a goroutine from the innermost outwards.
///
/// # Safety
/// The goroutine stands still and `fp`, `ip`, `block` are its state.
pub(crate) unsafe fn walk(
    mut fp: *mut u64,
    mut ip: *const u64,
    mut block: *mut Block,
    visit: &mut dyn FnMut(FrameView) -> bool,
) {
    let (mut resume, mut window) = (ip, std::ptr::null_mut());
    while !fp.is_null() {
        if !visit(FrameView { fp, ip, resume, window }) {
            return;
        }
        let regs = Regs(fp);
        let caller = regs.caller();
        ip = regs.return_ip();
        window = fp.wrapping_sub(HEADER);
        let mut made_above = !caller.is_null() && is_above(fp, caller);
        if std::ptr::eq(ip, &raw const LEAVE_BLOCK) {
            // SAFETY: a frame that returns through `LeaveBlock` is the first of its block.
            unsafe {
                ip = (*block).return_ip;
                let base = (*block).base as *mut u64;
                made_above = base.is_null();
                window = if made_above { base } else { base.wrapping_sub(HEADER) };
                block = (*block).prev;
            }
        }
        resume = ip;
        if made_above {
            ip = ip.wrapping_add(1);
        }
        fp = caller;
    }
}

/// Whether a frame in its caller's block was made by [`push_above`]: it lies behind the registers
/// of the caller, where calls have theirs. Such a frame returns to the instruction that runs.
fn is_above(fp: *mut u64, caller: *mut u64) -> bool {
    fp >= caller.wrapping_add(Regs(caller).function().num_regs as usize + HEADER)
}
