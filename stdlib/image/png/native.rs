//! Natives of image/png: rows of bytes.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("unfilter", unfilter), ("filter", filter), ("expand", expand), ("samples", samples)];

/// The one of left, above and above left that is nearest to `left + above - corner` (Paeth).
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let (to_left, to_above, to_corner) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        corner
    }
}

/// What a filter expects of a byte.
fn predict(filter: i64, left: u8, above: u8, corner: u8) -> u8 {
    match filter {
        1 => left,
        2 => above,
        3 => ((u16::from(left) + u16::from(above)) / 2) as u8,
        4 => paeth(left, above, corner),
        _ => 0,
    }
}

fn unfilter(cx: &mut NativeCx<'_>) -> NativeResult {
    let kind = cx.int();
    let (mut row, before) = (cx.bytes(), cx.bytes());
    let size = cx.int().max(1) as usize;
    let (row, before) = (row.as_mut(), before.as_bytes());
    for i in 0..row.len().min(before.len()) {
        let left = if i >= size { row[i - size] } else { 0 };
        let corner = if i >= size { before[i - size] } else { 0 };
        row[i] = row[i].wrapping_add(predict(kind, left, before[i], corner));
    }
    Ok(())
}

/// Filters a row in the way that makes the sum of what is left smallest; `out` starts with the
/// number of the filter.
fn filter(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut out, row, before) = (cx.bytes(), cx.bytes(), cx.bytes());
    let size = cx.int().max(1) as usize;
    let choose = cx.bool();
    let (row, before) = (row.as_bytes(), before.as_bytes());
    let n = row.len().min(before.len());
    let filtered = |kind: i64| -> Vec<u8> {
        let byte = |i: usize| {
            let left = if i >= size { row[i - size] } else { 0 };
            let corner = if i >= size { before[i - size] } else { 0 };
            row[i].wrapping_sub(predict(kind, left, before[i], corner))
        };
        (0..n).map(byte).collect()
    };
    let cost =
        |bytes: &[u8]| -> u64 { bytes.iter().map(|&b| u64::from((b as i8).unsigned_abs())).sum() };
    let (mut best, mut kind) = (filtered(0), 0);
    if choose {
        let mut least = cost(&best);
        for other in 1..=4 {
            let bytes = filtered(other);
            let sum = cost(&bytes);
            if sum < least {
                (least, best, kind) = (sum, bytes, other);
            }
        }
    }
    if let [first, rest @ ..] = out.as_mut() {
        *first = kind as u8;
        let n = rest.len().min(best.len());
        rest[..n].copy_from_slice(&best[..n]);
    }
    Ok(())
}

fn expand(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src, transparent) = (cx.bytes(), cx.bytes(), cx.bytes());
    let pixels = dst.as_mut().chunks_exact_mut(4).zip(src.as_bytes().chunks_exact(3));
    for (place, pixel) in pixels {
        place[..3].copy_from_slice(pixel);
        place[3] = if pixel == transparent.as_bytes() { 0 } else { 0xFF };
    }
    Ok(())
}

fn samples(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let depth = cx.int().clamp(1, 8) as usize;
    let src = src.as_bytes();
    for (i, place) in dst.as_mut().iter_mut().enumerate() {
        let at = i * depth;
        let byte = src.get(at / 8).copied().unwrap_or(0);
        *place = byte << (at % 8) >> (8 - depth);
    }
    Ok(())
}
