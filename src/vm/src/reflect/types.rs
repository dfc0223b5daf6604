//! Natives on types: what their descriptions say.

use gol_bytecode::{Kind, Method, MethodDesc, TypeIdx};

use crate::iface;
use crate::mem::exposed::{go_align, go_offsets};
use crate::native::{NativeCx, NativeResult};
use crate::rtype::RType;

use super::{Table, misuse};

pub(super) const NATIVES: Table = &[
    ("typeOf", type_of),
    ("typeKind", |cx| {
        let kind = cx.rtype()?.desc.kind;
        cx.ret_uint(kind as u64);
        Ok(())
    }),
    ("typeString", |cx| {
        let ty = cx.rtype()?;
        cx.ret_static(&ty.desc.string);
        Ok(())
    }),
    ("typeName", |cx| {
        let ty = cx.rtype()?;
        cx.ret_static(&ty.desc.name);
        Ok(())
    }),
    ("typePkgPath", |cx| {
        let ty = cx.rtype()?;
        cx.ret_static(&ty.desc.pkg_path);
        Ok(())
    }),
    ("typeSize", |cx| {
        let size = cx.rtype()?.desc.go_size;
        cx.ret_uint(size);
        Ok(())
    }),
    ("typeAlign", |cx| {
        let align = go_align(cx.rtype()?);
        cx.ret_uint(align);
        Ok(())
    }),
    ("typeElem", |cx| {
        let elem = cx.rtype()?.elem;
        cx.ret_word(elem as u64);
        Ok(())
    }),
    ("typeKey", |cx| {
        let key = cx.rtype()?.key;
        cx.ret_word(key as u64);
        Ok(())
    }),
    ("typeLen", |cx| {
        let len = cx.rtype()?.desc.len;
        cx.ret_uint(len);
        Ok(())
    }),
    ("typeChanDir", |cx| {
        let dir = cx.rtype()?.desc.chan_dir;
        cx.ret_uint(dir.into());
        Ok(())
    }),
    ("typeComparable", |cx| {
        let comparable = cx.rtype()?.desc.comparable;
        cx.ret_bool(comparable);
        Ok(())
    }),
    ("typeVariadic", |cx| {
        let variadic = cx.rtype()?.desc.variadic;
        cx.ret_bool(variadic);
        Ok(())
    }),
    ("numField", |cx| {
        let n = cx.rtype()?.fields.len();
        cx.ret_int(n as i64);
        Ok(())
    }),
    ("fieldOf", field_of),
    ("numParam", |cx| {
        let n = cx.rtype()?.params.len();
        cx.ret_int(n as i64);
        Ok(())
    }),
    ("numResult", |cx| {
        let n = cx.rtype()?.results.len();
        cx.ret_int(n as i64);
        Ok(())
    }),
    ("paramOf", |cx| {
        let (ty, i) = (cx.rtype()?, cx.int() as usize);
        let param = ty.params.get(i).ok_or_else(|| misuse("a parameter"))?;
        cx.ret_word(*param as u64);
        Ok(())
    }),
    ("resultOf", |cx| {
        let (ty, i) = (cx.rtype()?, cx.int() as usize);
        let result = ty.results.get(i).ok_or_else(|| misuse("a result"))?;
        cx.ret_word(*result as u64);
        Ok(())
    }),
    ("numMethod", num_method),
    ("methodOf", method_of),
    ("implements", |cx| {
        let (ty, iface) = (cx.rtype()?, cx.rtype()?);
        let has = implements(ty, iface);
        cx.ret_bool(has);
        Ok(())
    }),
    ("sameUnderlying", |cx| {
        let (a, b, tags) = (cx.rtype()?, cx.rtype()?, cx.bool());
        cx.ret_bool(same_underlying(a, b, tags));
        Ok(())
    }),
];

fn type_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.iface();
    cx.ret_rtype(value.rtype());
    Ok(())
}

/// `func fieldOf(t *rtype, i int) (name, pkgPath string, typ *rtype, tag string, offset uintptr,
/// embedded bool)`.
fn field_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ty, i) = (cx.rtype()?, cx.int() as usize);
    let desc = ty.desc.fields.get(i).ok_or_else(|| misuse("a field"))?;
    cx.ret_static(&desc.name);
    cx.ret_static(&desc.pkg_path);
    cx.ret_word(ty.fields[i] as u64);
    cx.ret_static(&desc.tag);
    cx.ret_uint(go_offsets(ty).nth(i).unwrap_or(0));
    cx.ret_bool(desc.embedded);
    Ok(())
}

/// The methods that reflection shows, in order: exported ones of a concrete type.
pub(super) fn methods<'t>(
    cx: &NativeCx<'_>,
    ty: &'t RType,
) -> impl Iterator<Item = &'t MethodDesc> + use<'t> {
    let shared = std::sync::Arc::clone(cx.shared());
    ty.desc.methods.iter().filter(move |method| {
        let image = shared.image();
        image.methods.get(method.method.0 as usize).is_some_and(|m| m.pkg_path.is_empty())
    })
}

fn num_method(cx: &mut NativeCx<'_>) -> NativeResult {
    let ty = cx.rtype()?;
    let n = match ty.desc.kind {
        Kind::Interface => ty.desc.iface_methods.len(),
        _ => methods(cx, ty).count(),
    };
    cx.ret_int(n as i64);
    Ok(())
}

/// `func methodOf(t *rtype, i int) (name, pkgPath string, typ *rtype)`.
fn method_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ty, i) = (cx.rtype()?, cx.int() as usize);
    let method = method_at(cx, ty, i).ok_or_else(|| misuse("a method"))?;
    cx.ret_str(&method.name);
    cx.ret_str(&method.pkg_path);
    let ty = rtype_at(cx, method.ty);
    cx.ret_rtype(Some(ty));
    Ok(())
}

/// Method `i` of those that reflection shows.
pub(super) fn method_at(cx: &NativeCx<'_>, ty: &RType, i: usize) -> Option<Method> {
    let found = match ty.desc.kind {
        Kind::Interface => ty.desc.iface_methods.get(i).copied(),
        _ => methods(cx, ty).nth(i).map(|m| m.method),
    };
    cx.shared().image().methods.get(found?.0 as usize).cloned()
}

/// A type of the program.
pub(super) fn rtype_at<'a>(cx: &NativeCx<'a>, idx: TypeIdx) -> &'a RType {
    cx.worker.local.rtype(idx)
}

/// Whether a type has all methods of an interface; it may be an interface itself.
pub(crate) fn implements(ty: &RType, interface: &RType) -> bool {
    if ty.desc.kind == Kind::Interface {
        let has = |m| ty.desc.iface_methods.contains(m);
        return interface.desc.iface_methods.iter().all(has);
    }
    iface::implements(ty, interface).is_ok()
}

/// Whether two types have the same underlying type; `tags`: tags of fields count.
fn same_underlying(a: &RType, b: &RType, tags: bool) -> bool {
    if std::ptr::eq(a, b) {
        return true;
    }
    let (d, e) = (&a.desc, &b.desc);
    if d.kind != e.kind {
        return false;
    }
    match d.kind {
        Kind::Array => d.len == e.len && parts_alike(a, b, tags),
        Kind::Chan => d.chan_dir == e.chan_dir && parts_alike(a, b, tags),
        Kind::Pointer | Kind::Slice | Kind::Map => parts_alike(a, b, tags),
        Kind::Interface => d.iface_methods == e.iface_methods,
        Kind::Func => {
            d.variadic == e.variadic
                && all_alike(&a.params, &b.params, tags)
                && all_alike(&a.results, &b.results, tags)
        }
        Kind::Struct => {
            let same = |(f, g): (&gol_bytecode::FieldDesc, &gol_bytecode::FieldDesc)| {
                f.name == g.name
                    && f.pkg_path == g.pkg_path
                    && f.embedded == g.embedded
                    && (!tags || f.tag == g.tag)
            };
            all_alike(&a.fields, &b.fields, tags) && d.fields.iter().zip(&e.fields).all(same)
        }
        _ => true,
    }
}

/// Whether keys and elements are identical.
fn parts_alike(a: &RType, b: &RType, tags: bool) -> bool {
    alike(a.elem, b.elem, tags) && alike(a.key, b.key, tags)
}

fn all_alike(a: &[*const RType], b: &[*const RType], tags: bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(*a, *b, tags))
}

/// Whether two types are identical, but perhaps for tags.
fn alike(a: *const RType, b: *const RType, tags: bool) -> bool {
    if a == b {
        return true;
    }
    // SAFETY: null or types that outlive everything.
    let (Some(a), Some(b)) = (unsafe { a.as_ref() }, unsafe { b.as_ref() }) else { return false };
    !tags && a.desc.name.is_empty() && b.desc.name.is_empty() && same_underlying(a, b, false)
}
