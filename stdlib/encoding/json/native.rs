//! Natives of encoding/json: checking text, and values to text and back, as far as no method of the
//! program is to be called (see `encode` and `decode`).

mod decode;
mod encode;
pub(crate) mod fit;
mod plan;
mod scan;
pub(crate) mod text;

use gol_vm::Fault;
use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::place::Place;
use gol_vm::value::Value;

use decode::{Decoder, Options};
use encode::Encoder;
use plan::Known;
use scan::Flaw;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("check", check),
    ("scanValue", scan_value),
    ("compact", |cx| {
        let (data, html) = (cx.bytes(), cx.bool());
        let mut out = Vec::with_capacity(data.len());
        scan::compact(&mut out, data.as_bytes(), html);
        cx.ret_bytes(out);
        Ok(())
    }),
    ("indent", |cx| {
        let (data, prefix, unit) = (cx.bytes(), cx.str(), cx.str());
        let mut out = Vec::with_capacity(data.len() * 2);
        scan::indent(&mut out, data.as_bytes(), prefix.as_bytes(), unit.as_bytes());
        cx.ret_bytes(out);
        Ok(())
    }),
    ("htmlEscape", |cx| {
        let data = cx.bytes();
        let mut out = Vec::with_capacity(data.len());
        scan::html_escape(&mut out, data.as_bytes());
        cx.ret_bytes(out);
        Ok(())
    }),
    ("quote", |cx| {
        let (text, html) = (cx.str(), cx.bool());
        let mut out = Vec::with_capacity(text.len() + 2);
        text::quote(&mut out, text.as_bytes(), html);
        cx.ret_bytes(out);
        Ok(())
    }),
    ("unquote", |cx| {
        let raw = cx.bytes();
        let inner = raw.part(1, raw.len().saturating_sub(1));
        cx.ret_bytes(text::unquote(inner.as_bytes()));
        Ok(())
    }),
    ("isNumber", |cx| {
        let text = cx.str();
        cx.ret_bool(text::is_number(text.as_bytes()));
        Ok(())
    }),
    ("encode", encode),
    ("decode", decode),
];

/// `func check(data []byte) (status int, offset int, message string)`: status 0 for one value, 1
/// if the text ends too early, 2 for an error.
fn check(cx: &mut NativeCx<'_>) -> NativeResult {
    let data = cx.bytes();
    let result = scan::whole(data.as_bytes()).map(|()| 0);
    ret_scanned(cx, result);
    Ok(())
}

/// `func scanValue(data []byte, start int) (status, end int, message string)`: the same for the
/// first value from `start` on; of status 0 with its end.
fn scan_value(cx: &mut NativeCx<'_>) -> NativeResult {
    let (data, start) = (cx.bytes(), cx.int() as usize);
    let data = data.as_bytes();
    let result = scan::value(data, start.min(data.len()));
    ret_scanned(cx, result);
    Ok(())
}

fn ret_scanned(cx: &mut NativeCx<'_>, result: Result<usize, Flaw>) {
    let (status, offset, message) = match result {
        Ok(end) => (0, end, String::new()),
        Err(Flaw::Incomplete(at)) => (1, at, "unexpected end of JSON input".to_owned()),
        Err(Flaw::Syntax(at, message)) => (2, at, message),
    };
    cx.ret_int(status);
    cx.ret_int(offset as i64);
    cx.ret_str(message);
}

fn known<'a>(cx: &mut NativeCx<'a>) -> Result<Known<'a>, Fault> {
    Known::new(cx.slice().values())
}

/// `func encode(known []any, v any, pointer, html bool) (text []byte, at, kinds []int,
/// values []any)`: with `pointer`, what v points to.
fn encode(cx: &mut NativeCx<'_>) -> NativeResult {
    let known = known(cx)?;
    let (value, pointer, html) = (cx.iface(), cx.bool(), cx.bool());
    let mut encoder = Encoder::new(cx, known, html);
    match Place::target(value).filter(|_| pointer) {
        Some(place) => encoder.value(place, true, false, 0)?,
        None => encoder.held(value, 0)?,
    }
    let (out, holes) = (encoder.out, encoder.holes);
    cx.ret_bytes(out);
    cx.ret_ints(&holes.iter().map(|hole| hole.at as i64).collect::<Vec<_>>());
    cx.ret_ints(&holes.iter().map(|hole| hole.kind as i64).collect::<Vec<_>>());
    cx.ret_ifaces(&holes.iter().map(|hole| hole.value).collect::<Vec<_>>());
    Ok(())
}

/// `func decode(known []any, data []byte, target any, useNumber, knownOnly bool) (kinds, starts,
/// ends []int, values []any, misfit, where int, text, cause string, typ any, offset int,
/// path string)`: the text was checked, the target is a pointer that is not nil.
fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    let known = known(cx)?;
    let (data, target) = (cx.bytes(), cx.iface());
    let options = Options { use_number: cx.bool(), known_fields_only: cx.bool() };
    let place = Place::target(target).ok_or_else(Fault::nil_dereference)?;
    let mut decoder = Decoder::new(cx, known, data.as_bytes(), options);
    decoder.value(place, 0)?;
    let (actions, misfit) = (decoder.actions, decoder.misfit);
    cx.ret_ints(&actions.iter().map(|a| a.kind as i64).collect::<Vec<_>>());
    cx.ret_ints(&actions.iter().map(|a| a.start as i64).collect::<Vec<_>>());
    cx.ret_ints(&actions.iter().map(|a| a.end as i64).collect::<Vec<_>>());
    cx.ret_ifaces(&actions.iter().map(|a| a.value).collect::<Vec<_>>());
    match misfit {
        Some(m) => {
            cx.ret_int(m.kind as i64);
            cx.ret_int(m.at as i64);
            cx.ret_str(&m.text);
            cx.ret_str(&m.cause);
            cx.ret_iface(m.ty);
            cx.ret_int(m.offset as i64);
            cx.ret_str(&m.path);
        }
        None => {
            cx.ret_int(0);
            cx.ret_int(0);
            cx.ret_str("");
            cx.ret_str("");
            cx.ret_iface(Value::NIL);
            cx.ret_int(0);
            cx.ret_str("");
        }
    }
    Ok(())
}
