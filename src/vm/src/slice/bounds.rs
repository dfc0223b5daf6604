//! Slicing: `a[lo:hi:max]`, and the panics of bounds that are out of range in Go's words.

use std::borrow::Cow;

use super::{cap, len, pack};
use crate::Fault;
use crate::string::Str;

/// What an upper bound is compared with, as the panic says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Arrays and strings.
    Length,
    /// Slices.
    Capacity,
}

/// The bounds of a slice expression; `None` where one is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    pub lo: Option<i64>,
    pub hi: Option<i64>,
    pub max: Option<i64>,
}

/// `a[lo:hi:max]` of a slice of elements of `size` bytes, or of a view of all of an array.
#[inline]
pub fn slice(a: [u64; 2], bounds: Bounds, size: u64, limit: Limit) -> Result<[u64; 2], Fault> {
    let (old_len, old_cap) = (len(a) as i64, cap(a) as i64);
    let max = bounds.max.unwrap_or(old_cap);
    let hi = bounds.hi.unwrap_or(old_len);
    let lo = bounds.lo.unwrap_or(0);
    if max as u64 > old_cap as u64 || hi as u64 > max as u64 || lo as u64 > hi as u64 {
        let max = bounds.max;
        return Err(Fault::Bounds(OutOfRange { lo, hi, max, cap: old_cap, limit }));
    }
    // A slice without room keeps its address: one at the end would lead into the next object.
    let offset = if max == lo { 0 } else { lo as u64 * size };
    Ok([a[0] + offset, pack((hi - lo) as usize, (max - lo) as usize)])
}

/// `text[lo:hi]`.
#[inline]
pub fn substring(text: Str, lo: Option<i64>, hi: Option<i64>) -> Result<Str, Fault> {
    let old_len = text[1] as i64;
    let (lo, hi) = (lo.unwrap_or(0), hi.unwrap_or(old_len));
    if hi as u64 > old_len as u64 || lo as u64 > hi as u64 {
        let limit = Limit::Length;
        return Err(Fault::Bounds(OutOfRange { lo, hi, max: None, cap: old_len, limit }));
    }
    let offset = if hi == lo { 0 } else { lo as u64 };
    Ok([text[0] + offset, (hi - lo) as u64])
}

/// Bounds that are out of range, and what they were compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    lo: i64,
    hi: i64,
    max: Option<i64>,
    cap: i64,
    limit: Limit,
}

impl OutOfRange {
    /// What the panic says. `unsigned`: which bounds are unsigned, the lowest bit is `lo`.
    #[cold]
    pub(crate) fn text(&self, unsigned: u8) -> String {
        let &OutOfRange { lo, hi, max, cap, limit } = self;
        let than = match limit {
            Limit::Length => "length",
            Limit::Capacity => "capacity",
        };
        let signed = |bit: u8| unsigned >> bit & 1 == 0;
        let shown = |bound: i64, bit: u8| {
            if signed(bit) { bound.to_string() } else { (bound as u64).to_string() }
        };
        let over = |bound: i64| bound as u64 > cap as u64;
        let (low, high) = (shown(lo, 0), shown(hi, 1));
        let what = match max {
            Some(max) if max < 0 && signed(2) => format!("[::{max}]"),
            Some(max) if over(max) => format!("[::{}] with {than} {cap}", shown(max, 2)),
            Some(_) if hi < 0 && signed(1) => format!("[:{hi}:]"),
            Some(max) if hi as u64 > max as u64 => format!("[:{high}:{max}]"),
            Some(_) if lo < 0 && signed(0) => format!("[{lo}::]"),
            Some(_) => format!("[{low}:{high}:]"),
            None if hi < 0 && signed(1) => format!("[:{hi}]"),
            None if over(hi) => format!("[:{high}] with {than} {cap}"),
            None if lo < 0 && signed(0) => format!("[{lo}:]"),
            None => format!("[{low}:{high}]"),
        };
        format!("slice bounds out of range {what}")
    }
}

/// The address of the array behind a slice, as a pointer to an array of `wanted` elements.
#[inline]
pub fn to_array_pointer(a: [u64; 2], wanted: u64) -> Result<u64, Fault> {
    let have = len(a) as u64;
    if have < wanted { Err(to_array_fault(have, wanted)) } else { Ok(a[0]) }
}

#[cold]
fn to_array_fault(have: u64, wanted: u64) -> Fault {
    Fault::Runtime(Cow::Owned(format!(
        "cannot convert slice with length {have} to array or pointer to array with length {wanted}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<T: std::fmt::Debug>(result: Result<T, Fault>) -> String {
        match result {
            Err(Fault::Runtime(text)) => text.to_string(),
            Err(Fault::Bounds(what)) => {
                what.text(0).trim_start_matches("slice bounds out of range ").to_string()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn bounds_out_of_range_are_worded_as_in_go() {
        let a = [0x1000, pack(3, 3)];
        let cut = |lo: i64, hi: Option<i64>, max| {
            slice(a, Bounds { lo: Some(lo), hi, max }, 8, Limit::Capacity)
        };
        assert_eq!(text(cut(0, Some(5), None)), "[:5] with capacity 3");
        let all = Bounds { hi: Some(5), ..Bounds::default() };
        assert_eq!(text(slice(a, all, 8, Limit::Length)), "[:5] with length 3");
        assert_eq!(text(cut(0, Some(1), Some(5))), "[::5] with capacity 3");
        assert_eq!(text(cut(0, Some(5), Some(3))), "[:5:3]");
        assert_eq!(text(cut(5, Some(2), Some(3))), "[5:2:]");
        assert_eq!(text(cut(5, Some(2), None)), "[5:2]");
        assert_eq!(text(cut(5, None, None)), "[5:3]");
        assert_eq!(text(cut(-1, None, None)), "[-1:]");
        assert_eq!(text(cut(0, Some(-1), None)), "[:-1]");
        assert_eq!(text(cut(0, Some(-1), Some(3))), "[:-1:]");
        assert_eq!(text(cut(-1, Some(1), Some(3))), "[-1::]");
        assert_eq!(text(cut(0, Some(1), Some(-1))), "[::-1]");
        assert_eq!(text(substring([0, 3], Some(5), None)), "[5:3]");
        assert_eq!(text(substring([0, 3], None, Some(5))), "[:5] with length 3");
        assert_eq!(text(substring([0, 3], Some(-1), None)), "[-1:]");
        let huge = OutOfRange { lo: -1, hi: 2, max: None, cap: 3, limit: Limit::Capacity };
        assert!(huge.text(1).ends_with("[18446744073709551615:2]"));
        assert!(text(to_array_pointer(a, 4)).ends_with("with length 4"));
    }

    #[test]
    fn parts_share_the_array() {
        let a = [0x1000, pack(3, 8)];
        let bounds = Bounds { lo: Some(1), hi: Some(5), max: None };
        assert_eq!(slice(a, bounds, 4, Limit::Capacity), Ok([0x1004, pack(4, 7)]));
        let bounds = Bounds { lo: Some(1), hi: Some(2), max: Some(4) };
        assert_eq!(slice(a, bounds, 4, Limit::Capacity), Ok([0x1004, pack(1, 3)]));
        let bounds = Bounds { lo: Some(8), hi: Some(8), max: None };
        assert_eq!(slice(a, bounds, 4, Limit::Capacity), Ok([0x1000, pack(0, 0)]));
        assert_eq!(substring([0x1000, 9], Some(2), Some(4)), Ok([0x1002, 2]));
        assert_eq!(to_array_pointer(a, 3), Ok(0x1000));
    }
}
