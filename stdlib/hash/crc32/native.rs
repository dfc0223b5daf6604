//! Natives of hash/crc32. For the two common polynomials, processors have instructions.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::crc;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("fill", fill),
    ("updateIEEE", update_ieee),
    ("updateCastagnoli", update_castagnoli),
    ("update", update),
];

fn fill(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut table = cx.slice();
    let poly = u64::from(cx.uint() as u32);
    for (i, place) in table.words32_mut().iter_mut().enumerate() {
        *place = crc::entry(poly, i as u64) as u32;
    }
    Ok(())
}

fn update_ieee(cx: &mut NativeCx<'_>) -> NativeResult {
    let sum = cx.uint() as u32;
    let data = cx.bytes();
    let mut hasher = crc32fast::Hasher::new_with_initial(sum);
    hasher.update(data.as_bytes());
    cx.ret_uint(u64::from(hasher.finalize()));
    Ok(())
}

fn update_castagnoli(cx: &mut NativeCx<'_>) -> NativeResult {
    let sum = cx.uint() as u32;
    let data = cx.bytes();
    cx.ret_uint(u64::from(crc32c::crc32c_append(sum, data.as_bytes())));
    Ok(())
}

fn update(cx: &mut NativeCx<'_>) -> NativeResult {
    let sum = cx.uint() as u32;
    let (table, data) = (cx.slice(), cx.bytes());
    let Ok(table) = <&[u32; 256]>::try_from(table.words32()) else { return Ok(()) };
    let sum = crc::update(u64::from(!sum), |i| u64::from(table[i]), data.as_bytes());
    cx.ret_uint(u64::from(!(sum as u32)));
    Ok(())
}
