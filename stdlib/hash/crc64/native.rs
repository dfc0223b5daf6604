//! Natives of hash/crc64.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("fill", fill), ("update", update)];

fn fill(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut table = cx.slice();
    let poly = cx.uint();
    for (i, place) in table.words64_mut().iter_mut().enumerate() {
        *place = (0..8).fold(i as u64, |c, _| c >> 1 ^ if c & 1 == 1 { poly } else { 0 });
    }
    Ok(())
}

/// From this length on, the tables for eight bytes at once are worth their making.
const LARGE: usize = 4096;

fn update(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut crc = !cx.uint();
    let (table, data) = (cx.slice(), cx.bytes());
    let Ok(table) = <&[u64; 256]>::try_from(table.words64()) else { return Ok(()) };
    let mut data = data.as_bytes();
    if data.len() >= LARGE {
        let tables = slices(table);
        let (chunks, rest) = data.as_chunks::<8>();
        for chunk in chunks {
            let bytes = (u64::from_le_bytes(*chunk) ^ crc).to_le_bytes();
            crc = (0..8).fold(0, |sum, i| sum ^ tables[7 - i][usize::from(bytes[i])]);
        }
        data = rest;
    }
    crc = data.iter().fold(crc, |crc, &byte| table[usize::from(crc as u8 ^ byte)] ^ crc >> 8);
    cx.ret_uint(!crc);
    Ok(())
}

/// Table `n` is for a byte that `n` others follow (Kounavis and Berry: slicing by 8).
fn slices(table: &[u64; 256]) -> Box<[[u64; 256]; 8]> {
    let mut tables = Box::new([*table; 8]);
    for n in 1..8 {
        for i in 0..256 {
            let before = tables[n - 1][i];
            tables[n][i] = table[usize::from(before as u8)] ^ before >> 8;
        }
    }
    tables
}
