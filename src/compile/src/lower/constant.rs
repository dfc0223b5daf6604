//! Constants: the checker's exact values to register words.

use gol_bytecode::{Reg, op};
use gol_grammar::ast::Expr;
use gol_types::constant::{Kind, Value};
use gol_types::{Basic, Store, TypeId};

use super::Lower;
use super::types::Class;

impl Lower<'_, '_> {
    /// Loads a constant as a value of a type.
    pub(super) fn load_const(&mut self, value: &Value, ty: TypeId, want: Option<Reg>) -> Reg {
        if want.is_none()
            && let Some(pinned) = self.pinned_const(value, ty)
        {
            return pinned;
        }
        let class = self.class(ty);
        match class {
            Class::Iface => self.load_const_iface(value, ty, want),
            Class::Str => {
                let dst = self.dst(ty, want);
                let string = self.m.str_idx(value.as_bytes().unwrap_or_default());
                self.b.emit(op::LoadStr { dst, string });
                dst
            }
            Class::C64 | Class::C128 => {
                let part = if class == Class::C64 { Class::F32 } else { Class::F64 };
                let dst = self.dst(ty, want);
                self.load_word(dst, scalar_bits(&value.real(), part));
                self.load_word(Reg(dst.0 + 1), scalar_bits(&value.imag(), part));
                dst
            }
            _ => {
                let dst = self.dst(ty, want);
                self.load_word(dst, scalar_bits(value, class));
                dst
            }
        }
    }

    fn load_const_iface(&mut self, value: &Value, ty: TypeId, want: Option<Reg>) -> Reg {
        let concrete = Store::basic(match value.kind() {
            Kind::Bool => Basic::Bool,
            Kind::String => Basic::String,
            Kind::Float => Basic::Float64,
            Kind::Complex => Basic::Complex128,
            Kind::Int | Kind::Unknown => Basic::Int,
        });
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let a = self.load_const(value, concrete, None);
        self.make_iface(dst, a, concrete);
        self.b.release(mark);
        dst
    }

    /// Loads a register word.
    pub(super) fn load_word(&mut self, dst: Reg, bits: u64) {
        if let Ok(value) = i32::try_from(bits as i64) {
            self.b.emit(op::LoadInt { dst, value });
        } else {
            let constant = self.m.const_idx(bits);
            self.b.emit(op::LoadConst { dst, constant });
        }
    }

    pub(super) fn load_int(&mut self, value: i64, want: Option<Reg>) -> Reg {
        let dst = want.unwrap_or_else(|| self.alloc_word());
        self.load_word(dst, value as u64);
        dst
    }

    /// A constant integer operand of an integer type that fits into an immediate.
    pub(super) fn immediate(&mut self, e: &Expr, ty: TypeId) -> Option<i16> {
        let value = self.const_value(e)?;
        if !matches!(self.class(ty), Class::Int { .. }) {
            return None;
        }
        i16::try_from(value.to_int()?.as_i64()?).ok()
    }
}

/// The register form of a constant of one word.
fn scalar_bits(value: &Value, class: Class) -> u64 {
    match class {
        Class::Bool => u64::from(value.as_bool().unwrap_or_default()),
        Class::F64 => value.to_f64().to_bits(),
        Class::F32 => u64::from(value.to_f32().to_bits()),
        _ => {
            let int = value.to_int().unwrap_or(Value::Int(0));
            int.as_i64().map(|n| n as u64).or_else(|| int.as_u64()).unwrap_or_default()
        }
    }
}
