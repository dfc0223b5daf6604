//! Natives of AES: blocks, and whole messages in the modes CBC and CTR; the hash of GCM.

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("encrypt", encrypt),
    ("decrypt", decrypt),
    ("cbcEncrypt", cbc_encrypt),
    ("cbcDecrypt", cbc_decrypt),
    ("ctr", ctr),
    ("inexact", inexact),
    ("ghash", ghash),
];

type Bytes = [u8; 16];
type Block = Array<u8, aes::cipher::consts::U16>;

/// A key, expanded.
enum Cipher {
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl Cipher {
    /// Keys have one of the three lengths: `aes.NewCipher` sees to it.
    fn read(cx: &mut NativeCx<'_>) -> Option<Cipher> {
        let key = cx.bytes();
        let key = key.as_bytes();
        Some(match key.len() {
            16 => Cipher::Aes128(Aes128::new_from_slice(key).ok()?),
            24 => Cipher::Aes192(Aes192::new_from_slice(key).ok()?),
            _ => Cipher::Aes256(Aes256::new_from_slice(key).ok()?),
        })
    }

    fn encrypt(&self, blocks: &mut [Block]) {
        match self {
            Cipher::Aes128(c) => c.encrypt_blocks(blocks),
            Cipher::Aes192(c) => c.encrypt_blocks(blocks),
            Cipher::Aes256(c) => c.encrypt_blocks(blocks),
        }
    }

    fn decrypt(&self, blocks: &mut [Block]) {
        match self {
            Cipher::Aes128(c) => c.decrypt_blocks(blocks),
            Cipher::Aes192(c) => c.decrypt_blocks(blocks),
            Cipher::Aes256(c) => c.decrypt_blocks(blocks),
        }
    }

    fn encrypt_one(&self, block: Bytes) -> Bytes {
        let mut blocks = [Array(block)];
        self.encrypt(&mut blocks);
        blocks[0].0
    }
}

/// How many blocks are worked on at once.
const BATCH: usize = 128;

fn encrypt(cx: &mut NativeCx<'_>) -> NativeResult {
    let Some(cipher) = Cipher::read(cx) else { return Ok(()) };
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    if let Some(block) = src.as_bytes().first_chunk() {
        let block = cipher.encrypt_one(*block);
        dst.as_mut()[..16].copy_from_slice(&block);
    }
    Ok(())
}

fn decrypt(cx: &mut NativeCx<'_>) -> NativeResult {
    let Some(cipher) = Cipher::read(cx) else { return Ok(()) };
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    if let Some(block) = src.as_bytes().first_chunk() {
        let mut blocks = [Array(*block)];
        cipher.decrypt(&mut blocks);
        dst.as_mut()[..16].copy_from_slice(&blocks[0].0);
    }
    Ok(())
}

fn xor(mut a: Bytes, b: &[u8]) -> Bytes {
    for (a, b) in a.iter_mut().zip(b) {
        *a ^= b;
    }
    a
}

fn cbc_encrypt(cx: &mut NativeCx<'_>) -> NativeResult {
    let Some(cipher) = Cipher::read(cx) else { return Ok(()) };
    let (mut iv, mut dst, src) = (cx.bytes(), cx.bytes(), cx.bytes());
    let mut last: Bytes = iv.as_bytes().first_chunk().copied().unwrap_or_default();
    for (place, block) in dst.as_mut().chunks_exact_mut(16).zip(src.as_bytes().chunks_exact(16)) {
        last = cipher.encrypt_one(xor(last, block));
        place.copy_from_slice(&last);
    }
    iv.as_mut().copy_from_slice(&last);
    Ok(())
}

fn cbc_decrypt(cx: &mut NativeCx<'_>) -> NativeResult {
    let Some(cipher) = Cipher::read(cx) else { return Ok(()) };
    let (mut iv, mut dst, src) = (cx.bytes(), cx.bytes(), cx.bytes());
    let mut last: Bytes = iv.as_bytes().first_chunk().copied().unwrap_or_default();
    let (mut read, mut work) = ([Block::default(); BATCH], [Block::default(); BATCH]);
    let (dst, src) = (dst.as_mut(), src.as_bytes());
    for (places, blocks) in dst.chunks_mut(16 * BATCH).zip(src.chunks(16 * BATCH)) {
        let n = blocks.len() / 16;
        for (copy, block) in read.iter_mut().zip(blocks.chunks_exact(16)) {
            copy.0.copy_from_slice(block);
        }
        work[..n].copy_from_slice(&read[..n]);
        cipher.decrypt(&mut work[..n]);
        for ((place, plain), coded) in places.chunks_exact_mut(16).zip(&work).zip(&read) {
            place.copy_from_slice(&xor(plain.0, &last));
            last = coded.0;
        }
    }
    iv.as_mut().copy_from_slice(&last);
    Ok(())
}

fn ctr(cx: &mut NativeCx<'_>) -> NativeResult {
    let Some(cipher) = Cipher::read(cx) else { return Ok(()) };
    let mut counter = cx.bytes();
    let mut skip = usize::try_from(cx.int()).unwrap_or(0).min(15);
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let start: Bytes = counter.as_bytes().first_chunk().copied().unwrap_or_default();
    let mut number = u128::from_be_bytes(start);
    let (dst, src) = (dst.as_mut(), src.as_bytes());
    let mut stream = [Block::default(); BATCH];
    let mut at = 0;
    while at < src.len() {
        let blocks = (skip + src.len() - at).div_ceil(16).min(BATCH);
        let mut next = number;
        for block in &mut stream[..blocks] {
            block.0 = next.to_be_bytes();
            next = next.wrapping_add(1);
        }
        cipher.encrypt(&mut stream[..blocks]);
        let n = (16 * blocks - skip).min(src.len() - at);
        // `dst` may be `src`: a sum is written where its bytes were read. Only the first batch can
        // begin within a block.
        let whole = if skip == 0 { n / 16 } else { 0 };
        for (i, key) in stream[..whole].iter().enumerate() {
            let place = at + 16 * i..at + 16 * (i + 1);
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&src[place.clone()]);
            let sum = u128::from_ne_bytes(bytes) ^ u128::from_ne_bytes(key.0);
            dst[place].copy_from_slice(&sum.to_ne_bytes());
        }
        let keys = stream[whole..blocks].iter().flat_map(|block| block.0).skip(skip);
        for (i, key) in (at + 16 * whole..at + n).zip(keys) {
            dst[i] = src[i] ^ key;
        }
        // The last block is left to be used up by the next call.
        number = number.wrapping_add(((skip + n) / 16) as u128);
        at += n;
        skip = (skip + n) % 16;
    }
    counter.as_mut().copy_from_slice(&number.to_be_bytes());
    Ok(())
}

fn inexact(cx: &mut NativeCx<'_>) -> NativeResult {
    let (x, y) = (cx.bytes(), cx.bytes());
    let (x, y) = (x.as_bytes().as_ptr_range(), y.as_bytes().as_ptr_range());
    cx.ret_bool(x.start < y.end && y.start < x.end && x.start != y.start);
    Ok(())
}

fn ghash(cx: &mut NativeCx<'_>) -> NativeResult {
    let (key, additional, data, sum) = (cx.bytes(), cx.bytes(), cx.bytes(), cx.bytes());
    let key: Bytes = key.as_bytes().first_chunk().copied().unwrap_or_default();
    let mut hash = GHash::new(&Array(key));
    hash.update_padded(additional.as_bytes());
    hash.update_padded(data.as_bytes());
    let bits = |n: usize| (n as u64).wrapping_mul(8).to_be_bytes();
    let mut lengths = [0; 16];
    lengths[..8].copy_from_slice(&bits(additional.len()));
    lengths[8..].copy_from_slice(&bits(data.len()));
    hash.update(&[Array(lengths)]);
    sum.fill_from(&hash.finalize());
    Ok(())
}
