//! Faults of instructions become panics of the program, and uncaught panics become its end.
//!
//! An uncaught panic's value may have an `Error` or `String` method, which is gol code: it is
//! called on top of the frame that panicked and returns to the `Printed` stub, until all values
//! have their texts. Then the report is made and the program ends.

use std::fmt::Write;

use gol_bytecode::{Kind, TypeIdx};
use gol_sched::Switch;

use crate::defer::{self, Next, PanicRecord, context};
use crate::fault::Fault;
use crate::frame::{self, Regs};
use crate::local::{Local, VmWorker};
use crate::runtime::Outcome;
use crate::traceback;
use crate::value::Value;

/// How Go reports the signal of a nil dereference.
const SIGNAL: &str = "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x0]\n";

/// Turns a fault of the instruction at `local.ip` into what follows from it.
#[cold]
pub(crate) fn raise(worker: &mut VmWorker, fault: Fault) -> Next {
    let known = worker.local.shared.image().known;
    let nil = fault == Fault::nil_dereference();
    let value = match fault {
        Fault::Runtime(text) => error_value(&mut worker.local, known.runtime_error, &text),
        Fault::Index { index, len } => {
            let unsigned = unsigned_operands(&worker.local) & 1 == 1;
            let text = Fault::index_text(index, len, unsigned);
            error_value(&mut worker.local, known.runtime_error, &text)
        }
        Fault::Bounds(bounds) => {
            let text = bounds.text(unsigned_operands(&worker.local));
            error_value(&mut worker.local, known.runtime_error, &text)
        }
        Fault::Plain(text) => error_value(&mut worker.local, known.plain_error, text),
        Fault::Text(text) => error_value(&mut worker.local, known.plain_error, &text),
        Fault::Assertion(text) => assertion_value(&mut worker.local, known.assertion_error, &text),
        Fault::Value([0, _]) => {
            assertion_value(&mut worker.local, known.nil_error, "panic called with nil argument")
        }
        Fault::Value(value) => Ok(value),
        Fault::Goexit => return defer::start(worker, [0, 0], true, false),
        Fault::Fatal(text) if text == "stack overflow" => return stack_overflow(worker),
        Fault::Fatal(text) => return fatal(worker, &text),
        Fault::Exit(code) => return leave(worker, Outcome::Exit(code)),
        Fault::Internal(text) => return internal(worker, &text),
    };
    match value {
        Ok(value) => defer::start(worker, value, false, nil),
        Err(_) => fatal(worker, "out of memory"),
    }
}

/// Which operands of the instruction at `local.ip` are unsigned, for its panic's text.
fn unsigned_operands(local: &Local) -> u8 {
    let function = Regs(local.fp).function();
    let Some(index) = function.index_of(local.ip) else { return 0 };
    let pos = function.source.lines.find(index);
    let entry = function.source.unsigned.iter().find(|(at, _)| *at == pos);
    entry.map_or(0, |&(_, mask)| mask)
}

/// A value of one of the runtime's string types.
fn error_value(local: &mut Local, ty: TypeIdx, text: &str) -> Result<[u64; 2], Fault> {
    let rtype = local.rtype(ty);
    let string = local.new_string(text.as_bytes())?;
    let data = new_pair(local, rtype.layout, string)?;
    Ok([std::ptr::from_ref(rtype) as u64, data])
}

fn new_pair(local: &mut Local, layout: gol_heap::LayoutId, pair: [u64; 2]) -> Result<u64, Fault> {
    let data = local.alloc.alloc(16, layout);
    if data.is_null() {
        return Err(Fault::out_of_memory());
    }
    // SAFETY: a new object of 16 bytes, aligned to 16.
    unsafe { gol_heap::store_pair(data.cast(), pair) };
    Ok(data as u64)
}

/// A `*runtime.TypeAssertionError`, whose struct starts with its message.
fn assertion_value(local: &mut Local, ty: TypeIdx, text: &str) -> Result<[u64; 2], Fault> {
    let rtype = local.rtype(ty);
    // SAFETY: the pointer type's element lives as long as the runtime.
    let Some(of) = (unsafe { rtype.elem.as_ref() }) else {
        return error_value(local, ty, text);
    };
    let string = local.new_string(text.as_bytes())?;
    let size = (of.desc.size as usize).max(16);
    let data = local.alloc.alloc(size, of.layout);
    if data.is_null() {
        return Err(Fault::out_of_memory());
    }
    // SAFETY: a new object of at least 16 bytes, aligned to 16.
    unsafe { gol_heap::store_pair(data.cast(), string) };
    Ok([std::ptr::from_ref(rtype) as u64, data as u64])
}

/// Ends the program; in a session only the goroutine, unless it asked for the program's end.
fn leave(worker: &mut VmWorker, outcome: Outcome) -> Next {
    save(&mut worker.local);
    let exits = matches!(outcome, Outcome::Exit(_));
    if !exits && crate::session::die(worker, &outcome) {
        defer::free_stack(&mut worker.local);
        return Next::Leave(Switch::Exited);
    }
    worker.local.shared.finish(outcome);
    Next::Leave(Switch::Shutdown)
}

/// Puts the running state back into the goroutine, for traces.
pub(crate) fn save(local: &mut Local) {
    let ctx = context(local);
    // SAFETY: the running goroutine's context is ours.
    unsafe {
        (*ctx).fp = local.fp;
        (*ctx).ip = local.ip;
        (*ctx).block = local.block;
    }
}

/// A fatal error in the running goroutine.
#[cold]
pub(crate) fn fatal(worker: &mut VmWorker, text: &str) -> Next {
    let mut report = format!("fatal error: {text}\n\n");
    save(&mut worker.local);
    traceback::running(worker, &mut report);
    leave(worker, Outcome::Fatal { text: report })
}

/// A panic's `Error` or `String` method has panicked itself while it was asked for the text.
pub(crate) fn failed_printing(worker: &mut VmWorker) -> Next {
    // SAFETY: the running goroutine's newest record is live; a panic's value is an interface.
    let (value, signal) = unsafe {
        let newest = (*context(&worker.local)).rest.panics();
        (Value::from_words((*newest).value), (*newest).signal)
    };
    let what = match value.rtype() {
        Some(rtype) if value.kind() == Kind::String && rtype.desc.pkg_path.is_empty() => {
            value.string().to_text().into_owned()
        }
        Some(rtype) => format!("type {}", rtype.desc.string),
        None => "type nil".to_owned(),
    };
    let signal = if signal { SIGNAL } else { "" };
    let mut report = format!("fatal error: panic while printing panic value: {what}\n{signal}\n");
    save(&mut worker.local);
    traceback::running(worker, &mut report);
    leave(worker, Outcome::Fatal { text: report })
}

/// A goroutine could not be started outside of any instruction.
pub(crate) fn no_memory(worker: &VmWorker) {
    let text = "fatal error: out of memory\n".to_owned();
    worker.local.shared.finish(Outcome::Fatal { text });
    worker.sched().shutdown();
}

fn stack_overflow(worker: &mut VmWorker) -> Next {
    let limit = frame::MAX_STACK;
    let mut report = format!(
        "runtime: goroutine stack exceeds {limit}-byte limit\nfatal error: stack overflow\n\n"
    );
    save(&mut worker.local);
    traceback::running(worker, &mut report);
    leave(worker, Outcome::Fatal { text: report })
}

/// An error of gol itself.
fn internal(worker: &mut VmWorker, text: &str) -> Next {
    let mut report = format!("fatal error: internal error of gol: {text}\n");
    report.push_str("This is a bug in gol, not in your program; please report it.\n\n");
    save(&mut worker.local);
    traceback::running(worker, &mut report);
    leave(worker, Outcome::Internal { text: report })
}

/// No deferred call is left and the newest panic is not recovered.
pub(crate) fn uncaught(worker: &mut VmWorker) -> Next {
    match ask_next(worker) {
        Ok(true) => return Next::Resume,
        Ok(false) => {}
        Err(_) => return fatal(worker, "stack overflow while printing panic value"),
    }
    let mut report = String::new();
    // SAFETY: the running goroutine's context and records are ours.
    unsafe {
        let newest = (*context(&worker.local)).rest.panics();
        write_panics(&mut report, newest);
        // Go keeps the signal in the goroutine until the panic that it made is over.
        let mut record = newest;
        while let Some(panic) = record.as_ref() {
            if panic.signal {
                report.push_str(SIGNAL);
                break;
            }
            record = panic.link;
        }
    }
    report.push('\n');
    save(&mut worker.local);
    traceback::running(worker, &mut report);
    leave(worker, Outcome::Panic { text: report })
}

/// Starts the call of the next `Error` or `String` method that has to be asked; `false`: none left.
fn ask_next(worker: &mut VmWorker) -> Result<bool, Fault> {
    let known = worker.local.shared.image().known;
    // SAFETY: the running goroutine's context and records are ours.
    let mut record = unsafe { (*context(&worker.local)).rest.panics() };
    // SAFETY: as above.
    while let Some(panic) = unsafe { record.as_mut() } {
        record = panic.link;
        // SAFETY: as above.
        if let Some(older) = unsafe { record.as_mut() }
            && older.value == panic.value
            && !older.goexit
        {
            older.repanicked = true;
            continue;
        }
        if panic.text.is_some() || panic.goexit {
            continue;
        }
        // SAFETY: a panic's value is an interface.
        let value = unsafe { Value::from_words(panic.value) };
        let Some(rtype) = value.rtype() else { continue };
        let method = [known.error_method, known.string_method]
            .into_iter()
            .find_map(|m| rtype.find_method(m)?.func);
        let Some(func) = method else { continue };
        let local = &mut worker.local;
        // Deferred calls in blocks of their own leave something here, too.
        local.printed = None;
        let function = local.func(func);
        let fp = frame::push_above(local, function, 0, local.fp, &raw const frame::PRINTED)?;
        Regs(fp).set(gol_bytecode::Reg(0), panic.value[1]);
        panic.printing = true;
        local.fp = fp;
        local.ip = function.entry;
        return Ok(true);
    }
    Ok(false)
}

/// A method that was asked for its text has returned it; `local.fp` is the frame that panicked.
pub(crate) fn printed(worker: &mut VmWorker) -> Next {
    let local = &mut worker.local;
    let result = local.printed.take().unwrap_or_else(|| {
        let regs = Regs(local.fp);
        let base = regs.function().num_regs as usize + frame::HEADER_ABOVE;
        Regs(local.fp.wrapping_add(base)).get2(gol_bytecode::Reg(0))
    });
    // SAFETY: the method's result is a string; records in the list are live.
    unsafe {
        let text = crate::value::GoStr::from_words(result).as_bytes().to_vec();
        let mut record = (*context(local)).rest.panics();
        local.ip = (*record).start_ip;
        while let Some(panic) = record.as_mut() {
            if panic.printing {
                panic.printing = false;
                panic.text = Some(text);
                break;
            }
            record = panic.link;
        }
    }
    uncaught(worker)
}

/// The lines of all panics, the oldest first.
///
/// # Safety
/// `record` and what it links to are live.
unsafe fn write_panics(out: &mut String, record: *const PanicRecord) {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(panic) = record.as_ref() else { return };
        if let Some(older) = panic.link.as_ref() {
            write_panics(out, panic.link);
            if older.repanicked {
                return;
            }
            if !older.goexit {
                out.push('\t');
            }
        }
        if panic.goexit {
            return;
        }
        out.push_str("panic: ");
        match &panic.text {
            Some(text) => write_indented(out, text),
            None => write_value(out, Value::from_words(panic.value)),
        }
        out.push_str(match (panic.recovered, panic.repanicked) {
            (true, true) => " [recovered, repanicked]",
            (true, false) => " [recovered]",
            _ => "",
        });
        out.push('\n');
    }
}

/// Text whose further lines are indented, so that it cannot be taken for a trace.
fn write_indented(out: &mut String, text: &[u8]) {
    out.push_str(&String::from_utf8_lossy(text).replace('\n', "\n\t"));
}

/// A panic value without methods: basic kinds as `print` writes them, with the type's name if it
/// is the program's own; everything else as type and address.
fn write_value(out: &mut String, value: Value<'_>) {
    let Some(rtype) = value.rtype() else {
        out.push_str("nil");
        return;
    };
    let own = !rtype.desc.pkg_path.is_empty();
    let mut text = String::new();
    match value.kind() {
        Kind::Bool => text.push_str(if value.bool() { "true" } else { "false" }),
        Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => {
            let _ = write!(text, "{}", value.int());
        }
        Kind::Uint | Kind::Uint8 | Kind::Uint16 | Kind::Uint32 | Kind::Uint64 | Kind::Uintptr => {
            let _ = write!(text, "{}", value.uint());
        }
        Kind::Float32 => text.push_str(&crate::builtin::float_text(value.float(), true)),
        Kind::Float64 => text.push_str(&crate::builtin::float_text(value.float(), false)),
        Kind::Complex64 | Kind::Complex128 => {
            let (re, im) = value.complex();
            let single = value.kind() == Kind::Complex64;
            text.push_str(&crate::builtin::complex_text(re, im, single));
        }
        Kind::String if own => {
            text.push('"');
            write_indented(&mut text, value.string().as_bytes());
            text.push('"');
        }
        Kind::String => write_indented(&mut text, value.string().as_bytes()),
        _ => {
            let _ = write!(out, "({}) {:#x}", rtype.desc.string, value.data);
            return;
        }
    }
    match (own, value.kind()) {
        (true, Kind::Complex64 | Kind::Complex128) => {
            let _ = write!(out, "{}{text}", rtype.desc.string);
        }
        (true, _) => {
            let _ = write!(out, "{}({text})", rtype.desc.string);
        }
        _ => out.push_str(&text),
    }
}
