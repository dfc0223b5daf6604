//! Natives on slices and arrays, maps, channels.
//!
//! A channel's operations take and give elements in register form, as eight words that the gol code
//! keeps in its frame (`words`), where they stay while the goroutine waits. The cases of a select
//! lie in a slice that the gol code keeps alive.

use gol_bytecode::{Kind, SelectDir};
use gol_sched::Switch;

use crate::chan::{self, Case, Chan, Step};
use crate::context::Context;
use crate::fault::Fault;
use crate::map;
use crate::mem;
use crate::native::{NativeCx, NativeResult};
use crate::slice;

use super::memory::ret_pair_value;
use super::{ADDR, INDIR, MAX_WORDS, Reflected, Table, Words, elem_of, misuse, sticky};

pub(super) const NATIVES: Table = &[
    ("lenOf", |cx| {
        let value = cx.reflected()?;
        cx.ret_uint(len_of(value));
        Ok(())
    }),
    ("capOf", cap_of),
    ("elemAt", elem_at),
    ("makeSlice", |cx| {
        let ty = cx.rtype()?;
        let (len, cap) = (cx.int(), cx.int());
        let words = slice::make(&mut cx.worker.local.alloc, elem_of(ty)?, len, cap)?;
        ret_pair_value(cx, ty, words);
        Ok(())
    }),
    ("sliceOf3", slice_of),
    ("storeLenCap", store_len_cap),
    ("grown", grown),
    ("copyElems", copy_elems),
    ("clearSlice", |cx| {
        let value = cx.reflected()?;
        // SAFETY: a slice of that element type.
        unsafe { slice::clear(value.elem()?, value.pair()) };
        Ok(())
    }),
    ("swapElems", swap_elems),
    ("makeMap", |cx| {
        let (ty, hint) = (cx.rtype()?, cx.int());
        let random = cx.random();
        let content = map::make(&mut cx.worker.local.alloc, ty, hint, random)?;
        cx.ret_reflected(Reflected { ty, content, flag: ty.desc.kind as u64 });
        Ok(())
    }),
    ("mapGet", map_get),
    ("mapSet", map_set),
    ("mapDelete", |cx| {
        let (value, key) = (cx.reflected()?, cx.reflected()?);
        let key = key.words();
        // SAFETY: the gol code made the key one of the map's key type.
        unsafe { map::delete(value.ty, value.word(), key.as_ptr()) }
    }),
    ("mapClear", |cx| {
        let value = cx.reflected()?;
        map::clear(value.ty, value.word())
    }),
    ("mapStart", map_start),
    ("mapNext", map_next),
    ("makeChan", |cx| {
        let (ty, size) = (cx.rtype()?, cx.int());
        let elem = elem_of(ty)?;
        let pointers = mem::has_pointers(elem) || elem.desc.repr == gol_bytecode::Repr::Mem;
        let (lock, bubble) = (cx.worker.new_lock(), cx.worker.local.bubble);
        let (alloc, words) = (&mut cx.worker.local.alloc, elem.desc.words);
        let made = chan::make::<Context>(alloc, words, pointers, size, bubble, lock)?;
        cx.ret_reflected(Reflected { ty, content: made as u64, flag: ty.desc.kind as u64 });
        Ok(())
    }),
    ("closeChan", |cx| {
        let channel = cx.word() as *mut Chan<Context>;
        // SAFETY: nil or a channel.
        let step = unsafe { chan::close(cx.worker, channel) };
        settle(cx, step)
    }),
    ("toWords", |cx| {
        let value = cx.reflected()?;
        let words = value.own_words(cx);
        words.iter().for_each(|word| cx.ret_word(*word));
        Ok(())
    }),
    ("fromWords", |cx| {
        let ty = cx.rtype()?;
        let mut words: Words = [0; MAX_WORDS];
        words.iter_mut().for_each(|word| *word = cx.word());
        // SAFETY: the gol code got the words from a channel of that element type.
        let value = unsafe { Reflected::from_regs(cx, ty, words.as_ptr()) }?;
        cx.ret_reflected(value);
        Ok(())
    }),
    ("chanSend", chan_send),
    ("chanRecv", chan_recv),
    ("selectGo", select_go),
];

fn len_of(value: Reflected<'_>) -> u64 {
    match value.kind() {
        Kind::String => value.pair()[1],
        Kind::Slice => slice::len(value.pair()) as u64,
        Kind::Array => value.ty.desc.len,
        Kind::Map => map::len(value.word()),
        // SAFETY: nil or a channel.
        Kind::Chan => unsafe { chan::len(value.word() as *const Chan<Context>) },
        _ => 0,
    }
}

fn cap_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    cx.ret_uint(match value.kind() {
        Kind::Slice => slice::cap(value.pair()) as u64,
        // SAFETY: nil or a channel.
        Kind::Chan => unsafe { chan::cap(value.word() as *const Chan<Context>) },
        _ => value.ty.desc.len,
    });
    Ok(())
}

/// `func elemAt(v Value, i int) Value`, of a slice or array; the index was checked.
fn elem_at(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, i) = (cx.reflected()?, cx.uint());
    let ty = value.elem()?;
    let kind = ty.desc.kind as u64;
    let offset = i * ty.desc.size;
    let element = match value.kind() {
        Kind::Slice => {
            let flag = sticky(value.flag) | kind | INDIR | ADDR;
            Reflected { ty, content: value.pair()[0] + offset, flag }
        }
        _ if value.is_indirect() => {
            let flag = sticky(value.flag) | value.flag & (INDIR | ADDR) | kind;
            Reflected { ty, content: value.content + offset, flag }
        }
        // An array of one word has one element.
        _ => Reflected { ty, content: value.content, flag: sticky(value.flag) | kind },
    };
    cx.ret_reflected(element);
    Ok(())
}

/// `func sliceOf3(v Value, t *rtype, i, j, k int) Value`: a slice, string, or array that is a
/// variable, cut; the bounds were checked. `t` is the result's type.
fn slice_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, ty) = (cx.reflected()?, cx.rtype()?);
    let (lo, hi, max) = (cx.uint(), cx.uint(), cx.uint());
    if value.kind() == Kind::String {
        let [data, _] = value.pair();
        ret_pair_value(cx, ty, [data + lo, hi - lo]);
        return Ok(());
    }
    let size = value.elem()?.desc.size;
    let data = match value.kind() {
        Kind::Array => value.content,
        _ => value.pair()[0],
    };
    // A slice of nothing must not lead to what lies behind its array.
    let start = if max > lo { data + lo * size } else { data };
    ret_pair_value(cx, ty, [start, slice::pack((hi - lo) as usize, (max - lo) as usize)]);
    Ok(())
}

/// `func storeLenCap(v Value, len, cap int)` of a slice that is a variable.
fn store_len_cap(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let (len, cap) = (cx.int() as usize, cx.int() as usize);
    let words = [value.pair()[0], slice::pack(len, cap)];
    // SAFETY: a variable of a slice type.
    unsafe { gol_heap::store_pair(value.content as *mut u64, words) };
    Ok(())
}

/// `func grown(v Value, n int) []struct{}`: the slice's words with room for n more elements, as
/// `append` finds it; its length stays.
fn grown(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, n) = (cx.reflected()?, cx.int() as usize);
    let elem = value.elem()?;
    let words = slice::grow(&mut cx.worker.local.alloc, elem, value.pair(), n)?;
    ret_pair_value(cx, value.ty, words);
    Ok(())
}

/// The slice of a slice or string, or of all elements of an array that lies in memory.
fn view(value: Reflected<'_>, cell: &mut super::Cell) -> [u64; 2] {
    match value.kind() {
        Kind::Slice => value.pair(),
        Kind::String => {
            let [data, len] = value.pair();
            [data, slice::pack(len as usize, len as usize)]
        }
        _ => {
            let len = value.ty.desc.len as usize;
            [value.place(cell) as u64, slice::pack(len, len)]
        }
    }
}

fn copy_elems(cx: &mut NativeCx<'_>) -> NativeResult {
    let (to, from) = (cx.reflected()?, cx.reflected()?);
    let (mut to_cell, mut from_cell) = <(super::Cell, super::Cell)>::default();
    let (dst, src) = (view(to, &mut to_cell), view(from, &mut from_cell));
    // SAFETY: both are of the same element type.
    let n = unsafe { slice::copy(to.elem()?, dst, src) };
    cx.ret_int(n as i64);
    Ok(())
}

/// `func swapElems(v Value, i, j int)` of a slice; the indices were checked.
fn swap_elems(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let (i, j) = (cx.int() as usize, cx.int() as usize);
    let (elem, words) = (value.elem()?, value.pair());
    if i != j && elem.desc.size != 0 {
        // SAFETY: two elements of the slice.
        unsafe {
            let at = |i| slice::element(elem, words, i);
            crate::assign::exchange(elem, at(i), at(j));
        }
    }
    Ok(())
}

// -- Maps

/// `func mapGet(m, key Value) Value`.
fn map_get(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, key) = (cx.reflected()?, cx.reflected()?);
    let words = key.words();
    let ty = value.elem()?;
    // SAFETY: the gol code made the key one of the map's key type.
    let found = unsafe { map::get(value.ty, value.word(), words.as_ptr()) }?;
    let Some(at) = found else {
        cx.ret_no_value();
        return Ok(());
    };
    let mut regs: Words = [0; MAX_WORDS];
    // SAFETY: an element lies there until the native's end.
    let mut element = unsafe {
        mem::load_regs(ty, at, regs.as_mut_ptr());
        Reflected::from_regs(cx, ty, regs.as_ptr())
    }?;
    element.flag |= sticky(value.flag | key.flag);
    cx.ret_reflected(element);
    Ok(())
}

fn map_set(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, key, element) = (cx.reflected()?, cx.reflected()?, cx.reflected()?);
    let (key, element) = (key.words(), element.words());
    let local = &mut cx.worker.local;
    // SAFETY: the gol code made key and element those of the map's types.
    unsafe { map::set(&mut local.alloc, value.ty, value.word(), key.as_ptr(), element.as_ptr()) }
}

/// The eight words of an iterator that the gol code keeps.
fn iterator(cx: &mut NativeCx<'_>) -> Result<*mut u64, Fault> {
    match cx.word() {
        0 => Err(Fault::nil_dereference()),
        address => Ok(address as *mut u64),
    }
}

/// `func mapStart(m Value, it *mapState)`.
fn map_start(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let state = iterator(cx)?;
    let random = cx.random();
    // SAFETY: the iterator's words lie in an object of the gol code.
    unsafe { map::iter_init(value.word(), random, state) };
    Ok(())
}

/// `func mapNext(m Value, it *mapState) (key, elem Value)`; no key at the end.
fn map_next(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let state = iterator(cx)?;
    let (mut key, mut element): (Words, Words) = <_>::default();
    // SAFETY: as in `map_start`; no register form is longer.
    let more = unsafe { map::iter_next(value.ty, state, key.as_mut_ptr(), element.as_mut_ptr()) }?;
    if !more {
        cx.ret_no_value();
        cx.ret_no_value();
        return Ok(());
    }
    // SAFETY: register forms of key and element.
    let (mut key, mut element) = unsafe {
        let key = Reflected::from_regs(cx, mem::key_of(value.ty), key.as_ptr())?;
        (key, Reflected::from_regs(cx, value.elem()?, element.as_ptr())?)
    };
    key.flag |= sticky(value.flag);
    element.flag |= sticky(value.flag);
    cx.ret_reflected(key);
    cx.ret_reflected(element);
    Ok(())
}

// -- Channels

/// What a channel's operation comes to.
fn settle(cx: &mut NativeCx<'_>, step: Step) -> NativeResult {
    match step {
        Step::Done => Ok(()),
        Step::Park => {
            cx.switch = Some(Switch::Parked);
            Ok(())
        }
        Step::Fail(fault) => Err(fault.into()),
    }
}

/// `func chanSend(c unsafe.Pointer, w words)`.
fn chan_send(cx: &mut NativeCx<'_>) -> NativeResult {
    let channel = cx.word() as *mut Chan<Context>;
    let g = cx.worker.current();
    // SAFETY: the goroutine is saved; its frame holds the element's words behind the channel.
    let step = unsafe { chan::send(cx.worker, g, channel, cx.base.add(1)) };
    settle(cx, step)
}

/// `func chanRecv(c unsafe.Pointer) (w words, ok bool)`.
fn chan_recv(cx: &mut NativeCx<'_>) -> NativeResult {
    let channel = cx.word() as *mut Chan<Context>;
    let g = cx.worker.current();
    // SAFETY: the goroutine is saved; its frame has room for the results.
    let step = unsafe {
        cx.base.write_bytes(0, MAX_WORDS + 1);
        chan::recv(cx.worker, g, channel, cx.base, cx.base.add(MAX_WORDS))
    };
    settle(cx, step)
}

/// A case as the gol code describes it: `selectCase` in `chan.gol`.
#[repr(C)]
struct CaseWords {
    /// 1 send, 2 receive.
    dir: u64,
    chan: u64,
    words: Words,
    ok: u64,
}

/// `func selectGo(cases []selectCase, hasDefault bool) int`.
fn select_go(cx: &mut NativeCx<'_>) -> NativeResult {
    let (cases, has_default) = (cx.slice(), cx.bool());
    let first = cases.words()[0] as *mut CaseWords;
    let case = |i: usize| {
        // SAFETY: the slice has so many cases, and nobody else knows it.
        let case = unsafe { &mut *first.add(i) };
        Case {
            dir: if case.dir == 1 { SelectDir::Send } else { SelectDir::Recv },
            chan: case.chan as *mut Chan<Context>,
            value: case.words.as_mut_ptr(),
            ok: &raw mut case.ok,
        }
    };
    let cases: Vec<Case<Context>> = (0..cases.len()).map(case).collect();
    if cases.len() > usize::from(u16::MAX) {
        return Err(misuse("so many cases"));
    }
    let g = cx.worker.current();
    // SAFETY: the goroutine is saved; the cases lie in an object that its frame keeps alive.
    let step = unsafe { chan::select(cx.worker, g, &cases, has_default, cx.base) };
    settle(cx, step)
}
