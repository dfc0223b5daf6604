//! Looking up fields and methods, through embedding, and what is missing for an interface.

use crate::checker::Checker;
use crate::object::{ObjId, ObjKind};
use crate::package::PkgId;
use crate::types::{Type, TypeId};
use crate::under::INVALID;

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
    Ambiguous,
    /// A method with a pointer receiver on a value that is not addressable.
    NeedsPointer {
        obj: ObjId,
    },
    NotFound,
}

/// The name that is looked for, and from where.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    pkg: Option<PkgId>,
    name: &'a str,
    fold_case: bool,
}

/// A type to look into, and how the search came to it.
struct Candidate {
    ty: TypeId,
    index: Vec<usize>,
    indirect: bool,
    /// Several ways of the same length lead to it: what it has is ambiguous.
    several_ways: bool,
}

/// A field or method of a candidate.
struct Hit {
    obj: ObjId,
    index: Vec<usize>,
    indirect: bool,
    ambiguous: bool,
}

impl Candidate {
    fn path(&self, last: usize) -> Vec<usize> {
        self.index.iter().copied().chain([last]).collect()
    }

    fn hit(&self, obj: ObjId, last: usize) -> Hit {
        let (indirect, ambiguous) = (self.indirect, self.several_ways);
        Hit { obj, index: self.path(last), indirect, ambiguous }
    }
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
        let wanted = Wanted { pkg, name, fold_case };
        let Some(pointer) = self.defined_pointer(t) else {
            return self.search(t, addressable, wanted);
        };
        // Such a type has no methods, but the fields of what it points to.
        match self.search(pointer, false, wanted) {
            Lookup::Found { obj, .. } if self.is_func(obj) => Lookup::NotFound,
            other => other,
        }
    }

    /// The underlying type of a defined pointer type.
    fn defined_pointer(&mut self, t: TypeId) -> Option<TypeId> {
        let t = self.unalias(t);
        if !matches!(self.store.ty(t), Type::Named(_)) {
            return None;
        }
        let u = self.under(t);
        matches!(self.store.ty(u), Type::Pointer(_)).then_some(u)
    }

    /// Searches depth by depth: the shallowest field or method counts, if it is the only one.
    fn search(&mut self, t: TypeId, addressable: bool, wanted: Wanted) -> Lookup {
        let (ty, indirect) = self.deref(t);
        if indirect && self.is_interface(ty) {
            return Lookup::NotFound;
        }
        let mut depth = vec![Candidate { ty, index: Vec::new(), indirect, several_ways: false }];
        let mut seen = Vec::new();
        while !depth.is_empty() {
            let mut hits = Vec::new();
            let mut below = Vec::new();
            for mut candidate in depth {
                candidate.ty = self.unalias(candidate.ty);
                if self.is_new(&mut seen, candidate.ty) {
                    hits.extend(self.member(&candidate, wanted));
                    self.embedded(&candidate, &mut below);
                }
            }
            let only = hits.len() == 1;
            match hits.pop() {
                Some(hit) if only && !hit.ambiguous => return self.found(hit, addressable),
                Some(_) => return Lookup::Ambiguous,
                None => depth = self.merged(below),
            }
        }
        Lookup::NotFound
    }

    /// Notes a defined type; false if it was met at a smaller depth, where it hides this one.
    fn is_new(&mut self, seen: &mut Vec<TypeId>, t: TypeId) -> bool {
        if !matches!(self.store.ty(t), Type::Named(_)) {
            return true;
        }
        if seen.iter().any(|&s| s == t || self.identical(s, t)) {
            return false;
        }
        seen.push(t);
        true
    }

    /// The candidate's own method or field.
    fn member(&mut self, candidate: &Candidate, wanted: Wanted) -> Option<Hit> {
        let Wanted { pkg, name, fold_case } = wanted;
        if matches!(self.store.ty(candidate.ty), Type::Named(_))
            && let Some((i, method)) = self.named_method(candidate.ty, pkg, name, fold_case)
        {
            return Some(candidate.hit(method, i));
        }
        let u = self.under(candidate.ty);
        let members = match self.store.ty(u) {
            Type::Struct(s) => s.fields.clone(),
            Type::Interface(_) => self.type_set_ref(u).methods.clone(),
            _ => return None,
        };
        let i = members.iter().rposition(|&m| self.same_id(m, pkg, name, fold_case))?;
        Some(candidate.hit(members[i], i))
    }

    /// Adds the types that a struct embeds.
    fn embedded(&mut self, outer: &Candidate, below: &mut Vec<Candidate>) {
        let u = self.under(outer.ty);
        let Type::Struct(s) = self.store.ty(u) else { return };
        for (i, field) in s.fields.clone().into_iter().enumerate() {
            let object = self.store.obj(field);
            if !matches!(&object.kind, ObjKind::Var(v) if v.embedded) {
                continue;
            }
            let (base, through_pointer) = self.deref(object.ty);
            let ty = self.unalias(base);
            if matches!(self.store.ty(ty), Type::Named(_) | Type::Struct(_) | Type::Interface(_)) {
                let indirect = outer.indirect || through_pointer;
                let several_ways = outer.several_ways;
                below.push(Candidate { ty, index: outer.path(i), indirect, several_ways });
            }
        }
    }

    fn found(&mut self, hit: Hit, addressable: bool) -> Lookup {
        let Hit { obj, index, indirect, .. } = hit;
        if self.is_func(obj) {
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

    /// The candidates with identical ones made one.
    fn merged(&mut self, list: Vec<Candidate>) -> Vec<Candidate> {
        let mut merged: Vec<Candidate> = Vec::with_capacity(list.len());
        for candidate in list {
            let same = |m: &&mut Candidate| self.identical(m.ty, candidate.ty);
            match merged.iter_mut().find(same) {
                Some(earlier) => earlier.several_ways = true,
                None => merged.push(candidate),
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

    /// Whether t embeds something erroneous, of which nobody knows what it may contribute.
    fn has_unknown_part(&mut self, t: TypeId, seen: &mut Vec<TypeId>) -> bool {
        let (base, _) = self.deref(t);
        let base = self.unalias(base);
        if seen.contains(&base) {
            return false;
        }
        seen.push(base);
        let u = self.under(base);
        let Type::Struct(s) = self.store.ty(u) else { return u == INVALID };
        let fields = s.fields.clone();
        fields.into_iter().any(|f| {
            let object = self.store.obj(f);
            let embedded = matches!(&object.kind, ObjKind::Var(v) if v.embedded);
            let ty = object.ty;
            embedded && self.has_unknown_part(ty, seen)
        })
    }

    pub(crate) fn has_method(
        &mut self,
        v: TypeId,
        m: ObjId,
        assertion: bool,
    ) -> Result<(), String> {
        let (pkg, name, mty) = {
            let o = self.store.obj(m);
            (o.pkg, o.name.clone(), o.ty)
        };
        let (method, by_value) = match self.lookup_field_or_method(v, false, pkg, &name, false) {
            Lookup::Found { obj, .. } if self.is_func(obj) => (obj, true),
            Lookup::NeedsPointer { obj } => (obj, false),
            Lookup::NotFound if assertion && self.is_interface(v) => return Ok(()),
            Lookup::NotFound if self.has_unknown_part(v, &mut Vec::new()) => return Ok(()),
            Lookup::NotFound => return Err(self.not_found_cause(v, m, &name, pkg)),
            Lookup::Ambiguous => {
                return Err(format!("(ambiguous selector {}.{name})", self.type_string(v)));
            }
            Lookup::Found { .. } => {
                return Err(format!("({}.{name} is a field, not a method)", self.type_string(v)));
            }
        };
        let have = self.store.obj(method).ty;
        if !self.identical(have, mty) {
            let (have, want) = (self.method_string(method), self.method_string(m));
            return Err(format!(
                "(wrong type for method {name})\n\t\thave {have}\n\t\twant {want}"
            ));
        }
        if by_value { Ok(()) } else { Err(format!("(method {name} has pointer receiver)")) }
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
