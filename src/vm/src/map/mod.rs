//! Maps: what a program does with them.
//!
//! A map value is the address of a [`Header`], 0 for nil. The header leads to a [`Table`]
//! ([`table`]): entries lie one after the other, key first, mostly in the order in which they were
//! added; slots with hashes lead to them. Growing makes a new table and leaves the old one as it
//! was, for iterators that go through it ([`iter`]).
//!
//! **Races.** A write leaves a mark in the header while it runs; whoever finds the mark of another
//! ends the program as Go does. That is a chance, not a promise; the promise is that memory stays
//! whole: a table says for itself how large it is, never changes that, and is reached through one
//! word; slots hold only indices below its capacity, and searches end after one turn.
//!
//! **No safepoint lies inside of an operation**, so a table or entry that is found stays alive
//! until the operation's end, whatever another worker does to the map.

// Values lie at their types' alignment; addresses of bytes lead to them.
#![allow(clippy::cast_ptr_alignment)]

mod iter;
mod key;
mod layout;
mod quick;
mod table;

use std::borrow::Cow;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use gol_heap::{AllocCache, LayoutId};

use crate::Fault;
use crate::mem::{self, elem_of, key_of};
use crate::rtype::{KeyKind, MapLayout, RType};
use key::{AnyKey, Narrow, Probe, StrKey, Word};
use table::Table;

pub use iter::{iter_init, iter_next};
pub(crate) use quick::{MISSING, UNKNOWN, begin_write, end_write, find, find_or_add, find_word};

/// A write is under way.
const WRITING: u32 = 1;

/// What a map value leads to. Its second word is its only pointer.
#[repr(C)]
pub(crate) struct Header {
    count: AtomicU32,
    flags: AtomicU32,
    /// Address of the table; 0 before the first entry.
    table: AtomicU64,
    /// Hashes differ from map to map.
    seed: AtomicU64,
    /// Counts calls of `clear`, after which iterators have nothing left.
    clears: AtomicU32,
}

impl Header {
    /// The header of a map value; `None` for nil.
    #[inline(always)]
    fn of<'a>(map: u64) -> Option<&'a Header> {
        // SAFETY: a map value is 0 or the address of a header, which lives as long as it.
        unsafe { (map as *const Header).as_ref() }
    }

    #[inline(always)]
    fn table(&self) -> Option<&Table> {
        // SAFETY: 0 or the address of a table, alive until the next safepoint at least.
        unsafe { (self.table.load(Relaxed) as *const Table).as_ref() }
    }

    #[inline(always)]
    fn seed(&self) -> u64 {
        self.seed.load(Relaxed)
    }

    fn add_to_count(&self, change: i32) {
        self.count.store(self.count.load(Relaxed).wrapping_add_signed(change), Relaxed);
    }

    #[inline(always)]
    fn check_read(&self, text: &'static str) -> Result<(), Fault> {
        if self.flags.load(Relaxed) & WRITING != 0 { Err(fatal(text)) } else { Ok(()) }
    }

    #[inline(always)]
    fn begin_write(&self) -> Result<(), Fault> {
        self.check_read("concurrent map writes")?;
        self.flags.store(WRITING, Relaxed);
        Ok(())
    }

    #[inline(always)]
    fn end_write(&self) -> Result<(), Fault> {
        if self.flags.load(Relaxed) & WRITING == 0 {
            return Err(fatal("concurrent map writes"));
        }
        self.flags.store(0, Relaxed);
        Ok(())
    }
}

#[cold]
fn fatal(text: &'static str) -> Fault {
    Fault::Fatal(Cow::Borrowed(text))
}

/// How a map type stores its entries.
#[inline(always)]
pub(crate) fn layout_of(rtype: &RType) -> &MapLayout {
    rtype.map.as_ref().expect("loaded map types have a layout")
}

/// `make(map, hint)`. `random` seeds the map's hashes.
pub fn make(cache: &mut AllocCache, rtype: &RType, hint: i64, random: u64) -> Result<u64, Fault> {
    let header = cache.alloc(size_of::<Header>(), LayoutId::SECOND_WORD);
    if header.is_null() {
        return Err(Fault::out_of_memory());
    }
    let map = header as u64;
    let header = Header::of(map).expect("just checked");
    header.seed.store(random, Relaxed);
    if hint > 0 {
        let table = Table::create(cache, layout_of(rtype), table::cap_for(hint as u64))?;
        header.table.store(table, Relaxed);
    }
    Ok(map)
}

/// `len(map)`.
#[inline(always)]
pub fn len(map: u64) -> u64 {
    Header::of(map).map_or(0, |header| u64::from(header.count.load(Relaxed)))
}

/// Runs an expression with `$probe` and its hash `$hash` for the key at `$key`, which is one word or
/// a string.
macro_rules! with_simple_probe {
    ($layout:expr, $seed:expr, $key:expr, |$probe:ident, $hash:ident| $body:expr) => {{
        let layout: &MapLayout = $layout;
        let (seed, key): (u64, *const u64) = ($seed, $key);
        if layout.key_kind == KeyKind::Word {
            // SAFETY: the caller's promise: the key's register form.
            let word = unsafe { key.read() };
            let $hash = key::hash_of_word(word, seed);
            if layout.key_size == 8 {
                let $probe = Word(word);
                $body
            } else {
                let $probe = Narrow { word, size: layout.key_size };
                $body
            }
        } else {
            // SAFETY: as above, two words.
            let $probe = StrKey(unsafe { [key.read(), key.add(1).read()] });
            let $hash = key::hash_of_string($probe.0, seed);
            $body
        }
    }};
}
use with_simple_probe;

/// The same for a key of any kind.
macro_rules! with_probe {
    ($rtype:expr, $seed:expr, $key:expr, |$probe:ident, $hash:ident| $body:expr) => {{
        let rtype: &RType = $rtype;
        if layout_of(rtype).key_kind == KeyKind::Any {
            let (key_type, key): (_, *const u64) = (key_of(rtype), $key);
            // SAFETY: the caller's promise: the key's register form.
            let $hash = key::shorten(unsafe { mem::hash_regs(key_type, key, $seed) }?);
            let mut buffer = key::Buffer::default();
            // SAFETY: as above.
            let $probe = unsafe { AnyKey::new(key_type, key, &mut buffer) };
            $body
        } else {
            with_simple_probe!(layout_of(rtype), $seed, $key, |$probe, $hash| $body)
        }
    }};
}

/// The element of a key, as an address that is good until the next safepoint or write to the map.
///
/// # Safety
/// `map` is a value of the map type, `key` leads to the register form of a key; so for all
/// functions below.
#[inline]
pub unsafe fn get(rtype: &RType, map: u64, key: *const u64) -> Result<Option<*mut u8>, Fault> {
    let header = Header::of(map);
    let table = header.and_then(Header::table);
    let (Some(header), Some(table)) = (header, table) else {
        return check_key(rtype, key).map(|()| None);
    };
    header.check_read("concurrent map read and map write")?;
    if len(map) == 0 {
        return check_key(rtype, key).map(|()| None);
    }
    with_probe!(rtype, header.seed(), key, |probe, hash| {
        let layout = layout_of(rtype);
        Ok(table.find(layout, &probe, hash).map(|found| {
            // SAFETY: the element lies in the entry that was found.
            unsafe { table.entry(layout, found.index).add(layout.elem_offset as usize) }
        }))
    })
}

/// Even where there is nothing to find, a key without `==` panics; Go has another text for it.
fn check_key(rtype: &RType, key: *const u64) -> Result<(), Fault> {
    if layout_of(rtype).key_kind == KeyKind::Any {
        // SAFETY: the caller of `get` or `delete` promises a key.
        if let Err(fault) = unsafe { mem::hash_regs(key_of(rtype), key, 0) } {
            return Err(match fault {
                Fault::Runtime(text) => Fault::Text(text.replacen("type ", "type: ", 1)),
                other => other,
            });
        }
    }
    Ok(())
}

/// `map[key] = value`, the value in register form.
///
/// # Safety
/// See [`get`].
#[inline]
pub unsafe fn set(
    cache: &mut AllocCache,
    rtype: &RType,
    map: u64,
    key: *const u64,
    value: *const u64,
) -> Result<(), Fault> {
    // SAFETY: the caller's promise; the element's address is good until the next safepoint.
    unsafe {
        let elem = elem_addr(cache, rtype, map, key)?;
        mem::store_regs(elem_of(rtype), elem, value);
    }
    Ok(())
}

/// The element of a key, added with the zero value if it is not there, as an address that is good
/// until the next safepoint or write to the map.
///
/// # Safety
/// See [`get`].
#[inline]
pub unsafe fn elem_addr(
    cache: &mut AllocCache,
    rtype: &RType,
    map: u64,
    key: *const u64,
) -> Result<*mut u8, Fault> {
    let Some(header) = Header::of(map) else {
        return Err(Fault::Plain("assignment to entry in nil map"));
    };
    with_probe!(rtype, header.seed(), key, |probe, hash| {
        header.begin_write()?;
        // SAFETY: the caller's promise.
        let entry = unsafe { entry_of(cache, rtype, header, &probe, hash) }?;
        header.end_write()?;
        // SAFETY: the element lies in the entry.
        Ok(unsafe { entry.add(layout_of(rtype).elem_offset as usize) })
    })
}

/// The entry of a key, added if it is not there.
///
/// # Safety
/// The header is that of a map of the type.
#[inline]
unsafe fn entry_of<P: Probe>(
    cache: &mut AllocCache,
    rtype: &RType,
    header: &Header,
    probe: &P,
    hash: u32,
) -> Result<*mut u8, Fault> {
    let layout = layout_of(rtype);
    // SAFETY: the caller's promise; the table is the header's.
    unsafe {
        if let Some(table) = header.table()
            && let Some(entry) = find_or_take(layout, header, table, probe, hash)
        {
            return Ok(entry);
        }
        let (table, index) = grow(cache, rtype, header)?;
        Ok(fill(layout, header, table, index, probe, hash))
    }
}

/// The entry of a key, added if it is not there; `None` if the table has to grow for that.
///
/// # Safety
/// Header and table are those of a map of the layout.
#[inline(always)]
unsafe fn find_or_take<P: Probe>(
    layout: &MapLayout,
    header: &Header,
    table: &Table,
    probe: &P,
    hash: u32,
) -> Option<*mut u8> {
    if let Some(found) = table.find(layout, probe, hash) {
        let entry = table.entry(layout, found.index);
        // SAFETY: the entry starts with an equal key.
        unsafe { probe.renew(entry) };
        return Some(entry);
    }
    let index = table.take_entry()?;
    // SAFETY: the entry was free.
    Some(unsafe { fill(layout, header, table, index, probe, hash) })
}

/// Gives an entry a key.
///
/// # Safety
/// The entry was just taken, and the key is in no other one.
#[inline(always)]
unsafe fn fill<P: Probe>(
    layout: &MapLayout,
    header: &Header,
    table: &Table,
    index: u32,
    probe: &P,
    hash: u32,
) -> *mut u8 {
    let entry = table.entry(layout, index);
    // SAFETY: the entry is zero, and begins with room for a key.
    unsafe { probe.store(entry) };
    table.add_slot(hash, index);
    header.add_to_count(1);
    entry
}

/// A larger table, and a free entry in it.
#[cold]
#[inline(never)]
fn grow<'a>(
    cache: &mut AllocCache,
    rtype: &RType,
    header: &'a Header,
) -> Result<(&'a Table, u32), Fault> {
    let grown = match header.table() {
        None => Table::create(cache, layout_of(rtype), table::FIRST_CAP),
        Some(old) => old.grown(cache, rtype, header.seed()),
    };
    let place = grown.map(|grown| {
        // SAFETY: the word of the header. Iterators and the collector may still be in the old table.
        unsafe { gol_heap::store_word(header.table.as_ptr(), grown) };
        header.table().and_then(|table| Some((table, table.take_entry()?)))
    });
    match place {
        Ok(Some(place)) => Ok(place),
        Ok(None) => Err(fatal("concurrent map writes")),
        Err(fault) => {
            header.flags.store(0, Relaxed);
            Err(fault)
        }
    }
}

/// `delete(map, key)`.
///
/// # Safety
/// See [`get`].
pub unsafe fn delete(rtype: &RType, map: u64, key: *const u64) -> Result<(), Fault> {
    let header = Header::of(map);
    let table = header.and_then(Header::table);
    let (Some(header), Some(table)) = (header, table) else {
        return check_key(rtype, key);
    };
    if len(map) == 0 {
        header.check_read("concurrent map writes")?;
        return check_key(rtype, key);
    }
    let layout = layout_of(rtype);
    with_probe!(rtype, header.seed(), key, |probe, hash| {
        header.begin_write()?;
        if let Some(found) = table.find(layout, &probe, hash) {
            table.remove(rtype, header.seed(), found);
            header.add_to_count(-1);
            if header.count.load(Relaxed) == 0 {
                table.forget_dead();
            }
        }
        header.end_write()
    })
}

/// `clear(map)`.
pub fn clear(rtype: &RType, map: u64) -> Result<(), Fault> {
    let Some(header) = Header::of(map) else {
        return Ok(());
    };
    header.begin_write()?;
    header.clears.store(header.clears.load(Relaxed).wrapping_add(1), Relaxed);
    header.count.store(0, Relaxed);
    if let Some(table) = header.table() {
        table.clear(layout_of(rtype));
    }
    header.end_write()
}

#[cfg(test)]
mod tests;
