//! Prints values of any type.
//!
//! The walk through a value has no stack of its own: what is open stands in `frames`. So it can
//! stop where gol code must be asked (a method of the value says how it is printed): then it hands
//! out a [`Call`], `native.rs` keeps the frames, and another printer goes on with them.

use gol_vm::Fault;
use gol_vm::kept::{Kept, Pairs};
use gol_vm::native::NativeCx;
use gol_vm::place::Place;
use gol_vm::value::{Kind, RType, Shown, Value};

use super::directive::{PLUS_V, SHARP, SHARP_V};
use super::order;
use super::verbs::Text;

/// A method that prints a value; the gol code knows the numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Format = 1,
    GoString,
    Error,
    String,
}

/// The name of the method of a number.
pub(super) fn method_name(number: u64) -> &'static str {
    match number {
        1 => "Format",
        2 => "GoString",
        3 => "Error",
        _ => "String",
    }
}

/// What is to be called before the printing goes on.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) value: Value<'a>,
}

/// What a step comes to: a call to be made first, or nothing more to do.
pub(super) type Step<'a> = Result<Option<Call<'a>>, Fault>;

/// The types of the interfaces with the methods, in the order of [`Method`]: the fields of the struct
/// that this pointer, which may be nil, is for.
#[derive(Clone, Copy)]
pub(super) struct Interfaces<'a>(pub(super) Value<'a>);

impl<'a> Interfaces<'a> {
    fn have(self, cx: &NativeCx<'a>, ty: &RType, method: Method) -> bool {
        let field = |methods| Value::field_type_of(methods, method as usize - 1);
        self.0.elem_type().and_then(field).is_some_and(|interface| cx.implements(ty, interface))
    }
}

/// Where a value that is printed comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Operand,
    /// What an operand of type `reflect.Value` stands for.
    Reflected,
    /// It lies in another value.
    Part,
}

/// The type of operands whose methods nobody looks for, and which is named otherwise with `%#v`.
const BYTES: &str = "[]uint8";

/// What is open in the value being printed.
enum Frame<'a> {
    /// The parts of a struct, array or slice, of which the next is `at`.
    Parts { place: Place<'a>, at: usize, read_only: bool },
    /// The keys and elements of a map, in turn.
    Entries { place: Place<'a>, at: usize, read_only: bool, entries: Entries<'a> },
    /// The value behind `%!verb(type=`.
    Bad { verb: char },
}

/// A map's entries, in the order of printing.
enum Entries<'a> {
    Sorted(Vec<(Place<'a>, Place<'a>)>),
    Kept(Pairs<'a>),
}

impl<'a> Entries<'a> {
    fn get(&self, i: usize) -> Option<(Place<'a>, Place<'a>)> {
        match self {
            Entries::Sorted(entries) => entries.get(i).copied(),
            Entries::Kept(pairs) => pairs.get(i),
        }
    }
}

/// Values may lie in each other so deep: Go's stack has room for about as many.
const MOST_FRAMES: usize = 1 << 20;

pub(super) struct Printer<'a> {
    pub(super) text: Text,
    pub(super) verb: char,
    interfaces: Interfaces<'a>,
    /// `%w` may be used.
    wraps: bool,
    frames: Vec<Frame<'a>>,
    /// Inside of `%!verb(type=…)`, where no methods are called.
    erroring: bool,
}

impl<'a> Printer<'a> {
    pub(super) fn new(interfaces: Interfaces<'a>, wraps: bool) -> Printer<'a> {
        let text = Text::default();
        Printer { text, verb: 'v', interfaces, wraps, frames: Vec::new(), erroring: false }
    }

    /// Goes on where a printer stood that had to ask.
    pub(super) fn resume(&mut self, verb: char, kept: Vec<Kept<'a>>) {
        self.verb = verb;
        self.frames = kept
            .into_iter()
            .map(|Kept { place, number, pairs }| {
                let (at, read_only) = ((number >> 1) as usize, number & 1 != 0);
                match pairs {
                    None => Frame::Parts { place, at, read_only },
                    Some(pairs) => {
                        Frame::Entries { place, at, read_only, entries: Entries::Kept(pairs) }
                    }
                }
            })
            .collect();
    }

    /// What [`Printer::resume`] needs. While a bad verb is reported nobody is asked.
    pub(super) fn keep(&self, cx: &mut NativeCx<'a>) -> Vec<Kept<'a>> {
        let number = |at: usize, read_only: bool| (at as u64) << 1 | u64::from(read_only);
        let mut kept = Vec::with_capacity(self.frames.len());
        for frame in &self.frames {
            match frame {
                Frame::Parts { place, at, read_only } => {
                    let number = number(*at, *read_only);
                    kept.push(Kept { place: *place, number, pairs: None });
                }
                Frame::Entries { place, at, read_only, entries } => {
                    let pairs = match entries {
                        Entries::Sorted(entries) => Pairs::new(cx, entries),
                        Entries::Kept(pairs) => *pairs,
                    };
                    let number = number(*at, *read_only);
                    kept.push(Kept { place: *place, number, pairs: Some(pairs) });
                }
                Frame::Bad { .. } => {}
            }
        }
        kept
    }

    /// Prints what is open to its end.
    pub(super) fn carry_on(&mut self, cx: &mut NativeCx<'a>) -> Step<'a> {
        while let Some(frame) = self.frames.last_mut() {
            let call = match frame {
                Frame::Parts { place, at, read_only } => {
                    let (place, index, read_only) = (*place, *at, *read_only);
                    *at += 1;
                    self.part(cx, place, index, read_only)?
                }
                Frame::Entries { at, read_only, entries, .. } => {
                    let (half, read_only, entry) = (*at, *read_only, entries.get(*at / 2));
                    *at += 1;
                    self.entry(cx, entry, half, read_only)?
                }
                Frame::Bad { verb } => {
                    self.verb = *verb;
                    self.erroring = false;
                    self.text.out.push(b')');
                    self.frames.pop();
                    None
                }
            };
            if call.is_some() {
                return Ok(call);
            }
        }
        Ok(None)
    }

    /// Begins to print an operand.
    pub(super) fn operand(&mut self, cx: &mut NativeCx<'a>, value: Value<'a>, verb: char) -> Step<'a> {
        self.verb = verb;
        let Some(rtype) = value.rtype() else {
            if matches!(verb, 'T' | 'v') {
                self.text.pad(b"<nil>");
            } else {
                self.bad(verb, "(<nil>)");
            }
            return Ok(None);
        };
        if verb == 'T' {
            self.text.plain(rtype.desc.string.as_bytes());
            return Ok(None);
        }
        if rtype.methods.is_empty() && self.basic(value, verb) {
            return Ok(None);
        }
        if verb == 'p' {
            let place = Place::of(cx, value).ok_or_else(Fault::out_of_memory)?;
            if self.pointer(place, 'p') {
                return Ok(None);
            }
            self.open_bad(rtype);
        }
        let (value, origin, read_only) = match value.shown(cx) {
            Shown::Itself => (value, Origin::Operand, false),
            Shown::Value(shown) => (shown, Origin::Reflected, false),
            Shown::ReadOnly(shown) => (shown, Origin::Reflected, true),
            Shown::Nothing => {
                self.text.push("<invalid reflect.Value>");
                return Ok(None);
            }
        };
        if value.is_nil_iface() {
            // A reflect.Value of an empty interface.
            if self.verb == 'w' {
                self.bad('w', "(<nil>)");
                return Ok(None);
            }
            self.text.push(if self.text.has(SHARP_V) { "interface {}(nil)" } else { "<nil>" });
            return Ok(None);
        }
        let place = Place::of(cx, value).ok_or_else(Fault::out_of_memory)?;
        if !read_only && let Some(step) = self.methods(cx, place, origin) {
            return step;
        }
        self.value(cx, place, origin, read_only)
    }

    /// Prints an operand of a type without parts and methods, if the verb is for it.
    fn basic(&mut self, value: Value<'a>, verb: char) -> bool {
        match value.kind() {
            Kind::Bool => self.text.bool(value.bool(), verb),
            kind if (Kind::Int..=Kind::Int64).contains(&kind) => {
                self.text.integer(value.uint(), true, verb)
            }
            kind if (Kind::Uint..=Kind::Uintptr).contains(&kind) => {
                self.text.integer(value.uint(), false, verb)
            }
            Kind::Float32 => self.text.float(value.float(), true, verb),
            Kind::Float64 => self.text.float(value.float(), false, verb),
            Kind::String => self.text.string(value.string().as_bytes(), verb),
            _ => false,
        }
    }

    /// The verb as methods see it.
    pub(super) fn verb_of_methods(&self) -> char {
        if self.verb == 'w' { 'v' } else { self.verb }
    }

    /// What a method returned, as the directive wants it. `method` is its number.
    pub(super) fn answer(&mut self, method: u64, text: &[u8]) {
        if method == Method::GoString as u64 {
            self.text.plain(text);
        } else if method != Method::Format as u64 {
            self.text.string(text, self.verb_of_methods());
        }
    }

    pub(super) fn bad(&mut self, verb: char, what: &str) {
        self.text.push("%!");
        self.text.push_rune(verb);
        self.text.push(what);
    }

    /// Begins to say that the verb does not fit a value of a type; the value is to come.
    fn open_bad(&mut self, ty: &RType) {
        let verb = self.verb;
        self.bad(verb, "(");
        self.text.push(&ty.desc.string);
        self.text.out.push(b'=');
        self.frames.push(Frame::Bad { verb });
        self.verb = 'v';
        self.erroring = true;
    }

    /// Says that the verb does not fit a value.
    fn bad_verb(&mut self, cx: &mut NativeCx<'a>, place: Place<'a>) -> Step<'a> {
        self.open_bad(place.rtype());
        self.value(cx, place, Origin::Operand, false)
    }

    /// The method by which a value prints itself, if it has one. What lies inside of others may
    /// change and is copied for the call.
    fn methods(
        &mut self,
        cx: &mut NativeCx<'a>,
        place: Place<'a>,
        origin: Origin,
    ) -> Option<Step<'a>> {
        let ty = place.rtype();
        let none = ty.methods.is_empty();
        let is_bytes = || origin == Origin::Operand && ty.desc.string == BYTES;
        if self.erroring || none && (self.verb != 'w' || is_bytes()) {
            return None;
        }
        let interfaces = self.interfaces;
        let have = |method| interfaces.have(cx, ty, method);
        if self.verb == 'w' && (!self.wraps || !have(Method::Error)) {
            return Some(self.bad_verb(cx, place));
        }
        let method = match self.verb_of_methods() {
            _ if have(Method::Format) => Method::Format,
            _ if self.text.has(SHARP_V) => Some(Method::GoString).filter(|&m| have(m))?,
            'v' | 's' | 'x' | 'X' | 'q' => {
                [Method::Error, Method::String].into_iter().find(|&m| have(m))?
            }
            _ => return None,
        };
        let value = if origin == Origin::Part { place.value(cx) } else { place.into_value() };
        Some(Ok(Some(Call { method, value })))
    }

    /// Prints a value inside of another one. `read_only`: it is or lies in a field that is not
    /// exported, whose methods are not called.
    fn element(&mut self, cx: &mut NativeCx<'a>, place: Place<'a>, read_only: bool) -> Step<'a> {
        let mut place = place;
        if place.kind() == Kind::Interface {
            let held = place.held();
            if held.is_nil_iface() {
                if self.text.has(SHARP_V) {
                    self.text.push(&place.rtype().desc.string);
                    self.text.push("(nil)");
                } else {
                    self.text.push("<nil>");
                }
                return Ok(None);
            }
            place = Place::of(cx, held).ok_or_else(Fault::out_of_memory)?;
        }
        if !read_only && let Some(step) = self.methods(cx, place, Origin::Part) {
            return step;
        }
        self.value(cx, place, Origin::Part, read_only)
    }

    /// Prints a value as its kind is printed: at once, or as a frame.
    fn value(
        &mut self,
        cx: &mut NativeCx<'a>,
        place: Place<'a>,
        origin: Origin,
        read_only: bool,
    ) -> Step<'a> {
        let verb = self.verb;
        let fits = match place.kind() {
            Kind::Bool => self.text.bool(place.bits() != 0, verb),
            Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => {
                self.text.integer(place.bits(), true, verb)
            }
            Kind::Uint
            | Kind::Uint8
            | Kind::Uint16
            | Kind::Uint32
            | Kind::Uint64
            | Kind::Uintptr => self.text.integer(place.bits(), false, verb),
            Kind::Float32 => self.text.float(place.float(), true, verb),
            Kind::Float64 => self.text.float(place.float(), false, verb),
            Kind::Complex64 => self.text.complex(place.complex(), true, verb),
            Kind::Complex128 => self.text.complex(place.complex(), false, verb),
            Kind::String => self.text.string(place.string().as_bytes(), verb),
            Kind::Array | Kind::Slice if self.bytes(place) => true,
            Kind::Array | Kind::Slice | Kind::Struct => {
                let name = match &place.rtype().desc.string[..] {
                    BYTES if origin == Origin::Operand && verb == 'v' => "[]byte",
                    name => name,
                };
                return self.open(place, name, Frame::Parts { place, at: 0, read_only });
            }
            Kind::Map => {
                let entries = sorted(cx, place)?;
                let frame = Frame::Entries { place, at: 0, read_only, entries };
                return self.open(place, &place.rtype().desc.string, frame);
            }
            Kind::Pointer if origin != Origin::Part => match place.pointee().filter(|p| has_parts(p.kind())) {
                Some(pointee) => {
                    self.text.out.push(b'&');
                    return self.element(cx, pointee, read_only);
                }
                None => self.pointer(place, verb),
            },
            _ => self.pointer(place, verb),
        };
        if fits { Ok(None) } else { self.bad_verb(cx, place) }
    }

    /// Prints the bytes of a list as a text or as numbers; whether the verb asks for that.
    fn bytes(&mut self, place: Place<'a>) -> bool {
        let Some(elem) = place.elem_type().filter(|e| e.desc.kind == Kind::Uint8) else {
            return false;
        };
        let bytes = place.bytes().as_bytes();
        match self.verb {
            's' | 'q' | 'x' | 'X' => self.text.string(bytes, self.verb),
            // As a list, which says the type and calls methods.
            'v' | 'd' if self.text.has(SHARP_V) || !elem.methods.is_empty() => false,
            'v' | 'd' => {
                self.text.byte_list(bytes, self.verb);
                true
            }
            _ => false,
        }
    }

    /// Opens a value that has parts, of a type of that name.
    fn open(&mut self, place: Place<'a>, name: &str, frame: Frame<'a>) -> Step<'a> {
        let kind = place.kind();
        if self.frames.len() >= MOST_FRAMES {
            return Err(Fault::Fatal("stack overflow".into()));
        }
        if self.text.has(SHARP_V) {
            self.text.push(name);
            if matches!(kind, Kind::Map | Kind::Slice) && place.is_nil() {
                self.text.push("(nil)");
                return Ok(None);
            }
            self.text.out.push(b'{');
        } else {
            self.text.push(match kind {
                Kind::Map => "map[",
                Kind::Struct => "{",
                _ => "[",
            });
        }
        self.frames.push(frame);
        Ok(None)
    }

    /// Closes the innermost value.
    fn close(&mut self, kind: Kind) {
        let brace = kind == Kind::Struct || self.text.has(SHARP_V);
        self.text.out.push(if brace { b'}' } else { b']' });
        self.frames.pop();
    }

    fn separate(&mut self) {
        self.text.push(if self.text.has(SHARP_V) { ", " } else { " " });
    }

    /// Prints a part of a struct, array or slice, or its end.
    fn part(
        &mut self,
        cx: &mut NativeCx<'a>,
        place: Place<'a>,
        index: usize,
        read_only: bool,
    ) -> Step<'a> {
        let field = place.rtype().desc.fields.get(index);
        let part = if field.is_some() { place.field(index) } else { place.index(index) };
        let Some(part) = part else {
            self.close(place.kind());
            return Ok(None);
        };
        if index > 0 {
            self.separate();
        }
        if let Some(field) = field
            && self.text.directive.flags & (PLUS_V | SHARP_V) != 0
        {
            self.text.push(&field.name);
            self.text.out.push(b':');
        }
        let hidden = field.is_some_and(|field| !field.pkg_path.is_empty());
        self.element(cx, part, read_only || hidden)
    }

    /// Prints the key or the element of a map's entry, or the map's end.
    fn entry(
        &mut self,
        cx: &mut NativeCx<'a>,
        entry: Option<(Place<'a>, Place<'a>)>,
        half: usize,
        read_only: bool,
    ) -> Step<'a> {
        let Some((key, element)) = entry else {
            self.close(Kind::Map);
            return Ok(None);
        };
        if !half.is_multiple_of(2) {
            self.text.out.push(b':');
            return self.element(cx, element, read_only);
        }
        if half > 0 {
            self.separate();
        }
        self.element(cx, key, read_only)
    }

    /// Prints an address; whether the value has one and the verb is for it.
    fn pointer(&mut self, place: Place<'a>, verb: char) -> bool {
        if !matches!(
            place.kind(),
            Kind::Chan | Kind::Func | Kind::Map | Kind::Pointer | Kind::Slice | Kind::UnsafePointer
        ) {
            return false;
        }
        let address = place.address();
        let sharp = self.text.has(SHARP);
        match verb {
            'v' if self.text.has(SHARP_V) => {
                self.text.out.push(b'(');
                self.text.push(&place.rtype().desc.string);
                self.text.push(")(");
                if address == 0 {
                    self.text.push("nil");
                } else {
                    self.text.address(address, true);
                }
                self.text.out.push(b')');
            }
            'v' if address == 0 => self.text.pad(b"<nil>"),
            'v' | 'p' => self.text.address(address, !sharp),
            'b' | 'o' | 'd' | 'x' | 'X' => {
                self.text.integer(address, false, verb);
            }
            _ => return false,
        }
        true
    }
}

/// Whether what a pointer leads to is printed instead of its address.
fn has_parts(kind: Kind) -> bool {
    matches!(kind, Kind::Array | Kind::Slice | Kind::Struct | Kind::Map)
}

fn sorted<'a>(cx: &mut NativeCx<'a>, place: Place<'a>) -> Result<Entries<'a>, Fault> {
    let mut entries = place.entries(cx)?;
    entries.sort_by(|(a, _), (b, _)| order::compare(cx, *a, *b));
    Ok(Entries::Sorted(entries))
}
