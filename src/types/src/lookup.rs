//! Looking up fields and methods, through embedding, and what is missing for an interface.

use crate::checker::Checker;
use crate::object::{ObjId, ObjKind};
use crate::package::PkgId;
use crate::types::{Type, TypeId};

/// What `x.name` finds.
#[derive(Clone, Debug)]
pub(crate) enum Lookup {
    /// A field or method, the index path to it and whether a pointer was followed.
    Found {
        obj: ObjId,
        index: Vec<usize>,
        indirect: bool,
    },
    /// Several at the same depth.
    Ambiguous {
        index: Vec<usize>,
    },
    /// A method with a pointer receiver on a value that is not addressable.
    NeedsPointer {
        obj: ObjId,
    },
    NotFound,
}

/// A type at the current depth of the search.
struct Embedded {
    ty: TypeId,
    index: Vec<usize>,
    indirect: bool,
    /// Met several times at this depth: what it has is ambiguous.
    multiples: bool,
}

impl Checker {
    /// Whether `name`, used in `pkg`, means the object: unexported names differ by package.
    pub(crate) fn same_id(
        &self,
        obj: ObjId,
        pkg: Option<PkgId>,
        name: &str,
        fold_case: bool,
    ) -> bool {
        let object = self.store.obj(obj);
        if fold_case && object.name.to_lowercase() == name.to_lowercase() {
            return true;
        }
        object.name == name && (object.is_exported() || object.pkg == pkg)
    }

    /// Finds the field or method `name` of `t`. The index path leads through embedded fields.
    pub(crate) fn lookup_field_or_method(
        &mut self,
        t: TypeId,
        addressable: bool,
        pkg: Option<PkgId>,
        name: &str,
        fold_case: bool,
    ) -> Lookup {
        if name == "_" {
            return Lookup::NotFound;
        }
        // A pointer to a defined pointer or interface type has no methods and fields; nor does a
        // defined pointer type have methods.
        let u = self.unalias(t);
        if matches!(self.store.ty(u), Type::Named(_)) {
            let under = self.under(u);
            if matches!(self.store.ty(under), Type::Pointer(_)) {
                let found = self.search(under, false, pkg, name, fold_case);
                if let Lookup::Found { obj, .. } = found
                    && matches!(self.store.obj(obj).kind, ObjKind::Func(_))
                {
                    return Lookup::NotFound;
                }
                return found;
            }
        }
        let found = self.search(t, addressable, pkg, name, fold_case);
        if matches!(found, Lookup::NotFound)
            && self.is_type_param(t)
            && let Some(core) = self.core_type(t)
            && matches!(self.store.ty(core), Type::Struct(_))
        {
            // Fields of a core type are not accessible; nothing is found.
            return Lookup::NotFound;
        }
        found
    }

    fn search(
        &mut self,
        t: TypeId,
        addressable: bool,
        pkg: Option<PkgId>,
        name: &str,
        fold_case: bool,
    ) -> Lookup {
        let (base, is_ptr) = self.deref(t);
        if is_ptr && self.is_interface(base) {
            return Lookup::NotFound;
        }
        let first = Embedded { ty: base, index: Vec::new(), indirect: is_ptr, multiples: false };
        let mut current = vec![first];
        let mut seen: Vec<TypeId> = Vec::new();
        while !current.is_empty() {
            let mut next: Vec<Embedded> = Vec::new();
            let mut hit: Option<(ObjId, Vec<usize>, bool)> = None;
            let mut clash = false;
            for e in &current {
                let ty = self.unalias(e.ty);
                if matches!(self.store.ty(ty), Type::Named(_)) {
                    if self.contains_identical(&seen, ty) {
                        continue;
                    }
                    seen.push(ty);
                    if let Some((i, m)) = self.named_method(ty, pkg, name, fold_case) {
                        clash |= hit.is_some() || e.multiples;
                        hit = Some((m, with_index(&e.index, i), e.indirect));
                        continue;
                    }
                }
                let before = hit.is_some();
                let found = self.search_under(ty, e, pkg, name, fold_case, &mut next, before);
                if let Some(found) = found {
                    clash |= hit.is_some() || e.multiples;
                    hit = Some(found);
                }
            }
            if let Some((obj, index, indirect)) = hit {
                if clash {
                    return Lookup::Ambiguous { index };
                }
                return self.found(obj, index, indirect, addressable);
            }
            current = self.consolidate(next);
        }
        Lookup::NotFound
    }

    /// Looks into the underlying struct or interface; collects embedded fields for the next depth.
    #[allow(clippy::too_many_arguments)]
    fn search_under(
        &mut self,
        ty: TypeId,
        e: &Embedded,
        pkg: Option<PkgId>,
        name: &str,
        fold_case: bool,
        next: &mut Vec<Embedded>,
        found_already: bool,
    ) -> Option<(ObjId, Vec<usize>, bool)> {
        let u = self.under(ty);
        match self.store.ty(u) {
            Type::Struct(s) => {
                let fields = s.fields.clone();
                let mut hit = None;
                for (i, field) in fields.into_iter().enumerate() {
                    if self.same_id(field, pkg, name, fold_case) {
                        hit = Some((field, with_index(&e.index, i), e.indirect));
                        continue;
                    }
                    let object = self.store.obj(field);
                    let embedded = matches!(&object.kind, ObjKind::Var(v) if v.embedded);
                    if hit.is_some() || found_already || !embedded {
                        continue;
                    }
                    let field_type = object.ty;
                    let (base, is_ptr) = self.deref(field_type);
                    let base = self.unalias(base);
                    if matches!(
                        self.store.ty(base),
                        Type::Named(_) | Type::Struct(_) | Type::Interface(_)
                    ) {
                        next.push(Embedded {
                            ty: base,
                            index: with_index(&e.index, i),
                            indirect: e.indirect || is_ptr,
                            multiples: e.multiples,
                        });
                    }
                }
                hit
            }
            Type::Interface(_) => {
                let methods = &self.type_set_ref(u).methods.clone();
                let i = methods.iter().position(|&m| self.same_id(m, pkg, name, fold_case))?;
                Some((methods[i], with_index(&e.index, i), e.indirect))
            }
            _ => None,
        }
    }

    fn found(
        &mut self,
        obj: ObjId,
        index: Vec<usize>,
        indirect: bool,
        addressable: bool,
    ) -> Lookup {
        if matches!(self.store.obj(obj).kind, ObjKind::Func(_)) {
            self.obj_decl(obj);
            if self.has_ptr_recv(obj) && !indirect && !addressable {
                return Lookup::NeedsPointer { obj };
            }
        }
        Lookup::Found { obj, index, indirect }
    }

    pub(crate) fn has_ptr_recv(&self, method: ObjId) -> bool {
        let object = self.store.obj(method);
        if let Type::Signature(sig) = self.store.ty(object.ty)
            && let Some(recv) = sig.recv
        {
            return self.is_pointer_type(self.store.obj(recv).ty);
        }
        matches!(&object.kind, ObjKind::Func(f) if f.ptr_recv)
    }

    fn contains_identical(&mut self, seen: &[TypeId], t: TypeId) -> bool {
        seen.iter().any(|&s| s == t || self.identical(s, t))
    }

    /// Merges identical embedded types of one depth.
    fn consolidate(&mut self, list: Vec<Embedded>) -> Vec<Embedded> {
        if list.len() <= 1 {
            return list;
        }
        let mut merged: Vec<Embedded> = Vec::with_capacity(list.len());
        for e in list {
            let mut same = None;
            for (i, m) in merged.iter().enumerate() {
                if m.ty == e.ty || self.identical(m.ty, e.ty) {
                    same = Some(i);
                    break;
                }
            }
            match same {
                Some(i) => merged[i].multiples = true,
                None => merged.push(e),
            }
        }
        merged
    }

    // -- missing methods

    /// Whether an x.(T) can succeed; `Err` holds Go's cause (missing method …).
    pub(crate) fn can_assert(&mut self, interface: TypeId, t: TypeId) -> Result<(), String> {
        if self.is_interface(t) {
            return Ok(());
        }
        self.missing_method_cause(t, interface, false)
    }

    /// Whether `v` has the methods of the interface `t`; `Err` holds the cause in parentheses.
    pub(crate) fn missing_method_cause(
        &mut self,
        v: TypeId,
        t: TypeId,
        assertion: bool,
    ) -> Result<(), String> {
        let tu = self.under(t);
        let methods = self.type_set_ref(tu).methods.clone();
        for m in methods {
            self.has_method(v, m, assertion)?;
        }
        Ok(())
    }

    fn has_method(&mut self, v: TypeId, m: ObjId, assertion: bool) -> Result<(), String> {
        let (pkg, name, mty) = {
            let o = self.store.obj(m);
            (o.pkg, o.name.clone(), o.ty)
        };
        let vu = self.under(v);
        let v_is_interface = matches!(self.store.ty(vu), Type::Interface(_));
        let found = self.lookup_field_or_method(v, false, pkg, &name, false);
        match found {
            Lookup::Found { obj, .. } if self.is_func(obj) => {
                let ty = self.store.obj(obj).ty;
                if self.identical(ty, mty) {
                    return Ok(());
                }
                let (have, want) = (self.method_string(obj), self.method_string(m));
                Err(format!("(wrong type for method {name})\n\t\thave {have}\n\t\twant {want}"))
            }
            Lookup::NeedsPointer { obj } => {
                let ty = self.store.obj(obj).ty;
                if self.identical(ty, mty) {
                    return Err(format!("(method {name} has pointer receiver)"));
                }
                let (have, want) = (self.method_string(obj), self.method_string(m));
                Err(format!("(wrong type for method {name})\n\t\thave {have}\n\t\twant {want}"))
            }
            Lookup::Ambiguous { .. } => Err(format!("(ambiguous selector {})", {
                let v = self.type_string(v);
                format!("{v}.{name}")
            })),
            Lookup::Found { .. } => {
                let v = self.type_string(v);
                Err(format!("({v}.{name} is a field, not a method)"))
            }
            Lookup::NotFound => {
                if v_is_interface && assertion {
                    return Ok(());
                }
                Err(self.not_found_cause(v, m, &name, pkg))
            }
        }
    }

    fn not_found_cause(&mut self, v: TypeId, m: ObjId, name: &str, pkg: Option<PkgId>) -> String {
        let pointer_to_interface = {
            let (base, is_ptr) = self.deref(v);
            is_ptr && self.is_interface(base)
        };
        if pointer_to_interface {
            let v = self.type_string(v);
            return format!("(type {v} is pointer to interface, not interface)");
        }
        let other = match self.lookup_field_or_method(v, false, pkg, name, true) {
            Lookup::Found { obj, .. } | Lookup::NeedsPointer { obj } if self.is_func(obj) => {
                Some(obj)
            }
            _ => None,
        };
        match other {
            Some(alt) if self.store.obj(alt).name != name => {
                let (have, want) = (self.method_string(alt), self.method_string(m));
                format!("(missing method {name})\n\t\thave {have}\n\t\twant {want}")
            }
            _ => format!("(missing method {name})"),
        }
    }

    pub(crate) fn is_func(&self, obj: ObjId) -> bool {
        matches!(self.store.obj(obj).kind, ObjKind::Func(_))
    }

    /// `Name(params) results`, as the lines `have` and `want` show a method.
    fn method_string(&mut self, m: ObjId) -> String {
        let (name, ty) = (self.store.obj(m).name.clone(), self.store.obj(m).ty);
        format!("{name}{}", self.signature_string(ty))
    }
}

fn with_index(path: &[usize], last: usize) -> Vec<usize> {
    let mut index = Vec::with_capacity(path.len() + 1);
    index.extend_from_slice(path);
    index.push(last);
    index
}
