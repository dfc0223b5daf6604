//! Comparisons of constants, and the keys by which duplicate cases and map keys are found.

use std::cmp::Ordering;

use gol_grammar::ast::BinaryOp;

use super::float::parts;
use super::{Kind, Value};

/// A constant's identity: equal values have equal keys, whatever their forms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Bool(bool),
    String(Vec<u8>),
    /// A real or imaginary part as a fraction in lowest terms or as a float, in text.
    Number(String, String),
}

impl Value {
    /// `x op y` for a comparison; false if one is unknown.
    pub fn compare(op: BinaryOp, x: &Value, y: &Value) -> bool {
        let equal = match x.kind().max(y.kind()) {
            Kind::Complex => {
                order(&x.real(), &y.real()) == Some(Ordering::Equal)
                    && order(&x.imag(), &y.imag()) == Some(Ordering::Equal)
            }
            _ => return order(x, y).is_some_and(|o| holds(op, o)),
        };
        match op {
            BinaryOp::Eq => equal,
            BinaryOp::Ne => !equal,
            _ => false,
        }
    }

    /// The value's identity; `None` for an unknown one.
    pub fn key(&self) -> Option<Key> {
        match self {
            Value::Unknown => None,
            Value::Bool(b) => Some(Key::Bool(*b)),
            Value::String(s) => Some(Key::String(s.to_vec())),
            _ => Some(Key::Number(number_key(&self.real()), number_key(&self.imag()))),
        }
    }
}

fn number_key(v: &Value) -> String {
    match v {
        Value::Rational(r) => r.to_string(),
        Value::Float { mantissa, exponent } => format!("{mantissa}p{exponent}"),
        _ => v.as_big().map_or_else(String::new, |n| n.to_string()),
    }
}

fn holds(op: BinaryOp, order: Ordering) -> bool {
    match op {
        BinaryOp::Eq => order.is_eq(),
        BinaryOp::Ne => order.is_ne(),
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        BinaryOp::Ge => order.is_ge(),
        _ => false,
    }
}

fn order(x: &Value, y: &Value) -> Option<Ordering> {
    match (x, y) {
        (Value::Int(x), Value::Int(y)) => Some(x.cmp(y)),
        (Value::Bool(x), Value::Bool(y)) => Some(x.cmp(y)),
        (Value::String(x), Value::String(y)) => Some(x.cmp(y)),
        (Value::Rational(x), Value::Rational(y)) => Some(x.cmp(y)),
        _ => number_order(x, y),
    }
}

/// Compares numbers of any form: by sign, then by size, at last by cross multiplication.
fn number_order(x: &Value, y: &Value) -> Option<Ordering> {
    let (nx, dx, ex) = parts(x)?;
    let (ny, dy, ey) = parts(y)?;
    let signs = x.sign().cmp(&y.sign());
    if signs.is_ne() || x.sign() == 0 {
        return Some(signs);
    }
    let size = |n: &num_bigint::BigInt, d: &num_bigint::BigInt, e: i64| {
        n.bits() as i64 - d.bits() as i64 + e
    };
    let (sx, sy) = (size(&nx, &dx, ex), size(&ny, &dy, ey));
    if (sx - sy).abs() > 2 {
        let by_size = sx.cmp(&sy);
        return Some(if x.sign() < 0 { by_size.reverse() } else { by_size });
    }
    let low = ex.min(ey);
    Some(((nx * dy) << (ex - low)).cmp(&((ny * dx) << (ey - low))))
}
