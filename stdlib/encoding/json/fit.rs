//! Which values fit which variables, and what errors call them.

use gol_vm::place::Place;
use gol_vm::value::{Kind, RType, Value};

/// What errors call a value that starts with a character.
pub(super) fn kind_name(first: u8) -> &'static str {
    match first {
        b'"' => "string",
        b'{' => "object",
        b'[' => "array",
        b't' | b'f' => "bool",
        _ => "number",
    }
}

/// Stores a number into a variable of a numeric type; whether it fits.
pub(crate) fn store_number(place: Place<'_>, text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let bits = place.rtype().desc.size as u32 * 8;
    match place.kind() {
        Kind::Float32 => match text.parse::<f32>() {
            Ok(value) if value.is_finite() => place.set_bits(u64::from(value.to_bits())),
            _ => return false,
        },
        Kind::Float64 => match text.parse::<f64>() {
            Ok(value) if value.is_finite() => place.set_float(value),
            _ => return false,
        },
        kind if kind >= Kind::Int && kind <= Kind::Int64 => match text.parse::<i64>() {
            Ok(value) if value << (64 - bits) >> (64 - bits) == value && !text.starts_with('+') => {
                place.set_bits(value as u64);
            }
            _ => return false,
        },
        kind if kind >= Kind::Uint && kind <= Kind::Uintptr => match text.parse::<u64>() {
            Ok(value) if value << (64 - bits) >> (64 - bits) == value && !text.starts_with('+') => {
                place.set_bits(value);
            }
            _ => return false,
        },
        _ => return false,
    }
    true
}

/// What pointers of a type lead to at last.
pub(super) fn pointed(ty: &RType) -> &RType {
    let mut ty = ty;
    while ty.desc.kind == Kind::Pointer
        && let Some(elem) = Value::elem_type_of(ty)
    {
        ty = elem;
    }
    ty
}
