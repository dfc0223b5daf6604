//! Types made at run time: pointers, slices, arrays, channels, maps, functions, structs of types
//! that there are.
//!
//! Identical types have one description, whoever made it: a table of all unnamed types of the
//! program, filled when it is asked, knows them by what they are made of, and takes up new ones.
//! New types live as long as the runtime.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use gol_bytecode::layout::{Assembly, TypeRepr, array, empty, scalar};
use gol_bytecode::{FieldDesc, Kind, LeafKind, Repr, TypeDesc, TypeIdx};
use gol_heap::LayoutSpec;

use crate::fault::Fault;
use crate::mem::exposed::go_align;
use crate::native::{NativeCx, NativeResult};
use crate::rtype::{MapLayout, RType};

use super::{Table, misuse};

pub(super) const NATIVES: Table = &[
    ("pointerTo", |cx| {
        let elem = cx.rtype()?;
        let pointer = pointer_to(cx, elem)?;
        cx.ret_rtype(Some(pointer));
        Ok(())
    }),
    ("sliceOf", |cx| {
        let elem = cx.rtype()?;
        ret_made(cx, Shape::Slice(elem))
    }),
    ("arrayOf", |cx| {
        let (len, elem) = (cx.uint(), cx.rtype()?);
        ret_made(cx, Shape::Array(elem, len))
    }),
    ("chanOf", |cx| {
        let (dir, elem) = (cx.uint() as u8, cx.rtype()?);
        ret_made(cx, Shape::Chan(elem, dir))
    }),
    ("mapOf", |cx| {
        let (key, elem) = (cx.rtype()?, cx.rtype()?);
        ret_made(cx, Shape::Map(key, elem))
    }),
    ("funcOf", |cx| {
        let (params, results) = (types(cx), types(cx));
        let variadic = cx.bool();
        ret_made(cx, Shape::Func(params, results, variadic))
    }),
    ("structOf", struct_of),
];

/// The type of pointers to a type.
pub(crate) fn pointer_to<'a>(cx: &NativeCx<'a>, elem: &'a RType) -> Result<&'a RType, Fault> {
    match elem.desc.pointer_to {
        Some(known) => Ok(super::types::rtype_at(cx, known)),
        None => Ok(at(find_or_make(cx, Shape::Pointer(elem))?)),
    }
}

type TypePtr = *const RType;

/// What a type without a name is made of.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Shape {
    Pointer(TypePtr),
    Slice(TypePtr),
    Array(TypePtr, u64),
    /// Direction as in [`TypeDesc::chan_dir`].
    Chan(TypePtr, u8),
    Map(TypePtr, TypePtr),
    Func(Vec<TypePtr>, Vec<TypePtr>, bool),
    Struct(Vec<FieldShape>),
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct FieldShape {
    name: String,
    pkg_path: String,
    ty: TypePtr,
    tag: String,
    embedded: bool,
}

/// All types without a name.
#[derive(Default)]
struct Known {
    by_shape: HashMap<Shape, TypePtr>,
    /// Types that were made here; they must not move.
    #[allow(clippy::vec_box)]
    made: Vec<Box<RType>>,
    /// How many of the program's types are in the table; a session's program gets more.
    filled: usize,
}

// SAFETY: the pointers lead to types of the same runtime, which live as long as it and do not
// change; the runtime owns the table.
unsafe impl Send for Known {}

#[derive(Default)]
struct KnownTypes(Mutex<Known>);

/// A `[]*rtype` argument.
fn types(cx: &mut NativeCx<'_>) -> Vec<TypePtr> {
    cx.slice().words64().iter().map(|word| *word as TypePtr).collect()
}

fn at<'t>(ty: TypePtr) -> &'t RType {
    // SAFETY: shapes are made of types, which live as long as the runtime.
    unsafe { &*ty }
}

/// `func structOf(types []*rtype, texts []string, embedded []bool) *rtype`; the texts are name,
/// package and tag of each field.
fn struct_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let types = types(cx);
    let texts: Vec<String> = cx.slice().strings().map(|s| s.to_text().into_owned()).collect();
    let embedded = cx.bytes().as_bytes();
    let fields = types.iter().zip(texts.chunks_exact(3)).zip(embedded);
    let fields = fields.map(|((&ty, text), &embedded)| FieldShape {
        name: text[0].clone(),
        pkg_path: text[1].clone(),
        ty,
        tag: text[2].clone(),
        embedded: embedded != 0,
    });
    let shape = Shape::Struct(fields.collect());
    ret_made(cx, shape)
}

fn ret_made(cx: &mut NativeCx<'_>, shape: Shape) -> NativeResult {
    let ty = find_or_make(cx, shape)?;
    cx.ret_rtype(Some(at(ty)));
    Ok(())
}

fn find_or_make(cx: &NativeCx<'_>, shape: Shape) -> Result<TypePtr, Fault> {
    let types = cx.state::<KnownTypes>();
    let mut known = types.0.lock().unwrap_or_else(PoisonError::into_inner);
    let image = cx.shared().image();
    for &ty in &image.types()[known.filled..] {
        if let Some(shape) = shape_of(at(ty)) {
            known.by_shape.entry(shape).or_insert(ty);
        }
    }
    known.filled = image.types().len();
    drop(image);
    if let Some(&ty) = known.by_shape.get(&shape) {
        return Ok(ty);
    }
    let made = Box::new(make(cx, &shape)?);
    let ty = std::ptr::from_ref(&*made);
    known.made.push(made);
    known.by_shape.insert(shape, ty);
    Ok(ty)
}

/// The shape of a type without a name.
fn shape_of(ty: &RType) -> Option<Shape> {
    let desc = &ty.desc;
    if !desc.name.is_empty() {
        return None;
    }
    Some(match desc.kind {
        Kind::Pointer => Shape::Pointer(ty.elem),
        Kind::Slice => Shape::Slice(ty.elem),
        Kind::Array => Shape::Array(ty.elem, desc.len),
        Kind::Chan => Shape::Chan(ty.elem, desc.chan_dir),
        Kind::Map => Shape::Map(ty.key, ty.elem),
        Kind::Func => Shape::Func(ty.params.to_vec(), ty.results.to_vec(), desc.variadic),
        Kind::Struct => {
            let field = |(field, ty): (&FieldDesc, &TypePtr)| FieldShape {
                name: field.name.clone(),
                pkg_path: field.pkg_path.clone(),
                ty: *ty,
                tag: field.tag.clone(),
                embedded: field.embedded,
            };
            Shape::Struct(desc.fields.iter().zip(&ty.fields).map(field).collect())
        }
        _ => return None,
    })
}

fn make(cx: &NativeCx<'_>, shape: &Shape) -> Result<RType, Fault> {
    let repr = repr_of(shape)?;
    let mut desc = TypeDesc::new(kind_of(shape), &repr);
    desc.string = text_of(shape);
    let (mut elem, mut key): (TypePtr, TypePtr) = (std::ptr::null(), std::ptr::null());
    let (mut fields, mut params, mut results) = (Vec::new(), Vec::new(), Vec::new());
    let mut period = repr.size;
    match shape {
        Shape::Pointer(of) => {
            elem = *of;
            desc.plain_equal = true;
        }
        Shape::Slice(of) => {
            elem = *of;
            desc.comparable = false;
            desc.go_size = 24;
        }
        Shape::Chan(of, dir) => {
            elem = *of;
            desc.chan_dir = *dir;
            desc.plain_equal = true;
        }
        Shape::Array(of, len) => {
            elem = *of;
            desc.len = *len;
            desc.comparable = at(*of).desc.comparable;
            desc.plain_equal = at(*of).desc.plain_equal;
            desc.go_size = at(*of).desc.go_size.saturating_mul(*len);
            if *len > LISTED_ELEMENTS {
                period = at(*of).desc.size;
            }
        }
        Shape::Map(k, of) => {
            (key, elem) = (*k, *of);
            desc.comparable = false;
        }
        Shape::Func(ins, outs, variadic) => {
            (params, results) = (ins.clone(), outs.clone());
            desc.variadic = *variadic;
            desc.comparable = false;
        }
        Shape::Struct(list) => {
            fields = list.iter().map(|field| field.ty).collect();
            describe_fields(&mut desc, list, &repr);
        }
    }
    let heap = cx.shared().heap();
    let layout = LayoutSpec::of(period, &desc.pointers);
    let map = match shape {
        Shape::Map(key, elem) => Some(MapLayout::new(heap, at(*key), at(*elem))),
        _ => None,
    };
    Ok(RType {
        idx: TypeIdx(u32::MAX),
        layout: heap.register_layout(layout),
        elem,
        key,
        fields: fields.into(),
        params: params.into(),
        results: results.into(),
        methods: Box::new([]),
        map,
        plain_equal: desc.plain_equal,
        desc,
    })
}

/// Longer arrays list the pointers of their first element only (see [`TypeDesc::pointers`]).
const LISTED_ELEMENTS: u64 = 8;

fn kind_of(shape: &Shape) -> Kind {
    match shape {
        Shape::Pointer(_) => Kind::Pointer,
        Shape::Slice(_) => Kind::Slice,
        Shape::Array(..) => Kind::Array,
        Shape::Chan(..) => Kind::Chan,
        Shape::Map(..) => Kind::Map,
        Shape::Func(..) => Kind::Func,
        Shape::Struct(_) => Kind::Struct,
    }
}

fn repr_of(shape: &Shape) -> Result<TypeRepr, Fault> {
    Ok(match shape {
        Shape::Slice(_) => scalar(LeafKind::Slice, 16, 16),
        Shape::Array(elem, len) => array_repr(at(*elem), *len)?,
        Shape::Struct(fields) => {
            let mut assembly = Assembly::new();
            fields.iter().for_each(|field| assembly.push(&repr_of_type(at(field.ty))));
            let repr = assembly.finish();
            if repr.size > u64::from(u32::MAX) {
                return Err(misuse("such a size"));
            }
            repr
        }
        _ => scalar(LeafKind::Ptr, 8, 8),
    })
}

fn array_repr(elem: &RType, len: u64) -> Result<TypeRepr, Fault> {
    let part = repr_of_type(elem);
    if len <= LISTED_ELEMENTS || part.size == 0 {
        return Ok(array(&part, len));
    }
    let size = part.size.checked_mul(len).filter(|size| *size < 1 << 47);
    let size = size.ok_or_else(|| misuse("such a size"))?;
    Ok(TypeRepr {
        repr: Repr::Mem,
        words: 1,
        size,
        align: part.align,
        pointers: part.pointers,
        ..empty()
    })
}

/// The representation of a type that there is; all pointers of arrays are listed.
fn repr_of_type(ty: &RType) -> TypeRepr {
    let desc = &ty.desc;
    let mut pointers = desc.pointers.clone();
    if desc.kind == Kind::Array && desc.len > LISTED_ELEMENTS && !pointers.is_empty() {
        let size = desc.size / desc.len;
        let of = |i: u64| desc.pointers.iter().map(move |at| at + (i * size) as u32);
        pointers = (0..desc.len).flat_map(of).collect();
    }
    TypeRepr {
        repr: desc.repr,
        words: desc.words,
        size: desc.size,
        align: desc.align,
        leaves: desc.leaves.clone(),
        fields: Vec::new(),
        pointers,
    }
}

fn describe_fields(desc: &mut TypeDesc, list: &[FieldShape], repr: &TypeRepr) {
    let (mut end, mut go_end, mut align): (u64, u64, u64) = (0, 0, 1);
    let mut plain = true;
    for (field, &(word, offset)) in list.iter().zip(&repr.fields) {
        let ty = at(field.ty);
        plain &= ty.desc.plain_equal && offset == end && field.name != "_";
        desc.comparable &= ty.desc.comparable;
        end = offset + ty.desc.size;
        go_end = go_end.next_multiple_of(go_align(ty)) + ty.desc.go_size;
        align = align.max(go_align(ty));
        desc.fields.push(FieldDesc {
            name: field.name.clone(),
            pkg_path: field.pkg_path.clone(),
            ty: ty.idx,
            offset,
            word,
            embedded: field.embedded,
            tag: field.tag.clone(),
        });
    }
    // A pointer to a last field without size must not lead behind the struct.
    if go_end > 0 && list.last().is_some_and(|last| at(last.ty).desc.go_size == 0) {
        go_end += 1;
    }
    desc.go_size = go_end.next_multiple_of(align);
    desc.plain_equal = plain && end == desc.size;
}

fn text_of(shape: &Shape) -> String {
    let text = |ty: &TypePtr| at(*ty).desc.string.as_str();
    match shape {
        Shape::Pointer(elem) => format!("*{}", text(elem)),
        Shape::Slice(elem) => format!("[]{}", text(elem)),
        Shape::Array(elem, len) => format!("[{len}]{}", text(elem)),
        Shape::Chan(elem, 1) => format!("<-chan {}", text(elem)),
        Shape::Chan(elem, 2) => format!("chan<- {}", text(elem)),
        Shape::Chan(elem, _) if text(elem).starts_with('<') => format!("chan ({})", text(elem)),
        Shape::Chan(elem, _) => format!("chan {}", text(elem)),
        Shape::Map(key, elem) => format!("map[{}]{}", text(key), text(elem)),
        Shape::Func(params, results, variadic) => func_text(params, results, *variadic),
        Shape::Struct(fields) if fields.is_empty() => "struct {}".to_owned(),
        Shape::Struct(fields) => {
            let fields: Vec<String> = fields.iter().map(field_text).collect();
            format!("struct {{ {} }}", fields.join("; "))
        }
    }
}

fn field_text(field: &FieldShape) -> String {
    let mut text = at(field.ty).desc.string.clone();
    if !field.embedded {
        text = format!("{} {text}", field.name);
    }
    if !field.tag.is_empty() {
        text.push(' ');
        text.push_str(&quoted(&field.tag));
    }
    text
}

/// A tag as a string literal.
fn quoted(tag: &str) -> String {
    let mut out = String::from('"');
    for c in tag.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn func_text(params: &[TypePtr], results: &[TypePtr], variadic: bool) -> String {
    let mut ins: Vec<String> = params.iter().map(|ty| at(*ty).desc.string.clone()).collect();
    if variadic && let Some(last) = ins.last_mut() {
        *last = format!("...{}", last.strip_prefix("[]").unwrap_or(last));
    }
    let outs: Vec<&str> = results.iter().map(|ty| at(*ty).desc.string.as_str()).collect();
    let ins = ins.join(", ");
    match outs.as_slice() {
        [] => format!("func({ins})"),
        [one] => format!("func({ins}) {one}"),
        many => format!("func({ins}) ({})", many.join(", ")),
    }
}
