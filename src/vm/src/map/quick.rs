//! The common cases of look-ups and additions, for handlers: keys of one register and strings, no
//! fault, no growth; the answer is one machine register, so a handler needs nothing in memory. Keys
//! of eight bytes in maps of more than a few are the ones that [`find_word`] finds where it stands.
//!
//! What is not such a case gives [`UNKNOWN`], and the caller asks [`get`](super::get) or
//! [`elem_addr`](super::elem_addr), which know all cases.

use std::sync::atomic::Ordering::Relaxed;

use super::key::{self, Narrow, StrKey, Word};
use super::table::Probed;
use super::{Header, WRITING, find_or_take, with_simple_probe};
use crate::rtype::{KeyKind, MapLayout};

/// The key is not in the map.
pub(crate) const MISSING: *mut u8 = std::ptr::null_mut();

/// Not one of the common cases.
pub(crate) const UNKNOWN: *mut u8 = std::ptr::without_provenance_mut(1);

/// So many slots [`find_word`] looks at; hardly any key is further from its place.
const PROBES: u32 = 8;

/// The element of a key that is in the map, as [`find_word`]; leaves the mark of a writer, for
/// [`end_write`] to take away, unless the answer is none.
///
/// # Safety
/// As for [`get`](super::get).
#[inline(always)]
pub(crate) unsafe fn begin_write(layout: &MapLayout, map: u64, key: *const u64) -> *mut u8 {
    // SAFETY: the caller's promise.
    let at = unsafe { find_word(layout, map, key) };
    if at == UNKNOWN || at == MISSING {
        return UNKNOWN;
    }
    if let Some(header) = Header::of(map) {
        header.flags.store(WRITING, Relaxed);
    }
    at
}

/// The element has been written.
#[inline(always)]
pub(crate) fn end_write(map: u64) {
    if let Some(header) = Header::of(map) {
        header.flags.store(0, Relaxed);
    }
}

/// The element of a key of eight bytes, [`MISSING`] or [`UNKNOWN`].
///
/// # Safety
/// As for [`get`](super::get).
#[inline(always)]
pub(crate) unsafe fn find_word(layout: &MapLayout, map: u64, key: *const u64) -> *mut u8 {
    if layout.key_size != 8 || layout.key_kind != KeyKind::Word {
        return UNKNOWN;
    }
    let Some(header) = Header::of(map) else { return UNKNOWN };
    let Some(table) = header.table() else { return UNKNOWN };
    if header.flags.load(Relaxed) != 0 {
        return UNKNOWN;
    }
    // SAFETY: the caller's promise: the key's register form.
    let word = unsafe { key.read() };
    match table.probe(layout, &Word(word), key::hash_of_word(word, header.seed()), PROBES) {
        Probed::Found(found) => {
            table.entry(layout, found.index).wrapping_add(layout.elem_offset as usize)
        }
        Probed::Missing => MISSING,
        Probed::Unknown => UNKNOWN,
    }
}

/// The element of a key, [`MISSING`] or [`UNKNOWN`].
///
/// # Safety
/// As for [`get`](super::get).
#[inline]
pub(crate) unsafe fn find(layout: &MapLayout, map: u64, key: *const u64) -> *mut u8 {
    if layout.key_kind == KeyKind::Any {
        return UNKNOWN;
    }
    let Some(header) = Header::of(map) else { return MISSING };
    if header.flags.load(Relaxed) != 0 {
        return UNKNOWN;
    }
    let Some(table) = header.table() else { return MISSING };
    let elem_offset = layout.elem_offset as usize;
    with_simple_probe!(layout, header.seed(), key, |probe, hash| {
        match table.find(layout, &probe, hash) {
            Some(found) => table.entry(layout, found.index).wrapping_add(elem_offset),
            None => MISSING,
        }
    })
}

/// The element of a key, added with the zero value if it is not there, or [`UNKNOWN`].
///
/// # Safety
/// As for [`elem_addr`](super::elem_addr).
#[inline]
pub(crate) unsafe fn find_or_add(layout: &MapLayout, map: u64, key: *const u64) -> *mut u8 {
    if layout.key_kind == KeyKind::Any {
        return UNKNOWN;
    }
    let Some(header) = Header::of(map) else { return UNKNOWN };
    let Some(table) = header.table() else { return UNKNOWN };
    if header.flags.load(Relaxed) != 0 {
        return UNKNOWN;
    }
    header.flags.store(WRITING, Relaxed);
    let entry = with_simple_probe!(layout, header.seed(), key, |probe, hash| {
        // SAFETY: the table is the header's.
        unsafe { find_or_take(layout, header, table, &probe, hash) }
    });
    if header.flags.load(Relaxed) == 0 {
        // Another writer was here and took our mark for its own: with one left, the slow path
        // reports it.
        header.flags.store(WRITING, Relaxed);
        return UNKNOWN;
    }
    header.flags.store(0, Relaxed);
    entry.map_or(UNKNOWN, |entry| entry.wrapping_add(layout.elem_offset as usize))
}
