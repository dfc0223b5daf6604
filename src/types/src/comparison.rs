//! Comparisons: of two operands, and of a case with its switch.

use gol_diagnostic::{Code, Diagnostic};
use gol_grammar::ast::BinaryOp;

use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::operand::{Operand, basic};
use crate::types::{Basic, Type, TypeId};

/// Why two operands cannot be compared.
struct Complaint {
    code: &'static str,
    /// The error is about the right operand.
    right: bool,
    cause: Option<String>,
}

impl Checker {
    /// `x op y`, leaving the result in x; with `switch_case`, x is a case of a switch on y.
    pub(crate) fn comparison(
        &mut self,
        x: &mut Operand,
        y: &mut Operand,
        op: BinaryOp,
        switch_case: bool,
    ) {
        let op = if switch_case { BinaryOp::Eq } else { op };
        if !self.is_valid(x.ty) || !self.is_valid(y.ty) {
            x.invalidate();
            return;
        }
        if let Some(complaint) = self.incomparable(x, y, op) {
            self.report_comparison(x, y, op, switch_case, complaint);
            x.invalidate();
            return;
        }
        if x.mode == Mode::Constant && y.mode == Mode::Constant {
            let (Some(a), Some(b)) = (&x.value, &y.value) else { return };
            x.value = Some(Value::Bool(Value::compare(op, a, b)));
        } else {
            x.mode = Mode::Value;
            x.value = None;
            for operand in [&*x, &*y] {
                let ty = self.default_type(operand.ty);
                if let Some(e) = operand.expr {
                    self.update_expr_type(e, ty, true);
                }
            }
        }
        x.ty = basic(Basic::UntypedBool);
    }

    fn incomparable(&mut self, x: &Operand, y: &Operand, op: BinaryOp) -> Option<Complaint> {
        if self.assignable_to(x, y.ty).is_err() && self.assignable_to(y, x.ty).is_err() {
            let cause = self.mismatched_types(x.ty, y.ty);
            return Some(Complaint { code: "MismatchedTypes", right: true, cause: Some(cause) });
        }
        let complaint = |right, cause| Some(Complaint { code: "UndefinedOp", right, cause });
        if !matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
            if !self.all_ordered(x.ty) {
                return complaint(false, None);
            }
            return if self.all_ordered(y.ty) { None } else { complaint(true, None) };
        }
        if x.is_nil() || y.is_nil() {
            let ty = if x.is_nil() { y.ty } else { x.ty };
            // Nothing but `nil == nil` gets here without a type that has nil.
            if !self.has_nil(ty) || ty == basic(Basic::UntypedNil) {
                return complaint(true, None);
            }
            return None;
        }
        for (operand, right) in [(x, false), (y, true)] {
            if self.is_type_param(operand.ty) && self.has_empty_type_set(operand.ty) {
                return complaint(right, Some("empty type set".into()));
            }
            if let Err(cause) = self.comparable(operand.ty, true) {
                let cause = self.incomparable_cause(operand.ty).or(Some(cause));
                return complaint(right, cause.filter(|c| !c.is_empty()));
            }
        }
        None
    }

    /// `mismatched types T and U`.
    pub(crate) fn mismatched_types(&mut self, x: TypeId, y: TypeId) -> String {
        format!("mismatched types {} and {}", self.type_string(x), self.type_string(y))
    }

    fn incomparable_cause(&mut self, t: TypeId) -> Option<String> {
        match self.under_type(t) {
            Type::Slice(_) | Type::Signature(_) | Type::Map { .. } => {
                self.composite_kind(t).map(|kind| format!("{kind} can only be compared to nil"))
            }
            _ => None,
        }
    }

    fn report_comparison(
        &mut self,
        x: &Operand,
        y: &Operand,
        op: BinaryOp,
        switch_case: bool,
        complaint: Complaint,
    ) {
        let mut right = complaint.right;
        let cause = complaint.cause.unwrap_or_else(|| {
            let of_params = self.is_type_param(x.ty) || self.is_type_param(y.ty);
            if of_params && matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
                return "incomparable types in type set".to_owned();
            }
            if of_params && !self.is_type_param(x.ty) {
                right = true;
            }
            let ty = if right { y.ty } else { x.ty };
            let name = self.type_string(ty);
            if of_params {
                return format!("type parameter {name} cannot use operator {}", op.text());
            }
            let what = self.composite_kind(ty).map_or(name, str::to_owned);
            format!("operator {} not defined on {what}", op.text())
        });
        let (a, b) = (self.operand_text(x), self.operand_text(y));
        if switch_case {
            let message = format!("invalid case {a} in switch on {b} ({cause})");
            self.err(complaint.code, x.span, message);
        } else {
            let message = format!("invalid operation: {a} {} {b} ({cause})", op.text());
            let span = if right { y.span } else { x.span };
            let d = Diagnostic::error(Code(complaint.code), span, message);
            let d = if complaint.code == "MismatchedTypes" {
                let sides = [(x.span, x.ty), (y.span, y.ty)];
                self.explain_mismatch(d, sides, [x.expr, y.expr])
            } else {
                self.explain_incomparable(d, if right { y.ty } else { x.ty })
            };
            self.report(d);
        }
    }
}
