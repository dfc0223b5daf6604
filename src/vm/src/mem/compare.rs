//! `==` on values of any comparable type.

use std::borrow::Cow;

use gol_bytecode::{Kind, Repr};

use super::{elem_of, field_of};
use crate::rtype::RType;
use crate::{Fault, iface, string};

/// Whether two values in memory are equal.
///
/// # Safety
/// Both are values of the type.
pub unsafe fn equal(rtype: &RType, a: *const u8, b: *const u8) -> Result<bool, Fault> {
    // SAFETY: the caller's promise; parts lie at the offsets that the type says.
    unsafe {
        if rtype.plain_equal {
            let size = rtype.desc.size as usize;
            let a = std::slice::from_raw_parts(a, size);
            return Ok(a == std::slice::from_raw_parts(b, size));
        }
        match rtype.desc.kind {
            Kind::Struct => {
                for (at, field) in rtype.desc.fields.iter().enumerate() {
                    let offset = field.offset as usize;
                    if field.name != "_"
                        && !equal(field_of(rtype, at), a.add(offset), b.add(offset))?
                    {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Kind::Array => {
                let elem = elem_of(rtype);
                for at in 0..rtype.desc.len as usize {
                    let offset = at * elem.desc.size as usize;
                    if !equal(elem, a.add(offset), b.add(offset))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => equal_scalars(rtype, a, b),
        }
    }
}

/// # Safety
/// Both are values of the type, which is no struct or array.
unsafe fn equal_scalars(rtype: &RType, a: *const u8, b: *const u8) -> Result<bool, Fault> {
    let (mut x, mut y) = ([0; 2], [0; 2]);
    // SAFETY: the caller's promise; such values take at most two registers.
    unsafe {
        super::load_regs(rtype, a, x.as_mut_ptr());
        super::load_regs(rtype, b, y.as_mut_ptr());
        equal_regs(rtype, x.as_ptr(), y.as_ptr())
    }
}

/// Whether two values in register form are equal.
///
/// # Safety
/// Both are register forms of values of the type.
pub unsafe fn equal_regs(rtype: &RType, a: *const u64, b: *const u64) -> Result<bool, Fault> {
    // SAFETY: the caller's promise; parts lie in the registers that the type says.
    unsafe {
        if rtype.desc.repr == Repr::Mem {
            return equal(rtype, *a as *const u8, *b as *const u8);
        }
        match rtype.desc.kind {
            Kind::Float64 => Ok(f64::from_bits(*a) == f64::from_bits(*b)),
            Kind::Float32 => Ok(f32::from_bits(*a as u32) == f32::from_bits(*b as u32)),
            Kind::Complex128 => {
                Ok((0..2).all(|at| f64::from_bits(*a.add(at)) == f64::from_bits(*b.add(at))))
            }
            Kind::Complex64 => Ok((0..2)
                .all(|at| f32::from_bits(*a.add(at) as u32) == f32::from_bits(*b.add(at) as u32))),
            Kind::String => Ok(string::equal([*a, *a.add(1)], [*b, *b.add(1)])),
            Kind::Interface => iface::equal([*a, *a.add(1)], [*b, *b.add(1)]),
            Kind::Struct => equal_fields(rtype, a, b),
            Kind::Array => {
                let elem = elem_of(rtype);
                let words = elem.desc.words as usize;
                for at in 0..rtype.desc.len as usize {
                    if !equal_regs(elem, a.add(at * words), b.add(at * words))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Kind::Slice | Kind::Map | Kind::Func => Err(uncomparable(rtype)),
            _ => Ok(*a == *b),
        }
    }
}

/// # Safety
/// Both are register forms of values of the struct type.
unsafe fn equal_fields(rtype: &RType, a: *const u64, b: *const u64) -> Result<bool, Fault> {
    for (at, field) in rtype.desc.fields.iter().enumerate() {
        let word = field.word as usize;
        // SAFETY: the caller's promise; fields lie in the registers that the type says.
        let same = unsafe { equal_regs(field_of(rtype, at), a.add(word), b.add(word)) };
        if field.name != "_" && !same? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The panic of a comparison of interfaces that hold values without `==`.
pub(crate) fn uncomparable(rtype: &RType) -> Fault {
    Fault::Runtime(Cow::Owned(format!("comparing uncomparable type {}", rtype.desc.string)))
}
