//! Types as the running program sees them. The address of an [`RType`] is an interface's type word.

use gol_bytecode::{FuncIdx, MethodIdx, TypeDesc, TypeIdx};
use gol_heap::LayoutId;

/// A loaded type. Never moves and lives as long as the runtime; fields are fixed after loading.
///
/// A script that reflects has pointers to it, which are to a type without fields there
/// (`reflect.rtype`).
#[derive(Debug)]
#[repr(C)]
pub struct RType {
    pub idx: TypeIdx,
    pub desc: TypeDesc,
    /// Layout of one value in memory (and of arrays of them).
    pub layout: LayoutId,
    /// Element (pointer, slice, array, channel, map) and key; null where there is none.
    pub elem: *const RType,
    pub key: *const RType,
    /// Types of `desc.fields`, in order.
    pub fields: Box<[*const RType]>,
    /// Parameters and results of a function type.
    pub params: Box<[*const RType]>,
    pub results: Box<[*const RType]>,
    /// Interface dispatch: open addressing by method index, a power of two in size, empty slots
    /// have no function. Methods that nothing calls through an interface are present without one.
    pub methods: Box<[MethodSlot]>,
    /// How a map of this type stores its entries.
    pub map: Option<MapLayout>,
    /// Whether a value is equal to another if and only if their bytes in memory are.
    pub plain_equal: bool,
}

/// One slot of [`RType::methods`].
#[derive(Clone, Copy, Debug)]
pub struct MethodSlot {
    /// `u32::MAX` in an empty slot.
    pub method: MethodIdx,
    pub func: Option<FuncIdx>,
}

/// Where key and element lie in a map's entry, and which specialised code serves it.
#[derive(Clone, Copy, Debug)]
pub struct MapLayout {
    pub key_kind: KeyKind,
    pub key_size: u32,
    pub elem_kind: ElemKind,
    pub elem_offset: u32,
    /// Distance of entries in bytes.
    pub entry_size: u32,
    pub entry_layout: LayoutId,
}

/// Kinds of keys with code of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// One register, compared as a word (integers, booleans, pointers, channels).
    Word,
    /// A string.
    Str,
    /// Everything else, through `mem::hash` and `mem::equal`.
    Any,
}

/// Kinds of elements with code of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElemKind {
    /// Eight bytes, no pointer.
    Word,
    /// A pointer.
    Pointer,
    /// An unsigned byte or a boolean.
    Byte,
    /// A string, slice or interface.
    Pair,
    /// Everything else, through `mem::load_regs` and `mem::store_regs`.
    Other,
}

// SAFETY: the pointers lead to other `RType`s of the same runtime, which live as long as this one
// and do not change after loading.
unsafe impl Send for RType {}
// SAFETY: as above; nothing is written after loading.
unsafe impl Sync for RType {}

impl RType {
    /// The function of a method, if the first look finds it.
    #[inline(always)]
    pub(crate) fn likely_method(&self, method: MethodIdx) -> Option<FuncIdx> {
        let mask = self.methods.len().wrapping_sub(1);
        let slot = self.methods.get(method.0 as usize & mask)?;
        if slot.method == method { slot.func } else { None }
    }

    /// The slot of a method: its function, if the type has the method.
    #[inline]
    pub fn find_method(&self, method: MethodIdx) -> Option<&MethodSlot> {
        let mask = self.methods.len().wrapping_sub(1);
        let mut at = method.0 as usize & mask;
        loop {
            let slot = self.methods.get(at)?;
            if slot.method == method {
                return Some(slot);
            }
            if slot.method.0 == u32::MAX {
                return None;
            }
            at = (at + 1) & mask;
        }
    }
}
