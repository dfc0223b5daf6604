//! Natives of crypto/hmac: keys as they go into the hash.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("mask", mask)];

/// `func mask(pad, key []byte, with byte)`: fills `pad` with the key, zeros behind it, all of it
/// exclusive-or `with`.
fn mask(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut pad, key) = (cx.bytes(), cx.bytes());
    let with = cx.uint() as u8;
    let pad = pad.as_mut();
    let n = pad.len().min(key.len());
    for (place, byte) in pad[..n].iter_mut().zip(key.as_bytes()) {
        *place = byte ^ with;
    }
    pad[n..].fill(with);
    Ok(())
}
