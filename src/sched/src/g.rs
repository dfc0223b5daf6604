//! The header of a goroutine, and the record with which it waits in a queue.
//!
//! **Who may touch what.** A G belongs to exactly one holder at a time, and only the holder reads
//! or writes its fields: the worker that runs it; the run queue it lies in (so nobody); or, while
//! it is parked, whoever took its waiter out of the wait queue under that queue's lock. Holders
//! hand it on through an operation that synchronises (a queue's push and pop, a lock), so the
//! fields need no atomics. There are four exceptions, which anyone may read at any time, all of
//! them atomics: the status, which is for humans (traces, `NumGoroutine`) and on which no
//! decision of the scheduler rests; the id; [`GRef::try_fire`], on which the channels of one
//! select compete; and the stamp of the last scan.
//!
//! **A goroutine is scanned once in a collection**, as it was when marking began: by a marker, or by
//! its worker before it runs for the first time since then. Whoever wins [`GRef::claim_scan`] may
//! look at the saved state, until [`GRef::end_scan`]; nobody runs it in between. Goroutines that are
//! made while the heap marks are stamped from the start.
//!
//! Rejected: Go's `casgstatus`, a compare-and-swap for every step of waiting, runnable, running.
//! It takes 16 to 18 % of Go's time in channel benchmarks, and ownership says the same for free.
//!
//! **Parking needs no handshake.** A machine saves its state into the context *before* it publishes
//! the G and does not touch it afterwards, so another worker may run the G while the first one is
//! still on its way back to its loop.

use std::cell::UnsafeCell;
use std::fmt;
use std::mem::offset_of;
use std::ptr::{self, NonNull};

use crate::sync::{AtomicBool, AtomicU8, AtomicU16, AtomicU32, Ordering};

/// Why a goroutine waits. The texts are those of Go's tracebacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WaitReason {
    ChanReceive,
    ChanSend,
    ChanReceiveNil,
    ChanSendNil,
    Select,
    SelectNoCases,
    Sleep,
    MutexLock,
    RwMutexRLock,
    RwMutexLock,
    WaitGroupWait,
    CondWait,
    Semacquire,
    IoWait,
    Syscall,
    CollectGarbage,
    BubbleRun,
    BubbleWait,
}

impl WaitReason {
    const ALL: [WaitReason; 18] = [
        WaitReason::ChanReceive,
        WaitReason::ChanSend,
        WaitReason::ChanReceiveNil,
        WaitReason::ChanSendNil,
        WaitReason::Select,
        WaitReason::SelectNoCases,
        WaitReason::Sleep,
        WaitReason::MutexLock,
        WaitReason::RwMutexRLock,
        WaitReason::RwMutexLock,
        WaitReason::WaitGroupWait,
        WaitReason::CondWait,
        WaitReason::Semacquire,
        WaitReason::IoWait,
        WaitReason::Syscall,
        WaitReason::CollectGarbage,
        WaitReason::BubbleRun,
        WaitReason::BubbleWait,
    ];

    /// What stands in brackets behind `goroutine 7`.
    pub fn text(self) -> &'static str {
        match self {
            WaitReason::ChanReceive => "chan receive",
            WaitReason::ChanSend => "chan send",
            WaitReason::ChanReceiveNil => "chan receive (nil chan)",
            WaitReason::ChanSendNil => "chan send (nil chan)",
            WaitReason::Select => "select",
            WaitReason::SelectNoCases => "select (no cases)",
            WaitReason::Sleep => "sleep",
            WaitReason::MutexLock => "sync.Mutex.Lock",
            WaitReason::RwMutexRLock => "sync.RWMutex.RLock",
            WaitReason::RwMutexLock => "sync.RWMutex.Lock",
            WaitReason::WaitGroupWait => "sync.WaitGroup.Wait",
            WaitReason::CondWait => "sync.Cond.Wait",
            WaitReason::Semacquire => "semacquire",
            WaitReason::IoWait => "IO wait",
            WaitReason::Syscall => "syscall",
            WaitReason::CollectGarbage => "wait for GC cycle",
            WaitReason::BubbleRun => "synctest.Run",
            WaitReason::BubbleWait => "synctest.Wait",
        }
    }
}

impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Where a goroutine is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The header is in a free list.
    Free,
    Runnable,
    Running,
    Waiting(WaitReason),
}

impl Status {
    /// What stands in brackets behind `goroutine 7`.
    pub fn text(self) -> &'static str {
        match self {
            Status::Free => "dead",
            Status::Runnable => "runnable",
            Status::Running => "running",
            Status::Waiting(reason) => reason.text(),
        }
    }

    #[inline(always)]
    fn to_u8(self) -> u8 {
        match self {
            Status::Free => 0,
            Status::Runnable => 1,
            Status::Running => 2,
            Status::Waiting(reason) => 3 + reason as u8,
        }
    }

    fn from_u8(number: u8) -> Status {
        match number {
            0 => Status::Free,
            1 => Status::Runnable,
            2 => Status::Running,
            _ => Status::Waiting(WaitReason::ALL[usize::from(number - 3).min(17)]),
        }
    }
}

/// What a woken goroutine has to see to before it goes on behind the operation that parked it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Wake {
    /// Nothing: whoever woke it has written the results into its registers.
    Plain,
    /// Its channel was closed while it tried to send.
    SendOnClosed,
    /// It waited in a select: take the waiters of the other cases out of their queues.
    Select,
    /// As `Select`, and the case that fired is a send whose channel was closed.
    SelectSendOnClosed,
    /// It waited for a mutex that is free now but was not handed over to it.
    Retry,
}

/// A place in one wait queue. It lies in the G, or, for each case of a select, in a record.
///
/// All fields belong to the wait queue's lock while it is queued, and to the G's holder otherwise; the
/// message is the holder's in any case.
#[repr(C)]
pub struct Waiter<C> {
    pub next: *mut Waiter<C>,
    pub prev: *mut Waiter<C>,
    /// First register of the value to send or of the place to receive into; null: dropped. In a
    /// semaphore's queue: the semaphore's address.
    pub elem: *mut u64,
    /// Register for whether a value was received; null: none. In a semaphore's queue: the ticket.
    pub ok: *mut u64,
    /// The channel in whose queue it stands. In the inline waiter of a goroutine in a select: the
    /// waiters of the cases.
    pub owner: *mut u64,
    /// Index of the select case; [`Waiter::SINGLE`] outside of selects.
    pub case: u32,
    /// In the inline waiter: how many waiters `owner` leads to; 0 outside of selects.
    pub cases: u16,
    /// Whether it is in a queue. The collector looks at it while others take the waiter out.
    ///
    /// The inline waiter of a goroutine in a select is in none; there this says that one of the
    /// select's channels has chosen the goroutine.
    pub queued: AtomicBool,
    /// In the inline waiter: the message of whoever wakes the goroutine.
    wake: Wake,
}

/// The waiter of one case of a select.
#[repr(C)]
pub struct SelectWaiter<C> {
    pub waiter: Waiter<C>,
    /// The goroutine that waits.
    pub g: GRef<C>,
}

impl<C> Waiter<C> {
    /// `case` of a waiter that does not belong to a select.
    pub const SINGLE: u32 = u32::MAX;

    /// The goroutine of a waiter in a channel's queue.
    ///
    /// # Safety
    /// The waiter is inline in a goroutine, or that of a select's case; the caller may use it.
    #[inline]
    pub unsafe fn g(waiter: *mut Waiter<C>) -> GRef<C> {
        // SAFETY: as the caller promises; only waiters of cases have another number.
        unsafe {
            if (*waiter).case == Waiter::<C>::SINGLE {
                return Waiter::inline_g(waiter);
            }
            (*waiter.cast::<SelectWaiter<C>>()).g
        }
    }

    /// The goroutine in which a waiter lies.
    ///
    /// # Safety
    /// The waiter is inline in a goroutine.
    #[inline]
    pub unsafe fn inline_g(waiter: *mut Waiter<C>) -> GRef<C> {
        // SAFETY: it is a field of a header, as the caller promises.
        GRef(unsafe { NonNull::new_unchecked(waiter.byte_sub(offset_of!(G<C>, waiter)).cast()) })
    }

    fn new() -> Waiter<C> {
        Waiter {
            next: ptr::null_mut(),
            prev: ptr::null_mut(),
            elem: ptr::null_mut(),
            ok: ptr::null_mut(),
            owner: ptr::null_mut(),
            case: Waiter::<C>::SINGLE,
            cases: 0,
            queued: AtomicBool::new(false),
            wake: Wake::Plain,
        }
    }
}

impl<C> SelectWaiter<C> {
    pub fn new(g: GRef<C>) -> SelectWaiter<C> {
        SelectWaiter { waiter: Waiter::new(), g }
    }
}

/// A goroutine: identity, one waiter, and the machine's context. As small as it can be: there are
/// millions. The links of free lists are those of the waiter.
#[repr(C)]
pub struct G<C> {
    /// The number of 48 bits, never used twice in one runtime; the main goroutine is 1. The low half
    /// is 0 in a free header only.
    id: AtomicU32,
    id_high: AtomicU16,
    status: AtomicU8,
    /// Number of the collection that has scanned it last, or scans it ([`SCANNING`]).
    scan: AtomicU8,
    waiter: UnsafeCell<Waiter<C>>,
    context: UnsafeCell<C>,
}

/// Bit of the stamp while somebody looks at the goroutine.
const SCANNING: u8 = 0x80;

/// Bit of the status of a goroutine that only others of its bubble can wake.
const DURABLE: u8 = 0x80;

/// Who scans a goroutine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// The caller, who has to say when it is done.
    Mine,
    /// Somebody else, at the moment.
    Busy,
    Done,
}

/// The address of a [`G`]. Headers never move and are not unmapped before the scheduler ends, so a
/// reference stays readable; whether it may be *used* is the ownership rule of the module.
pub struct GRef<C>(NonNull<G<C>>);

impl<C> Clone for GRef<C> {
    #[inline(always)]
    fn clone(&self) -> GRef<C> {
        *self
    }
}
impl<C> Copy for GRef<C> {}
impl<C> PartialEq for GRef<C> {
    #[inline(always)]
    fn eq(&self, other: &GRef<C>) -> bool {
        self.0 == other.0
    }
}
impl<C> Eq for GRef<C> {}
impl<C> fmt::Debug for GRef<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "goroutine {}", self.id())
    }
}

// SAFETY: a `GRef` is an address; the fields behind it follow the ownership rule of the module, by
// which they are used from one thread at a time, and `C` is required to be `Send` by `Machine`.
unsafe impl<C: Send> Send for GRef<C> {}
// SAFETY: as above.
unsafe impl<C: Send> Sync for GRef<C> {}

impl<C> GRef<C> {
    #[inline(always)]
    pub(crate) fn from_ptr(g: NonNull<G<C>>) -> GRef<C> {
        GRef(g)
    }

    #[inline(always)]
    fn g(&self) -> &G<C> {
        // SAFETY: headers stay mapped while the scheduler lives, see the type; all fields have
        // interior mutability.
        unsafe { self.0.as_ref() }
    }

    #[inline(always)]
    pub fn as_ptr(self) -> *mut G<C> {
        self.0.as_ptr()
    }

    /// The goroutine's number; 0 in a free header. Who reads it sees the stamp that the header got
    /// before.
    #[inline]
    pub fn id(self) -> u64 {
        let low = self.g().id.load(Ordering::Acquire);
        u64::from(self.g().id_high.load(Ordering::Relaxed)) << 32 | u64::from(low)
    }

    /// The machine's part. To be dereferenced only by the G's holder.
    #[inline(always)]
    pub fn context(self) -> *mut C {
        self.g().context.get()
    }

    /// The waiter for operations that wait in one queue. Only for the holder.
    #[inline(always)]
    pub fn waiter(self) -> *mut Waiter<C> {
        self.g().waiter.get()
    }

    /// Claims a goroutine that has not run since the collection `epoch` began, to look at its saved
    /// state.
    #[inline]
    pub fn claim_scan(self, epoch: u8) -> Scan {
        let stamp = self.g().scan.load(Ordering::Acquire);
        if stamp == epoch {
            return Scan::Done;
        }
        let busy = epoch | SCANNING;
        if stamp == busy {
            return Scan::Busy;
        }
        let scan = &self.g().scan;
        match scan.compare_exchange(stamp, busy, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Scan::Mine,
            Err(stamp) if stamp == epoch => Scan::Done,
            Err(_) => Scan::Busy,
        }
    }

    /// The caller has looked at it.
    #[inline]
    pub fn end_scan(self, epoch: u8) {
        // Partner: the acquire of whoever runs it next.
        self.g().scan.store(epoch, Ordering::Release);
    }

    /// What traces say of it.
    pub fn status(self) -> Status {
        Status::from_u8(self.g().status.load(Ordering::Relaxed) & !DURABLE)
    }

    /// Whether it waits in a bubble for something that only the bubble's goroutines can do. Exact
    /// for its holder.
    #[inline(always)]
    pub fn waits_durably(self) -> bool {
        self.g().status.load(Ordering::Relaxed) & DURABLE != 0
    }

    #[inline(always)]
    pub(crate) fn set_status(self, status: Status) {
        self.g().status.store(status.to_u8(), Ordering::Relaxed);
    }

    /// Says why the goroutine is about to wait. Before it is published.
    #[inline(always)]
    pub fn set_waiting(self, reason: WaitReason) {
        self.set_status(Status::Waiting(reason));
    }

    /// As [`set_waiting`](GRef::set_waiting), and whether the wait is a durable one.
    #[inline]
    pub(crate) fn set_waiting_as(self, reason: WaitReason, durably: bool) {
        let durable = if durably { DURABLE } else { 0 };
        self.g().status.store(Status::Waiting(reason).to_u8() | durable, Ordering::Relaxed);
    }

    /// Leaves a message for the goroutine's next turn. By whoever wakes it, before it is readied.
    ///
    /// # Safety
    /// The caller holds the G.
    #[inline(always)]
    pub unsafe fn set_wake(self, wake: Wake) {
        // SAFETY: the holder alone touches the field.
        unsafe { (*self.waiter()).wake = wake };
    }

    /// Whether nobody has left a message.
    ///
    /// # Safety
    /// The caller holds the G.
    #[inline(always)]
    pub unsafe fn is_wake_plain(self) -> bool {
        // SAFETY: the holder alone touches the field.
        unsafe { (*self.waiter()).wake == Wake::Plain }
    }

    /// The message of whoever woke it; the next one is `Plain` again.
    ///
    /// # Safety
    /// The caller holds the G.
    #[inline(always)]
    pub unsafe fn take_wake(self) -> Wake {
        // SAFETY: the holder alone touches the field.
        unsafe { std::mem::replace(&mut (*self.waiter()).wake, Wake::Plain) }
    }

    /// Before the waiters of a select are queued.
    #[inline]
    pub fn arm(self) {
        self.fired().store(false, Ordering::Relaxed);
    }

    /// Whether the caller is the one that wakes a goroutine waiting in a select. Relaxed is enough:
    /// the winner holds the lock of the channel through which it found the waiter, and the waiters
    /// were queued under all their channels' locks.
    #[inline]
    pub fn try_fire(self) -> bool {
        let fired = self.fired();
        !fired.load(Ordering::Relaxed) && !fired.swap(true, Ordering::Relaxed)
    }

    /// Whether a select's channel has chosen the goroutine.
    fn fired(&self) -> &AtomicBool {
        // SAFETY: an atomic field of a header, which stays mapped.
        unsafe { &(*self.g().waiter.get()).queued }
    }

    /// Writes a fresh header into memory that holds none.
    ///
    /// # Safety
    /// `self` leads to unused memory for a G.
    pub(crate) unsafe fn initialise(self, context: C) {
        let g = G {
            id: AtomicU32::new(0),
            id_high: AtomicU16::new(0),
            status: AtomicU8::new(Status::Free.to_u8()),
            scan: AtomicU8::new(0),
            waiter: UnsafeCell::new(Waiter::new()),
            context: UnsafeCell::new(context),
        };
        // SAFETY: the caller promises the memory.
        unsafe { self.0.as_ptr().write(g) };
    }

    #[inline(always)]
    pub(crate) fn set_id(self, id: u64) {
        self.g().id_high.store((id >> 32) as u16, Ordering::Relaxed);
        self.g().id.store(id as u32, Ordering::Release);
    }

    #[inline(always)]
    pub(crate) fn link(self) -> *mut *mut G<C> {
        // SAFETY: a field of a header, which stays mapped.
        unsafe { (&raw mut (*self.waiter()).next).cast() }
    }
}
