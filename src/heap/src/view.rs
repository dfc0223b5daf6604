//! What lies at an address: for pointers that a script makes of an `unsafe.Pointer`.

use std::sync::PoisonError;

use crate::heap::Heap;
use crate::layout::{Layout, LayoutId};

impl Heap {
    /// Whether `size` bytes at an address lie in one object, and exactly those of its words may be
    /// pointers that are in this layout. Objects without precise layouts show nothing. The caller
    /// keeps the object alive.
    pub fn shows(&self, address: u64, size: u64, layout: LayoutId) -> bool {
        let span = self.arena.span_of(address as usize);
        // SAFETY: headers in the page table live as long as the heap; a span with a live object in
        // it is not recycled.
        let span = unsafe { span.as_ref() };
        let Some(span) = span else { return false };
        let index = span.index_of(address as usize);
        if index >= span.elems as usize || !span.is_allocated(index) {
            return false;
        }
        let offset = address as usize - (span.base + index * span.elem_size);
        if size > (span.elem_size - offset) as u64 {
            return false;
        }
        let object = if span.noscan {
            LayoutId::NOSCAN
        } else {
            // SAFETY: a span that is not noscan has a layout for each of its objects.
            LayoutId(unsafe { *span.layouts.add(index) })
        };
        if object == LayoutId::CONSERVATIVE || object == LayoutId::SECOND_WORD {
            return false;
        }
        if object == LayoutId::NOSCAN && layout == LayoutId::NOSCAN {
            return true;
        }
        let layouts = self.layouts.read().unwrap_or_else(PoisonError::into_inner);
        let (object, seen_as) =
            (&layouts.list[object.0 as usize], &layouts.list[layout.0 as usize]);
        let words = (offset as u64 % 8 + size).div_ceil(8) as usize;
        (0..words).all(|word| object.may_point(offset / 8 + word) == seen_as.may_point(word))
    }
}

impl Layout {
    /// Whether a word of an object may be a pointer.
    fn may_point(&self, word: usize) -> bool {
        let word = word % (self.period as usize / 8);
        self.words.binary_search(&(word as u32)).is_ok()
    }
}
