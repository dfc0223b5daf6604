//! Natives of image/draw: rows of pixels of four bytes.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("blendRGBA", blend_rgba), ("blendNRGBA", blend_nrgba), ("fillRGBA", fill_rgba)];

/// 1 in 16 bits.
const ONE: u32 = 0xFFFF;

/// Lays a color of 16 bits a part, multiplied by alpha, over a pixel.
fn over(place: &mut [u8], color: [u32; 4]) {
    // The destination has 8 bits; 0x101 makes 16 of them.
    let rest = (ONE - color[3]) * 0x101;
    for (byte, part) in place.iter_mut().zip(color) {
        *byte = ((u32::from(*byte) * rest / ONE + part) >> 8) as u8;
    }
}

fn blend_rgba(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let pixels = dst.as_mut().chunks_exact_mut(4).zip(src.as_bytes().as_chunks::<4>().0);
    for (place, pixel) in pixels {
        over(place, pixel.map(|b| u32::from(b) * 0x101));
    }
    Ok(())
}

fn blend_nrgba(cx: &mut NativeCx<'_>) -> NativeResult {
    let (mut dst, src) = (cx.bytes(), cx.bytes());
    let blend = cx.bool();
    let pixels = dst.as_mut().chunks_exact_mut(4).zip(src.as_bytes().as_chunks::<4>().0);
    for (place, pixel) in pixels {
        let alpha = u32::from(pixel[3]) * 0x101;
        let part = |b: u8| u32::from(b) * alpha / 0xFF;
        let color = [part(pixel[0]), part(pixel[1]), part(pixel[2]), alpha];
        if blend {
            over(place, color);
        } else {
            for (byte, part) in place.iter_mut().zip(color) {
                *byte = (part >> 8) as u8;
            }
        }
    }
    Ok(())
}

fn fill_rgba(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut dst = cx.bytes();
    let color = [(); 4].map(|()| cx.uint() as u32);
    let blend = cx.bool() && color[3] != ONE;
    for place in dst.as_mut().chunks_exact_mut(4) {
        if blend {
            over(place, color);
        } else {
            for (byte, part) in place.iter_mut().zip(color) {
                *byte = (part >> 8) as u8;
            }
        }
    }
    Ok(())
}
