//! Prefix codes: short codes are looked up, longer ones walked along bit by bit.
//!
//! A code lies in words of the decoder's state: a table for the first bits, how many codes there
//! are of each length, and the symbols in order of their codes.

/// The longest code.
pub(super) const MAX_BITS: usize = 15;

/// Where the parts of a code with `1 << bits` table entries and so many symbols lie.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) start: usize,
    pub(super) bits: u32,
    pub(super) symbols: usize,
}

impl Shape {
    pub(super) const fn end(self) -> usize {
        self.start + (1 << self.bits) + MAX_BITS + 1 + self.symbols
    }
}

/// What the next bits are.
pub(super) enum Found {
    Symbol { symbol: u32, len: u32 },
    /// There are not enough bits to tell.
    NeedBits,
    Invalid,
}

/// A code as it lies in the state.
pub(super) struct Code<'a> {
    bits: u32,
    table: &'a [u32],
    counts: &'a [u32],
    symbols: &'a [u32],
}

impl<'a> Code<'a> {
    pub(super) fn new(state: &'a [u32], shape: Shape) -> Code<'a> {
        let (table, rest) = state[shape.start..shape.end()].split_at(1 << shape.bits);
        let (counts, symbols) = rest.split_at(MAX_BITS + 1);
        Code { bits: shape.bits, table, counts, symbols }
    }

    /// The symbol at the start of `bits`, of which `available` are there.
    #[inline(always)]
    pub(super) fn decode(&self, bits: u64, available: u32) -> Found {
        let entry = self.table[(bits & ((1 << self.bits) - 1)) as usize];
        let len = entry & 15;
        if len != 0 {
            return if len <= available {
                Found::Symbol { symbol: entry >> 4, len }
            } else {
                Found::NeedBits
            };
        }
        self.walk(bits, available)
    }

    /// Codes of one length are consecutive numbers; each length continues where the one before
    /// ended, doubled.
    #[cold]
    fn walk(&self, bits: u64, available: u32) -> Found {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        let longest = self.counts.iter().rposition(|&n| n > 0).unwrap_or(0) as u32;
        if longest == 0 {
            return if available == 0 { Found::NeedBits } else { Found::Invalid };
        }
        for len in 1..=longest {
            if len > available {
                return Found::NeedBits;
            }
            code |= (bits >> (len - 1) & 1) as u32;
            let count = self.counts[len as usize];
            if code < first + count {
                let symbol = self.symbols[(index + code - first) as usize];
                return Found::Symbol { symbol, len };
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Found::Invalid
    }
}

/// Builds a code from the lengths of its symbols' codes. False if they are none: all bits must be
/// used up, but a code of one symbol may have one bit, and there may be no code at all.
pub(super) fn build(state: &mut [u32], shape: Shape, lengths: &[u8]) -> bool {
    let (table, rest) = state[shape.start..shape.end()].split_at_mut(1 << shape.bits);
    let (counts, symbols) = rest.split_at_mut(MAX_BITS + 1);
    table.fill(0);
    counts.fill(0);
    for &len in lengths {
        counts[usize::from(len)] += 1;
    }
    counts[0] = 0;
    let longest = counts.iter().rposition(|&n| n > 0).unwrap_or(0);
    let (mut code, mut index) = (0u32, 0u32);
    let (mut next_code, mut next_index) = ([0u32; MAX_BITS + 1], [0u32; MAX_BITS + 1]);
    for len in 1..=longest {
        code <<= 1;
        next_code[len] = code;
        next_index[len] = index;
        code += counts[len];
        index += counts[len];
    }
    let single = code == 1 && longest == 1;
    if longest > 0 && code != 1 << longest && !single {
        return false;
    }
    for (symbol, &len) in lengths.iter().enumerate().filter(|(_, len)| **len > 0) {
        let (len, bits) = (u32::from(len), shape.bits);
        let code = next_code[len as usize];
        next_code[len as usize] += 1;
        symbols[next_index[len as usize] as usize] = symbol as u32;
        next_index[len as usize] += 1;
        if len <= bits {
            // In the stream, a code's first bit comes first, as the lowest one.
            let reversed = (code.reverse_bits() >> (32 - len)) as usize;
            for entry in table[reversed..].iter_mut().step_by(1 << len) {
                *entry = (symbol as u32) << 4 | len;
            }
        }
    }
    true
}
