//! How roots reach the collector.

/// Implemented by the VM: package variables, goroutines' frames, timers, whatever holds addresses
/// of objects outside of the heap.
pub trait Roots: Sync {
    /// Marking begins, and the world stands still: shows what is neither a part nor stored through
    /// the barrier. Has to be quick.
    fn begin(&self, marker: &mut dyn Marker) {
        let _ = marker;
    }

    /// In how many parts the other roots can be scanned, asked behind [`Roots::begin`].
    fn parts(&self) -> usize;

    /// Shows all words of a part that may be pointers to the marker, as they were when marking
    /// began: while the program runs, and several parts at once. A word that has changed since went
    /// through the barrier, or whoever changed it has shown it before.
    fn scan(&self, part: usize, marker: &mut dyn Marker);

    /// About how many bytes a scan of all of them looks at: the heap may grow by as much more, so
    /// that scanning many goroutines again and again does not become the program's main work.
    fn bytes(&self) -> u64 {
        0
    }

    /// Shows words that must lead to marked objects when marking is over, for checks.
    fn check(&self, marker: &mut dyn Marker) {
        let _ = marker;
    }
}

/// What takes the roots.
pub trait Marker {
    /// A word that may be a pointer, interior or not, or anything else.
    fn word(&mut self, word: u64);

    /// A range of words, each as `word`.
    ///
    /// # Safety
    /// `start..start + count` can be read.
    unsafe fn words(&mut self, start: *const u64, count: usize);

    /// Something with memory of its own was looked at to find words: it counts as so many objects.
    fn visited(&mut self, objects: usize) {
        let _ = objects;
    }
}
