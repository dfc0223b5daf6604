//! Values of constants: exact, of any size, as `go/constant` has them.
//!
//! The parts: [`arith`](self) operators and shifts, comparisons, conversions between kinds and
//! from literals (`convert`), rounding to machine floats (`float`) and texts for messages
//! (`format`). An operand's type says how a value is meant; a value's own form only how it is
//! stored, so `Int(1)`, the rational 1 and the complex number 1 are equal for [`Value::compare`].

mod arith;
mod compare;
mod convert;
mod float;
mod format;

pub use compare::Key;
pub use convert::{rune_literal, string_literal};
pub use format::quote;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::rc::Rc;

/// The value of a constant expression. Floats are exact rationals as long as those stay small;
/// beyond that the arithmetic below falls back to big binary floats, as `go/constant` does.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The value of an erroneous expression.
    Unknown,
    Bool(bool),
    /// Any bytes.
    String(Rc<[u8]>),
    /// Integers that fit into 64 bits are always this, so that equal values have equal forms.
    Int(i64),
    BigInt(Rc<BigInt>),
    Rational(Rc<BigRational>),
    /// `mantissa * 2^exponent`, 512 bits of mantissa: for what a rational would be too large for.
    Float {
        mantissa: Rc<BigInt>,
        exponent: i64,
    },
    /// Real and imaginary part, neither of them complex.
    Complex(Rc<(Value, Value)>),
}

/// What a value is, in the order in which operands are brought to a common kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Unknown,
    Bool,
    String,
    Int,
    Float,
    Complex,
}

impl Value {
    pub fn kind(&self) -> Kind {
        match self {
            Value::Unknown => Kind::Unknown,
            Value::Bool(_) => Kind::Bool,
            Value::String(_) => Kind::String,
            Value::Int(_) | Value::BigInt(_) => Kind::Int,
            Value::Rational(_) | Value::Float { .. } => Kind::Float,
            Value::Complex(_) => Kind::Complex,
        }
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown)
    }

    /// An integer in its normal form.
    pub fn from_big(n: BigInt) -> Value {
        match i64::try_from(&n) {
            Ok(small) => Value::Int(small),
            Err(_) => Value::BigInt(Rc::new(n)),
        }
    }

    pub fn from_u64(n: u64) -> Value {
        Value::from_big(BigInt::from(n))
    }

    pub fn from_bytes(bytes: impl Into<Rc<[u8]>>) -> Value {
        Value::String(bytes.into())
    }

    pub fn complex(re: Value, im: Value) -> Value {
        if re.is_unknown() || im.is_unknown() {
            return Value::Unknown;
        }
        Value::Complex(Rc::new((re, im)))
    }

    /// -1, 0 or 1; for complex numbers 0 only for zero; 1 for what is no number.
    pub fn sign(&self) -> i32 {
        match self {
            Value::Int(n) => n.signum() as i32,
            Value::BigInt(n) => sign_of(n),
            Value::Rational(r) => sign_of(r.numer()),
            Value::Float { mantissa, .. } => sign_of(mantissa),
            Value::Complex(c) => c.0.sign() | c.1.sign(),
            Value::Unknown | Value::Bool(_) | Value::String(_) => 1,
        }
    }

    /// Bits needed for the absolute value of an integer; 0 for other kinds.
    pub fn bit_len(&self) -> u64 {
        self.as_big().map_or(0, |n| n.bits())
    }

    /// The integer, if the value is stored as one.
    pub fn as_big(&self) -> Option<BigInt> {
        match self {
            Value::Int(n) => Some(BigInt::from(*n)),
            Value::BigInt(n) => Some((**n).clone()),
            _ => None,
        }
    }

    pub fn as_i64(&self) -> Option<i64> {
        if let Value::Int(n) = self { Some(*n) } else { None }
    }

    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Value::Int(n) => u64::try_from(*n).ok(),
            Value::BigInt(n) => u64::try_from(&**n).ok(),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(b) = self { Some(*b) } else { None }
    }

    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Value::String(s) = self { Some(s) } else { None }
    }
}

fn sign_of(n: &BigInt) -> i32 {
    if n.is_zero() {
        0
    } else if n.is_negative() {
        -1
    } else {
        1
    }
}

#[cfg(test)]
mod tests;
