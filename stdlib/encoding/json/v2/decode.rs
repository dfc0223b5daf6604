//! Texts to values of plain types. The text was found to be valid before: names of objects differ and
//! have no escapes. What does not fit a type is left to the gol code, which has the words for it.

use gol_vm::native::NativeCx;
use gol_vm::place::Place;
use gol_vm::value::{GoStr, Kind, RType, Value};

use super::encode::is_bytes;
use super::shape::Shapes;
use super::{Done, MAX_DEPTH, Stop};
use crate::encoding_json::fit::store_number;
use crate::encoding_json::text::{from_base64, is_number, unquote};

/// The types of what goes into empty interfaces.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    string: &'a RType,
    float: &'a RType,
    bool: &'a RType,
    list: &'a RType,
    object: &'a RType,
}

impl<'a> Known<'a> {
    /// In the order in which `plain.gol` has them.
    pub(super) fn new(types: &[&'a RType]) -> Option<Known<'a>> {
        let [string, float, bool, list, object] = types else { return None };
        Some(Known { string, float, bool, list, object })
    }
}

pub(super) struct Decoder<'c, 'a> {
    pub(super) cx: &'c mut NativeCx<'a>,
    pub(super) shapes: Shapes,
    pub(super) known: Known<'a>,
    pub(super) data: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Decoder<'_, 'a> {
    /// The next character that is no white space.
    fn peek(&mut self) -> u8 {
        while let Some(&byte) = self.data.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return byte;
            }
            self.at += 1;
        }
        0
    }

    /// Passes a comma, or the end of a list or object; whether it was the comma.
    fn goes_on(&mut self) -> bool {
        let goes_on = self.peek() == b',';
        self.at += 1;
        goes_on
    }

    /// Passes the beginning of a list or object; whether it has parts.
    fn open(&mut self, end: u8) -> bool {
        self.at += 1;
        let is_empty = self.peek() == end;
        self.at += usize::from(is_empty);
        !is_empty
    }

    /// A string without its quotes, as it stands in the text.
    fn raw_string(&mut self) -> &'a [u8] {
        let start = self.at + 1;
        let mut at = start;
        while let Some(len) = memchr::memchr2(b'"', b'\\', self.data.get(at..).unwrap_or(&[])) {
            at += len;
            if self.data[at] == b'"' {
                break;
            }
            at += 2;
        }
        self.at = at + 1;
        self.data.get(start..at).unwrap_or(&[])
    }

    fn string(&mut self) -> GoStr<'a> {
        let raw = self.raw_string();
        if raw.contains(&b'\\') { self.cx.new_str(&unquote(raw)) } else { self.cx.new_str(raw) }
    }

    /// A member's name, the colon behind it passed.
    fn name(&mut self) -> &'a [u8] {
        self.peek();
        let name = self.raw_string();
        self.peek();
        self.at += 1;
        name
    }

    fn number(&mut self) -> &'a [u8] {
        let rest = self.data.get(self.at..).unwrap_or(&[]);
        let belongs = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
        let len = rest.iter().position(|b| !belongs(b)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    fn skip(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'"' => {
                    self.raw_string();
                }
                b'{' | b'[' => {
                    self.at += 1;
                    depth += 1;
                }
                b'}' | b']' => {
                    self.at += 1;
                    depth = depth.saturating_sub(1);
                }
                b',' | b':' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    let rest = self.data.get(self.at..).unwrap_or(&[]);
                    let is_end = |b: &u8| !b.is_ascii_alphanumeric() && !matches!(b, b'-' | b'+' | b'.');
                    self.at += rest.iter().position(is_end).unwrap_or(rest.len());
                }
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn new_place(&mut self, ty: &'a RType) -> Result<Place<'a>, Stop<'a>> {
        Place::new(self.cx, ty).ok_or(Stop::Leave)
    }

    /// Decodes the next value into a variable that is zero.
    pub(super) fn value(&mut self, place: Place<'a>, depth: usize) -> Done<'a> {
        if depth > MAX_DEPTH {
            return Err(Stop::Leave);
        }
        let first = self.peek();
        if first == b'n' {
            self.at += 4;
            return Ok(());
        }
        match (place.kind(), first) {
            (Kind::Bool, b't' | b'f') => self.bool(place),
            (Kind::String, b'"') => {
                let text = self.string();
                place.set_string(text);
            }
            (kind, b'-' | b'0'..=b'9') if (Kind::Int..=Kind::Float64).contains(&kind) => {
                if !store_number(place, self.number()) {
                    return Err(Stop::Leave);
                }
            }
            (Kind::Pointer, _) => {
                let pointee = place.set_new(self.cx).ok_or(Stop::Leave)?;
                return self.value(pointee, depth + 1);
            }
            (Kind::Interface, _) => {
                let value = self.any(first, depth)?;
                if !place.set_held(value) {
                    return Err(Stop::Leave);
                }
            }
            (Kind::Slice, b'"') if place.elem_type().is_some_and(is_bytes) => {
                let raw = self.raw_string();
                // Escapes, line ends among them, are rare in base64.
                let bytes = from_base64(raw).map_err(|_| Stop::Leave)?;
                place.set_bytes(self.cx, &bytes);
            }
            (Kind::Slice | Kind::Array, b'[') if !place.elem_type().is_some_and(is_bytes) => {
                return self.list(place, depth);
            }
            (Kind::Map, b'{') => return self.map(place, depth),
            (Kind::Struct, b'{') => return self.object(place, depth),
            _ => return Err(Stop::Leave),
        }
        Ok(())
    }

    fn bool(&mut self, place: Place<'a>) {
        let is_true = self.data[self.at] == b't';
        place.set_bits(u64::from(is_true));
        self.at += if is_true { 4 } else { 5 };
    }

    fn list(&mut self, place: Place<'a>, depth: usize) -> Done<'a> {
        let is_slice = place.kind() == Kind::Slice;
        if is_slice {
            place.set_len(self.cx, 0)?;
        }
        let mut n = 0;
        let mut more = self.open(b']');
        while more {
            if is_slice {
                place.set_len(self.cx, n + 1)?;
            }
            // There is none where an array is too short.
            let element = place.index(n).ok_or(Stop::Leave)?;
            self.value(element, depth + 1)?;
            n += 1;
            more = self.goes_on();
        }
        if n == place.len() { Ok(()) } else { Err(Stop::Leave) }
    }

    fn map(&mut self, place: Place<'a>, depth: usize) -> Done<'a> {
        place.set_new_map(self.cx)?;
        let (key_type, elem_type) = place.key_type().zip(place.elem_type()).ok_or(Stop::Leave)?;
        let mut more = self.open(b'}');
        while more {
            let name = self.name();
            let key = self.new_place(key_type)?;
            if key.kind() == Kind::String {
                let text = self.cx.new_str(name);
                key.set_string(text);
            } else if name == b"-0" || !is_number(name) || !store_number(key, name) {
                return Err(Stop::Leave);
            }
            let element = self.new_place(elem_type)?;
            self.value(element, depth + 1)?;
            place.set_entry(self.cx, key, element)?;
            more = self.goes_on();
        }
        Ok(())
    }

    fn object(&mut self, place: Place<'a>, depth: usize) -> Done<'a> {
        let shape = self.shapes.get(place.rtype()).ok_or(Stop::Leave)?;
        let mut guess = 0;
        let mut more = self.open(b'}');
        while more {
            let name = self.name();
            match shape.find(name, guess) {
                Some(number) => {
                    let part = self.part(place, &shape.fields[number].path)?;
                    self.value(part, depth + 1)?;
                    guess = number + 1;
                }
                None => self.skip(),
            }
            more = self.goes_on();
        }
        Ok(())
    }

    /// The member at the end of a way through embedded structs, which are made where there are none.
    fn part(&mut self, place: Place<'a>, path: &[usize]) -> Result<Place<'a>, Stop<'a>> {
        let mut at = place;
        for &i in path {
            if at.kind() == Kind::Pointer {
                at = match at.pointee() {
                    Some(pointee) => pointee,
                    None => at.set_new(self.cx).ok_or(Stop::Leave)?,
                };
            }
            let desc = at.rtype().desc.fields.get(i).ok_or(Stop::Leave)?;
            let part = at.field(i).ok_or(Stop::Leave)?;
            // One of a type that is not exported cannot be made.
            if part.kind() == Kind::Pointer && !desc.pkg_path.is_empty() {
                return Err(Stop::Leave);
            }
            at = part;
        }
        Ok(at)
    }

    /// The next value as an empty interface holds it.
    fn any(&mut self, first: u8, depth: usize) -> Result<Value<'a>, Stop<'a>> {
        if depth > MAX_DEPTH {
            return Err(Stop::Leave);
        }
        let place = match first {
            b'n' => {
                self.at += 4;
                return Ok(Value::NIL);
            }
            b'"' => {
                let place = self.new_place(self.known.string)?;
                let text = self.string();
                place.set_string(text);
                place
            }
            b't' | b'f' => {
                let place = self.new_place(self.known.bool)?;
                self.bool(place);
                place
            }
            b'[' => {
                let mut values = Vec::new();
                let mut more = self.open(b']');
                while more {
                    let first = self.peek();
                    values.push(self.any(first, depth + 1)?);
                    more = self.goes_on();
                }
                let place = self.new_place(self.known.list)?;
                place.set_ifaces(self.cx, &values)?;
                place
            }
            b'{' => {
                let place = self.new_place(self.known.object)?;
                self.map(place, depth)?;
                place
            }
            _ => {
                let place = self.new_place(self.known.float)?;
                if !store_number(place, self.number()) {
                    return Err(Stop::Leave);
                }
                place
            }
        };
        Ok(place.into_value())
    }
}
