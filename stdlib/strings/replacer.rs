//! What a `Replacer` does: at each position of a text the first pair, in the order of the arguments,
//! whose old string stands there.
//!
//! Pairs are found by the first byte of their old strings: [`index_pairs`] makes one table for a
//! replacer, of 257 numbers, where in the rest of the table the pairs of each byte start, and of the
//! numbers of the pairs, byte by byte and in their order.

use gol_vm::native::{NativeCx, NativeResult};
use gol_vm::value::{GoSlice, GoStr};

/// Numbers before those of the pairs.
const HEADS: usize = 257;

/// `func indexPairs(old []string) []int32`
pub(super) fn index_pairs(cx: &mut NativeCx<'_>) -> NativeResult {
    let old = cx.slice().strings();
    let first = |s: GoStr<'_>| s.as_bytes().first().copied();
    let mut order: Vec<(u8, i32)> =
        old.enumerate().filter_map(|(i, s)| Some((first(s)?, i as i32))).collect();
    order.sort_unstable();
    let before = |byte: usize| order.partition_point(|&(first, _)| usize::from(first) < byte) as i32;
    let mut table: Vec<i32> = (0..HEADS).map(before).collect();
    table.extend(order.iter().map(|&(_, pair)| pair));
    cx.ret_i32s(&table);
    Ok(())
}

/// The pairs of a replacer.
struct Pairs<'a> {
    old: GoSlice<'a>,
    starts: &'a [u32],
    order: &'a [u32],
    /// The first pair whose old string is empty.
    empty: Option<usize>,
}

impl Pairs<'_> {
    fn is_first(&self, byte: u8) -> bool {
        self.starts[usize::from(byte)] != self.starts[usize::from(byte) + 1]
    }

    /// The pairs whose old strings start with a byte.
    fn with_first(&self, byte: u8) -> &[u32] {
        let byte = usize::from(byte);
        let range = self.starts[byte] as usize..self.starts[byte + 1] as usize;
        self.order.get(range).unwrap_or(&[])
    }

    /// The pair that applies where `rest` begins; one with an empty old string only if `empty` is.
    fn find(&self, rest: &[u8], empty: bool) -> Option<usize> {
        let candidates = rest.first().map_or(&[][..], |&byte| self.with_first(byte));
        let matches = |&&pair: &&u32| {
            self.old.string(pair as usize).is_some_and(|old| rest.starts_with(old.as_bytes()))
        };
        let found = candidates.iter().find(matches).map(|&pair| pair as usize);
        match self.empty.filter(|_| empty) {
            Some(first) => Some(found.map_or(first, |found| found.min(first))),
            None => found,
        }
    }
}

/// `func replacePairs(s string, old, new []string, table []int32, empty int) string`
pub(super) fn replace_pairs(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.str();
    let (old, new, table) = (cx.slice(), cx.slice(), cx.slice());
    let empty = usize::try_from(cx.int()).ok();
    let Some((starts, order)) = table.words32().split_at_checked(HEADS) else {
        cx.ret_gostr(s);
        return Ok(());
    };
    let pairs = Pairs { old, starts, order, empty };
    let text = s.as_bytes();
    let mut out = cx.take_buffer();
    // Where an empty string was replaced, another pair may apply as well.
    let (mut at, mut copied, mut changed, mut empty) = (0, 0, false, true);
    while at <= text.len() {
        if pairs.empty.is_none() {
            let plain = text[at..].iter().position(|&byte| pairs.is_first(byte));
            let Some(plain) = plain else { break };
            at += plain;
        }
        let Some(pair) = pairs.find(&text[at..], empty) else {
            empty = true;
            at += 1;
            continue;
        };
        changed = true;
        out.extend_from_slice(&text[copied..at]);
        out.extend_from_slice(new.string(pair).unwrap_or(GoStr::EMPTY).as_bytes());
        let len = old.string(pair).map_or(1, GoStr::len);
        at += len;
        copied = at;
        empty = len > 0;
    }
    if changed {
        out.extend_from_slice(&text[copied..]);
        cx.ret_str(&out);
    } else {
        cx.ret_gostr(s);
    }
    cx.give_buffer(out);
    Ok(())
}
