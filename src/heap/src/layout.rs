//! Pointer maps of heap objects.

/// A registered [`LayoutSpec`]; equal specs have equal ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LayoutId(pub u32);

impl LayoutId {
    /// No pointers at all; such objects live in spans that are never scanned.
    pub const NOSCAN: LayoutId = LayoutId(0);
    /// Every word may be a pointer (closures, channels, the VM's own records).
    pub const CONSERVATIVE: LayoutId = LayoutId(1);
}

/// Which words of an object may be pointers: byte offsets below `period`, repeated every `period`
/// bytes up to the object's end. So one element's layout serves arrays of any length. A word that
/// may be a pointer can hold anything: the collector looks whether it leads into a live object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LayoutSpec {
    pub period: u32,
    pub pointers: Box<[u32]>,
}
