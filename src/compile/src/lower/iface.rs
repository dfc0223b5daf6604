//! Interfaces: making them, and getting out what is in them.

use gol_bytecode::{NO_REG, Reg, op};
use gol_grammar::ast::Expr;
use gol_types::TypeId;

use super::Lower;

impl Lower<'_, '_> {
    /// r[dst..+2] = interface of a value of a concrete type.
    pub(super) fn make_iface(&mut self, dst: Reg, a: Reg, from: TypeId) {
        let ty = self.m.iface_type_idx(from);
        self.b.emit(op::MakeIface { dst, a, ty });
    }

    /// `x.(T)`.
    pub(super) fn type_assert(&mut self, e: &Expr, x: &Expr, want: Option<Reg>) -> Reg {
        let to = self.ty(e);
        let from = self.ty(x);
        let dst = self.dst(to, want);
        let mark = self.b.mark();
        let a = self.expr(x, None);
        self.at(e);
        let from = self.type_idx(from);
        let ty = self.type_idx(to);
        if self.is_iface(to) {
            self.b.emit(op::AssertIface { dst, a, ty, from });
        } else {
            self.b.emit(op::AssertType { dst, a, ty, from });
        }
        self.b.release(mark);
        dst
    }

    /// `v, ok = x.(T)`; `dst` may be `NO_REG`.
    pub(super) fn assert_ok(&mut self, e: &Expr, x: &Expr, dst: Reg, ok: Reg) {
        let to = self.ty(e);
        let a = self.expr(x, None);
        self.at(e);
        self.assert_ok_reg(to, dst, ok, a);
    }

    pub(super) fn assert_ok_reg(&mut self, to: TypeId, dst: Reg, ok: Reg, a: Reg) {
        let ty = self.type_idx(to);
        if self.is_iface(to) {
            self.b.emit(op::AssertIfaceOk { dst, ok, a, ty });
        } else {
            self.b.emit(op::AssertTypeOk { dst, ok, a, ty });
        }
    }

    /// r[dst] = whether the dynamic type of an interface implements another one.
    pub(super) fn implements(&mut self, iface: TypeId, a: Reg, dst: Reg) {
        self.assert_ok_reg(iface, NO_REG, dst, a);
    }
}
