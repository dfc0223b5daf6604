//! Traces as Go prints them: `goroutine 1 [running]:`, then two lines for each frame.

use std::collections::HashMap;
use std::fmt::Write;

use crate::code::RtFunction;
use crate::context::Context;
use crate::control::everyone;
use crate::frame::{self, Block, Regs};
use crate::local::{VmG, VmWorker};
use crate::runtime::Shared;

/// Frames shown from either end of a long stack.
const INNER: usize = 50;
const OUTER: usize = 50;

/// Who asks for traces is not in them.
const ASKER: &str = "runtime.Stack";

/// The trace of the goroutine that runs; its state is saved.
pub(crate) fn running(worker: &mut VmWorker, out: &mut String) {
    let shared = worker.local.shared.clone();
    let g = worker.current();
    // SAFETY: the running goroutine is ours and saved.
    unsafe { goroutine(&shared, g, &format!("running{}", bubble(g)), true, out) };
}

/// More goroutines than this are shown in groups.
const GROUPED_ABOVE: usize = 100;

/// The traces of all goroutines, the lowest number first; whether there are any. The world stands
/// still.
pub(crate) fn all(shared: &Shared, out: &mut String) -> bool {
    let found = everyone(shared);
    let any = !found.is_empty();
    if found.len() > GROUPED_ABOVE {
        all_grouped(shared, &found, "", out);
        return any;
    }
    for (i, g) in found.into_iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        // SAFETY: the world stands still, so all goroutines are saved.
        unsafe { goroutine(shared, g, &state(g), false, out) };
    }
    any
}

/// The traces of some goroutines, each trace once, with the numbers of those that have it; `note`
/// stands behind the state. The world stands still.
pub(crate) fn all_grouped(shared: &Shared, some: &[VmG], note: &str, out: &mut String) {
    let mut groups: Vec<(String, Vec<u64>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for g in some {
        let mut text = String::new();
        let state = format!("{}{note}", state(*g));
        // SAFETY: the world stands still, so all goroutines are saved.
        unsafe { goroutine(shared, *g, &state, false, &mut text) };
        let text = text.split_once(' ').map_or("", |(_, rest)| rest);
        let text = text.split_once(' ').map_or(text, |(_, rest)| rest);
        let place = *places.entry(without_parent(text)).or_insert_with(|| {
            groups.push((text.to_owned(), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(g.id());
    }
    for (i, (text, ids)) in groups.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        match ids.as_slice() {
            [id] => _ = write!(out, "goroutine {id} {text}"),
            ids => _ = write!(out, "{} goroutines {}", ids.len(), without_parent(text)),
        }
        if let [first, .., last] = ids.as_slice() {
            let _ = writeln!(out, "(numbers {first} to {last})");
        }
    }
}

/// One goroutine's trace; `note` stands behind its state. The world stands still.
pub(crate) fn one(shared: &Shared, g: VmG, note: &str, out: &mut String) {
    let state = format!("{}{note}", state(g));
    // SAFETY: the world stands still, so all goroutines are saved.
    unsafe { goroutine(shared, g, &state, false, out) };
}

/// Some goroutines in the form of Go's profiles: for each trace how many have it, the most frequent
/// first, its program counters, and a line for each frame; how many goroutines there are. The world
/// stands still.
pub(crate) fn profile(shared: &Shared, some: &[VmG], out: &mut String) -> usize {
    let mut counts: HashMap<Vec<u64>, usize> = HashMap::new();
    for g in some {
        *counts.entry(pcs(*g)).or_default() += 1;
    }
    let mut groups: Vec<(Vec<u64>, usize)> = counts.into_iter().collect();
    groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    for (pcs, count) in groups {
        let _ = write!(out, "{count} @");
        for pc in &pcs {
            let _ = write!(out, " {pc:#x}");
        }
        out.push('\n');
        for at in pcs.iter().filter_map(|&pc| resolve(shared, pc)) {
            let offset = (at.pc as u32).saturating_sub(1);
            let _ = writeln!(
                out,
                "#\t{:#x}\t{}+{offset:#x}\t{}:{}",
                at.pc, at.function, at.file, at.line
            );
        }
        out.push('\n');
    }
    some.len()
}

/// The program counters of a goroutine's frames, innermost first, without wrappers.
fn pcs(g: VmG) -> Vec<u64> {
    let mut found = Vec::new();
    // SAFETY: the world stands still, so the goroutine is saved.
    unsafe {
        let ctx = &*g.context();
        frame::walk(ctx.fp, ctx.ip, ctx.block, &mut |view| {
            let function = Regs(view.fp).function();
            if !function.wrapper {
                let ip = panicked_at(ctx, view.fp, view.ip);
                let index = function.index_of(ip.wrapping_sub(1)).unwrap_or(0);
                let calls = function.source.inlined.find(index).count();
                found.extend((0..=calls).rev().map(|depth| pc_of(function, index, depth)));
            }
            true
        });
    }
    found
}

/// The number that stands for an instruction, in the function's own text or so many calls deep in
/// those that stand in place of calls there.
fn pc_of(function: &RtFunction, index: u32, depth: usize) -> u64 {
    let function = (depth as u64) << DEPTH_SHIFT | u64::from(function.idx);
    function << 32 | (2 * u64::from(index) + 2)
}

/// Where the depth stands in the upper half of a pc, above the function's number.
const DEPTH_SHIFT: u32 = 24;

/// A trace without the number of the goroutine that started this one.
fn without_parent(text: &str) -> String {
    match text.rsplit_once("created by ").and_then(|(above, by)| {
        let (function, rest) = by.split_once(" in goroutine ")?;
        let (_, place) = rest.split_once('\n')?;
        Some(format!("{above}created by {function}\n{place}"))
    }) {
        Some(text) => text,
        None => text.to_owned(),
    }
}

/// What a trace says of one frame.
enum Line<'a> {
    /// A function, and where in it.
    Frame(&'a RtFunction, *const u64),
    /// A function of Go's runtime that gol does not have.
    Runtime(&'static str),
}

/// What stands in brackets behind a goroutine's number. The goroutine is saved.
fn state(g: VmG) -> String {
    let durable = if g.waits_durably() { " (durable)" } else { "" };
    format!("{}{durable}{}", g.status().text(), bubble(g))
}

/// The words for the bubble of a goroutine, which is saved or runs on the caller's worker.
fn bubble(g: VmG) -> String {
    // SAFETY: nobody else uses the goroutine.
    match Block::bubble(unsafe { (*g.context()).block }) {
        0 => String::new(),
        number => format!(", synctest bubble {number}"),
    }
}

/// One goroutine's trace.
///
/// # Safety
/// The goroutine is saved and does not run.
unsafe fn goroutine(shared: &Shared, g: VmG, state: &str, at_instruction: bool, out: &mut String) {
    let _ = writeln!(out, "goroutine {} [{state}]:", g.id());
    // Most frames of a stack that overflows are not shown: none is put into words before that.
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut elided = 0;
    // SAFETY: as the caller promises.
    unsafe {
        let ctx = &*g.context();
        // A running frame's `ip` is at its instruction, all others are behind theirs.
        let ip = if at_instruction { ctx.ip.wrapping_add(1) } else { ctx.ip };
        frame::walk(ctx.fp, ip, ctx.block, &mut |view| {
            let regs = Regs(view.fp);
            let asked = lines.is_empty() && regs.function().name() == ASKER;
            if !regs.function().wrapper && !asked {
                let ip = panicked_at(ctx, view.fp, view.ip);
                lines.push(Line::Frame(regs.function(), ip));
            }
            lines.extend(called_by_panic(ctx, view.fp).iter().rev().take(1).map(|&at| {
                let name = if at == GOEXIT[0] { "runtime.Goexit()" } else { "panic(...)" };
                Line::Runtime(name)
            }));
            if lines.len() > INNER + 2 * OUTER {
                lines.drain(INNER..INNER + OUTER);
                elided += OUTER;
            }
            true
        });
    }
    if lines.len() > INNER + OUTER {
        let cut = lines.len() - INNER - OUTER;
        lines.drain(INNER..INNER + cut);
        elided += cut;
    }
    for (index, line) in lines.into_iter().enumerate() {
        if index == INNER && elided > 0 {
            let _ = writeln!(out, "...{elided} frames elided...");
        }
        match line {
            Line::Frame(function, ip) => out.push_str(&frame_lines(shared, function, ip)),
            Line::Runtime(name) => _ = write!(out, "{name}\n\truntime/panic.go\n"),
        }
    }
    // SAFETY: as the caller promises.
    if let Some((go_ip, parent)) = unsafe { frame::origin((*g.context()).block) } {
        created_by(shared, go_ip, parent, out);
    }
}

/// Behind which instruction a frame is: one that panicked is followed by the deferred call that the
/// panic runs, which returns elsewhere.
fn panicked_at(ctx: &Context, fp: *mut u64, ip: *const u64) -> *const u64 {
    if Regs(fp).function().index_of(ip.wrapping_sub(1)).is_some() {
        return ip;
    }
    let mut record = ctx.rest.panics();
    // SAFETY: records in the list are live.
    while let Some(panic) = unsafe { record.as_ref() } {
        if panic.start_fp == fp {
            return panic.start_ip.wrapping_add(1);
        }
        record = panic.link;
    }
    ip
}

fn created_by(shared: &Shared, go_ip: *const u64, parent: u64, out: &mut String) {
    let image = shared.image();
    let mut functions = image.functions().iter();
    if let Some(function) = functions.find(|f| f.index_of(go_ip).is_some()) {
        let _ = write!(out, "created by {} in goroutine {parent}\n\t", function.name());
        out.push_str(&place(shared, function, go_ip.wrapping_add(1)));
        out.push('\n');
    }
}

/// A frame, below the calls whose code stands in its function.
fn frame_lines(shared: &Shared, function: &RtFunction, ip: *const u64) -> String {
    let index = function.index_of(ip.wrapping_sub(1)).unwrap_or(0);
    let mut out = String::new();
    let mut pos = function.source.lines.find(index);
    for call in function.source.inlined.find(index) {
        let args = if call.has_params { "..." } else { "" };
        let place = shared.location(pos).map(|at| format!("{}:{}", shared.file_name(&at), at.line));
        let _ = writeln!(out, "{}({args})\n\t{}", call.name, place.unwrap_or_default());
        pos = call.pos;
    }
    let args = if function.param_words > function.source.captured_params { "..." } else { "" };
    let _ = writeln!(out, "{}({args})\n\t{}", function.name(), place(shared, function, ip));
    out
}

/// `file:line +0xNN` of the instruction before `ip`.
fn place(shared: &Shared, function: &RtFunction, ip: *const u64) -> String {
    let index = function.index_of(ip.wrapping_sub(1)).unwrap_or(0);
    match shared.location(own_pos(function, index)) {
        Some(at) => format!("{}:{} +{index:#x}", shared.file_name(&at), at.line),
        None => format!("{} +{index:#x}", function.name()),
    }
}

/// The same for people who know the directory: `file:line`, as the file was named.
fn short_place(shared: &Shared, function: &RtFunction, ip: *const u64) -> String {
    let index = function.index_of(ip.wrapping_sub(1)).unwrap_or(0);
    match shared.location(own_pos(function, index)) {
        Some(at) => format!("{}:{}", at.name, at.line),
        None => function.name().to_owned(),
    }
}

/// Where a function is, in its own text: at the call where another one's code stands in place of it.
fn own_pos(function: &RtFunction, index: u32) -> gol_diagnostic::Pos {
    let call = function.source.inlined.find(index).last();
    call.map_or_else(|| function.source.lines.find(index), |call| call.pos)
}

/// A frame as `runtime.Callers` knows it.
#[derive(Clone, Debug)]
pub(crate) struct CallerInfo {
    pub(crate) function: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    /// The return address: a number that stands for the place. The place itself is found by it and
    /// by it less 1, as programs use both.
    pub(crate) pc: u64,
}

/// Functions of Go's runtime that programs see between their own frames, though gol has none such:
/// their pcs have numbers behind the program's functions.
const RUNTIME: [(&str, &str); 6] = [
    ("runtime.gopanic", "runtime/panic.go"),
    ("runtime.panicmem", "runtime/panic.go"),
    ("runtime.sigpanic", "runtime/signal_unix.go"),
    ("runtime.Goexit", "runtime/panic.go"),
    ("runtime.main", "runtime/proc.go"),
    ("runtime.goexit", "runtime/asm.s"),
];
const GOPANIC: &[usize] = &[0];
const SIGPANIC: &[usize] = &[0, 1, 2];
const GOEXIT: &[usize] = &[3];
const MAIN: &[usize] = &[4, 5];
const END: &[usize] = &[5];

/// The frames of the goroutine that runs, innermost first, without wrappers; at most `max` after
/// `skip`.
pub(crate) fn callers(worker: &VmWorker, skip: usize, max: usize) -> Vec<CallerInfo> {
    let shared = &worker.local.shared;
    let g = worker.current();
    let mut found = Vec::new();
    let end = skip.saturating_add(max);
    // SAFETY: natives save the running goroutine before they are called.
    unsafe {
        let ctx = &*g.context();
        frame::walk(ctx.fp, ctx.ip, ctx.block, &mut |view| {
            let function = Regs(view.fp).function();
            if !function.wrapper {
                let ip = panicked_at(ctx, view.fp, view.ip);
                caller_infos(shared, function, ip, &mut found);
            }
            let runtime = called_by_panic(ctx, view.fp);
            found.extend(runtime.iter().map(|&at| runtime_info(shared, at)));
            found.len() < end
        });
    }
    let bottom = if shared.is_main(g.id()) { MAIN } else { END };
    found.extend(bottom.iter().map(|&at| runtime_info(shared, at)));
    found.truncate(end);
    found.drain(..skip.min(found.len()));
    found
}

/// What stands between a frame and its caller: the panic that called it, if one did.
fn called_by_panic(ctx: &Context, fp: *mut u64) -> &'static [usize] {
    let mut record = ctx.rest.panics();
    // SAFETY: records in the list are live.
    while let Some(panic) = unsafe { record.as_ref() } {
        if panic.call_fp == fp {
            return match (panic.goexit, panic.signal) {
                (true, _) => GOEXIT,
                (_, true) => SIGPANIC,
                _ => GOPANIC,
            };
        }
        record = panic.link;
    }
    &[]
}

fn runtime_info(shared: &Shared, at: usize) -> CallerInfo {
    let (function, file) = RUNTIME[at];
    let number = (shared.image().functions().len() + at) as u64;
    CallerInfo {
        function: function.to_owned(),
        file: file.to_owned(),
        line: 1,
        pc: number << 32 | 2,
    }
}

/// The frames that stand in one, innermost first: calls in whose place code stands, and itself.
fn caller_infos(
    shared: &Shared,
    function: &RtFunction,
    ip: *const u64,
    found: &mut Vec<CallerInfo>,
) {
    let index = function.index_of(ip.wrapping_sub(1)).unwrap_or(0);
    let calls = function.source.inlined.find(index).count();
    found.extend((0..=calls).rev().map(|depth| caller_info(shared, function, index, depth)));
}

/// Where an instruction is, in the function's own text or so many calls deep in others'.
fn caller_info(shared: &Shared, function: &RtFunction, index: u32, depth: usize) -> CallerInfo {
    let calls: Vec<_> = function.source.inlined.find(index).collect();
    let depth = depth.min(calls.len());
    // Innermost first: the call at a depth, and the one inside of it, where it goes on.
    let pos = match calls.len() - depth {
        0 => function.source.lines.find(index),
        inner => calls[inner - 1].pos,
    };
    let name = match depth {
        0 => function.name().to_owned(),
        _ => calls[calls.len() - depth].name.clone(),
    };
    let at = shared.location(pos);
    CallerInfo {
        function: name,
        file: at.as_ref().map_or_else(String::new, |at| shared.file_name(at)),
        line: at.map_or(0, |at| at.line),
        pc: pc_of(function, index, depth),
    }
}

/// The place that a `pc` of [`CallerInfo`] stands for; 1 in the lower half is a function's entry.
pub(crate) fn resolve(shared: &Shared, pc: u64) -> Option<CallerInfo> {
    let image = shared.image();
    let functions = image.functions();
    let number = (pc >> 32) as usize & ((1 << DEPTH_SHIFT) - 1);
    let depth = (pc >> 32) as usize >> DEPTH_SHIFT;
    let index = (pc as u32).checked_sub(1)? / 2;
    let Some(function) = functions.get(number) else {
        let at = number - functions.len();
        return (at < RUNTIME.len() && index == 0).then(|| runtime_info(shared, at));
    };
    function.index_of(function.entry.wrapping_add(index as usize))?;
    if function.wrapper {
        return Some(wrapper_info(shared, functions, function));
    }
    Some(caller_info(shared, function, index, depth))
}

/// What is said of a function that the compiler has made: where the method is that it stands for
/// under the same name, else, as Go has it, that nobody wrote it.
fn wrapper_info(shared: &Shared, functions: &[RtFunction], wrapper: &RtFunction) -> CallerInfo {
    let is_written = |f: &&RtFunction| !f.wrapper && f.name() == wrapper.name();
    match functions.iter().find(is_written) {
        Some(written) => caller_info(shared, written, 0, 0),
        None => CallerInfo {
            function: wrapper.name().to_owned(),
            file: "<autogenerated>".to_owned(),
            line: 1,
            pc: pc_of(wrapper, 0, 0),
        },
    }
}

/// The trace that `runtime.Stack` gives.
pub(crate) fn stack_text(worker: &VmWorker) -> String {
    let mut out = String::new();
    // SAFETY: natives save the running goroutine before they are called.
    unsafe {
        let g = worker.current();
        let state = format!("running{}", bubble(g));
        goroutine(&worker.local.shared, g, &state, false, &mut out);
    }
    out
}

/// All goroutines with where they are, the lowest number first. The world stands still.
pub(crate) fn list(shared: &Shared) -> Vec<crate::session::Goroutine> {
    let sched = shared.scheduler();
    let mut found = Vec::new();
    for part in 0..sched.g_parts() {
        sched.each_g(part, &mut |g| {
            let (mut function, mut at) = (String::new(), String::new());
            // SAFETY: the world stands still, so all goroutines are saved.
            unsafe {
                let ctx = &*g.context();
                frame::walk(ctx.fp, ctx.ip, ctx.block, &mut |view| {
                    let f = Regs(view.fp).function();
                    if f.wrapper {
                        return true;
                    }
                    let ip = panicked_at(ctx, view.fp, view.ip);
                    if function.is_empty() || !f.source.flags.is_std {
                        f.name().clone_into(&mut function);
                        at = short_place(shared, f, ip);
                    }
                    f.source.flags.is_std
                });
            }
            let (id, state) = (g.id(), g.status().text());
            found.push(crate::session::Goroutine { id, state, function, place: at });
        });
    }
    found.sort_by_key(|g| g.id);
    found
}
