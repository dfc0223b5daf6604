//! Constants as messages show them: short, as `go/constant`'s `String` does.

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::fmt::{self, Write};

use super::Value;
use super::float::parts;

/// Longer strings are cut.
const MAX_STRING: usize = 72;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unknown => f.write_str("unknown"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::String(s) => f.write_str(&shortened(quote(s))),
            Value::Int(n) => write!(f, "{n}"),
            Value::BigInt(n) => write!(f, "{n}"),
            Value::Rational(_) | Value::Float { .. } => f.write_str(&float_text(self)),
            Value::Complex(c) => write!(f, "({} + {}i)", c.0, c.1),
        }
    }
}

fn shortened(quoted: String) -> String {
    if quoted.chars().count() <= MAX_STRING {
        return quoted;
    }
    let kept: String = quoted.chars().take(MAX_STRING - 3).collect();
    kept + "..."
}

/// A string literal in double quotes, as `strconv.Quote` writes it.
pub fn quote(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            quote_char(&mut out, c);
        }
        for b in chunk.invalid() {
            push(&mut out, format_args!("\\x{b:02x}"));
        }
    }
    out.push('"');
    out
}

fn push(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String cannot fail");
}

fn quote_char(out: &mut String, c: char) {
    match c {
        '"' | '\\' => {
            out.push('\\');
            out.push(c);
        }
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        c if (c as u32) < 0x20 || c as u32 == 0x7f => {
            push(out, format_args!("\\x{:02x}", c as u32));
        }
        c if c.is_control() || c == '\u{feff}' => push(out, format_args!("\\u{:04x}", c as u32)),
        c => out.push(c),
    }
}

fn float_text(v: &Value) -> String {
    let x = v.to_f64();
    if x.is_finite() && ((x == 0.0) == (v.sign() == 0)) {
        let short = general(x, Some(6));
        let is_integer = matches!(v, Value::Rational(r) if r.is_integer());
        if !is_integer && !short.contains('.') {
            return general(x, None);
        }
        return short;
    }
    huge_text(v)
}

/// A number outside of float64's range: six digits and the decimal exponent, from its logarithm.
fn huge_text(v: &Value) -> String {
    let Some((num, den, exp)) = parts(v) else { return String::from("unknown") };
    let (m, e) = leading_bits(&num);
    let (d, de) = leading_bits(&den);
    let log2 = (m / d).log2() + (e - de + exp) as f64;
    let log10 = log2 * std::f64::consts::LOG10_2;
    let mut exponent = log10.floor();
    let mut mantissa = 10f64.powf(log10 - exponent);
    if mantissa >= 9.999995 {
        mantissa /= 10.0;
        exponent += 1.0;
    }
    let sign = if v.sign() < 0 { "-" } else { "" };
    format!("{sign}{}e{exponent:+}", general(mantissa, Some(6)))
}

/// The first 60 bits of `|n|` and the power of two that belongs to them.
fn leading_bits(n: &BigInt) -> (f64, i64) {
    let excess = n.bits().saturating_sub(60);
    let top = (n.magnitude() >> excess).to_f64().unwrap_or(0.0);
    (top, excess as i64)
}

/// `%.<precision>g`, or `%g` without a precision, as C and Go write it.
fn general(x: f64, precision: Option<usize>) -> String {
    if x == 0.0 {
        return String::from("0");
    }
    let text = precision.map_or_else(|| format!("{x:e}"), |p| format!("{x:.*e}", p - 1));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let mantissa = if mantissa.contains('.') {
        mantissa.trim_end_matches('0').trim_end_matches('.')
    } else {
        mantissa
    };
    if exponent < -4 || exponent >= precision.map_or(21, |p| p as i32) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    positional(mantissa, exponent)
}

/// `mantissa * 10^exponent` without an exponent; mantissa is `d.ddd` with or without a minus.
fn positional(mantissa: &str, exponent: i32) -> String {
    let (sign, body) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = body.chars().filter(|&c| c != '.').collect();
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
}
