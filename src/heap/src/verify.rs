//! Checks of the heap's own structures, for tests and debug modes.

use crate::Heap;
use crate::central::lock;
use crate::heap::SPAN_CLASSES;
use crate::span::HeapSpan;

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
        for &span in lock(&self.large).iter() {
            // SAFETY: as above.
            self.verify_span(unsafe { &*span })?;
        }
        Ok(())
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
