//! Frames: where registers live, how goroutines keep them, how calls cross from block to block.
//!
//! A **frame** is a window of registers in a frame block: `fp` leads to r0, below it lie the two
//! words of the header, and if it is a function value's, its closure. Windows overlap: a caller puts
//! arguments into the registers from `base` on, which are the callee's r0…, and finds the results
//! there.
//!
//! ```text
//! fp[-3] closure   fp[-2] distance to the caller, function   fp[-1] return ip   fp[0] r0 …
//! ```
//!
//! The distance from the caller's `fp` is in bytes, in the lower 16 bits; addresses of functions have
//! 48. A return is one subtraction slower than with the caller's address in a word of its own, and
//! frames are a third smaller. A callee that is farther away gets a block of its own. In the first frame of a block it is 0: what leads back is the block's [`Link`]. A goroutine's
//! first block begins with the address of the `go` instruction.
//!
//! A goroutine's first **block** is just large enough for its entry function; where a call does not
//! fit, [`push_block`] chains a further block, copies the arguments over and lets
//! the callee return to the `LeaveBlock` instruction, which copies the results back. A worker keeps
//! the block that was left last as its spare, so that a loop at the edge of a large block does not
//! map and unmap it.
//!
//! Invariant *frames*: from the header on, the words of a frame's function (`num_regs`) lie in one
//! block, and the registers that instructions name lie among them; the compiler promises the
//! latter, [`Local::limit`] the former.

use gol_bytecode::{CLOSURE_HEADER_WORDS, FRAME_HEADER_WORDS, Op, Reg};
use gol_heap::{SlabCache, SlabClass};

use crate::code::RtFunction;
use crate::context::Context;
use crate::fault::Fault;
use crate::local::Local;

/// Words of a frame's header.
const HEADER: usize = FRAME_HEADER_WORDS as usize;
/// Words below the frames that lie in no window of their caller: there is always room for a closure.
pub(crate) const HEADER_ABOVE: usize = CLOSURE_HEADER_WORDS as usize;

/// What a goroutine may have in frame blocks, as in Go.
pub(crate) const MAX_STACK: usize = 1_000_000_000;

/// The head of a frame block; words for frames follow. A goroutine's first block has no more than
/// this; before that of another one lies its [`Link`].
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Block {
    /// In a first block, the number of the goroutine that started it; in others the low half is
    /// the sum of the sizes of this block and those below, in units of 64 bytes. With [`BUBBLED`],
    /// the high half is the number of the goroutine's bubble instead.
    low: u32,
    high: u16,
    class: SlabClass,
    /// [`FIRST`], [`BUBBLED`]; above them, in a first block, how often its first frame has made a
    /// call that did not fit, in steps of [`CROSSING`].
    marks: u8,
}

/// One call across the edge of a first block, in its marks.
const CROSSING: u8 = 4;
/// With more (after some sixty) it is replaced by one with room for such calls: a goroutine that
/// calls in a loop pays for a larger block, one that calls now and then does not.
const CROSSINGS: u8 = u8::MAX - CROSSING;
/// What a first block that is replaced gets beyond the room for the call, in words.
const ROOM: usize = 24;
/// No first block is replaced by one of more bytes.
const WIDEST: usize = 2048;

/// What leads back from a block to the one below.
#[repr(C)]
struct Link {
    /// The block that called into this one, and the frame.
    prev: *mut Block,
    caller: *mut u64,
    /// Where the first frame really returns to.
    return_ip: *const u64,
    /// Where the caller has its arguments and wants the results.
    base: *mut u64,
}

/// A goroutine's first block.
const FIRST: u8 = 1;
/// Of a goroutine in a bubble.
const BUBBLED: u8 = 2;

impl Block {
    #[inline(always)]
    pub(crate) fn is_first(block: *mut Block) -> bool {
        // SAFETY: the block is live.
        unsafe { (*block).marks & FIRST != 0 }
    }

    /// The bubble in which the goroutine is; 0: none. It is kept here, because a goroutine's header
    /// has no room for it, and this line is looked at before the goroutine runs anyway.
    #[inline]
    pub(crate) fn bubble(block: *mut Block) -> u16 {
        // SAFETY: the block is live.
        unsafe { if (*block).marks & BUBBLED == 0 { 0 } else { (*block).high } }
    }

    /// Puts a goroutine into a bubble. Of the number of the goroutine that started it, the upper bits
    /// are forgotten.
    pub(crate) fn set_bubble(block: *mut Block, number: u16) {
        // SAFETY: the block is live, and the caller's.
        unsafe {
            if number != 0 {
                (*block).marks |= BUBBLED;
                (*block).high = number;
            } else if (*block).marks & BUBBLED != 0 {
                (*block).marks &= !BUBBLED;
                (*block).high = 0;
            }
        }
    }

    /// First word for frames.
    pub(crate) fn words(block: *mut Block) -> *mut u64 {
        // SAFETY: blocks are larger than their head.
        unsafe { block.add(1).cast() }
    }

    fn link(block: *mut Block) -> *mut Link {
        // SAFETY: callers have a block that is not its goroutine's first one.
        unsafe {
            debug_assert!(!Block::is_first(block));
            block.cast::<Link>().sub(1)
        }
    }

    /// The block below.
    pub(crate) fn prev(block: *mut Block) -> Option<*mut Block> {
        // SAFETY: the block is live; others than first ones have a link.
        unsafe { if Block::is_first(block) { None } else { Some((*Block::link(block)).prev) } }
    }

    /// Where its memory begins.
    #[inline]
    fn start(block: *mut Block) -> *mut u8 {
        let before = if Block::is_first(block) { 0 } else { size_of::<Link>() };
        block.cast::<u8>().wrapping_sub(before)
    }

    #[inline]
    pub(crate) fn limit(block: *mut Block) -> *mut u64 {
        // SAFETY: the block is live and as large as its class says.
        unsafe { Block::start(block).add((*block).class.size()).cast() }
    }

    /// The number of the goroutine that started the one of this first block.
    ///
    /// # Safety
    /// The block is live and a first one.
    unsafe fn parent(block: *mut Block) -> u64 {
        // SAFETY: as the caller promises.
        unsafe {
            let high = if Block::bubble(block) == 0 { (*block).high } else { 0 };
            u64::from(high) << 32 | u64::from((*block).low)
        }
    }

    /// The sum of the sizes of a block and those below, in units of 64 bytes.
    fn total(block: *mut Block) -> u32 {
        // SAFETY: the block is live.
        unsafe {
            if Block::is_first(block) {
                (*block).class.size().div_ceil(64) as u32
            } else {
                (*block).low
            }
        }
    }

    fn total_above(prev: *mut Block, class: SlabClass) -> u32 {
        Block::total(prev).saturating_add(class.size().div_ceil(64) as u32)
    }

    /// A goroutine's first block, for some words.
    #[inline]
    fn alloc_first(slabs: &mut SlabCache, words: usize, parent: u64) -> Option<*mut Block> {
        let class = SlabClass::of(size_of::<Block>() + words * 8);
        let block = slabs.alloc(class).cast::<Block>();
        if block.is_null() {
            return None;
        }
        let (low, high) = (parent as u32, (parent >> 32) as u16);
        // SAFETY: the slab is ours and large enough for the head.
        unsafe { block.write(Block { low, high, class, marks: FIRST }) };
        Some(block)
    }

    /// A further block of a class, above another one.
    fn alloc_above(
        slabs: &mut SlabCache,
        class: SlabClass,
        prev: *mut Block,
    ) -> Option<*mut Block> {
        let link = slabs.alloc(class).cast::<Link>();
        if link.is_null() {
            return None;
        }
        let head = Block { low: 0, high: 0, class, marks: 0 };
        // SAFETY: the slab is ours and large enough for link and head.
        unsafe {
            let block = link.add(1).cast::<Block>();
            block.write(head);
            Block::put_above(block, prev);
            Some(block)
        }
    }

    /// Makes a block with a link the one above another.
    ///
    /// # Safety
    /// Both are live, and the upper one is in use by nobody.
    unsafe fn put_above(block: *mut Block, prev: *mut Block) {
        // SAFETY: as the caller promises.
        unsafe {
            (*block).low = Block::total_above(prev, (*block).class);
            Block::set_bubble(block, Block::bubble(prev));
            let (caller, base) = (std::ptr::null_mut(), std::ptr::null_mut());
            let link = Link { prev, caller, return_ip: std::ptr::null(), base };
            Block::link(block).write(link);
        }
    }

    /// Gives a block back.
    ///
    /// # Safety
    /// No frame in it is used any more.
    #[inline]
    pub(crate) unsafe fn free(slabs: &mut SlabCache, block: *mut Block) {
        // SAFETY: the caller promises that the block is ours and unused.
        unsafe { slabs.free(Block::start(block), (*block).class) };
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

    /// Moves two registers as words: see [`Regs::copy`].
    #[inline(always)]
    pub(crate) fn move2(self, dst: Reg, src: Reg) {
        // SAFETY: as in `get2`.
        unsafe {
            let from = self.ptr(src);
            let pair = [from.read_volatile(), from.add(1).read_volatile()];
            self.set2(dst, pair);
        }
    }

    /// Copies words to or from registers one by one; the places may overlap. The instruction before
    /// wrote them one by one, and a wider load has to wait until such stores have left the
    /// processor's queue (some twenty cycles), where a load of a word finds its own.
    ///
    /// # Safety
    /// `n` words can be read and written.
    #[inline(always)]
    pub(crate) unsafe fn copy(from: *const u64, to: *mut u64, n: usize) {
        // SAFETY: the caller's promise. Upwards unless the target begins inside of the source.
        unsafe {
            if to.addr().wrapping_sub(from.addr()) >= n * 8 {
                for at in 0..n {
                    to.add(at).write(from.add(at).read_volatile());
                }
            } else {
                for at in (0..n).rev() {
                    to.add(at).write(from.add(at).read_volatile());
                }
            }
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
        unsafe { &*((*self.0.sub(2) >> DISTANCE) as *const RtFunction) }
    }

    /// In words, from here to the frame of a callee.
    #[inline(always)]
    pub(crate) fn distance(self, callee: *mut u64) -> usize {
        (callee.addr() - self.0.addr()) / 8
    }

    #[inline(always)]
    pub(crate) fn closure(self) -> *const u64 {
        // SAFETY: invariant *frames*.
        unsafe { *self.0.sub(3) as *const u64 }
    }

    /// What a return makes the running frame's address: its own in the first frame of a block, whose
    /// return address says what else is to be done. Volatile: the whole word is loaded, as it was stored;
    /// a load of a part has to wait longer for the store.
    #[inline(always)]
    pub(crate) fn back(self) -> *mut u64 {
        // SAFETY: invariant *frames*.
        unsafe { self.0.byte_sub(usize::from(self.0.sub(2).read_volatile() as u16)) }
    }

    /// The caller's frame; null in a goroutine's first one.
    #[inline]
    pub(crate) fn caller(self) -> *mut u64 {
        if self.is_first() {
            return std::ptr::null_mut();
        }
        if std::ptr::eq(self.return_ip(), &raw const LEAVE_BLOCK) {
            // SAFETY: a frame that returns through `LeaveBlock` is the first of its block, which is not
            // a goroutine's first one.
            unsafe {
                let block = self.0.sub(HEADER_ABOVE).cast::<Block>().sub(1);
                return (*Block::link(block)).caller;
            }
        }
        self.back()
    }

    #[inline]
    fn is_first(self) -> bool {
        std::ptr::eq(self.return_ip(), &raw const END_GOROUTINE)
    }

    #[inline(always)]
    pub(crate) fn return_ip(self) -> *const u64 {
        // SAFETY: invariant *frames*.
        unsafe { *self.0.sub(1) as *const u64 }
    }

    /// Writes a header, `distance` words above the caller's frame. Without a closure there may be no
    /// word for one.
    #[inline(always)]
    pub(crate) fn set_call(
        self,
        function: *const RtFunction,
        closure: Option<u64>,
        distance: usize,
        return_ip: *const u64,
    ) {
        debug_assert!(distance <= FARTHEST && (function as u64) >> (64 - DISTANCE) == 0);
        // SAFETY: invariant *frames*: the header lies below r0.
        unsafe {
            if let Some(closure) = closure {
                *self.0.sub(3) = closure;
            }
            *self.0.sub(2) = (function as u64) << DISTANCE | distance as u64 * 8;
            *self.0.sub(1) = return_ip as u64;
        }
    }
}

/// Bits of the distance to the caller, below those of the function's address.
const DISTANCE: u32 = 16;
/// The longest one, in words.
pub(crate) const FARTHEST: usize = u16::MAX as usize / 8;

/// A function without a closure gets 0 for one.
#[inline(always)]
fn present(closure: u64) -> Option<u64> {
    (closure != 0).then_some(closure)
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
    let distance = Regs(caller).distance(base);
    if end <= local.limit && distance <= FARTHEST {
        Regs(base).set_call(function, present(closure), distance, return_ip);
        return Ok(base);
    }
    push_block(local, function, closure, caller, base, return_ip)
}

/// Before the running frame `r` calls `function` at `base`, where that does not fit into the block:
/// where the frame is now, in a larger first block if it calls like that again and again.
///
/// A goroutine's only frame can move, since nothing leads to it but its deferred calls.
pub(crate) fn widen(
    local: &mut Local,
    ctx: &Context,
    r: Regs,
    function: &RtFunction,
    base: *mut u64,
) -> Regs {
    let block = local.block;
    let words = Block::words(block);
    // SAFETY: the current block is live; a first one has its count.
    let marks = unsafe { &mut (*block).marks };
    let is_only = *marks & FIRST != 0 && r.is_first();
    if !is_only || *marks > CROSSINGS {
        return r;
    }
    *marks += CROSSING;
    if *marks <= CROSSINGS {
        return r;
    }
    let callee = (base.addr() - words.addr()) / 8 + function.num_regs as usize;
    let used = (r.0.addr() - words.addr()) / 8 + r.function().num_regs as usize;
    let wanted = callee.max(used) + ROOM;
    let keeps_frame = r.function().source.flags.keeps_frame || !ctx.rest.panics().is_null();
    if keeps_frame || wanted * 8 > WIDEST {
        return r;
    }
    // SAFETY: the new block has room for the frame, the old one is used by nobody any more; deferred
    // calls of the running goroutine are ours.
    unsafe {
        let (parent, bubble) = (Block::parent(block), Block::bubble(block));
        let Some(wide) = Block::alloc_first(&mut local.slabs, wanted, parent) else { return r };
        Block::set_bubble(wide, bubble);
        let moved = Block::words(wide);
        std::ptr::copy_nonoverlapping(words, moved, used);
        let fp = moved.byte_add(r.0.addr() - words.addr());
        Block::free(&mut local.slabs, block);
        local.block = wide;
        local.limit = Block::limit(wide);
        crate::defer::frame_moved(ctx, r.0, fp);
        Regs(fp)
    }
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
    let distance = Regs(top).function().num_regs as usize + HEADER_ABOVE;
    let base = top.wrapping_add(distance);
    let words = function.num_regs.max(u32::from(function.result_words)) as usize;
    if base.wrapping_add(words) <= local.limit && distance <= FARTHEST {
        Regs(base).set_call(function, Some(closure), distance, return_ip);
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
    let words = function.frame_words().max(function.result_words as usize + HEADER_ABOVE);
    let block = next_block(local, words)?;
    let fp = Block::words(block).wrapping_add(HEADER_ABOVE);
    // SAFETY: the new block has room for the frame; the arguments lie in the caller's.
    unsafe {
        let link = Block::link(block);
        ((*link).caller, (*link).return_ip, (*link).base) = (caller, return_ip, base);
        if !base.is_null() {
            std::ptr::copy_nonoverlapping(base, fp, function.param_words as usize);
        }
    }
    Regs(fp).set_call(function, Some(closure), 0, &raw const LEAVE_BLOCK);
    local.block = block;
    local.limit = Block::limit(block);
    Ok(fp)
}

/// The block after the current one: the spare, or a new one, a size larger than the current.
fn next_block(local: &mut Local, words: usize) -> Result<*mut Block, Fault> {
    let current = local.block;
    let bytes = size_of::<Link>() + size_of::<Block>() + words * 8;
    // SAFETY: the current block is live, and the spare is the worker's own.
    unsafe {
        let larger = ((*current).class.size() + 1).clamp(512, 1 << 20);
        let class = SlabClass::of(bytes.max(larger));
        if Block::total(current) as usize * 64 + class.size() > MAX_STACK {
            return Err(Fault::Fatal("stack overflow".into()));
        }
        let spare = local.spare;
        if !spare.is_null() && (*spare).class == class {
            local.spare = std::ptr::null_mut();
            Block::put_above(spare, current);
            return Ok(spare);
        }
        Block::alloc_above(&mut local.slabs, class, current).ok_or_else(Fault::out_of_memory)
    }
}

/// Leaves the block whose first frame has just returned; the results go to where the caller
/// expects them. Continues at the real return address.
pub(crate) fn leave_block(local: &mut Local) {
    let block = local.block;
    // SAFETY: the current block is live and was entered by `push_block`, so there is one below.
    unsafe {
        let results = Block::words(block).add(HEADER_ABOVE);
        let Link { base, return_ip, caller, .. } = *Block::link(block);
        if base.is_null() {
            local.printed = Some(Regs(results).get2(Reg(0)));
            let words = Regs(results).function().result_words as usize;
            local.returned.clear();
            local.returned.extend_from_slice(std::slice::from_raw_parts(results, words));
        } else {
            let words = Regs(results).function().result_words;
            std::ptr::copy_nonoverlapping(results, base, words as usize);
        }
        (local.ip, local.fp) = (return_ip, caller);
    }
    drop_block(local);
}

/// Makes the block below the current one the current one; keeps the left one as the spare.
pub(crate) fn drop_block(local: &mut Local) {
    let block = local.block;
    // SAFETY: both blocks are live; no frame of the left one is used any more.
    unsafe {
        let prev = (*Block::link(block)).prev;
        local.give_spare_back();
        local.spare = block;
        local.block = prev;
        local.limit = Block::limit(prev);
    }
}

/// The first block of a goroutine that runs `function`, with its frame and some words of room behind
/// it; without memory `false`. The arguments are to be written from the context's `fp` on. The context
/// is one that nothing was done with since [`Context::new`] or the end of its last goroutine.
#[inline]
pub(crate) fn first_frame(
    slabs: &mut SlabCache,
    function: &'static RtFunction,
    closure: u64,
    go_ip: *const u64,
    parent: u64,
    room: usize,
    context: &mut Context,
) -> bool {
    // A word for the `go` instruction, and one for the closure only where there is one: a million
    // goroutines have this block.
    let before = 1 + HEADER + usize::from(closure != 0);
    let words = before + function.num_regs as usize;
    let Some(block) = Block::alloc_first(slabs, words + room, parent) else {
        return false;
    };
    // SAFETY: the new block has so many words.
    let fp = unsafe {
        *Block::words(block) = go_ip as u64;
        Block::words(block).add(before)
    };
    Regs(fp).set_call(function, present(closure), 0, &raw const END_GOROUTINE);
    (context.fp, context.ip, context.block) = (fp, function.entry, block);
    true
}

/// Where a goroutine was started and by which one.
///
/// # Safety
/// `block` is one of its blocks, or null.
pub(crate) unsafe fn origin(mut block: *mut Block) -> Option<(*const u64, u64)> {
    if block.is_null() {
        return None;
    }
    while let Some(prev) = Block::prev(block) {
        block = prev;
    }
    // SAFETY: a goroutine's first block is live as long as it is, and begins with the instruction.
    unsafe { Some((*Block::words(block) as *const u64, Block::parent(block))) }
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
                let Link { prev, return_ip, base, .. } = *Block::link(block);
                ip = return_ip;
                made_above = base.is_null();
                window = if made_above { base } else { base.wrapping_sub(HEADER) };
                block = prev;
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
    fp >= caller.wrapping_add(Regs(caller).function().num_regs as usize + HEADER_ABOVE)
}
