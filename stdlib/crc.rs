//! Cyclic redundancy checks by tables, for hash/crc32 and hash/crc64. Sums and tables of 32 bits are
//! the lower halves of words of 64.

/// From this length on, the tables for eight bytes at once are worth their making.
const LARGE: usize = 4096;

/// Brings a sum, which is not inverted, up to date; `entry` are the entries of the table for one byte.
pub(crate) fn update(mut crc: u64, entry: impl Fn(usize) -> u64, mut data: &[u8]) -> u64 {
    if data.len() >= LARGE {
        let tables = slices(&entry);
        let (chunks, rest) = data.as_chunks::<8>();
        for chunk in chunks {
            let bytes = (u64::from_le_bytes(*chunk) ^ crc).to_le_bytes();
            crc = (0..8).fold(0, |sum, i| sum ^ tables[7 - i][usize::from(bytes[i])]);
        }
        data = rest;
    }
    data.iter().fold(crc, |crc, &byte| entry(usize::from(crc as u8 ^ byte)) ^ crc >> 8)
}

/// Table `n` is for a byte that `n` others follow (Kounavis and Berry: slicing by 8).
fn slices(entry: impl Fn(usize) -> u64) -> Box<[[u64; 256]; 8]> {
    let mut tables = Box::new([std::array::from_fn(&entry); 8]);
    for n in 1..8 {
        for i in 0..256 {
            let before = tables[n - 1][i];
            tables[n][i] = entry(usize::from(before as u8)) ^ before >> 8;
        }
    }
    tables
}

/// The entry of a polynomial's table, lowest bit first.
pub(crate) fn entry(poly: u64, byte: u64) -> u64 {
    (0..8).fold(byte, |c, _| c >> 1 ^ if c & 1 == 1 { poly } else { 0 })
}
