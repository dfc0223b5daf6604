//! Natives of encoding/json/v2: values of **plain** types to text and back, where nothing is wrong and
//! no option was given.
//!
//! A type is plain if no part of it has a method that the package would call or a tag that it reads
//! otherwise than as a name, `omitzero` or `omitempty`: the gol code finds that out and registers what
//! it knows of such types (`shape`). Whatever these natives do not do, errors first of all, they leave
//! to the gol code, which then does all of the work from the start; so they have no effects then.

mod decode;
mod encode;
mod shape;

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::place::Place;
use gol_vm::value::{RType, Value};

use crate::encoding_json_jsontext::is_valid;
use decode::{Decoder, Known};
use encode::Encoder;
use shape::{Shapes, register};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("registerShape", register),
    ("encodePlain", encode_plain),
    ("decodePlain", decode_plain),
];

/// Why a native gives up.
enum Stop<'a> {
    /// The gol code has to do it.
    Leave,
    /// An interface holds a value of a type that is not registered.
    Unknown(Value<'a>),
    Fault(gol_vm::Fault),
}

impl From<gol_vm::Fault> for Stop<'_> {
    fn from(fault: gol_vm::Fault) -> Self {
        Stop::Fault(fault)
    }
}

type Done<'a> = Result<(), Stop<'a>>;

/// Values are not nested deeper than this; beyond, and where they contain themselves, gol code looks.
const MAX_DEPTH: usize = 500;

/// `func encodePlain(v any) (text []byte, done bool, unknown any)`
fn encode_plain(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    let (shapes, out) = (Shapes::of(cx), cx.take_buffer());
    let mut encoder = Encoder { cx, shapes, out };
    let done = encoder.held(value, 0);
    let out = encoder.out;
    match &done {
        Ok(()) => cx.ret_bytes(&out),
        Err(_) => cx.ret_nil_slice(),
    }
    cx.ret_bool(done.is_ok());
    cx.give_buffer(out);
    cx.ret_iface(match done {
        Err(Stop::Unknown(value)) => value,
        Err(Stop::Fault(fault)) => return Err(fault),
        _ => Value::NIL,
    });
    Ok(())
}

/// `func decodePlain(known []any, data []byte, target any) bool`: what the target leads to is zero, and
/// is so afterwards if the answer is no.
fn decode_plain(cx: &mut NativeCx<'_>) -> NativeResult {
    let known: Vec<&RType> = cx.slice().values().filter_map(Value::elem_type).collect();
    let (data, target) = (cx.bytes().as_bytes(), Place::target(cx.iface()));
    let target = target.filter(|place| place.is_zero() && is_valid(data));
    let (Some(place), Some(known)) = (target, Known::new(&known)) else {
        cx.ret_bool(false);
        return Ok(());
    };
    let shapes = Shapes::of(cx);
    let done = Decoder { cx, shapes, known, data, at: 0 }.value(place, 0);
    if done.is_err() {
        place.set_zero();
    }
    cx.ret_bool(done.is_ok());
    match done {
        Err(Stop::Fault(fault)) => Err(fault),
        _ => Ok(()),
    }
}
