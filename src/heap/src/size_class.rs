//! Size classes: which sizes small objects are rounded up to, and how many pages a span of them has.
//!
//! 8 bytes (only for objects without pointers), then multiples of 16 up to 256, then eight steps to
//! each doubling up to 32 KiB: at most an eighth of an object is lost. All classes but the first
//! are multiples of 16, so that strings, slices and interfaces can be moved in one piece.

/// Bytes of the heap's page.
pub(crate) const PAGE: usize = 8192;
pub(crate) const PAGE_SHIFT: u32 = 13;

/// Larger objects have spans of their own.
pub(crate) const MAX_SMALL: usize = 32 << 10;

/// No span holds more objects; the width of the bit sets in a span.
pub(crate) const MAX_ELEMS: usize = 1024;

/// No span of small objects is longer. With [`MAGIC_SHIFT`] it makes the division exact.
const MAX_SPAN_PAGES: usize = 16;

/// Objects that a span should have at least, where the limit on its length allows.
const WANTED_ELEMS: usize = 64;

/// `offset / size` is `(offset * magic) >> MAGIC_SHIFT` for all offsets in a span.
pub(crate) const MAGIC_SHIFT: u32 = 40;

pub(crate) const CLASSES: usize = 1 + 16 + 7 * 8;

/// What is known of a class.
#[derive(Clone, Copy)]
pub(crate) struct Class {
    pub(crate) size: u32,
    pub(crate) pages: u32,
    pub(crate) elems: u32,
    pub(crate) magic: u64,
}

pub(crate) static CLASS: [Class; CLASSES] = classes();

/// Class of sizes up to 1024, by `(size + 7) / 8`.
static SMALL_INDEX: [u8; 129] = small_index();
/// Class of sizes over 1024, by `(size + 127) / 128`.
static MEDIUM_INDEX: [u8; 257] = medium_index();

/// The class of a size from 1 to [`MAX_SMALL`].
#[inline(always)]
pub(crate) fn class_of(size: usize) -> usize {
    debug_assert!(size <= MAX_SMALL);
    if size <= 1024 {
        SMALL_INDEX[size.div_ceil(8)] as usize
    } else {
        MEDIUM_INDEX[size.div_ceil(128)] as usize
    }
}

const fn class_size(class: usize) -> usize {
    if class == 0 {
        8
    } else if class <= 16 {
        class * 16
    } else {
        let step = class - 17;
        let base = 256 << (step / 8);
        base + base / 8 * (step % 8 + 1)
    }
}

const fn classes() -> [Class; CLASSES] {
    let mut table = [Class { size: 0, pages: 0, elems: 0, magic: 0 }; CLASSES];
    let mut class = 0;
    while class < CLASSES {
        let size = class_size(class);
        let pages = span_pages(size);
        table[class] = Class {
            size: size as u32,
            pages: pages as u32,
            elems: (pages * PAGE / size) as u32,
            magic: (1u64 << MAGIC_SHIFT).div_ceil(size as u64),
        };
        class += 1;
    }
    table
}

/// The shortest span with enough objects that loses at most a sixteenth of itself at its end.
const fn span_pages(size: usize) -> usize {
    let mut pages = 1;
    while pages < MAX_SPAN_PAGES {
        let bytes = pages * PAGE;
        if bytes / size >= WANTED_ELEMS && bytes % size <= bytes / 16 {
            break;
        }
        pages += 1;
    }
    pages
}

const fn small_index() -> [u8; 129] {
    let mut table = [0; 129];
    let mut at = 2;
    while at < table.len() {
        table[at] = first_class_for(at * 8);
        at += 1;
    }
    table
}

const fn medium_index() -> [u8; 257] {
    let mut table = [0; 257];
    let mut at = 1;
    while at < table.len() {
        table[at] = first_class_for(at * 128);
        at += 1;
    }
    table
}

const fn first_class_for(size: usize) -> u8 {
    let mut class = 0;
    while class_size(class) < size {
        class += 1;
    }
    class as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_gets_the_smallest_class_that_holds_it() {
        for size in 1..=MAX_SMALL {
            let class = class_of(size);
            assert!(CLASS[class].size as usize >= size);
            assert!(class == 0 || (CLASS[class - 1].size as usize) < size);
        }
        assert_eq!(CLASS[CLASSES - 1].size as usize, MAX_SMALL);
    }

    #[test]
    fn division_by_multiplication_is_exact() {
        for class in CLASS {
            assert!(class.elems as usize <= MAX_ELEMS && class.elems >= 4);
            for offset in 0..class.pages as u64 * PAGE as u64 {
                assert_eq!((offset * class.magic) >> MAGIC_SHIFT, offset / class.size as u64);
            }
        }
    }
}
