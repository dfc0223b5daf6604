//! How the entries of a map type lie in memory: decided when the type is loaded.

use gol_bytecode::{Kind, LeafKind, Repr};
use gol_heap::{Heap, LayoutId, LayoutSpec};

use crate::mem::elem_of;
use crate::rtype::{ElemKind, KeyKind, MapLayout, RType};

/// With more pointers than this in an entry, the collector looks at every word.
const MOST_POINTERS: usize = 64;

impl MapLayout {
    /// The layout of maps from `key` to `elem`.
    pub(crate) fn new(heap: &Heap, key: &RType, elem: &RType) -> MapLayout {
        let elem_offset = key.desc.size.next_multiple_of(u64::from(elem.desc.align.max(1)));
        let align = u64::from(key.desc.align.max(elem.desc.align).max(1));
        let entry_size = (elem_offset + elem.desc.size).next_multiple_of(align);
        let mut pointers = Vec::new();
        let complete = add_pointers(key, 0, &mut pointers)
            && add_pointers(elem, elem_offset as u32, &mut pointers);
        let entry_layout = if complete {
            heap.register_layout(LayoutSpec::of(entry_size, &pointers))
        } else {
            LayoutId::CONSERVATIVE
        };
        MapLayout {
            key_kind: key_kind(key),
            key_size: key.desc.size as u32,
            elem_kind: elem_kind(elem),
            elem_offset: elem_offset as u32,
            entry_size: entry_size as u32,
            entry_layout,
        }
    }
}

/// The code that serves keys of a type.
fn key_kind(key: &RType) -> KeyKind {
    match key.desc.kind {
        Kind::String => KeyKind::Str,
        Kind::Bool | Kind::Pointer | Kind::Chan | Kind::UnsafePointer => KeyKind::Word,
        kind if (Kind::Int..=Kind::Uintptr).contains(&kind) => KeyKind::Word,
        _ => KeyKind::Any,
    }
}

/// The code that serves elements of a type.
fn elem_kind(elem: &RType) -> ElemKind {
    if elem.desc.repr == Repr::Mem {
        return ElemKind::Other;
    }
    match &*elem.desc.leaves {
        [leaf] => match leaf.kind {
            LeafKind::W64 => ElemKind::Word,
            LeafKind::Ptr => ElemKind::Pointer,
            LeafKind::U8 => ElemKind::Byte,
            LeafKind::Str | LeafKind::Slice | LeafKind::Iface => ElemKind::Pair,
            _ => ElemKind::Other,
        },
        _ => ElemKind::Other,
    }
}

/// Adds the places of a value's pointers; false if they are too many.
fn add_pointers(rtype: &RType, offset: u32, pointers: &mut Vec<u32>) -> bool {
    let desc = &rtype.desc;
    // Long arrays list the pointers of their first element alone.
    let (repeats, step) = if desc.kind == Kind::Array && desc.len > 8 {
        (desc.len as usize, elem_of(rtype).desc.size as u32)
    } else {
        (1, 0)
    };
    if desc.pointers.len().saturating_mul(repeats) + pointers.len() > MOST_POINTERS {
        return false;
    }
    if desc.pointers.is_empty() {
        return true;
    }
    for at in 0..repeats as u32 {
        pointers.extend(desc.pointers.iter().map(|pointer| offset + at * step + pointer));
    }
    true
}
