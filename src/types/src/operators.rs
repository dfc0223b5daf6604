//! Unary and binary operators.
//!
//! Chains of binary operators lean to the left and may be thousands long, so their left spine is
//! walked in a loop; every inner operation is recorded as if it had been reached by recursion.

use gol_diagnostic::{Code, Diagnostic};
use gol_grammar::ast::{BinaryOp, ChanDir, Expr, ExprKind, UnaryOp};

use crate::checker::Checker;
use crate::constant::Value;
use crate::constants::op_span;
use crate::info::Mode;
use crate::operand::{Misfit, Operand};
use crate::types::{Type, TypeId};

/// Longer constant strings are refused, in bytes: doubling one thirty times takes thirty lines.
const MAX_STRING: usize = 1 << 26;

/// Whether a channel is received from or sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Receive,
    Send,
}

impl Checker {
    pub(crate) fn unary<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        op: UnaryOp,
        operand: &'a Expr,
    ) {
        self.expr(None, x, operand);
        if !x.is_valid() {
            return;
        }
        match op {
            UnaryOp::Addr => self.address(x, operand),
            UnaryOp::Recv => self.receive(x),
            UnaryOp::Tilde => {
                let hint =
                    if self.all_integer(x.ty) { " (use ^ for bitwise complement)" } else { "" };
                let message = format!("cannot use ~ outside of interface or type constraint{hint}");
                self.err("UndefinedOp", e.span, message);
                x.invalidate();
            }
            _ => self.arithmetic_unary(x, e, op),
        }
    }

    fn address(&mut self, x: &mut Operand, operand: &Expr) {
        let literal = matches!(operand.unparen().kind, ExprKind::Composite { .. });
        if !literal && x.mode != Mode::Variable {
            let message = "invalid operation: cannot take address of {}";
            self.reject(x, "UnaddressableOperand", message);
            return;
        }
        x.mode = Mode::Value;
        x.ty = self.new_pointer(x.ty);
    }

    fn receive(&mut self, x: &mut Operand) {
        match self.chan_elem(x, Direction::Receive) {
            Some(elem) => {
                x.mode = Mode::CommaOk;
                x.ty = elem;
                self.env.has_call_or_recv = true;
                self.require_complete(x);
            }
            None => x.invalidate(),
        }
    }

    /// The element type of channel x; reports where it is none, or one of the wrong direction.
    pub(crate) fn chan_elem(&mut self, x: &mut Operand, direction: Direction) -> Option<TypeId> {
        let receive = direction == Direction::Receive;
        let is_param = self.is_type_param(x.ty);
        let mut cause = None;
        let mut result = None;
        let unders = self.type_set_unders(x.ty);
        if unders.is_empty() {
            cause = Some("no specific channel type".to_owned());
        }
        for u in unders {
            match u.map(|u| self.store.ty(u)) {
                None => cause = Some("no specific channel type".to_owned()),
                Some(&Type::Chan { dir, elem }) => {
                    if receive && dir == ChanDir::Send {
                        cause = Some("send-only channel".into());
                    } else if !receive && dir == ChanDir::Recv {
                        cause = Some("receive-only channel".into());
                    }
                    result = Some(elem);
                }
                Some(_) => cause = Some("non-channel".into()),
            }
            if let (Some(cause), Some(u)) = (&mut cause, u) {
                let shown = if is_param { u } else { x.ty };
                *cause = format!("{cause} {}", self.type_string(shown));
                break;
            }
        }
        if is_param && cause.is_none() {
            match self.shared_under(x.ty) {
                Ok(_) => {}
                Err(why) => cause = Some(why),
            }
        }
        let Some(cause) = cause else { return result };
        let verb = if receive { "receive from" } else { "send to" };
        let message = if is_param {
            format!("invalid operation: cannot {verb} {{}}: {cause}")
        } else {
            format!("invalid operation: cannot {verb} {cause} {{}}")
        };
        let code = if receive { "InvalidReceive" } else { "InvalidSend" };
        self.reject(x, code, &message);
        None
    }

    fn arithmetic_unary<'a>(&mut self, x: &mut Operand<'a>, e: &'a Expr, op: UnaryOp) {
        let defined = match op {
            UnaryOp::Plus | UnaryOp::Neg => self.all_numeric(x.ty),
            UnaryOp::Complement => self.all_integer(x.ty),
            _ => self.all_boolean(x.ty),
        };
        if !defined {
            let message = format!("invalid operation: operator {} not defined on {{}}", op.text());
            self.reject(x, "UndefinedOp", &message);
            return;
        }
        if x.mode != Mode::Constant {
            x.mode = Mode::Value;
            return;
        }
        let value = x.value.clone().unwrap_or(Value::Unknown);
        if value.is_unknown() {
            return;
        }
        let bits = if self.is_unsigned(x.ty) { self.sizeof(x.ty) as u32 * 8 } else { 0 };
        x.value = Some(Value::unary(op, &value, bits));
        x.set_expr(e);
        self.overflow(x, op_span(e));
    }

    /// `a + b + c …`: from the innermost left operand outwards.
    pub(crate) fn binary_chain<'a>(&mut self, x: &mut Operand<'a>, e: &'a Expr) {
        let mut spine = vec![];
        let mut leaf = e;
        while let ExprKind::Binary { op, x, y, .. } = &leaf.kind {
            spine.push((leaf, *op, &**y));
            leaf = x;
        }
        self.expr(None, x, leaf);
        while let Some((node, op, right)) = spine.pop() {
            self.binary(x, Some(node), None, right, op);
            if !spine.is_empty() {
                x.set_expr(node);
                self.record(x);
            }
        }
    }

    /// Combines x, which has been checked, with the expression `right`. `e` is the operation, or
    /// `None` for `lhs op= right`.
    pub(crate) fn binary<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: Option<&'a Expr>,
        lhs: Option<&'a Expr>,
        right: &'a Expr,
        op: BinaryOp,
    ) {
        let mut y = Operand::invalid();
        self.expr(None, &mut y, right);
        if !x.is_valid() || !y.is_valid() {
            x.invalidate();
            return;
        }
        if op.is_shift() {
            self.shift(x, &mut y, e, op);
            return;
        }
        let (before, after) = (x.ty, y.ty);
        if !self.match_operands(x, &mut y) {
            self.report_mismatch(x, before, after, e, lhs, right, op);
            x.invalidate();
            return;
        }
        if !x.is_valid() || !y.is_valid() {
            x.invalidate();
            return;
        }
        if op.is_comparison() {
            self.comparison(x, &mut y, op, false);
            return;
        }
        if !self.identical(x.ty, y.ty) {
            if self.is_valid(x.ty) && self.is_valid(y.ty) {
                self.report_mismatch(x, before, after, e, lhs, right, op);
            }
            x.invalidate();
            return;
        }
        if !self.operator_defined(op, x.ty) {
            let message = format!("invalid operation: operator {} not defined on {{}}", op.text());
            self.reject(x, "UndefinedOp", &message);
            return;
        }
        if matches!(op, BinaryOp::Div | BinaryOp::Rem) && self.divides_by_zero(x, &mut y) {
            x.invalidate();
            return;
        }
        self.combine(x, &y, e, op);
    }

    /// The result of an operation whose operands are in order.
    fn combine<'a>(&mut self, x: &mut Operand<'a>, y: &Operand, e: Option<&'a Expr>, op: BinaryOp) {
        if x.mode != Mode::Constant || y.mode != Mode::Constant {
            x.mode = Mode::Value;
            x.value = None;
            return;
        }
        let (Some(a), Some(b)) = (&x.value, &y.value) else { return };
        if a.is_unknown() || b.is_unknown() {
            x.value = Some(Value::Unknown);
            return;
        }
        if let (Some(s), Some(t)) = (a.as_bytes(), b.as_bytes())
            && s.len() + t.len() > MAX_STRING
        {
            let span = e.map_or(x.span, op_span);
            self.err("InvalidConstVal", span, "constant string too long");
            x.value = Some(Value::Unknown);
            return;
        }
        let value = Value::binary(op, a, b, self.is_integer(x.ty));
        if op == BinaryOp::Div
            && value.is_unknown()
            && (self.is_complex(x.ty) || self.is_complex(y.ty))
        {
            // The square of the divisor's absolute value is too small for any number.
            self.err("DivByZero", y.span, "invalid operation: division by zero");
            x.invalidate();
            return;
        }
        x.value = Some(value);
        let span = e.map_or(x.span, op_span);
        if let Some(e) = e {
            x.set_expr(e);
        }
        self.overflow(x, span);
    }

    fn operator_defined(&mut self, op: BinaryOp, t: TypeId) -> bool {
        use BinaryOp::*;
        match op {
            Add => self.all_numeric_or_string(t),
            Sub | Mul | Div => self.all_numeric(t),
            Rem | And | Or | Xor | AndNot => self.all_integer(t),
            _ => self.all_boolean(t),
        }
    }

    fn divides_by_zero(&mut self, x: &Operand, y: &mut Operand) -> bool {
        let zero = |v: &Value| v.real().sign() == 0 && v.imag().sign() == 0;
        let constant = y.mode == Mode::Constant && y.value.as_ref().is_some_and(zero);
        let found = constant && (x.mode == Mode::Constant || self.all_integer(x.ty));
        if found {
            self.err("DivByZero", y.span, "invalid operation: division by zero");
        }
        found
    }

    #[allow(clippy::too_many_arguments)] // An operation's parts, as they are at hand.
    fn report_mismatch(
        &mut self,
        x: &Operand,
        left_type: TypeId,
        right_type: TypeId,
        e: Option<&Expr>,
        lhs: Option<&Expr>,
        right: &Expr,
        op: BinaryOp,
    ) {
        let cause = self.mismatched_types(left_type, right_type);
        let text = match (e, lhs) {
            (Some(e), _) => self.expr_string(e),
            (None, Some(lhs)) => {
                format!("{} {}= {}", self.expr_string(lhs), op.text(), self.expr_string(right))
            }
            (None, None) => self.operand_text(x),
        };
        let span = if op.is_comparison() { right.span } else { e.map_or(x.span, |e| e.span) };
        let left_expr = match e.map(|e| &e.kind) {
            Some(ExprKind::Binary { x, .. }) => Some(&**x),
            _ => lhs,
        };
        let left = left_expr.map_or(x.span, |left| left.span);
        let message = format!("invalid operation: {text} ({cause})");
        let d = Diagnostic::error(Code("MismatchedTypes"), span, message);
        let d = self.explain_mismatch(
            d,
            [(left, left_type), (right.span, right_type)],
            [left_expr, Some(right)],
        );
        self.report(d);
    }

    /// Brings an untyped operand to the other's type where that makes sense; false if it cannot
    /// have it.
    pub(crate) fn match_operands(&mut self, x: &mut Operand, y: &mut Operand) -> bool {
        if !self.may_convert(x, y) {
            return true;
        }
        let target = y.ty;
        self.match_operand(x, target) && {
            let target = x.ty;
            !x.is_valid() || self.match_operand(y, target)
        }
    }

    /// Gives untyped x the type `target`; a constant that is none of its values is reported and
    /// invalidated. False if x is of another kind altogether.
    fn match_operand(&mut self, x: &mut Operand, target: TypeId) -> bool {
        match self.implicit_type(x, target) {
            Ok((ty, value)) => self.take_type(x, ty, value),
            Err(Misfit::Truncated | Misfit::Overflows) => self.convert_untyped(x, target),
            Err(_) if self.is_type_param(target) => self.convert_untyped(x, target),
            Err(Misfit::Kind | Misfit::Value) => return false,
        }
        true
    }

    fn may_convert(&mut self, x: &Operand, y: &Operand) -> bool {
        if self.is_typed(x.ty) && self.is_typed(y.ty) {
            return false;
        }
        if self.is_non_type_param_interface(x.ty) || self.is_non_type_param_interface(y.ty) {
            return true;
        }
        if self.all_boolean(x.ty) != self.all_boolean(y.ty)
            || self.all_string(x.ty) != self.all_string(y.ty)
        {
            return false;
        }
        if x.is_nil() {
            return self.has_nil(y.ty);
        }
        if y.is_nil() {
            return self.has_nil(x.ty);
        }
        let is_pointer = |c: &mut Checker, t| {
            let u = c.under(t);
            matches!(c.store.ty(u), Type::Pointer(_))
        };
        !is_pointer(self, x.ty) && !is_pointer(self, y.ty)
    }
}
