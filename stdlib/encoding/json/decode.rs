//! JSON to values, as far as no method of the program has a say in it. The text was checked before.
//!
//! Where a type decodes itself, an **action** is left for the package's gol code, with the variable
//! and the part of the text; so it is with values nested beyond [`MAX_DEPTH`]. Actions are carried
//! out in order, when the rest is in place. A map's element with actions inside is entered by an
//! action behind these.
//!
//! What does not fit its variable is noted, the first one only, and left out.

use std::sync::Arc;

use gol_vm::Fault;
use gol_vm::native::NativeCx;
use gol_vm::place::{Place, nil_of, pointer_type};
use gol_vm::value::{Kind, RType, Value};

use super::plan::{Field, Known, Plans, plan_of};
use super::scan::{self, skip_space};
use super::text::{from_base64, is_number, unquote};

/// How deep one run goes.
const MAX_DEPTH: usize = 500;

/// What the gol code is to do. The numbers are known to `decode.gol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ActionKind {
    /// `UnmarshalJSON` of a variable.
    Json = 1,
    /// `UnmarshalText` of a variable with a string of the text.
    Text = 2,
    /// Decode what is too deep inside.
    Deep = 3,
    /// A map; key and element, as pointers, are the values of the two actions behind.
    Enter = 4,
    Operand = 5,
}

pub(super) struct Action<'a> {
    pub kind: ActionKind,
    pub value: Value<'a>,
    pub start: usize,
    pub end: usize,
}

/// A misfit. The numbers are known to `decode.gol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MisfitKind {
    /// A value of another kind than the variable's type.
    Type = 1,
    /// The same, the cause being a text that says nothing to the type.
    Syntax = 2,
    /// The same, the cause being bad base64 at the byte of which `cause` has the number.
    Base64 = 3,
    /// The same with another cause.
    Caused = 4,
    /// An unknown field; `text` is its name.
    UnknownField = 5,
    /// A pointer to an embedded struct that cannot be set.
    Embedded = 6,
}

pub(super) struct Misfit<'a> {
    pub kind: MisfitKind,
    pub text: String,
    pub cause: String,
    /// Where in the text it was found; `offset` is what the error says.
    pub at: usize,
    /// A nil pointer to the type that did not fit.
    pub ty: Value<'a>,
    pub offset: usize,
    pub path: String,
}

/// A step from a value to a part of it.
enum Step {
    Name(String),
    Index(usize),
}

pub(super) struct Options {
    pub use_number: bool,
    pub known_fields_only: bool,
}

pub(super) struct Decoder<'c, 'a> {
    pub cx: &'c mut NativeCx<'a>,
    known: Known<'a>,
    plans: Arc<Plans>,
    data: &'a [u8],
    at: usize,
    options: Options,
    path: Vec<Step>,
    pub actions: Vec<Action<'a>>,
    pub misfit: Option<Misfit<'a>>,
}

/// Where a value goes, if anywhere.
enum Target<'a> {
    Place(Place<'a>),
    /// Left to an action.
    Done,
}

impl<'c, 'a> Decoder<'c, 'a> {
    pub(super) fn new(
        cx: &'c mut NativeCx<'a>,
        known: Known<'a>,
        data: &'a [u8],
        options: Options,
    ) -> Self {
        let plans = cx.state::<Plans>();
        Decoder {
            cx,
            known,
            plans,
            data,
            at: 0,
            options,
            path: Vec::new(),
            actions: Vec::new(),
            misfit: None,
        }
    }

    fn peek(&mut self) -> u8 {
        self.at = skip_space(self.data, self.at);
        self.data.get(self.at).copied().unwrap_or(0)
    }

    /// Passes a value over; returns its text.
    fn skip(&mut self) -> &'a [u8] {
        self.peek();
        let start = self.at;
        self.at = scan::value(self.data, start).unwrap_or(self.data.len());
        &self.data[start..self.at]
    }

    fn misfit(&mut self, kind: MisfitKind, text: String, ty: &'a RType) -> Result<(), Fault> {
        let offset = self.at;
        self.misfit_at(kind, text, ty, offset)
    }

    fn misfit_at(
        &mut self,
        kind: MisfitKind,
        text: String,
        ty: &'a RType,
        offset: usize,
    ) -> Result<(), Fault> {
        self.misfit_because(kind, text, ty, offset, String::new())
    }

    fn misfit_because(
        &mut self,
        kind: MisfitKind,
        text: String,
        ty: &'a RType,
        offset: usize,
        cause: String,
    ) -> Result<(), Fault> {
        if self.misfit.is_some() {
            return Ok(());
        }
        if std::ptr::eq(ty, self.known.number) {
            let ty = nil_of(pointer_type(self.cx, ty)?);
            let (at, offset, path) = (self.at, 0, String::new());
            self.misfit = Some(Misfit { kind, text, cause, at, ty, offset, path });
            return Ok(());
        }
        let steps: Vec<String> = self
            .path
            .iter()
            .map(|step| match step {
                Step::Name(name) => name.clone(),
                Step::Index(i) => i.to_string(),
            })
            .collect();
        let ty = nil_of(pointer_type(self.cx, ty)?);
        let (at, path) = (self.at, steps.join("."));
        self.misfit = Some(Misfit { kind, text, cause, at, ty, offset, path });
        Ok(())
    }

    /// Follows pointers to the variable that the next value is for, making what they are to lead
    /// to; stops where a type decodes itself.
    fn target(&mut self, place: Place<'a>, null: bool) -> Result<Target<'a>, Fault> {
        let mut place = place;
        loop {
            if place.kind() == Kind::Interface {
                let inner = Place::target(place.held());
                match inner.filter(|inner| !null || inner.kind() == Kind::Pointer) {
                    Some(inner) => place = inner,
                    None => return Ok(Target::Place(place)),
                }
                continue;
            }
            let plan = plan_of(self.cx, &self.plans, &self.known, place.rtype())?;
            if plan.unmarshal_json {
                let value = place.pointer(self.cx)?;
                self.action(ActionKind::Json, value);
                return Ok(Target::Done);
            }
            if plan.unmarshal_text && !null {
                let value = place.pointer(self.cx)?;
                return self.text_action(place, value);
            }
            if place.kind() != Kind::Pointer || null {
                return Ok(Target::Place(place));
            }
            place = match place.pointee() {
                Some(inner) => inner,
                None => place.set_new(self.cx).ok_or_else(Fault::out_of_memory)?,
            };
        }
    }

    fn action(&mut self, kind: ActionKind, value: Value<'a>) {
        self.peek();
        let start = self.at;
        self.skip();
        self.actions.push(Action { kind, value, start, end: self.at });
    }

    /// A type with `UnmarshalText` takes strings only.
    fn text_action(&mut self, place: Place<'a>, value: Value<'a>) -> Result<Target<'a>, Fault> {
        let first = self.peek();
        if first == b'"' {
            self.action(ActionKind::Text, value);
            return Ok(Target::Done);
        }
        let what = kind_name(first);
        let start = self.at;
        self.skip();
        let offset = if matches!(what, "object" | "array") { start + 1 } else { self.at };
        let cause = "JSON value must be string type".to_owned();
        let (kind, ty) = (MisfitKind::Caused, place.rtype());
        self.misfit_because(kind, what.to_owned(), ty, offset, cause)?;
        Ok(Target::Done)
    }

    /// Decodes the next value into a variable.
    pub(super) fn value(&mut self, place: Place<'a>, depth: usize) -> Result<(), Fault> {
        if depth > MAX_DEPTH {
            let pointer = place.pointer(self.cx)?;
            self.action(ActionKind::Deep, pointer);
            return Ok(());
        }
        let first = self.peek();
        let Target::Place(place) = self.target(place, first == b'n')? else { return Ok(()) };
        let any = place.kind() == Kind::Interface && place.rtype().desc.iface_methods.is_empty();
        if any {
            let value = self.any()?;
            place.set_held(value);
            return Ok(());
        }
        if place.kind() == Kind::Interface && first != b'n' {
            let offset = self.at;
            let what = kind_name(first).to_owned();
            self.misfit_at(MisfitKind::Type, what, place.rtype(), offset)?;
            self.skip();
            return Ok(());
        }
        match first {
            b'[' => self.array(place, depth),
            b'{' => self.object(place, depth),
            b'"' => self.string(place),
            b'n' => {
                self.skip();
                if matches!(place.kind(), Kind::Interface | Kind::Pointer | Kind::Map | Kind::Slice) {
                    place.set_zero();
                }
                Ok(())
            }
            b't' | b'f' => {
                self.skip();
                if place.kind() != Kind::Bool {
                    return self.misfit(MisfitKind::Type, "bool".to_owned(), place.rtype());
                }
                place.set_bits(u64::from(first == b't'));
                Ok(())
            }
            _ => {
                let text = self.skip();
                self.number(place, text)
            }
        }
    }

    /// A string of the text, without quotes and escapes.
    fn text_of(raw: &[u8]) -> std::borrow::Cow<'_, [u8]> {
        let inner = raw.get(1..raw.len() - 1).unwrap_or(b"");
        let plain = inner.iter().all(|&b| b != b'\\') && std::str::from_utf8(inner).is_ok();
        if plain { inner.into() } else { unquote(inner).into() }
    }

    fn string(&mut self, place: Place<'a>) -> Result<(), Fault> {
        let start = self.at;
        self.at = scan::string(self.data, start).unwrap_or(self.data.len());
        let text = Self::text_of(&self.data[start..self.at]);
        match place.kind() {
            Kind::String => {
                if std::ptr::eq(place.rtype(), self.known.number) && !is_number(&text) {
                    let what = format!("string {:?}", String::from_utf8_lossy(&text));
                    return self.misfit(MisfitKind::Syntax, what, place.rtype());
                }
                let text = self.cx.new_str(&text);
                place.set_string(text);
            }
            Kind::Slice if place.elem_type().is_some_and(|e| e.desc.kind == Kind::Uint8) => {
                match from_base64(&text) {
                    Ok(bytes) => place.set_bytes(self.cx, &bytes),
                    Err(at) => {
                        let (kind, ty, offset) = (MisfitKind::Base64, place.rtype(), self.at);
                        let what = "string".to_owned();
                        return self.misfit_because(kind, what, ty, offset, at.to_string());
                    }
                }
            }
            _ => return self.misfit(MisfitKind::Type, "string".to_owned(), place.rtype()),
        }
        Ok(())
    }

    fn number(&mut self, place: Place<'a>, text: &'a [u8]) -> Result<(), Fault> {
        if store_number(place, text) {
            return Ok(());
        }
        if place.kind() == Kind::String && std::ptr::eq(place.rtype(), self.known.number) {
            let text = self.cx.new_str(text);
            place.set_string(text);
            return Ok(());
        }
        let numeric = place.kind() >= Kind::Int && place.kind() <= Kind::Float64;
        let what = if numeric {
            format!("number {}", String::from_utf8_lossy(text))
        } else {
            "number".to_owned()
        };
        self.misfit(MisfitKind::Type, what, place.rtype())
    }

    /// Passes `[` or `{` and all that belongs to it over.
    fn misfit_container(&mut self, what: &str, place: Place<'a>) -> Result<(), Fault> {
        let offset = self.at + 1;
        self.misfit_at(MisfitKind::Type, what.to_owned(), place.rtype(), offset)?;
        self.skip();
        Ok(())
    }

    fn array(&mut self, place: Place<'a>, depth: usize) -> Result<(), Fault> {
        let is_slice = place.kind() == Kind::Slice;
        if !is_slice && place.kind() != Kind::Array {
            return self.misfit_container("array", place);
        }
        if is_slice && self.must_not_move(place, depth)? {
            let (len, wanted) = (place.len(), self.count_elements());
            if wanted > place.cap() {
                place.set_len(self.cx, wanted)?;
                place.set_len(self.cx, len)?;
            }
        }
        self.at += 1;
        let mut count = 0;
        while self.peek() != b']' {
            if count > 0 {
                self.at += 1;
            }
            if is_slice && count >= place.len() {
                place.set_len(self.cx, count + 1)?;
            }
            self.path.push(Step::Index(count));
            match place.index(count) {
                Some(element) => self.value(element, depth + 1)?,
                None => {
                    self.skip();
                }
            }
            self.path.pop();
            count += 1;
        }
        self.at += 1;
        if is_slice {
            return place.set_len(self.cx, count);
        }
        (count..place.len()).filter_map(|i| place.index(i)).for_each(Place::set_zero);
        Ok(())
    }

    /// Whether actions may be left with addresses of a slice's elements, which must stay where they
    /// are then.
    fn must_not_move(&mut self, place: Place<'a>, depth: usize) -> Result<bool, Fault> {
        // So many structs and arrays are not one inside of the other.
        const NESTING: usize = 100;
        let Some(elem) = place.elem_type() else { return Ok(false) };
        let plan = plan_of(self.cx, &self.plans, &self.known, elem)?;
        Ok(plan.is_fixed || depth + NESTING > MAX_DEPTH)
    }

    /// The number of elements of the array that starts here.
    fn count_elements(&self) -> usize {
        let mut at = skip_space(self.data, self.at + 1);
        let mut count = 0;
        while self.data.get(at).is_some_and(|&b| b != b']') {
            if count > 0 {
                at += 1;
            }
            at = scan::value(self.data, at).unwrap_or(self.data.len());
            at = skip_space(self.data, at);
            count += 1;
        }
        count
    }

    /// The next key of an object, without quotes; `None` at its end.
    fn key(&mut self, first: bool) -> Option<&'a [u8]> {
        if self.peek() == b'}' {
            self.at += 1;
            return None;
        }
        if !first {
            self.at += 1;
            self.peek();
        }
        let start = self.at;
        self.at = scan::string(self.data, start).unwrap_or(self.data.len());
        Some(&self.data[start..self.at])
    }

    /// Passes the colon behind a key.
    fn colon(&mut self) {
        self.peek();
        self.at += 1;
    }

    fn object(&mut self, place: Place<'a>, depth: usize) -> Result<(), Fault> {
        match place.kind() {
            Kind::Struct => self.structure(place, depth),
            Kind::Map => self.map(place, depth),
            _ => self.misfit_container("object", place),
        }
    }

    fn structure(&mut self, place: Place<'a>, depth: usize) -> Result<(), Fault> {
        let plan = plan_of(self.cx, &self.plans, &self.known, place.rtype())?;
        self.at += 1;
        let mut first = true;
        while let Some(key) = self.key(std::mem::take(&mut first)) {
            let name = Self::text_of(key);
            let found = plan.find(&name);
            if found.is_none() && self.options.known_fields_only {
                let name = String::from_utf8_lossy(&name).into_owned();
                self.misfit(MisfitKind::UnknownField, name, place.rtype())?;
            }
            self.colon();
            let Some(field) = found else {
                self.skip();
                continue;
            };
            self.path.push(Step::Name(String::from_utf8_lossy(&name).into_owned()));
            match self.follow(place, field)? {
                Some(part) if field.quoted => self.quoted(part, depth)?,
                Some(part) => self.value(part, depth + 1)?,
                None => {
                    self.skip();
                }
            }
            self.path.pop();
        }
        Ok(())
    }

    /// The field at the end of its path; embedded pointers that are nil are set.
    fn follow(&mut self, place: Place<'a>, field: &Field) -> Result<Option<Place<'a>>, Fault> {
        let mut at = place;
        let mut exported = true;
        for &i in &field.path {
            if at.kind() == Kind::Pointer {
                at = match at.pointee() {
                    Some(inner) => inner,
                    None if !exported => {
                        let ty = at.elem_type().unwrap_or(at.rtype());
                        self.misfit(MisfitKind::Embedded, String::new(), ty)?;
                        return Ok(None);
                    }
                    None => at.set_new(self.cx).ok_or_else(Fault::out_of_memory)?,
                };
            }
            exported = at.rtype().desc.fields.get(i).is_some_and(|f| f.pkg_path.is_empty());
            let Some(part) = at.field(i) else { return Ok(None) };
            at = part;
        }
        Ok(Some(at))
    }

    /// A value that stands in a string, by its tag.
    fn quoted(&mut self, place: Place<'a>, depth: usize) -> Result<(), Fault> {
        let first = self.peek();
        if first == b'n' {
            return self.value(place, depth + 1);
        }
        let start = self.at;
        let text = self.skip();
        let ty = pointed(place.rtype());
        if first != b'"' {
            let container = matches!(first, b'{' | b'[');
            let offset = if container { start + 1 } else { self.at };
            return self.misfit_at(MisfitKind::Type, kind_name(first).to_owned(), ty, offset);
        }
        let inner = Self::text_of(text);
        let shown = String::from_utf8_lossy(&inner).into_owned();
        let offset = self.at;
        if *inner != *b"null" {
            let (kind, what, cause) = match ty.desc.kind {
                Kind::Bool if *inner == *b"true" || *inner == *b"false" => (None, String::new(), String::new()),
                Kind::Bool => (Some(MisfitKind::Syntax), format!("string {shown:?}"), String::new()),
                Kind::String => match scan::string_flaw(&inner) {
                    None => (None, String::new(), String::new()),
                    Some(cause) => (Some(MisfitKind::Caused), "string".to_owned(), cause),
                },
                _ if is_number(&inner) => (None, String::new(), String::new()),
                _ => (Some(MisfitKind::Type), format!("number {shown}"), String::new()),
            };
            if let Some(kind) = kind {
                return self.misfit_because(kind, what, ty, offset, cause);
            }
        }
        let end = self.at;
        let inner = self.cx.new_str(&inner);
        let data = self.data;
        (self.data, self.at) = (inner.as_bytes(), 0);
        let result = self.value(place, depth + 1);
        (self.data, self.at) = (data, end);
        result
    }

    fn map(&mut self, place: Place<'a>, depth: usize) -> Result<(), Fault> {
        let (Some(key_type), Some(elem_type)) = (place.key_type(), place.elem_type()) else {
            return Ok(());
        };
        if place.is_nil() {
            place.set_new_map(self.cx)?;
        }
        self.at += 1;
        let mut first = true;
        let mut spare: Option<Place<'a>> = None;
        while let Some(raw) = self.key(std::mem::take(&mut first)) {
            let name = Self::text_of(raw);
            self.path.push(Step::Name(String::from_utf8_lossy(&name).into_owned()));
            let before = self.actions.len();
            let key = self.map_key(key_type, &name, raw)?;
            self.colon();
            let element = match spare.take() {
                Some(element) => element,
                None => Place::new(self.cx, elem_type).ok_or_else(Fault::out_of_memory)?,
            };
            if let Some(key) = key {
                self.value(element, depth + 1)?;
                if self.actions.len() > before {
                    self.enter(place, key, element)?;
                } else {
                    place.set_entry(self.cx, key, element)?;
                    element.set_zero();
                    spare = Some(element);
                }
            } else {
                self.skip();
            }
            self.path.pop();
        }
        Ok(())
    }

    /// A key of a map's type; `None` if the text is none.
    fn map_key(
        &mut self,
        ty: &'a RType,
        name: &[u8],
        raw: &'a [u8],
    ) -> Result<Option<Place<'a>>, Fault> {
        let key = Place::new(self.cx, ty).ok_or_else(Fault::out_of_memory)?;
        let plan = plan_of(self.cx, &self.plans, &self.known, ty)?;
        let kind = ty.desc.kind;
        if plan.unmarshal_text {
            let value = key.pointer(self.cx)?;
            let (start, end) = (self.at - raw.len(), self.at);
            self.actions.push(Action { kind: ActionKind::Text, value, start, end });
            return Ok(Some(key));
        }
        if kind == Kind::String {
            let text = self.cx.new_str(name);
            key.set_string(text);
            return Ok(Some(key));
        }
        let is_int = kind >= Kind::Int && kind <= Kind::Uintptr;
        if is_int && store_number(key, name) {
            return Ok(Some(key));
        }
        let what = match is_int {
            true => format!("number {}", String::from_utf8_lossy(name)),
            false => "string".to_owned(),
        };
        self.misfit(MisfitKind::Type, what, ty)?;
        Ok(None)
    }

    /// Leaves it to the gol code to enter an element into a map.
    fn enter(&mut self, map: Place<'a>, key: Place<'a>, element: Place<'a>) -> Result<(), Fault> {
        let values = [
            (ActionKind::Enter, map.value(self.cx)),
            (ActionKind::Operand, key.pointer(self.cx)?),
            (ActionKind::Operand, element.pointer(self.cx)?),
        ];
        let (start, end) = (self.at, self.at);
        self.actions
            .extend(values.into_iter().map(|(kind, value)| Action { kind, value, start, end }));
        Ok(())
    }

    /// The next value as what an empty interface holds. Containers are kept on a list, so that
    /// depth costs no stack.
    fn any(&mut self) -> Result<Value<'a>, Fault> {
        let mut open: Vec<Open<'a>> = Vec::new();
        loop {
            let mut value = match self.peek() {
                b'[' => {
                    self.at += 1;
                    if self.peek() != b']' {
                        open.push(Open::List(Vec::new()));
                        continue;
                    }
                    self.at += 1;
                    self.list(&[])?
                }
                b'{' => {
                    self.at += 1;
                    let object = self.new_place(self.known.object)?;
                    object.set_new_map(self.cx)?;
                    match self.key(true) {
                        Some(key) => {
                            let key = self.any_key(key)?;
                            open.push(Open::Object(object, key));
                            continue;
                        }
                        None => object.into_value(),
                    }
                }
                _ => self.any_scalar()?,
            };
            loop {
                match open.pop() {
                    None => return Ok(value),
                    Some(Open::List(mut list)) => {
                        list.push(value);
                        let ends = self.peek() == b']';
                        self.at += 1;
                        if !ends {
                            open.push(Open::List(list));
                            break;
                        }
                        value = self.list(&list)?;
                    }
                    Some(Open::Object(object, key)) => {
                        let element = self.any_place()?;
                        element.set_held(value);
                        object.set_entry(self.cx, key, element)?;
                        match self.key(false) {
                            Some(next) => {
                                let key = self.any_key(next)?;
                                open.push(Open::Object(object, key));
                                break;
                            }
                            None => value = object.into_value(),
                        }
                    }
                }
            }
        }
    }

    fn new_place(&mut self, ty: &'a RType) -> Result<Place<'a>, Fault> {
        Place::new(self.cx, ty).ok_or_else(Fault::out_of_memory)
    }

    /// A variable of the type of an object's elements.
    fn any_place(&mut self) -> Result<Place<'a>, Fault> {
        let ty = Value::elem_type_of(self.known.object).unwrap_or(self.known.object);
        self.new_place(ty)
    }

    /// An object's key, the colon behind it passed.
    fn any_key(&mut self, raw: &[u8]) -> Result<Place<'a>, Fault> {
        let key = self.new_place(self.known.string)?;
        let text = self.cx.new_str(&Self::text_of(raw));
        key.set_string(text);
        self.colon();
        Ok(key)
    }

    fn list(&mut self, values: &[Value<'a>]) -> Result<Value<'a>, Fault> {
        let list = self.new_place(self.known.list)?;
        list.set_ifaces(self.cx, values)?;
        Ok(list.into_value())
    }

    fn any_scalar(&mut self) -> Result<Value<'a>, Fault> {
        let first = self.data[self.at];
        let start = self.at;
        self.at = scan::scalar(self.data, start, first).unwrap_or(self.data.len());
        let raw = &self.data[start..self.at];
        let place = match first {
            b'n' => return Ok(Value::NIL),
            b'"' => {
                let place = self.new_place(self.known.string)?;
                let text = self.cx.new_str(&Self::text_of(raw));
                place.set_string(text);
                place
            }
            b't' | b'f' => {
                let place = self.new_place(self.known.bool)?;
                place.set_bits(u64::from(first == b't'));
                place
            }
            _ if self.options.use_number => {
                let place = self.new_place(self.known.number)?;
                let text = self.cx.new_str(raw);
                place.set_string(text);
                place
            }
            _ => {
                let place = self.new_place(self.known.float)?;
                if !store_number(place, raw) {
                    let what = format!("number {}", String::from_utf8_lossy(raw));
                    self.misfit(MisfitKind::Type, what, place.rtype())?;
                }
                place
            }
        };
        Ok(place.into_value())
    }
}

/// What errors call a value that starts with a character.
fn kind_name(first: u8) -> &'static str {
    match first {
        b'"' => "string",
        b'{' => "object",
        b'[' => "array",
        b't' | b'f' => "bool",
        _ => "number",
    }
}

/// A container of which parts are still to come.
enum Open<'a> {
    List(Vec<Value<'a>>),
    /// With the key of the next element.
    Object(Place<'a>, Place<'a>),
}

/// Stores a number into a variable of a numeric type; whether it fits.
fn store_number(place: Place<'_>, text: &[u8]) -> bool {
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
fn pointed(ty: &RType) -> &RType {
    let mut ty = ty;
    while ty.desc.kind == Kind::Pointer
        && let Some(elem) = Value::elem_type_of(ty)
    {
        ty = elem;
    }
    ty
}
