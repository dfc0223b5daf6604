//! `complex`, `imag`, `max`, `min`, `real`.

use gol_grammar::ast::BinaryOp;

use crate::call::Call;
use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::object::BuiltinId;
use crate::operand::{Operand, basic};
use crate::types::{Basic, TypeId};

/// The complex type of two floats.
fn complex_of(kind: Basic) -> Option<Basic> {
    match kind {
        Basic::Float32 => Some(Basic::Complex64),
        Basic::Float64 => Some(Basic::Complex128),
        Basic::UntypedFloat => Some(Basic::UntypedComplex),
        _ => None,
    }
}

/// The type of a complex number's parts.
fn part_of(kind: Basic) -> Option<Basic> {
    match kind {
        Basic::Complex64 => Some(Basic::Float32),
        Basic::Complex128 => Some(Basic::Float64),
        Basic::UntypedComplex => Some(Basic::UntypedFloat),
        _ => None,
    }
}

impl Checker {
    pub(super) fn builtin_complex<'a>(
        &mut self,
        x: &mut Operand<'a>,
        call: Call<'a>,
        args: &mut [Operand<'a>],
    ) -> bool {
        let y = &mut args[1];
        match (self.is_untyped(x.ty), self.is_untyped(y.ty)) {
            (false, false) => {}
            (true, false) => self.convert_untyped(x, y.ty),
            (false, true) => self.convert_untyped(y, x.ty),
            (true, true) if x.mode == Mode::Constant && y.mode == Mode::Constant => {
                for operand in [&mut *x, &mut *y] {
                    let real = operand.value.as_ref().is_some_and(|v| v.imag().sign() == 0);
                    if self.is_numeric(operand.ty) && real {
                        operand.ty = basic(Basic::UntypedFloat);
                    }
                }
            }
            (true, true) => {
                self.convert_untyped(x, basic(Basic::Float64));
                self.convert_untyped(y, basic(Basic::Float64));
            }
        }
        if !x.is_valid() || !y.is_valid() {
            return false;
        }
        if !self.identical(x.ty, y.ty) {
            let cause = self.mismatched_types(x.ty, y.ty);
            let text = self.expr_string(call.e);
            self.err("InvalidComplex", x.span, format!("invalid operation: {text} ({cause})"));
            return false;
        }
        let Some(ty) = self.map_basic(x.ty, complex_of) else {
            let name = self.type_string(x.ty);
            let message =
                format!("invalid argument: arguments have type {name}, expected floating-point");
            self.err("InvalidComplex", x.span, message);
            return false;
        };
        if x.mode == Mode::Constant && y.mode == Mode::Constant {
            let part =
                |o: &Operand| o.value.as_ref().and_then(Value::to_float).unwrap_or(Value::Unknown);
            let value = Value::complex(part(x), part(y));
            x.set_const(ty, value);
            return true;
        }
        self.result(x, ty)
    }

    pub(super) fn builtin_part(&mut self, x: &mut Operand, id: BuiltinId) -> bool {
        if self.is_untyped(x.ty) {
            if x.mode != Mode::Constant {
                self.convert_untyped(x, basic(Basic::Complex128));
                if !x.is_valid() {
                    return false;
                }
            } else if self.is_numeric(x.ty) {
                x.ty = basic(Basic::UntypedComplex);
            }
        }
        let real = id == BuiltinId::Real;
        let Some(ty) = self.map_basic(x.ty, part_of) else {
            let name = self.type_string(x.ty);
            let message =
                format!("invalid argument: argument has type {name}, expected complex type");
            self.err(if real { "InvalidReal" } else { "InvalidImag" }, x.span, message);
            return false;
        };
        if let (Mode::Constant, Some(value)) = (x.mode, &x.value) {
            let part = if real { value.real() } else { value.imag() };
            x.set_const(ty, part);
            return true;
        }
        self.result(x, ty)
    }

    /// The type that belongs to a basic type. Of a type parameter it would be a new type
    /// parameter, which Go's compiler does not support either.
    fn map_basic(&mut self, t: TypeId, f: fn(Basic) -> Option<Basic>) -> Option<TypeId> {
        if self.is_type_param(t) {
            return None;
        }
        self.basic_under(t).and_then(f).map(basic)
    }

    pub(super) fn builtin_extreme<'a>(
        &mut self,
        x: &mut Operand<'a>,
        id: BuiltinId,
        args: &mut [Operand<'a>],
    ) -> bool {
        for arg in args.iter_mut() {
            if !self.all_ordered(arg.ty) {
                let text = self.operand_string(arg);
                let message = format!("invalid argument: {text} cannot be ordered");
                self.err("InvalidMinMaxOperand", arg.span, message);
                return false;
            }
        }
        let op = if id == BuiltinId::Max { BinaryOp::Gt } else { BinaryOp::Lt };
        for arg in args.iter_mut().skip(1) {
            let (before, after) = (x.ty, arg.ty);
            let matched = self.match_operands(x, arg);
            if !x.is_valid() || !arg.is_valid() {
                return false;
            }
            if !matched || !self.identical(x.ty, arg.ty) {
                let (a, b) = (self.type_string(before), self.type_string(after));
                let text = self.operand_text(arg);
                let message = format!(
                    "invalid argument: mismatched types {a} (previous argument) and {b} (type of {text})"
                );
                self.err("MismatchedTypes", arg.span, message);
                return false;
            }
            match (&x.value, &arg.value) {
                (Some(a), Some(b)) if x.mode == Mode::Constant && arg.mode == Mode::Constant => {
                    if Value::compare(op, b, a) {
                        x.value = Some(b.clone());
                    }
                }
                _ => {
                    x.mode = Mode::Value;
                    x.value = None;
                }
            }
        }
        if x.mode != Mode::Constant {
            x.mode = Mode::Value;
            x.value = None;
        }
        // All arguments get the result's type.
        let ty = x.ty;
        for arg in args.iter() {
            if let Some(e) = arg.expr {
                self.update_expr_type(e, ty, false);
            }
        }
        if self.is_untyped(ty) && x.mode != Mode::Constant {
            let ty = self.default_type(ty);
            for arg in args.iter() {
                if let Some(e) = arg.expr {
                    self.update_expr_type(e, ty, true);
                }
            }
            x.ty = ty;
        }
        true
    }
}
