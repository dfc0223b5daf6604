//! [`Central`]: the spans of one class that no allocation cache holds.
//!
//! Each span of the class is in exactly one place: a list here, the lane of a cache, or the hands
//! of a thread that sweeps it. After marking, all of them are `unswept`; taking one from there is
//! what sweeps it, so that the work falls on those who allocate and is spread over the cycle.
//! Before the next marking the rest is swept ([`Central::take_unswept`] until nothing is left).

use std::sync::Mutex;

use crate::span::HeapSpan;

/// The lists of one class; noscan and scan classes are separate.
#[derive(Default)]
pub(crate) struct Central {
    lists: Mutex<Lists>,
}

#[derive(Default)]
struct Lists {
    /// Swept, with free objects.
    partial: Vec<*mut HeapSpan>,
    /// Swept, nothing free or too little to be worth a visit.
    full: Vec<*mut HeapSpan>,
    unswept: Vec<*mut HeapSpan>,
}

/// A span that [`Central::take`] hands out.
pub(crate) enum Taken {
    Swept(*mut HeapSpan),
    Unswept(*mut HeapSpan),
    Nothing,
}

impl Central {
    /// A span with free objects, or one that may have some after a sweep.
    pub(crate) fn take(&self) -> Taken {
        let mut lists = lock(&self.lists);
        if let Some(span) = lists.partial.pop() {
            Taken::Swept(span)
        } else if let Some(span) = lists.unswept.pop() {
            Taken::Unswept(span)
        } else {
            Taken::Nothing
        }
    }

    pub(crate) fn take_unswept(&self) -> Option<*mut HeapSpan> {
        lock(&self.lists).unswept.pop()
    }

    /// Takes in a swept span with `free` free objects.
    pub(crate) fn put(&self, span: *mut HeapSpan, free: u32) {
        // SAFETY: headers live as long as the heap; the caller owns this one.
        let elems = unsafe { (*span).elems };
        let mut lists = lock(&self.lists);
        if is_worth_a_visit(free, elems) {
            lists.partial.push(span);
        } else {
            lists.full.push(span);
        }
    }

    /// Marking is over: everything has to be swept again.
    pub(crate) fn all_unswept(&self) {
        let mut lists = lock(&self.lists);
        let Lists { partial, full, unswept } = &mut *lists;
        unswept.append(partial);
        unswept.append(full);
    }

    /// All spans, for checks while the world stands still.
    pub(crate) fn spans(&self) -> Vec<*mut HeapSpan> {
        let lists = lock(&self.lists);
        [&lists.partial, &lists.full, &lists.unswept].into_iter().flatten().copied().collect()
    }
}

/// A span with less than a sixteenth free costs more to visit than it gives.
pub(crate) fn is_worth_a_visit(free: u32, elems: u32) -> bool {
    free > 0 && free * 16 >= elems
}

/// The data of a mutex. A thread that panicked under one of the heap's locks ends the process
/// anyway (an internal error), so poisoning says nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
