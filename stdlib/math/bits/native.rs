//! Natives of math/bits.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("LeadingZeros64", |cx| map(cx, |x| u64::from(x.leading_zeros()))),
    ("TrailingZeros64", |cx| map(cx, |x| u64::from(x.trailing_zeros()))),
    ("OnesCount64", |cx| map(cx, |x| u64::from(x.count_ones()))),
    ("Reverse64", |cx| map(cx, u64::reverse_bits)),
    ("ReverseBytes64", |cx| map(cx, u64::swap_bytes)),
    ("Mul64", mul64),
    ("div64", div64),
];

fn map(cx: &mut NativeCx<'_>, f: fn(u64) -> u64) -> NativeResult {
    let x = cx.uint();
    cx.ret_uint(f(x));
    Ok(())
}

fn mul64(cx: &mut NativeCx<'_>) -> NativeResult {
    let product = u128::from(cx.uint()) * u128::from(cx.uint());
    cx.ret_uint((product >> 64) as u64);
    cx.ret_uint(product as u64);
    Ok(())
}

/// The caller has checked that the quotient fits.
fn div64(cx: &mut NativeCx<'_>) -> NativeResult {
    let (hi, lo, y) = (cx.uint(), cx.uint(), cx.uint());
    let dividend = u128::from(hi) << 64 | u128::from(lo);
    let divisor = u128::from(y.max(1));
    cx.ret_uint((dividend / divisor) as u64);
    cx.ret_uint((dividend % divisor) as u64);
    Ok(())
}
