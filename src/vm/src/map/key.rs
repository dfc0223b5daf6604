//! Keys on their way through a table: hashes, and how they are compared with stored ones.

use gol_bytecode::Repr;
use gol_heap::{init_pair_from, init_word, load_pair, load_word, store_pair};

use crate::mem::{self, fold, hash_bytes, hash_word};
use crate::rtype::{KeyKind, RType};
use crate::string::{self, Str};

/// A key that is looked for.
pub(super) trait Probe {
    /// Whether it is equal to the key that an entry starts with.
    ///
    /// # Safety
    /// `entry` leads to a key of the map's type.
    unsafe fn matches(&self, entry: *const u8) -> bool;

    /// Stores the key into an entry that is zero.
    ///
    /// # Safety
    /// `entry` leads to room for a key of the map's type.
    unsafe fn store(&self, entry: *mut u8);

    /// Stores the key over an equal one, if such can differ in their bits or addresses, as Go does
    /// (0 and -0, and what an old string would keep alive).
    ///
    /// # Safety
    /// `entry` leads to an equal key of the map's type.
    #[inline(always)]
    unsafe fn renew(&self, _entry: *mut u8) {}
}

/// A key of 8 bytes that is compared as a word.
pub(super) struct Word(pub(super) u64);

impl Probe for Word {
    #[inline(always)]
    unsafe fn matches(&self, entry: *const u8) -> bool {
        // SAFETY: the caller's promise.
        unsafe { load_word(entry.cast()) == self.0 }
    }

    #[inline(always)]
    unsafe fn store(&self, entry: *mut u8) {
        // SAFETY: the caller's promise; zero was no pointer.
        unsafe { init_word(entry.cast(), self.0) };
    }
}

/// A key of fewer bytes, extended to a word.
pub(super) struct Narrow {
    pub(super) word: u64,
    pub(super) size: u32,
}

impl Probe for Narrow {
    #[inline(always)]
    unsafe fn matches(&self, entry: *const u8) -> bool {
        // SAFETY: the caller's promise; the key has that size.
        unsafe {
            match self.size {
                4 => entry.cast::<u32>().read() == self.word as u32,
                2 => entry.cast::<u16>().read() == self.word as u16,
                _ => entry.read() == self.word as u8,
            }
        }
    }

    #[inline(always)]
    unsafe fn store(&self, entry: *mut u8) {
        // SAFETY: as above.
        unsafe {
            match self.size {
                4 => entry.cast::<u32>().write(self.word as u32),
                2 => entry.cast::<u16>().write(self.word as u16),
                _ => entry.write(self.word as u8),
            }
        }
    }
}

/// A string.
pub(super) struct StrKey(pub(super) Str);

impl Probe for StrKey {
    #[inline(always)]
    unsafe fn matches(&self, entry: *const u8) -> bool {
        // SAFETY: the caller's promise. Not in one piece: a race can only make keys differ.
        let stored = unsafe { [load_word(entry.cast()), load_word(entry.cast::<u64>().add(1))] };
        string::equal(stored, self.0)
    }

    #[inline(always)]
    unsafe fn store(&self, entry: *mut u8) {
        // SAFETY: the caller's promise; zero was no pointer.
        unsafe { init_pair_from(entry.cast(), self.0.as_ptr()) };
    }

    #[inline(always)]
    unsafe fn renew(&self, entry: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe {
            if load_word(entry.cast()) != self.0[0] {
                store_pair(entry.cast(), self.0);
            }
        }
    }
}

/// A key of any type, in memory.
pub(super) struct AnyKey<'a> {
    rtype: &'a RType,
    address: *const u8,
}

/// Room for the memory form of a key that comes in registers: at most eight words, each of which
/// padding can double.
#[derive(Default)]
#[repr(align(16))]
pub(super) struct Buffer([u64; 2 * gol_bytecode::MAX_REG_WORDS as usize + 2]);

impl<'a> AnyKey<'a> {
    /// A key that lies in memory already.
    pub(super) fn in_memory(rtype: &'a RType, address: *const u8) -> AnyKey<'a> {
        AnyKey { rtype, address }
    }

    /// # Safety
    /// `key` leads to the register form of a key of that type, and stays as it is.
    pub(super) unsafe fn new(
        rtype: &'a RType,
        key: *const u64,
        buffer: &'a mut Buffer,
    ) -> AnyKey<'a> {
        if rtype.desc.repr == Repr::Mem {
            // SAFETY: the register form is the address.
            return AnyKey { rtype, address: unsafe { key.read() } as *const u8 };
        }
        debug_assert!(rtype.desc.size as usize <= size_of::<Buffer>());
        let address = buffer.0.as_mut_ptr().cast::<u8>();
        // SAFETY: the buffer has room for the value and the alignment of any.
        unsafe { mem::store_regs(rtype, address, key) };
        AnyKey { rtype, address }
    }
}

impl Probe for AnyKey<'_> {
    #[inline]
    unsafe fn matches(&self, entry: *const u8) -> bool {
        // SAFETY: the caller's promise. Keys that could be hashed can be compared.
        unsafe { mem::equal(self.rtype, entry, self.address) }.unwrap_or(false)
    }

    #[inline]
    unsafe fn store(&self, entry: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe { mem::copy(self.rtype, entry, self.address) };
    }

    #[inline]
    unsafe fn renew(&self, entry: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe { self.store(entry) };
    }
}

/// The 32 bits of a hash that tables work with.
#[inline(always)]
pub(super) fn shorten(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

#[inline(always)]
pub(super) fn hash_of_word(word: u64, seed: u64) -> u32 {
    shorten(hash_word(word, seed))
}

#[inline(always)]
pub(super) fn hash_of_string(text: Str, seed: u64) -> u32 {
    // SAFETY: the words of a string.
    shorten(hash_bytes(unsafe { string::bytes(text[0], text[1]) }, seed))
}

/// The hash of a key that lies in an entry.
///
/// # Safety
/// `entry` leads to a key of that type.
pub(super) unsafe fn hash_of_entry(
    kind: KeyKind,
    key_type: &RType,
    entry: *const u8,
    seed: u64,
) -> u32 {
    // SAFETY: the caller's promise; such keys take at most two registers.
    unsafe {
        let mut regs = [0; 2];
        match kind {
            KeyKind::Word => {
                mem::load_regs(key_type, entry, regs.as_mut_ptr());
                hash_of_word(regs[0], seed)
            }
            KeyKind::Str => hash_of_string(load_pair(entry.cast()), seed),
            // It was hashed when it was added, so it can be; a NaN gets another hash than before.
            KeyKind::Any => shorten(mem::hash(key_type, entry, seed).unwrap_or(fold(seed, seed))),
        }
    }
}
