//! Comparisons and conditions: as jumps where they decide, as booleans where they are values.
//!
//! Not-a-number makes every ordered comparison false, so `!(a < b)` has its own condition.

use gol_bytecode::{Reg, op};
use gol_diagnostic::Pos;
use gol_grammar::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use gol_types::TypeId;

use super::Lower;
use super::types::Class;
use crate::builder::{Cond, Label};

/// The operands of a comparison, evaluated.
struct Operands {
    ty: TypeId,
    class: Class,
    a: Reg,
    b: Right,
}

enum Right {
    Reg(Reg),
    Imm(i16),
}

impl Lower<'_, '_> {
    /// Goes to a label if a condition holds.
    pub(super) fn jump_if(&mut self, e: &Expr, label: Label) {
        self.jump_on(e, label, true);
    }

    /// Goes to a label if a condition does not hold.
    pub(super) fn jump_unless(&mut self, e: &Expr, label: Label) {
        self.jump_on(e, label, false);
    }

    /// Goes to a label if a condition is `when`.
    pub(super) fn jump_on(&mut self, e: &Expr, label: Label, when: bool) {
        let e = e.unparen();
        if let Some(a) = self.early(e) {
            self.b.jump_if(if when { Cond::True(a) } else { Cond::False(a) }, label);
            return;
        }
        if let Some(value) = self.const_value(e) {
            if value.as_bool() == Some(when) {
                self.b.jump(label);
            }
            return;
        }
        match &e.kind {
            ExprKind::Unary { op: UnaryOp::Not, x, .. } => self.jump_on(x, label, !when),
            ExprKind::Binary { op: BinaryOp::LogicalAnd, x, y, .. } => {
                self.jump_logical((x, y), label, when, false);
            }
            ExprKind::Binary { op: BinaryOp::LogicalOr, x, y, .. } => {
                self.jump_logical((x, y), label, when, true);
            }
            ExprKind::Binary { op, op_span, x, y } if op.is_comparison() => {
                let mark = self.b.mark();
                let cond = self.compare_cond(*op, op_span.lo, x, y);
                self.b.jump_if(if when { cond } else { cond.negate() }, label);
                self.b.release(mark);
            }
            ExprKind::Call { .. } if self.jump_in_place(e, label, when) => {}
            _ => {
                let mark = self.b.mark();
                let a = self.expr(e, None);
                self.b.jump_if(if when { Cond::True(a) } else { Cond::False(a) }, label);
                self.b.release(mark);
            }
        }
    }

    /// `decides`: the value of x that settles the whole.
    fn jump_logical(&mut self, parts: (&Expr, &Expr), label: Label, when: bool, decides: bool) {
        self.apart(|this| this.jump_logical_parts(parts, label, when, decides));
    }

    fn jump_logical_parts(
        &mut self,
        (x, y): (&Expr, &Expr),
        label: Label,
        when: bool,
        decides: bool,
    ) {
        if when == decides {
            self.jump_on(x, label, when);
            self.jump_on(y, label, when);
            return;
        }
        let skip = self.b.new_label();
        self.jump_on(x, skip, decides);
        self.jump_on(y, label, when);
        self.b.bind(skip);
    }

    fn operands(&mut self, x: &Expr, y: &Expr) -> Operands {
        let (tx, ty) = (self.ty(x), self.ty(y));
        let x_is_nil = self.is_nil(x);
        let ty = match (self.is_iface(tx), self.is_iface(ty)) {
            _ if x_is_nil => ty,
            (true, _) => tx,
            (_, true) => ty,
            _ if self.const_value(x).is_some() && !self.is_nil(y) => ty,
            _ => tx,
        };
        let class = self.class(ty);
        let nilable = matches!(class, Class::Ref | Class::Slice | Class::Iface);
        if nilable && (x_is_nil || self.is_nil(y)) {
            let a = self.expr_as(if x_is_nil { y } else { x }, ty, None);
            return Operands { ty, class: Class::Ref, a, b: Right::Imm(0) };
        }
        let a = self.expr_as(x, ty, None);
        if let Some(imm) = self.immediate(y, ty) {
            return Operands { ty, class, a, b: Right::Imm(imm) };
        }
        let b = self.expr_as(y, ty, None);
        Operands { ty, class, a, b: Right::Reg(b) }
    }

    /// The condition under which a comparison holds.
    pub(super) fn compare_cond(&mut self, op: BinaryOp, pos: Pos, x: &Expr, y: &Expr) -> Cond {
        if self.const_value(x).is_some() && self.const_value(y).is_none() {
            let flipped = flip(op);
            return self.compare_cond(flipped, pos, y, x);
        }
        let order = self.begin_order(&[x, y]);
        let operands = self.operands(x, y);
        self.end_order(order);
        self.b.set_pos(pos);
        let a = operands.a;
        let unsigned = operands.class.is_unsigned();
        match (operands.class, &operands.b) {
            (Class::Int { .. } | Class::Bool | Class::Ref, &Right::Imm(imm)) => {
                match (op, unsigned) {
                    (BinaryOp::Eq, _) => return Cond::EqImm(a, imm),
                    (BinaryOp::Ne, _) => return Cond::NeImm(a, imm),
                    (BinaryOp::Lt, false) => return Cond::LtImm(a, imm),
                    (BinaryOp::Le, false) => return Cond::LeImm(a, imm),
                    (BinaryOp::Gt, false) => return Cond::GtImm(a, imm),
                    (BinaryOp::Ge, false) => return Cond::GeImm(a, imm),
                    (BinaryOp::Gt, true) if imm == 0 => return Cond::NeImm(a, 0),
                    _ => {}
                }
            }
            (Class::Int { .. } | Class::Bool | Class::Ref, &Right::Reg(b)) => {
                return int_cond(op, unsigned, a, b);
            }
            (Class::F64, &Right::Reg(b)) => return float_cond(op, a, b),
            (Class::Str, &Right::Reg(b)) if op == BinaryOp::Eq => return Cond::EqStr(a, b),
            (Class::Str, &Right::Reg(b)) if op == BinaryOp::Ne => return Cond::NeStr(a, b),
            _ => {}
        }
        if let (true, &Right::Imm(imm)) = (unsigned, &operands.b) {
            let b = self.load_int(i64::from(imm), None);
            return int_cond(op, true, a, b);
        }
        let dst = self.alloc_word();
        let negated = self.compare_to(op, &operands, dst);
        if negated { Cond::False(dst) } else { Cond::True(dst) }
    }

    /// A comparison as a boolean.
    pub(super) fn compare_value(
        &mut self,
        op: BinaryOp,
        pos: Pos,
        x: &Expr,
        y: &Expr,
        want: Option<Reg>,
    ) -> Reg {
        let dst = want.unwrap_or_else(|| self.alloc_word());
        let mark = self.b.mark();
        let order = self.begin_order(&[x, y]);
        let operands = self.operands(x, y);
        self.end_order(order);
        self.b.set_pos(pos);
        if self.compare_to(op, &operands, dst) {
            self.b.emit(op::NotBool { dst, a: dst });
        }
        self.b.release(mark);
        dst
    }

    /// r[dst] = a op b, or its negation: says whether.
    fn compare_to(&mut self, op: BinaryOp, operands: &Operands, dst: Reg) -> bool {
        let a = operands.a;
        let b = match operands.b {
            Right::Reg(b) => b,
            Right::Imm(imm) if op == BinaryOp::Eq => {
                self.b.emit(op::EqI64Imm { dst, a, imm });
                return false;
            }
            Right::Imm(imm) if op == BinaryOp::Ne => {
                self.b.emit(op::NeI64Imm { dst, a, imm });
                return false;
            }
            Right::Imm(imm) => self.load_int(i64::from(imm), None),
        };
        self.compare_regs(op, operands.ty, operands.class, dst, (a, b))
    }

    /// The same for values of one type in registers.
    pub(super) fn compare_regs(
        &mut self,
        op: BinaryOp,
        ty: TypeId,
        class: Class,
        dst: Reg,
        (a, b): (Reg, Reg),
    ) -> bool {
        let (op, a, b) = match op {
            BinaryOp::Gt => (BinaryOp::Lt, b, a),
            BinaryOp::Ge => (BinaryOp::Le, b, a),
            _ => (op, a, b),
        };
        match class {
            Class::F64 => self.compare_f64(op, dst, a, b),
            Class::F32 => self.compare_f32(op, dst, a, b),
            Class::Str => self.compare_str(op, dst, a, b),
            Class::Int { .. } | Class::Bool | Class::Ref => {
                self.compare_int(op, class.is_unsigned(), dst, a, b);
            }
            _ => {
                self.equal(ty, class, dst, a, b);
                return op == BinaryOp::Ne;
            }
        }
        false
    }

    fn compare_int(&mut self, op: BinaryOp, unsigned: bool, dst: Reg, a: Reg, b: Reg) {
        match (op, unsigned) {
            (BinaryOp::Eq, _) => self.b.emit(op::EqI64 { dst, a, b }),
            (BinaryOp::Ne, _) => self.b.emit(op::NeI64 { dst, a, b }),
            (BinaryOp::Lt, false) => self.b.emit(op::LtI64 { dst, a, b }),
            (BinaryOp::Lt, true) => self.b.emit(op::LtU64 { dst, a, b }),
            (_, false) => self.b.emit(op::LeI64 { dst, a, b }),
            (_, true) => self.b.emit(op::LeU64 { dst, a, b }),
        }
    }

    fn compare_f64(&mut self, op: BinaryOp, dst: Reg, a: Reg, b: Reg) {
        match op {
            BinaryOp::Eq => self.b.emit(op::EqF64 { dst, a, b }),
            BinaryOp::Ne => self.b.emit(op::NeF64 { dst, a, b }),
            BinaryOp::Lt => self.b.emit(op::LtF64 { dst, a, b }),
            _ => self.b.emit(op::LeF64 { dst, a, b }),
        }
    }

    fn compare_f32(&mut self, op: BinaryOp, dst: Reg, a: Reg, b: Reg) {
        match op {
            BinaryOp::Eq => self.b.emit(op::EqF32 { dst, a, b }),
            BinaryOp::Ne => self.b.emit(op::NeF32 { dst, a, b }),
            BinaryOp::Lt => self.b.emit(op::LtF32 { dst, a, b }),
            _ => self.b.emit(op::LeF32 { dst, a, b }),
        }
    }

    fn compare_str(&mut self, op: BinaryOp, dst: Reg, a: Reg, b: Reg) {
        match op {
            BinaryOp::Eq => self.b.emit(op::EqStr { dst, a, b }),
            BinaryOp::Ne => self.b.emit(op::NeStr { dst, a, b }),
            BinaryOp::Lt => self.b.emit(op::LtStr { dst, a, b }),
            _ => self.b.emit(op::LeStr { dst, a, b }),
        }
    }

    /// r[dst] = a == b, for interfaces, complex numbers, structs and arrays.
    fn equal(&mut self, ty: TypeId, class: Class, dst: Reg, a: Reg, b: Reg) {
        let (a1, b1) = (Reg(a.0 + 1), Reg(b.0 + 1));
        match class {
            Class::Iface => self.b.emit(op::EqIface { dst, a, b }),
            Class::C64 | Class::C128 => {
                let (re, im) = (self.alloc_word(), self.alloc_word());
                if class == Class::C64 {
                    self.b.emit(op::EqF32 { dst: re, a, b });
                    self.b.emit(op::EqF32 { dst: im, a: a1, b: b1 });
                } else {
                    self.b.emit(op::EqF64 { dst: re, a, b });
                    self.b.emit(op::EqF64 { dst: im, a: a1, b: b1 });
                }
                self.b.emit(op::AndI64 { dst, a: re, b: im });
            }
            _ if self.is_mem(ty) => {
                let ty = self.type_idx(ty);
                self.b.emit(op::EqMem { dst, a, b, ty });
            }
            _ if self.words(ty) == 0 => self.b.emit(op::LoadInt { dst, value: 1 }),
            _ => {
                let ty = self.type_idx(ty);
                self.b.emit(op::EqRegs { dst, a, b, ty });
            }
        }
    }
}

/// The operator with its operands exchanged.
fn flip(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        _ => op,
    }
}

fn int_cond(op: BinaryOp, unsigned: bool, a: Reg, b: Reg) -> Cond {
    match (op, unsigned) {
        (BinaryOp::Eq, _) => Cond::EqI64(a, b),
        (BinaryOp::Ne, _) => Cond::NeI64(a, b),
        (BinaryOp::Lt, false) => Cond::LtI64(a, b),
        (BinaryOp::Le, false) => Cond::LeI64(a, b),
        (BinaryOp::Gt, false) => Cond::LtI64(b, a),
        (_, false) => Cond::LeI64(b, a),
        (BinaryOp::Lt, true) => Cond::LtU64(a, b),
        (BinaryOp::Le, true) => Cond::LeU64(a, b),
        (BinaryOp::Gt, true) => Cond::LtU64(b, a),
        (_, true) => Cond::LeU64(b, a),
    }
}

fn float_cond(op: BinaryOp, a: Reg, b: Reg) -> Cond {
    match op {
        BinaryOp::Eq => Cond::EqF64(a, b),
        BinaryOp::Ne => Cond::NeF64(a, b),
        BinaryOp::Lt => Cond::LtF64(a, b),
        BinaryOp::Le => Cond::LeF64(a, b),
        BinaryOp::Gt => Cond::LtF64(b, a),
        _ => Cond::LeF64(b, a),
    }
}
