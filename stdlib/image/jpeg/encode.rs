//! Writing baseline files with the tables of T.81, Annex K.

use super::dct;
use super::decode::UNZIG;

/// The image: one plane, three planes, or one of pixels of four bytes.
pub(super) struct Source<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) planes: [&'a [u8]; 3],
    pub(super) stride: usize,
    pub(super) pixel_size: usize,
}

/// Quantization of brightness and of differences, in zig-zag order.
const QUANTIZATION: [[u8; 64]; 2] = [
    [
        16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35,
        37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80,
        109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
    ],
    [
        17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ],
];

/// A Huffman table as files have it.
struct Spec {
    counts: [u8; 16],
    symbols: &'static [u8],
}

/// DC and AC of brightness, DC and AC of differences.
const SPECS: [Spec; 4] = [
    Spec {
        counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
        symbols: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    },
    Spec {
        counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
        symbols: &[
            0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51,
            0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1,
            0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18,
            0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39,
            0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57,
            0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75,
            0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92,
            0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
            0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
            0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8,
            0xd9, 0xda, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2,
            0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
        ],
    },
    Spec {
        counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
        symbols: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    },
    Spec {
        counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
        symbols: &[
            0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07,
            0x61, 0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09,
            0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25,
            0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38,
            0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56,
            0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74,
            0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
            0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5,
            0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba,
            0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
            0xd7, 0xd8, 0xd9, 0xda, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2,
            0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
        ],
    },
];

/// Code and length by symbol.
type Codes = [(u32, u32); 256];

fn codes(spec: &Spec) -> Codes {
    let mut codes = [(0, 0); 256];
    let (mut code, mut index) = (0, 0);
    for (i, &count) in spec.counts.iter().enumerate() {
        for _ in 0..count {
            codes[usize::from(spec.symbols[index])] = (code, i as u32 + 1);
            code += 1;
            index += 1;
        }
        code <<= 1;
    }
    codes
}

struct Writer {
    out: Vec<u8>,
    held: u32,
    count: u32,
    codes: [Codes; 4],
    quantization: [[i32; 64]; 2],
}

/// The file of an image.
pub(super) fn file(source: &Source<'_>, quality: i64) -> Vec<u8> {
    let quality = quality.clamp(1, 100);
    let scale = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    let scaled = |q: u8| ((i64::from(q) * scale + 50) / 100).clamp(1, 255) as i32;
    let mut writer = Writer {
        out: Vec::new(),
        held: 0,
        count: 0,
        codes: std::array::from_fn(|i| codes(&SPECS[i])),
        quantization: QUANTIZATION.map(|table| table.map(scaled)),
    };
    let gray = source.pixel_size == 1 && source.planes[1].is_empty();
    writer.headers(source, gray);
    writer.scan(source, gray);
    writer.out
}

impl Writer {
    fn segment(&mut self, marker: u8, content: &[u8]) {
        let length = (content.len() + 2) as u16;
        self.out.extend_from_slice(&[0xFF, marker]);
        self.out.extend_from_slice(&length.to_be_bytes());
        self.out.extend_from_slice(content);
    }

    fn headers(&mut self, source: &Source<'_>, gray: bool) {
        self.out.extend_from_slice(&[0xFF, 0xD8]);
        let mut content = Vec::new();
        for (i, table) in self.quantization.iter().enumerate() {
            content.push(i as u8);
            content.extend(table.iter().map(|&q| q as u8));
        }
        self.segment(0xDB, &content);
        let mut content = vec![8];
        content.extend_from_slice(&(source.height as u16).to_be_bytes());
        content.extend_from_slice(&(source.width as u16).to_be_bytes());
        if gray {
            content.extend_from_slice(&[1, 1, 0x11, 0]);
        } else {
            content.extend_from_slice(&[3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        }
        self.segment(0xC0, &content);
        let mut content = Vec::new();
        for (i, spec) in SPECS.iter().enumerate().take(if gray { 2 } else { 4 }) {
            content.push([0x00, 0x10, 0x01, 0x11][i]);
            content.extend_from_slice(&spec.counts);
            content.extend_from_slice(spec.symbols);
        }
        self.segment(0xC4, &content);
        let components: &[u8] =
            if gray { &[1, 1, 0, 0, 63, 0] } else { &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0] };
        self.segment(0xDA, components);
    }

    fn emit(&mut self, bits: u32, count: u32) {
        for i in (0..count).rev() {
            self.held = self.held << 1 | (bits >> i & 1);
            self.count += 1;
            if self.count == 8 {
                let byte = self.held as u8;
                self.out.push(byte);
                if byte == 0xFF {
                    self.out.push(0);
                }
                (self.held, self.count) = (0, 0);
            }
        }
    }

    /// Emits the code of a run and a size, and the bits of the value.
    fn emit_value(&mut self, table: usize, run: u32, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        let (code, length) = self.codes[table][(run << 4 | size) as usize];
        self.emit(code, length);
        if size > 0 {
            let bits = if value < 0 { value - 1 } else { value } as u32;
            self.emit(bits & ((1 << size) - 1), size);
        }
    }

    /// Writes a block; the result is its DC coefficient.
    fn block(&mut self, samples: &[i32; 64], kind: usize, previous: i32) -> i32 {
        let coefficients = dct::forward(samples);
        let quantized: [i32; 64] = std::array::from_fn(|zig| {
            (coefficients[UNZIG[zig]] / self.quantization[kind][zig] as f32).round() as i32
        });
        self.emit_value(2 * kind, 0, quantized[0] - previous);
        let table = 2 * kind + 1;
        let mut run = 0;
        for &value in &quantized[1..] {
            if value == 0 {
                run += 1;
                continue;
            }
            while run > 15 {
                let (code, length) = self.codes[table][0xF0];
                self.emit(code, length);
                run -= 16;
            }
            self.emit_value(table, run, value);
            run = 0;
        }
        if run > 0 {
            let (code, length) = self.codes[table][0];
            self.emit(code, length);
        }
        quantized[0]
    }

    fn scan(&mut self, source: &Source<'_>, gray: bool) {
        if source.width > 0 && source.height > 0 {
            if gray {
                self.gray_blocks(source);
            } else {
                self.color_blocks(source);
            }
        }
        // The last byte is filled with ones.
        self.emit(0x7F, 7);
        self.out.extend_from_slice(&[0xFF, 0xD9]);
    }

    fn gray_blocks(&mut self, source: &Source<'_>) {
        let mut previous = 0;
        for y in (0..source.height).step_by(8) {
            for x in (0..source.width).step_by(8) {
                let samples = std::array::from_fn(|i| source.pixel(x + i % 8, y + i / 8)[0] - 128);
                previous = self.block(&samples, 0, previous);
            }
        }
    }

    /// Units of four blocks of brightness and one of each difference.
    fn color_blocks(&mut self, source: &Source<'_>) {
        let mut previous = [0; 3];
        for y in (0..source.height).step_by(16) {
            for x in (0..source.width).step_by(16) {
                let mut sums = [[0; 64]; 2];
                for part in 0..4 {
                    let (left, top) = (part % 2 * 8, part / 2 * 8);
                    let mut samples = [0; 64];
                    for (i, place) in samples.iter_mut().enumerate() {
                        let (dx, dy) = (left + i % 8, top + i / 8);
                        let [brightness, cb, cr] = source.pixel(x + dx, y + dy);
                        *place = brightness - 128;
                        sums[0][dy / 2 * 8 + dx / 2] += cb;
                        sums[1][dy / 2 * 8 + dx / 2] += cr;
                    }
                    previous[0] = self.block(&samples, 0, previous[0]);
                }
                for (i, sum) in sums.iter().enumerate() {
                    let samples = sum.map(|s| ((s + 2) >> 2) - 128);
                    previous[i + 1] = self.block(&samples, 1, previous[i + 1]);
                }
            }
        }
    }
}

impl Source<'_> {
    /// Brightness and differences of a pixel; beyond the edge they are those of the edge.
    fn pixel(&self, x: usize, y: usize) -> [i32; 3] {
        let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
        let at = y * self.stride + x * self.pixel_size;
        let byte = |plane: usize, at: usize| i32::from(*self.planes[plane].get(at).unwrap_or(&0));
        if self.pixel_size == 4 {
            return ycbcr([byte(0, at), byte(0, at + 1), byte(0, at + 2)]);
        }
        [byte(0, at), byte(1, at), byte(2, at)]
    }
}

/// Brightness and differences of a color (JFIF), in fixed point of 16 bits.
fn ycbcr([r, g, b]: [i32; 3]) -> [i32; 3] {
    let half = 1 << 15;
    let y = (19595 * r + 38470 * g + 7471 * b + half) >> 16;
    let difference = |v: i32| ((v + half + (128 << 16)) >> 16).clamp(0, 255);
    [
        y,
        difference(-11056 * r - 21712 * g + 32768 * b),
        difference(32768 * r - 27440 * g - 5328 * b),
    ]
}
