//! Values to JSON, as far as no method of the program has a say in it. Where one has, a **hole** is
//! left: the value and its place in the text; the package's gol code calls the method and puts the
//! result there. Nesting beyond [`MAX_DEPTH`] is a hole, too, so that depth costs no native stack.

use std::sync::Arc;

use gol_vm::Fault;
use gol_vm::native::NativeCx;
use gol_vm::place::Place;
use gol_vm::value::{Kind, Value};

use super::plan::{Field, Has, Known, Plan, Plans, plan_of};
use super::text::{base64, is_number, number, quote};

/// How deep one run goes.
const MAX_DEPTH: usize = 500;

/// What stands where the text has a hole. The numbers are known to `encode.gol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HoleKind {
    /// What `MarshalJSON` says.
    Json = 1,
    /// What `MarshalText` says, as a string.
    Text = 2,
    /// A map whose keys have `MarshalText`.
    Map = 3,
    /// A value too deep inside, to be encoded by a further run; a pointer to it.
    Deep = 4,
    /// What follows, up to the matching `End`, stays only if the value's `IsZero` says no.
    Unless = 5,
    End = 6,
    /// A type that JSON has nothing for.
    BadType = 7,
    /// A float that JSON has nothing for.
    BadFloat = 8,
    /// A `Number` that is none.
    BadNumber = 9,
    /// A comma that follows is left out, because fields before it may have been.
    NoComma = 10,
}

pub(super) struct Hole<'a> {
    pub at: usize,
    pub kind: HoleKind,
    pub value: Value<'a>,
}

pub(super) struct Encoder<'c, 'a> {
    pub cx: &'c mut NativeCx<'a>,
    pub known: Known<'a>,
    pub plans: Arc<Plans>,
    pub html: bool,
    pub out: Vec<u8>,
    pub holes: Vec<Hole<'a>>,
    /// A hole that ends the work was left.
    failed: bool,
}

impl<'c, 'a> Encoder<'c, 'a> {
    pub(super) fn new(cx: &'c mut NativeCx<'a>, known: Known<'a>, html: bool) -> Self {
        let plans = cx.state::<Plans>();
        Encoder { cx, known, plans, html, out: Vec::new(), holes: Vec::new(), failed: false }
    }

    /// Encodes what an interface holds.
    pub(super) fn held(&mut self, value: Value<'a>, depth: usize) -> Result<(), Fault> {
        match value.rtype() {
            None => self.text(b"null"),
            Some(_) => {
                let place = Place::of(self.cx, value).ok_or_else(Fault::out_of_memory)?;
                self.value(place, false, false, depth)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    fn hole(&mut self, kind: HoleKind, value: Value<'a>) {
        self.holes.push(Hole { at: self.out.len(), kind, value });
    }

    fn fail(&mut self, kind: HoleKind, value: Value<'a>) {
        self.hole(kind, value);
        self.failed = true;
    }

    /// Encodes the value at a place. `is_variable`: methods of pointers to it can be called;
    /// `quoted`: the tag wants numbers, booleans and strings in a string.
    pub(super) fn value(
        &mut self,
        place: Place<'a>,
        is_variable: bool,
        quoted: bool,
        depth: usize,
    ) -> Result<(), Fault> {
        if self.failed {
            return Ok(());
        }
        let plan = plan_of(self.cx, &self.plans, &self.known, place.rtype())?;
        let kind = place.kind();
        let hooks = [(plan.marshal_json, HoleKind::Json), (plan.marshal_text, HoleKind::Text)];
        let is_number = std::ptr::eq(place.rtype(), self.known.number);
        for (has, hole) in hooks {
            if has == Has::Value && kind == Kind::Pointer && place.is_nil() {
                self.text(b"null");
                return Ok(());
            }
            let value = match has {
                Has::Value => place.value(self.cx),
                Has::Pointer if is_variable => place.pointer(self.cx)?,
                _ => continue,
            };
            self.hole(hole, value);
            return Ok(());
        }
        match kind {
            Kind::String if is_number => self.number_text(place, quoted),
            Kind::Bool | Kind::String => self.scalar(place, quoted),
            kind if kind >= Kind::Int && kind <= Kind::Float64 => self.scalar(place, quoted),
            Kind::Interface => return self.held(place.held(), depth),
            Kind::Pointer => return self.pointer(place, quoted, depth),
            Kind::Struct => return self.structure(place, &plan, is_variable, depth),
            Kind::Map => return self.map(place, depth),
            Kind::Slice if place.is_nil() => self.text(b"null"),
            Kind::Slice if plan.is_base64 => {
                self.out.push(b'"');
                base64(&mut self.out, place.bytes().as_bytes());
                self.out.push(b'"');
            }
            Kind::Slice => return self.list(place, true, depth),
            Kind::Array => return self.list(place, is_variable, depth),
            _ => {
                let value = place.value(self.cx);
                self.fail(HoleKind::BadType, value);
            }
        }
        Ok(())
    }

    /// Whether the depth is reached where another run has to go on; leaves the hole.
    fn is_too_deep(&mut self, place: Place<'a>, depth: usize) -> Result<bool, Fault> {
        if depth < MAX_DEPTH {
            return Ok(false);
        }
        let pointer = place.pointer(self.cx)?;
        self.hole(HoleKind::Deep, pointer);
        Ok(true)
    }

    fn number_text(&mut self, place: Place<'a>, quoted: bool) {
        let text = place.string();
        let text = if text.is_empty() { b"0" } else { text.as_bytes() };
        if !is_number(text) {
            let value = place.value(self.cx);
            return self.fail(HoleKind::BadNumber, value);
        }
        self.quoting(quoted, |out| out.extend_from_slice(text));
    }

    fn quoting(&mut self, quoted: bool, write: impl FnOnce(&mut Vec<u8>)) {
        if quoted {
            self.out.push(b'"');
        }
        write(&mut self.out);
        if quoted {
            self.out.push(b'"');
        }
    }

    fn scalar(&mut self, place: Place<'a>, quoted: bool) {
        match place.kind() {
            Kind::Bool => {
                let text: &[u8] = if place.bits() != 0 { b"true" } else { b"false" };
                self.quoting(quoted, |out| out.extend_from_slice(text));
            }
            Kind::String if quoted => {
                let mut inner = Vec::new();
                quote(&mut inner, place.string().as_bytes(), self.html);
                quote(&mut self.out, &inner, self.html);
            }
            Kind::String => quote(&mut self.out, place.string().as_bytes(), self.html),
            Kind::Float32 | Kind::Float64 => {
                let value = place.float();
                if !value.is_finite() {
                    let value = place.value(self.cx);
                    return self.fail(HoleKind::BadFloat, value);
                }
                let single = place.kind() == Kind::Float32;
                self.quoting(quoted, |out| number(out, value, single));
            }
            kind if kind <= Kind::Int64 => {
                let value = place.bits() as i64;
                let mut digits = [0; 20];
                self.quoting(quoted, |out| {
                    out.extend_from_slice(crate::strconv::decimal(value, &mut digits));
                });
            }
            _ => {
                let text = place.bits().to_string();
                self.quoting(quoted, |out| out.extend_from_slice(text.as_bytes()));
            }
        }
    }

    fn pointer(&mut self, place: Place<'a>, quoted: bool, depth: usize) -> Result<(), Fault> {
        let Some(target) = place.pointee() else {
            self.text(b"null");
            return Ok(());
        };
        if self.is_too_deep(target, depth)? {
            return Ok(());
        }
        self.value(target, true, quoted, depth + 1)
    }

    fn list(&mut self, place: Place<'a>, is_variable: bool, depth: usize) -> Result<(), Fault> {
        if self.is_too_deep(place, depth)? {
            return Ok(());
        }
        self.out.push(b'[');
        for i in 0..place.len() {
            if i > 0 {
                self.out.push(b',');
            }
            let Some(element) = place.index(i) else { break };
            self.value(element, is_variable, false, depth + 1)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn structure(
        &mut self,
        place: Place<'a>,
        plan: &Plan,
        is_variable: bool,
        depth: usize,
    ) -> Result<(), Fault> {
        self.out.push(b'{');
        if plan.has_conditions {
            self.hole(HoleKind::NoComma, Value::NIL);
        }
        let mut first = !plan.has_conditions;
        for field in &plan.fields {
            let Some((part, is_variable)) = follow(place, &field.path, is_variable) else {
                continue;
            };
            if field.omit_empty && is_empty(part) {
                continue;
            }
            if field.omit_zero && field.has_is_zero == Has::No && part.is_zero() {
                continue;
            }
            let condition = self.condition(field, part, is_variable)?;
            if !std::mem::take(&mut first) {
                self.out.push(b',');
            }
            let key = if self.html { &field.html_key } else { &field.plain_key };
            self.out.extend_from_slice(key);
            self.value(part, is_variable, field.quoted, depth + 1)?;
            if condition {
                self.hole(HoleKind::End, Value::NIL);
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Leaves the hole that asks the field's `IsZero` method, if it has one to be asked.
    fn condition(&mut self, field: &Field, part: Place<'a>, is_variable: bool) -> Result<bool, Fault> {
        let value = match field.has_is_zero {
            Has::Value if matches!(part.kind(), Kind::Pointer | Kind::Interface) && part.is_nil() => {
                return Ok(false);
            }
            Has::Value => part.value(self.cx),
            Has::Pointer if is_variable => part.pointer(self.cx)?,
            _ => return Ok(false),
        };
        self.hole(HoleKind::Unless, value);
        Ok(true)
    }

    fn map(&mut self, place: Place<'a>, depth: usize) -> Result<(), Fault> {
        if place.is_nil() {
            self.text(b"null");
            return Ok(());
        }
        let Some(key) = place.key_type() else { return Ok(()) };
        let key_kind = key.desc.kind;
        let plan = plan_of(self.cx, &self.plans, &self.known, key)?;
        let is_text = key_kind != Kind::String && plan.marshal_text == Has::Value;
        let is_int = key_kind >= Kind::Int && key_kind <= Kind::Uintptr;
        if is_text {
            let value = place.value(self.cx);
            self.hole(HoleKind::Map, value);
            return Ok(());
        }
        if key_kind != Kind::String && !is_int {
            let value = place.value(self.cx);
            self.fail(HoleKind::BadType, value);
            return Ok(());
        }
        if self.is_too_deep(place, depth)? {
            return Ok(());
        }
        let entries = place.entries(self.cx)?;
        let mut entries: Vec<(Vec<u8>, Place<'a>)> =
            entries.into_iter().map(|(key, element)| (key_bytes(key), element)).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        self.out.push(b'{');
        for (i, (key, element)) in entries.into_iter().enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            quote(&mut self.out, &key, self.html);
            self.out.push(b':');
            self.value(element, false, false, depth + 1)?;
        }
        self.out.push(b'}');
        Ok(())
    }
}

fn key_bytes(key: Place<'_>) -> Vec<u8> {
    match key.kind() {
        Kind::String => key.string().as_bytes().to_vec(),
        kind if kind <= Kind::Int64 => (key.bits() as i64).to_string().into_bytes(),
        _ => key.bits().to_string().into_bytes(),
    }
}

/// The field at the end of a path through embedded structs, and whether it is a variable; `None`
/// behind a nil pointer.
fn follow<'a>(
    place: Place<'a>,
    path: &[usize],
    is_variable: bool,
) -> Option<(Place<'a>, bool)> {
    let (mut at, mut is_variable) = (place, is_variable);
    for &i in path {
        if at.kind() == Kind::Pointer {
            at = at.pointee()?;
            is_variable = true;
        }
        at = at.field(i)?;
    }
    Some((at, is_variable))
}

/// What `omitempty` leaves out.
fn is_empty(place: Place<'_>) -> bool {
    match place.kind() {
        Kind::Array | Kind::Map | Kind::Slice | Kind::String => place.is_empty(),
        Kind::Float32 | Kind::Float64 => place.float() == 0.0,
        Kind::Interface | Kind::Pointer => place.is_nil(),
        kind if kind <= Kind::Uintptr => place.bits() == 0,
        _ => false,
    }
}
