//! Natives of compress/lzw. The states lie in words of the heap.
//!
//! Codes below `1 << lit_width` are bytes; then come "clear" and "end"; each further code is an
//! earlier one with a byte behind it. Codes have one bit more than literals at first, and grow to
//! twelve.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("decode", decode), ("encode", encode)];

const MAX_WIDTH: u32 = 12;
const MAX_CODES: usize = 1 << MAX_WIDTH;

/// Registers: bit buffer, its length, width of codes, the highest code so far, the last code plus
/// one (0: none), whether the stream has started, bytes of the last code that are still to be
/// written, whether the stream has ended.
const BITS: usize = 0;
const COUNT: usize = 1;
const WIDTH: usize = 2;
const HIGH: usize = 3;
const LAST: usize = 4;
const STARTED: usize = 5;
const PENDING: usize = 6;
const ENDED: usize = 7;
/// The first byte of the last code.
const FIRST: usize = 8;
/// How many bytes of `PENDING`'s code have been written.
const WRITTEN: usize = 9;
const TABLE: usize = 16;

/// An entry of the decoder's table: the earlier code, the byte, and how many bytes there are.
fn entry(prefix: u32, byte: u8, len: u32) -> u32 {
    prefix | u32::from(byte) << 12 | len << 20
}

/// The bytes of a code.
fn expand(table: &[u32], code: u32, clear: u32, out: &mut Vec<u8>) {
    out.clear();
    let mut code = code;
    while code >= clear {
        let e = table[code as usize];
        out.push((e >> 12) as u8);
        code = e & 0xFFF;
    }
    out.push(code as u8);
    out.reverse();
}

struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    msb: bool,
}

/// The next code, if its bits are there.
fn next_code(state: &mut [u32], input: &mut Input<'_>) -> Option<u32> {
    let width = state[WIDTH];
    while state[COUNT] < width {
        let byte = u32::from(*input.bytes.get(input.at)?);
        input.at += 1;
        if input.msb {
            state[BITS] |= byte << (24 - state[COUNT]);
        } else {
            state[BITS] |= byte << state[COUNT];
        }
        state[COUNT] += 8;
    }
    let code = if input.msb {
        let code = state[BITS] >> (32 - width);
        state[BITS] <<= width;
        code
    } else {
        let code = state[BITS] & ((1 << width) - 1);
        state[BITS] >>= width;
        code
    };
    state[COUNT] -= width;
    Some(code)
}

fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut state, input, mut out) = (cx.slice(), cx.bytes(), cx.bytes());
    let msb = cx.bool();
    let lit_width = (cx.int() as u32).clamp(2, 8);
    let mut input = Input { bytes: input.as_bytes(), at: 0, msb };
    let state = state.words32_mut();
    let (written, status) = run(state, &mut input, out.as_mut(), lit_width);
    cx.ret_int(input.at as i64);
    cx.ret_int(written as i64);
    cx.ret_int(status);
    Ok(())
}

const NEED_INPUT: i64 = 0;
const FULL: i64 = 1;
const END: i64 = 2;
const INVALID: i64 = 3;

fn run(state: &mut [u32], input: &mut Input<'_>, out: &mut [u8], lit_width: u32) -> (usize, i64) {
    let clear = 1 << lit_width;
    let end = clear + 1;
    if state[STARTED] == 0 {
        state[STARTED] = 1;
        state[WIDTH] = lit_width + 1;
        state[HIGH] = end;
    }
    let (mut written, mut text) = (0, Vec::new());
    loop {
        if state[PENDING] != 0 {
            expand(&state[TABLE..], state[PENDING] - 1, clear, &mut text);
            let rest = &text[(state[WRITTEN] as usize).min(text.len())..];
            let n = rest.len().min(out.len() - written);
            out[written..written + n].copy_from_slice(&rest[..n]);
            written += n;
            state[WRITTEN] += n as u32;
            if n < rest.len() {
                return (written, FULL);
            }
            state[PENDING] = 0;
        }
        if state[ENDED] == 1 {
            return (written, END);
        }
        if written == out.len() {
            return (written, FULL);
        }
        let Some(code) = next_code(state, input) else { return (written, NEED_INPUT) };
        if code == clear {
            state[WIDTH] = lit_width + 1;
            state[HIGH] = end;
            state[LAST] = 0;
            continue;
        }
        if code == end {
            state[ENDED] = 1;
            continue;
        }
        if !take(state, code, clear) {
            return (written, INVALID);
        }
    }
}

/// Makes the bytes of a code pending, and the last one with its first byte a new code.
fn take(state: &mut [u32], code: u32, clear: u32) -> bool {
    let (high, last) = (state[HIGH], state[LAST]);
    let known = code < clear || code <= high;
    // The one code that may come before it is known: the last one with its own first byte.
    let is_next = code == high + 1 && last != 0;
    if !known && !is_next || code > clear + 1 && last == 0 && !known {
        return false;
    }
    let mut first = code;
    if is_next {
        first = state[FIRST];
    } else {
        while first >= clear {
            first = state[TABLE + first as usize] & 0xFFF;
        }
    }
    if last != 0 && (high as usize) < MAX_CODES - 1 {
        state[HIGH] = high + 1;
        state[TABLE + high as usize + 1] = entry(last - 1, first as u8, 0);
        if state[HIGH] + 1 >= 1 << state[WIDTH] && state[WIDTH] < MAX_WIDTH {
            state[WIDTH] += 1;
        }
    }
    state[FIRST] = first;
    state[LAST] = code + 1;
    state[PENDING] = code + 1;
    state[WRITTEN] = 0;
    true
}

/// The encoder finds a code with a byte behind it by hashing.
const SLOTS: usize = MAX_CODES * 2;

struct Output {
    bytes: Vec<u8>,
    msb: bool,
}

fn put(state: &mut [u32], out: &mut Output, code: u32) {
    let width = state[WIDTH];
    if out.msb {
        state[BITS] |= code << (32 - width - state[COUNT]);
    } else {
        state[BITS] |= code << state[COUNT];
    }
    state[COUNT] += width;
    while state[COUNT] >= 8 {
        if out.msb {
            out.bytes.push((state[BITS] >> 24) as u8);
            state[BITS] <<= 8;
        } else {
            out.bytes.push(state[BITS] as u8);
            state[BITS] >>= 8;
        }
        state[COUNT] -= 8;
    }
}

/// Where a key is, or where it would be. Slots hold key and code.
fn slot(table: &[u32], key: u32) -> usize {
    let mut at = (key.wrapping_mul(0x9E37_79B1) >> 19) as usize % SLOTS;
    while table[at] != 0 && table[at] >> 12 != key + 1 {
        at = (at + 1) % SLOTS;
    }
    at
}

fn encode(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut state, data) = (cx.slice(), cx.bytes());
    let msb = cx.bool();
    let lit_width = (cx.int() as u32).clamp(2, 8);
    let finish = cx.bool();
    let state = state.words32_mut();
    let mut out = Output { bytes: Vec::new(), msb };
    let (clear, end) = (1 << lit_width, (1 << lit_width) + 1);
    if state[STARTED] == 0 {
        state[STARTED] = 1;
        state[WIDTH] = lit_width + 1;
        state[HIGH] = end;
        put(state, &mut out, clear);
    }
    for &byte in data.as_bytes() {
        if state[LAST] == 0 {
            state[LAST] = u32::from(byte) + 1;
            continue;
        }
        let last = state[LAST] - 1;
        let key = last << 8 | u32::from(byte);
        let at = slot(&state[TABLE..], key);
        let found = state[TABLE + at];
        if found != 0 {
            state[LAST] = (found & 0xFFF) + 1;
            continue;
        }
        put(state, &mut out, last);
        state[LAST] = u32::from(byte) + 1;
        if grow(state, &mut out, lit_width) {
            state[TABLE + at] = (key + 1) << 12 | state[HIGH];
        }
    }
    if finish {
        if state[LAST] != 0 {
            let last = state[LAST] - 1;
            put(state, &mut out, last);
            grow(state, &mut out, lit_width);
        }
        put(state, &mut out, end);
        if state[COUNT] > 0 {
            out.bytes.push(if msb { (state[BITS] >> 24) as u8 } else { state[BITS] as u8 });
        }
    }
    cx.ret_bytes(out.bytes);
    Ok(())
}

/// Counts a new code; when there is none left, the table starts anew and the result is false.
fn grow(state: &mut [u32], out: &mut Output, lit_width: u32) -> bool {
    state[HIGH] += 1;
    if state[HIGH] == 1 << state[WIDTH] {
        state[WIDTH] += 1;
    }
    if state[HIGH] as usize == MAX_CODES - 1 {
        put(state, out, 1 << lit_width);
        state[WIDTH] = lit_width + 1;
        state[HIGH] = (1 << lit_width) + 1;
        state[TABLE..].fill(0);
        return false;
    }
    true
}
