//! Natives that belong to the VM itself: `print`, and the parts of package runtime that need it.
//!
//! `print` and `println` are compiled to one call for each operand: `runtime.printint`, …, with
//! `runtime.printsp` and `runtime.printnl` between and after.

#![allow(clippy::unnecessary_wraps)] // The table wants all natives to have one type.

use std::borrow::Cow;

use gol_heap::{Effort, Progress};

use crate::fault::Fault;
use crate::float::shortest;
use crate::mem::exposed;
use crate::native::{NativeCx, NativeFn, NativeResult};
use crate::timers;
use crate::traceback::{self, CallerInfo};

/// All of them, sorted by name.
const BUILTINS: &[(&str, NativeFn)] = &[
    ("runtime.GOMAXPROCS", gomaxprocs),
    ("runtime.Goexit", goexit),
    ("runtime.Gosched", gosched),
    ("runtime.KeepAlive", keep_alive),
    ("runtime.NumCPU", num_cpu),
    ("runtime.NumGoroutine", num_goroutine),
    ("runtime.beginGC", begin_gc),
    ("runtime.caller", caller),
    ("runtime.checkunsafe", check_unsafe),
    ("runtime.expose", exposed::expose),
    ("runtime.fatal", fatal),
    ("runtime.goid", goid),
    ("runtime.memStats", mem_stats),
    ("runtime.nanotime", nanotime),
    ("runtime.panicrange", panic_range),
    ("runtime.panicwrap", panic_wrap),
    ("runtime.place", place),
    ("runtime.printbool", print_bool),
    ("runtime.printcomplex", print_complex),
    ("runtime.printcomplex64", print_complex64),
    ("runtime.printeface", print_pair),
    ("runtime.printfloat", print_float),
    ("runtime.printfloat32", print_float32),
    ("runtime.printiface", print_pair),
    ("runtime.printint", print_int),
    ("runtime.printnl", print_nl),
    ("runtime.printpointer", print_pointer),
    ("runtime.printslice", print_slice),
    ("runtime.printsp", print_sp),
    ("runtime.printstring", print_string),
    ("runtime.printuint", print_uint),
    ("runtime.rand", rand),
    ("runtime.stack", stack),
    ("runtime.stepGC", step_gc),
    ("runtime.unsafeadd", exposed::unsafe_add),
    ("runtime/debug.setGCPercent", set_gc_percent),
    ("runtime/debug.setMemoryLimit", set_memory_limit),
];

/// A builtin native.
pub(crate) fn find(name: &str) -> Option<NativeFn> {
    BUILTINS.binary_search_by(|(n, _)| (*n).cmp(name)).ok().map(|i| BUILTINS[i].1)
}

/// Their names, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|(name, _)| *name)
}

fn print(cx: &NativeCx<'_>, text: &[u8]) -> NativeResult {
    // As in Go, nobody learns that standard error cannot be written.
    let _ = cx.write_stderr(text);
    Ok(())
}

fn print_bool(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.bool();
    print(cx, if value { b"true" } else { b"false" })
}

fn print_int(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.int();
    print(cx, value.to_string().as_bytes())
}

fn print_uint(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.uint();
    print(cx, value.to_string().as_bytes())
}

fn print_float(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.float();
    print(cx, float_text(value, false).as_bytes())
}

fn print_float32(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.float32();
    print(cx, float_text(f64::from(value), true).as_bytes())
}

fn print_complex(cx: &mut NativeCx<'_>) -> NativeResult {
    let (re, im) = cx.complex();
    print(cx, complex_text(re, im, false).as_bytes())
}

fn print_complex64(cx: &mut NativeCx<'_>) -> NativeResult {
    let (re, im) = (cx.float32(), cx.float32());
    print(cx, complex_text(f64::from(re), f64::from(im), true).as_bytes())
}

fn print_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    print(cx, text.as_bytes())
}

fn print_pointer(cx: &mut NativeCx<'_>) -> NativeResult {
    let address = cx.uint();
    print(cx, format!("{address:#x}").as_bytes())
}

fn print_slice(cx: &mut NativeCx<'_>) -> NativeResult {
    let (data, size) = (cx.word(), cx.word());
    print(cx, format!("[{}/{}]{data:#x}", size as u32, size >> 32).as_bytes())
}

fn print_pair(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ty, data) = (cx.word(), cx.word());
    print(cx, format!("({ty:#x},{data:#x})").as_bytes())
}

fn print_sp(cx: &mut NativeCx<'_>) -> NativeResult {
    print(cx, b" ")
}

fn print_nl(cx: &mut NativeCx<'_>) -> NativeResult {
    print(cx, b"\n")
}

/// A float as `print` writes it: the shortest digits that read back the same, as `%g`.
pub(crate) fn float_text(value: f64, single: bool) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let found = shortest(value, single);
    let digits = String::from_utf8_lossy(found.digits());
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if digits.is_empty() {
        return format!("{sign}0");
    }
    let exponent = found.point - 1;
    if (-4..6).contains(&exponent) {
        return format!("{sign}{}", plain_notation(&digits, exponent));
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let sign_of_exponent = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{first}{point}{rest}e{sign_of_exponent}{:02}", exponent.abs())
}

/// `1.25`, 2 as `125`: `d.ddd` times a power of ten without an exponent, from the digits alone.
fn plain_notation(digits: &str, exponent: i32) -> String {
    let before = usize::try_from(exponent + 1).unwrap_or(0);
    if before == 0 {
        return format!("0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    }
    let mut text = digits.to_owned();
    while text.len() < before {
        text.push('0');
    }
    if text.len() > before {
        text.insert(before, '.');
    }
    text
}

pub(crate) fn complex_text(re: f64, im: f64, single: bool) -> String {
    let mut imaginary = float_text(im, single);
    if !imaginary.starts_with(['+', '-']) {
        imaginary.insert(0, '+');
    }
    format!("({}{imaginary}i)", float_text(re, single))
}

fn gosched(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.yield_now();
    Ok(())
}

/// `func beginGC() uint`: the number of the collection that begins after this call.
fn begin_gc(cx: &mut NativeCx<'_>) -> NativeResult {
    let heap = cx.shared().heap();
    let wanted = heap.cycles().wrapping_add(1 + u32::from(heap.is_marking()));
    cx.ret_uint(u64::from(wanted));
    Ok(())
}

/// `func stepGC(wanted uint) bool`: works for the collector, and gives way; whether the collection
/// of that number is over, its sweep too.
fn step_gc(cx: &mut NativeCx<'_>) -> NativeResult {
    let wanted = cx.uint() as u32;
    let heap = std::sync::Arc::clone(cx.shared().heap());
    let is_over = heap.cycles().wrapping_sub(wanted).cast_signed() >= 0;
    if !is_over && !heap.is_marking() {
        heap.request_collection();
    }
    let progress = crate::collect::work(cx.worker, Effort::All);
    let done = is_over && progress == Progress::Rest;
    cx.ret_bool(done);
    if !done {
        cx.yield_now();
    }
    Ok(())
}

fn goexit(_: &mut NativeCx<'_>) -> NativeResult {
    Err(Fault::Goexit)
}

fn keep_alive(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.iface();
    Ok(())
}

fn num_goroutine(cx: &mut NativeCx<'_>) -> NativeResult {
    let n = cx.worker.sched().num_goroutines();
    cx.ret_int(n as i64);
    Ok(())
}

fn nanotime(cx: &mut NativeCx<'_>) -> NativeResult {
    let now = timers::monotonic(cx.worker);
    cx.ret_int(now);
    Ok(())
}

fn rand(cx: &mut NativeCx<'_>) -> NativeResult {
    let bits = cx.random();
    cx.ret_uint(bits);
    Ok(())
}

fn gomaxprocs(cx: &mut NativeCx<'_>) -> NativeResult {
    let n = cx.int();
    let old = cx.worker.sched().set_workers(usize::try_from(n).unwrap_or(0));
    cx.ret_int(old as i64);
    Ok(())
}

fn num_cpu(cx: &mut NativeCx<'_>) -> NativeResult {
    let n = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cx.ret_int(n as i64);
    Ok(())
}

fn goid(cx: &mut NativeCx<'_>) -> NativeResult {
    let id = cx.worker.current().id();
    cx.ret_uint(id);
    Ok(())
}

/// `func fatal(text string)`: a fatal error.
fn fatal(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str().to_text().into_owned();
    Err(Fault::Fatal(text.into()))
}

/// `func checkunsafe(ptr unsafe.Pointer, len, size int, slice bool)`: whether `unsafe.Slice` or
/// `unsafe.String` can have so many elements there.
fn check_unsafe(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ptr, len, size, slice) = (cx.uint(), cx.int(), cx.uint(), cx.int() != 0);
    let bytes = i32::try_from(len).ok().and_then(|n| size.checked_mul(u64::try_from(n).ok()?));
    let fits = bytes.is_some_and(|bytes| bytes == 0 || ptr.checked_add(bytes - 1).is_some());
    Err(Fault::Runtime(Cow::Borrowed(match (fits, slice) {
        (false, true) => "unsafe.Slice: len out of range",
        (false, false) => "unsafe.String: len out of range",
        _ if ptr != 0 || len == 0 => return Ok(()),
        (true, true) => "unsafe.Slice: ptr is nil and len is not zero",
        (true, false) => "unsafe.String: ptr is nil and len is not zero",
    })))
}

/// `func panicrange(state int)`: the body of a loop over a function was called when it must not be,
/// or (4) a panic of it got lost.
fn panic_range(cx: &mut NativeCx<'_>) -> NativeResult {
    Err(Fault::Runtime(Cow::Borrowed(match cx.int() {
        1 => "range function continued iteration after function for loop body returned false",
        2 => "range function continued iteration after loop body panic",
        3 => "range function continued iteration after whole loop exit",
        _ => "range function recovered a loop body panic and did not resume panicking",
    })))
}

/// `func panicwrap(text string)`: a value's method was called through a nil pointer.
fn panic_wrap(cx: &mut NativeCx<'_>) -> NativeResult {
    Err(Fault::Text(cx.str().to_text().into_owned()))
}

/// `func stack(all bool) string`.
fn stack(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = traceback::stack_text(cx.worker);
    cx.ret_str(text);
    Ok(())
}

/// `func caller(skip int) (pc uintptr, function, file string, line int, ok bool)`; 0 is the
/// function that calls it.
fn caller(cx: &mut NativeCx<'_>) -> NativeResult {
    let skip = usize::try_from(cx.int()).unwrap_or(0);
    let info = traceback::callers(cx.worker, skip, 1).pop();
    cx.ret_uint(info.as_ref().map_or(0, |info| info.pc));
    let found = info.is_some();
    ret_place(cx, info);
    cx.ret_bool(found);
    Ok(())
}

fn ret_place(cx: &mut NativeCx<'_>, info: Option<CallerInfo>) {
    let (function, file, line) = match info {
        Some(info) => (info.function, info.file, info.line),
        None => (String::new(), String::new(), 0),
    };
    cx.ret_str(function);
    cx.ret_str(file);
    cx.ret_int(i64::from(line));
}

/// `func place(pc uintptr) (function, file string, line int)`.
fn place(cx: &mut NativeCx<'_>) -> NativeResult {
    let pc = cx.uint();
    let info = traceback::resolve(cx.shared(), pc);
    ret_place(cx, info);
    Ok(())
}

/// `func memStats()` and its figures, in the order that the library names.
fn mem_stats(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.worker.local.alloc.stats();
    let figures = [
        s.alloc,
        s.total_alloc,
        // As in Go, address space that was given back is counted.
        s.sys + s.heap_released,
        s.mallocs,
        s.frees,
        s.heap_objects,
        s.next_gc,
        u64::from(s.num_gc),
        s.pause_total_ns,
        s.heap_sys,
        s.heap_idle,
        s.heap_inuse,
        s.heap_released,
        s.slab_inuse,
        s.last_gc,
        s.last_pause_ns,
    ];
    for figure in figures {
        cx.ret_uint(figure);
    }
    Ok(())
}

/// `func setGCPercent(percent int) int`; negative: off.
fn set_gc_percent(cx: &mut NativeCx<'_>) -> NativeResult {
    let percent = u32::try_from(cx.int()).ok();
    let old = cx.shared().heap().set_gogc(percent);
    cx.ret_int(old.map_or(-1, i64::from));
    Ok(())
}

/// `func setMemoryLimit(bytes int64) int64`; negative: only asks.
fn set_memory_limit(cx: &mut NativeCx<'_>) -> NativeResult {
    let heap = std::sync::Arc::clone(cx.shared().heap());
    let old = if let Ok(bytes) = u64::try_from(cx.int()) {
        heap.set_memory_limit(bytes)
    } else {
        let now = heap.set_memory_limit(u64::MAX);
        heap.set_memory_limit(now);
        now
    };
    cx.ret_int(i64::try_from(old).unwrap_or(i64::MAX));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtins_are_sorted() {
        assert!(BUILTINS.windows(2).all(|w| w[0].0 < w[1].0));
    }

    #[test]
    fn floats_print_as_go_prints_them() {
        let cases = [
            (3.5, "3.5"),
            (1e100, "1e+100"),
            (1e-7, "1e-07"),
            (0.0, "0"),
            (123456789.0, "1.23456789e+08"),
            (100000.0, "100000"),
            (0.0001, "0.0001"),
        ];
        for (value, text) in cases {
            assert_eq!(float_text(value, false), text);
        }
        assert_eq!(complex_text(1.0, -2.0, false), "(1-2i)");
    }
}
