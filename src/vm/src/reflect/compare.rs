//! Natives that compare: `DeepEqual`, zero values.

use std::collections::HashSet;

use gol_bytecode::{Kind, LeafKind};
use gol_heap::LayoutId;

use crate::fault::Fault;
use crate::map;
use crate::mem;
use crate::native::{NativeCx, NativeResult};
use crate::rtype::RType;
use crate::slice;
use crate::string;

use super::{Cell, MAX_WORDS, Table, Words};

pub(super) const NATIVES: Table = &[("DeepEqual", deep_equal), ("isZero", is_zero)];

/// `func isZero(v Value) bool`: floats are zero by their bits.
fn is_zero(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let mut cell = Cell::default();
    let at = value.place(&mut cell);
    // SAFETY: a value of the type lies there.
    let zero = unsafe { zero_at(value.ty, at) };
    cx.ret_bool(zero);
    Ok(())
}

/// # Safety
/// A value of the type lies at `at`.
pub(crate) unsafe fn zero_at(ty: &RType, at: *const u8) -> bool {
    // SAFETY: parts lie inside of the value.
    unsafe {
        match ty.desc.kind {
            Kind::Array => {
                let elem = mem::elem_of(ty);
                let size = elem.desc.size as usize;
                (0..ty.desc.len as usize).all(|i| zero_at(elem, at.add(i * size)))
            }
            Kind::Struct => {
                let mut fields = ty.desc.fields.iter().enumerate();
                // Fields without a name do not count.
                fields.all(|(i, f)| {
                    &*f.name == "_" || zero_at(mem::field_of(ty, i), at.add(f.offset as usize))
                })
            }
            Kind::String => gol_heap::load_pair(at.cast())[1] == 0,
            Kind::Slice | Kind::Interface => gol_heap::load_pair(at.cast())[0] == 0,
            kind => ty.desc.leaves.iter().all(|leaf| {
                let float = matches!(kind, Kind::Float64 | Kind::Complex128);
                let word = crate::value::load_scalar(leaf.kind, at.add(leaf.offset as usize));
                match leaf.kind {
                    // Negative zero is zero, too.
                    LeafKind::W64 if float => word << 1 == 0,
                    LeafKind::F32 => word << 33 == 0,
                    _ => word == 0,
                }
            }),
        }
    }
}

/// Two values of a type that are still to be compared.
#[derive(Clone, Copy)]
enum Pair {
    Memory(*const RType, *const u8, *const u8),
    /// Values that an interface holds in its data word.
    Word(*const RType, u64, u64),
}

/// A comparison under way: all pairs on the list must be equal.
struct Deep {
    work: Vec<Pair>,
    /// Pointers, maps and slices that have been compared, or are being compared.
    seen: HashSet<(u64, u64, *const RType)>,
}

/// `func DeepEqual(x, y any) bool`.
fn deep_equal(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (cx.iface().words(), cx.iface().words());
    let mut deep = Deep { work: Vec::new(), seen: HashSet::new() };
    let mut equal = deep.ifaces(x, y);
    while equal && let Some(pair) = deep.work.pop() {
        // SAFETY: the pairs are values of their types, which live until the native's end.
        equal = unsafe { deep.compare(pair) }?;
    }
    cx.ret_bool(equal);
    Ok(())
}

/// Whether this is reflect's own type for descriptions of types, of which each is just itself.
fn describes_types(ty: &RType) -> bool {
    ty.desc.name == "rtype" && ty.desc.pkg_path == "reflect"
}

impl Deep {
    /// What two interfaces hold.
    fn ifaces(&mut self, x: [u64; 2], y: [u64; 2]) -> bool {
        if x[0] != y[0] {
            return false;
        }
        let ty = x[0] as *const RType;
        // SAFETY: a type word is 0 or the address of a type.
        let Some(rtype) = (unsafe { ty.as_ref() }) else { return true };
        self.work.push(if rtype.desc.is_direct() {
            Pair::Word(ty, x[1], y[1])
        } else {
            Pair::Memory(ty, x[1] as *const u8, y[1] as *const u8)
        });
        true
    }

    /// Whether two values are equal, as far as it can be said without those that come to the list.
    ///
    /// # Safety
    /// The pair is two values of its type.
    unsafe fn compare(&mut self, pair: Pair) -> Result<bool, Fault> {
        let (ty, a, b) = match pair {
            Pair::Memory(ty, a, b) => (ty, a, b),
            // SAFETY: as the caller promises.
            Pair::Word(ty, a, b) => return unsafe { self.words(&*ty, a, b) },
        };
        // SAFETY: types live until the native's end; parts lie inside of the values.
        unsafe {
            let ty = &*ty;
            if ty.plain_equal && ty.layout == LayoutId::NOSCAN {
                return mem::equal(ty, a, b);
            }
            match ty.desc.kind {
                Kind::Array => {
                    self.elements(mem::elem_of(ty), a, b, ty.desc.len as usize);
                    Ok(true)
                }
                Kind::Struct => {
                    for (i, field) in ty.desc.fields.iter().enumerate().rev() {
                        let offset = field.offset as usize;
                        let part = mem::field_of(ty, i);
                        self.work.push(Pair::Memory(part, a.add(offset), b.add(offset)));
                    }
                    Ok(true)
                }
                Kind::Interface => {
                    let pairs = (gol_heap::load_pair(a.cast()), gol_heap::load_pair(b.cast()));
                    Ok(self.ifaces(pairs.0, pairs.1))
                }
                Kind::Slice => {
                    let pairs = (gol_heap::load_pair(a.cast()), gol_heap::load_pair(b.cast()));
                    Ok(self.slices(ty, pairs.0, pairs.1))
                }
                Kind::String => {
                    let pairs = (gol_heap::load_pair(a.cast()), gol_heap::load_pair(b.cast()));
                    Ok(string::equal(pairs.0, pairs.1))
                }
                Kind::Complex64 | Kind::Complex128 => mem::equal(ty, a, b),
                _ => {
                    let load = |at| crate::value::load_scalar(leaf_of(ty), at);
                    self.words(ty, load(a), load(b))
                }
            }
        }
    }

    /// Values of one word; of a struct or array, that of its one part that has any.
    ///
    /// # Safety
    /// The words are values of the type.
    unsafe fn words(&mut self, ty: &RType, a: u64, b: u64) -> Result<bool, Fault> {
        match ty.desc.kind {
            Kind::Pointer => {
                if a != b {
                    if a == 0 || b == 0 || describes_types(mem::elem_of(ty)) {
                        return Ok(false);
                    }
                    if self.is_new(a, b, ty) {
                        self.work.push(Pair::Memory(ty.elem, a as *const u8, b as *const u8));
                    }
                }
                Ok(true)
            }
            // SAFETY: as the caller promises.
            Kind::Map => unsafe { self.maps(ty, a, b) },
            Kind::Func => Ok(a == 0 && b == 0),
            Kind::Float32 => Ok(f32::from_bits(a as u32) == f32::from_bits(b as u32)),
            Kind::Float64 => Ok(f64::from_bits(a) == f64::from_bits(b)),
            Kind::Struct => {
                let parts = (0..ty.fields.len()).map(|i| mem::field_of(ty, i));
                let part = parts.into_iter().find(|part| part.desc.words != 0);
                self.work.extend(part.map(|part| Pair::Word(part, a, b)));
                Ok(true)
            }
            Kind::Array => {
                if ty.desc.words != 0 {
                    self.work.push(Pair::Word(ty.elem, a, b));
                }
                Ok(true)
            }
            _ => Ok(a == b),
        }
    }

    /// Notes a pair of addresses; whether it is the first time.
    fn is_new(&mut self, a: u64, b: u64, ty: &RType) -> bool {
        self.seen.insert((a.min(b), a.max(b), std::ptr::from_ref(ty)))
    }

    /// # Safety
    /// `count` elements lie at both addresses.
    unsafe fn elements(&mut self, elem: &RType, a: *const u8, b: *const u8, count: usize) {
        let size = elem.desc.size as usize;
        for i in (0..count).rev() {
            // SAFETY: as the caller promises.
            let pair = unsafe { Pair::Memory(elem, a.add(i * size), b.add(i * size)) };
            self.work.push(pair);
        }
    }

    /// # Safety
    /// The words are slices of the type.
    unsafe fn slices(&mut self, ty: &RType, a: [u64; 2], b: [u64; 2]) -> bool {
        let len = slice::len(a);
        if (a[0] == 0) != (b[0] == 0) || len != slice::len(b) {
            return false;
        }
        if len == 0 || a[0] == b[0] {
            return true;
        }
        let elem = mem::elem_of(ty);
        let (x, y) = (a[0] as *const u8, b[0] as *const u8);
        // SAFETY: both slices have `len` elements.
        unsafe {
            if elem.plain_equal && elem.layout == LayoutId::NOSCAN {
                let bytes = len * elem.desc.size as usize;
                return std::slice::from_raw_parts(x, bytes)
                    == std::slice::from_raw_parts(y, bytes);
            }
            if self.is_new(a[0], b[0], ty) {
                self.elements(elem, x, y, len);
            }
        }
        true
    }

    /// # Safety
    /// The words are maps of the type.
    unsafe fn maps(&mut self, ty: &RType, a: u64, b: u64) -> Result<bool, Fault> {
        if (a == 0) != (b == 0) || map::len(a) != map::len(b) {
            return Ok(false);
        }
        if a == b || !self.is_new(a, b, ty) {
            return Ok(true);
        }
        let mut iter: Words = [0; MAX_WORDS];
        let (mut key, mut elem): (Words, Words) = <_>::default();
        // SAFETY: maps of the type; no register form is longer than the buffers.
        unsafe {
            map::iter_init(a, 0, iter.as_mut_ptr());
            while map::iter_next(ty, iter.as_mut_ptr(), key.as_mut_ptr(), elem.as_mut_ptr())? {
                let found = (map::get(ty, a, key.as_ptr())?, map::get(ty, b, key.as_ptr())?);
                let (Some(x), Some(y)) = found else { return Ok(false) };
                self.work.push(Pair::Memory(ty.elem, x, y));
            }
        }
        Ok(true)
    }
}

fn leaf_of(ty: &RType) -> LeafKind {
    ty.desc.leaves.first().map_or(LeafKind::W64, |leaf| leaf.kind)
}
