//! What encoding and decoding have to know of a type, found out once: which of its methods do it
//! themselves, and a struct's fields by the rules for tags and embedding.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use gol_vm::Fault;
use gol_vm::native::NativeCx;
use gol_vm::place::{has_methods, pointer_type};
use gol_vm::value::{Kind, RType, Value};

use super::text::{fold, quote};

/// Types and interfaces of the package, as its gol code hands them over (`known` in `json.gol`).
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub marshaler: &'a RType,
    pub text_marshaler: &'a RType,
    pub unmarshaler: &'a RType,
    pub text_unmarshaler: &'a RType,
    pub is_zeroer: &'a RType,
    pub number: &'a RType,
    pub string: &'a RType,
    pub float: &'a RType,
    pub bool: &'a RType,
    pub list: &'a RType,
    pub object: &'a RType,
}

impl<'a> Known<'a> {
    /// From pointers to the types, in the order of the fields.
    pub(super) fn new(pointers: impl Iterator<Item = Value<'a>>) -> Result<Known<'a>, Fault> {
        let types: Vec<&RType> = pointers.filter_map(Value::elem_type).collect();
        let [marshaler, text_marshaler, unmarshaler, text_unmarshaler, is_zeroer, rest @ ..] =
            types.as_slice()
        else {
            return Err(Fault::Internal("json: its types are missing".into()));
        };
        let [number, string, float, bool, list, object] = rest else {
            return Err(Fault::Internal("json: its types are missing".into()));
        };
        Ok(Known {
            marshaler,
            text_marshaler,
            unmarshaler,
            text_unmarshaler,
            is_zeroer,
            number,
            string,
            float,
            bool,
            list,
            object,
        })
    }
}

/// Which method a type has for something: its own, or that of pointers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Has {
    No,
    Value,
    Pointer,
}

/// How values of a type are encoded and decoded.
#[derive(Debug)]
pub(super) struct Plan {
    pub marshal_json: Has,
    pub marshal_text: Has,
    pub unmarshal_json: bool,
    pub unmarshal_text: bool,
    /// Something inside of a value's own memory decodes itself: values must not move meanwhile.
    pub is_fixed: bool,
    /// A slice of bytes that stand as base64.
    pub is_base64: bool,
    pub fields: Vec<Field>,
    by_name: HashMap<Vec<u8>, usize>,
    by_folded: HashMap<Vec<u8>, usize>,
    /// Some field may have to be left out because of a method.
    pub has_conditions: bool,
}

/// A field of a struct, promoted ones included.
#[derive(Debug)]
pub(super) struct Field {
    pub name: String,
    /// `"name":`, with and without what HTML must not contain.
    pub html_key: Vec<u8>,
    pub plain_key: Vec<u8>,
    /// The way through embedded structs.
    pub path: Vec<usize>,
    pub omit_empty: bool,
    pub omit_zero: bool,
    /// A method decides whether it is zero.
    pub has_is_zero: Has,
    pub quoted: bool,
    tagged: bool,
}

impl Plan {
    /// The field with a name, else one whose name differs in case only.
    pub(super) fn find(&self, name: &[u8]) -> Option<&Field> {
        let found = self.by_name.get(name).or_else(|| self.by_folded.get(&fold(name)));
        found.map(|&i| &self.fields[i])
    }
}

/// The plans of a runtime, by their types' addresses.
#[derive(Default)]
pub(super) struct Plans(Mutex<HashMap<usize, Arc<Plan>>>);

pub(super) fn plan_of<'a>(
    cx: &NativeCx<'a>,
    plans: &Plans,
    known: &Known<'a>,
    ty: &'a RType,
) -> Result<Arc<Plan>, Fault> {
    let key = std::ptr::from_ref(ty).addr();
    if let Some(plan) = plans.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(Arc::clone(plan));
    }
    let plan = Arc::new(make(cx, known, ty)?);
    plans.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&plan));
    Ok(plan)
}

fn make<'a>(cx: &NativeCx<'a>, known: &Known<'a>, ty: &'a RType) -> Result<Plan, Fault> {
    let pointer = pointer_type(cx, ty)?;
    let is_iface = ty.desc.kind == Kind::Interface;
    let has = |iface: &RType| match () {
        () if is_iface => Has::No,
        () if has_methods(ty, iface) => Has::Value,
        () if has_methods(pointer, iface) => Has::Pointer,
        () => Has::No,
    };
    let elem = Value::elem_type_of(ty);
    let is_base64 = match elem {
        Some(elem) if ty.desc.kind == Kind::Slice && elem.desc.kind == Kind::Uint8 => {
            let pointer = pointer_type(cx, elem)?;
            !has_methods(pointer, known.marshaler) && !has_methods(pointer, known.text_marshaler)
        }
        _ => false,
    };
    let fields = if ty.desc.kind == Kind::Struct { fields(cx, known, ty)? } else { Vec::new() };
    let (mut by_name, mut by_folded) = (HashMap::new(), HashMap::new());
    for (i, field) in fields.iter().enumerate() {
        by_name.insert(field.name.clone().into_bytes(), i);
        by_folded.entry(fold(field.name.as_bytes())).or_insert(i);
    }
    let unmarshal_json = !is_iface && has_methods(pointer, known.unmarshaler);
    let unmarshal_text = !is_iface && has_methods(pointer, known.text_unmarshaler);
    Ok(Plan {
        is_fixed: unmarshal_json || unmarshal_text || has_fixed_part(cx, known, ty)?,
        marshal_json: has(known.marshaler),
        marshal_text: has(known.text_marshaler),
        unmarshal_json,
        unmarshal_text,
        is_base64,
        has_conditions: fields.iter().any(|f| f.has_is_zero != Has::No),
        fields,
        by_name,
        by_folded,
    })
}

/// Whether a part of a struct or array, which lies inside of it, decodes itself.
fn has_fixed_part<'a>(
    cx: &NativeCx<'a>,
    known: &Known<'a>,
    ty: &'a RType,
) -> Result<bool, Fault> {
    let parts: Vec<&RType> = match ty.desc.kind {
        Kind::Struct => {
            (0..ty.desc.fields.len()).filter_map(|i| Value::field_type_of(ty, i)).collect()
        }
        Kind::Array => Value::elem_type_of(ty).into_iter().collect(),
        _ => return Ok(false),
    };
    for part in parts {
        let pointer = pointer_type(cx, part)?;
        let decodes =
            has_methods(pointer, known.unmarshaler) || has_methods(pointer, known.text_unmarshaler);
        if decodes || has_fixed_part(cx, known, part)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A struct type on the way, with the fields that lead there.
struct Level<'a> {
    ty: &'a RType,
    path: Vec<usize>,
}

/// All fields that count, in order: level by level of embedding, the dominant one of each name.
fn fields<'a>(cx: &NativeCx<'a>, known: &Known<'a>, ty: &'a RType) -> Result<Vec<Field>, Fault> {
    let mut found: Vec<Field> = Vec::new();
    let mut visited: Vec<usize> = Vec::new();
    let mut level = vec![Level { ty, path: Vec::new() }];
    let mut counts: HashMap<usize, usize> = HashMap::new();
    while !level.is_empty() {
        let mut next: Vec<Level<'a>> = Vec::new();
        let mut next_counts: HashMap<usize, usize> = HashMap::new();
        for at in &level {
            let key = std::ptr::from_ref(at.ty).addr();
            if visited.contains(&key) {
                continue;
            }
            visited.push(key);
            let many = counts.get(&key).is_some_and(|&n| n > 1);
            for i in 0..at.ty.desc.fields.len() {
                let mut path = at.path.clone();
                path.push(i);
                match look_at(cx, known, at.ty, i, path)? {
                    Found::Nothing => {}
                    Found::Field(field) => {
                        if many {
                            // Two of the same: they hide each other.
                            found.push(Field { path: field.path.clone(), ..copy(&field) });
                        }
                        found.push(field);
                    }
                    Found::Embedded(inner, path) => {
                        let count = next_counts.entry(std::ptr::from_ref(inner).addr()).or_default();
                        *count += 1;
                        if *count == 1 {
                            next.push(Level { ty: inner, path });
                        }
                    }
                }
            }
        }
        level = next;
        counts = next_counts;
    }
    Ok(dominant(found))
}

fn copy(field: &Field) -> Field {
    Field {
        name: field.name.clone(),
        html_key: Vec::new(),
        plain_key: Vec::new(),
        path: Vec::new(),
        omit_empty: field.omit_empty,
        omit_zero: field.omit_zero,
        has_is_zero: field.has_is_zero,
        quoted: field.quoted,
        tagged: field.tagged,
    }
}

enum Found<'a> {
    Nothing,
    Field(Field),
    Embedded(&'a RType, Vec<usize>),
}

fn look_at<'a>(
    cx: &NativeCx<'a>,
    known: &Known<'a>,
    ty: &'a RType,
    i: usize,
    path: Vec<usize>,
) -> Result<Found<'a>, Fault> {
    let desc = &ty.desc.fields[i];
    let Some(field_type) = Value::field_type_of(ty, i) else { return Ok(Found::Nothing) };
    let pointed = match field_type.desc.kind {
        Kind::Pointer if field_type.desc.name.is_empty() => Value::elem_type_of(field_type),
        _ => None,
    };
    let inner = pointed.unwrap_or(field_type);
    let exported = desc.pkg_path.is_empty();
    if !exported && (!desc.embedded || inner.desc.kind != Kind::Struct) {
        return Ok(Found::Nothing);
    }
    let tag = tag_value(&desc.tag, "json").unwrap_or_default();
    if tag == "-" {
        return Ok(Found::Nothing);
    }
    let (name, options) = tag.split_once(',').unwrap_or((&tag, ""));
    let name = if is_valid_name(name) { name } else { "" };
    if name.is_empty() && desc.embedded && inner.desc.kind == Kind::Struct {
        return Ok(Found::Embedded(inner, path));
    }
    if !exported {
        return Ok(Found::Nothing);
    }
    let has_option = |wanted: &str| options.split(',').any(|o| o == wanted);
    let quotable = matches!(
        inner.desc.kind,
        Kind::Bool | Kind::String | Kind::Float32 | Kind::Float64
    ) || inner.desc.kind >= Kind::Int && inner.desc.kind <= Kind::Uintptr;
    let omit_zero = has_option("omitzero");
    let has_is_zero = match omit_zero {
        true if has_methods(field_type, known.is_zeroer) => Has::Value,
        true if has_methods(pointer_type(cx, field_type)?, known.is_zeroer) => Has::Pointer,
        _ => Has::No,
    };
    let tagged = !name.is_empty();
    let name = if tagged { name } else { &desc.name };
    Ok(Found::Field(Field {
        html_key: key_text(name, true),
        plain_key: key_text(name, false),
        name: name.to_owned(),
        path,
        omit_empty: has_option("omitempty"),
        omit_zero,
        has_is_zero,
        quoted: has_option("string") && quotable,
        tagged,
    }))
}

fn key_text(name: &str, html: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(name.len() + 3);
    quote(&mut text, name.as_bytes(), html);
    text.push(b':');
    text
}

/// The field of each name that hides the others: the least deep one, and of several of these the
/// one that a tag names; none, if that is not one. In the order of the struct.
fn dominant(found: Vec<Field>) -> Vec<Field> {
    let mut best: HashMap<String, (usize, bool, usize)> = HashMap::new();
    for field in &found {
        let rank = (field.path.len(), !field.tagged);
        let entry = best.entry(field.name.clone()).or_insert((rank.0, rank.1, 0));
        match rank.cmp(&(entry.0, entry.1)) {
            std::cmp::Ordering::Less => *entry = (rank.0, rank.1, 1),
            std::cmp::Ordering::Equal => entry.2 += 1,
            std::cmp::Ordering::Greater => {}
        }
    }
    let wins = |f: &Field| best.get(&f.name) == Some(&(f.path.len(), !f.tagged, 1));
    let mut fields: Vec<Field> = found.into_iter().filter(wins).collect();
    fields.sort_by(|a, b| a.path.cmp(&b.path));
    fields
}

fn is_valid_name(name: &str) -> bool {
    let allowed = |c: char| {
        c.is_alphanumeric() || "!#$%&()*+-./:;<=>?@[]^_{|}~ ".contains(c)
    };
    !name.is_empty() && name.chars().all(allowed)
}

/// The value of a key in a struct tag, as `reflect.StructTag.Get` finds it.
fn tag_value(tag: &str, key: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        rest = rest.trim_start_matches(' ');
        let colon = rest.find(|c: char| c <= ' ' || c == ':' || c == '"' || c == '\u{7f}')?;
        let (name, value) = (&rest[..colon], rest[colon..].strip_prefix(":\"")?);
        let mut escaped = false;
        let end = value.bytes().position(|b| {
            let ends = b == b'"' && !escaped;
            escaped = b == b'\\' && !escaped;
            ends
        })?;
        if name == key {
            return Some(unescaped(&value[..end]));
        }
        rest = &value[end + 1..];
    }
}

/// A tag's value without its backslashes.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|c| match c {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                c => c,
            })),
            c => out.push(c),
        }
    }
    out
}
