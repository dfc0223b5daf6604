//! `complex`, `imag`, `max`, `min`, `real`.

use gol_diagnostic::Span;
use gol_grammar::ast::BinaryOp;

use crate::call::Call;
use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::object::BuiltinId;
use crate::operand::{Operand, basic};
use crate::types::{Basic, TypeId};

/// Floating-point types, each with the complex type that has parts of it.
const PARTS: [(Basic, Basic); 3] = [
    (Basic::Float32, Basic::Complex64),
    (Basic::Float64, Basic::Complex128),
    (Basic::UntypedFloat, Basic::UntypedComplex),
];

fn complex_of(part: Basic) -> Option<Basic> {
    PARTS.iter().find(|(float, _)| *float == part).map(|&(_, complex)| complex)
}

fn part_of(whole: Basic) -> Option<Basic> {
    PARTS.iter().find(|(_, complex)| *complex == whole).map(|&(float, _)| float)
}

/// The value of a constant as a real number.
fn real_value(x: &Operand) -> Option<Value> {
    let value = x.value.as_ref().filter(|_| x.mode == Mode::Constant)?;
    Some(value.to_float().unwrap_or(Value::Unknown))
}

impl Checker {
    /// `complex(re, im)`: two numbers of one floating-point type.
    pub(super) fn builtin_complex<'a>(
        &mut self,
        x: &mut Operand<'a>,
        call: Call<'a>,
        args: &mut [Operand<'a>],
    ) -> bool {
        let [re, im] = args else { return false };
        self.agree_on_part(re, im);
        if !re.is_valid() || !im.is_valid() {
            return false;
        }
        if self.is_type_param(re.ty) {
            self.refuse_param(re, "complex");
            return false;
        }
        let complaint = if self.identical(re.ty, im.ty) {
            match self.map_basic(re.ty, complex_of) {
                Some(ty) => {
                    self.result(x, ty);
                    if let (Some(re), Some(im)) = (real_value(re), real_value(im)) {
                        x.set_const(ty, Value::complex(re, im));
                    }
                    return true;
                }
                None => format!(
                    "invalid argument: arguments have type {}, expected floating-point",
                    self.type_string(re.ty)
                ),
            }
        } else {
            let cause = self.mismatched_types(re.ty, im.ty);
            format!("invalid operation: {} ({cause})", self.expr_string(call.e))
        };
        self.err("InvalidComplex", re.span, complaint);
        false
    }

    /// Gives untyped parts of a complex number their type: the other's, if that is typed. Two
    /// untyped constants stay untyped, and must be real.
    fn agree_on_part<'a>(&mut self, re: &mut Operand<'a>, im: &mut Operand<'a>) {
        let typed = [&*re, &*im].iter().find(|x| self.is_typed(x.ty)).map(|x| x.ty);
        let constants = [&*re, &*im].iter().all(|x| x.mode == Mode::Constant);
        for x in [re, im] {
            if self.is_typed(x.ty) {
                continue;
            }
            match typed {
                Some(ty) => self.convert_untyped(x, ty),
                None if !constants => self.convert_untyped(x, basic(Basic::Float64)),
                None => {
                    let real = x.value.as_ref().is_some_and(|v| v.imag().sign() == 0);
                    if real && self.is_numeric(x.ty) {
                        x.ty = basic(Basic::UntypedFloat);
                    }
                }
            }
        }
    }

    /// `real(z)` and `imag(z)`.
    pub(super) fn builtin_part(&mut self, x: &mut Operand, id: BuiltinId) -> bool {
        if self.is_untyped(x.ty) {
            match x.mode {
                // Any number is a complex constant.
                Mode::Constant if self.is_numeric(x.ty) => x.ty = basic(Basic::UntypedComplex),
                Mode::Constant => {}
                _ => self.convert_untyped(x, basic(Basic::Complex128)),
            }
        }
        if !x.is_valid() {
            return false;
        }
        let real = id == BuiltinId::Real;
        if self.is_type_param(x.ty) {
            self.refuse_param(x, if real { "real" } else { "imag" });
            return false;
        }
        let Some(part) = self.map_basic(x.ty, part_of) else {
            let have = self.type_string(x.ty);
            let message =
                format!("invalid argument: argument has type {have}, expected complex type");
            self.err(if real { "InvalidReal" } else { "InvalidImag" }, x.span, message);
            return false;
        };
        let value = x.value.take().filter(|_| x.mode == Mode::Constant);
        self.result(x, part);
        if let Some(value) = value {
            x.set_const(part, if real { value.real() } else { value.imag() });
        }
        true
    }

    /// The result for a type parameter would be of a new type parameter, which Go's compiler does
    /// not support either.
    fn refuse_param(&mut self, x: &mut Operand, builtin: &str) {
        let message = format!(
            "{{}} not supported as argument to built-in {builtin} for go1.18 (see go.dev/issue/50937)"
        );
        self.reject(x, "InvalidTypeParamArg", &message);
    }

    /// The type that belongs to a basic type.
    fn map_basic(&mut self, t: TypeId, f: fn(Basic) -> Option<Basic>) -> Option<TypeId> {
        self.basic_under(t).and_then(f).map(basic)
    }

    /// `min(x, …)` and `max(x, …)`: ordered operands, any two of which an operator could join. The
    /// result has the type of their sum; it is a constant if all of them are.
    pub(super) fn builtin_extreme<'a>(
        &mut self,
        x: &mut Operand<'a>,
        id: BuiltinId,
        args: &mut [Operand<'a>],
    ) -> bool {
        let unordered = args.iter().position(|arg| !self.all_ordered(arg.ty));
        if let Some(i) = unordered {
            self.reject(
                &mut args[i],
                "InvalidMinMaxOperand",
                "invalid argument: {} cannot be ordered",
            );
            return false;
        }
        let wanted = if id == BuiltinId::Max { BinaryOp::Gt } else { BinaryOp::Lt };
        for next in &mut args[1..] {
            if let Err((at, message)) = self.join_ordered(x, next) {
                if let Some(message) = message {
                    self.err("MismatchedTypes", at, message);
                }
                return false;
            }
            x.value = match (x.value.take(), &next.value) {
                (Some(best), Some(v)) if Value::compare(wanted, v, &best) => Some(v.clone()),
                (best, Some(_)) => best,
                (_, None) => None,
            };
        }
        let all_constant = args.iter().all(|arg| arg.mode == Mode::Constant);
        if !all_constant || x.value.is_none() {
            x.mode = Mode::Value;
            x.value = None;
        }
        self.share_type(x, args);
        true
    }

    /// Gives x and y, of which at most one is typed, a common type; or says why they have none
    /// (nothing, if that has been reported).
    fn join_ordered(
        &mut self,
        x: &mut Operand,
        y: &mut Operand,
    ) -> Result<(), (Span, Option<String>)> {
        let (before, after) = (x.ty, y.ty);
        let matched = self.match_operands(x, y);
        if !x.is_valid() || !y.is_valid() {
            return Err((y.span, None));
        }
        if matched && self.identical(x.ty, y.ty) {
            return Ok(());
        }
        let message = format!(
            "invalid argument: mismatched types {} (previous argument) and {} (type of {})",
            self.type_string(before),
            self.type_string(after),
            self.operand_text(y)
        );
        Err((y.span, Some(message)))
    }

    /// Gives all arguments the type of the result; untyped ones that are no constants get a final
    /// one here, as nothing later could give it to all.
    fn share_type(&mut self, x: &mut Operand, args: &[Operand]) {
        let last = self.is_untyped(x.ty) && x.mode != Mode::Constant;
        let shared = x.ty;
        if last {
            x.ty = self.default_type(shared);
        }
        for e in args.iter().filter_map(|arg| arg.expr) {
            self.update_expr_type(e, shared, false);
            if last {
                self.update_expr_type(e, x.ty, true);
            }
        }
    }
}
