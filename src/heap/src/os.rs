//! The system's memory calls that the heap needs: reserve, commit, release, map, unmap.
//!
//! The only file of the crate that talks to the system. Sizes and addresses are multiples of the
//! heap's page (8 KiB), which the system's page divides, or memory is not given back. Miri knows no
//! reservations: there, memory is the allocator's (`miri`).

use std::ptr;

#[cfg(miri)]
pub(crate) use miri::{advise_huge, commit, map, map_aligned, release, reserve, unmap};
#[cfg(not(miri))]
pub(crate) use system::{advise_huge, commit, map, map_aligned, release, reserve, unmap};

/// Size and alignment of a huge page.
pub const HUGE: usize = 2 << 20;

/// Zeroed memory in huge pages, where the system has them; `bytes` is a multiple of [`HUGE`].
pub fn map_huge(bytes: usize) -> Option<ptr::NonNull<u8>> {
    let start = map_aligned(bytes, HUGE)?;
    // SAFETY: the mapping is new.
    unsafe { advise_huge(start, bytes) };
    ptr::NonNull::new(start)
}

/// Ends a mapping of [`map_huge`].
///
/// # Safety
/// It was made with these bytes, and nothing refers into it any more.
pub unsafe fn unmap_huge(start: ptr::NonNull<u8>, bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe { unmap(start.as_ptr(), bytes) };
}

#[cfg(not(miri))]
mod system {
    use std::ptr;

    /// Address space without memory behind it; `None` if the system refuses.
    pub(crate) fn reserve(bytes: usize) -> Option<*mut u8> {
        map_anonymous(bytes, libc::PROT_NONE)
    }

    /// Zeroed memory that costs nothing until it is touched.
    pub(crate) fn map(bytes: usize) -> Option<*mut u8> {
        map_anonymous(bytes, libc::PROT_READ | libc::PROT_WRITE)
    }

    /// Zeroed memory aligned to `align`, a power of two.
    pub(crate) fn map_aligned(bytes: usize, align: usize) -> Option<*mut u8> {
        let whole = bytes.checked_add(align)?;
        let start = map(whole)?;
        let aligned = start.addr().next_multiple_of(align);
        let before = aligned - start.addr();
        let after = whole - before - bytes;
        // SAFETY: both ranges are parts of the mapping just made, outside of what is returned.
        unsafe {
            if before > 0 {
                unmap(start, before);
            }
            if after > 0 {
                unmap(start.add(before + bytes), after);
            }
            Some(start.add(before))
        }
    }

    fn map_anonymous(bytes: usize, protection: libc::c_int) -> Option<*mut u8> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a new anonymous mapping at an address of the system's choice touches nothing.
        let start = unsafe { libc::mmap(ptr::null_mut(), bytes, protection, flags, -1, 0) };
        (start != libc::MAP_FAILED).then_some(start.cast())
    }

    /// Makes reserved space readable and writable; whether that succeeded.
    ///
    /// # Safety
    /// The range lies in a reservation of the caller's.
    pub(crate) unsafe fn commit(start: *mut u8, bytes: usize) -> bool {
        // SAFETY: the range is the caller's own.
        unsafe { libc::mprotect(start.cast(), bytes, libc::PROT_READ | libc::PROT_WRITE) == 0 }
    }

    /// Gives the memory behind a range back; it reads as zero afterwards.
    ///
    /// # Safety
    /// The range lies in a mapping of the caller's, and its contents are not needed any more.
    pub(crate) unsafe fn release(start: *mut u8, bytes: usize) {
        // SAFETY: the range is the caller's own; private anonymous pages come back as zero pages.
        unsafe { libc::madvise(start.cast(), bytes, libc::MADV_DONTNEED) };
    }

    /// Asks for huge pages behind a range; does nothing where the system has none.
    ///
    /// # Safety
    /// The range lies in a mapping of the caller's.
    pub(crate) unsafe fn advise_huge(start: *mut u8, bytes: usize) {
        #[cfg(target_os = "linux")]
        // SAFETY: advice on the caller's own range; failure is harmless.
        unsafe {
            libc::madvise(start.cast(), bytes, libc::MADV_HUGEPAGE)
        };
        #[cfg(not(target_os = "linux"))]
        let _ = (start, bytes);
    }

    /// Ends a mapping, or a part of one.
    ///
    /// # Safety
    /// The range is the caller's own and nothing refers into it any more.
    pub(crate) unsafe fn unmap(start: *mut u8, bytes: usize) {
        // SAFETY: the range is the caller's own.
        unsafe { libc::munmap(start.cast(), bytes) };
    }
}

/// The same over the allocator: each mapping is an allocation, ended as a whole.
#[cfg(miri)]
mod miri {
    use std::alloc::{Layout, alloc_zeroed, dealloc};
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::HUGE;

    /// Layouts by address. Of the process, as the system's own table of mappings is.
    static MAPPINGS: Mutex<BTreeMap<usize, Layout>> = Mutex::new(BTreeMap::new());

    pub(crate) fn map_aligned(bytes: usize, align: usize) -> Option<*mut u8> {
        let layout = Layout::from_size_align(bytes, align).ok()?;
        // SAFETY: the heap maps no empty ranges.
        let start = unsafe { alloc_zeroed(layout) };
        // The heap makes pointers of words.
        MAPPINGS.lock().ok()?.insert(start.expose_provenance(), layout);
        Some(start)
    }

    pub(crate) fn map(bytes: usize) -> Option<*mut u8> {
        map_aligned(bytes, HUGE)
    }

    pub(crate) fn reserve(bytes: usize) -> Option<*mut u8> {
        map(bytes)
    }

    pub(crate) unsafe fn commit(_: *mut u8, _: usize) -> bool {
        true
    }

    pub(crate) unsafe fn release(start: *mut u8, bytes: usize) {
        // SAFETY: the range is the caller's own.
        unsafe { start.write_bytes(0, bytes) };
    }

    pub(crate) unsafe fn advise_huge(_: *mut u8, _: usize) {}

    pub(crate) unsafe fn unmap(start: *mut u8, _: usize) {
        let layout = MAPPINGS.lock().ok().and_then(|mut all| all.remove(&start.addr()));
        // SAFETY: made by `map_aligned` with this layout.
        layout.map(|layout| unsafe { dealloc(start, layout) });
    }
}

/// Lets go of the pages behind the code and the constants of the process: the front end has had its
/// time. They are the files' own, and what is still used is mapped again on its next use.
pub(crate) fn release_code() {
    #[cfg(target_os = "linux")]
    for line in std::fs::read_to_string("/proc/self/maps").unwrap_or_default().lines() {
        if let Some((start, bytes)) = code_mapping(line) {
            let start = ptr::with_exposed_provenance_mut::<libc::c_void>(start);
            // SAFETY: these mappings are never written, so their pages are what the file has.
            unsafe { libc::madvise(start, bytes, libc::MADV_DONTNEED) };
        }
    }
}

/// Address and size of a mapping of a file's code, or of its beginning if that is never written,
/// from its line in `/proc/self/maps`. What the linker has written to, and protected then, is
/// neither.
#[cfg(target_os = "linux")]
fn code_mapping(line: &str) -> Option<(usize, usize)> {
    let mut fields = line.split_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let (access, offset) = (fields.next()?, fields.next()?);
    let is_constant = access == "r-xp" || (access == "r--p" && offset == "00000000");
    let is_file = fields.nth(2)?.starts_with('/');
    let start = usize::from_str_radix(start, 16).ok()?;
    let end = usize::from_str_radix(end, 16).ok()?;
    (is_constant && is_file).then_some((start, end.checked_sub(start)?))
}
