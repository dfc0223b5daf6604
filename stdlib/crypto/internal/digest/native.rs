//! Natives of hash functions that mix blocks into a state (Merkle–Damgård): MD5, SHA-1, SHA-2.
//!
//! A state is bytes of the heap: the words of the state, big endian, and room for one block. Which
//! part of the block is filled follows from the number of bytes so far.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("update", update), ("finish", finish), ("sum", sum)];

/// The longest block, and the longest words of a state.
const MAX_BLOCK: usize = 128;
const MAX_WORDS: usize = 64;

/// How blocks are mixed in; the numbers are those of `digest.gol`.
#[derive(Clone, Copy)]
enum Mixer {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

fn words32<const N: usize>(state: &[u8]) -> [u32; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(state.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |n, &b| n << 8 | u32::from(b));
    }
    words
}

fn store32(state: &mut [u8], words: &[u32]) {
    for (bytes, word) in state.chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}

fn words64(state: &[u8]) -> [u64; 8] {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(state.chunks_exact(8)) {
        *word = bytes.iter().fold(0, |n, &b| n << 8 | u64::from(b));
    }
    words
}

impl Mixer {
    fn read(cx: &mut NativeCx<'_>) -> Mixer {
        match cx.int() {
            0 => Mixer::Md5,
            1 => Mixer::Sha1,
            2 => Mixer::Sha256,
            _ => Mixer::Sha512,
        }
    }

    fn block(self) -> usize {
        if matches!(self, Mixer::Sha512) { 128 } else { 64 }
    }

    /// Mixes whole blocks into the words.
    fn mix(self, state: &mut [u8], data: &[u8]) {
        match self {
            Mixer::Md5 => {
                let mut words = words32(state);
                md5::block_api::compress(&mut words, data.as_chunks().0);
                store32(state, &words);
            }
            Mixer::Sha1 => {
                let mut words = words32(state);
                sha1::block_api::compress(&mut words, data.as_chunks().0);
                store32(state, &words);
            }
            Mixer::Sha256 => {
                let mut words = words32(state);
                sha2::block_api::compress256(&mut words, data.as_chunks().0);
                store32(state, &words);
            }
            Mixer::Sha512 => {
                let mut words = words64(state);
                sha2::block_api::compress512(&mut words, data.as_chunks().0);
                for (bytes, word) in state.chunks_exact_mut(8).zip(words) {
                    bytes.copy_from_slice(&word.to_be_bytes());
                }
            }
        }
    }

    /// Mixes in the rest of the data, padding and the length; gives the first bytes of the result.
    fn finish(self, words: &mut [u8], rest: &[u8], length: u64, out: &mut [u8]) {
        let block = self.block();
        let length_size = block / 8;
        let mut room = [0; 2 * MAX_BLOCK];
        let rest = &rest[..rest.len().min(block - 1)];
        room[..rest.len()].copy_from_slice(rest);
        room[rest.len()] = 0x80;
        let whole = (rest.len() + 1 + length_size).next_multiple_of(block);
        let padded = &mut room[..whole];
        let bits = length.wrapping_mul(8);
        padded[whole - 8..].copy_from_slice(&match self {
            Mixer::Md5 => bits.to_le_bytes(),
            _ => bits.to_be_bytes(),
        });
        if matches!(self, Mixer::Sha512) {
            // The length has 128 bits: three of them are beyond 64.
            padded[whole - 9] = (length >> 61) as u8;
        }
        self.mix(words, padded);
        if matches!(self, Mixer::Md5) {
            for word in words.chunks_exact_mut(4) {
                word.reverse();
            }
        }
        let n = out.len().min(words.len());
        out[..n].copy_from_slice(&words[..n]);
    }
}

/// What is in the block so far.
fn filled(state_len: usize, block: usize, length: u64) -> usize {
    ((length % block as u64) as usize).min(state_len)
}

fn update(cx: &mut NativeCx<'_>) -> NativeResult {
    let mixer = Mixer::read(cx);
    let mut state = cx.bytes();
    let length = cx.uint();
    let data = cx.bytes();
    let mut data = data.as_bytes();
    let block = mixer.block();
    let state = state.as_mut();
    let Some(words) = state.len().checked_sub(block) else { return Ok(()) };
    let (words, buffer) = state.split_at_mut(words);
    let used = filled(buffer.len(), block, length);
    if used > 0 {
        let took = data.len().min(block - used);
        buffer[used..used + took].copy_from_slice(&data[..took]);
        data = &data[took..];
        if used + took < block {
            return Ok(());
        }
        mixer.mix(words, buffer);
    }
    let whole = data.len() / block * block;
    mixer.mix(words, &data[..whole]);
    let rest = &data[whole..];
    buffer[..rest.len()].copy_from_slice(rest);
    Ok(())
}

fn finish(cx: &mut NativeCx<'_>) -> NativeResult {
    let mixer = Mixer::read(cx);
    let state = cx.bytes();
    let length = cx.uint();
    let mut out = cx.bytes();
    let block = mixer.block();
    let state = state.as_bytes();
    let Some(words) = state.len().checked_sub(block) else { return Ok(()) };
    let (words, buffer) = state.split_at(words);
    let rest = &buffer[..filled(buffer.len(), block, length)];
    let mut copy = [0; MAX_WORDS];
    let Some(copy) = copy.get_mut(..words.len()) else { return Ok(()) };
    copy.copy_from_slice(words);
    mixer.finish(copy, rest, length, out.as_mut());
    Ok(())
}

fn sum(cx: &mut NativeCx<'_>) -> NativeResult {
    let mixer = Mixer::read(cx);
    let initial = cx.str();
    let data = cx.bytes();
    let mut out = cx.bytes();
    let data = data.as_bytes();
    let mut words = [0; MAX_WORDS];
    let Some(words) = words.get_mut(..initial.len()) else { return Ok(()) };
    words.copy_from_slice(initial.as_bytes());
    let whole = data.len() / mixer.block() * mixer.block();
    mixer.mix(words, &data[..whole]);
    mixer.finish(words, &data[whole..], data.len() as u64, out.as_mut());
    Ok(())
}
