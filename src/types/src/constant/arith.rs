//! Operators on constants. Operands are brought to the larger of their kinds first; what has no
//! value (a division by zero that was not caught, a float out of range) is `Unknown`.

use gol_grammar::ast::{BinaryOp, UnaryOp};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Zero};

use super::float::{binary, make_float, make_rational};
use super::{Kind, Value};

impl Value {
    /// `op x`. `bits`: the size of an unsigned operand's type, to which `^` is limited; 0 for all
    /// others.
    pub fn unary(op: UnaryOp, x: &Value, bits: u32) -> Value {
        match (op, x) {
            (UnaryOp::Plus, _) => x.clone(),
            (UnaryOp::Neg, _) => negate(x),
            (UnaryOp::Complement, _) => complement(x, bits),
            (UnaryOp::Not, Value::Bool(b)) => Value::Bool(!b),
            _ => Value::Unknown,
        }
    }

    /// `x op y` for operators other than comparisons and shifts. `integer`: the operands' type is
    /// an integer type, so that `/` truncates.
    pub fn binary(op: BinaryOp, x: &Value, y: &Value, integer: bool) -> Value {
        match x.kind().max(y.kind()) {
            _ if x.is_unknown() || y.is_unknown() => Value::Unknown,
            Kind::Bool => bool_op(op, x, y),
            Kind::String => concatenate(op, x, y),
            Kind::Int if integer || op != BinaryOp::Div => int_op(op, x, y),
            Kind::Int | Kind::Float => real_op(op, x, y),
            Kind::Complex => complex_op(op, x, y),
            Kind::Unknown => Value::Unknown,
        }
    }

    /// `x << count` or `x >> count`; x is an integer.
    pub fn shift(op: BinaryOp, x: &Value, count: u32) -> Value {
        let Some(n) = x.as_big() else { return Value::Unknown };
        Value::from_big(if op == BinaryOp::Shl { n << count } else { n >> count })
    }
}

fn negate(x: &Value) -> Value {
    match x {
        Value::Int(n) => {
            n.checked_neg().map_or_else(|| Value::from_big(-BigInt::from(*n)), Value::Int)
        }
        Value::BigInt(n) => Value::from_big(-(**n).clone()),
        Value::Rational(r) => make_rational(-(**r).clone()),
        Value::Float { mantissa, exponent } => {
            Value::Float { mantissa: std::rc::Rc::new(-(**mantissa).clone()), exponent: *exponent }
        }
        Value::Complex(c) => Value::complex(negate(&c.0), negate(&c.1)),
        _ => Value::Unknown,
    }
}

fn complement(x: &Value, bits: u32) -> Value {
    let Some(n) = x.as_big() else { return Value::Unknown };
    let flipped = -n - 1;
    if bits == 0 {
        return Value::from_big(flipped);
    }
    Value::from_big(flipped & ((BigInt::one() << bits) - 1))
}

fn bool_op(op: BinaryOp, x: &Value, y: &Value) -> Value {
    match (op, x, y) {
        (BinaryOp::LogicalAnd, Value::Bool(x), Value::Bool(y)) => Value::Bool(*x && *y),
        (BinaryOp::LogicalOr, Value::Bool(x), Value::Bool(y)) => Value::Bool(*x || *y),
        _ => Value::Unknown,
    }
}

fn concatenate(op: BinaryOp, x: &Value, y: &Value) -> Value {
    match (op, x, y) {
        (BinaryOp::Add, Value::String(x), Value::String(y)) => {
            Value::from_bytes([&x[..], &y[..]].concat())
        }
        _ => Value::Unknown,
    }
}

fn small_op(op: BinaryOp, x: i64, y: i64) -> Option<i64> {
    match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Sub => x.checked_sub(y),
        BinaryOp::Mul => x.checked_mul(y),
        BinaryOp::Div => x.checked_div(y),
        BinaryOp::Rem => x.checked_rem(y),
        BinaryOp::And => Some(x & y),
        BinaryOp::Or => Some(x | y),
        BinaryOp::Xor => Some(x ^ y),
        BinaryOp::AndNot => Some(x & !y),
        _ => None,
    }
}

fn int_op(op: BinaryOp, x: &Value, y: &Value) -> Value {
    if let (Value::Int(x), Value::Int(y)) = (x, y)
        && let Some(n) = small_op(op, *x, *y)
    {
        return Value::Int(n);
    }
    let (Some(x), Some(y)) = (x.as_big(), y.as_big()) else { return Value::Unknown };
    let by_zero = y.is_zero();
    match op {
        BinaryOp::Add => Value::from_big(x + y),
        BinaryOp::Sub => Value::from_big(x - y),
        BinaryOp::Mul => Value::from_big(x * y),
        BinaryOp::Div if !by_zero => Value::from_big(x.div_rem(&y).0),
        BinaryOp::Rem if !by_zero => Value::from_big(x.div_rem(&y).1),
        BinaryOp::And => Value::from_big(x & y),
        BinaryOp::Or => Value::from_big(x | y),
        BinaryOp::Xor => Value::from_big(x ^ y),
        BinaryOp::AndNot => Value::from_big(x & (-y - 1)),
        _ => Value::Unknown,
    }
}

fn as_ratio(x: &Value) -> Option<BigRational> {
    match x {
        Value::Rational(r) => Some((**r).clone()),
        _ => x.as_big().map(BigRational::from_integer),
    }
}

/// `+ - * /` of real numbers, exactly where both are rationals.
fn real_op(op: BinaryOp, x: &Value, y: &Value) -> Value {
    if op == BinaryOp::Div && y.sign() == 0 {
        return Value::Unknown;
    }
    let (Some(a), Some(b)) = (as_ratio(x), as_ratio(y)) else { return float_op(op, x, y) };
    match op {
        BinaryOp::Add => make_rational(a + b),
        BinaryOp::Sub => make_rational(a - b),
        BinaryOp::Mul => make_rational(a * b),
        BinaryOp::Div => make_rational(a / b),
        _ => Value::Unknown,
    }
}

fn float_op(op: BinaryOp, x: &Value, y: &Value) -> Value {
    let (Some((mx, ex)), Some((my, ey))) = (binary(x), binary(y)) else { return Value::Unknown };
    let one = BigInt::one();
    match op {
        BinaryOp::Add => float_sum(mx, ex, my, ey),
        BinaryOp::Sub => float_sum(mx, ex, -my, ey),
        BinaryOp::Mul => make_float(&(mx * my), &one, ex + ey),
        BinaryOp::Div if my < BigInt::zero() => make_float(&-mx, &-my, ex - ey),
        BinaryOp::Div => make_float(&mx, &my, ex - ey),
        _ => Value::Unknown,
    }
}

fn float_sum(mx: BigInt, ex: i64, my: BigInt, ey: i64) -> Value {
    let one = BigInt::one();
    if mx.is_zero() || my.is_zero() {
        let (m, e) = if mx.is_zero() { (my, ey) } else { (mx, ex) };
        return make_float(&m, &one, e);
    }
    let (high, low) = if ex >= ey { ((mx, ex), (my, ey)) } else { ((my, ey), (mx, ex)) };
    // What lies more than two mantissas below does not show.
    if high.1 - low.1 > 2048 {
        let tops = |(m, e): &(BigInt, i64)| m.bits() as i64 + e;
        let larger = if tops(&high) >= tops(&low) { high } else { low };
        return make_float(&larger.0, &one, larger.1);
    }
    make_float(&((high.0 << (high.1 - low.1)) + low.0), &one, low.1)
}

fn complex_op(op: BinaryOp, x: &Value, y: &Value) -> Value {
    let (a, b) = (x.real(), x.imag());
    let (c, d) = (y.real(), y.imag());
    let sum = |x: &Value, y: &Value| real_op(BinaryOp::Add, x, y);
    let difference = |x: &Value, y: &Value| real_op(BinaryOp::Sub, x, y);
    let product = |x: &Value, y: &Value| real_op(BinaryOp::Mul, x, y);
    match op {
        BinaryOp::Add => Value::complex(sum(&a, &c), sum(&b, &d)),
        BinaryOp::Sub => Value::complex(difference(&a, &c), difference(&b, &d)),
        BinaryOp::Mul => Value::complex(
            difference(&product(&a, &c), &product(&b, &d)),
            sum(&product(&b, &c), &product(&a, &d)),
        ),
        BinaryOp::Div => {
            let square = sum(&product(&c, &c), &product(&d, &d));
            let re = sum(&product(&a, &c), &product(&b, &d));
            let im = difference(&product(&b, &c), &product(&a, &d));
            let quotient = |v: &Value| real_op(BinaryOp::Div, v, &square);
            Value::complex(quotient(&re), quotient(&im))
        }
        _ => Value::Unknown,
    }
}
