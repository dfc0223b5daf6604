//! Natives of internal/rt: what a value is, and what it is made of.

use gol_vm::Fault;
use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::value::{FieldDesc, Kind, RType, Value};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("KindOf", kind_of),
    ("TypeString", type_string),
    ("ElemTypeString", elem_type_string),
    ("KeyTypeString", key_type_string),
    ("ElemKind", elem_kind),
    ("TypeName", type_name),
    ("BoolOf", bool_of),
    ("IntOf", int_of),
    ("UintOf", uint_of),
    ("FloatOf", float_of),
    ("ComplexOf", complex_of),
    ("StringOf", string_of),
    ("BytesOf", bytes_of),
    ("PointerOf", pointer_of),
    ("IsNil", is_nil),
    ("Len", len),
    ("Index", index),
    ("NumField", num_field),
    ("FieldName", |cx| ret_field(cx, |cx, f| cx.ret_str(&f.name))),
    ("FieldKind", field_kind),
    ("Field", field),
    ("Elem", elem),
    ("MapEntries", map_entries),
    ("Comparable", comparable),
    ("AsTarget", as_target),
    ("Zero", zero),
    ("Fresh", fresh),
    ("AssignTo", assign_to),
    ("SameType", same_type),
    ("SetInt", set_int),
    ("SetUint", set_uint),
    ("SetFloat", set_float),
    ("SetComplex", set_complex),
    ("SetString", set_string),
    ("SetBool", set_bool),
    ("SetBytes", set_bytes),
    ("BitSize", bit_size),
    ("SortOrdered", sort_ordered),
    ("Swap", swap),
    ("Permute", permute),
];

fn misuse(what: &str) -> Fault {
    Fault::Internal(format!("internal/rt: {what} of a value that has none"))
}

fn kind_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let kind = cx.iface().kind();
    cx.ret_int(kind as i64);
    Ok(())
}

fn type_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.iface().type_string();
    cx.ret_str(text);
    Ok(())
}

fn elem_type_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_str(value.elem_type().map_or("", |t| &t.desc.string));
    Ok(())
}

fn key_type_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_str(value.key_type().map_or("", |t| &t.desc.string));
    Ok(())
}

fn elem_kind(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_int(value.elem_type().map_or(Kind::Invalid, |t| t.desc.kind) as i64);
    Ok(())
}

fn type_name(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_str(value.rtype().map_or("", |t| &t.desc.name));
    Ok(())
}

fn bool_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_bool(value.bool());
    Ok(())
}

fn int_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_int(value.int());
    Ok(())
}

fn uint_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_uint(value.uint());
    Ok(())
}

fn float_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_float(value.float());
    Ok(())
}

fn complex_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let (re, im) = cx.iface().complex();
    cx.ret_complex(re, im);
    Ok(())
}

fn string_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.iface().string();
    cx.ret_gostr(text);
    Ok(())
}

fn bytes_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    match value.only_byte() {
        Some(byte) => cx.ret_bytes([byte]),
        None => {
            let bytes = value.bytes();
            cx.ret_gobytes(bytes);
        }
    }
    Ok(())
}

fn pointer_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let address = cx.iface().address();
    cx.ret_uint(address);
    Ok(())
}

fn is_nil(cx: &mut NativeCx<'_>) -> NativeResult {
    let nil = cx.iface().is_nil();
    cx.ret_bool(nil);
    Ok(())
}

fn len(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    let n = if value.kind() == Kind::Map { value.map_len() } else { value.len() };
    cx.ret_int(n as i64);
    Ok(())
}

fn index(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    let i = cx.int() as usize;
    let element = value.index(cx, i).ok_or_else(|| misuse("an element"))?;
    cx.ret_iface(element);
    Ok(())
}

fn num_field(cx: &mut NativeCx<'_>) -> NativeResult {
    let n = cx.iface().fields().len();
    cx.ret_int(n as i64);
    Ok(())
}

/// Returns something of the description of a field.
fn ret_field<'a>(
    cx: &mut NativeCx<'a>,
    ret: impl FnOnce(&mut NativeCx<'a>, &'a FieldDesc),
) -> NativeResult {
    let value = cx.iface();
    let i = cx.int() as usize;
    let described = value.fields().get(i).ok_or_else(|| misuse("a field"))?;
    ret(cx, described);
    Ok(())
}

fn field_type<'a>(cx: &mut NativeCx<'a>) -> Result<&'a RType, Fault> {
    let value = cx.iface();
    let i = cx.int() as usize;
    value.field_type(i).ok_or_else(|| misuse("a field's type"))
}

fn field_kind(cx: &mut NativeCx<'_>) -> NativeResult {
    let ty = field_type(cx)?;
    cx.ret_int(ty.desc.kind as i64);
    Ok(())
}

fn field(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    let i = cx.int() as usize;
    let part = value.field(cx, i).ok_or_else(|| misuse("a field"))?;
    cx.ret_iface(part);
    Ok(())
}

fn elem(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    let pointed = value.elem(cx).unwrap_or(Value::NIL);
    cx.ret_iface(pointed);
    Ok(())
}

fn map_entries(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    let (keys, elems): (Vec<_>, Vec<_>) = value.map_entries(cx)?.into_iter().unzip();
    cx.ret_ifaces(&keys);
    cx.ret_ifaces(&elems);
    Ok(())
}

fn comparable(cx: &mut NativeCx<'_>) -> NativeResult {
    let is = cx.iface().is_comparable();
    cx.ret_bool(is);
    Ok(())
}

fn as_target(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    let pointer = target.kind() == Kind::Pointer && !target.is_nil();
    let to_interface = target.elem_type().is_some_and(|t| t.desc.kind == Kind::Interface);
    cx.ret_int(match (pointer, to_interface) {
        (false, _) => 1,
        (true, true) => 0,
        (true, false) => 2,
    });
    Ok(())
}

fn zero(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    let value = target.target_zero(cx);
    cx.ret_iface(value);
    Ok(())
}

fn fresh(cx: &mut NativeCx<'_>) -> NativeResult {
    let like = cx.iface();
    let value = like.fresh(cx);
    cx.ret_iface(value);
    Ok(())
}

fn assign_to(cx: &mut NativeCx<'_>) -> NativeResult {
    let (value, target) = (cx.iface(), cx.iface());
    cx.ret_bool(target.assign(value));
    Ok(())
}

fn same_type(cx: &mut NativeCx<'_>) -> NativeResult {
    let (a, b) = (cx.iface(), cx.iface());
    cx.ret_bool(a.same_type(b));
    Ok(())
}

fn stored(done: bool) -> NativeResult {
    if done { Ok(()) } else { Err(misuse("a place for this")) }
}

fn set_int(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    stored(target.set_int(cx.int()))
}

fn set_uint(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    stored(target.set_uint(cx.uint()))
}

fn set_float(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    stored(target.set_float(cx.float()))
}

fn set_complex(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    let (re, im) = cx.complex();
    stored(target.set_complex(re, im))
}

fn set_string(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    stored(target.set_string(cx.str()))
}

fn set_bool(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    stored(target.set_bool(cx.bool()))
}

fn set_bytes(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = cx.iface();
    stored(target.set_bytes(cx.bytes()))
}

fn bit_size(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_int(value.rtype().map_or(0, |t| t.desc.go_size as i64 * 8));
    Ok(())
}

fn sort_ordered(cx: &mut NativeCx<'_>) -> NativeResult {
    stored(cx.iface().sort_ordered())
}

/// Goes along each cycle of the permutation once.
fn permute(cx: &mut NativeCx<'_>) -> NativeResult {
    let slice = cx.iface();
    let mut order = cx.slice();
    let order = order.words32_mut();
    for start in 0..order.len() {
        let mut at = start;
        while let Some(place) = order.get_mut(at) {
            let from = std::mem::replace(place, at as u32) as usize;
            if from == start || from == at {
                break;
            }
            slice.swap(at as i64, from as i64)?;
            at = from;
        }
    }
    Ok(())
}

fn swap(cx: &mut NativeCx<'_>) -> NativeResult {
    let slice = cx.iface();
    let (i, j) = (cx.int(), cx.int());
    slice.swap(i, j)
}
