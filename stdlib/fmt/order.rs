//! The order in which the keys of a map are printed: numbers and strings in their order, false
//! before true, NaN first, structs and arrays part by part.

use std::cmp::Ordering;

use gol_vm::native::NativeCx;
use gol_vm::place::Place;
use gol_vm::value::{Kind, Value};

/// Compares two keys of one type.
pub(super) fn compare<'a>(cx: &mut NativeCx<'a>, a: Place<'a>, b: Place<'a>) -> Ordering {
    match a.kind() {
        Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => {
            (a.bits() as i64).cmp(&(b.bits() as i64))
        }
        Kind::String => a.string().as_bytes().cmp(b.string().as_bytes()),
        Kind::Float32 | Kind::Float64 => floats(a.float(), b.float()),
        Kind::Complex64 | Kind::Complex128 => {
            let (x, y) = (a.complex(), b.complex());
            floats(x.0, y.0).then_with(|| floats(x.1, y.1))
        }
        Kind::Interface => held(cx, a.held(), b.held()),
        Kind::Struct => {
            let fields = 0..a.rtype().fields.len();
            parts(cx, fields.map_while(|i| a.field(i).zip(b.field(i))))
        }
        Kind::Array => parts(cx, (0..a.len()).map_while(|i| a.index(i).zip(b.index(i)))),
        // Booleans, unsigned numbers and addresses.
        _ => a.bits().cmp(&b.bits()),
    }
}

fn floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

fn parts<'a>(
    cx: &mut NativeCx<'a>,
    mut pairs: impl Iterator<Item = (Place<'a>, Place<'a>)>,
) -> Ordering {
    pairs.find_map(|(a, b)| Some(compare(cx, a, b)).filter(|o| o.is_ne())).unwrap_or(Ordering::Equal)
}

/// Nil first, then by type.
fn held<'a>(cx: &mut NativeCx<'a>, a: Value<'a>, b: Value<'a>) -> Ordering {
    if a.is_nil_iface() || b.is_nil_iface() {
        return b.is_nil_iface().cmp(&a.is_nil_iface());
    }
    if !a.same_type(b) {
        let by_kind = a.kind().cmp(&b.kind());
        return by_kind.then_with(|| a.type_string().cmp(b.type_string()));
    }
    match (Place::of(cx, a), Place::of(cx, b)) {
        (Some(a), Some(b)) => compare(cx, a, b),
        _ => Ordering::Equal,
    }
}
