//! Conversions `T(x)`.

use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::operand::{Operand, basic};
use crate::types::{Basic, Type, TypeId};

impl Checker {
    /// Converts x to t.
    pub(crate) fn conversion(&mut self, x: &mut Operand, t: TypeId) {
        let constant = x.mode == Mode::Constant;
        let result = if constant && self.is_const_type(t) {
            match self.constant_conversion(x, t) {
                Some(value) => {
                    x.value = Some(value);
                    Ok(())
                }
                None if self.is_integer(x.ty) && self.is_integer(t) => {
                    let value = x.value.as_ref().map_or_else(String::new, Value::to_string);
                    let message = format!("constant {value} overflows {}", self.type_string(t));
                    self.err("InvalidConversion", x.span, message);
                    x.invalidate();
                    return;
                }
                None => Err(String::new()),
            }
        } else if constant && self.is_type_param(t) {
            x.mode = Mode::Value;
            self.constant_to_param(x, t)
        } else {
            let result = self.convertible_to(x, t);
            if result.is_ok() {
                x.mode = Mode::Value;
            }
            result
        };
        if let Err(cause) = result {
            let t = self.type_string(t);
            let text = self.operand_string(x);
            let cause = if cause.is_empty() { cause } else { format!(": {cause}") };
            let message = format!("cannot convert {text} to type {t}{cause}");
            self.err("InvalidConversion", x.span, message);
            x.invalidate();
            return;
        }
        if x.mode != Mode::Constant {
            x.value = None;
        }
        self.convert_operand(x, t);
        x.ty = t;
    }

    /// An untyped operand gets the type that it has before the conversion: its default type where
    /// the conversion is one at run time, else the conversion's own.
    fn convert_operand(&mut self, x: &Operand, t: TypeId) {
        if !self.is_untyped(x.ty) {
            return;
        }
        let constant_result = x.mode == Mode::Constant;
        let to_default = self.is_non_type_param_interface(t)
            || (!constant_result && !x.is_nil())
            || (constant_result && !self.is_const_type(t));
        let from_integer = constant_result && self.is_integer(x.ty) && self.all_string(t);
        let last = if from_integer {
            // The number need not fit any type: it is gone.
            x.ty
        } else if to_default {
            self.default_type(x.ty)
        } else {
            t
        };
        // A shift that is not constant takes its type from the conversion.
        let last =
            if !constant_result && self.is_numeric(x.ty) && self.is_numeric(t) { t } else { last };
        let last =
            if !constant_result && self.is_boolean(x.ty) && self.is_boolean(t) { t } else { last };
        if let Some(e) = x.expr {
            self.update_expr_type(e, last, true);
        }
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
            return self
                .convertible_types(x.ty, t)
                .map_err(|own| if own.is_empty() { cause } else { own });
        }
        self.convertible_params(x, t, from_param, to_param)
    }

    fn convertible_types(&mut self, from: TypeId, to: TypeId) -> Result<(), String> {
        let (vu, tu) = (self.under(from), self.under(to));
        if self.identical_ignore_tags(vu, tu) || self.same_bases(from, to) {
            return Ok(());
        }
        let number = |c: &mut Checker, t| c.is_numeric(t) && !c.is_complex(t);
        if number(self, from) && number(self, to) {
            return Ok(());
        }
        if self.is_complex(from) && self.is_complex(to) {
            return Ok(());
        }
        if self.is_string(to) && (self.is_integer(from) || self.is_bytes_or_runes(vu)) {
            return Ok(());
        }
        if self.is_string(from) && self.is_bytes_or_runes(tu) {
            return Ok(());
        }
        if self.converts_unsafely(vu, tu) || self.converts_unsafely(tu, vu) {
            return Ok(());
        }
        if let Type::Slice(elem) = *self.store.ty(vu) {
            let array = match *self.store.ty(tu) {
                Type::Pointer(base) => self.under(base),
                _ => tu,
            };
            if let Type::Array { elem: other, .. } = *self.store.ty(array)
                && self.identical(elem, other)
            {
                return Ok(());
            }
        }
        Err(String::new())
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
