//! Huffman tables of T.81, Annex C and F.

use super::decode::Failure;

/// A table: codes of up to eight bits are looked up at once, longer ones length by length.
#[derive(Clone, Default)]
pub(super) struct Table {
    /// By the next eight bits: symbol and length of the code; length 0 is a longer code, or none.
    short: Vec<(u8, u8)>,
    symbols: Vec<u8>,
    /// By length - 1: first and last code, and where its symbols begin; none if the last is below.
    ranges: [(i32, i32, usize); 16],
}

impl Table {
    pub(super) fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// The table for so many codes of each length, and their symbols in order.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Table {
        let mut table =
            Table { short: vec![(0, 0); 256], symbols: symbols.to_vec(), ranges: [(0, -1, 0); 16] };
        let (mut code, mut index) = (0_i32, 0_usize);
        for (i, &count) in counts.iter().enumerate() {
            let length = i + 1;
            let count = usize::from(count);
            if count > 0 {
                table.ranges[i] = (code, code + count as i32 - 1, index);
            }
            for _ in 0..count {
                if length <= 8 && (code as usize) < 1 << length {
                    let start = (code as usize) << (8 - length);
                    let entry = (symbols[index], length as u8);
                    table.short[start..start + (1 << (8 - length))].fill(entry);
                }
                code += 1;
                index += 1;
            }
            code <<= 1;
        }
        table
    }
}

/// The bits of an entropy-coded segment. A zero byte behind 0xFF is no data; a marker ends it.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    pub(super) at: usize,
    held: u32,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8], at: usize) -> Bits<'a> {
        Bits { data, at, held: 0, count: 0 }
    }

    pub(super) fn drop_held(&mut self) {
        (self.held, self.count) = (0, 0);
    }

    fn byte(&mut self) -> Result<u8, Failure> {
        let byte = *self.data.get(self.at).ok_or(Failure::Format("short Huffman data"))?;
        if byte != 0xFF {
            self.at += 1;
            return Ok(byte);
        }
        match self.data.get(self.at + 1) {
            None => Err(Failure::Format("short Huffman data")),
            Some(0) => {
                self.at += 2;
                Ok(byte)
            }
            Some(_) => Err(Failure::Format("missing 0xff00 sequence")),
        }
    }

    fn ensure(&mut self, count: u32) -> Result<(), Failure> {
        while self.count < count {
            self.held = self.held << 8 | u32::from(self.byte()?);
            self.count += 8;
        }
        Ok(())
    }

    pub(super) fn bits(&mut self, count: u32) -> Result<u32, Failure> {
        if count == 0 {
            return Ok(0);
        }
        self.ensure(count)?;
        self.count -= count;
        Ok(self.held >> self.count & ((1 << count) - 1))
    }

    pub(super) fn bit(&mut self) -> Result<bool, Failure> {
        Ok(self.bits(1)? != 0)
    }

    /// A number of so many bits; the lower half of them are negative numbers.
    pub(super) fn signed(&mut self, count: u32) -> Result<i32, Failure> {
        let value = self.bits(count)? as i32;
        let lowest_positive = if count == 0 { 0 } else { 1 << (count - 1) };
        Ok(if value < lowest_positive { value - (1 << count) + 1 } else { value })
    }

    pub(super) fn symbol(&mut self, table: &Table) -> Result<u8, Failure> {
        if table.is_empty() {
            return Err(Failure::Format("uninitialized Huffman table"));
        }
        // Near the end there may be less than eight bits.
        if self.count >= 8 || self.ensure(8).is_ok() {
            let next = (self.held >> (self.count - 8)) as u8;
            let (symbol, length) = table.short[usize::from(next)];
            if length > 0 {
                self.count -= u32::from(length);
                return Ok(symbol);
            }
        }
        let mut code = 0;
        for &(first, last, index) in &table.ranges {
            code = code << 1 | self.bits(1)? as i32;
            if code <= last && code >= first {
                return Ok(table.symbols[index + (code - first) as usize]);
            }
        }
        Err(Failure::Format("bad Huffman code"))
    }
}
