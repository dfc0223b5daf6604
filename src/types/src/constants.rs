//! Constants as values of types: overflow, representability, the lengths of arrays.

use gol_diagnostic::Span;
use gol_grammar::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::operand::{Misfit, Operand, basic};
use crate::types::{Basic, TypeId};

/// Untyped integers may not have more bits.
const MAX_BITS: u64 = 512;
/// Constant strings may not be longer.
const MAX_STRING: usize = 2_000_000_000;

/// Where an operation's operator stands, or where another expression starts.
pub(crate) fn op_span(e: &Expr) -> Span {
    match &e.kind {
        ExprKind::Binary { op_span, .. } | ExprKind::Unary { op_span, .. } => *op_span,
        _ => e.span,
    }
}

/// What overflows, in words.
fn op_name(e: Option<&Expr>) -> &'static str {
    match e.map(|e| &e.kind) {
        Some(ExprKind::Unary { op: UnaryOp::Complement, .. }) => "bitwise complement ",
        Some(ExprKind::Binary { op, .. }) => match op {
            BinaryOp::Add => "addition ",
            BinaryOp::Sub => "subtraction ",
            BinaryOp::Xor => "bitwise XOR ",
            BinaryOp::Mul => "multiplication ",
            BinaryOp::Shl => "shift ",
            _ => "",
        },
        _ => "",
    }
}

/// Bits and signedness of an integer type; `None` for the untyped ones, which hold any integer.
fn integer_format(kind: Basic) -> Option<(u32, bool)> {
    Some(match kind {
        Basic::Int | Basic::Int64 => (64, true),
        Basic::Int8 => (8, true),
        Basic::Int16 => (16, true),
        Basic::Int32 => (32, true),
        Basic::Uint | Basic::Uint64 | Basic::Uintptr => (64, false),
        Basic::Uint8 => (8, false),
        Basic::Uint16 => (16, false),
        Basic::Uint32 => (32, false),
        _ => return None,
    })
}

fn fits_integer(v: &Value, kind: Basic) -> bool {
    let Some((bits, signed)) = integer_format(kind) else { return true };
    match v {
        Value::Int(n) if signed => {
            bits == 64 || (-(1i64 << (bits - 1))..1 << (bits - 1)).contains(n)
        }
        Value::Int(n) => *n >= 0 && (bits == 64 || *n < 1i64 << bits),
        _ => !signed && bits == 64 && v.as_u64().is_some(),
    }
}

/// The value as one of basic type `kind`, rounded; `None` if it is none.
pub(crate) fn representable_as(v: &Value, kind: Basic) -> Option<Value> {
    if v.is_unknown() {
        return Some(Value::Unknown);
    }
    match kind {
        Basic::Bool | Basic::UntypedBool => v.as_bool().map(Value::Bool),
        Basic::String | Basic::UntypedString => v.as_bytes().map(|_| v.clone()),
        Basic::Float32 => v.to_float()?.round_f32(),
        Basic::Float64 => v.to_float()?.round_f64(),
        Basic::UntypedFloat => v.to_float().map(|_| v.clone()),
        Basic::Complex64 => {
            let c = v.to_complex()?;
            Some(Value::complex(c.real().round_f32()?, c.imag().round_f32()?))
        }
        Basic::Complex128 => {
            let c = v.to_complex()?;
            Some(Value::complex(c.real().round_f64()?, c.imag().round_f64()?))
        }
        Basic::UntypedComplex => v.to_complex().map(|_| v.clone()),
        Basic::Invalid | Basic::UnsafePointer | Basic::UntypedNil => None,
        _ => v.to_int().filter(|n| fits_integer(n, kind)),
    }
}

impl Checker {
    /// Checks that the constant x is a value of its type, and no untyped one of absurd size.
    pub(crate) fn overflow(&mut self, x: &mut Operand, span: Span) {
        let value = x.value.clone().unwrap_or(Value::Unknown);
        if value.is_unknown() {
            self.err("InvalidConstVal", span, "constant result is not representable");
            return;
        }
        if self.is_typed(x.ty) {
            let under = self.under(x.ty);
            self.require_representable(x, under);
            return;
        }
        if value.bit_len() > MAX_BITS {
            let message = format!("constant {}overflow", op_name(x.expr));
            self.err("InvalidConstVal", span, message);
            x.value = Some(Value::Unknown);
        } else if let Some(n) = value.as_bytes().map(<[u8]>::len).filter(|&n| n > MAX_STRING) {
            let message = format!("constant string too long ({n} bytes > {MAX_STRING} bytes)");
            self.err("InvalidConstVal", span, message);
            x.value = Some(Value::Unknown);
        }
    }

    /// Whether the constant fits t; rounds it (floats) as it does.
    pub(crate) fn representable(&mut self, value: &Value, t: TypeId) -> Option<Value> {
        let kind = self.basic_under(t)?;
        representable_as(value, kind)
    }

    pub(crate) fn require_representable(&mut self, x: &mut Operand, t: TypeId) {
        match self.representation(x, t) {
            Ok(value) => x.value = Some(value),
            Err(misfit) => self.invalid_conversion(misfit, x, t),
        }
    }

    /// The constant operand's value as one of basic type t.
    pub(crate) fn representation(&mut self, x: &Operand, t: TypeId) -> Result<Value, Misfit> {
        let value = x.value.clone().unwrap_or(Value::Unknown);
        if let Some(v) = self.representable(&value, t) {
            return Ok(v);
        }
        if !self.is_numeric(x.ty) || !self.is_numeric(t) {
            return Err(Misfit::Value);
        }
        let truncated = !self.is_integer(x.ty) && self.is_integer(t);
        Err(if truncated { Misfit::Truncated } else { Misfit::Overflows })
    }

    /// The length in `[n]T`; reports and returns `None` where it is none.
    pub(crate) fn array_length(&mut self, e: &Expr) -> Option<u64> {
        if let Some(name) = e.as_name() {
            match self.lookup(name) {
                None => {
                    let message =
                        format!("undefined array length {name} or missing type constraint");
                    self.err("InvalidArrayLen", e.span, message);
                    return None;
                }
                Some(obj)
                    if !matches!(
                        self.store.obj(obj).kind,
                        crate::object::ObjKind::Const { .. }
                    ) =>
                {
                    let message = format!("invalid array length {name}");
                    self.err("InvalidArrayLen", e.span, message);
                    return None;
                }
                Some(_) => {}
            }
        }
        let mut x = Operand::invalid();
        self.expr(None, &mut x, e);
        if !x.is_valid() {
            return None;
        }
        if x.mode != Mode::Constant {
            self.reject(&mut x, "InvalidArrayLen", "array length {} must be constant");
            return None;
        }
        self.constant_length(&mut x)
    }

    fn constant_length(&mut self, x: &mut Operand) -> Option<u64> {
        let value = x.value.clone()?;
        if value.is_unknown() {
            return None;
        }
        if (self.is_untyped(x.ty) || self.is_integer(x.ty))
            && let Some(n) = value.to_int()
            && let Some(n) = representable_as(&n, Basic::Int).and_then(|v| v.as_i64())
            && n >= 0
        {
            self.convert_untyped(x, basic(Basic::Int));
            return Some(n as u64);
        }
        let message = if self.is_integer(x.ty) {
            "invalid array length {}"
        } else {
            "array length {} must be integer"
        };
        self.reject(x, "InvalidArrayLen", message);
        None
    }
}
