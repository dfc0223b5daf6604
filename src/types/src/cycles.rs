//! Types of infinite size: a type that contains itself without a pointer in between.

use crate::checker::Checker;
use crate::object::ObjId;
use crate::types::{Type, TypeId};
use crate::under::INVALID;

impl Checker {
    /// Reports a type that embeds itself; its underlying type becomes invalid.
    pub(crate) fn valid_type(&mut self, t: TypeId) -> bool {
        let Some(n) = self.named(t) else { return true };
        if self.store.obj(n.obj).pkg.is_some_and(|p| self.store.pkg(p).is_std) {
            return true;
        }
        self.valid_type_in(t, &mut Vec::new(), &mut Vec::new())
    }

    fn valid_type_in(&mut self, t: TypeId, nest: &mut Vec<TypeId>, path: &mut Vec<TypeId>) -> bool {
        let t = self.unalias(t);
        match self.store.ty(t) {
            &Type::Array { elem, .. } => self.valid_type_in(elem, nest, path),
            Type::Struct(s) => {
                let types = self.types_of(&s.fields);
                types.into_iter().all(|f| self.valid_type_in(f, nest, path))
            }
            Type::Union(terms) => {
                let terms = terms.clone();
                terms.iter().all(|term| self.valid_type_in(term.ty, nest, path))
            }
            Type::Interface(it) => {
                let embeddeds = it.embeddeds.clone();
                embeddeds.into_iter().all(|e| self.valid_type_in(e, nest, path))
            }
            Type::Named(_) => self.valid_named(t, nest, path),
            Type::TypeParam(_) => self.valid_argument(t, nest, path),
            _ => true,
        }
    }

    fn valid_named(&mut self, t: TypeId, nest: &mut Vec<TypeId>, path: &mut Vec<TypeId>) -> bool {
        if self.core.valid_types.contains(&t) {
            return true;
        }
        let Some(n) = self.named(t) else { return true };
        let origin = n.origin.unwrap_or(t);
        if nest.len() > 200 {
            return false;
        }
        if nest.contains(&t) || nest.iter().any(|&e| self.identical(e, t)) {
            let mut start = 0;
            while path.get(start).is_some_and(|&p| p != t && !self.identical(p, t)) {
                start += 1;
            }
            let start = start.min(path.len().saturating_sub(1));
            if self.named(t).is_some_and(|n| n.underlying != Some(INVALID)) {
                let cycle: Vec<ObjId> =
                    path[start..].iter().filter_map(|&p| self.named(p).map(|n| n.obj)).collect();
                self.cycle_error(&cycle, 0);
            }
            for e in nest.clone() {
                let origin = self.origin_of(e);
                for t in [e, origin] {
                    if let Type::Named(n) = self.store.ty_mut(t) {
                        n.underlying = Some(INVALID);
                    }
                }
            }
            return false;
        }
        if self.named(origin).is_some_and(|n| n.underlying == Some(INVALID)) {
            return false;
        }
        let Some(&rhs) = self.core.from_rhs.get(&origin) else { return true };
        nest.push(t);
        path.push(t);
        let valid = self.valid_type_in(rhs, nest, path);
        nest.pop();
        path.pop();
        if valid && nest.is_empty() {
            self.core.valid_types.insert(t);
        }
        valid
    }

    fn origin_of(&self, t: TypeId) -> TypeId {
        self.named(t).and_then(|n| n.origin).unwrap_or(t)
    }

    /// A type parameter stands for the argument of the instance that is being looked into.
    fn valid_argument(
        &mut self,
        t: TypeId,
        nest: &mut Vec<TypeId>,
        path: &mut Vec<TypeId>,
    ) -> bool {
        let Some(&inst) = nest.last() else { return true };
        let Some(n) = self.named(inst) else { return true };
        let (Some(origin), targs) = (n.origin, n.type_args.clone()) else { return true };
        let tparams = self.type_params_of(origin);
        let Some(i) = tparams.iter().position(|&p| p == t) else { return true };
        let Some(&arg) = targs.get(i) else { return true };
        nest.pop();
        let valid = self.valid_type_in(arg, nest, path);
        nest.push(inst);
        valid
    }
}
