//! Natives of `time`, `sync` and `sync/atomic` that deal with the scheduler or with plain words of
//! memory, one table for each package. The loader finds them as it finds the VM's own; those of
//! `runtime` are in `builtin` and `special`.
//!
//! Addresses come from the program's pointers; a nil one is the program's nil dereference. Words
//! that other goroutines use at the same time are only touched as atomics. All orders are
//! sequentially consistent, as Go's memory model wants it.
//!
//! A native that parks returns after it has published the goroutine; results are either none or
//! were written before.

#![allow(clippy::unnecessary_wraps)] // The tables want all natives to have one type.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};

use gol_sched::{Acquire, Misuse, Switch, TimerId};

use crate::fault::Fault;
use crate::native::{NativeCx, NativeFn, NativeResult};
use crate::{bubble, special, timers};

/// A package's natives by name.
type NativeTable = &'static [(&'static str, NativeFn)];

/// An address argument, not nil.
fn address(cx: &mut NativeCx<'_>) -> Result<u64, Fault> {
    match cx.word() {
        0 => Err(Fault::nil_dereference()),
        address => Ok(address),
    }
}

/// A pointer to 32 bits.
fn word32(cx: &mut NativeCx<'_>) -> Result<&'static AtomicU32, Fault> {
    let address = address(cx)?;
    // SAFETY: a typed pointer of the program leads to memory of its type, aligned, which the frame
    // keeps alive until the native's last use of it.
    Ok(unsafe { AtomicU32::from_ptr(address as *mut u32) })
}

/// A pointer to 64 bits, which may be a pointer that is overwritten.
fn word64(cx: &mut NativeCx<'_>) -> Result<&'static AtomicU64, Fault> {
    let address = address(cx)?;
    // SAFETY: as in `word32`.
    unsafe {
        gol_heap::before_overwrite(address as *const u64, 1);
        Ok(AtomicU64::from_ptr(address as *mut u64))
    }
}

/// Parks if the operation did.
fn settle(cx: &mut NativeCx<'_>, acquire: Acquire) {
    if acquire == Acquire::Park {
        cx.switch = Some(Switch::Parked);
    }
}

fn check(result: Result<(), Misuse>) -> NativeResult {
    result.map_err(|misuse| Fault::Fatal(misuse.text().into()))
}

// -- sync

fn mutex_lock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    let g = cx.worker.current();
    let acquire = cx.worker.mutex_lock(word, g);
    settle(cx, acquire);
    Ok(())
}

fn mutex_try_lock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    let locked = cx.worker.mutex_try_lock(word);
    cx.ret_bool(locked);
    Ok(())
}

fn mutex_unlock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    check(cx.worker.mutex_unlock(word))
}

fn rw_read_lock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    let g = cx.worker.current();
    let acquire = cx.worker.rw_read_lock(word, g);
    settle(cx, acquire);
    Ok(())
}

fn rw_try_read_lock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    let locked = cx.worker.rw_try_read_lock(word);
    cx.ret_bool(locked);
    Ok(())
}

fn rw_read_unlock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    check(cx.worker.rw_read_unlock(word))
}

fn rw_lock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    let g = cx.worker.current();
    let acquire = cx.worker.rw_lock(word, g);
    settle(cx, acquire);
    Ok(())
}

fn rw_try_lock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    let locked = cx.worker.rw_try_lock(word);
    cx.ret_bool(locked);
    Ok(())
}

fn rw_unlock(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word32(cx)?;
    check(cx.worker.rw_unlock(word))
}

fn wait_group_add(cx: &mut NativeCx<'_>) -> NativeResult {
    let (word, owner) = (word64(cx)?, word32(cx)?);
    let delta = cx.int();
    let bubble = u32::from(cx.worker.local.bubble);
    if bubble | owner.load(SeqCst) != 0 {
        bubble::owns_group(bubble, owner, word.load(SeqCst) == 0)?;
    }
    let counted = cx.worker.wait_group_add(word, delta as i32).is_ok();
    cx.ret_bool(counted);
    Ok(())
}

fn wait_group_wait(cx: &mut NativeCx<'_>) -> NativeResult {
    let (word, owner) = (word64(cx)?, word32(cx)?);
    let g = cx.worker.current();
    let bubble = u32::from(cx.worker.local.bubble);
    let durably = bubble != 0 && bubble == owner.load(SeqCst);
    let acquire = cx.worker.wait_group_wait(word, g, durably);
    settle(cx, acquire);
    Ok(())
}

fn notify_add(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word64(cx)?;
    let ticket = cx.worker.notify_add(word);
    cx.ret_uint(u64::from(ticket));
    Ok(())
}

fn notify_wait(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word64(cx)?;
    let ticket = cx.uint() as u32;
    let g = cx.worker.current();
    let acquire = cx.worker.notify_wait(word, ticket, g);
    settle(cx, acquire);
    Ok(())
}

fn notify_one(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word64(cx)?;
    cx.worker.notify_one(word);
    Ok(())
}

fn notify_all(cx: &mut NativeCx<'_>) -> NativeResult {
    let word = word64(cx)?;
    cx.worker.notify_all(word);
    Ok(())
}

/// How many collections there were: pools age by it.
fn gc_cycle(cx: &mut NativeCx<'_>) -> NativeResult {
    let cycles = cx.shared().heap().cycles();
    cx.ret_uint(u64::from(cycles));
    Ok(())
}

/// `sync`. The methods of `Mutex` and `RWMutex` use the `uint32` that the struct starts with.
/// `groupAdd(state *atomic.Uint64, bubble *uint32, delta int) bool` is false if the counter becomes
/// negative (the panic's value is a string, so the library raises it), `groupWait(state
/// *atomic.Uint64, bubble *uint32)` waits;
/// `notifyAdd(list *uint64) uint32` draws a ticket for `notifyWait(list *uint64, ticket uint32)`.
const SYNC: NativeTable = &[
    ("Mutex.Lock", mutex_lock),
    ("Mutex.TryLock", mutex_try_lock),
    ("Mutex.Unlock", mutex_unlock),
    ("RWMutex.RLock", rw_read_lock),
    ("RWMutex.TryRLock", rw_try_read_lock),
    ("RWMutex.RUnlock", rw_read_unlock),
    ("RWMutex.Lock", rw_lock),
    ("RWMutex.TryLock", rw_try_lock),
    ("RWMutex.Unlock", rw_unlock),
    ("groupAdd", wait_group_add),
    ("groupWait", wait_group_wait),
    ("notifyAdd", notify_add),
    ("notifyWait", notify_wait),
    ("notifyOne", notify_one),
    ("notifyAll", notify_all),
    ("gcCycle", gc_cycle),
];

// -- sync/atomic

/// The operations on one width. `$from` makes a register of a result.
macro_rules! atomics {
    ($module:ident, $word:ident, $bits:ty, $from:expr) => {
        mod $module {
            use super::*;

            fn ret(cx: &mut NativeCx<'_>, bits: $bits) -> NativeResult {
                let from: fn($bits) -> u64 = $from;
                cx.ret_word(from(bits));
                Ok(())
            }

            pub(super) fn load(cx: &mut NativeCx<'_>) -> NativeResult {
                let word = $word(cx)?;
                ret(cx, word.load(SeqCst))
            }

            pub(super) fn store(cx: &mut NativeCx<'_>) -> NativeResult {
                let word = $word(cx)?;
                word.store(cx.word() as $bits, SeqCst);
                Ok(())
            }

            pub(super) fn swap(cx: &mut NativeCx<'_>) -> NativeResult {
                let word = $word(cx)?;
                let new = cx.word() as $bits;
                ret(cx, word.swap(new, SeqCst))
            }

            pub(super) fn compare_and_swap(cx: &mut NativeCx<'_>) -> NativeResult {
                let word = $word(cx)?;
                let (old, new) = (cx.word() as $bits, cx.word() as $bits);
                cx.ret_bool(word.compare_exchange(old, new, SeqCst, SeqCst).is_ok());
                Ok(())
            }

            pub(super) fn add(cx: &mut NativeCx<'_>) -> NativeResult {
                let word = $word(cx)?;
                let delta = cx.word() as $bits;
                ret(cx, word.fetch_add(delta, SeqCst).wrapping_add(delta))
            }

            pub(super) fn and(cx: &mut NativeCx<'_>) -> NativeResult {
                let word = $word(cx)?;
                let mask = cx.word() as $bits;
                ret(cx, word.fetch_and(mask, SeqCst))
            }

            pub(super) fn or(cx: &mut NativeCx<'_>) -> NativeResult {
                let word = $word(cx)?;
                let mask = cx.word() as $bits;
                ret(cx, word.fetch_or(mask, SeqCst))
            }
        }
    };
}

atomics!(signed32, word32, u32, |bits| bits as i32 as u64);
atomics!(unsigned32, word32, u32, u64::from);
atomics!(any64, word64, u64, |bits| bits);

/// Spins no longer than a goroutine's turn: whoever is waited for may be next on this worker.
fn pause(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.yield_now();
    Ok(())
}

fn same_type(cx: &mut NativeCx<'_>) -> NativeResult {
    let (a, _) = (cx.word(), cx.word());
    let (b, _) = (cx.word(), cx.word());
    cx.ret_bool(a == b);
    Ok(())
}

/// `sync/atomic`.
const ATOMIC: NativeTable = &[
    ("LoadInt32", signed32::load),
    ("StoreInt32", signed32::store),
    ("SwapInt32", signed32::swap),
    ("CompareAndSwapInt32", signed32::compare_and_swap),
    ("AddInt32", signed32::add),
    ("AndInt32", signed32::and),
    ("OrInt32", signed32::or),
    ("LoadUint32", unsigned32::load),
    ("StoreUint32", unsigned32::store),
    ("SwapUint32", unsigned32::swap),
    ("CompareAndSwapUint32", unsigned32::compare_and_swap),
    ("AddUint32", unsigned32::add),
    ("AndUint32", unsigned32::and),
    ("OrUint32", unsigned32::or),
    ("LoadInt64", any64::load),
    ("StoreInt64", any64::store),
    ("SwapInt64", any64::swap),
    ("CompareAndSwapInt64", any64::compare_and_swap),
    ("AddInt64", any64::add),
    ("AndInt64", any64::and),
    ("OrInt64", any64::or),
    ("LoadUint64", any64::load),
    ("StoreUint64", any64::store),
    ("SwapUint64", any64::swap),
    ("CompareAndSwapUint64", any64::compare_and_swap),
    ("AddUint64", any64::add),
    ("AndUint64", any64::and),
    ("OrUint64", any64::or),
    ("LoadUintptr", any64::load),
    ("StoreUintptr", any64::store),
    ("SwapUintptr", any64::swap),
    ("CompareAndSwapUintptr", any64::compare_and_swap),
    ("AddUintptr", any64::add),
    ("AndUintptr", any64::and),
    ("OrUintptr", any64::or),
    ("LoadPointer", any64::load),
    ("StorePointer", any64::store),
    ("SwapPointer", any64::swap),
    ("CompareAndSwapPointer", any64::compare_and_swap),
    ("pause", pause),
    ("sameType", same_type),
];

// -- time

fn sleep(cx: &mut NativeCx<'_>) -> NativeResult {
    match cx.int() {
        duration if duration > 0 => cx.sleep(duration),
        _ => {}
    }
    Ok(())
}

fn monotonic(cx: &mut NativeCx<'_>) -> NativeResult {
    let now = timers::monotonic(cx.worker);
    cx.ret_int(now);
    Ok(())
}

fn wall_clock(cx: &mut NativeCx<'_>) -> NativeResult {
    let (sec, nsec) = timers::wall_clock(cx.worker);
    cx.ret_int(sec);
    cx.ret_int(nsec);
    Ok(())
}

fn start_timer(cx: &mut NativeCx<'_>) -> NativeResult {
    let (delay, period) = (cx.int(), cx.int());
    let closure = address(cx)?;
    let id = timers::start(cx.worker, delay, period, closure);
    cx.ret_uint(id);
    Ok(())
}

fn stop_timer(cx: &mut NativeCx<'_>) -> NativeResult {
    let id = TimerId(cx.uint());
    let active = timers::stop(cx.worker, id)?;
    cx.ret_bool(active);
    Ok(())
}

fn start_chan_timer(cx: &mut NativeCx<'_>) -> NativeResult {
    let (delay, period) = (cx.int(), cx.int());
    let chan = address(cx)?;
    let location = cx.word();
    // SAFETY: the library declares the parameter as `chan Time`, made with room for one.
    let id = unsafe { timers::start_chan(cx.worker, delay, period, chan, location) }?;
    cx.ret_uint(id.0);
    Ok(())
}

fn stop_chan_timer(cx: &mut NativeCx<'_>) -> NativeResult {
    let id = TimerId(cx.uint());
    let chan = address(cx)?;
    // SAFETY: as in `start_chan_timer`.
    let active = unsafe { timers::stop_chan(cx.worker, id, chan) }?;
    cx.ret_bool(active);
    Ok(())
}

/// `time`: `startTimer(delay, period int64, f func()) uint64`, `stopTimer(id uint64) bool`,
/// `startChanTimer(delay, period int64, c chan Time, loc *Location) uint64`,
/// `stopChanTimer(id uint64, c chan Time) bool`.
const TIME: NativeTable = &[
    ("Sleep", sleep),
    ("monotonic", monotonic),
    ("wallClock", wall_clock),
    ("startTimer", start_timer),
    ("stopTimer", stop_timer),
    ("startChanTimer", start_chan_timer),
    ("stopChanTimer", stop_chan_timer),
];

/// All tables by package.
const PACKAGES: &[(&str, NativeTable)] = &[
    ("internal/synctest", bubble::NATIVES),
    ("runtime", special::RUNTIME),
    ("runtime/pprof", special::PPROF),
    ("sync", SYNC),
    ("sync/atomic", ATOMIC),
    ("time", TIME),
    ("weak", special::WEAK),
];

/// One of these natives by its full name.
pub(crate) fn find(name: &str) -> Option<NativeFn> {
    let (package, table) = PACKAGES.iter().find(|(package, _)| {
        name.strip_prefix(package).is_some_and(|rest| rest.starts_with('.'))
    })?;
    let name = &name[package.len() + 1..];
    table.iter().find(|(native, _)| *native == name).map(|(_, function)| *function)
}

/// Their full names.
pub fn names() -> impl Iterator<Item = String> {
    PACKAGES
        .iter()
        .flat_map(|(package, table)| table.iter().map(move |(name, _)| format!("{package}.{name}")))
}
