//! Hashes of values, for map keys.
//!
//! Words are folded: the 128-bit product of the word, mixed with the seed, and a constant, upper
//! and lower half xored (the step of wyhash and foldhash). Strings are folded 16 bytes at a time.
//! Values that are `==` have equal hashes under one seed; NaNs, equal to nothing, get a random one.

use std::borrow::Cow;

use gol_bytecode::{Kind, Repr};

use super::{elem_of, field_of, load_regs};
use crate::Fault;
use crate::rtype::RType;

/// Odd constants without structure (digits of pi).
const K0: u64 = 0x243f_6a88_85a3_08d3;
const K1: u64 = 0x1319_8a2e_0370_7345;
const K2: u64 = 0xa409_3822_299f_31d1;

/// Mixes two words into one.
#[inline(always)]
pub(crate) fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// Hash of one word.
#[inline(always)]
pub(crate) fn hash_word(word: u64, seed: u64) -> u64 {
    fold(word ^ seed, K0)
}

/// Hash of bytes.
#[inline]
pub(crate) fn hash_bytes(bytes: &[u8], seed: u64) -> u64 {
    let len = bytes.len();
    let seed = seed ^ (len as u64).wrapping_mul(K2);
    let (a, b) = match len {
        0 => (0, 0),
        1..4 => {
            let ends = u64::from(bytes[0]) << 16 | u64::from(bytes[len - 1]);
            (ends << 8 | u64::from(bytes[len / 2]), 0)
        }
        4..8 => (u64::from(word32(bytes, 0)), u64::from(word32(bytes, len - 4))),
        8..=16 => (word64(bytes, 0), word64(bytes, len - 8)),
        _ => return hash_long(bytes, seed),
    };
    fold(a ^ seed, b ^ K1)
}

fn hash_long(bytes: &[u8], seed: u64) -> u64 {
    let mut hash = seed;
    let mut at = 0;
    while at + 16 < bytes.len() {
        hash = fold(word64(bytes, at) ^ hash, word64(bytes, at + 8) ^ K1);
        at += 16;
    }
    let end = bytes.len();
    fold(word64(bytes, end - 16) ^ hash, word64(bytes, end - 8) ^ K0)
}

#[inline(always)]
fn word64(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[inline(always)]
fn word32(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// Hash of a value in memory; a panic for interfaces that hold what has no `==`.
///
/// # Safety
/// It is a value of the type.
pub unsafe fn hash(rtype: &RType, ptr: *const u8, seed: u64) -> Result<u64, Fault> {
    // SAFETY: the caller's promise; parts lie at the offsets that the type says.
    unsafe {
        match rtype.desc.kind {
            Kind::Struct => {
                let mut hash = seed;
                for (at, field) in rtype.desc.fields.iter().enumerate() {
                    if field.name != "_" {
                        hash =
                            self::hash(field_of(rtype, at), ptr.add(field.offset as usize), hash)?;
                    }
                }
                Ok(hash)
            }
            Kind::Array => {
                let elem = elem_of(rtype);
                let mut hash = seed;
                for at in 0..rtype.desc.len as usize {
                    hash = self::hash(elem, ptr.add(at * elem.desc.size as usize), hash)?;
                }
                Ok(hash)
            }
            _ => {
                let mut regs = [0; 2];
                load_regs(rtype, ptr, regs.as_mut_ptr());
                hash_regs(rtype, regs.as_ptr(), seed)
            }
        }
    }
}

/// Hash of a value in register form.
///
/// # Safety
/// It is the register form of a value of the type.
pub unsafe fn hash_regs(rtype: &RType, regs: *const u64, seed: u64) -> Result<u64, Fault> {
    // SAFETY: the caller's promise; parts lie in the registers that the type says.
    unsafe {
        if rtype.desc.repr == Repr::Mem {
            return hash(rtype, *regs as *const u8, seed);
        }
        Ok(match rtype.desc.kind {
            Kind::Float64 => hash_f64(f64::from_bits(*regs), seed),
            Kind::Float32 => hash_f64(f64::from(f32::from_bits(*regs as u32)), seed),
            Kind::Complex128 => {
                let real = hash_f64(f64::from_bits(*regs), seed);
                hash_f64(f64::from_bits(*regs.add(1)), real)
            }
            Kind::Complex64 => {
                let real = hash_f64(f64::from(f32::from_bits(*regs as u32)), seed);
                hash_f64(f64::from(f32::from_bits(*regs.add(1) as u32)), real)
            }
            Kind::String => {
                let bytes = std::slice::from_raw_parts(data(*regs), *regs.add(1) as usize);
                hash_bytes(bytes, seed)
            }
            Kind::Interface => return hash_iface([*regs, *regs.add(1)], seed),
            Kind::Struct => {
                let mut hash = seed;
                for (at, field) in rtype.desc.fields.iter().enumerate() {
                    if field.name != "_" {
                        hash = hash_regs(field_of(rtype, at), regs.add(field.word as usize), hash)?;
                    }
                }
                hash
            }
            Kind::Array => {
                let elem = elem_of(rtype);
                let mut hash = seed;
                for at in 0..rtype.desc.len as usize {
                    hash = hash_regs(elem, regs.add(at * elem.desc.words as usize), hash)?;
                }
                hash
            }
            Kind::Slice | Kind::Map | Kind::Func => return Err(unhashable(rtype)),
            _ => hash_word(*regs, seed),
        })
    }
}

/// An address that slices can be made of, also for the empty string's null.
fn data(word: u64) -> *const u8 {
    if word == 0 { std::ptr::dangling() } else { word as *const u8 }
}

/// # Safety
/// They are the two words of an interface.
unsafe fn hash_iface(value: [u64; 2], seed: u64) -> Result<u64, Fault> {
    // SAFETY: the type word of an interface is null or the address of a loaded type.
    let Some(rtype) = (unsafe { (value[0] as *const RType).as_ref() }) else {
        return Ok(hash_word(0, seed));
    };
    if !rtype.desc.comparable {
        return Err(unhashable(rtype));
    }
    let seed = hash_word(value[0], seed);
    // SAFETY: the data word is the value itself or the address of one.
    unsafe {
        if rtype.desc.is_direct() {
            hash_regs(rtype, &raw const value[1], seed)
        } else {
            hash(rtype, value[1] as *const u8, seed)
        }
    }
}

fn hash_f64(value: f64, seed: u64) -> u64 {
    if value == 0.0 {
        hash_word(0, seed)
    } else if value.is_nan() {
        hash_word(ticks(), seed)
    } else {
        hash_word(value.to_bits(), seed)
    }
}

/// Something different at each call, for NaNs.
fn ticks() -> u64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the instruction reads the processor's counter, nothing else.
    unsafe {
        std::arch::x86_64::_rdtsc()
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |since| since.as_nanos() as u64)
    }
}

/// The panic of a map access with a key that has no `==`.
fn unhashable(rtype: &RType) -> Fault {
    Fault::Runtime(Cow::Owned(format!("hash of unhashable type {}", rtype.desc.string)))
}
