//! How roots reach the collector.

/// Implemented by the VM: package variables, goroutines' frames, timers, whatever holds addresses
/// of objects outside of the heap. The world stands still while these are called.
pub trait Roots: Sync {
    /// In how many parts the roots can be scanned in parallel.
    fn parts(&self) -> usize;

    /// Shows all words of a part that may be pointers to the marker.
    fn scan(&self, part: usize, marker: &mut dyn Marker);
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
}
