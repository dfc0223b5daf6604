//! Natives of crypto/subtle.

use std::hint::black_box;

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("compare", compare), ("xor", xor), ("overlaps", overlaps)];

fn compare(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (cx.bytes(), cx.bytes());
    let pairs = x.as_bytes().iter().zip(y.as_bytes());
    // The optimiser must not find a way to stop at the first difference.
    let different = pairs.fold(0, |all, (a, b)| black_box(all | (a ^ b)));
    cx.ret_bool(different == 0);
    Ok(())
}

fn xor(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, x, y) = (cx.bytes(), cx.bytes(), cx.bytes());
    // `dst` may be one of the others: what is read is copied first, in pieces.
    let (dst, x, y) = (dst.as_mut(), x.as_bytes(), y.as_bytes());
    let mut piece = [0; 64];
    for ((dst, x), y) in dst.chunks_mut(64).zip(x.chunks(64)).zip(y.chunks(64)) {
        let n = dst.len().min(x.len()).min(y.len());
        for ((place, a), b) in piece[..n].iter_mut().zip(x).zip(y) {
            *place = a ^ b;
        }
        dst[..n].copy_from_slice(&piece[..n]);
    }
    Ok(())
}

fn overlaps(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (cx.bytes(), cx.bytes());
    let (x, y) = (x.as_bytes().as_ptr_range(), y.as_bytes().as_ptr_range());
    let shared = x.start < y.end && y.start < x.end;
    cx.ret_bool(shared && x.start != y.start);
    Ok(())
}
