//! The decoder of DEFLATE as a machine that stops wherever input or room ends.

use super::code::{Code, Found, Shape, build};

const LITERALS: usize = 288;
const DISTANCES: usize = 32;
const LENGTH_CODES: usize = 19;
const END_OF_BLOCK: u32 = 256;

/// Registers: bit buffer (two words), its length, what is under way, and its parts.
const BITS_LOW: usize = 0;
const BITS_HIGH: usize = 1;
const BIT_COUNT: usize = 2;
const MODE: usize = 3;
const FINAL: usize = 4;
/// Bytes of a stored block or of a match that are left.
const LEFT: usize = 5;
const DISTANCE: usize = 6;
const HLIT: usize = 7;
const HDIST: usize = 8;
const HCLEN: usize = 9;
/// How many lengths have been read.
const READ: usize = 10;
/// How much of the window before the current position is history.
const HISTORY: usize = 11;
/// How long the code for the end of the block is: every block has that many bits left.
const LEAST_BITS: usize = 12;
const REGISTERS: usize = 13;

const LITERAL_CODE: Shape = Shape { start: REGISTERS, bits: 10, symbols: LITERALS };
const DISTANCE_CODE: Shape = Shape { start: LITERAL_CODE.end(), bits: 9, symbols: DISTANCES };
const LENGTH_CODE: Shape = Shape { start: DISTANCE_CODE.end(), bits: 7, symbols: LENGTH_CODES };
const LENGTHS: usize = LENGTH_CODE.end();
pub(super) const STATE_WORDS: usize = LENGTHS + LITERALS + DISTANCES;

/// What is under way; a fresh state, all zeros, expects a block.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Block = 0,
    StoredSize = 1,
    Stored = 2,
    Sizes = 3,
    CodeLengths = 4,
    Lengths = 5,
    Symbols = 6,
    Match = 7,
    Done = 8,
}

impl Mode {
    fn from_word(word: u32) -> Mode {
        match word {
            0 => Mode::Block,
            1 => Mode::StoredSize,
            2 => Mode::Stored,
            3 => Mode::Sizes,
            4 => Mode::CodeLengths,
            5 => Mode::Lengths,
            6 => Mode::Symbols,
            7 => Mode::Match,
            _ => Mode::Done,
        }
    }
}

/// Why a call ended; the numbers are those of `reader.gol`.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Status {
    NeedInput = 0,
    WindowFull = 1,
    Done = 2,
    Corrupt = 3,
}

pub(super) struct Outcome {
    pub(super) consumed: usize,
    pub(super) written: usize,
    pub(super) status: Status,
}

/// Base and number of extra bits of each length symbol from 257.
const LENGTH_BASE: [(u16, u8); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1),
    (17, 1), (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4),
    (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
];

/// The order in which lengths of the code for lengths stand.
const LENGTH_ORDER: [usize; LENGTH_CODES] =
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Base and number of extra bits of a distance symbol: two symbols for each power of two.
fn distance_base(symbol: u32) -> (u32, u32) {
    if symbol < 4 {
        return (symbol + 1, 0);
    }
    let extra = symbol / 2 - 1;
    ((2 + symbol % 2 << extra) + 1, extra)
}

/// The input as bits.
struct Bits<'a> {
    buffer: u64,
    count: u32,
    input: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// Takes bytes in while there is room for one and some are left.
    #[inline(always)]
    fn refill(&mut self) {
        if let Some(bytes) = self.input.get(self.at..self.at + 8) {
            let word = bytes.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b));
            self.buffer |= word << self.count;
            let taken = (63 - self.count) / 8;
            self.at += taken as usize;
            self.count += taken * 8;
            return;
        }
        while self.count <= 56
            && let Some(&byte) = self.input.get(self.at)
        {
            self.buffer |= u64::from(byte) << self.count;
            self.count += 8;
            self.at += 1;
        }
    }

    /// The next bits, if there are so many.
    fn peek(&mut self, n: u32) -> Option<u32> {
        if self.count < n {
            self.refill();
        }
        (self.count >= n).then_some((self.buffer & ((1 << n) - 1)) as u32)
    }

    #[inline(always)]
    fn drop(&mut self, n: u32) {
        self.buffer >>= n;
        self.count -= n;
    }

    fn take(&mut self, n: u32) -> Option<u32> {
        let bits = self.peek(n)?;
        self.drop(n);
        Some(bits)
    }

    /// Gives whole bytes back that no symbol has used.
    fn give_back(&mut self) {
        let whole = (self.count / 8).min(self.at as u32);
        self.at -= whole as usize;
        self.count -= whole * 8;
        self.trim();
    }

    /// Clears what `refill` has read beyond the bits that count.
    fn trim(&mut self) {
        self.buffer &= (1 << self.count) - 1;
    }
}

/// A step's result: go on, or stop.
type Step = Result<(), Status>;

struct Decoder<'a> {
    state: &'a mut [u32],
    bits: Bits<'a>,
    window: &'a mut [u8],
    at: usize,
    history: usize,
}

/// Decodes from `input` into `window` from position `at` on; what stands before are earlier bytes.
pub(super) fn run(state: &mut [u32], input: &[u8], window: &mut [u8], at: usize) -> Outcome {
    if state.len() != STATE_WORDS || at > window.len() {
        return Outcome { consumed: 0, written: 0, status: Status::Corrupt };
    }
    let buffer = u64::from(state[BITS_HIGH]) << 32 | u64::from(state[BITS_LOW]);
    let bits = Bits { buffer, count: state[BIT_COUNT], input, at: 0 };
    let history = state[HISTORY] as usize;
    let mut decoder = Decoder { state, bits, window, at, history };
    let status = loop {
        if let Err(status) = decoder.step() {
            break status;
        }
    };
    match status {
        Status::NeedInput => decoder.bits.trim(),
        _ => decoder.bits.give_back(),
    }
    let Decoder { state, bits, history, at: end, .. } = decoder;
    state[BITS_LOW] = bits.buffer as u32;
    state[BITS_HIGH] = (bits.buffer >> 32) as u32;
    state[BIT_COUNT] = bits.count;
    state[HISTORY] = history as u32;
    Outcome { consumed: bits.at, written: end - at, status }
}

impl Decoder<'_> {
    fn mode(&mut self, mode: Mode) {
        self.state[MODE] = mode as u32;
    }

    fn step(&mut self) -> Step {
        match Mode::from_word(self.state[MODE]) {
            Mode::Block => self.block(),
            Mode::StoredSize => self.stored_size(),
            Mode::Stored => self.stored(),
            Mode::Sizes => self.sizes(),
            Mode::CodeLengths => self.code_lengths(),
            Mode::Lengths => self.lengths(),
            Mode::Symbols => self.symbols(),
            Mode::Match => self.copy_match(),
            Mode::Done => Err(Status::Done),
        }
    }

    fn take(&mut self, n: u32) -> Result<u32, Status> {
        self.bits.take(n).ok_or(Status::NeedInput)
    }

    fn block(&mut self) -> Step {
        if self.state[FINAL] == 1 {
            self.mode(Mode::Done);
            return Ok(());
        }
        let head = self.take(3)?;
        self.state[FINAL] = head & 1;
        match head >> 1 {
            0 => {
                let partial = self.bits.count % 8;
                self.bits.drop(partial);
                self.mode(Mode::StoredSize);
            }
            1 => {
                let mut lengths = [8; LITERALS];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                build(self.state, LITERAL_CODE, &lengths);
                build(self.state, DISTANCE_CODE, &[5; DISTANCES]);
                self.state[LEAST_BITS] = 7;
                self.mode(Mode::Symbols);
            }
            2 => self.mode(Mode::Sizes),
            _ => return Err(Status::Corrupt),
        }
        Ok(())
    }

    fn stored_size(&mut self) -> Step {
        let sizes = self.take(32)?;
        if sizes as u16 != !((sizes >> 16) as u16) {
            return Err(Status::Corrupt);
        }
        self.state[LEFT] = sizes & 0xFFFF;
        self.mode(Mode::Stored);
        Ok(())
    }

    fn stored(&mut self) -> Step {
        self.bits.give_back();
        let left = self.state[LEFT] as usize;
        if left == 0 {
            self.mode(Mode::Block);
            return Ok(());
        }
        if self.at == self.window.len() {
            return Err(Status::WindowFull);
        }
        let input = &self.bits.input[self.bits.at..];
        let n = left.min(input.len()).min(self.window.len() - self.at);
        if n == 0 {
            return Err(Status::NeedInput);
        }
        self.window[self.at..self.at + n].copy_from_slice(&input[..n]);
        self.bits.at += n;
        self.at += n;
        self.history += n;
        self.state[LEFT] -= n as u32;
        Ok(())
    }

    fn sizes(&mut self) -> Step {
        let sizes = self.take(14)?;
        let (hlit, hdist) = ((sizes & 31) + 257, (sizes >> 5 & 31) + 1);
        if hlit > 286 || hdist > 30 {
            return Err(Status::Corrupt);
        }
        self.state[HLIT] = hlit;
        self.state[HDIST] = hdist;
        self.state[HCLEN] = (sizes >> 10) + 4;
        self.state[READ] = 0;
        self.state[LENGTHS..].fill(0);
        self.mode(Mode::CodeLengths);
        Ok(())
    }

    fn code_lengths(&mut self) -> Step {
        while self.state[READ] < self.state[HCLEN] {
            let len = self.take(3)?;
            let at = LENGTH_ORDER[self.state[READ] as usize];
            self.state[LENGTHS + at] = len;
            self.state[READ] += 1;
        }
        let lengths = self.read_lengths(0, LENGTH_CODES);
        if !build(self.state, LENGTH_CODE, &lengths) {
            return Err(Status::Corrupt);
        }
        self.state[LENGTHS..].fill(0);
        self.state[READ] = 0;
        self.mode(Mode::Lengths);
        Ok(())
    }

    fn read_lengths(&self, from: usize, to: usize) -> Vec<u8> {
        self.state[LENGTHS + from..LENGTHS + to].iter().map(|&len| len as u8).collect()
    }

    fn lengths(&mut self) -> Step {
        let (hlit, hdist) = (self.state[HLIT] as usize, self.state[HDIST] as usize);
        while (self.state[READ] as usize) < hlit + hdist {
            self.length()?;
        }
        let (literals, distances) =
            (self.read_lengths(0, hlit), self.read_lengths(hlit, hlit + hdist));
        if !build(self.state, LITERAL_CODE, &literals)
            || !build(self.state, DISTANCE_CODE, &distances)
        {
            return Err(Status::Corrupt);
        }
        self.state[LEAST_BITS] = self.state[LENGTHS + END_OF_BLOCK as usize];
        self.mode(Mode::Symbols);
        Ok(())
    }

    /// Reads a length, or how often one is repeated.
    fn length(&mut self) -> Step {
        self.bits.refill();
        let code = Code::new(self.state, LENGTH_CODE);
        let (symbol, len) = match code.decode(self.bits.buffer, self.bits.count) {
            Found::Symbol { symbol, len } => (symbol, len),
            Found::NeedBits => return Err(Status::NeedInput),
            Found::Invalid => return Err(Status::Corrupt),
        };
        let read = self.state[READ] as usize;
        let total = (self.state[HLIT] + self.state[HDIST]) as usize;
        let (extra, base) = match symbol {
            16 => (2, 3),
            17 => (3, 3),
            18 => (7, 11),
            _ => {
                self.bits.drop(len);
                self.state[LENGTHS + read] = symbol;
                self.state[READ] += 1;
                return Ok(());
            }
        };
        if symbol == 16 && read == 0 {
            self.bits.drop(len);
            return Err(Status::Corrupt);
        }
        let bits = self.bits.peek(len + extra).ok_or(Status::NeedInput)?;
        self.bits.drop(len + extra);
        let repeat = (base + (bits >> len)) as usize;
        if read + repeat > total {
            return Err(Status::Corrupt);
        }
        let value = if symbol == 16 { self.state[LENGTHS + read - 1] } else { 0 };
        self.state[LENGTHS + read..LENGTHS + read + repeat].fill(value);
        self.state[READ] += repeat as u32;
        Ok(())
    }

    fn symbols(&mut self) -> Step {
        let (literals, distances) =
            (Code::new(self.state, LITERAL_CODE), Code::new(self.state, DISTANCE_CODE));
        let least = self.state[LEAST_BITS];
        loop {
            if self.at == self.window.len() {
                return Err(Status::WindowFull);
            }
            if self.bits.count < 48 {
                self.bits.refill();
                if self.bits.count < least {
                    return Err(Status::NeedInput);
                }
            }
            let bits = &mut self.bits;
            let (symbol, len) = match literals.decode(bits.buffer, bits.count) {
                Found::Symbol { symbol, len } => (symbol, len),
                Found::NeedBits => return Err(Status::NeedInput),
                Found::Invalid => return Err(Status::Corrupt),
            };
            if symbol < END_OF_BLOCK {
                bits.drop(len);
                self.window[self.at] = symbol as u8;
                self.at += 1;
                self.history += 1;
                continue;
            }
            if symbol == END_OF_BLOCK {
                bits.drop(len);
                self.mode(Mode::Block);
                return Ok(());
            }
            let Some(&(base, extra)) = LENGTH_BASE.get(symbol as usize - 257) else {
                bits.drop(len);
                return Err(Status::Corrupt);
            };
            let (used, matched, distance) =
                find_match(bits, &distances, len, u32::from(base), u32::from(extra))?;
            bits.drop(used);
            if distance as usize > self.history.min(self.at) {
                return Err(Status::Corrupt);
            }
            let room = self.window.len() - self.at;
            if room >= matched as usize {
                copy_within(self.window, self.at, distance as usize, matched as usize);
                self.at += matched as usize;
                self.history += matched as usize;
                continue;
            }
            self.state[LEFT] = matched;
            self.state[DISTANCE] = distance;
            self.mode(Mode::Match);
            return Ok(());
        }
    }

    fn copy_match(&mut self) -> Step {
        let left = self.state[LEFT] as usize;
        let n = left.min(self.window.len() - self.at);
        if n == 0 && left > 0 {
            return Err(Status::WindowFull);
        }
        copy_within(self.window, self.at, self.state[DISTANCE] as usize, n);
        self.at += n;
        self.history += n;
        self.state[LEFT] -= n as u32;
        if self.state[LEFT] == 0 {
            self.mode(Mode::Symbols);
        }
        Ok(())
    }
}

/// Reads the rest of a match behind its length symbol: how many bits it has in all, length, distance.
#[inline(always)]
fn find_match(
    bits: &mut Bits<'_>,
    distances: &Code<'_>,
    len: u32,
    base: u32,
    extra: u32,
) -> Result<(u32, u32, u32), Status> {
    let fail = |bits: &mut Bits<'_>, used: u32| {
        bits.drop(used.min(bits.count));
        Err(Status::Corrupt)
    };
    let mut used = len + extra;
    if used > bits.count {
        return Err(Status::NeedInput);
    }
    let matched = base + (bits.buffer >> len & ((1 << extra) - 1)) as u32;
    let (symbol, len) = match distances.decode(bits.buffer >> used, bits.count - used) {
        Found::Symbol { symbol, len } => (symbol, len),
        Found::NeedBits => return Err(Status::NeedInput),
        Found::Invalid => return fail(bits, used + 1),
    };
    used += len;
    if symbol >= 30 {
        return fail(bits, used);
    }
    let (base, extra) = distance_base(symbol);
    if used + extra > bits.count {
        return Err(Status::NeedInput);
    }
    let distance = base + (bits.buffer >> used & ((1 << extra) - 1)) as u32;
    Ok((used + extra, matched, distance))
}

/// Copies from `distance` before; the parts may overlap, then bytes repeat.
#[inline(always)]
fn copy_within(window: &mut [u8], at: usize, distance: usize, n: usize) {
    let from = at - distance;
    if distance >= n {
        window.copy_within(from..from + n, at);
    } else if distance == 1 {
        let byte = window[from];
        window[at..at + n].fill(byte);
    } else {
        for i in 0..n {
            window[at + i] = window[from + i];
        }
    }
}
