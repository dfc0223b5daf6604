//! `for k, v := range m`.
//!
//! An iterator is eight words of the frame ([`MAP_ITER_WORDS`](gol_bytecode::MAP_ITER_WORDS)); the
//! first two are pointers for the collector:
//!
//! | word | content |
//! | --- | --- |
//! | 0 | the map; 0 when there is nothing (more) |
//! | 1 | the table at the start |
//! | 2 | start position, and the next one in the upper half |
//! | 3 | the map's count of clears, and in the upper half whether the walk has wrapped around |
//! | 4–7 | not used |
//!
//! It walks through the entries of the table from a random position to the end, which includes
//! what is added meanwhile, then from the first one to where it started. Entries do not move, so
//! none comes twice. When the map has grown, the walk goes on through the old table, which nobody
//! writes to any more: each key is looked up in the new one, which says whether it is still there
//! and what its element is now. Keys that are not equal to themselves cannot be looked up; they
//! cannot be deleted either, so they come from the old table.

use std::sync::atomic::Ordering::Relaxed;

use super::key::{AnyKey, Narrow, Probe, StrKey, Word};
use super::table::Table;
use super::{Header, key, layout_of};
use crate::Fault;
use crate::mem::{self, elem_of, key_of};
use crate::rtype::{KeyKind, RType};

/// The words of an iterator that are used.
#[repr(C)]
struct Iter {
    map: u64,
    table: u64,
    start: u32,
    next: u32,
    clears: u32,
    wrapped: u32,
}

const _: () = assert!(size_of::<Iter>() <= gol_bytecode::MAP_ITER_WORDS as usize * 8);

/// Starts an iteration at an entry that `random` chooses.
///
/// # Safety
/// `iter` leads to eight words, `map` is a map value.
pub unsafe fn iter_init(map: u64, random: u64, iter: *mut u64) {
    // SAFETY: the caller's promise; all words are written.
    unsafe { iter.write_bytes(0, gol_bytecode::MAP_ITER_WORDS as usize) };
    let Some(header) = Header::of(map) else {
        return;
    };
    let Some(table) = header.table() else {
        return;
    };
    let used = table.used();
    if header.count.load(Relaxed) == 0 || used == 0 {
        return;
    }
    // Multiplication spreads 32 random bits over the positions.
    let start = (((random & 0xffff_ffff) * u64::from(used)) >> 32) as u32;
    let state = Iter {
        map,
        table: std::ptr::from_ref(table) as u64,
        start,
        next: start,
        clears: header.clears.load(Relaxed),
        wrapped: 0,
    };
    // SAFETY: the caller's promise.
    unsafe { iter.cast::<Iter>().write(state) };
}

/// Loads the next entry's key and element in register form (in-memory ones by address, good until
/// the next write to the map), where the pointers are not null; false at the end.
///
/// # Safety
/// `iter` was filled by [`iter_init`] for a map of the type; `key` and `value` are null or lead to
/// room for the register forms.
pub unsafe fn iter_next(
    rtype: &RType,
    iter: *mut u64,
    key: *mut u64,
    value: *mut u64,
) -> Result<bool, Fault> {
    // SAFETY: the caller's promise.
    let iter = unsafe { &mut *iter.cast::<Iter>() };
    let Some(header) = Header::of(iter.map) else {
        return Ok(false);
    };
    header.check_read("concurrent map iteration and map write")?;
    let Some(entry) = next_entry(rtype, header, iter) else {
        iter.map = 0;
        iter.table = 0;
        return Ok(false);
    };
    // SAFETY: an entry is a key and an element; the caller has room for them.
    unsafe {
        if !key.is_null() {
            mem::load_regs(key_of(rtype), entry, key);
        }
        if !value.is_null() {
            let offset = layout_of(rtype).elem_offset as usize;
            mem::load_regs(elem_of(rtype), entry.add(offset), value);
        }
    }
    Ok(true)
}

/// The next entry that is still in the map.
fn next_entry(rtype: &RType, header: &Header, iter: &mut Iter) -> Option<*mut u8> {
    if iter.clears != header.clears.load(Relaxed) {
        return None;
    }
    // SAFETY: the iterator keeps its table alive.
    let table = unsafe { &*(iter.table as *const Table) };
    let now = header.table()?;
    loop {
        let end = if iter.wrapped == 0 { table.used() } else { table.used().min(iter.start) };
        let Some(index) = table.next_alive(iter.next, end) else {
            if iter.wrapped != 0 {
                return None;
            }
            iter.wrapped = 1;
            iter.next = 0;
            continue;
        };
        iter.next = index + 1;
        let entry = table.entry(layout_of(rtype), index);
        if std::ptr::eq(table, now) {
            return Some(entry);
        }
        if let Some(entry) = current(rtype, header, now, entry) {
            return Some(entry);
        }
    }
}

/// The entry of the grown table for one of the old table.
fn current(rtype: &RType, header: &Header, now: &Table, entry: *mut u8) -> Option<*mut u8> {
    let layout = layout_of(rtype);
    let key_type = key_of(rtype);
    // SAFETY: the entry starts with a key of the type.
    unsafe {
        let hash = key::hash_of_entry(layout.key_kind, key_type, entry, header.seed());
        let found = match layout.key_kind {
            KeyKind::Word => {
                let mut word = 0;
                mem::load_regs(key_type, entry, &raw mut word);
                let size = layout.key_size;
                if size == 8 {
                    now.find(layout, &Word(word), hash)
                } else {
                    now.find(layout, &Narrow { word, size }, hash)
                }
            }
            KeyKind::Str => now.find(layout, &StrKey(gol_heap::load_pair(entry.cast())), hash),
            KeyKind::Any => {
                let probe = AnyKey::in_memory(key_type, entry);
                if !probe.matches(entry) {
                    return Some(entry);
                }
                now.find(layout, &probe, hash)
            }
        };
        found.map(|found| now.entry(layout, found.index))
    }
}
