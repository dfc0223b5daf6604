//! Encodings of bits as characters of an alphabet: what base64 and base32 have in common.
//!
//! A group of characters stands for a whole number of bytes (4 for 3, 8 for 5). The last group may
//! be short; then padding fills it, unless there is none. Line ends are skipped when decoding. The
//! offsets of errors are those that Go reports.

use gol_vm::native::{NativeCx, NativeResult};

/// A radix: `BITS` to a character, `CHARS` characters for `BYTES` bytes.
pub(crate) trait Radix {
    const BITS: u32;
    const CHARS: usize;
    const BYTES: usize;
}

/// No character.
const NONE: u8 = 0xFF;

/// What a native's alphabet and padding arguments say.
struct Alphabet<'a> {
    chars: &'a [u8],
    padding: Option<u8>,
}

impl<'a> Alphabet<'a> {
    fn read(cx: &mut NativeCx<'a>) -> Alphabet<'a> {
        let chars = cx.str().as_bytes();
        Alphabet { chars, padding: u8::try_from(cx.int()).ok() }
    }

    fn values(&self) -> [u8; 256] {
        let mut values = [NONE; 256];
        for (i, c) in self.chars.iter().enumerate() {
            values[usize::from(*c)] = i as u8;
        }
        values
    }
}

/// How many characters `n` bytes take without padding.
fn chars_of<R: Radix>(n: usize) -> usize {
    (n * 8).div_ceil(R::BITS as usize)
}

fn encoded_len<R: Radix>(n: usize, padded: bool) -> usize {
    if padded {
        n.div_ceil(R::BYTES) * R::CHARS
    } else {
        n / R::BYTES * R::CHARS + chars_of::<R>(n % R::BYTES)
    }
}

fn fill<R: Radix>(dst: &mut [u8], src: &[u8], alphabet: &Alphabet<'_>) {
    let mask = (1u64 << R::BITS) - 1;
    let shift = 64 - R::BITS;
    let char_at = |word: u64, i: usize| {
        alphabet.chars.get((word << (i as u32 * R::BITS) >> shift & mask) as usize).copied()
    };
    let mut groups = src.chunks_exact(R::BYTES);
    let mut places = dst.chunks_exact_mut(R::CHARS);
    for (bytes, chars) in groups.by_ref().zip(places.by_ref()) {
        let mut word = [0; 8];
        word[..R::BYTES].copy_from_slice(bytes);
        let word = u64::from_be_bytes(word);
        for (i, place) in chars.iter_mut().enumerate() {
            *place = char_at(word, i).unwrap_or(0);
        }
    }
    let rest = groups.remainder();
    if rest.is_empty() {
        return;
    }
    let start = src.len() / R::BYTES * R::CHARS;
    let used = chars_of::<R>(rest.len());
    let mut word = [0; 8];
    word[..rest.len()].copy_from_slice(rest);
    let word = u64::from_be_bytes(word);
    for (i, place) in dst.iter_mut().skip(start).take(R::CHARS).enumerate() {
        let pad = alphabet.padding.unwrap_or(0);
        *place = if i < used { char_at(word, i).unwrap_or(0) } else { pad };
    }
}

pub(crate) fn encode<R: Radix>(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let alphabet = Alphabet::read(cx);
    let len = encoded_len::<R>(src.len(), alphabet.padding.is_some()).min(dst.len());
    fill::<R>(&mut dst.as_mut()[..len], src.as_bytes(), &alphabet);
    Ok(())
}

pub(crate) fn encode_string<R: Radix>(cx: &mut NativeCx<'_>) -> NativeResult {
    let src = cx.bytes();
    let alphabet = Alphabet::read(cx);
    let mut text = vec![0; encoded_len::<R>(src.len(), alphabet.padding.is_some())];
    fill::<R>(&mut text, src.as_bytes(), &alphabet);
    cx.ret_str(text);
    Ok(())
}

/// A group as it was read: its characters' bits from the top, and how many characters.
#[derive(Clone, Copy)]
pub(crate) struct Group {
    pub(crate) bits: u64,
    pub(crate) len: usize,
    /// The group was cut short by padding or the end.
    pub(crate) last: bool,
}

/// Reads groups from text.
pub(crate) struct Groups<'a> {
    pub(crate) src: &'a [u8],
    pub(crate) at: usize,
    pub(crate) values: [u8; 256],
    pub(crate) padding: Option<u8>,
}

impl Groups<'_> {
    pub(crate) fn skip_line_ends(&mut self) {
        while matches!(self.src.get(self.at), Some(b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The bits of a whole group that has neither line ends nor padding in it.
    pub(crate) fn fast<R: Radix>(&mut self) -> Option<u64> {
        let chars = self.src.get(self.at..self.at + R::CHARS)?;
        let (mut bits, mut wrong) = (0u64, 0u8);
        for c in chars {
            let value = self.values[usize::from(*c)];
            wrong |= value;
            bits = bits << R::BITS | u64::from(value);
        }
        if wrong & 0x80 != 0 {
            return None;
        }
        self.at += R::CHARS;
        Some(bits << (64 - R::BITS * R::CHARS as u32))
    }
}

/// Decodes groups into `dst`; `slow` reads one that is not plain, or says where it is wrong. The
/// result is the number of bytes, what is wrong, and whether `dst` was too short.
pub(crate) fn decode<R: Radix>(
    dst: &mut [u8],
    groups: &mut Groups<'_>,
    mut slow: impl FnMut(&mut Groups<'_>) -> (Option<Group>, Option<usize>),
) -> (usize, Option<usize>, bool) {
    let mut n = 0;
    loop {
        let (group, wrong) = match groups.fast::<R>() {
            Some(bits) => (Some(Group { bits, len: R::CHARS, last: false }), None),
            None => slow(groups),
        };
        if let Some(group) = group {
            let bytes = group.len * R::BITS as usize / 8;
            let Some(place) = dst.get_mut(n..n + bytes) else { return (n, wrong, true) };
            place.copy_from_slice(&group.bits.to_be_bytes()[..bytes]);
            n += bytes;
        }
        let last = group.is_none_or(|g| g.last);
        if last || wrong.is_some() {
            return (n, wrong, false);
        }
    }
}

/// The arguments of a native that decodes, its work, and its results.
pub(crate) fn decode_native<R: Radix>(
    cx: &mut NativeCx<'_>,
    slow: impl Fn(&mut Groups<'_>, bool) -> (Option<Group>, Option<usize>),
) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let alphabet = Alphabet::read(cx);
    let strict = cx.bool();
    let values = alphabet.values();
    let src = src.as_bytes();
    let mut groups = Groups { src, at: 0, values, padding: alphabet.padding };
    let (n, wrong, full) = decode::<R>(dst.as_mut(), &mut groups, |g| slow(g, strict));
    cx.ret_int(n as i64);
    cx.ret_int(wrong.map_or(-1, |at| at as i64));
    cx.ret_bool(full);
    Ok(())
}
