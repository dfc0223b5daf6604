//! Untyped expressions: what was recorded of them, and how their final types come to them.
//!
//! An untyped expression has no final type when it is checked; it gets one from its context later.
//! Until then it stands in `Checker::untyped`. [`Checker::update_expr_type`] walks down the parts
//! that share its type; what never meets a type keeps its untyped one, in [`Checker::record_untyped`].

use gol_grammar::ast::{Expr, ExprKind, NodeId};

use crate::checker::Checker;
use crate::constant::Value;
use crate::info::{Mode, TypeAndValue};
use crate::operand::{INVALID, Misfit, Operand, basic};
use crate::types::{Basic, Type, TypeId};

/// What is to be said of an untyped expression once its type is known.
#[derive(Clone, Debug)]
pub(crate) struct UntypedExpr {
    /// It is the left operand of a shift whose count is no constant: its type must be an integer.
    pub is_lhs: bool,
    pub mode: Mode,
    pub ty: TypeId,
    pub value: Option<Value>,
}

impl Checker {
    /// Records x for its expression: at once, or when its type is final.
    pub(crate) fn record(&mut self, x: &Operand) {
        let Some(id) = x.id else { return };
        let ty = match x.mode {
            Mode::Invalid => INVALID,
            Mode::NoValue => self.new_tuple(&[]),
            _ => x.ty,
        };
        let value = if x.mode == Mode::Constant { x.value.clone() } else { None };
        if x.is_valid() && self.is_untyped(ty) {
            self.untyped.insert(id, UntypedExpr { is_lhs: false, mode: x.mode, ty, value });
        } else {
            self.record_node(id, x.mode, ty, value);
        }
    }

    pub(crate) fn record_node(&mut self, id: NodeId, mode: Mode, ty: TypeId, value: Option<Value>) {
        if mode != Mode::Invalid {
            self.info.record(id, TypeAndValue { mode, ty, value });
        }
    }

    /// Expressions that never got a type are recorded with their untyped one.
    pub(crate) fn record_untyped(&mut self) {
        let mut rest: Vec<_> = std::mem::take(&mut self.untyped).into_iter().collect();
        rest.sort_by_key(|(id, _)| *id);
        for (id, info) in rest {
            self.record_node(id, info.mode, info.ty, info.value);
        }
    }

    pub(crate) fn update_expr_value(&mut self, x: &Operand) {
        if let Some(info) = x.id.and_then(|id| self.untyped.get_mut(&id)) {
            info.value.clone_from(&x.value);
        }
    }

    /// Gives e, if it is still untyped, and the operands that share its type the type `ty`; for
    /// good, if that is typed or `last` is set.
    pub(crate) fn update_expr_type(&mut self, e: &Expr, ty: TypeId, last: bool) {
        // Left operands are walked in a loop, as chains of operators lean to the left.
        let mut e = e;
        let mut path = Vec::new();
        while let Some(info) = self.untyped.get(&e.id) {
            let constant = info.value.is_some();
            path.push(e);
            match &e.kind {
                ExprKind::Paren(inner) => e = inner,
                ExprKind::Unary { x, .. } if !constant => e = x,
                ExprKind::Binary { op, x, .. } if !constant && !op.is_comparison() => e = x,
                _ => break,
            }
        }
        for e in path.into_iter().rev() {
            let Some(info) = self.untyped.get(&e.id) else { continue };
            if let ExprKind::Binary { op, y, .. } = &e.kind
                && info.value.is_none()
                && !op.is_comparison()
                && !op.is_shift()
            {
                self.update_expr_type(y, ty, last);
            }
            self.finish_untyped(e, ty, last);
        }
    }

    fn finish_untyped(&mut self, e: &Expr, ty: TypeId, last: bool) {
        let untyped = self.is_untyped(ty);
        if !last && untyped {
            let ty = self.under(ty);
            if let Some(info) = self.untyped.get_mut(&e.id) {
                info.ty = ty;
            }
            return;
        }
        let Some(info) = self.untyped.remove(&e.id) else { return };
        if info.is_lhs && !self.all_integer(ty) {
            let message = format!(
                "invalid operation: shifted operand {} (type {}) must be integer",
                self.expr_string(e),
                self.type_string(ty)
            );
            self.err("InvalidShiftOperand", e.span, message);
            return;
        }
        if info.value.is_some() {
            let mut c = Operand::invalid();
            c.set_expr(e);
            (c.mode, c.ty, c.value) = (info.mode, info.ty, info.value.clone());
            self.convert_untyped(&mut c, ty);
            if !c.is_valid() {
                return;
            }
        }
        self.record_node(e.id, info.mode, ty, info.value);
    }

    /// The larger of two untyped types; `None` if they do not mix.
    fn max_type(&mut self, x: TypeId, y: TypeId) -> Option<TypeId> {
        if x == y {
            return Some(x);
        }
        (self.is_numeric(x) && self.is_numeric(y)).then(|| x.max(y))
    }

    /// The type, and for a constant the value, that untyped x takes where `target` is wanted.
    pub(crate) fn implicit_type(
        &mut self,
        x: &Operand,
        target: TypeId,
    ) -> Result<(TypeId, Option<Value>), Misfit> {
        if !x.is_valid() || self.is_typed(x.ty) || !self.is_valid(target) {
            return Ok((x.ty, None));
        }
        if self.is_untyped(target) {
            return self.max_type(x.ty, target).map(|t| (t, None)).ok_or(Misfit::Kind);
        }
        if x.is_nil() {
            return if self.has_nil(target) { Ok((target, None)) } else { Err(Misfit::Kind) };
        }
        if self.is_type_param(target) {
            let terms = self.type_terms(target).ok_or(Misfit::Kind)?;
            for term in terms {
                let u = self.under(term.ty);
                self.implicit_type(x, u).map_err(|_| Misfit::Kind)?;
            }
            return Ok((target, None));
        }
        match self.under_type(target) {
            Type::Basic(kind) => self.implicit_basic(x, target, kind),
            Type::Interface(_) if self.is_empty_interface(target) => {
                Ok((self.default_type(x.ty), None))
            }
            _ => Err(Misfit::Kind),
        }
    }

    fn implicit_basic(
        &mut self,
        x: &Operand,
        target: TypeId,
        kind: Basic,
    ) -> Result<(TypeId, Option<Value>), Misfit> {
        if x.mode == Mode::Constant {
            return self.representation(x, basic(kind)).map(|v| (target, Some(v)));
        }
        let fits = match self.basic_under(x.ty) {
            Some(Basic::UntypedBool) => self.is_boolean(target),
            Some(Basic::UntypedString) => self.is_string(target),
            Some(
                Basic::UntypedInt
                | Basic::UntypedRune
                | Basic::UntypedFloat
                | Basic::UntypedComplex,
            ) => self.is_numeric(target),
            _ => false,
        };
        if fits { Ok((target, None)) } else { Err(Misfit::Kind) }
    }

    /// Gives untyped x the type `target`, if it can have it; reports where it cannot.
    pub(crate) fn convert_untyped(&mut self, x: &mut Operand, target: TypeId) {
        match self.implicit_type(x, target) {
            Err(misfit) => {
                let shown = if self.is_type_param(target) { target } else { self.under(target) };
                self.invalid_conversion(misfit, x, shown);
            }
            Ok((ty, value)) => self.take_type(x, ty, value),
        }
    }

    /// Gives x the type and value that [`Checker::implicit_type`] found.
    pub(crate) fn take_type(&mut self, x: &mut Operand, ty: TypeId, value: Option<Value>) {
        if value.is_some() {
            x.value = value;
            self.update_expr_value(x);
        }
        if ty != x.ty {
            x.ty = ty;
            if let Some(e) = x.expr {
                self.update_expr_type(e, ty, false);
            }
        }
    }

    pub(crate) fn invalid_conversion(&mut self, misfit: Misfit, x: &mut Operand, target: TypeId) {
        let target = self.type_string(target);
        let operand = self.operand_string(x);
        let message = match misfit {
            Misfit::Truncated => format!("{operand} truncated to {target}"),
            Misfit::Overflows => format!("{operand} overflows {target}"),
            Misfit::Kind | Misfit::Value => format!("cannot convert {operand} to type {target}"),
        };
        self.err(misfit.code(), x.span, message);
        x.invalidate();
    }
}
