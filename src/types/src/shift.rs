//! Shifts: `x << y`, `x >> y`.
//!
//! An untyped constant shifted by a variable takes its type from what stands around the shift; it
//! is marked in the table of untyped expressions, and checked when that type comes.

use gol_grammar::ast::{BinaryOp, Expr};

use crate::checker::Checker;
use crate::constant::Value;
use crate::constants::op_span;
use crate::info::Mode;
use crate::language::since;
use crate::operand::{Operand, basic};
use crate::types::{Basic, TypeId};

/// No constant is shifted further: that is as far as float64's smallest numbers need.
const MAX_SHIFT: u64 = 1023 - 1 + 52;

const NOT_AN_INTEGER: &str = "invalid operation: shifted operand {} must be integer";

impl Checker {
    /// Shifts x, of which `e` (the shift itself; `None` in `x <<= y`) is to be the expression.
    pub(crate) fn shift<'a>(
        &mut self,
        x: &mut Operand<'a>,
        y: &mut Operand<'a>,
        e: Option<&'a Expr>,
        op: BinaryOp,
    ) {
        let number = x.value.as_ref().filter(|_| x.mode == Mode::Constant).and_then(Value::to_int);
        let unknown = x.value.as_ref().is_some_and(Value::is_unknown);
        let shiftable =
            self.all_integer(x.ty) || (self.is_untyped(x.ty) && (number.is_some() || unknown));
        if !shiftable {
            self.reject(x, "InvalidShiftOperand", NOT_AN_INTEGER);
            return;
        }
        if !self.shift_count(y) {
            x.invalidate();
            return;
        }
        match (x.mode, y.mode) {
            (Mode::Constant, Mode::Constant) => self.constant_shift(x, number, y, e, op),
            (Mode::Constant, _) if self.is_untyped(x.ty) => self.open_shift(x, y),
            _ => self.run_time_shift(x, y),
        }
    }

    /// An untyped constant shifted by a variable: what stands around it gives it a type.
    fn open_shift(&mut self, x: &mut Operand, y: &mut Operand) {
        if let Some(info) = x.id.and_then(|id| self.untyped.get_mut(&id)) {
            info.is_lhs = true;
        }
        self.convert_untyped(y, basic(Basic::Uint));
        x.mode = Mode::Value;
        x.value = None;
    }

    fn run_time_shift(&mut self, x: &mut Operand, y: &mut Operand) {
        if self.is_untyped(y.ty) {
            self.convert_untyped(y, basic(Basic::Uint));
        }
        if self.all_integer(x.ty) {
            x.mode = Mode::Value;
            x.value = None;
        } else {
            self.reject(x, "InvalidShiftOperand", NOT_AN_INTEGER);
        }
    }

    /// Checks the right operand.
    fn shift_count(&mut self, y: &mut Operand) -> bool {
        if y.mode == Mode::Constant {
            let count = y.value.as_ref().and_then(Value::to_int);
            if count.as_ref().is_some_and(|n| n.sign() < 0) {
                let message = "invalid operation: negative shift count {}";
                self.reject(y, "InvalidShiftCount", message);
                return false;
            }
            if self.is_untyped(y.ty) {
                self.require_representable(y, basic(Basic::Uint));
                return y.is_valid();
            }
            if count.is_some() && self.is_numeric(y.ty) {
                // Of any numeric type, if it is a whole number.
                return true;
            }
        } else if self.is_untyped(y.ty) && self.is_numeric(y.ty) {
            self.convert_untyped(y, basic(Basic::Uint));
            return y.is_valid();
        }
        if y.is_nil() {
            self.err("InvalidUntypedConversion", y.span, "cannot convert nil to type uint");
            y.invalidate();
            return false;
        }
        if !self.all_integer(y.ty) {
            let message = "invalid operation: shift count {} must be integer";
            self.reject(y, "InvalidShiftCount", message);
        } else if !self.is_unsigned_count(y.ty) && !self.allows(since::SIGNED_SHIFTS, y.span.lo) {
            let why = self.requires(since::SIGNED_SHIFTS, y.span.lo);
            let message = format!("invalid operation: signed shift count {{}} {why}");
            self.reject(y, "InvalidShiftCount", &message);
        }
        y.is_valid()
    }

    fn is_unsigned_count(&mut self, t: TypeId) -> bool {
        self.basic_under(t).is_some_and(Basic::is_unsigned)
    }

    fn constant_shift<'a>(
        &mut self,
        x: &mut Operand<'a>,
        number: Option<Value>,
        y: &mut Operand<'a>,
        e: Option<&'a Expr>,
        op: BinaryOp,
    ) {
        let integer = self.is_integer(x.ty);
        if !integer {
            x.ty = basic(Basic::UntypedInt);
        }
        let count = y.value.clone().unwrap_or(Value::Unknown);
        let Some(number) = number.filter(|_| !count.is_unknown()) else {
            x.value = Some(Value::Unknown);
            return;
        };
        let Some(count) = count.to_int().and_then(|n| n.as_u64()).filter(|&n| n <= MAX_SHIFT)
        else {
            self.reject(y, "InvalidShiftCount", "invalid operation: invalid shift count {}");
            x.invalidate();
            return;
        };
        x.value = Some(Value::shift(op, &number, count as u32));
        let span = e.map_or(x.span, op_span);
        if let Some(e) = e {
            x.set_expr(e);
        }
        self.overflow(x, span);
    }
}
