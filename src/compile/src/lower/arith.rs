//! Arithmetic by type: one instruction, and an extension for 8- and 16-bit integers.

use gol_bytecode::{Reg, op};
use gol_diagnostic::Pos;
use gol_grammar::ast::{BinaryOp, Expr, UnaryOp};
use gol_types::{Type, TypeId};

use super::Lower;
use super::types::Class;

impl Lower<'_, '_> {
    /// r[dst] = r[a] op r[b], neither comparison nor shift.
    pub(super) fn arith(&mut self, op: BinaryOp, ty: TypeId, dst: Reg, a: Reg, b: Reg) {
        match self.class(ty) {
            Class::Int { bits: 32, signed } if self.arith_32(op, signed, dst, a, b) => {}
            Class::Int { bits, signed } => {
                self.arith_64(op, signed, dst, a, b);
                if overflows(op, signed) {
                    self.extend(bits, signed, dst, dst);
                }
            }
            Class::F64 => match op {
                BinaryOp::Add => self.b.emit(op::AddF64 { dst, a, b }),
                BinaryOp::Sub => self.b.emit(op::SubF64 { dst, a, b }),
                BinaryOp::Mul => self.b.emit(op::MulF64 { dst, a, b }),
                _ => self.b.emit(op::DivF64 { dst, a, b }),
            },
            Class::F32 => match op {
                BinaryOp::Add => self.b.emit(op::AddF32 { dst, a, b }),
                BinaryOp::Sub => self.b.emit(op::SubF32 { dst, a, b }),
                BinaryOp::Mul => self.b.emit(op::MulF32 { dst, a, b }),
                _ => self.b.emit(op::DivF32 { dst, a, b }),
            },
            Class::C64 => self.arith_c64(op, dst, a, b),
            Class::C128 => self.arith_c128(op, dst, a, b),
            Class::Str => self.b.emit(op::Concat { dst, a, b }),
            _ => {}
        }
    }

    fn arith_32(&mut self, op: BinaryOp, signed: bool, dst: Reg, a: Reg, b: Reg) -> bool {
        match (op, signed) {
            (BinaryOp::Add, true) => self.b.emit(op::AddI32 { dst, a, b }),
            (BinaryOp::Sub, true) => self.b.emit(op::SubI32 { dst, a, b }),
            (BinaryOp::Mul, true) => self.b.emit(op::MulI32 { dst, a, b }),
            (BinaryOp::Add, false) => self.b.emit(op::AddU32 { dst, a, b }),
            (BinaryOp::Sub, false) => self.b.emit(op::SubU32 { dst, a, b }),
            (BinaryOp::Mul, false) => self.b.emit(op::MulU32 { dst, a, b }),
            _ => return false,
        }
        true
    }

    fn arith_64(&mut self, op: BinaryOp, signed: bool, dst: Reg, a: Reg, b: Reg) {
        match (op, signed) {
            (BinaryOp::Add, _) => self.b.emit(op::AddI64 { dst, a, b }),
            (BinaryOp::Sub, _) => self.b.emit(op::SubI64 { dst, a, b }),
            (BinaryOp::Mul, _) => self.b.emit(op::MulI64 { dst, a, b }),
            (BinaryOp::Div, true) => self.b.emit(op::DivI64 { dst, a, b }),
            (BinaryOp::Div, false) => self.b.emit(op::DivU64 { dst, a, b }),
            (BinaryOp::Rem, true) => self.b.emit(op::RemI64 { dst, a, b }),
            (BinaryOp::Rem, false) => self.b.emit(op::RemU64 { dst, a, b }),
            (BinaryOp::And, _) => self.b.emit(op::AndI64 { dst, a, b }),
            (BinaryOp::Or, _) => self.b.emit(op::OrI64 { dst, a, b }),
            (BinaryOp::Xor, _) => self.b.emit(op::XorI64 { dst, a, b }),
            _ => self.b.emit(op::AndNotI64 { dst, a, b }),
        }
    }

    fn arith_c64(&mut self, op: BinaryOp, dst: Reg, a: Reg, b: Reg) {
        let (dst1, a1, b1) = (Reg(dst.0 + 1), Reg(a.0 + 1), Reg(b.0 + 1));
        match op {
            BinaryOp::Add => {
                self.b.emit(op::AddF32 { dst, a, b });
                self.b.emit(op::AddF32 { dst: dst1, a: a1, b: b1 });
            }
            BinaryOp::Sub => {
                self.b.emit(op::SubF32 { dst, a, b });
                self.b.emit(op::SubF32 { dst: dst1, a: a1, b: b1 });
            }
            BinaryOp::Mul => self.b.emit(op::MulC64 { dst, a, b }),
            _ => self.b.emit(op::DivC64 { dst, a, b }),
        }
    }

    fn arith_c128(&mut self, op: BinaryOp, dst: Reg, a: Reg, b: Reg) {
        let (dst1, a1, b1) = (Reg(dst.0 + 1), Reg(a.0 + 1), Reg(b.0 + 1));
        match op {
            BinaryOp::Add => {
                self.b.emit(op::AddF64 { dst, a, b });
                self.b.emit(op::AddF64 { dst: dst1, a: a1, b: b1 });
            }
            BinaryOp::Sub => {
                self.b.emit(op::SubF64 { dst, a, b });
                self.b.emit(op::SubF64 { dst: dst1, a: a1, b: b1 });
            }
            BinaryOp::Mul => self.b.emit(op::MulC128 { dst, a, b }),
            _ => self.b.emit(op::DivC128 { dst, a, b }),
        }
    }

    /// r[dst] = r[a] op imm, if there is an instruction for it.
    pub(super) fn arith_imm(
        &mut self,
        op: BinaryOp,
        ty: TypeId,
        dst: Reg,
        a: Reg,
        imm: i16,
    ) -> bool {
        let Class::Int { bits, signed } = self.class(ty) else { return false };
        if bits == 32 && self.arith_imm_32(op, signed, dst, a, imm) {
            return true;
        }
        let done = match (op, imm.checked_neg()) {
            (BinaryOp::Div | BinaryOp::Rem, _) => self.divide_imm(op, signed, dst, a, imm),
            (BinaryOp::Add, _) => emitted(self.b.emit(op::AddI64Imm { dst, a, imm })),
            (BinaryOp::Sub, Some(imm)) => emitted(self.b.emit(op::AddI64Imm { dst, a, imm })),
            (BinaryOp::Mul, _) => {
                if imm > 0 && imm & (imm - 1) == 0 {
                    let imm = imm.trailing_zeros() as u16;
                    emitted(self.b.emit(op::ShlI64Imm { dst, a, imm }))
                } else {
                    emitted(self.b.emit(op::MulI64Imm { dst, a, imm }))
                }
            }
            (BinaryOp::And, _) => emitted(self.b.emit(op::AndI64Imm { dst, a, imm })),
            (BinaryOp::Or, _) => emitted(self.b.emit(op::OrI64Imm { dst, a, imm })),
            (BinaryOp::Xor, _) => emitted(self.b.emit(op::XorI64Imm { dst, a, imm })),
            (BinaryOp::AndNot, _) => emitted(self.b.emit(op::AndI64Imm { dst, a, imm: !imm })),
            _ => false,
        };
        if done && overflows(op, signed) {
            self.extend(bits, signed, dst, dst);
        }
        done
    }

    fn arith_imm_32(&mut self, op: BinaryOp, signed: bool, dst: Reg, a: Reg, imm: i16) -> bool {
        let imm = match (op, imm.checked_neg()) {
            (BinaryOp::Add, _) => imm,
            (BinaryOp::Sub, Some(negative)) => negative,
            _ => return false,
        };
        if signed {
            self.b.emit(op::AddI32Imm { dst, a, imm });
        } else {
            self.b.emit(op::AddU32Imm { dst, a, imm });
        }
        true
    }

    fn divide_imm(&mut self, op: BinaryOp, signed: bool, dst: Reg, a: Reg, imm: i16) -> bool {
        if imm == 0 {
            return false;
        }
        if signed {
            let power = (imm > 1 && imm.count_ones() == 1).then(|| imm.trailing_zeros() as u16);
            match (op, power) {
                (BinaryOp::Div, Some(imm)) => self.b.emit(op::DivI64Power { dst, a, imm }),
                (BinaryOp::Div, None) => self.b.emit(op::DivI64Imm { dst, a, imm }),
                (_, Some(imm)) => self.b.emit(op::RemI64Power { dst, a, imm }),
                (_, None) => self.b.emit(op::RemI64Imm { dst, a, imm }),
            }
            return true;
        }
        let unsigned = imm as u16;
        match (op, imm.count_ones() == 1) {
            (BinaryOp::Div, true) => {
                self.b.emit(op::ShrU64Imm { dst, a, imm: imm.trailing_zeros() as u16 });
            }
            (_, true) => self.b.emit(op::AndI64Imm { dst, a, imm: imm - 1 }),
            (BinaryOp::Div, false) => self.b.emit(op::DivU64Imm { dst, a, imm: unsigned }),
            (_, false) => self.b.emit(op::RemU64Imm { dst, a, imm: unsigned }),
        }
        true
    }

    /// Brings the low bits of r[a] into the form in which registers hold them.
    pub(super) fn extend(&mut self, bits: u8, signed: bool, dst: Reg, a: Reg) {
        match (bits, signed) {
            (8, true) => self.b.emit(op::SExt8 { dst, a }),
            (16, true) => self.b.emit(op::SExt16 { dst, a }),
            (32, true) => self.b.emit(op::SExt32 { dst, a }),
            (8, false) => self.b.emit(op::ZExt8 { dst, a }),
            (16, false) => self.b.emit(op::ZExt16 { dst, a }),
            (32, false) => self.b.emit(op::ZExt32 { dst, a }),
            _ => self.move_words(dst, a, 1),
        }
    }

    /// `x << y`, `x >> y`.
    pub(super) fn shift(
        &mut self,
        op: BinaryOp,
        pos: Pos,
        ty: TypeId,
        (x, y): (&Expr, &Expr),
        want: Option<Reg>,
    ) -> Reg {
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let a = self.expr_as(x, ty, None);
        self.shift_by(op, pos, ty, dst, a, y);
        self.b.release(mark);
        dst
    }

    /// r[dst] = r[a] shifted by an expression.
    pub(super) fn shift_by(
        &mut self,
        op: BinaryOp,
        pos: Pos,
        ty: TypeId,
        dst: Reg,
        a: Reg,
        y: &Expr,
    ) {
        let Class::Int { bits, signed } = self.class(ty) else { return };
        if let Some(count) = self.const_value(y) {
            let count = count.to_int().and_then(|v| v.as_u64()).unwrap_or(u64::MAX);
            self.shift_const(op, (bits, signed), dst, a, count);
            return;
        }
        let count_ty = self.ty(y);
        let b = self.expr(y, None);
        self.b.set_pos(pos);
        if !self.class(count_ty).is_unsigned() {
            self.b.emit(op::CheckShift { a: b });
        }
        match (op, bits, signed) {
            (BinaryOp::Shl, 32, false) => self.b.emit(op::ShlU32 { dst, a, b }),
            (BinaryOp::Shl, ..) => {
                self.b.emit(op::ShlI64 { dst, a, b });
                if bits < 64 {
                    self.extend(bits, signed, dst, dst);
                }
            }
            (_, _, true) => self.b.emit(op::ShrI64 { dst, a, b }),
            _ => self.b.emit(op::ShrU64 { dst, a, b }),
        }
    }

    fn shift_const(
        &mut self,
        op: BinaryOp,
        (bits, signed): (u8, bool),
        dst: Reg,
        a: Reg,
        count: u64,
    ) {
        let imm = count.min(63) as u16;
        let all = count >= u64::from(bits);
        match (op, signed, all) {
            (BinaryOp::Shl, _, true) | (_, false, true) => self.load_word(dst, 0),
            (BinaryOp::Shl, ..) => {
                self.b.emit(op::ShlI64Imm { dst, a, imm });
                if bits < 64 {
                    self.extend(bits, signed, dst, dst);
                }
            }
            (_, true, _) => self.b.emit(op::ShrI64Imm { dst, a, imm }),
            (_, false, false) => self.b.emit(op::ShrU64Imm { dst, a, imm }),
        }
    }

    /// `-x`, `^x`, `!x`.
    pub(super) fn negate(&mut self, e: &Expr, op: UnaryOp, x: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let a = self.expr_as(x, ty, None);
        let (dst1, a1) = (Reg(dst.0 + 1), Reg(a.0 + 1));
        match (op, self.class(ty)) {
            (UnaryOp::Not, _) => self.b.emit(op::NotBool { dst, a }),
            (UnaryOp::Complement, Class::Int { bits, signed }) => {
                self.b.emit(op::NotI64 { dst, a });
                if !signed && bits < 64 {
                    self.extend(bits, signed, dst, dst);
                }
            }
            (_, Class::Int { bits, signed }) => {
                self.b.emit(op::NegI64 { dst, a });
                if bits < 64 {
                    self.extend(bits, signed, dst, dst);
                }
            }
            (_, Class::F64) => self.b.emit(op::NegF64 { dst, a }),
            (_, Class::F32) => self.b.emit(op::NegF32 { dst, a }),
            (_, Class::C128) => {
                self.b.emit(op::NegF64 { dst, a });
                self.b.emit(op::NegF64 { dst: dst1, a: a1 });
            }
            (_, Class::C64) => {
                self.b.emit(op::NegF32 { dst, a });
                self.b.emit(op::NegF32 { dst: dst1, a: a1 });
            }
            _ => {}
        }
        self.b.release(mark);
        dst
    }

    /// The fields of a struct type.
    pub(super) fn struct_fields(&mut self, ty: TypeId) -> Vec<gol_types::ObjId> {
        if let Type::Struct(s) = self.under(ty) { s.fields } else { Vec::new() }
    }
}

/// Says that an instruction was emitted.
fn emitted((): ()) -> bool {
    true
}

/// Whether an operation can leave the range of a narrow type.
fn overflows(op: BinaryOp, signed: bool) -> bool {
    match op {
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => true,
        BinaryOp::Div => signed,
        _ => false,
    }
}
