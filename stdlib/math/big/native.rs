//! Natives of math/big: arithmetic on words, lowest first, without zeros on top.
//!
//! Small and linear work is done on the words themselves; products and quotients of many words,
//! powers, roots and texts by num-bigint.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::{Integer, Roots};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("natAdd", add),
    ("natSub", sub),
    ("natMul", mul),
    ("natDiv", div),
    ("natCmp", cmp),
    ("natShl", shl),
    ("natShr", shr),
    ("natBitLen", bit_len),
    ("natTrailingZeros", trailing_zeros),
    ("natPow", pow),
    ("natModPow", mod_pow),
    ("natModInverse", mod_inverse),
    ("natGCD", gcd),
    ("natSqrt", sqrt),
    ("natText", text),
    ("natBytes", bytes),
    ("natFromBytes", from_bytes),
    ("natParse", parse),
    ("intBitwise", bitwise),
];

fn nat<'a>(cx: &mut NativeCx<'a>) -> &'a [u64] {
    cx.slice().words64()
}

fn normal(words: &[u64]) -> &[u64] {
    let len = words.iter().rposition(|&w| w != 0).map_or(0, |i| i + 1);
    &words[..len]
}

fn ret(cx: &mut NativeCx<'_>, words: &[u64]) {
    match normal(words) {
        [] => cx.ret_nil_slice(),
        words => cx.ret_words(words),
    }
}

fn big(words: &[u64]) -> BigUint {
    BigUint::new(words.iter().flat_map(|&w| [w as u32, (w >> 32) as u32]).collect())
}

fn ret_big(cx: &mut NativeCx<'_>, x: &BigUint) {
    let words: Vec<u64> = x.iter_u64_digits().collect();
    ret(cx, &words);
}

fn add(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (nat(cx), nat(cx));
    let (long, short) = if x.len() < y.len() { (y, x) } else { (x, y) };
    let mut sum = Vec::with_capacity(long.len() + 1);
    sum.extend_from_slice(long);
    let mut carry = false;
    for (word, &other) in sum.iter_mut().zip(short) {
        let (partial, over) = word.overflowing_add(other);
        let (whole, over_again) = partial.overflowing_add(u64::from(carry));
        *word = whole;
        carry = over | over_again;
    }
    for word in &mut sum[short.len()..] {
        if !carry {
            break;
        }
        (*word, carry) = word.overflowing_add(1);
    }
    sum.push(u64::from(carry));
    ret(cx, &sum);
    Ok(())
}

fn sub(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (nat(cx), nat(cx));
    let mut difference = x.to_vec();
    let mut borrow = false;
    for (word, &other) in difference.iter_mut().zip(y) {
        let (partial, under) = word.overflowing_sub(other);
        let (whole, under_again) = partial.overflowing_sub(u64::from(borrow));
        *word = whole;
        borrow = under | under_again;
    }
    for word in difference.iter_mut().skip(y.len()) {
        if !borrow {
            break;
        }
        (*word, borrow) = word.overflowing_sub(1);
    }
    ret(cx, &difference);
    Ok(())
}

/// Up to so many words, multiplying by hand is faster than converting.
const SMALL: usize = 16;

fn mul(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (nat(cx), nat(cx));
    if x.len().min(y.len()) > SMALL {
        let product = big(x) * big(y);
        ret_big(cx, &product);
        return Ok(());
    }
    let mut product = vec![0; x.len() + y.len()];
    for (i, &a) in x.iter().enumerate() {
        let mut carry = 0u128;
        for (place, &b) in product[i..].iter_mut().zip(y) {
            carry += u128::from(*place) + u128::from(a) * u128::from(b);
            *place = carry as u64;
            carry >>= 64;
        }
        product[i + y.len()] = carry as u64;
    }
    ret(cx, &product);
    Ok(())
}

fn div(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (nat(cx), nat(cx));
    match y {
        [] => {
            cx.ret_nil_slice();
            cx.ret_nil_slice();
        }
        [divisor] => {
            let mut quotient = x.to_vec();
            let mut rest = 0u64;
            for word in quotient.iter_mut().rev() {
                let dividend = u128::from(rest) << 64 | u128::from(*word);
                *word = (dividend / u128::from(*divisor)) as u64;
                rest = (dividend % u128::from(*divisor)) as u64;
            }
            ret(cx, &quotient);
            ret(cx, &[rest]);
        }
        _ => {
            let (quotient, rest) = big(x).div_rem(&big(y));
            ret_big(cx, &quotient);
            ret_big(cx, &rest);
        }
    }
    Ok(())
}

fn cmp(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (nat(cx), nat(cx));
    let order = x.len().cmp(&y.len()).then_with(|| x.iter().rev().cmp(y.iter().rev()));
    cx.ret_int(order as i64);
    Ok(())
}

fn shl(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = nat(cx);
    let n = cx.uint();
    let (words, bits) = ((n / 64) as usize, n % 64);
    if x.is_empty() {
        cx.ret_nil_slice();
        return Ok(());
    }
    let mut shifted = vec![0; words];
    shifted.reserve(x.len() + 1);
    let mut below = 0;
    for &word in x {
        shifted.push(word << bits | below);
        below = word.checked_shr(64 - bits as u32).unwrap_or(0);
    }
    shifted.push(below);
    ret(cx, &shifted);
    Ok(())
}

fn shr(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = nat(cx);
    let n = cx.uint();
    let bits = n % 64;
    let kept = usize::try_from(n / 64).ok().and_then(|words| x.get(words..)).unwrap_or(&[]);
    let shifted: Vec<u64> = (0..kept.len())
        .map(|i| {
            let above = kept.get(i + 1).copied().unwrap_or(0);
            kept[i] >> bits | above.checked_shl(64 - bits as u32).unwrap_or(0)
        })
        .collect();
    ret(cx, &shifted);
    Ok(())
}

fn bit_len(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = nat(cx);
    let len = x.last().map_or(0, |top| x.len() * 64 - top.leading_zeros() as usize);
    cx.ret_int(len as i64);
    Ok(())
}

fn trailing_zeros(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = nat(cx);
    let first = x.iter().position(|&w| w != 0);
    cx.ret_uint(first.map_or(0, |i| i as u64 * 64 + u64::from(x[i].trailing_zeros())));
    Ok(())
}

fn pow(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = nat(cx);
    let n = cx.uint();
    let power = num_traits::Pow::pow(big(x), n);
    ret_big(cx, &power);
    Ok(())
}

fn mod_pow(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y, m) = (nat(cx), nat(cx), nat(cx));
    if m.is_empty() {
        cx.ret_nil_slice();
        return Ok(());
    }
    let power = if let [exponent] = y {
        small_mod_pow(&big(x), *exponent, &big(m))
    } else {
        big(x).modpow(&big(y), &big(m))
    };
    ret_big(cx, &power);
    Ok(())
}

/// For exponents of one word: num-bigint's way works through 64 bits whatever there are.
fn small_mod_pow(x: &BigUint, exponent: u64, m: &BigUint) -> BigUint {
    let x = x % m;
    let mut power = BigUint::from(1_u8) % m;
    for bit in (0..64 - exponent.leading_zeros()).rev() {
        power = &power * &power % m;
        if exponent >> bit & 1 == 1 {
            power = power * &x % m;
        }
    }
    power
}

fn mod_inverse(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, m) = (nat(cx), nat(cx));
    let inverse = if m.is_empty() { None } else { big(x).modinv(&big(m)) };
    match &inverse {
        Some(inverse) => ret_big(cx, inverse),
        None => cx.ret_nil_slice(),
    }
    cx.ret_bool(inverse.is_some());
    Ok(())
}

fn gcd(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (nat(cx), nat(cx));
    if let ([a], [b]) = (x, y) {
        ret(cx, &[a.gcd(b)]);
        return Ok(());
    }
    let divisor = big(x).gcd(&big(y));
    ret_big(cx, &divisor);
    Ok(())
}

fn sqrt(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = nat(cx);
    let root = Roots::sqrt(&big(x));
    ret_big(cx, &root);
    Ok(())
}

const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn text(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = nat(cx);
    let base = cx.int().clamp(2, 62) as u32;
    if let ([word], 10) = (x, base) {
        cx.ret_str(word.to_string());
        return Ok(());
    }
    let mut digits = big(x).to_radix_be(base);
    for digit in &mut digits {
        *digit = DIGITS[usize::from(*digit)];
    }
    cx.ret_str(digits);
    Ok(())
}

fn bytes(cx: &mut NativeCx<'_>) -> NativeResult {
    let x = nat(cx);
    let all: Vec<u8> = x.iter().rev().flat_map(|w| w.to_be_bytes()).collect();
    let zeros = all.iter().take_while(|b| **b == 0).count();
    cx.ret_bytes(&all[zeros..]);
    Ok(())
}

fn from_bytes(cx: &mut NativeCx<'_>) -> NativeResult {
    let bytes = cx.bytes();
    let word = |part: &[u8]| part.iter().fold(0, |n, &b| n << 8 | u64::from(b));
    let words: Vec<u64> = bytes.as_bytes().rchunks(8).map(word).collect();
    ret(cx, &words);
    Ok(())
}

fn parse(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let base = cx.int().clamp(2, 62) as u32;
    let digit = |c: &u8| {
        let value = match c {
            b'0'..=b'9' => c - b'0',
            b'a'..=b'z' => c - b'a' + 10,
            b'A'..=b'Z' if base <= 36 => c - b'A' + 10,
            b'A'..=b'Z' => c - b'A' + 36,
            _ => return None,
        };
        (u32::from(value) < base).then_some(value)
    };
    let digits: Option<Vec<u8>> = text.as_bytes().iter().map(digit).collect();
    let number = digits.filter(|d| !d.is_empty()).and_then(|d| BigUint::from_radix_be(&d, base));
    match &number {
        Some(number) => ret_big(cx, number),
        None => cx.ret_nil_slice(),
    }
    cx.ret_bool(number.is_some());
    Ok(())
}

fn bitwise(cx: &mut NativeCx<'_>) -> NativeResult {
    let signed = |negative: bool, words: &[u64]| {
        BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, big(words))
    };
    let op = cx.int();
    let x_negative = cx.bool();
    let x = nat(cx);
    let y_negative = cx.bool();
    let y = nat(cx);
    let (x, y) = (signed(x_negative, x), signed(y_negative, y));
    let result = match op {
        0 => x & y,
        1 => x | y,
        2 => x ^ y,
        _ => x & !y,
    };
    cx.ret_bool(result.sign() == Sign::Minus);
    ret_big(cx, result.magnitude());
    Ok(())
}
