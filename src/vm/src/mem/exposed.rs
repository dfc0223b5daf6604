//! Where a script finds the parts of a variable by counting bytes from its address, as it would
//! with Go's compiler.
//!
//! `unsafe.Offsetof`, `unsafe.Sizeof` and package reflect say what Go on amd64 says, but strings and
//! interfaces are aligned to 16 bytes here, and slices are smaller. So which type lies at an address
//! is noted when a script makes an `unsafe.Pointer` or a number of a pointer to a struct or array
//! with pointers inside, and an offset that is added to such an address is taken for Go's. What the
//! result leads to is still looked at when it becomes a pointer again (see `view`); an outdated note
//! can lead to the wrong part of a variable, not out of the variables that the script has.

#![allow(clippy::unnecessary_wraps)] // Tables of natives want all to have one type.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use gol_bytecode::Kind;
use rustc_hash::FxHashMap;

use super::elem_of;
use crate::fault::Fault;
use crate::iface::type_word;
use crate::native::{NativeCx, NativeResult};
use crate::rtype::RType;

/// How many addresses are remembered; then all are forgotten.
const MOST: usize = 1 << 16;

/// The types of variables by their addresses.
#[derive(Default)]
pub(crate) struct Exposed {
    any: AtomicBool,
    /// Types by their words.
    types: Mutex<FxHashMap<u64, u64>>,
}

impl Exposed {
    fn note(&self, address: u64, ty: &RType) {
        let differs = differs(ty);
        if address == 0 || !differs && !self.any.load(Relaxed) {
            return;
        }
        let mut types = self.types.lock().unwrap_or_else(PoisonError::into_inner);
        if types.len() >= MOST {
            types.clear();
        }
        if differs {
            types.insert(address, type_word(ty));
            self.any.store(true, Relaxed);
        } else {
            types.remove(&address);
        }
    }

    /// The address that is so many of Go's bytes behind another.
    fn add(&self, base: u64, offset: u64) -> u64 {
        if !self.any.load(Relaxed) {
            return base.wrapping_add(offset);
        }
        let known = self.types.lock().unwrap_or_else(PoisonError::into_inner).get(&base).copied();
        // SAFETY: a type's word; types live as long as the runtime, whose state this is.
        let known = known.and_then(|word| unsafe { (word as *const RType).as_ref() });
        let Some(ty) = known else { return base.wrapping_add(offset) };
        let (offset, part) = in_elements(ty, offset as i64);
        let address = base.wrapping_add_signed(offset);
        if let Some(part) = part {
            self.note(address, part);
        }
        address
    }
}

/// Notes what type a variable has whose address becomes known as a number.
pub(crate) fn note(cx: &NativeCx<'_>, address: u64, ty: &RType) {
    cx.shared().exposed.note(address, ty);
}

/// `func expose(p unsafe.Pointer, t *rtype)`.
pub(crate) fn expose(cx: &mut NativeCx<'_>) -> NativeResult {
    let (address, ty) = (cx.uint(), cx.uint() as *const RType);
    // SAFETY: the compiler gives a type's word; types live as long as the runtime.
    let ty = unsafe { ty.as_ref() }.ok_or_else(Fault::nil_dereference)?;
    note(cx, address, ty);
    Ok(())
}

/// `func unsafeadd(p unsafe.Pointer, n uintptr) unsafe.Pointer`.
pub(crate) fn unsafe_add(cx: &mut NativeCx<'_>) -> NativeResult {
    let (base, offset) = (cx.uint(), cx.uint());
    let address = cx.shared().exposed.add(base, offset);
    cx.ret_uint(address);
    Ok(())
}

/// Whether Go finds parts of such a variable elsewhere.
fn differs(ty: &RType) -> bool {
    match ty.desc.kind {
        Kind::Struct => {
            ty.desc.size != ty.desc.go_size
                || go_offsets(ty).zip(&ty.desc.fields).any(|(go, field)| go != field.offset)
                || fields(ty).any(differs)
        }
        Kind::Array => ty.desc.size != ty.desc.go_size || differs(elem_of(ty)),
        Kind::Slice => true,
        _ => false,
    }
}

/// What lies so many of Go's bytes behind the first of several values of a type: how many bytes
/// that is here, and the type of a part that begins there.
fn in_elements(ty: &RType, offset: i64) -> (i64, Option<&RType>) {
    let (go_size, size) = (ty.desc.go_size as i64, ty.desc.size as i64);
    if go_size == 0 {
        return (offset, None);
    }
    let (index, rest) = (offset.div_euclid(go_size), offset.rem_euclid(go_size));
    let (rest, part) = if rest == 0 { (0, Some(ty)) } else { inside(ty, rest as u64) };
    (index.wrapping_mul(size).wrapping_add(rest), part)
}

/// The same of one value of the type; the offset is not 0.
fn inside(ty: &RType, offset: u64) -> (i64, Option<&RType>) {
    match ty.desc.kind {
        Kind::Array => in_elements(elem_of(ty), offset as i64),
        Kind::Struct => {
            let parts = go_offsets(ty).zip(fields(ty)).zip(&ty.desc.fields);
            let holds = |go: u64, part: &RType| go <= offset && offset - go < part.desc.go_size;
            let part = parts.into_iter().find(|((go, part), _)| holds(*go, part));
            let Some(((go, part), field)) = part else { return (offset as i64, None) };
            let (rest, part) = in_elements(part, (offset - go) as i64);
            (field.offset as i64 + rest, part)
        }
        _ => (offset as i64, None),
    }
}

/// The types of a struct's fields.
fn fields(ty: &RType) -> impl Iterator<Item = &RType> {
    // SAFETY: fields of loaded types are loaded and live as long as they do.
    ty.fields.iter().map(|field| unsafe { &**field })
}

/// Where Go on amd64 puts a struct's fields.
pub(crate) fn go_offsets(ty: &RType) -> impl Iterator<Item = u64> {
    fields(ty).scan(0_u64, |end, field| {
        let offset = end.next_multiple_of(go_align(field));
        *end = offset + field.desc.go_size;
        Some(offset)
    })
}

/// The alignment that Go on amd64 gives a type.
pub(crate) fn go_align(ty: &RType) -> u64 {
    match ty.desc.kind {
        Kind::Bool | Kind::Int8 | Kind::Uint8 => 1,
        Kind::Int16 | Kind::Uint16 => 2,
        Kind::Int32 | Kind::Uint32 | Kind::Float32 | Kind::Complex64 => 4,
        Kind::Array => go_align(elem_of(ty)),
        Kind::Struct => fields(ty).map(go_align).max().unwrap_or(1),
        _ => 8,
    }
}
