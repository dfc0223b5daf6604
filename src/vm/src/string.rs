//! Strings as two words.

use std::cmp::Ordering;

fn bytes<'a>(words: [u64; 2]) -> &'a [u8] {
    // SAFETY: a string's words.
    unsafe { crate::value::GoStr::from_words(words) }.as_bytes()
}

/// `a == b`.
pub fn equal(a: [u64; 2], b: [u64; 2]) -> bool {
    bytes(a) == bytes(b)
}

/// The order of two strings.
pub fn compare(a: [u64; 2], b: [u64; 2]) -> Ordering {
    bytes(a).cmp(bytes(b))
}
