//! Natives on values: from interfaces and back, loading, storing, parts.

use gol_bytecode::{Kind, LeafKind};

use crate::iface;
use crate::mem::{self, exposed, view};
use crate::native::{NativeCx, NativeResult};
use crate::rtype::RType;
use crate::value::{load_scalar, store_scalar};

use super::{
    ADDR, Cell, EMBED, INDIR, READ_ONLY, Reflected, STICKY, Table, copy_of, flags, misuse, sticky,
};

pub(super) const NATIVES: Table = &[
    ("expose", |cx| {
        let (ty, address) = (cx.rtype()?, cx.uint());
        exposed::note(cx, address, ty);
        Ok(())
    }),
    ("checkView", check_view),
    ("unpack", unpack),
    ("pack", pack),
    ("loadInt", |cx| {
        let word = cx.reflected()?.word();
        cx.ret_word(word);
        Ok(())
    }),
    ("loadUint", |cx| {
        let word = cx.reflected()?.word();
        cx.ret_word(word);
        Ok(())
    }),
    ("loadBool", |cx| {
        let word = cx.reflected()?.word();
        cx.ret_bool(word != 0);
        Ok(())
    }),
    ("loadFloat", |cx| {
        let value = cx.reflected()?;
        let word = value.word();
        cx.ret_float(match value.kind() {
            Kind::Float32 => f64::from(f32::from_bits(word as u32)),
            _ => f64::from_bits(word),
        });
        Ok(())
    }),
    ("loadComplex", |cx| {
        let value = cx.reflected()?;
        let [re, im] = value.pair();
        match value.kind() {
            Kind::Complex64 => {
                let part = |word| f64::from(f32::from_bits(word as u32));
                cx.ret_complex(part(re), part(im));
            }
            _ => cx.ret_complex(f64::from_bits(re), f64::from_bits(im)),
        }
        Ok(())
    }),
    ("loadString", |cx| {
        let pair = cx.reflected()?.pair();
        cx.ret_pair(pair);
        Ok(())
    }),
    ("loadBytes", load_bytes),
    ("loadPointer", |cx| {
        let word = cx.reflected()?.word();
        cx.ret_word(word);
        Ok(())
    }),
    ("storeBits", store_bits),
    ("storeFloat", store_float),
    ("storeComplex", store_complex),
    ("storeString", |cx| {
        let value = cx.reflected()?;
        let text = cx.str();
        store_pair(value, text.words());
        Ok(())
    }),
    ("storeBytes", |cx| {
        let value = cx.reflected()?;
        let bytes = cx.bytes();
        store_pair(value, bytes.words());
        Ok(())
    }),
    ("storeIface", |cx| {
        let value = cx.reflected()?;
        let held = cx.iface();
        store_pair(value, held.words());
        Ok(())
    }),
    ("storeValue", |cx| {
        let (to, from) = (cx.reflected()?, cx.reflected()?);
        let mut cell = Cell::default();
        // SAFETY: the first is a variable, the second of a type with the same representation.
        unsafe { mem::copy(to.ty, to.content as *mut u8, from.place(&mut cell)) };
        Ok(())
    }),
    ("storeZero", |cx| {
        let to = cx.reflected()?;
        // SAFETY: a variable of the type.
        unsafe { mem::zero(to.ty, to.content as *mut u8) };
        Ok(())
    }),
    ("newCell", |cx| {
        let ty = cx.rtype()?;
        let at = cx.alloc(ty.desc.size as usize, ty.layout);
        cx.ret_word(at as u64);
        Ok(())
    }),
    ("zeroOf", zero_of),
    ("fromBits", from_bits),
    ("fromFloat", from_float),
    ("fromComplex", from_complex),
    ("fromString", |cx| {
        let (ty, text) = (cx.rtype()?, cx.str());
        ret_pair_value(cx, ty, text.words());
        Ok(())
    }),
    ("fromBytes", |cx| {
        let (ty, bytes) = (cx.rtype()?, cx.bytes());
        ret_pair_value(cx, ty, bytes.words());
        Ok(())
    }),
    ("fromIface", |cx| {
        let (ty, held) = (cx.rtype()?, cx.iface());
        ret_pair_value(cx, ty, held.words());
        Ok(())
    }),
    ("copyOf", |cx| {
        let value = cx.reflected()?;
        let mut copy = value;
        copy.flag &= !ADDR;
        if value.flag & ADDR != 0 {
            copy.content = copy_of(cx, value.ty, value.content as *const u8) as u64;
        }
        cx.ret_reflected(copy);
        Ok(())
    }),
    ("fieldValue", field_value),
    ("pointee", pointee),
    ("held", held),
];

/// `func unpack(i any) Value`.
fn unpack(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    let Some(ty) = value.rtype() else {
        cx.ret_no_value();
        return Ok(());
    };
    cx.ret_reflected(Reflected { ty, content: value.words()[1], flag: flags(ty) });
    Ok(())
}

/// The interface that holds a value: of an interface, what is in it.
pub(super) fn to_iface<'a>(cx: &mut NativeCx<'a>, value: Reflected<'a>) -> [u64; 2] {
    if value.kind() == Kind::Interface {
        return value.pair();
    }
    let direct = value.ty.desc.is_direct();
    let data = match value.flag & (INDIR | ADDR) {
        _ if direct => value.word(),
        INDIR => value.content,
        _ => copy_of(cx, value.ty, value.content as *const u8) as u64,
    };
    let data = if direct && value.ty.desc.words == 0 { 0 } else { data };
    [iface::type_word(value.ty), data]
}

/// `func checkView(t *rtype, p unsafe.Pointer)`: panics unless a value of the type lies there.
fn check_view(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ty, address) = (cx.rtype()?, cx.uint());
    if address == 0 || view::is_valid(cx.worker, address, 1, ty) {
        return Ok(());
    }
    Err(view::refusal(ty))
}

/// `func pack(v Value) any`.
fn pack(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let words = to_iface(cx, value);
    cx.ret_pair(words);
    Ok(())
}

/// `func loadBytes(v Value) []byte`, of a slice, or of an array that is a variable.
fn load_bytes(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let pair = match value.kind() {
        Kind::Array => {
            let len = value.ty.desc.len;
            [value.content, len | len << 32]
        }
        _ => value.pair(),
    };
    cx.ret_pair(pair);
    Ok(())
}

/// How a type of one word is loaded and stored.
fn leaf(ty: &RType) -> Option<LeafKind> {
    ty.desc.leaves.first().map(|leaf| leaf.kind).filter(|kind| kind.words() == 1)
}

/// Stores a word into a variable of one word, cut to its size.
fn store_bits(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, bits) = (cx.reflected()?, cx.uint());
    let kind = leaf(value.ty).ok_or_else(|| misuse("one word"))?;
    // SAFETY: a variable of the type.
    unsafe { store_scalar(kind, value.content as *mut u8, bits) };
    Ok(())
}

fn float_bits(kind: Kind, value: f64) -> u64 {
    if kind == Kind::Float32 { u64::from((value as f32).to_bits()) } else { value.to_bits() }
}

fn store_float(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, float) = (cx.reflected()?, cx.float());
    let kind = leaf(value.ty).ok_or_else(|| misuse("one word"))?;
    // SAFETY: a variable of the type.
    unsafe { store_scalar(kind, value.content as *mut u8, float_bits(value.kind(), float)) };
    Ok(())
}

/// The register form of a complex number.
fn complex_words(kind: Kind, (re, im): (f64, f64)) -> [u64; 2] {
    match kind {
        Kind::Complex64 => [u64::from((re as f32).to_bits()), u64::from((im as f32).to_bits())],
        _ => [re.to_bits(), im.to_bits()],
    }
}

fn store_complex(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, complex) = (cx.reflected()?, cx.complex());
    let words = complex_words(value.kind(), complex);
    // SAFETY: a variable of the type, whose register form is two words.
    unsafe { mem::store_regs(value.ty, value.content as *mut u8, words.as_ptr()) };
    Ok(())
}

/// Stores a string, slice or interface into a variable of such a type.
fn store_pair(value: Reflected<'_>, words: [u64; 2]) {
    // SAFETY: a variable of a type of that representation.
    unsafe { gol_heap::store_pair(value.content as *mut u64, words) };
}

/// `func zeroOf(t *rtype) Value`.
fn zero_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let ty = cx.rtype()?;
    let content =
        if ty.desc.is_direct() { 0 } else { cx.alloc(ty.desc.size as usize, ty.layout) as u64 };
    cx.ret_reflected(Reflected { ty, content, flag: flags(ty) });
    Ok(())
}

/// `func fromBits(t *rtype, bits uint64) Value`: a type of one word, the word cut to its size.
fn from_bits(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ty, bits) = (cx.rtype()?, cx.uint());
    let kind = leaf(ty).ok_or_else(|| misuse("one word"))?;
    let mut cell = Cell::default();
    let at = (&raw mut cell.0).cast::<u8>();
    // SAFETY: the cell has room for every kind of one word.
    let content = unsafe {
        store_scalar(kind, at, bits);
        load_scalar(kind, at)
    };
    cx.ret_reflected(Reflected { ty, content, flag: flags(ty) });
    Ok(())
}

fn from_float(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ty, float) = (cx.rtype()?, cx.float());
    let content = float_bits(ty.desc.kind, float);
    cx.ret_reflected(Reflected { ty, content, flag: flags(ty) });
    Ok(())
}

fn from_complex(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ty, complex) = (cx.rtype()?, cx.complex());
    let words = complex_words(ty.desc.kind, complex);
    // SAFETY: the register form of a complex number.
    let value = unsafe { Reflected::from_regs(cx, ty, words.as_ptr()) }?;
    cx.ret_reflected(value);
    Ok(())
}

/// Returns a value of a type that is a string, slice or interface.
pub(super) fn ret_pair_value(cx: &mut NativeCx<'_>, ty: &RType, words: [u64; 2]) {
    let cell = cx.alloc(16, ty.layout);
    if !cell.is_null() {
        // SAFETY: the new object has room for the pair and is aligned to 16.
        unsafe { gol_heap::store_pair(cell.cast(), words) };
    }
    cx.ret_reflected(Reflected::boxed(ty, cell));
}

/// `func fieldValue(v Value, i int) Value`; the index was checked.
fn field_value(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, i) = (cx.reflected()?, cx.int() as usize);
    let desc = value.ty.desc.fields.get(i).ok_or_else(|| misuse("a field"))?;
    let ty = mem::field_of(value.ty, i);
    // What is reached through an embedded field that is not exported may still be set.
    let mut flag = value.flag & (STICKY | INDIR | ADDR) | ty.desc.kind as u64;
    if !desc.pkg_path.is_empty() {
        flag |= if desc.embedded { EMBED } else { STICKY };
    }
    let content = if value.is_indirect() {
        value.content + desc.offset
    } else if ty.desc.words == 0 {
        0
    } else {
        value.content
    };
    cx.ret_reflected(Reflected { ty, content, flag });
    Ok(())
}

/// `func pointee(v Value) Value`: the variable that a pointer that is not nil leads to.
fn pointee(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let ty = value.elem()?;
    let content = value.word();
    if content == 0 {
        cx.ret_no_value();
        return Ok(());
    }
    let flag = value.flag & READ_ONLY | ty.desc.kind as u64 | INDIR | ADDR;
    cx.ret_reflected(Reflected { ty, content, flag });
    Ok(())
}

/// `func held(v Value) Value`: what is in an interface.
fn held(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let [ty, content] = value.pair();
    // SAFETY: a type word is 0 or the address of a type.
    let Some(ty) = (unsafe { (ty as *const RType).as_ref() }) else {
        cx.ret_no_value();
        return Ok(());
    };
    let flag = flags(ty) | sticky(value.flag);
    cx.ret_reflected(Reflected { ty, content, flag });
    Ok(())
}
