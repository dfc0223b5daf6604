//! Natives of compress/flate: reading DEFLATE (RFC 1951) step by step, and writing it.
//!
//! Between calls the decoder's whole state lies in a slice of the heap, so that nothing has to be
//! freed when a reader is dropped. A call takes no more bytes of its input than the symbols that it
//! decoded need; what the bit buffer holds beyond them is given back. Only when a symbol is
//! incomplete are all bytes taken.
//!
//! Writing is done by zlib-rs in pieces, each with the 32 KiB before it as its dictionary.

mod code;
mod decode;

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status, Strategy};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("stateSize", state_size), ("inflate", inflate), ("deflate", deflate)];

fn state_size(cx: &mut NativeCx<'_>) -> NativeResult {
    cx.ret_int(decode::STATE_WORDS as i64);
    Ok(())
}

fn inflate(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut state, input, mut window) = (cx.slice(), cx.bytes(), cx.bytes());
    let at = cx.int() as usize;
    let outcome = decode::run(state.words32_mut(), input.as_bytes(), window.as_mut(), at);
    cx.ret_int(outcome.consumed as i64);
    cx.ret_int(outcome.written as i64);
    cx.ret_int(outcome.status as i64);
    Ok(())
}

fn deflate(cx: &mut NativeCx<'_>) -> NativeResult {
    let (data, dictionary) = (cx.bytes(), cx.bytes());
    let level = cx.int() as i32;
    let finish = cx.bool();
    let (strategy, level) =
        if level == -2 { (Strategy::HuffmanOnly, 6) } else { (Strategy::Default, level) };
    let config = DeflateConfig { window_bits: -15, level, strategy, ..DeflateConfig::new(level) };
    let mut encoder = Deflate::new_with_config(config);
    let mut refused = false;
    if !dictionary.is_empty() {
        refused = encoder.set_dictionary(dictionary.as_bytes()).is_err();
    }
    let flush = if finish { DeflateFlush::Finish } else { DeflateFlush::SyncFlush };
    let mut out = vec![0; data.len() / 2 + 1024];
    let mut written = 0;
    while !refused {
        let read = (encoder.total_in() as usize).min(data.len());
        let status = encoder.compress(&data.as_bytes()[read..], &mut out[written..], flush);
        written = encoder.total_out() as usize;
        match status {
            Ok(Status::StreamEnd) => break,
            // Room that is left says that a flush is complete.
            Ok(Status::Ok) if !finish && written < out.len() => break,
            Ok(Status::Ok | Status::BufError) if written == out.len() => {
                out.resize(out.len() * 2, 0);
            }
            Ok(Status::Ok) => {}
            Ok(Status::BufError) if !finish => break,
            Ok(Status::BufError) | Err(_) => refused = true,
        }
    }
    cx.ret_bytes(&out[..written]);
    cx.ret_bool(!refused);
    Ok(())
}
