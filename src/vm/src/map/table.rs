//! The table behind a map: slots that lead to entries.
//!
//! A table is one object: this header, then `mask + 1` slots, then one bit an entry that says
//! whether it is dead. Entries are an array of their own. A slot is a 32-bit word, 0 if it is free;
//! else its bits under the mask are an entry's index + 1, and the others those of its key's hash. A
//! key's place is the first free slot from `hash & mask` on (linear probing, at most 5/8 full).
//! Deletion moves later slots of the run up, so there are no tombstones. Tables of up to
//! [`SMALL_CAP`] entries have no slots: their keys are compared one by one.
//!
//! **Entries do not move.** A deleted entry is zeroed, its bit is set, and a later addition takes
//! it again; a table grows when no entry is free. So an iterator needs nothing but a position, and
//! a grown table has all entries at their old indices: only slots are made anew. Keys are hashed
//! again for that; slots of 64 bits could hold all of the hash, but look-ups in large maps wait for
//! memory, of which smaller slots need less.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use gol_heap::{AllocCache, LayoutId, load_word};

use super::key::{Probe, hash_of_entry, hash_of_word};
use crate::Fault;
use crate::mem::{copy_raw, key_of, zero_raw};
use crate::rtype::{KeyKind, MapLayout, RType};

/// Entries of the first table.
pub(super) const FIRST_CAP: u64 = 4;

/// Up to this many entries there are no slots.
const SMALL_CAP: u64 = 8;

/// Slots of the smallest table that has some.
const FIRST_SLOTS: u64 = 32;

/// Followed by slots and dead bits. All words are read and written with relaxed atomics, because
/// a racing program may do both at once; `mask`, `cap` and `entries` never change.
#[repr(C)]
pub(super) struct Table {
    /// 0 in a table without slots.
    mask: AtomicU32,
    cap: AtomicU32,
    /// Address of the entries; the object's second word, which is what its layout says.
    entries: AtomicU64,
    /// Entries from here on were never taken.
    used: AtomicU32,
    /// How many entries below `used` are dead.
    dead: AtomicU32,
    /// Word of the dead bits at which the search for one starts.
    hint: AtomicU32,
    _pad: u32,
}

/// Where a key was found.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) index: u32,
    /// Meaningless in a table without slots.
    slot: u32,
}

/// What a look at some slots came to.
pub(super) enum Probed {
    Found(Found),
    Missing,
    Unknown,
}

/// The capacity of a table that holds `count` entries.
pub(super) fn cap_for(count: u64) -> u64 {
    if count <= SMALL_CAP { count } else { cap_of_slots(slots_for(count)) }
}

fn slots_for(cap: u64) -> u64 {
    let mut slots = FIRST_SLOTS;
    while cap_of_slots(slots) < cap && slots < 1 << 40 {
        slots *= 2;
    }
    slots
}

fn cap_of_slots(slots: u64) -> u64 {
    slots / 8 * 5
}

impl Table {
    /// A table for `cap` entries, none of which is used.
    pub(super) fn create(
        cache: &mut AllocCache,
        layout: &MapLayout,
        cap: u64,
    ) -> Result<u64, Fault> {
        let slots = if cap <= SMALL_CAP { 0 } else { slots_for(cap) };
        if slots > 1 << 32 {
            return Err(Fault::out_of_memory());
        }
        let size = size_of::<Table>() + slots as usize * 4 + cap.div_ceil(64) as usize * 8;
        let table = cache.alloc(size, LayoutId::SECOND_WORD);
        let entries =
            cache.alloc_array(layout.entry_layout, layout.entry_size as usize, cap as usize);
        if table.is_null() || entries.is_null() {
            return Err(Fault::out_of_memory());
        }
        // SAFETY: a new object of that size, zeroed, which is a valid table.
        let new = unsafe { &*table.cast::<Table>() };
        new.mask.store(slots.saturating_sub(1) as u32, Relaxed);
        new.cap.store(cap as u32, Relaxed);
        new.entries.store(entries as u64, Relaxed);
        Ok(table as u64)
    }

    #[inline(always)]
    fn mask(&self) -> u32 {
        self.mask.load(Relaxed)
    }

    fn cap(&self) -> u32 {
        self.cap.load(Relaxed)
    }

    #[inline(always)]
    pub(super) fn used(&self) -> u32 {
        self.used.load(Relaxed)
    }

    fn slot_count(&self) -> u32 {
        if self.mask() == 0 { 0 } else { self.mask() + 1 }
    }

    #[inline(always)]
    fn slot(&self, at: u32) -> &AtomicU32 {
        // SAFETY: slots follow the header, and callers keep to the mask.
        unsafe { &*std::ptr::from_ref(self).add(1).cast::<AtomicU32>().add(at as usize) }
    }

    /// Word `at` of the dead bits.
    fn dead_word(&self, at: u32) -> &AtomicU64 {
        // There are 32 slots at least, or none.
        let words = self.slot_count() as usize / 2 + at as usize;
        // SAFETY: the bits follow the slots, one for each entry; callers keep to the capacity.
        unsafe { &*std::ptr::from_ref(self).add(1).cast::<AtomicU64>().add(words) }
    }

    /// The address of an entry below the capacity.
    #[inline(always)]
    pub(super) fn entry(&self, layout: &MapLayout, index: u32) -> *mut u8 {
        let offset = index as usize * layout.entry_size as usize;
        (self.entries.load(Relaxed) as usize + offset) as *mut u8
    }

    #[inline(always)]
    pub(super) fn find<P: Probe>(&self, layout: &MapLayout, probe: &P, hash: u32) -> Option<Found> {
        let mask = self.mask();
        if mask == 0 {
            return self.find_small(layout, probe);
        }
        match self.probe(layout, probe, hash, mask) {
            Probed::Found(found) => Some(found),
            Probed::Missing | Probed::Unknown => None,
        }
    }

    /// Looks for a key in at most `limit + 1` slots; does not know about keys in tables without
    /// slots.
    #[inline(always)]
    pub(super) fn probe<P: Probe>(
        &self,
        layout: &MapLayout,
        probe: &P,
        hash: u32,
        limit: u32,
    ) -> Probed {
        let mask = self.mask();
        if mask == 0 {
            return Probed::Unknown;
        }
        let mut at = hash & mask;
        for _ in 0..=limit {
            let slot = self.slot(at).load(Relaxed);
            if slot == 0 {
                return Probed::Missing;
            }
            if (slot ^ hash) & !mask == 0 {
                let index = (slot & mask).wrapping_sub(1);
                // SAFETY: slots lead to entries of this table.
                if unsafe { probe.matches(self.entry(layout, index)) } {
                    return Probed::Found(Found { index, slot: at });
                }
            }
            at = (at + 1) & mask;
        }
        Probed::Unknown
    }

    #[inline]
    fn find_small<P: Probe>(&self, layout: &MapLayout, probe: &P) -> Option<Found> {
        let dead = if self.dead.load(Relaxed) == 0 { 0 } else { self.dead_word(0).load(Relaxed) };
        for index in 0..self.used() {
            // SAFETY: entries below `used` lie in the table.
            if dead >> index & 1 == 0 && unsafe { probe.matches(self.entry(layout, index)) } {
                return Some(Found { index, slot: 0 });
            }
        }
        None
    }

    /// A free entry, which is zero; `None` if the table has to grow.
    #[inline]
    pub(super) fn take_entry(&self) -> Option<u32> {
        if self.dead.load(Relaxed) > 0 {
            return self.take_dead();
        }
        let index = self.used();
        if index >= self.cap() {
            return None;
        }
        self.used.store(index + 1, Relaxed);
        Some(index)
    }

    fn take_dead(&self) -> Option<u32> {
        let words = self.cap().div_ceil(64);
        let hint = self.hint.load(Relaxed);
        for turn in 0..words {
            let word = (hint + turn) % words;
            let bits = self.dead_word(word).load(Relaxed);
            if bits != 0 {
                self.dead_word(word).store(bits & (bits - 1), Relaxed);
                self.dead.store(self.dead.load(Relaxed).wrapping_sub(1), Relaxed);
                self.hint.store(word, Relaxed);
                return Some(word * 64 + bits.trailing_zeros());
            }
        }
        // Only a race can have left the count wrong.
        self.dead.store(0, Relaxed);
        None
    }

    /// Lets the first free slot for a hash lead to an entry.
    #[inline]
    pub(super) fn add_slot(&self, hash: u32, index: u32) {
        let mask = self.mask();
        if mask == 0 {
            return;
        }
        let mut at = hash & mask;
        for _ in 0..=mask {
            if self.slot(at).load(Relaxed) == 0 {
                break;
            }
            at = (at + 1) & mask;
        }
        self.slot(at).store(hash & !mask | (index + 1), Relaxed);
    }

    pub(super) fn remove(&self, rtype: &RType, seed: u64, found: Found) {
        let layout = super::layout_of(rtype);
        if self.mask() != 0 {
            self.remove_slot(rtype, seed, found.slot);
        }
        zero_raw(self.entry(layout, found.index), layout.entry_size as usize);
        if found.index + 1 == self.used() {
            self.used.store(found.index, Relaxed);
            return;
        }
        let word = self.dead_word(found.index / 64);
        word.store(word.load(Relaxed) | 1 << (found.index % 64), Relaxed);
        self.dead.store(self.dead.load(Relaxed).wrapping_add(1), Relaxed);
        self.hint.store(found.index / 64, Relaxed);
    }

    /// Empties a slot and moves later ones of its run up, where that brings them nearer to their
    /// place (Knuth, volume 3, 6.4, algorithm R).
    fn remove_slot(&self, rtype: &RType, seed: u64, slot: u32) {
        let mask = self.mask();
        let mut hole = slot;
        let mut at = slot;
        for _ in 0..mask {
            at = (at + 1) & mask;
            let value = self.slot(at).load(Relaxed);
            if value == 0 {
                break;
            }
            let home = self.hash_at(rtype, seed, (value & mask).wrapping_sub(1)) & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.slot(hole).store(value, Relaxed);
                hole = at;
            }
        }
        self.slot(hole).store(0, Relaxed);
    }

    /// The map is empty: all entries are free again.
    pub(super) fn forget_dead(&self) {
        if self.dead.load(Relaxed) > 0 {
            for word in 0..self.used().div_ceil(64) {
                self.dead_word(word).store(0, Relaxed);
            }
        }
        self.dead.store(0, Relaxed);
        self.used.store(0, Relaxed);
        self.hint.store(0, Relaxed);
    }

    pub(super) fn clear(&self, layout: &MapLayout) {
        for at in 0..self.slot_count() {
            self.slot(at).store(0, Relaxed);
        }
        zero_raw(self.entry(layout, 0), self.used() as usize * layout.entry_size as usize);
        self.forget_dead();
    }

    /// A table of about twice the capacity with the same entries at the same indices. No entry of
    /// this one is dead.
    pub(super) fn grown(
        &self,
        cache: &mut AllocCache,
        rtype: &RType,
        seed: u64,
    ) -> Result<u64, Fault> {
        let layout = super::layout_of(rtype);
        let cap = u64::from(self.cap());
        let cap = if cap < SMALL_CAP { SMALL_CAP } else { cap_for((cap * 2).max(SMALL_CAP * 2)) };
        let address = Table::create(cache, layout, cap)?;
        // SAFETY: just made.
        let new = unsafe { &*(address as *const Table) };
        let used = self.used();
        let bytes = used as usize * layout.entry_size as usize;
        copy_raw(new.entry(layout, 0), self.entry(layout, 0), bytes, layout.entry_layout);
        new.used.store(used, Relaxed);
        for index in 0..used {
            new.add_slot(new.hash_at(rtype, seed, index), index);
        }
        Ok(address)
    }

    /// The hash of the key of an entry.
    #[inline]
    fn hash_at(&self, rtype: &RType, seed: u64, index: u32) -> u32 {
        let layout = super::layout_of(rtype);
        // SAFETY: callers name entries that start with keys.
        unsafe {
            let entry = self.entry(layout, index);
            if layout.key_kind == KeyKind::Word && layout.key_size == 8 {
                return hash_of_word(load_word(entry.cast()), seed);
            }
            hash_of_entry(layout.key_kind, key_of(rtype), entry, seed)
        }
    }

    /// The first entry at or after `index` and below `end` that is not dead.
    #[inline]
    pub(super) fn next_alive(&self, mut index: u32, end: u32) -> Option<u32> {
        let end = end.min(self.cap());
        if self.dead.load(Relaxed) == 0 {
            return (index < end).then_some(index);
        }
        while index < end {
            let alive = !self.dead_word(index / 64).load(Relaxed) & u64::MAX << (index % 64);
            if alive != 0 {
                index = index / 64 * 64 + alive.trailing_zeros();
                return (index < end).then_some(index);
            }
            index = (index / 64 + 1) * 64;
        }
        None
    }
}
