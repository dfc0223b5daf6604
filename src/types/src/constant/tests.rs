//! Constants: exactness, rounding, texts.

use super::*;
use gol_grammar::ast::{BinaryOp, UnaryOp};

fn float(text: &str) -> Value {
    Value::from_float_literal(text)
}

#[test]
fn integers_are_exact_and_normal() {
    let big = Value::shift(BinaryOp::Shl, &Value::Int(1), 100);
    assert_eq!(big.to_string(), "1267650600228229401496703205376");
    assert_eq!(Value::shift(BinaryOp::Shr, &big, 100), Value::Int(1));
    let min = Value::Int(i64::MIN);
    assert_eq!(Value::unary(UnaryOp::Neg, &min, 0).to_string(), "9223372036854775808");
    assert_eq!(Value::unary(UnaryOp::Complement, &Value::Int(1), 8), Value::Int(254));
    let quotient = Value::binary(BinaryOp::Div, &Value::Int(-7), &Value::Int(2), true);
    assert_eq!(quotient, Value::Int(-3));
    assert_eq!(Value::from_int_literal("0x_FF"), Value::Int(255));
    assert_eq!(Value::from_int_literal("0b11"), Value::Int(3));
    assert_eq!(Value::from_int_literal("017"), Value::Int(15));
}

#[test]
fn floats_round_as_machines_do() {
    assert_eq!(float("0.1").to_f64(), 0.1);
    assert_eq!(float("5e-324").to_f64(), 5e-324);
    assert_eq!(float("2.4e-324").to_f64(), 0.0);
    assert_eq!(float("1.7976931348623157e308").to_f64(), f64::MAX);
    assert!(float("1e309").round_f64().is_none());
    assert!(float("1e39").round_f32().is_none());
    assert_eq!(float("0x1p-2").to_f64(), 0.25);
    assert_eq!(float("16777217").to_f32(), 16777216.0);
    assert_eq!(float("0.1").to_f32(), 0.1f32);
}

#[test]
fn huge_floats_keep_their_digits() {
    let huge = float("1e5000");
    let product = Value::binary(BinaryOp::Div, &huge, &float("1e4999"), false);
    assert_eq!(product.to_int(), Some(Value::Int(10)));
    assert_eq!(huge.to_string(), "1e+5000");
    assert!(Value::compare(BinaryOp::Gt, &huge, &float("1e4999")));
    assert!(float("1e1000000000").is_unknown());
}

#[test]
fn texts_are_those_of_go() {
    assert_eq!(float("1.5").to_string(), "1.5");
    assert_eq!(float("1.0").to_string(), "1");
    assert_eq!(float("1e100").to_string(), "1e+100");
    assert_eq!(float("3.14159265358979").to_string(), "3.14159");
    assert_eq!(float("0.00001").to_string(), "1e-05");
    assert_eq!(Value::from_imaginary_literal("2i").to_string(), "(0 + 2i)");
    assert_eq!(Value::from_imaginary_literal("010i").to_string(), "(0 + 10i)");
    assert_eq!(Value::from_bytes(*b"a\n\xff").to_string(), r#""a\n\xff""#);
}

#[test]
fn equal_numbers_have_equal_keys() {
    let one = Value::Int(1);
    assert_eq!(one.key(), float("1.0").key());
    assert_eq!(one.key(), one.to_complex().and_then(|c| c.key()));
    assert!(Value::compare(BinaryOp::Eq, &one, &float("1.0")));
}
