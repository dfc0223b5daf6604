//! Coefficients to samples, samples to the planes or pixels of an image.

use super::dct;
use super::decode::{Component, Decoder, Result, UNZIG};

/// What the components of an image are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Model {
    #[default]
    Gray,
    YCbCr,
    Rgb,
    Cmyk,
}

/// A decoded image; `strides` are those of the first plane and of the others.
#[derive(Default)]
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) model: Model,
    pub(super) step_x: usize,
    pub(super) step_y: usize,
    pub(super) strides: [usize; 2],
    pub(super) planes: Vec<Vec<u8>>,
}

/// The samples of a component.
struct Plane {
    samples: Vec<u8>,
    stride: usize,
    /// How many pixels a sample is wide and high.
    step_x: usize,
    step_y: usize,
}

impl Plane {
    fn at(&self, x: usize, y: usize) -> u8 {
        self.samples.get(y / self.step_y * self.stride + x / self.step_x).copied().unwrap_or(0)
    }
}

impl Decoder<'_> {
    fn model(&self) -> Model {
        match self.components.len() {
            1 => Model::Gray,
            4 => Model::Cmyk,
            _ if self.is_rgb() => Model::Rgb,
            _ => Model::YCbCr,
        }
    }

    fn is_rgb(&self) -> bool {
        let named = self.components.iter().map(|c| c.id).eq(*b"RGB");
        !self.jfif && (self.adobe == Some(0) || named)
    }

    pub(super) fn description(&self) -> Picture {
        Picture {
            width: self.width,
            height: self.height,
            model: self.model(),
            ..Default::default()
        }
    }

    fn plane(&self, c: &Component) -> Plane {
        let quantization = &self.quantization[c.quantization];
        let stride = 8 * c.blocks_across;
        let mut samples = vec![0; stride * 8 * c.blocks_down];
        for (index, block) in c.blocks.iter().enumerate() {
            let mut scaled = [0; 64];
            for (zig, &at) in UNZIG.iter().enumerate() {
                scaled[at] = block[at].wrapping_mul(quantization[zig]);
            }
            let values = dct::inverse(&scaled);
            let start = index / c.blocks_across * 8 * stride + index % c.blocks_across * 8;
            for (y, row) in values.as_chunks::<8>().0.iter().enumerate() {
                let place = &mut samples[start + y * stride..][..8];
                for (sample, value) in place.iter_mut().zip(row) {
                    *sample = value.saturating_add(128).clamp(0, 255) as u8;
                }
            }
        }
        let (across, down) = self.largest_factors();
        Plane { samples, stride, step_x: across / c.horizontal, step_y: down / c.vertical }
    }

    /// The image of all that was read.
    pub(super) fn assemble(&mut self) -> Result<Picture> {
        let planes: Vec<Plane> = self.components.iter().map(|c| self.plane(c)).collect();
        let mut picture = self.description();
        match picture.model {
            Model::Gray | Model::YCbCr => self.separate(&mut picture, planes),
            Model::Rgb => {
                picture.strides = [4 * self.width, 0];
                picture.planes.push(self.pixels(|x, y| {
                    [planes[0].at(x, y), planes[1].at(x, y), planes[2].at(x, y), 255]
                }));
            }
            Model::Cmyk => {
                picture.strides = [4 * self.width, 0];
                // Adobe's files have ink inverted; with a transform, three of them are YCbCr.
                let transformed = self.adobe.is_some_and(|kind| kind != 0);
                picture.planes.push(self.pixels(|x, y| {
                    let inks: [u8; 4] = std::array::from_fn(|i| planes[i].at(x, y));
                    if transformed {
                        let [r, g, b] = rgb(inks[0], inks[1], inks[2]);
                        [255 - r, 255 - g, 255 - b, 255 - inks[3]]
                    } else if self.adobe.is_some() {
                        inks.map(|ink| 255 - ink)
                    } else {
                        inks
                    }
                }));
            }
        }
        Ok(picture)
    }

    fn pixels(&self, pixel: impl Fn(usize, usize) -> [u8; 4]) -> Vec<u8> {
        let mut out = Vec::with_capacity(4 * self.width * self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                out.extend_from_slice(&pixel(x, y));
            }
        }
        out
    }

    /// Planes as an image of Go has them: brightness whole, the others in one of its ratios.
    fn separate(&self, picture: &mut Picture, mut planes: Vec<Plane>) {
        (picture.step_x, picture.step_y) = (1, 1);
        if let [y, cb, cr] = &planes[..] {
            let (step_x, step_y) = (cb.step_x, cb.step_y);
            let known = matches!((step_x, step_y), (1 | 2 | 4, 1 | 2))
                && (step_x, step_y) != (1, 4);
            let regular = known
                && (y.step_x, y.step_y) == (1, 1)
                && (cr.step_x, cr.step_y) == (step_x, step_y);
            if regular {
                (picture.step_x, picture.step_y) = (step_x, step_y);
            } else {
                planes = planes.iter().map(|plane| self.widened(plane)).collect();
            }
        }
        picture.strides = [planes[0].stride, planes.get(1).map_or(0, |p| p.stride)];
        picture.planes = planes.into_iter().map(|plane| plane.samples).collect();
    }

    /// A plane with a sample for each pixel.
    fn widened(&self, plane: &Plane) -> Plane {
        let rows = (0..self.height).flat_map(|y| (0..self.width).map(move |x| plane.at(x, y)));
        Plane { samples: rows.collect(), stride: self.width, step_x: 1, step_y: 1 }
    }
}

/// The color of brightness and differences (JFIF), in fixed point of 16 bits.
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let y = i32::from(y) * 0x10101;
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    let byte = |v: i32| (v >> 16).clamp(0, 255) as u8;
    [byte(y + 91881 * cr), byte(y - 22554 * cb - 46802 * cr), byte(y + 116130 * cb)]
}
