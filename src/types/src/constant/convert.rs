//! From literals to values, and from one kind of number to another.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use std::rc::Rc;

use super::float::{make_float, make_rational, nearly_integer};
use super::{Kind, Value};

/// Beyond these powers a number is out of range whatever its digits.
const MAX_DECIMAL_EXPONENT: i64 = 700_000_000;
/// Powers up to this are computed exactly.
const EXACT_DECIMAL_EXPONENT: i64 = 2000;

impl Value {
    /// The value of an integer literal: `_` between digits, prefixes `0x`, `0o`, `0b`, `0`.
    pub fn from_int_literal(text: &str) -> Value {
        let digits: String = text.chars().filter(|&c| c != '_').collect();
        let lower = digits.to_ascii_lowercase();
        let (radix, body) = match lower.as_bytes() {
            [b'0', b'x', ..] => (16, &lower[2..]),
            [b'0', b'o', ..] => (8, &lower[2..]),
            [b'0', b'b', ..] => (2, &lower[2..]),
            [b'0', _, ..] => (8, &lower[1..]),
            _ => (10, &lower[..]),
        };
        BigInt::parse_bytes(body.as_bytes(), radix).map_or(Value::Unknown, Value::from_big)
    }

    /// The value of a float literal, decimal or hexadecimal; integers are taken, too.
    pub fn from_float_literal(text: &str) -> Value {
        let text: String = text.chars().filter(|&c| c != '_').collect();
        let lower = text.to_ascii_lowercase();
        if let Some(hex) = lower.strip_prefix("0x") {
            hex_float(hex)
        } else {
            decimal_float(&lower)
        }
    }

    /// The value of an imaginary literal: any number with an `i` behind it.
    pub fn from_imaginary_literal(text: &str) -> Value {
        let number = text.strip_suffix('i').unwrap_or(text);
        let lower = number.to_ascii_lowercase();
        let is_decimal = !lower.starts_with("0x") && lower.contains(['.', 'e']);
        let has_prefix = lower.starts_with("0b") || lower.starts_with("0o");
        let im = if has_prefix {
            Value::from_int_literal(number)
        } else if is_decimal || lower.starts_with("0x") {
            Value::from_float_literal(number)
        } else {
            // `0123i` is decimal, for the sake of old programs.
            Value::from_int_literal(match number.trim_start_matches(['0', '_']) {
                "" => "0",
                digits => digits,
            })
        };
        Value::complex(Value::Int(0), im)
    }

    pub fn real(&self) -> Value {
        match self {
            Value::Complex(c) => c.0.clone(),
            other => other.clone(),
        }
    }

    pub fn imag(&self) -> Value {
        match self {
            Value::Complex(c) => c.1.clone(),
            Value::Unknown => Value::Unknown,
            _ => Value::Int(0),
        }
    }

    /// As an integer, if it is one in value.
    pub fn to_int(&self) -> Option<Value> {
        match self {
            Value::Int(_) | Value::BigInt(_) => Some(self.clone()),
            Value::Rational(r) if r.is_integer() => Some(Value::from_big(r.to_integer())),
            Value::Float { mantissa, exponent } => {
                nearly_integer(mantissa, *exponent).map(Value::from_big)
            }
            Value::Complex(c) if c.1.sign() == 0 => c.0.to_int(),
            _ => None,
        }
    }

    /// As a real number of kind float, if it is one in value.
    pub fn to_float(&self) -> Option<Value> {
        match self {
            Value::Int(n) => Some(make_rational(BigRational::from_integer(BigInt::from(*n)))),
            Value::BigInt(n) => Some(make_rational(BigRational::from_integer((**n).clone()))),
            Value::Rational(_) | Value::Float { .. } => Some(self.clone()),
            Value::Complex(c) if c.1.sign() == 0 => c.0.to_float(),
            _ => None,
        }
    }

    /// As a complex number, if it is a number.
    pub fn to_complex(&self) -> Option<Value> {
        match self.kind() {
            Kind::Complex => Some(self.clone()),
            Kind::Int | Kind::Float => Some(Value::Complex(Rc::new((self.clone(), Value::Int(0))))),
            _ => None,
        }
    }
}

/// Digits with a point: all digits, and how many of them stand behind the point.
fn digits_of(text: &str) -> (String, i64) {
    match text.split_once('.') {
        Some((whole, fraction)) => (format!("{whole}{fraction}"), fraction.len() as i64),
        None => (text.to_owned(), 0),
    }
}

/// The number behind `e` or `p`; one that is too large to matter is cut to a large one.
fn exponent_of(text: Option<&str>) -> i64 {
    let Some(text) = text else { return 0 };
    let limit = if text.starts_with('-') { i64::MIN / 8 } else { i64::MAX / 8 };
    let n = text.parse::<i64>().unwrap_or(limit);
    n.clamp(i64::MIN / 8, i64::MAX / 8)
}

fn split_exponent(text: &str, marker: char) -> (&str, Option<&str>) {
    text.split_once(marker).map_or((text, None), |(m, e)| (m, Some(e)))
}

fn hex_float(text: &str) -> Value {
    let (mantissa, exponent) = split_exponent(text, 'p');
    let (digits, behind) = digits_of(mantissa);
    let Some(n) = BigInt::parse_bytes(digits.as_bytes(), 16) else { return Value::Unknown };
    make_float(&n, &BigInt::one(), exponent_of(exponent) - 4 * behind)
}

fn decimal_float(text: &str) -> Value {
    let (mantissa, exponent) = split_exponent(text, 'e');
    let (digits, behind) = digits_of(mantissa);
    let Some(n) = BigInt::parse_bytes(digits.as_bytes(), 10) else { return Value::Unknown };
    let exponent = exponent_of(exponent) - behind;
    if n.is_zero() || exponent < -MAX_DECIMAL_EXPONENT {
        return Value::Rational(Rc::new(BigRational::zero()));
    }
    if exponent > MAX_DECIMAL_EXPONENT {
        return Value::Unknown;
    }
    if exponent.abs() <= EXACT_DECIMAL_EXPONENT {
        let power = BigInt::from(10).pow(exponent.unsigned_abs() as u32);
        return make_rational(if exponent >= 0 {
            BigRational::from_integer(n * power)
        } else {
            BigRational::new(n, power)
        });
    }
    let (m, e) = power_of_ten(exponent.unsigned_abs());
    if exponent > 0 { make_float(&(n * m), &BigInt::one(), e) } else { make_float(&n, &m, -e) }
}

/// `10^n` as `mantissa * 2^exponent`, with more digits than a big float keeps.
fn power_of_ten(n: u64) -> (BigInt, i64) {
    const BITS: u64 = 640;
    let cut = |m: BigInt, e: i64| {
        let excess = m.bits().saturating_sub(BITS);
        (m >> excess, e + excess as i64)
    };
    let mut result = (BigInt::one(), 0);
    for bit in (0..64 - n.leading_zeros()).rev() {
        result = cut(&result.0 * &result.0, result.1 * 2);
        if n >> bit & 1 == 1 {
            result = cut(result.0 * 10, result.1);
        }
    }
    result
}

/// The value of a rune literal as written.
pub fn rune_literal(text: &str) -> Value {
    gol_grammar::literal::rune(text).map_or(Value::Unknown, |c| Value::Int(i64::from(c)))
}

/// The value of a string literal as written.
pub fn string_literal(text: &str) -> Value {
    gol_grammar::literal::unquote(text).map_or(Value::Unknown, Value::from_bytes)
}
