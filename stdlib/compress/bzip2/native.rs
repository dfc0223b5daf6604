//! Natives of compress/bzip2: one block at a time, from bytes of which there may be too few yet.
//!
//! A block is a run-length code of a Burrows-Wheeler transform, moved to front, with runs of zeros
//! as numbers, in prefix codes of which one is selected for each fifty symbols.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("decode", decode)];

const BLOCK_MAGIC: u64 = 0x3141_5926_5359;
const END_MAGIC: u64 = 0x1772_4538_5090;
const MAX_LENGTH: usize = 20;
const GROUP: usize = 50;

/// Why decoding stopped.
enum Stop {
    Missing,
    Wrong(&'static str),
}

type Step<T> = Result<T, Stop>;

fn wrong<T>(message: &'static str) -> Step<T> {
    Err(Stop::Wrong(message))
}

/// Bits, the highest of a byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// The next `n` bits (at most 48), without going on; zeros stand for missing ones.
    #[inline]
    fn peek(&self, n: usize) -> u64 {
        let start = self.at / 8;
        let mut word = [0; 8];
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let len = rest.len().min(8);
        word[..len].copy_from_slice(&rest[..len]);
        u64::from_be_bytes(word) << (self.at % 8) >> (64 - n)
    }

    #[inline]
    fn skip(&mut self, n: usize) -> Step<()> {
        self.at += n;
        if self.at > self.bytes.len() * 8 { Err(Stop::Missing) } else { Ok(()) }
    }

    #[inline]
    fn take(&mut self, n: usize) -> Step<u64> {
        let bits = self.peek(n);
        self.skip(n)?;
        Ok(bits)
    }
}

/// A prefix code: for each length the first code that is longer, and where its symbols start.
struct Code {
    limits: [u32; MAX_LENGTH + 2],
    offsets: [i64; MAX_LENGTH + 2],
    symbols: Vec<u16>,
    shortest: usize,
}

impl Code {
    fn new(lengths: &[u8]) -> Step<Code> {
        let mut code = Code {
            limits: [0; MAX_LENGTH + 2],
            offsets: [0; MAX_LENGTH + 2],
            symbols: Vec::with_capacity(lengths.len()),
            shortest: usize::from(lengths.iter().copied().min().unwrap_or(1)),
        };
        let mut next = 0u32;
        for len in 1..=MAX_LENGTH {
            let first = next;
            code.offsets[len] = code.symbols.len() as i64 - i64::from(first);
            for (symbol, _) in lengths.iter().enumerate().filter(|(_, l)| usize::from(**l) == len) {
                code.symbols.push(symbol as u16);
                next += 1;
            }
            if next > 1 << len {
                return wrong("equal symbols in Huffman tree");
            }
            code.limits[len] = next;
            next <<= 1;
        }
        Ok(code)
    }

    #[inline]
    fn decode(&self, bits: &mut Bits<'_>) -> Step<u16> {
        let window = bits.peek(MAX_LENGTH) as u32;
        for len in self.shortest..=MAX_LENGTH {
            let code = window >> (MAX_LENGTH - len);
            if code < self.limits[len] {
                bits.skip(len)?;
                let at = (i64::from(code) + self.offsets[len]) as usize;
                return self.symbols.get(at).copied().ok_or(Stop::Wrong("invalid Huffman code"));
            }
        }
        bits.skip(MAX_LENGTH)?;
        wrong("invalid Huffman code")
    }
}

/// What was read.
enum Item {
    Start { level: usize },
    Block { out: Vec<u8>, sum: u32 },
    /// A block whose sum is wrong; what it says is passed on nevertheless.
    Damaged { out: Vec<u8> },
    End,
}

fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    let input = cx.bytes();
    let at = cx.int() as usize;
    let level = cx.int() as usize;
    let sum = cx.uint() as u32;
    let first = cx.bool();
    let mut bits = Bits { bytes: input.as_bytes(), at };
    let (out, status, new_level, new_sum, message) = match item(&mut bits, level, sum, first) {
        Ok(Item::Block { out, sum: block }) => (out, 1, level, sum.rotate_left(1) ^ block, ""),
        Ok(Item::Damaged { out }) => (out, 4, level, sum, "block checksum mismatch"),
        Ok(Item::Start { level }) => (Vec::new(), 2, level, 0, ""),
        Ok(Item::End) => (Vec::new(), 3, 0, 0, ""),
        Err(Stop::Missing) => (Vec::new(), 0, level, sum, ""),
        Err(Stop::Wrong(message)) => (Vec::new(), 4, level, sum, message),
    };
    cx.ret_bytes(out);
    cx.ret_int(bits.at as i64);
    cx.ret_int(status);
    cx.ret_int(new_level as i64);
    cx.ret_uint(u64::from(new_sum));
    cx.ret_str(message);
    Ok(())
}

fn item(bits: &mut Bits<'_>, level: usize, sum: u32, first: bool) -> Step<Item> {
    if level == 0 {
        return start(bits, first);
    }
    match bits.take(48)? {
        BLOCK_MAGIC => block(bits, level * 100_000),
        END_MAGIC => {
            if bits.take(32)? as u32 != sum {
                return wrong("file checksum mismatch");
            }
            bits.at = bits.at.next_multiple_of(8);
            Ok(Item::End)
        }
        _ => wrong("bad magic value found"),
    }
}

fn start(bits: &mut Bits<'_>, first: bool) -> Step<Item> {
    if bits.take(16)? != 0x425A {
        let message = if first { "bad magic value" } else { "bad magic value in continuation file" };
        return wrong(message);
    }
    if bits.take(8)? != u64::from(b'h') {
        return wrong("non-Huffman entropy encoding");
    }
    match bits.take(8)? as u8 {
        level @ b'1'..=b'9' => Ok(Item::Start { level: usize::from(level - b'0') }),
        _ => wrong("invalid compression level"),
    }
}

/// The bytes that occur in a block.
fn alphabet(bits: &mut Bits<'_>) -> Step<Vec<u8>> {
    let groups = bits.take(16)?;
    let mut symbols = Vec::new();
    for group in (0..16u8).filter(|g| groups >> (15 - g) & 1 == 1) {
        let used = bits.take(16)?;
        symbols.extend((0..16).filter(|i| used >> (15 - i) & 1 == 1).map(|i| group * 16 + i));
    }
    if symbols.is_empty() { wrong("no symbols in input") } else { Ok(symbols) }
}

fn selectors(bits: &mut Bits<'_>, trees: usize) -> Step<Vec<u8>> {
    let count = bits.take(15)? as usize;
    let mut order: Vec<u8> = (0..trees as u8).collect();
    let mut list = Vec::with_capacity(count);
    for _ in 0..count {
        let mut index = 0;
        while bits.take(1)? == 1 {
            index += 1;
            if index >= trees {
                return wrong("tree index too large");
            }
        }
        order[..=index].rotate_right(1);
        list.push(order[0]);
    }
    Ok(list)
}

fn code(bits: &mut Bits<'_>, symbols: usize) -> Step<Code> {
    let mut length = bits.take(5)? as usize;
    let mut lengths = vec![0; symbols];
    for place in &mut lengths {
        loop {
            if !(1..=MAX_LENGTH).contains(&length) {
                return wrong("Huffman length out of range");
            }
            if bits.take(1)? == 0 {
                break;
            }
            // One bit less, or one more.
            if bits.take(1)? == 1 {
                length -= 1;
            } else {
                length += 1;
            }
        }
        *place = length as u8;
    }
    Code::new(&lengths)
}

fn block(bits: &mut Bits<'_>, block_size: usize) -> Step<Item> {
    let wanted = bits.take(32)? as u32;
    if bits.take(1)? == 1 {
        return wrong("deprecated randomized files");
    }
    let origin = bits.take(24)? as usize;
    let mut front = alphabet(bits)?;
    let trees = bits.take(3)? as usize;
    if !(2..=6).contains(&trees) {
        return wrong("invalid number of Huffman trees");
    }
    let selectors = selectors(bits, trees)?;
    let symbols = front.len() + 2;
    let codes = (0..trees).map(|_| code(bits, symbols)).collect::<Step<Vec<Code>>>()?;
    if selectors.is_empty() {
        return wrong("no tree selectors given");
    }
    let transformed = symbols_of_block(bits, &selectors, &codes, &mut front, block_size)?;
    if origin >= transformed.len() {
        return wrong("origPtr out of bounds");
    }
    let out = undo_runs(&undo_transform(&transformed, origin));
    if checksum(&out) == wanted { Ok(Item::Block { out, sum: wanted }) } else { Ok(Item::Damaged { out }) }
}

/// Reads symbols until the end of the block; undoes runs of the front byte and moving to front.
fn symbols_of_block(
    bits: &mut Bits<'_>,
    selectors: &[u8],
    codes: &[Code],
    front: &mut [u8],
    block_size: usize,
) -> Step<Vec<u8>> {
    let end = front.len() as u16 + 1;
    let mut out = Vec::new();
    let (mut run, mut weight) = (0usize, 1usize);
    let (mut group, mut left) = (0, 0);
    let mut code = &codes[0];
    loop {
        if left == 0 {
            let Some(&selector) = selectors.get(group) else {
                return wrong("insufficient selector indices for number of symbols");
            };
            code = &codes[usize::from(selector)];
            group += 1;
            left = GROUP;
        }
        left -= 1;
        let symbol = code.decode(bits)?;
        if symbol < 2 {
            // The run's length in bijective binary.
            run += weight << symbol;
            weight <<= 1;
            if run > 2 << 20 {
                return wrong("repeat count too large");
            }
            continue;
        }
        if run > 0 {
            if out.len() + run > block_size {
                return wrong("repeats past end of block");
            }
            out.resize(out.len() + run, front[0]);
            (run, weight) = (0, 1);
        }
        if symbol == end {
            return Ok(out);
        }
        if out.len() >= block_size {
            return wrong("data exceeds block size");
        }
        let index = usize::from(symbol) - 1;
        front[..=index].rotate_right(1);
        out.push(front[0]);
    }
}

/// Undoes the Burrows-Wheeler transform: counting says where each byte's successor stands.
fn undo_transform(data: &[u8], origin: usize) -> Vec<u8> {
    let mut starts = [0u32; 256];
    for &byte in data {
        starts[usize::from(byte)] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += std::mem::replace(start, sum);
    }
    let mut next = vec![0u32; data.len()];
    for (i, &byte) in data.iter().enumerate() {
        let place = &mut starts[usize::from(byte)];
        next[*place as usize] = i as u32;
        *place += 1;
    }
    let mut at = next[origin] as usize;
    let mut out = Vec::with_capacity(data.len());
    for _ in 0..data.len() {
        out.push(data[at]);
        at = next[at] as usize;
    }
    out
}

/// Four equal bytes are followed by how many more there are.
fn undo_runs(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let (mut last, mut equal) = (None, 0);
    for &byte in data {
        if equal == 4 {
            if let Some(last) = last {
                out.resize(out.len() + usize::from(byte), last);
            }
            (last, equal) = (None, 0);
            continue;
        }
        equal = if last == Some(byte) { equal + 1 } else { 1 };
        last = Some(byte);
        out.push(byte);
    }
    out
}

/// The sum of IEEE 802.3, highest bit first.
const SUMS: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut c = (i as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            c = c << 1 ^ if c >> 31 == 1 { 0x04C1_1DB7 } else { 0 };
            bit += 1;
        }
        table[i] = c;
        i += 1;
    }
    table
};

fn checksum(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |sum, &byte| sum << 8 ^ SUMS[usize::from((sum >> 24) as u8 ^ byte)])
}
