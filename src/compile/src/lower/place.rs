//! Places: what can be read from and stored to, made without reading or storing yet.
//!
//! A field of a register struct is registers again, a field in memory an address with a larger
//! offset. An array in registers with an index that is no constant is a [`PlaceKind::Part`] of the
//! place that holds it: it is stored to by reading the whole, changing it and writing it back,
//! unless the whole is a variable.

use gol_bytecode::{LeafKind, Reg, op};
use gol_types::{ObjId, Type, TypeId};

use super::types::is_pointer;
use super::{Local, Lower};

/// A place and its type.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub ty: TypeId,
    pub kind: PlaceKind,
}

#[derive(Clone, Debug)]
pub(super) enum PlaceKind {
    /// `_`.
    Blank,
    /// Registers, of a variable or of a value that no one else has.
    Value(Reg),
    /// A variable of `Repr::Mem` that nobody else sees: the register holds its address.
    MemVar {
        ptr: Reg,
        view: Option<Reg>,
    },
    /// Memory; `nonnil` if the pointer is known not to be nil. `view` is a slice of the whole
    /// array, where there is one.
    Mem {
        ptr: Reg,
        off: u64,
        nonnil: bool,
        view: Option<Reg>,
    },
    /// A package variable, or a field of one.
    Global(u32),
    /// An element of one leaf.
    Elem {
        slice: Reg,
        idx: Reg,
    },
    /// An element of several leaves, or memory at an offset in it. Its index is looked at, and its
    /// address made, at each use.
    Element {
        slice: Reg,
        idx: Reg,
        elem: TypeId,
        off: u64,
    },
    /// A part of a value that lives in registers or is read into them.
    Part {
        outer: Box<Place>,
        part: Part,
    },
    MapElem {
        map: Reg,
        key: Reg,
        map_ty: TypeId,
    },
    /// Words of a string, slice or interface as Go has them, from one of them on.
    Header {
        of: Box<Place>,
        word: u16,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// From this register of the value on.
    Words(u16),
    /// An element of an array.
    Index { idx: Reg, len: u64 },
}

/// Offsets up to this one fit into loads and stores.
const MAX_OFF: u64 = u16::MAX as u64;

impl Place {
    pub(super) fn value(ty: TypeId, reg: Reg) -> Place {
        Place { ty, kind: PlaceKind::Value(reg) }
    }

    /// Memory behind a pointer of the program.
    pub(super) fn behind(ty: TypeId, ptr: Reg) -> Place {
        Place { ty, kind: PlaceKind::Mem { ptr, off: 0, nonnil: false, view: None } }
    }

    /// Memory that is known to exist.
    pub(super) fn memory(ty: TypeId, ptr: Reg, off: u64) -> Place {
        Place { ty, kind: PlaceKind::Mem { ptr, off, nonnil: true, view: None } }
    }
}

impl Lower<'_, '_> {
    /// The place of a variable.
    pub(super) fn var_place(&mut self, obj: ObjId) -> Place {
        let ty = self.obj_ty(obj);
        if let Some(&local) = self.locals.get(&obj) {
            return self.local_place(obj, ty, local);
        }
        let off = self.m.global(obj);
        Place { ty, kind: PlaceKind::Global(off) }
    }

    fn local_place(&mut self, obj: ObjId, ty: TypeId, local: Local) -> Place {
        let view = self.views.get(&obj).copied();
        let kind = match local {
            Local::Regs(reg) => PlaceKind::Value(reg),
            Local::Boxed(ptr) => PlaceKind::Mem { ptr, off: 0, nonnil: true, view: None },
            Local::Mem(ptr) if self.is_boxed(obj) => {
                PlaceKind::Mem { ptr, off: 0, nonnil: true, view }
            }
            Local::Mem(ptr) => PlaceKind::MemVar { ptr, view },
        };
        Place { ty, kind }
    }

    /// A place for a value that has been computed.
    pub(super) fn value_place(&mut self, ty: TypeId, reg: Reg) -> Place {
        if self.is_mem(ty) { Place::memory(ty, reg, 0) } else { Place::value(ty, reg) }
    }

    /// Field `index` of a struct.
    pub(super) fn field_place(&mut self, place: Place, index: usize) -> Place {
        let Type::Struct(s) = self.under(place.ty) else { return place };
        let repr = self.repr(place.ty);
        let (Some(&field), Some(&(word, offset))) = (s.fields.get(index), repr.fields.get(index))
        else {
            return place;
        };
        let ty = self.obj_ty(field);
        let kind = match place.kind {
            PlaceKind::Value(reg) => PlaceKind::Value(Reg(reg.0 + word)),
            PlaceKind::MemVar { ptr, .. } => {
                PlaceKind::Mem { ptr, off: offset, nonnil: true, view: None }
            }
            PlaceKind::Mem { ptr, off, nonnil, .. } => {
                PlaceKind::Mem { ptr, off: off + offset, nonnil, view: None }
            }
            PlaceKind::Global(off) => PlaceKind::Global(off + offset as u32),
            PlaceKind::Element { slice, idx, elem, off } => {
                PlaceKind::Element { slice, idx, elem, off: off + offset }
            }
            PlaceKind::Header { of, word: first } => PlaceKind::Header { of, word: first + word },
            other => PlaceKind::Part {
                outer: Box::new(Place { ty: place.ty, kind: other }),
                part: Part::Words(word),
            },
        };
        Place { ty, kind }
    }

    /// What a pointer in a place points to.
    pub(super) fn deref_place(&mut self, place: &Place) -> Place {
        let elem = self.pointee(place.ty).unwrap_or(place.ty);
        let ptr = self.load(place, None);
        Place::behind(elem, ptr)
    }

    /// Element of an array at a constant index.
    pub(super) fn const_elem_place(&mut self, place: Place, elem: TypeId, i: u64) -> Place {
        let repr = self.repr(elem);
        let offset = i * repr.size;
        let kind = match place.kind {
            PlaceKind::Value(reg) => PlaceKind::Value(Reg(reg.0 + i as u16 * repr.words)),
            PlaceKind::MemVar { ptr, .. } => {
                PlaceKind::Mem { ptr, off: offset, nonnil: true, view: None }
            }
            PlaceKind::Mem { ptr, off, nonnil, .. } => {
                PlaceKind::Mem { ptr, off: off + offset, nonnil, view: None }
            }
            PlaceKind::Global(off) => PlaceKind::Global(off + offset as u32),
            PlaceKind::Element { slice, idx, elem, off } => {
                PlaceKind::Element { slice, idx, elem, off: off + offset }
            }
            PlaceKind::Header { of, word } => {
                PlaceKind::Header { of, word: word + i as u16 * repr.words }
            }
            other => PlaceKind::Part {
                outer: Box::new(Place { ty: place.ty, kind: other }),
                part: Part::Words(i as u16 * repr.words),
            },
        };
        Place { ty: elem, kind }
    }

    /// Element of an array at an index in a register.
    pub(super) fn elem_place(&mut self, place: Place, elem: TypeId, len: u64, idx: Reg) -> Place {
        let in_registers = matches!(place.kind, PlaceKind::Value(_) | PlaceKind::Part { .. });
        if in_registers {
            let kind = PlaceKind::Part { outer: Box::new(place), part: Part::Index { idx, len } };
            return Place { ty: elem, kind };
        }
        let slice = self.array_view(&place, len);
        self.slice_elem_place(slice, elem, idx)
    }

    /// A slice of the whole of an array in memory.
    pub(super) fn array_view(&mut self, place: &Place, len: u64) -> Reg {
        if let PlaceKind::Mem { view: Some(view), .. }
        | PlaceKind::MemVar { view: Some(view), .. } = place.kind
        {
            return view;
        }
        let view = self.alloc_pair(LeafKind::Slice);
        let mark = self.b.mark();
        let ptr = self.raw_address(place);
        self.b.emit(op::ArrayView { dst: view, ptr, len: len as i32 });
        self.b.release(mark);
        view
    }

    /// Element of a slice at an index in a register.
    pub(super) fn slice_elem_place(&mut self, slice: Reg, elem: TypeId, idx: Reg) -> Place {
        if self.single_leaf(elem).is_some() {
            return Place { ty: elem, kind: PlaceKind::Elem { slice, idx } };
        }
        let size = self.repr(elem).size as i32;
        let ptr = self.alloc_pointer();
        self.b.emit(op::IndexAddr { dst: ptr, slice, idx, size });
        Place::memory(elem, ptr, 0)
    }

    /// The memory of a [`PlaceKind::Element`].
    fn element(&mut self, ty: TypeId, slice: Reg, idx: Reg, (elem, off): (TypeId, u64)) -> Place {
        let whole = self.slice_elem_place(slice, elem, idx);
        match whole.kind {
            PlaceKind::Mem { ptr, .. } => Place::memory(ty, ptr, off),
            _ => whole,
        }
    }

    /// Reads a place; the result may be a variable's register or address.
    pub(super) fn load(&mut self, place: &Place, want: Option<Reg>) -> Reg {
        match &place.kind {
            PlaceKind::Blank => self.zero_value(place.ty, want),
            PlaceKind::Value(reg) => self.move_to(place.ty, *reg, want),
            PlaceKind::MemVar { ptr, .. } => self.move_to(place.ty, *ptr, want),
            PlaceKind::Mem { ptr, off, nonnil, .. } => {
                self.load_mem(place.ty, *ptr, *off, *nonnil, want)
            }
            PlaceKind::Global(off) => self.load_global(place, *off, want),
            PlaceKind::Elem { slice, idx } => self.load_elem(place.ty, *slice, *idx, want),
            &PlaceKind::Element { slice, idx, elem, off } => {
                let place = self.element(place.ty, slice, idx, (elem, off));
                self.load(&place, want)
            }
            PlaceKind::Part { outer, part } => self.load_part(place.ty, outer, *part, want),
            PlaceKind::Header { of, word } => self.load_header(place.ty, of, *word, want),
            PlaceKind::MapElem { map, key, map_ty } => {
                let dst = self.dst(place.ty, want);
                let ty = self.type_idx(*map_ty);
                self.b.emit(op::MapGet { dst, map: *map, key: *key, ty });
                dst
            }
        }
    }

    fn load_mem(&mut self, ty: TypeId, ptr: Reg, off: u64, nonnil: bool, want: Option<Reg>) -> Reg {
        if self.is_mem(ty) {
            if off == 0 && nonnil {
                return self.move_to(ty, ptr, want);
            }
            let dst = self.dst(ty, want);
            self.b.emit(op::AddPtr { dst, ptr, off: off as i32 });
            return dst;
        }
        let dst = self.dst(ty, want);
        self.load_leaves(ty, dst, ptr, off, nonnil);
        dst
    }

    /// Reads all leaves of a value of `Repr::Regs`.
    fn load_leaves(&mut self, ty: TypeId, dst: Reg, ptr: Reg, off: u64, nonnil: bool) {
        const MAX_SINGLE: usize = 4;
        let repr = self.repr(ty);
        let last = repr.leaves.last().map_or(0, |l| u64::from(l.offset));
        let mark = self.b.mark();
        if repr.leaves.is_empty() {
            if !nonnil {
                self.b.emit(op::NilCheck { ptr });
            }
            return;
        }
        let overlaps = repr.leaves.len() > 1 && ptr.0 >= dst.0 && ptr.0 < dst.0 + repr.words;
        if repr.leaves.len() > MAX_SINGLE || overlaps {
            let at = self.offset_pointer(ptr, off);
            let ty = self.type_idx(ty);
            self.b.emit(op::LoadMem { dst, ptr: at, ty });
        } else {
            let (at, off) = self.near(ptr, off, last);
            for leaf in &repr.leaves {
                self.load_leaf(leaf.kind, Reg(dst.0 + leaf.word), at, off + leaf.offset as u16);
            }
        }
        self.b.release(mark);
    }

    /// Pointer and offset such that the offset, with `extra` more, fits into an instruction.
    fn near(&mut self, ptr: Reg, off: u64, extra: u64) -> (Reg, u16) {
        if off + extra <= MAX_OFF {
            return (ptr, off as u16);
        }
        (self.offset_pointer(ptr, off), 0)
    }

    fn offset_pointer(&mut self, ptr: Reg, off: u64) -> Reg {
        if off == 0 {
            return ptr;
        }
        let dst = self.alloc_pointer();
        self.b.emit(op::AddPtr { dst, ptr, off: off as i32 });
        dst
    }

    fn load_leaf(&mut self, kind: LeafKind, dst: Reg, ptr: Reg, off: u16) {
        match kind {
            LeafKind::I8 => self.b.emit(op::LoadI8 { dst, ptr, off }),
            LeafKind::U8 => self.b.emit(op::LoadU8 { dst, ptr, off }),
            LeafKind::I16 => self.b.emit(op::LoadI16 { dst, ptr, off }),
            LeafKind::U16 => self.b.emit(op::LoadU16 { dst, ptr, off }),
            LeafKind::I32 => self.b.emit(op::LoadI32 { dst, ptr, off }),
            LeafKind::U32 | LeafKind::F32 => self.b.emit(op::LoadU32 { dst, ptr, off }),
            LeafKind::W64 | LeafKind::Ptr => self.b.emit(op::Load64 { dst, ptr, off }),
            LeafKind::Str | LeafKind::Slice | LeafKind::Iface => {
                self.b.emit(op::LoadPair { dst, ptr, off });
            }
        }
    }

    fn store_leaf(&mut self, kind: LeafKind, ptr: Reg, off: u16, a: Reg) {
        match kind {
            LeafKind::I8 | LeafKind::U8 => self.b.emit(op::Store8 { ptr, off, a }),
            LeafKind::I16 | LeafKind::U16 => self.b.emit(op::Store16 { ptr, off, a }),
            LeafKind::I32 | LeafKind::U32 | LeafKind::F32 => {
                self.b.emit(op::Store32 { ptr, off, a });
            }
            LeafKind::W64 => self.b.emit(op::Store64 { ptr, off, a }),
            LeafKind::Ptr => self.b.emit(op::StorePtr { ptr, off, a }),
            LeafKind::Str | LeafKind::Slice | LeafKind::Iface => {
                self.b.emit(op::StorePair { ptr, off, a });
            }
        }
    }

    fn load_global(&mut self, place: &Place, off: u32, want: Option<Reg>) -> Reg {
        let kind = self.single_leaf(place.ty).map(|l| l.kind);
        let dst = self.dst(place.ty, want);
        match kind {
            Some(LeafKind::W64 | LeafKind::Ptr) => self.b.emit(op::LoadGlobal64 { dst, off }),
            Some(LeafKind::Str | LeafKind::Slice | LeafKind::Iface) => {
                self.b.emit(op::LoadGlobalPair { dst, off });
            }
            _ if self.is_mem(place.ty) => self.b.emit(op::GlobalAddr { dst, off }),
            _ => {
                let mark = self.b.mark();
                let ptr = self.global_address(off);
                self.load_leaves(place.ty, dst, ptr, 0, true);
                self.b.release(mark);
            }
        }
        dst
    }

    fn global_address(&mut self, off: u32) -> Reg {
        let dst = self.alloc_pointer();
        self.b.emit(op::GlobalAddr { dst, off });
        dst
    }

    fn load_elem(&mut self, ty: TypeId, slice: Reg, idx: Reg, want: Option<Reg>) -> Reg {
        let dst = self.dst(ty, want);
        let Some(leaf) = self.single_leaf(ty) else { return dst };
        match leaf.kind {
            LeafKind::I8 => self.b.emit(op::LoadIndexI8 { dst, slice, idx }),
            LeafKind::U8 => self.b.emit(op::LoadIndexU8 { dst, slice, idx }),
            LeafKind::I16 => self.b.emit(op::LoadIndexI16 { dst, slice, idx }),
            LeafKind::U16 => self.b.emit(op::LoadIndexU16 { dst, slice, idx }),
            LeafKind::I32 => self.b.emit(op::LoadIndexI32 { dst, slice, idx }),
            LeafKind::U32 | LeafKind::F32 => self.b.emit(op::LoadIndexU32 { dst, slice, idx }),
            LeafKind::W64 | LeafKind::Ptr => self.b.emit(op::LoadIndex64 { dst, slice, idx }),
            LeafKind::Str | LeafKind::Slice | LeafKind::Iface => {
                self.b.emit(op::LoadIndexPair { dst, slice, idx });
            }
        }
        dst
    }

    fn load_part(&mut self, ty: TypeId, outer: &Place, part: Part, want: Option<Reg>) -> Reg {
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let whole = self.load(outer, None);
        let words = self.words(ty);
        match part {
            Part::Words(w) => self.move_words(dst, Reg(whole.0 + w), words),
            Part::Index { idx, len } => {
                self.b.emit(op::LoadRegIndex { dst, a: whole, idx, len: len as u16, words });
            }
        }
        self.b.release(mark);
        dst
    }

    /// Stores a value. `fresh`: nobody else has the memory that a `Repr::Mem` value lies in.
    pub(super) fn store(&mut self, place: &Place, a: Reg, fresh: bool) {
        match &place.kind {
            PlaceKind::Blank => {}
            PlaceKind::Value(reg) => {
                let words = self.words(place.ty);
                self.move_words(*reg, a, words);
            }
            PlaceKind::MemVar { ptr, view: None } if fresh => self.move_words(*ptr, a, 1),
            PlaceKind::MemVar { ptr, .. } => self.store_mem(place.ty, *ptr, 0, a),
            PlaceKind::Mem { ptr, off, .. } => self.store_mem(place.ty, *ptr, *off, a),
            PlaceKind::Global(off) => self.store_global(place.ty, *off, a),
            PlaceKind::Elem { slice, idx } => self.store_elem(place.ty, *slice, *idx, a),
            &PlaceKind::Element { slice, idx, elem, off } => {
                let mark = self.b.mark();
                let place = self.element(place.ty, slice, idx, (elem, off));
                self.store(&place, a, fresh);
                self.b.release(mark);
            }
            PlaceKind::Part { outer, part } => self.store_part(place.ty, outer, *part, a),
            PlaceKind::Header { of, word } => self.store_header(place.ty, of, *word, a),
            PlaceKind::MapElem { map, key, map_ty } => {
                let ty = self.type_idx(*map_ty);
                self.b.emit(op::MapSet { map: *map, key: *key, a, ty });
            }
        }
    }

    /// Stores a value to memory; panics if the pointer is nil.
    pub(super) fn store_mem(&mut self, ty: TypeId, ptr: Reg, off: u64, a: Reg) {
        const MAX_SINGLE: usize = 4;
        let repr = self.repr(ty);
        let mark = self.b.mark();
        if self.is_mem(ty) {
            let dst = self.offset_pointer(ptr, off);
            let ty = self.type_idx(ty);
            self.b.emit(op::CopyMem { dst, src: a, ty });
        } else if repr.leaves.is_empty() {
            self.b.emit(op::NilCheck { ptr });
        } else if repr.leaves.len() > MAX_SINGLE {
            let at = self.offset_pointer(ptr, off);
            let ty = self.type_idx(ty);
            self.b.emit(op::StoreMem { ptr: at, a, ty });
        } else {
            let last = repr.leaves.last().map_or(0, |l| u64::from(l.offset));
            let (at, off) = self.near(ptr, off, last);
            for leaf in &repr.leaves {
                self.store_leaf(leaf.kind, at, off + leaf.offset as u16, Reg(a.0 + leaf.word));
            }
        }
        self.b.release(mark);
    }

    fn store_global(&mut self, ty: TypeId, off: u32, a: Reg) {
        match self.single_leaf(ty).map(|l| l.kind) {
            Some(LeafKind::W64) => self.b.emit(op::StoreGlobal64 { a, off }),
            Some(LeafKind::Ptr) => self.b.emit(op::StoreGlobalPtr { a, off }),
            Some(LeafKind::Str | LeafKind::Slice | LeafKind::Iface) => {
                self.b.emit(op::StoreGlobalPair { a, off });
            }
            _ => {
                let mark = self.b.mark();
                let ptr = self.global_address(off);
                self.store_mem(ty, ptr, 0, a);
                self.b.release(mark);
            }
        }
    }

    fn store_elem(&mut self, ty: TypeId, slice: Reg, idx: Reg, a: Reg) {
        let Some(leaf) = self.single_leaf(ty) else { return };
        match leaf.kind {
            LeafKind::I8 | LeafKind::U8 => self.b.emit(op::StoreIndex8 { slice, idx, a }),
            LeafKind::I16 | LeafKind::U16 => self.b.emit(op::StoreIndex16 { slice, idx, a }),
            LeafKind::I32 | LeafKind::U32 | LeafKind::F32 => {
                self.b.emit(op::StoreIndex32 { slice, idx, a });
            }
            kind if is_pointer(kind) => self.b.emit(op::StoreIndexPtr { slice, idx, a }),
            LeafKind::Str | LeafKind::Slice | LeafKind::Iface => {
                self.b.emit(op::StoreIndexPair { slice, idx, a });
            }
            _ => self.b.emit(op::StoreIndex64 { slice, idx, a }),
        }
    }

    fn store_part(&mut self, ty: TypeId, outer: &Place, part: Part, a: Reg) {
        if let PlaceKind::Value(whole) = outer.kind {
            self.change_part(ty, whole, part, a);
            return;
        }
        let mark = self.b.mark();
        let whole = self.alloc_value(outer.ty);
        self.load(outer, Some(whole));
        self.change_part(ty, whole, part, a);
        self.store(outer, whole, false);
        self.b.release(mark);
    }

    fn change_part(&mut self, ty: TypeId, whole: Reg, part: Part, a: Reg) {
        let words = self.words(ty);
        match part {
            Part::Words(w) => self.move_words(Reg(whole.0 + w), a, words),
            Part::Index { idx, len } => {
                self.b.emit(op::StoreRegIndex { dst: whole, idx, a, len: len as u16, words });
            }
        }
    }

    /// The address of a place as a pointer of the program: panics where Go's `&` does. What lives
    /// in registers gets a box of its own (escape analysis sees to it that nobody misses that).
    pub(super) fn address(&mut self, place: &Place, want: Option<Reg>) -> Reg {
        if let PlaceKind::Element { slice, idx, elem, off } = place.kind {
            let place = self.element(place.ty, slice, idx, (elem, off));
            return self.address(&place, want);
        }
        let checked = matches!(place.kind, PlaceKind::Mem { off: 0, nonnil: false, .. });
        let direct = match place.kind {
            PlaceKind::Mem { ptr, off: 0, nonnil: true, .. } | PlaceKind::MemVar { ptr, .. } => {
                Some(ptr)
            }
            _ => None,
        };
        if let Some(ptr) = direct {
            return self.move_word(ptr, want);
        }
        let dst = want.unwrap_or_else(|| self.alloc_pointer());
        match &place.kind {
            PlaceKind::Mem { ptr, off, .. } => {
                debug_assert!(checked || *off > 0, "others were answered above");
                self.b.emit(op::AddPtr { dst, ptr: *ptr, off: *off as i32 });
            }
            PlaceKind::Global(off) => self.b.emit(op::GlobalAddr { dst, off: *off }),
            PlaceKind::Elem { slice, idx } => {
                let size = self.repr(place.ty).size as i32;
                self.b.emit(op::IndexAddr { dst, slice: *slice, idx: *idx, size });
            }
            _ => {
                let mark = self.b.mark();
                let value = self.load(place, None);
                let boxed = self.new_box(place.ty, value);
                self.move_words(dst, boxed, 1);
                self.b.release(mark);
            }
        }
        dst
    }

    /// The address without a check, for an instruction that makes it itself.
    fn raw_address(&mut self, place: &Place) -> Reg {
        match place.kind {
            PlaceKind::Mem { ptr, off: 0, .. } | PlaceKind::MemVar { ptr, .. } => ptr,
            _ => self.address(place, None),
        }
    }

    /// The address of a new box with a copy of a value.
    pub(super) fn new_box(&mut self, ty: TypeId, value: Reg) -> Reg {
        let dst = self.alloc_pointer();
        let idx = self.type_idx(ty);
        if self.is_mem(ty) {
            self.b.emit(op::NewCopy { dst, src: value, ty: idx });
        } else {
            self.b.emit(op::New { dst, ty: idx });
            self.store_mem(ty, dst, 0, value);
        }
        dst
    }

    // -- Registers

    pub(super) fn alloc_value(&mut self, ty: TypeId) -> Reg {
        let repr = self.repr(ty);
        self.b.alloc_value(&repr)
    }

    /// The register asked for, or new ones.
    pub(super) fn dst(&mut self, ty: TypeId, want: Option<Reg>) -> Reg {
        want.unwrap_or_else(|| self.alloc_value(ty))
    }

    pub(super) fn alloc_pointer(&mut self) -> Reg {
        self.b.alloc(1, None)
    }

    /// A register for a number or boolean.
    pub(super) fn alloc_word(&mut self) -> Reg {
        self.b.alloc(1, Some(&[]))
    }

    pub(super) fn alloc_pair(&mut self, kind: LeafKind) -> Reg {
        self.b.alloc(2, Some(&[gol_bytecode::Leaf { word: 0, offset: 0, kind }]))
    }

    pub(super) fn move_to(&mut self, ty: TypeId, from: Reg, want: Option<Reg>) -> Reg {
        let Some(dst) = want else { return from };
        let words = self.words(ty);
        self.move_words(dst, from, words);
        dst
    }

    pub(super) fn move_word(&mut self, from: Reg, want: Option<Reg>) -> Reg {
        let Some(dst) = want else { return from };
        self.move_words(dst, from, 1);
        dst
    }

    pub(super) fn move_words(&mut self, dst: Reg, a: Reg, words: u16) {
        match words {
            0 => {}
            _ if dst == a => {}
            1 => self.b.emit(op::Move { dst, a }),
            2 => self.b.emit(op::Move2 { dst, a }),
            n => self.b.emit(op::MoveN { dst, a, n }),
        }
    }

    /// The zero value of a type; of `Repr::Mem` a new one.
    pub(super) fn zero_value(&mut self, ty: TypeId, want: Option<Reg>) -> Reg {
        let dst = self.dst(ty, want);
        if self.is_mem(ty) {
            let ty = self.type_idx(ty);
            self.b.emit(op::New { dst, ty });
        } else {
            let words = self.words(ty);
            self.zero_words(dst, words);
        }
        dst
    }

    pub(super) fn zero_words(&mut self, dst: Reg, words: u16) {
        match words {
            0 => {}
            1 => self.b.emit(op::LoadInt { dst, value: 0 }),
            n => self.b.emit(op::LoadZero { dst, n }),
        }
    }
}
