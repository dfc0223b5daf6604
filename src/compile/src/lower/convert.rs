//! Conversions `T(x)`.

use gol_bytecode::{Reg, op};
use gol_grammar::ast::Expr;
use gol_types::{Type, TypeId};

use super::Lower;
use super::place::Place;
use super::types::Class;

impl Lower<'_, '_> {
    /// `T(x)`, not constant.
    pub(super) fn conversion(&mut self, e: &Expr, x: &Expr, want: Option<Reg>) -> Reg {
        let to = self.ty(e);
        if self.is_nil(x) {
            return self.zero_value(to, want);
        }
        let from = self.ty(x);
        if self.is_iface(to) {
            return self.expr_as(x, to, want);
        }
        let (src, dst) = (self.class(from), self.class(to));
        if self.const_value(x).is_some() && !matches!(dst, Class::Str | Class::Slice) {
            return self.expr_as(x, to, want);
        }
        self.at(e);
        if dst == Class::Ref
            && !self.shared.trusted
            && self.is_unsafe_pointer(from)
            && self.pointee(to).is_some()
        {
            return self.pointer_from_unsafe(e, x, to, want);
        }
        if !self.shared.trusted && self.is_unsafe_pointer(to) {
            return self.unsafe_pointer(e, x, want);
        }
        match (src, dst) {
            (Class::Slice, Class::Array) => return self.slice_to_array(e, x, to, want),
            (Class::Slice, Class::Ref) => return self.slice_to_array_pointer(e, x, to, want),
            _ if is_number(src) && is_number(dst) => {}
            (Class::Int { .. } | Class::Slice, Class::Str) => {}
            (Class::Str, Class::Slice) => {}
            // The representation is the same.
            _ => return self.expr(x, want),
        }
        if is_number(src) && is_number(dst) && is_no_op(src, dst) {
            return self.expr(x, want);
        }
        let reg = self.dst(to, want);
        let mark = self.b.mark();
        let a = self.expr(x, None);
        self.at(e);
        match dst {
            Class::Str => self.load_string(src, from, reg, a),
            Class::Slice => self.string_to_slice(to, reg, a),
            _ => self.convert_number(src, dst, reg, a),
        }
        self.b.release(mark);
        reg
    }

    /// What a pointer to bytes or to a string leads to, as the other of the two.
    pub(super) fn convert_text(&mut self, e: &Expr, ptr: &Expr, want: Option<Reg>) -> Reg {
        let (from, to) = (self.ty(ptr), self.ty(e));
        let Some(from) = self.pointee(from) else { return self.zero_value(to, want) };
        let reg = self.dst(to, want);
        let mark = self.b.mark();
        let ptr = self.expr(ptr, None);
        self.at(e);
        let place = Place::behind(from, ptr);
        let text = self.load(&place, None);
        match self.class(to) {
            Class::Str => self.load_string(Class::Slice, from, reg, text),
            _ => self.string_to_slice(to, reg, text),
        }
        self.b.release(mark);
        reg
    }

    fn load_string(&mut self, src: Class, from: TypeId, dst: Reg, a: Reg) {
        if src != Class::Slice {
            self.b.emit(op::RuneToStr { dst, a });
            return;
        }
        let elem = self.elem(from);
        if matches!(self.class(elem), Class::Int { bits: 8, .. }) {
            self.b.emit(op::BytesToStr { dst, a });
        } else {
            self.b.emit(op::RunesToStr { dst, a });
        }
    }

    fn string_to_slice(&mut self, to: TypeId, dst: Reg, a: Reg) {
        let elem = self.elem(to);
        if matches!(self.class(elem), Class::Int { bits: 8, .. }) {
            self.b.emit(op::StrToBytes { dst, a });
        } else {
            self.b.emit(op::StrToRunes { dst, a });
        }
    }

    fn slice_to_array_pointer(&mut self, e: &Expr, x: &Expr, to: TypeId, want: Option<Reg>) -> Reg {
        let Some((_, len)) = self.pointee(to).and_then(|a| self.array(a)) else {
            return self.expr(x, want);
        };
        let dst = self.dst(to, want);
        let mark = self.b.mark();
        let slice = self.expr(x, None);
        self.at(e);
        self.b.emit(op::SliceToArrayPtr { dst, slice, len: len as i32 });
        self.b.release(mark);
        dst
    }

    fn slice_to_array(&mut self, e: &Expr, x: &Expr, to: TypeId, want: Option<Reg>) -> Reg {
        let Some((_, len)) = self.array(to) else { return self.expr(x, want) };
        let dst = self.dst(to, want);
        let mark = self.b.mark();
        let slice = self.expr(x, None);
        let ptr = self.alloc_pointer();
        self.at(e);
        self.b.emit(op::SliceToArrayPtr { dst: ptr, slice, len: len as i32 });
        if self.is_mem(to) {
            let ty = self.type_idx(to);
            self.b.emit(op::NewCopy { dst, src: ptr, ty });
        } else if len > 0 {
            let place = Place::memory(to, ptr, 0);
            self.load(&place, Some(dst));
        }
        self.b.release(mark);
        dst
    }

    /// Converts between numeric types.
    pub(super) fn convert_number(&mut self, src: Class, dst: Class, to: Reg, a: Reg) {
        match (src, dst) {
            (Class::C64, Class::C128) => {
                self.b.emit(op::F32ToF64 { dst: to, a });
                self.b.emit(op::F32ToF64 { dst: Reg(to.0 + 1), a: Reg(a.0 + 1) });
            }
            (Class::C128, Class::C64) => {
                self.b.emit(op::F64ToF32 { dst: to, a });
                self.b.emit(op::F64ToF32 { dst: Reg(to.0 + 1), a: Reg(a.0 + 1) });
            }
            (Class::Int { .. }, Class::Int { bits, signed }) => self.extend(bits, signed, to, a),
            (Class::Int { bits, signed }, Class::F64) => {
                if signed || bits < 64 {
                    self.b.emit(op::I64ToF64 { dst: to, a });
                } else {
                    self.b.emit(op::U64ToF64 { dst: to, a });
                }
            }
            (Class::Int { bits, signed }, Class::F32) => {
                if signed || bits < 64 {
                    self.b.emit(op::I64ToF32 { dst: to, a });
                } else {
                    self.b.emit(op::U64ToF32 { dst: to, a });
                }
            }
            (Class::F32, Class::F64) => self.b.emit(op::F32ToF64 { dst: to, a }),
            (Class::F64, Class::F32) => self.b.emit(op::F64ToF32 { dst: to, a }),
            (Class::F32, Class::Int { .. }) => {
                let wide = self.alloc_word();
                self.b.emit(op::F32ToF64 { dst: wide, a });
                self.convert_number(Class::F64, dst, to, wide);
            }
            (Class::F64, Class::Int { bits, signed }) => {
                if !signed && bits == 64 {
                    self.b.emit(op::F64ToU64 { dst: to, a });
                    return;
                }
                self.b.emit(op::F64ToI64 { dst: to, a });
                if bits < 64 {
                    self.extend(bits, signed, to, to);
                }
            }
            _ => {}
        }
    }

    /// Whether a type is a map, for callers that only ask.
    pub(super) fn is_map(&mut self, t: TypeId) -> bool {
        matches!(self.under(t), Type::Map { .. })
    }
}

fn is_number(class: Class) -> bool {
    matches!(class, Class::Int { .. }) || class.is_float() || class.is_complex()
}

/// Whether a value's register form stays as it is.
fn is_no_op(src: Class, dst: Class) -> bool {
    match (src, dst) {
        (
            Class::Int { bits: from, signed: from_signed },
            Class::Int { bits: to, signed: to_signed },
        ) => {
            to == 64
                || (from_signed == to_signed && from <= to)
                || (!from_signed && to_signed && from < to)
        }
        _ => src == dst,
    }
}
