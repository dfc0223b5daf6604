//! Conversions `T(x)`.
//!
//! Which types convert to which is a table of rules over both types and what they are underneath;
//! type parameters are asked type by type.

use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::language::since;
use crate::operand::{Operand, basic};
use crate::types::{Basic, Type, TypeId};

/// The types of a conversion, and their underlying types.
#[derive(Clone, Copy)]
struct Pair {
    from: TypeId,
    to: TypeId,
    from_under: TypeId,
    to_under: TypeId,
}

/// What allows a conversion, beside assignability.
const RULES: [fn(&mut Checker, Pair) -> bool; 6] = [
    |c, p| c.identical_ignore_tags(p.from_under, p.to_under),
    |c, p| c.same_bases(p.from, p.to),
    |c, p| {
        let (a, b) = (c.is_complex(p.from), c.is_complex(p.to));
        a == b && c.is_numeric(p.from) && c.is_numeric(p.to)
    },
    |c, p| {
        let to_text =
            c.is_string(p.to) && (c.is_integer(p.from) || c.is_bytes_or_runes(p.from_under));
        to_text || (c.is_string(p.from) && c.is_bytes_or_runes(p.to_under))
    },
    |c, p| {
        c.converts_unsafely(p.from_under, p.to_under)
            || c.converts_unsafely(p.to_under, p.from_under)
    },
    |c, p| c.slice_to_array(p),
];

impl Checker {
    /// Converts x to t.
    pub(crate) fn conversion(&mut self, x: &mut Operand, t: TypeId) {
        match self.converted(x, t) {
            Ok(constant) => {
                if constant.is_none() {
                    x.mode = Mode::Value;
                }
                x.value = constant;
                if self.is_untyped(x.ty)
                    && let Some(e) = x.expr
                {
                    let before = self.type_before(x, t);
                    self.update_expr_type(e, before, true);
                }
                x.ty = t;
            }
            Err(message) => {
                self.err("InvalidConversion", x.span, message);
                x.invalidate();
            }
        }
    }

    /// The value of a conversion that is constant; `Err` holds the message.
    fn converted(&mut self, x: &mut Operand, t: TypeId) -> Result<Option<Value>, String> {
        let constant = x.mode == Mode::Constant;
        let result = if constant && self.is_const_type(t) {
            match self.constant_conversion(x, t) {
                Some(value) => return Ok(Some(value)),
                None if self.is_integer(x.ty) && self.is_integer(t) => {
                    let value = x.value.as_ref().map_or_else(String::new, Value::to_string);
                    return Err(format!("constant {value} overflows {}", self.type_string(t)));
                }
                None => Err(String::new()),
            }
        } else if constant && self.is_type_param(t) {
            x.mode = Mode::Value;
            self.constant_to_param(x, t)
        } else {
            self.convertible_to(x, t).and_then(|()| self.conversion_allowed(x, t))
        };
        result.map(|()| None).map_err(|cause| {
            let (text, t) = (self.operand_string(x), self.type_string(t));
            let colon = if cause.is_empty() { "" } else { ": " };
            format!("cannot convert {text} to type {t}{colon}{cause}")
        })
    }

    /// Slices became convertible to arrays late; the cause if it is too late for this file.
    fn conversion_allowed(&mut self, x: &Operand, t: TypeId) -> Result<(), String> {
        let at = x.span.lo;
        if self.allows(since::ARRAYS_OF_SLICES, at) || self.assignable_to(x, t).is_ok() {
            return Ok(());
        }
        let (Ok(from), Ok(to)) = (self.shared_under(x.ty), self.shared_under(t)) else {
            return Ok(());
        };
        let (since, what) = match (self.store.ty(from), self.store.ty(to)) {
            (Type::Slice(_), Type::Array { .. }) => (since::ARRAYS_OF_SLICES, "array"),
            (Type::Slice(_), Type::Pointer(_)) => {
                (since::ARRAY_POINTERS_OF_SLICES, "array pointer")
            }
            _ => return Ok(()),
        };
        if self.allows(since, at) {
            return Ok(());
        }
        Err(format!("conversion of slice to {what} {}", self.requires(since, at)))
    }

    /// The type of an untyped operand before its conversion: its default type where something is
    /// converted at run time, else the conversion's own.
    fn type_before(&mut self, x: &Operand, t: TypeId) -> TypeId {
        let constant = x.mode == Mode::Constant;
        let alike = (self.is_numeric(x.ty) && self.is_numeric(t))
            || (self.is_boolean(x.ty) && self.is_boolean(t));
        if !constant && alike {
            // A shift that is not constant, or a comparison: its type is left to the conversion.
            return t;
        }
        if !constant && self.is_integer(x.ty) && self.is_string(t) {
            // A shift's left operand would have to be a string: that is refused where it gets it.
            return t;
        }
        if constant && self.is_integer(x.ty) && self.all_string(t) {
            // The number need not fit any type: it is gone.
            return x.ty;
        }
        let at_run_time = if constant { !self.is_const_type(t) } else { !x.is_nil() };
        if at_run_time || self.is_non_type_param_interface(t) { self.default_type(x.ty) } else { t }
    }

    /// The constant's value in type t; an integer becomes the string of its character.
    fn constant_conversion(&mut self, x: &Operand, t: TypeId) -> Option<Value> {
        let value = x.value.clone().unwrap_or(Value::Unknown);
        if let Some(v) = self.representable(&value, t) {
            return Some(v);
        }
        if self.is_integer(x.ty) && self.is_string(t) {
            let code = value.as_i64().and_then(|n| u32::try_from(n).ok()).and_then(char::from_u32);
            let c = code.unwrap_or(char::REPLACEMENT_CHARACTER);
            return Some(Value::from_bytes(c.to_string().into_bytes()));
        }
        None
    }

    /// A constant converted to a type parameter must fit all its types; the result is a value.
    fn constant_to_param(&mut self, x: &Operand, t: TypeId) -> Result<(), String> {
        let mut x = x.clone();
        x.mode = Mode::Constant;
        let terms = self.type_terms(t).unwrap_or_default();
        if terms.is_empty() {
            return Err(format!("{} does not contain specific types", self.type_string(t)));
        }
        for term in terms {
            let u = self.under(term.ty);
            let fits = if self.is_const_type(u) {
                self.constant_conversion(&x, u).is_some()
            } else {
                self.convertible_to(&x, u).is_ok()
            };
            if !fits {
                let param = self.type_string(t);
                let ty = self.type_string(term.ty);
                if self.is_integer(x.ty) && self.is_integer(u) {
                    let value = x.value.as_ref().map_or_else(String::new, Value::to_string);
                    return Err(format!("constant {value} overflows {ty} (in {param})"));
                }
                let text = self.operand_string(&x);
                return Err(format!("cannot convert {text} to type {ty} (in {param})"));
            }
        }
        Ok(())
    }

    /// Whether a value x can be converted to t; `Err` holds the cause, if there is more to say.
    pub(crate) fn convertible_to(&mut self, x: &Operand, t: TypeId) -> Result<(), String> {
        let assignable = self.assignable_to(x, t);
        let Err(cause) = assignable else { return Ok(()) };
        let (from_param, to_param) = (self.is_type_param(x.ty), self.is_type_param(t));
        if !from_param && !to_param {
            return if self.convertible_types(x.ty, t) { Ok(()) } else { Err(cause) };
        }
        self.convertible_params(x, t, from_param, to_param)
    }

    fn convertible_types(&mut self, from: TypeId, to: TypeId) -> bool {
        let (from_under, to_under) = (self.under(from), self.under(to));
        let pair = Pair { from, to, from_under, to_under };
        RULES.iter().any(|rule| rule(self, pair))
    }

    /// From a slice to an array of its elements, or to a pointer to one.
    fn slice_to_array(&mut self, pair: Pair) -> bool {
        let array = match *self.store.ty(pair.to_under) {
            Type::Pointer(base) => self.under(base),
            _ => pair.to_under,
        };
        match (self.store.ty(pair.from_under), self.store.ty(array)) {
            (&Type::Slice(a), &Type::Array { elem: b, .. }) => self.identical(a, b),
            _ => false,
        }
    }

    /// Pointers without names whose base types have identical underlying types.
    fn same_bases(&mut self, from: TypeId, to: TypeId) -> bool {
        let (from, to) = (self.unalias(from), self.unalias(to));
        let (Type::Pointer(a), Type::Pointer(b)) = (self.store.ty(from), self.store.ty(to)) else {
            return false;
        };
        let (a, b) = (*a, *b);
        if self.is_type_param(a) || self.is_type_param(b) {
            return false;
        }
        let (a, b) = (self.under(a), self.under(b));
        self.identical_ignore_tags(a, b)
    }

    fn is_bytes_or_runes(&mut self, u: TypeId) -> bool {
        let Type::Slice(elem) = *self.store.ty(u) else { return false };
        matches!(self.basic_under(elem), Some(Basic::Uint8 | Basic::Int32))
    }

    /// From a pointer or `uintptr` to `unsafe.Pointer`; both are underlying types.
    fn converts_unsafely(&mut self, a: TypeId, b: TypeId) -> bool {
        let pointer = matches!(self.store.ty(a), Type::Pointer(_))
            || matches!(self.store.ty(a), Type::Basic(Basic::Uintptr));
        pointer && b == basic(Basic::UnsafePointer)
    }

    /// Every type of one set must convert to every type of the other.
    fn convertible_params(
        &mut self,
        x: &Operand,
        t: TypeId,
        from_param: bool,
        to_param: bool,
    ) -> Result<(), String> {
        let members = |c: &mut Checker, t: TypeId, param: bool| {
            if param {
                c.type_terms(t).map(|terms| terms.iter().map(|m| m.ty).collect())
            } else {
                Some(vec![t])
            }
        };
        let sources: Option<Vec<TypeId>> = members(self, x.ty, from_param);
        let targets: Option<Vec<TypeId>> = members(self, t, to_param);
        let (Some(sources), Some(targets)) = (sources, targets) else { return Err(String::new()) };
        for &source in &sources {
            for &target in &targets {
                let mut member = x.clone();
                member.ty = source;
                if let Err(cause) = self.convertible_to(&member, target) {
                    let (s, d) = (self.type_string(source), self.type_string(target));
                    let from = if from_param {
                        format!(" (in {})", self.type_string(x.ty))
                    } else {
                        String::new()
                    };
                    let to = if to_param {
                        format!(" (in {})", self.type_string(t))
                    } else {
                        String::new()
                    };
                    let more = if cause.is_empty() { cause } else { format!("\n\t{cause}") };
                    return Err(format!("cannot convert {s}{from} to type {d}{to}{more}"));
                }
            }
        }
        Ok(())
    }
}
