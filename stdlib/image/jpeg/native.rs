//! Natives of image/jpeg: whole files. `decode.rs` reads them, `scan.rs` has the entropy-coded
//! data, `assemble.rs` makes pixels of coefficients, `encode.rs` writes files.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

#[path = "assemble.rs"]
mod assemble;
#[path = "dct.rs"]
mod dct;
#[path = "decode.rs"]
mod decode;
#[path = "encode.rs"]
mod encode;
#[path = "huffman.rs"]
mod huffman;
#[path = "scan.rs"]
mod scan;

use decode::{Decoder, Failure};
use encode::Source;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("decode", decode), ("encode", encode)];

fn decode(cx: &mut NativeCx<'_>) -> NativeResult {
    let data = cx.bytes();
    let want_planes = cx.bool();
    let mut decoder = Decoder::new(data.as_bytes());
    let done = decoder.run(!want_planes);
    let (picture, failure) = match done {
        Ok(picture) => (picture, None),
        Err(failure) => (assemble::Picture::default(), Some(failure)),
    };
    for number in [picture.width, picture.height, picture.model as usize] {
        cx.ret_int(number as i64);
    }
    cx.ret_int(picture.step_x as i64);
    cx.ret_int(picture.step_y as i64);
    cx.ret_ints(&picture.strides.map(|s| s as i64));
    cx.ret_ints(&picture.planes.iter().map(|p| p.len() as i64).collect::<Vec<_>>());
    cx.ret_bytes(picture.planes.concat());
    let (kind, text) = match failure {
        None => (0, ""),
        Some(Failure::Format(text)) => (1, text),
        Some(Failure::Unsupported(text)) => (2, text),
        Some(Failure::End) => (3, ""),
    };
    cx.ret_int(kind);
    cx.ret_str(text);
    Ok(())
}

fn encode(cx: &mut NativeCx<'_>) -> NativeResult {
    let (width, height) = (cx.int().max(0) as usize, cx.int().max(0) as usize);
    let quality = cx.int();
    let (y, cb, cr) = (cx.bytes(), cx.bytes(), cx.bytes());
    let (stride, pixel_size) = (cx.int().max(0) as usize, cx.int().max(1) as usize);
    let source = Source {
        width,
        height,
        planes: [y.as_bytes(), cb.as_bytes(), cr.as_bytes()],
        stride,
        pixel_size,
    };
    cx.ret_bytes(encode::file(&source, quality));
    Ok(())
}
