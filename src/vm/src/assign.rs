//! Views of values, the writing half: storing through pointers, swapping and sorting elements,
//! comparing. For packages that fill what they are given (`fmt.Sscan`, `flag`, `encoding/json`) and
//! those that rearrange slices.

use std::cmp::Ordering;

use gol_bytecode::{Kind, LeafKind};

use crate::fault::Fault;
use crate::native::NativeCx;
use crate::rtype::RType;
use crate::value::{GoBytes, GoStr, Value, load_scalar, store_scalar};
use crate::{iface, mem};

impl<'a> Value<'a> {
    /// The variable that a pointer leads to: its type and address.
    fn target(self) -> Option<(&'a RType, *mut u8)> {
        if self.kind() != Kind::Pointer || self.data == 0 {
            return None;
        }
        Some((self.elem_type()?, self.data as *mut u8))
    }

    /// Kind of the variable that a pointer leads to; `Invalid` if it is none or nil.
    pub fn target_kind(self) -> Kind {
        self.target().map_or(Kind::Invalid, |(ty, _)| ty.desc.kind)
    }

    /// Stores a scalar, given in a register, into the variable that this pointer leads to.
    fn set_word(self, word: u64) -> bool {
        let Some((ty, at)) = self.target() else { return false };
        let Some(leaf) = ty.desc.leaves.first().filter(|leaf| leaf.kind.words() == 1) else {
            return false;
        };
        // SAFETY: a pointer that is not nil leads to a variable of its element type.
        unsafe { store_scalar(leaf.kind, at, word) };
        true
    }

    /// Stores an integer through a pointer to a variable of a signed integer type, cut to its size;
    /// whether it was one. So for the other setters.
    pub fn set_int(self, value: i64) -> bool {
        let signed = matches!(
            self.target_kind(),
            Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64
        );
        signed && self.set_word(value as u64)
    }

    pub fn set_uint(self, value: u64) -> bool {
        let unsigned = matches!(
            self.target_kind(),
            Kind::Uint | Kind::Uint8 | Kind::Uint16 | Kind::Uint32 | Kind::Uint64 | Kind::Uintptr
        );
        unsigned && self.set_word(value)
    }

    pub fn set_bool(self, value: bool) -> bool {
        self.target_kind() == Kind::Bool && self.set_word(u64::from(value))
    }

    pub fn set_float(self, value: f64) -> bool {
        match self.target_kind() {
            Kind::Float32 => self.set_word(u64::from((value as f32).to_bits())),
            Kind::Float64 => self.set_word(value.to_bits()),
            _ => false,
        }
    }

    pub fn set_complex(self, re: f64, im: f64) -> bool {
        let Some((ty, at)) = self.target() else { return false };
        // SAFETY: a pointer that is not nil leads to a variable of its element type.
        unsafe {
            match ty.desc.kind {
                Kind::Complex64 => {
                    at.cast::<f32>().write(re as f32);
                    at.cast::<f32>().add(1).write(im as f32);
                }
                Kind::Complex128 => {
                    at.cast::<f64>().write(re);
                    at.cast::<f64>().add(1).write(im);
                }
                _ => return false,
            }
        }
        true
    }

    pub fn set_string(self, value: GoStr<'a>) -> bool {
        self.set_pair(Kind::String, value.words())
    }

    /// Stores a byte slice; the variable is of a slice type with 1-byte elements.
    pub fn set_bytes(self, value: GoBytes<'a>) -> bool {
        let Some((ty, _)) = self.target() else { return false };
        // SAFETY: null or a type that outlives everything.
        let elem = unsafe { ty.elem.as_ref() };
        elem.is_some_and(|elem| elem.desc.size == 1) && self.set_pair(Kind::Slice, value.words())
    }

    fn set_pair(self, kind: Kind, words: [u64; 2]) -> bool {
        match self.target() {
            Some((ty, at)) if ty.desc.kind == kind => {
                // SAFETY: a pointer that is not nil leads to a variable of its element type.
                unsafe { gol_heap::store_pair(at.cast(), words) };
                true
            }
            _ => false,
        }
    }

    /// Stores `value` into the variable that this pointer leads to, if its type can hold it: the
    /// same type, or an interface that the value implements.
    pub fn assign(self, value: Value<'a>) -> bool {
        let Some((ty, at)) = self.target() else { return false };
        // SAFETY: a pointer that is not nil leads to a variable of its element type; the data word
        // of a value is of its type.
        unsafe {
            if ty.desc.kind == Kind::Interface {
                let fits = value.rtype.is_none_or(|have| iface::implements(have, ty).is_ok());
                if fits {
                    gol_heap::store_pair(at.cast(), value.words());
                }
                return fits;
            }
            match value.rtype {
                Some(have) if std::ptr::eq(have, ty) => store_data(ty, at, value.data),
                _ => return false,
            }
        }
        true
    }

    /// The zero value of the type that this pointer leads to; nil for interfaces.
    pub fn target_zero(self, cx: &mut NativeCx<'a>) -> Value<'a> {
        let Some(ty) = self.elem_type() else { return Value::NIL };
        if ty.desc.kind == Kind::Interface {
            return Value::NIL;
        }
        let data =
            if ty.desc.is_direct() { 0 } else { cx.alloc(ty.desc.size as usize, ty.layout) as u64 };
        Value { rtype: Some(ty), data }
    }

    /// The zero value of this value's type; for a pointer, a pointer to a new zero variable.
    pub fn fresh(self, cx: &mut NativeCx<'a>) -> Value<'a> {
        let Some(ty) = self.rtype else { return Value::NIL };
        let (room, direct) = match self.elem_type().filter(|_| ty.desc.kind == Kind::Pointer) {
            Some(elem) => (elem, false),
            None => (ty, ty.desc.is_direct()),
        };
        let data = if direct { 0 } else { cx.alloc(room.desc.size as usize, room.layout) as u64 };
        Value { rtype: Some(ty), data }
    }

    /// Whether two values have the same dynamic type.
    pub fn same_type(self, other: Value<'_>) -> bool {
        self.words()[0] == other.words()[0]
    }

    /// `==` of interfaces.
    pub fn equal(self, other: Value<'_>) -> Result<bool, Fault> {
        iface::equal(self.words(), other.words())
    }

    /// Whether values of the type can be compared; what interfaces inside hold is looked at.
    pub fn is_comparable(self) -> bool {
        self.equal(self).is_ok()
    }

    /// Exchanges two elements of a slice; panics as an index expression does.
    pub fn swap(self, i: i64, j: i64) -> Result<(), Fault> {
        let len = self.len();
        let Some(elem) = self.elem_type().filter(|_| self.kind() == Kind::Slice) else {
            return Err(Fault::Plain("swap of a value that is no slice"));
        };
        for index in [i, j] {
            if !usize::try_from(index).is_ok_and(|index| index < len) {
                return Err(Fault::Index { index, len });
            }
        }
        let size = elem.desc.size as usize;
        let at = |index: i64| (self.address() as *mut u8).wrapping_add(index as usize * size);
        if i != j {
            // SAFETY: both elements lie in the slice and do not overlap.
            unsafe { exchange(elem, at(i), at(j)) };
        }
        Ok(())
    }

    /// Sorts a slice of integers, floats or strings, NaNs first; `false` for other elements.
    pub fn sort_ordered(self) -> bool {
        let len = self.len();
        let Some(elem) = self.elem_type().filter(|_| self.kind() == Kind::Slice) else {
            return false;
        };
        let data = self.address();
        if len < 2 {
            return true;
        }
        // SAFETY: `len` elements of the kind lie at `data`, aligned to their size.
        unsafe {
            match elem.desc.kind {
                Kind::Int | Kind::Int64 => sort::<i64>(data, len),
                Kind::Int8 => sort::<i8>(data, len),
                Kind::Int16 => sort::<i16>(data, len),
                Kind::Int32 => sort::<i32>(data, len),
                Kind::Uint | Kind::Uint64 | Kind::Uintptr => sort::<u64>(data, len),
                Kind::Uint8 => sort::<u8>(data, len),
                Kind::Uint16 => sort::<u16>(data, len),
                Kind::Uint32 => sort::<u32>(data, len),
                Kind::Float64 => sort_by::<f64>(data, len, |a, b| float_order(*a, *b)),
                Kind::Float32 => {
                    sort_by::<f32>(data, len, |a, b| float_order(f64::from(*a), f64::from(*b)));
                }
                Kind::String => {
                    gol_heap::before_overwrite(data as *const u64, len * 2);
                    sort_strings(data, len);
                }
                _ => return false,
            }
        }
        true
    }
}

/// A string's words as they lie in memory.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
struct StrWords([u64; 2]);

impl StrWords {
    fn bytes<'s>(self) -> &'s [u8] {
        // SAFETY: the words of a string in a slice that is being sorted.
        unsafe { GoStr::from_words(self.0) }.as_bytes()
    }

    /// The first eight bytes as a number of their order; zeros stand for what is missing.
    fn prefix(self) -> u64 {
        let bytes = self.bytes();
        if let Some(first) = bytes.first_chunk() {
            return u64::from_be_bytes(*first);
        }
        bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b)) << ((8 - bytes.len()) % 8 * 8)
    }
}

/// Sorts strings by their first eight bytes, and by all of them only where these are equal: most
/// comparisons then need no look at the strings.
///
/// # Safety
/// `len` strings lie at `data`.
unsafe fn sort_strings(data: u64, len: usize) {
    // SAFETY: as in `sort`.
    let strings = unsafe { std::slice::from_raw_parts_mut(data as *mut StrWords, len) };
    let mut keyed: Vec<(u64, StrWords)> = strings.iter().map(|s| (s.prefix(), *s)).collect();
    keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.bytes().cmp(b.1.bytes())));
    for (place, (_, string)) in strings.iter_mut().zip(keyed) {
        *place = string;
    }
}

fn float_order(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

/// # Safety
/// `len` values of the type lie at `data`.
unsafe fn sort<T: Ord>(data: u64, len: usize) {
    // SAFETY: as the caller promises; nobody else uses the slice unless the script has a race.
    unsafe { std::slice::from_raw_parts_mut(data as *mut T, len) }.sort_unstable();
}

/// # Safety
/// `len` values of the type lie at `data`.
unsafe fn sort_by<T>(data: u64, len: usize, order: impl FnMut(&T, &T) -> Ordering) {
    // SAFETY: as in `sort`.
    unsafe { std::slice::from_raw_parts_mut(data as *mut T, len) }.sort_unstable_by(order);
}

/// Stores the value of a data word.
///
/// # Safety
/// The data word is of that type, and so is the variable.
unsafe fn store_data(ty: &RType, at: *mut u8, data: u64) {
    // SAFETY: as the caller promises.
    unsafe {
        if !ty.desc.is_direct() {
            mem::copy(ty, at, data as *const u8);
        } else if let Some(leaf) = ty.desc.leaves.first() {
            store_scalar(leaf.kind, at.add(leaf.offset as usize), data);
        }
    }
}

/// Exchanges two values in memory.
///
/// # Safety
/// Both are values of the type and do not overlap.
pub(crate) unsafe fn exchange(ty: &RType, a: *mut u8, b: *mut u8) {
    let size = ty.desc.size as usize;
    // SAFETY: as the caller promises; values with pointers are exchanged in their pieces.
    unsafe {
        if ty.desc.align >= 16 {
            for at in (0..size).step_by(16) {
                let (x, y) = (a.add(at).cast::<u64>(), b.add(at).cast::<u64>());
                let (first, second) = (gol_heap::load_pair(x), gol_heap::load_pair(y));
                gol_heap::store_pair(x, second);
                gol_heap::store_pair(y, first);
            }
        } else if ty.desc.align == 8 {
            for at in (0..size).step_by(8) {
                let (first, second) =
                    (load_scalar(LeafKind::Ptr, a.add(at)), load_scalar(LeafKind::Ptr, b.add(at)));
                gol_heap::store_word(a.add(at).cast(), second);
                gol_heap::store_word(b.add(at).cast(), first);
            }
        } else {
            std::ptr::swap_nonoverlapping(a, b, size);
        }
    }
}
