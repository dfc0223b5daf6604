//! Natives of finalizers, cleanups and weak pointers, and of traces of all goroutines. The records of
//! the former are the heap's.
//!
//! Calls that are due are made by a goroutine of the library (`runtime.runJobs`), which is started
//! when the collector has found some, and ends when none are left.

#![allow(clippy::unnecessary_wraps)] // The tables want all natives to have one type.

use gol_bytecode::Kind;

use crate::control;
use crate::fault::Fault;
use crate::iface;
use crate::native::{NativeCx, NativeFn, NativeResult};
use crate::rtype::RType;
use crate::value::Value;

/// Of package runtime.
pub(crate) const RUNTIME: &[(&str, NativeFn)] = &[
    ("addCleanup", add_cleanup),
    ("nextJob", next_job),
    ("setFinalizer", set_finalizer),
    ("setRunner", set_runner),
    ("stopCleanup", stop_cleanup),
    ("traces", traces),
];

/// Of package runtime/pprof.
pub(crate) const PPROF: &[(&str, NativeFn)] = &[("traces", traces)];

/// Of package weak.
pub(crate) const WEAK: &[(&str, NativeFn)] = &[("handle", weak_handle), ("target", weak_target)];

/// Result words that `runtime.runJobs` has room for.
const MOST_RESULTS: u32 = 8;

/// What a finalizer's parameter is; 0 says that there is no job.
const CLEANUP: u64 = 1;
const POINTER: u64 = 2;
const INTERFACE: u64 = 3;

fn error(text: String) -> Fault {
    Fault::Fatal(format!("runtime.SetFinalizer: {text}").into())
}

/// `func setRunner(f func())`.
fn set_runner(cx: &mut NativeCx<'_>) -> NativeResult {
    let closure = cx.word();
    cx.shared().heap().set_runner(closure);
    Ok(())
}

/// `func setFinalizer(obj, finalizer any)`.
fn set_finalizer(cx: &mut NativeCx<'_>) -> NativeResult {
    let (object, finalizer) = (cx.iface(), cx.iface());
    let pointer = object.rtype.ok_or_else(|| error("first argument is nil".into()))?;
    if pointer.desc.kind != Kind::Pointer {
        return Err(error(format!("first argument is {}, not pointer", pointer.desc.string)));
    }
    let address = object.words()[1];
    if address == 0 {
        return Err(error("pointer not in allocated block".into()));
    }
    let heap = std::sync::Arc::clone(cx.shared().heap());
    let Some(function) = finalizer.rtype else {
        heap.remove_finalizer(address);
        return Ok(());
    };
    let tag = parameter(pointer, function)?;
    let closure = finalizer.words()[1];
    if closure == 0 {
        heap.remove_finalizer(address);
    } else if !heap.set_finalizer(address, closure, tag | iface::type_word(pointer) << 2) {
        return Err(error("finalizer already set".into()));
    }
    Ok(())
}

/// Whether a finalizer takes the pointer, and as what.
fn parameter(pointer: &RType, function: &RType) -> Result<u64, Fault> {
    let (name, given) = (&function.desc.string, &pointer.desc.string);
    if function.desc.kind != Kind::Func {
        return Err(error(format!("second argument is {name}, not a function")));
    }
    if function.desc.variadic {
        return Err(error(format!("cannot pass {given} to finalizer {name} because dotdotdot")));
    }
    let refused = || error(format!("cannot pass {given} to finalizer {name}"));
    let [parameter] = *function.params else { return Err(refused()) };
    // SAFETY: parameters of loaded types are loaded.
    let parameter = unsafe { &*parameter };
    // SAFETY: as above.
    let words = function.results.iter().map(|ty| unsafe { &**ty }.desc.words as u32);
    if words.sum::<u32>() > MOST_RESULTS {
        return Err(refused());
    }
    match parameter.desc.kind {
        Kind::Interface if iface::implements(pointer, parameter).is_ok() => Ok(INTERFACE),
        Kind::Pointer if std::ptr::eq(parameter.elem, pointer.elem) => Ok(POINTER),
        _ => Err(refused()),
    }
}

/// `func addCleanup(ptr unsafe.Pointer, f func()) uint64`.
fn add_cleanup(cx: &mut NativeCx<'_>) -> NativeResult {
    let (object, closure) = (cx.word(), cx.word());
    let number = cx.shared().heap().add_cleanup(object, closure);
    cx.ret_uint(number);
    Ok(())
}

/// `func stopCleanup(ptr uintptr, id uint64)`.
fn stop_cleanup(cx: &mut NativeCx<'_>) -> NativeResult {
    let (object, number) = (cx.word(), cx.uint());
    cx.shared().heap().cancel_cleanup(object, number);
    Ok(())
}

/// `func nextJob() (f func(), obj any, kind int)`; kind 0: none.
fn next_job(cx: &mut NativeCx<'_>) -> NativeResult {
    let job = cx.worker.local.alloc.next_job();
    let (closure, object, kind) = match job {
        None => (0, [0, 0], 0),
        Some(job) if job.object == 0 => (job.closure, [0, 0], CLEANUP),
        Some(job) => (job.closure, [job.tag >> 2, job.object], job.tag & 3),
    };
    cx.ret_word(closure);
    // SAFETY: the type word that the finalizer was set with, and a pointer of that type.
    cx.ret_iface(unsafe { Value::from_words(object) });
    cx.ret_uint(kind);
    Ok(())
}

/// `func handle(ptr unsafe.Pointer) unsafe.Pointer`.
fn weak_handle(cx: &mut NativeCx<'_>) -> NativeResult {
    let address = cx.word();
    let handle = cx.worker.local.alloc.weak_pointer(address);
    if handle == 0 {
        return Err(Fault::out_of_memory());
    }
    cx.ret_word(handle);
    Ok(())
}

/// `func target(handle unsafe.Pointer) unsafe.Pointer`.
fn weak_target(cx: &mut NativeCx<'_>) -> NativeResult {
    let handle = cx.word();
    let address = cx.worker.local.alloc.weak_target(handle);
    cx.ret_word(address);
    Ok(())
}

/// `func traces(kind int) (count int, text string, done bool)`: what is said of all goroutines, or
/// of some; to be called again until it is done.
fn traces(cx: &mut NativeCx<'_>) -> NativeResult {
    let kind = control::Traces::of(cx.int(), cx.worker.current().id());
    let found = control::traces(cx.worker, kind);
    let done = found.is_some();
    let (count, text) = found.unwrap_or_default();
    cx.ret_int(count as i64);
    cx.ret_str(text);
    cx.ret_bool(done);
    if !done {
        cx.yield_now();
    }
    Ok(())
}
