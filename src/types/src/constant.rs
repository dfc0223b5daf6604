//! Values of constants: exact, of any size, as `go/constant` has them.

use num_bigint::BigInt;
use num_rational::BigRational;
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
