//! Values of plain types to text.

use gol_vm::native::NativeCx;
use gol_vm::place::Place;
use gol_vm::value::{Kind, RType, Value};

use super::shape::{Shape, Shapes};
use super::{Done, MAX_DEPTH, Stop};
use crate::encoding_json::text::{base64, escape, number};

pub(super) struct Encoder<'c, 'a> {
    pub(super) cx: &'c mut NativeCx<'a>,
    pub(super) shapes: Shapes,
    pub(super) out: Vec<u8>,
}

/// Appends a text as a string of JSON; false if it is no UTF-8.
pub(super) fn quote(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let special = |b: &u8| *b < 0x20 || matches!(b, b'"' | b'\\');
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.iter().position(special) {
        out.extend_from_slice(&rest[..at]);
        escape(out, rest[at]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
    text.is_ascii() || std::str::from_utf8(text).is_ok()
}

/// Whether lists of a type are base64: of bytes, not of a type of the program's own that is one.
pub(super) fn is_bytes(elem: &RType) -> bool {
    elem.desc.kind == Kind::Uint8 && elem.desc.pkg_path.is_empty()
}

/// What a member with `omitempty` is left out for.
const EMPTY: [&[u8]; 4] = [b"null", b"\"\"", b"{}", b"[]"];

impl<'a> Encoder<'_, 'a> {
    fn text(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    /// Encodes what an interface holds.
    pub(super) fn held(&mut self, value: Value<'a>, depth: usize) -> Done<'a> {
        let Some(ty) = value.rtype() else {
            self.text(b"null");
            return Ok(());
        };
        let is_predeclared = ty.desc.pkg_path.is_empty();
        match value.kind() {
            Kind::Bool if is_predeclared => self.bool(value.bool()),
            Kind::Int | Kind::Int64 if is_predeclared => self.int(value.int()),
            Kind::Float64 if is_predeclared => return self.float(value.float(), false),
            Kind::String if is_predeclared => return self.string(value.string().as_bytes()),
            _ if self.shapes.get(ty).is_none() => return Err(Stop::Unknown(value)),
            _ => {
                let place = Place::of(self.cx, value).ok_or(Stop::Leave)?;
                return self.value(place, depth);
            }
        }
        Ok(())
    }

    fn bool(&mut self, value: bool) {
        self.text(if value { b"true" } else { b"false" });
    }

    fn int(&mut self, value: i64) {
        let mut digits = [0; 20];
        self.text(crate::strconv::decimal(value, &mut digits));
    }

    fn float(&mut self, value: f64, single: bool) -> Done<'a> {
        if !value.is_finite() {
            return Err(Stop::Leave);
        }
        number(&mut self.out, value, single);
        Ok(())
    }

    fn string(&mut self, text: &[u8]) -> Done<'a> {
        if quote(&mut self.out, text) { Ok(()) } else { Err(Stop::Leave) }
    }

    fn base64(&mut self, bytes: &[u8]) {
        self.out.push(b'"');
        base64(&mut self.out, bytes);
        self.out.push(b'"');
    }

    fn value(&mut self, place: Place<'a>, depth: usize) -> Done<'a> {
        if depth > MAX_DEPTH {
            return Err(Stop::Leave);
        }
        match place.kind() {
            Kind::Bool => self.bool(place.bits() != 0),
            kind if (Kind::Int..=Kind::Int64).contains(&kind) => self.int(place.bits() as i64),
            kind if (Kind::Uint..=Kind::Uintptr).contains(&kind) => {
                let text = place.bits().to_string();
                self.text(text.as_bytes());
            }
            Kind::Float32 => return self.float(place.float(), true),
            Kind::Float64 => return self.float(place.float(), false),
            Kind::String => return self.string(place.string().as_bytes()),
            Kind::Interface => return self.held(place.held(), depth),
            Kind::Pointer => match place.pointee() {
                Some(pointee) => return self.value(pointee, depth + 1),
                None => self.text(b"null"),
            },
            Kind::Slice | Kind::Array if place.elem_type().is_some_and(is_bytes) => {
                self.base64(place.bytes().as_bytes());
            }
            Kind::Slice | Kind::Array => return self.list(place, depth),
            Kind::Map => return self.map(place, depth),
            Kind::Struct => {
                let shape = self.shapes.get(place.rtype()).ok_or(Stop::Leave)?;
                return self.object(place, &shape, depth);
            }
            _ => return Err(Stop::Leave),
        }
        Ok(())
    }

    fn list(&mut self, place: Place<'a>, depth: usize) -> Done<'a> {
        self.out.push(b'[');
        for i in 0..place.len() {
            if i > 0 {
                self.out.push(b',');
            }
            let element = place.index(i).ok_or(Stop::Leave)?;
            self.value(element, depth + 1)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn map(&mut self, place: Place<'a>, depth: usize) -> Done<'a> {
        self.out.push(b'{');
        for (i, (key, element)) in place.entries(self.cx)?.into_iter().enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            if key.kind() == Kind::String {
                self.string(key.string().as_bytes())?;
            } else {
                self.out.push(b'"');
                self.value(key, depth + 1)?;
                self.out.push(b'"');
            }
            self.out.push(b':');
            self.value(element, depth + 1)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn object(&mut self, place: Place<'a>, shape: &Shape, depth: usize) -> Done<'a> {
        self.out.push(b'{');
        let begin = self.out.len();
        for field in &shape.fields {
            let Some(part) = follow(place, &field.path) else { continue };
            if field.omit_zero && part.is_zero() {
                continue;
            }
            let before = self.out.len();
            if before > begin {
                self.out.push(b',');
            }
            self.text(&field.key);
            let start = self.out.len();
            self.value(part, depth + 1)?;
            if field.omit_empty && EMPTY.contains(&&self.out[start..]) {
                self.out.truncate(before);
            }
        }
        self.out.push(b'}');
        Ok(())
    }
}

/// The member at the end of a way through embedded structs; `None` behind a nil pointer.
fn follow<'a>(place: Place<'a>, path: &[usize]) -> Option<Place<'a>> {
    let mut at = place;
    for &i in path {
        if at.kind() == Kind::Pointer {
            at = at.pointee()?;
        }
        at = at.field(i)?;
    }
    Some(at)
}
