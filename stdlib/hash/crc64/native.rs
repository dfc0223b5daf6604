//! Natives of hash/crc64.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::crc;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("fill", fill), ("update", update)];

fn fill(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut table = cx.slice();
    let poly = cx.uint();
    for (i, place) in table.words64_mut().iter_mut().enumerate() {
        *place = crc::entry(poly, i as u64);
    }
    Ok(())
}

fn update(cx: &mut NativeCx<'_>) -> NativeResult {
    let sum = cx.uint();
    let (table, data) = (cx.slice(), cx.bytes());
    let Ok(table) = <&[u64; 256]>::try_from(table.words64()) else { return Ok(()) };
    cx.ret_uint(!crc::update(!sum, |i| table[i], data.as_bytes()));
    Ok(())
}
