//! Checks of the heap's own structures, for tests and debug modes.

use crate::central::lock;
use crate::heap::SPAN_CLASSES;
use crate::span::HeapSpan;
use crate::{Heap, Marker, Roots, load_word};

/// Looks where words lead that marking has passed.
struct Edges<'h> {
    heap: &'h Heap,
    /// The object that the words lie in; 0: none.
    from: usize,
    missed: Option<String>,
}

impl Edges<'_> {
    fn show_object(&mut self, span: &HeapSpan, index: usize) {
        self.from = span.base + index * span.elem_size;
        let layouts = self.heap.layouts.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        // SAFETY: a scan span has a layout for each object.
        let layout = &layouts.list[unsafe { *span.layouts.add(index) } as usize];
        let words = span.elem_size / 8;
        for base in (0..words).step_by(layout.period as usize / 8) {
            for at in layout.words.iter().map(|offset| base + *offset as usize) {
                if at < words {
                    // SAFETY: a word of an allocated object.
                    self.word(unsafe { load_word((self.from as *const u64).add(at)) });
                }
            }
        }
    }
}

impl Marker for Edges<'_> {
    fn word(&mut self, word: u64) {
        // SAFETY: headers in the page table live as long as the heap.
        let Some(span) = (unsafe { self.heap.arena.span_of(word as usize).as_ref() }) else {
            return;
        };
        let index = span.index_of(word as usize);
        if index < span.elems as usize
            && span.is_allocated(index)
            && !span.is_marked(index)
            && self.missed.is_none()
        {
            let from = self.from;
            self.missed = Some(format!("marking missed {word:#x}, which {from:#x} leads to"));
        }
    }

    unsafe fn words(&mut self, start: *const u64, count: usize) {
        for at in 0..count {
            // SAFETY: the caller promises that the range can be read.
            self.word(unsafe { load_word(start.add(at)) });
        }
    }
}

impl Heap {
    /// Checks that page table, spans and lists agree. The world stands still, and no cycle's
    /// marking is under way.
    pub fn verify(&self) -> Result<(), String> {
        lock(&self.pages).verify(&self.arena)?;
        for class in 0..SPAN_CLASSES {
            for span in self.centrals[class].spans() {
                // SAFETY: headers live as long as the heap, and nobody changes them now.
                let span = unsafe { &*span };
                if usize::from(span.class) != class / 2 || span.noscan != (class % 2 == 1) {
                    return Err(format!("span {:#x} is in a list of class {class}", span.base));
                }
                self.verify_span(span)?;
            }
        }
        for span in self.large_spans() {
            // SAFETY: as above.
            self.verify_span(unsafe { &*span })?;
        }
        Ok(())
    }

    fn large_spans(&self) -> Vec<*mut HeapSpan> {
        let large = lock(&self.large);
        large.swept.iter().chain(&large.unswept).copied().collect()
    }

    /// Checks, when marking is over and before anything is swept, that marked objects lead to marked
    /// objects only, and so do the words that [`Roots::check`] shows. All caches are flushed.
    pub(crate) fn verify_marks(&self, roots: &dyn Roots) -> Result<(), String> {
        let mut edges = Edges { heap: self, from: 0, missed: None };
        roots.check(&mut edges);
        let spans = self.centrals.iter().flat_map(crate::central::Central::spans);
        for span in spans.chain(self.large_spans()) {
            // SAFETY: headers live as long as the heap, and nobody changes them now.
            let span = unsafe { &*span };
            if span.noscan {
                continue;
            }
            for index in (0..span.elems as usize).filter(|&index| span.is_marked(index)) {
                edges.show_object(span, index);
            }
        }
        edges.missed.map_or(Ok(()), Err)
    }

    fn verify_span(&self, span: &HeapSpan) -> Result<(), String> {
        let last = span.base + span.elem_size * (span.elems as usize - 1);
        for address in [span.base, last] {
            if !std::ptr::eq(self.arena.span_of(address), span) {
                return Err(format!("page of {address:#x} has another span"));
            }
        }
        if span.allocated() > span.elems {
            return Err(format!("span {:#x} has more objects than room", span.base));
        }
        for index in 0..span.elems as usize {
            if span.is_marked(index) && !span.is_allocated(index) {
                return Err(format!("free object {index} of span {:#x} is marked", span.base));
            }
            self.verify_layout(span, index)?;
        }
        Ok(())
    }

    fn verify_layout(&self, span: &HeapSpan, index: usize) -> Result<(), String> {
        if span.noscan || !span.is_allocated(index) {
            return Ok(());
        }
        let layouts = self.layouts.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        // SAFETY: a scan span has a layout for each object.
        let layout = unsafe { *span.layouts.add(index) };
        if (layout as usize) < layouts.list.len() {
            Ok(())
        } else {
            Err(format!("object {index} of span {:#x} has no layout {layout}", span.base))
        }
    }
}
