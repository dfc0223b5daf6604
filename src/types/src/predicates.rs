//! Questions about types that have a yes or no for an answer.

use crate::checker::Checker;
use crate::store::Store;
use crate::types::{Basic, Type, TypeId};

impl Basic {
    pub fn is_boolean(self) -> bool {
        matches!(self, Basic::Bool | Basic::UntypedBool)
    }

    pub fn is_integer(self) -> bool {
        (Basic::Int..=Basic::Uintptr).contains(&self)
            || matches!(self, Basic::UntypedInt | Basic::UntypedRune)
    }

    pub fn is_unsigned(self) -> bool {
        (Basic::Uint..=Basic::Uintptr).contains(&self)
    }

    pub fn is_float(self) -> bool {
        matches!(self, Basic::Float32 | Basic::Float64 | Basic::UntypedFloat)
    }

    pub fn is_complex(self) -> bool {
        matches!(self, Basic::Complex64 | Basic::Complex128 | Basic::UntypedComplex)
    }

    pub fn is_numeric(self) -> bool {
        self.is_integer() || self.is_float() || self.is_complex()
    }

    pub fn is_string(self) -> bool {
        matches!(self, Basic::String | Basic::UntypedString)
    }

    pub fn is_untyped(self) -> bool {
        self >= Basic::UntypedBool
    }

    pub fn is_ordered(self) -> bool {
        self.is_integer() || self.is_float() || self.is_string()
    }

    pub fn is_const_type(self) -> bool {
        self.is_boolean() || self.is_numeric() || self.is_string()
    }
}

/// Defines a predicate of the underlying basic type, and optionally one over type sets.
macro_rules! basic_predicates {
    ($($(#[$doc:meta])* $is:ident, $all:ident, $test:expr;)*) => {
        impl Checker {
            $(
                $(#[$doc])*
                #[allow(dead_code)]
                pub(crate) fn $is(&mut self, t: TypeId) -> bool {
                    self.is_basic(t, $test)
                }

                #[allow(dead_code)]
                pub(crate) fn $all(&mut self, t: TypeId) -> bool {
                    self.all_basic(t, $test)
                }
            )*
        }
    };
}

basic_predicates! {
    /// A boolean type, and no type parameter.
    is_boolean, all_boolean, Basic::is_boolean;
    is_integer, all_integer, Basic::is_integer;
    is_unsigned, all_unsigned, Basic::is_unsigned;
    is_float, all_float, Basic::is_float;
    is_complex, all_complex, Basic::is_complex;
    is_numeric, all_numeric, Basic::is_numeric;
    is_string, all_string, Basic::is_string;
    is_integer_or_float, all_integer_or_float, |b| b.is_integer() || b.is_float();
    is_const_type, all_const_type, Basic::is_const_type;
    is_ordered, all_ordered, Basic::is_ordered;
    is_numeric_or_string, all_numeric_or_string, |b| b.is_numeric() || b.is_string();
}

impl Checker {
    fn is_basic(&mut self, t: TypeId, test: fn(Basic) -> bool) -> bool {
        let u = self.under(t);
        matches!(self.store.ty(u), Type::Basic(b) if test(*b)) && !self.is_type_param(t)
    }

    fn all_basic(&mut self, t: TypeId, test: fn(Basic) -> bool) -> bool {
        if self.is_type_param(t) {
            let Some(terms) = self.type_terms(t) else { return false };
            return !terms.is_empty() && terms.iter().all(|term| self.is_basic(term.ty, test));
        }
        self.is_basic(t, test)
    }

    pub(crate) fn is_valid(&mut self, t: TypeId) -> bool {
        self.unalias(t) != Store::basic(Basic::Invalid)
    }

    pub(crate) fn is_type_param(&mut self, t: TypeId) -> bool {
        let t = self.unalias(t);
        matches!(self.store.ty(t), Type::TypeParam(_))
    }

    pub(crate) fn is_interface(&mut self, t: TypeId) -> bool {
        let u = self.under(t);
        matches!(self.store.ty(u), Type::Interface(_))
    }

    /// An interface that is no type parameter.
    pub(crate) fn is_non_type_param_interface(&mut self, t: TypeId) -> bool {
        !self.is_type_param(t) && self.is_interface(t)
    }

    /// A predeclared or defined type, or a type parameter.
    pub(crate) fn has_name(&mut self, t: TypeId) -> bool {
        let t = self.unalias(t);
        matches!(self.store.ty(t), Type::Basic(_) | Type::Named(_) | Type::TypeParam(_))
    }

    pub(crate) fn is_typed(&mut self, t: TypeId) -> bool {
        let t = self.unalias(t);
        !matches!(self.store.ty(t), Type::Basic(b) if b.is_untyped())
    }

    pub(crate) fn is_untyped(&mut self, t: TypeId) -> bool {
        !self.is_typed(t)
    }

    pub(crate) fn is_untyped_numeric(&mut self, t: TypeId) -> bool {
        let t = self.unalias(t);
        matches!(self.store.ty(t), Type::Basic(b) if b.is_untyped() && b.is_numeric())
    }

    /// A generic type without type arguments.
    pub(crate) fn is_generic(&mut self, t: TypeId) -> bool {
        if let Type::Alias(a) = self.store.ty(t)
            && !a.type_params.is_empty()
            && a.origin.is_none()
        {
            return true;
        }
        let t = self.unalias(t);
        matches!(self.store.ty(t), Type::Named(n) if n.origin.is_none() && !n.type_params.is_empty())
    }

    pub(crate) fn has_nil(&mut self, t: TypeId) -> bool {
        if self.is_type_param(t) {
            let Some(terms) = self.type_terms(t) else { return false };
            return !terms.is_empty() && terms.iter().all(|term| self.has_nil(term.ty));
        }
        let u = self.under(t);
        match self.store.ty(u) {
            Type::Basic(b) => matches!(b, Basic::UnsafePointer | Basic::UntypedNil),
            Type::Slice(_)
            | Type::Pointer(_)
            | Type::Signature(_)
            | Type::Map { .. }
            | Type::Chan { .. }
            | Type::Interface(_) => true,
            _ => false,
        }
    }

    pub(crate) fn has_empty_type_set(&mut self, t: TypeId) -> bool {
        if !self.is_type_param(t) {
            return false;
        }
        self.type_set_of(t).terms.is_some_and(|terms| terms.is_empty())
    }

    /// Strictly or (`dynamic`) possibly panicking; `Err` holds the reason, if there is one.
    pub(crate) fn comparable(&mut self, t: TypeId, dynamic: bool) -> Result<(), String> {
        let mut seen = Vec::new();
        self.comparable_rec(t, dynamic, &mut seen)
    }

    fn comparable_rec(
        &mut self,
        t: TypeId,
        dynamic: bool,
        seen: &mut Vec<TypeId>,
    ) -> Result<(), String> {
        let t = self.unalias(t);
        if seen.contains(&t) {
            return Ok(());
        }
        seen.push(t);
        let result = self.comparable_unseen(t, dynamic, seen);
        if self.is_type_param(t) || !matches!(self.store.ty(t), Type::Named(_)) {
            seen.retain(|&s| s != t);
        }
        result
    }

    fn comparable_unseen(
        &mut self,
        t: TypeId,
        dynamic: bool,
        seen: &mut Vec<TypeId>,
    ) -> Result<(), String> {
        if self.is_type_param(t) {
            return if self.type_set_is_comparable(t, seen) { Ok(()) } else { Err(String::new()) };
        }
        match self.under_type(t) {
            Type::Basic(Basic::UntypedNil) => Err(String::new()),
            Type::Basic(_) | Type::Pointer(_) | Type::Chan { .. } => Ok(()),
            Type::Interface(_) => {
                if dynamic || self.type_set_is_comparable(t, seen) {
                    return Ok(());
                }
                let set = self.type_set_of(t);
                if set.terms.as_ref().is_some_and(Vec::is_empty) {
                    Err("empty type set".to_owned())
                } else {
                    Err("incomparable types in type set".to_owned())
                }
            }
            Type::Struct(s) => {
                for field in s.fields {
                    let (ty, name) = {
                        let f = self.store.obj(field);
                        (f.ty, f.name.clone())
                    };
                    if self.comparable_rec(ty, dynamic, seen).is_err() {
                        let ty = self.type_string(ty);
                        let _ = name;
                        return Err(format!("struct containing {ty} cannot be compared"));
                    }
                }
                Ok(())
            }
            Type::Array { elem, .. } => {
                if self.comparable_rec(elem, dynamic, seen).is_err() {
                    let ty = self.type_string(t);
                    return Err(format!("{ty} cannot be compared"));
                }
                Ok(())
            }
            _ => Err(String::new()),
        }
    }

    /// Whether every type of the interface's (or type parameter's) type set is comparable.
    fn type_set_is_comparable(&mut self, t: TypeId, seen: &mut Vec<TypeId>) -> bool {
        let set = self.type_set_of(t);
        match set.terms {
            None => set.comparable,
            Some(terms) => {
                terms.iter().all(|term| self.comparable_rec(term.ty, false, seen).is_ok())
            }
        }
    }

    /// The type that an untyped constant takes by default.
    pub(crate) fn default_type(&mut self, t: TypeId) -> TypeId {
        let u = self.unalias(t);
        let Type::Basic(kind) = self.store.ty(u) else { return t };
        match kind {
            Basic::UntypedBool => Store::basic(Basic::Bool),
            Basic::UntypedInt => Store::basic(Basic::Int),
            Basic::UntypedRune => self.rune_type(),
            Basic::UntypedFloat => Store::basic(Basic::Float64),
            Basic::UntypedComplex => Store::basic(Basic::Complex128),
            Basic::UntypedString => Store::basic(Basic::String),
            _ => t,
        }
    }

    /// The larger of two untyped numeric types; `None` if there is none.
    pub(crate) fn max_untyped(&mut self, x: TypeId, y: TypeId) -> Option<TypeId> {
        if x == y {
            return Some(x);
        }
        (self.is_untyped_numeric(x) && self.is_untyped_numeric(y)).then(|| x.max(y))
    }
}
