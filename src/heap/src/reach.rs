//! [`Reach`]: what can be reached from some words, found without marks, while the world stands still.
//!
//! For questions that a program asks seldom: which goroutines wait for something that nobody else
//! can reach.

use std::collections::HashSet;

use crate::{Heap, LayoutId, Marker, load_word};

/// A set of objects that grows by the words that it is shown and by what they lead to.
pub struct Reach<'h> {
    heap: &'h Heap,
    seen: HashSet<usize>,
    /// Seen and not yet looked into.
    open: Vec<usize>,
}

impl Heap {
    /// Nothing is reached yet.
    pub fn reach(&self) -> Reach<'_> {
        Reach { heap: self, seen: HashSet::new(), open: Vec::new() }
    }
}

impl Reach<'_> {
    /// Whether the object that a word leads to is reached; what is no object of the heap is.
    pub fn contains(&self, word: u64) -> bool {
        self.heap.object_of(word).is_none_or(|(object, _)| self.seen.contains(&object.addr()))
    }

    /// Follows all that has been shown.
    pub fn follow(&mut self) {
        while let Some(object) = self.open.pop() {
            self.look_into(object);
        }
    }

    fn look_into(&mut self, object: usize) {
        let span = self.heap.arena.span_of(object);
        // SAFETY: headers in the page table live as long as the heap.
        let Some(span) = (unsafe { span.as_ref() }) else { return };
        if span.noscan {
            return;
        }
        let layouts = self.heap.layouts.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        // SAFETY: a scan span has a layout for each object.
        let layout = unsafe { *span.layouts.add(span.index_of(object)) };
        if layout == LayoutId::NOSCAN.0 {
            return;
        }
        let layout = &layouts.list[layout as usize];
        let words = span.elem_size / 8;
        for base in (0..words).step_by(layout.period as usize / 8) {
            for at in layout.words.iter().map(|offset| base + *offset as usize) {
                if at < words {
                    // SAFETY: a word of an allocated object.
                    self.word(unsafe { load_word((object as *const u64).add(at)) });
                }
            }
        }
    }
}

impl Marker for Reach<'_> {
    fn word(&mut self, word: u64) {
        if let Some((object, _)) = self.heap.object_of(word)
            && self.seen.insert(object.addr())
        {
            self.open.push(object.addr());
        }
    }

    unsafe fn words(&mut self, start: *const u64, count: usize) {
        for at in 0..count {
            // SAFETY: the caller promises that the range can be read.
            self.word(unsafe { load_word(start.add(at)) });
        }
    }
}
