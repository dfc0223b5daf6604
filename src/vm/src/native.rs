//! What native functions of the standard library see: their arguments and results, the heap through
//! copies and views, waiting, and the world outside. Safe code on their side.
//!
//! A native reads its arguments in order with [`NativeCx::int`], [`NativeCx::str`]… and then
//! writes its results in order with [`NativeCx::ret_int`]…; **arguments and results share the
//! same registers**, so all arguments are read before the first result is written. Views of
//! strings and slices stay valid until the native returns, because collection only happens at
//! safepoints.
//!
//! A native that has to wait saves nothing itself: it calls [`NativeCx::offload`] (a blocking call
//! on another thread), [`NativeCx::suspend`] (woken by somebody), [`NativeCx::sleep`], as the **last
//! thing** it does, and returns `Ok(())`. Results are then written by the completion, which gets a
//! fresh context with the same arguments.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64};

use gol_heap::LayoutId;
use gol_sched::Switch;
pub use gol_sched::WaitReason;

use crate::context::Pending;
use crate::fault::Fault;
use crate::local::{VmG, VmWorker};
use crate::runtime::Shared;
use crate::value::{GoBytes, GoSlice, GoStr, Value};

/// What a native function comes to: an error is a panic or the end of the program.
pub type NativeResult = Result<(), Fault>;

/// A native function.
pub type NativeFn = fn(&mut NativeCx<'_>) -> NativeResult;

/// The natives of one package: its import path, and each by `Func` or `Type.Method`.
pub type NativeTable = (&'static str, &'static [(&'static str, NativeFn)]);

/// Native functions by full name: `strings.Index`, `time.Timer.Stop`. Nothing is built at start-up:
/// a program looks up the few that it uses.
#[derive(Clone, Copy, Default)]
pub struct Natives(&'static [NativeTable]);

impl Natives {
    /// The natives of several packages; the tables are sorted by import path.
    pub const fn new(tables: &'static [NativeTable]) -> Natives {
        Natives(tables)
    }

    pub fn find(&self, name: &str) -> Option<NativeFn> {
        let package_end = name.rfind('/').map_or(0, |slash| slash + 1);
        let dot = package_end + name[package_end..].find('.')?;
        let (path, member) = (&name[..dot], &name[dot + 1..]);
        let at = self.0.binary_search_by(|table| table.0.cmp(path)).ok()?;
        self.0[at].1.iter().find(|entry| entry.0 == member).map(|entry| entry.1)
    }
}

/// The second half of a native that waited, run on a worker before the goroutine goes on.
pub type Completion = Box<dyn FnOnce(&mut NativeCx<'_>) -> NativeResult + Send>;

/// The right to make a suspended goroutine runnable, from any thread; to be used exactly once.
#[derive(Debug)]
#[must_use = "a goroutine whose waker is lost sleeps for ever"]
pub struct Waker {
    g: VmG,
    sched: Arc<Shared>,
}

impl Waker {
    /// Makes the goroutine runnable.
    pub fn wake(self) {
        // Without a scheduler the program is over.
        if let Some(scheduler) = self.sched.try_scheduler() {
            scheduler.ready(self.g);
        }
    }
}

/// A native call under way.
pub struct NativeCx<'a> {
    pub(crate) worker: &'a mut VmWorker,
    pub(crate) base: *mut u64,
    pub(crate) next_arg: usize,
    pub(crate) next_result: usize,
    /// Set by what makes the goroutine wait or give way.
    pub(crate) switch: Option<Switch>,
    /// Memory for a result was refused.
    pub(crate) out_of_memory: bool,
    /// A gol function was entered, with the native's caller as its caller: `local` has its state.
    pub(crate) entered: bool,
}

impl<'a> NativeCx<'a> {
    #[inline(always)]
    pub(crate) fn new(worker: &'a mut VmWorker, base: *mut u64) -> NativeCx<'a> {
        NativeCx {
            worker,
            base,
            next_arg: 0,
            next_result: 0,
            switch: None,
            out_of_memory: false,
            entered: false,
        }
    }

    // -- Arguments, in order.

    /// The next argument register as it is.
    #[inline]
    pub fn word(&mut self) -> u64 {
        // SAFETY: a native reads the arguments that its declaration says, and so many registers
        // lie at `base`; the compiler's bound on the caller's registers covers them.
        let word = unsafe { *self.base.add(self.next_arg) };
        self.next_arg += 1;
        word
    }

    #[inline]
    fn pair(&mut self) -> [u64; 2] {
        [self.word(), self.word()]
    }

    /// Integers of any size, signed.
    #[inline]
    pub fn int(&mut self) -> i64 {
        self.word() as i64
    }

    #[inline]
    pub fn uint(&mut self) -> u64 {
        self.word()
    }

    #[inline]
    pub fn bool(&mut self) -> bool {
        self.word() != 0
    }

    #[inline]
    pub fn float(&mut self) -> f64 {
        f64::from_bits(self.word())
    }

    #[inline]
    pub fn float32(&mut self) -> f32 {
        f32::from_bits(self.word() as u32)
    }

    /// A complex128.
    pub fn complex(&mut self) -> (f64, f64) {
        (self.float(), self.float())
    }

    #[inline]
    pub fn str(&mut self) -> GoStr<'a> {
        let words = self.pair();
        // SAFETY: a string argument's two words.
        unsafe { GoStr::from_words(words) }
    }

    /// A `[]byte`.
    #[inline]
    pub fn bytes(&mut self) -> GoBytes<'a> {
        let words = self.pair();
        // SAFETY: a byte slice argument's two words.
        unsafe { GoBytes::from_words(words) }
    }

    /// A slice of anything.
    #[inline]
    pub fn slice(&mut self) -> GoSlice<'a> {
        let words = self.pair();
        // SAFETY: a slice argument's two words.
        unsafe { GoSlice::from_words(words) }
    }

    /// An interface.
    #[inline]
    pub fn iface(&mut self) -> Value<'a> {
        let words = self.pair();
        // SAFETY: an interface argument's two words.
        unsafe { Value::from_words(words) }
    }

    /// A pointer to a 4-byte integer, for atomic operations.
    pub fn atomic32(&mut self) -> Result<&'a AtomicU32, Fault> {
        let address = self.word();
        if address == 0 {
            return Err(Fault::nil_dereference());
        }
        // SAFETY: natives call this on arguments declared as pointers to 4-byte integers, which
        // live as long as somebody points to them.
        Ok(unsafe { AtomicU32::from_ptr(address as *mut u32) })
    }

    /// A pointer to an 8-byte integer or to a pointer, for atomic operations.
    pub fn atomic64(&mut self) -> Result<&'a AtomicU64, Fault> {
        let address = self.word();
        if address == 0 {
            return Err(Fault::nil_dereference());
        }
        // SAFETY: as in `atomic32`, of 8 bytes, which the caller may overwrite.
        unsafe {
            gol_heap::before_overwrite(address as *const u64, 1);
            Ok(AtomicU64::from_ptr(address as *mut u64))
        }
    }

    // -- Results, in order.

    /// The next result register.
    #[inline]
    pub fn ret_word(&mut self, word: u64) {
        // SAFETY: as for `word`: so many result registers lie at `base`.
        unsafe { *self.base.add(self.next_result) = word };
        self.next_result += 1;
    }

    #[inline]
    pub(crate) fn ret_pair(&mut self, words: [u64; 2]) {
        self.ret_word(words[0]);
        self.ret_word(words[1]);
    }

    #[inline]
    pub fn ret_int(&mut self, value: i64) {
        self.ret_word(value as u64);
    }

    #[inline]
    pub fn ret_uint(&mut self, value: u64) {
        self.ret_word(value);
    }

    #[inline]
    pub fn ret_bool(&mut self, value: bool) {
        self.ret_word(u64::from(value));
    }

    #[inline]
    pub fn ret_float(&mut self, value: f64) {
        self.ret_word(value.to_bits());
    }

    #[inline]
    pub fn ret_float32(&mut self, value: f32) {
        self.ret_word(u64::from(value.to_bits()));
    }

    pub fn ret_complex(&mut self, re: f64, im: f64) {
        self.ret_float(re);
        self.ret_float(im);
    }

    /// A new string with a copy of the bytes.
    #[inline]
    pub fn ret_str(&mut self, bytes: impl AsRef<[u8]>) {
        let words = self.copy(bytes.as_ref());
        self.ret_pair(words);
    }

    /// An empty string.
    #[inline]
    pub fn ret_no_str(&mut self) {
        self.ret_pair([0, 0]);
    }

    /// A new string of `len` bytes, which `fill` writes: what would be large is not copied.
    #[inline]
    pub fn ret_str_of(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) {
        let data = if len == 0 { std::ptr::null_mut() } else { self.alloc(len, LayoutId::NOSCAN) };
        if data.is_null() {
            return self.ret_no_str();
        }
        // SAFETY: the new object has so many bytes, which are zero, and nobody else knows it.
        fill(unsafe { std::slice::from_raw_parts_mut(data, len) });
        self.ret_pair([data as u64, len as u64]);
    }

    /// A string that there is already: an argument, or a part of one ([`GoStr::part`]).
    #[inline]
    pub fn ret_gostr(&mut self, s: GoStr<'a>) {
        self.ret_pair(s.words());
    }

    /// A new `[]byte` with a copy of the bytes; not nil.
    pub fn ret_bytes(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        let mut words = self.copy(bytes);
        if bytes.is_empty() {
            words[0] = self.non_nil();
        }
        let len = bytes.len() as u64;
        self.ret_pair([words[0], len | len << 32]);
    }

    /// A byte slice that there is already.
    #[inline]
    pub fn ret_gobytes(&mut self, bytes: GoBytes<'a>) {
        self.ret_pair(bytes.words());
    }

    /// A slice that there is already, of any type.
    #[inline]
    pub fn ret_slice(&mut self, slice: GoSlice<'a>) {
        self.ret_pair(slice.words());
    }

    /// A nil slice.
    pub fn ret_nil_slice(&mut self) {
        self.ret_pair([0, 0]);
    }

    #[inline]
    pub fn ret_iface(&mut self, value: Value<'a>) {
        self.ret_pair(value.words());
    }

    /// A new `[]string`; parts of arguments are not copied ([`GoStr::part`]).
    pub fn ret_gostrs(&mut self, strings: impl ExactSizeIterator<Item = GoStr<'a>>) {
        let layout = self.worker.local.string_layout;
        self.ret_pairs(strings.map(GoStr::words), layout);
    }

    /// A new `[]string` with copies.
    pub fn ret_strs<S: AsRef<[u8]>>(&mut self, strings: impl IntoIterator<Item = S>) {
        let pairs: Vec<[u64; 2]> = strings.into_iter().map(|s| self.copy(s.as_ref())).collect();
        self.ret_pairs(pairs.into_iter(), self.worker.local.string_layout);
    }

    /// A new `[]any`.
    pub fn ret_ifaces(&mut self, values: &[Value<'a>]) {
        let layout = self.worker.local.iface_layout;
        self.ret_pairs(values.iter().map(|v| v.words()), layout);
    }

    /// A new slice of byte slices that there are already.
    pub fn ret_gobytes_list(&mut self, slices: &[GoBytes<'a>]) {
        let layout = self.worker.local.string_layout;
        self.ret_pairs(slices.iter().map(|s| s.words()), layout);
    }

    /// A new slice of 64-bit numbers.
    pub fn ret_words(&mut self, words: &[u64]) {
        let data = self.alloc(words.len() * 8, LayoutId::NOSCAN).cast::<u64>();
        if !data.is_null() {
            // SAFETY: the new object has room for the words and nobody else knows it.
            unsafe { std::ptr::copy_nonoverlapping(words.as_ptr(), data, words.len()) };
        }
        let len = words.len() as u64;
        self.ret_pair([data as u64, len | len << 32]);
    }

    /// A new `[]int`.
    pub fn ret_ints(&mut self, ints: &[i64]) {
        let words: Vec<u64> = ints.iter().map(|&i| i as u64).collect();
        self.ret_words(&words);
    }

    /// A new `[]rune` or `[]int32`.
    pub fn ret_i32s(&mut self, ints: &[i32]) {
        let data = self.alloc(ints.len() * 4, LayoutId::NOSCAN).cast::<i32>();
        if !data.is_null() {
            // SAFETY: the new object has room for the numbers and nobody else knows it.
            unsafe { std::ptr::copy_nonoverlapping(ints.as_ptr(), data, ints.len()) };
        }
        let len = ints.len() as u64;
        self.ret_pair([data as u64, len | len << 32]);
    }

    fn ret_pairs(&mut self, pairs: impl ExactSizeIterator<Item = [u64; 2]>, layout: LayoutId) {
        let len = pairs.len();
        let data = self.alloc(len * 16, layout).cast::<u64>();
        if !data.is_null() {
            for (i, pair) in pairs.take(len).enumerate() {
                // SAFETY: the new object has room for the pairs and is aligned to 16; it holds no
                // pointers yet.
                unsafe { gol_heap::init_pair_from(data.add(i * 2), pair.as_ptr()) };
            }
        }
        let len = len as u64;
        self.ret_pair([data as u64, len | len << 32]);
    }

    /// A text and whether there is one, for `(string, bool)`: how natives report errors that gol
    /// code makes values of.
    pub fn ret_failure(&mut self, message: Option<&str>) {
        self.ret_str(message.unwrap_or_default());
        self.ret_bool(message.is_some());
    }

    // -- Memory.

    /// A new string, to be returned or stored.
    #[inline]
    pub fn new_str(&mut self, bytes: &[u8]) -> GoStr<'a> {
        let words = self.copy(bytes);
        // SAFETY: the words of a new string.
        unsafe { GoStr::from_words(words) }
    }

    #[inline]
    fn copy(&mut self, bytes: &[u8]) -> [u64; 2] {
        self.worker.local.new_string(bytes).unwrap_or_else(|_| {
            self.out_of_memory = true;
            [0, 0]
        })
    }

    #[inline]
    pub(crate) fn alloc(&mut self, size: usize, layout: LayoutId) -> *mut u8 {
        let data = self.worker.local.alloc.alloc(size, layout);
        self.out_of_memory |= data.is_null();
        data
    }

    fn non_nil(&mut self) -> u64 {
        self.alloc(0, LayoutId::NOSCAN) as u64
    }

    /// An empty buffer, for a text that is copied in the end; a worker keeps the memory of one.
    pub fn take_buffer(&mut self) -> Vec<u8> {
        let mut buffer = std::mem::take(&mut self.worker.local.buffer);
        buffer.clear();
        buffer
    }

    /// Gives a buffer back, if it is not large.
    pub fn give_buffer(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() <= 64 << 10 {
            self.worker.local.buffer = buffer;
        }
    }

    // -- Waiting; the last thing that a native does.

    /// Gives way to other goroutines.
    pub fn yield_now(&mut self) {
        self.switch = Some(Switch::Yielded);
    }

    /// Runs `job` on a thread where it may block. What it returns is called on a worker
    /// afterwards and writes the results; it gets the arguments again.
    pub fn offload<C>(&mut self, reason: WaitReason, job: impl FnOnce() -> C + Send + 'static)
    where
        C: FnOnce(&mut NativeCx<'_>) -> NativeResult + Send + 'static,
    {
        let g = self.worker.current();
        let base = BasePtr(self.base);
        g.set_waiting(reason);
        self.switch = Some(Switch::Parked);
        let job = Box::new(move || {
            let done: Completion = Box::new(job());
            let base = base;
            // SAFETY: the goroutine was given away to this job, so it holds it.
            unsafe { (*g.context()).rest.set_pending(Pending::new(base.0, done)) };
        });
        self.worker.sched().offload(g, job);
    }

    /// Parks the goroutine; `start` gets the right to wake it. `done` is called on a worker when it
    /// was woken, and writes the results.
    pub fn suspend(
        &mut self,
        reason: WaitReason,
        start: impl FnOnce(Waker),
        done: impl FnOnce(&mut NativeCx<'_>) -> NativeResult + Send + 'static,
    ) {
        let g = self.worker.current();
        let pending = Pending::new(self.base, Box::new(done));
        // SAFETY: the running goroutine belongs to this worker until `start` publishes it.
        unsafe { (*g.context()).rest.set_pending(pending) };
        g.set_waiting(reason);
        self.switch = Some(Switch::Parked);
        start(Waker { g, sched: Arc::clone(self.shared()) });
    }

    /// Parks the goroutine for some nanoseconds.
    pub fn sleep(&mut self, nanoseconds: i64) {
        let g = self.worker.current();
        if self.worker.local.bubble != 0 {
            self.switch = Some(Switch::Parked);
            return crate::bubble::sleep(self.worker, g, nanoseconds);
        }
        g.set_waiting(WaitReason::Sleep);
        let when = self.worker.sched().now().saturating_add(nanoseconds);
        self.switch = Some(Switch::Parked);
        self.worker.sleep_until(g, when);
    }

    // -- The runtime.

    /// What belongs to the runtime as a whole: output, arguments, clock.
    pub fn shared(&self) -> &Arc<Shared> {
        self.worker.local.shared()
    }

    /// Native code's own state, one for a runtime and type, made on first use.
    pub fn state<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        self.shared().state()
    }

    pub fn write_stdout(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.shared().write_stdout(bytes)
    }

    pub fn write_stderr(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.shared().write_stderr(bytes)
    }

    /// Monotonic nanoseconds (virtual in deterministic mode).
    pub fn now(&self) -> i64 {
        self.worker.sched().now()
    }

    /// A random word, from the seed in deterministic mode.
    pub fn random(&mut self) -> u64 {
        self.worker.local.random()
    }

    /// Whether a native that runs long should come to an end or give way.
    pub fn attention(&self) -> bool {
        self.worker.attention()
    }
}

/// An address into the frame of a parked goroutine.
struct BasePtr(*mut u64);
// SAFETY: the frame belongs to the goroutine, which whoever has this holds (`offload`).
unsafe impl Send for BasePtr {}
