//! The segments of a file: T.81, Annex B.

use super::assemble::Picture;
use super::huffman::Table;

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Failure {
    Format(&'static str),
    Unsupported(&'static str),
    /// The data end.
    End,
}

pub(super) type Result<T> = std::result::Result<T, Failure>;

/// Where the coefficients of a block stand that come in zig-zag order.
pub(super) const UNZIG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A component of the image.
#[derive(Clone, Default)]
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) horizontal: usize,
    pub(super) vertical: usize,
    pub(super) quantization: usize,
    /// Blocks in a row and a column, with those that fill the last units.
    pub(super) blocks_across: usize,
    pub(super) blocks_down: usize,
    /// All blocks, row by row; there are none before the first scan.
    pub(super) blocks: Vec<[i32; 64]>,
}

pub(super) struct Decoder<'a> {
    pub(super) data: &'a [u8],
    pub(super) at: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) progressive: bool,
    pub(super) baseline: bool,
    pub(super) components: Vec<Component>,
    pub(super) quantization: [[i32; 64]; 4],
    /// By class (DC, AC) and number.
    pub(super) tables: [[Table; 4]; 2],
    pub(super) restart_interval: usize,
    pub(super) scanned: bool,
    pub(super) end_of_band_run: u32,
    pub(super) jfif: bool,
    pub(super) adobe: Option<u8>,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(data: &'a [u8]) -> Decoder<'a> {
        Decoder {
            data,
            at: 0,
            width: 0,
            height: 0,
            progressive: false,
            baseline: false,
            components: Vec::new(),
            quantization: [[0; 64]; 4],
            tables: Default::default(),
            restart_interval: 0,
            scanned: false,
            end_of_band_run: 0,
            jfif: false,
            adobe: None,
        }
    }

    pub(super) fn byte(&mut self) -> Result<u8> {
        let byte = *self.data.get(self.at).ok_or(Failure::End)?;
        self.at += 1;
        Ok(byte)
    }

    /// Reads the whole file; for the description alone, up to the end of the frame's header and
    /// what says which colors there are.
    pub(super) fn run(&mut self, description_only: bool) -> Result<Picture> {
        if (self.byte()?, self.byte()?) != (0xFF, 0xD8) {
            return Err(Failure::Format("missing SOI marker"));
        }
        loop {
            let Some(marker) = self.marker()? else { continue };
            match marker {
                0xD9 => break,
                // Restart markers that no scan expects.
                0xD0..=0xD7 => continue,
                _ => {}
            }
            let length = usize::from(self.byte()?) << 8 | usize::from(self.byte()?);
            let length = length.checked_sub(2).ok_or(Failure::Format("short segment length"))?;
            if marker == 0xDA {
                if description_only {
                    if self.components.is_empty() {
                        return Err(Failure::Format("missing SOF marker"));
                    }
                    return Ok(self.description());
                }
                self.start_of_scan(length)?;
                continue;
            }
            let end = self.at + length;
            let is_table = matches!(marker, 0xC4 | 0xDB | 0xDD);
            if end > self.data.len() {
                return Err(self.cut_off(marker, is_table && !description_only));
            }
            let segment = &self.data[self.at..end];
            self.at = end;
            if is_table && description_only {
                continue;
            }
            self.segment(marker, segment)?;
            if description_only && matches!(marker, 0xC0..=0xC2) && self.components.len() != 3 {
                return Ok(self.description());
            }
        }
        if !self.scanned {
            return Err(Failure::Format("missing SOS marker"));
        }
        self.assemble()
    }

    /// The error of a segment that the data end in: that of what is there comes first.
    fn cut_off(&mut self, marker: u8, is_table: bool) -> Failure {
        let segment = &self.data[self.at..];
        match is_table.then(|| self.segment(marker, segment)) {
            Some(Err(Failure::Format(text))) if !text.ends_with("length") => Failure::Format(text),
            _ => Failure::End,
        }
    }

    /// The next marker; a zero is none.
    fn marker(&mut self) -> Result<Option<u8>> {
        let mut pair = (self.byte()?, self.byte()?);
        while pair.0 != 0xFF {
            // Bytes between segments do not belong to the format, but they occur.
            pair = (pair.1, self.byte()?);
        }
        let mut marker = pair.1;
        if marker == 0 {
            return Ok(None);
        }
        while marker == 0xFF {
            marker = self.byte()?;
        }
        Ok(Some(marker))
    }

    fn segment(&mut self, marker: u8, segment: &[u8]) -> Result<()> {
        match marker {
            0xC0..=0xC2 => {
                self.baseline = marker == 0xC0;
                self.progressive = marker == 0xC2;
                self.start_of_frame(segment)
            }
            0xC4 => self.huffman_tables(segment),
            0xDB => self.quantization_tables(segment),
            0xDD => match segment {
                [high, low] => {
                    self.restart_interval = usize::from(*high) << 8 | usize::from(*low);
                    Ok(())
                }
                _ => Err(Failure::Format("DRI has wrong length")),
            },
            0xE0 => {
                self.jfif = segment.starts_with(b"JFIF\0");
                Ok(())
            }
            0xEE => {
                if segment.len() >= 12 && segment.starts_with(b"Adobe") {
                    self.adobe = Some(segment[11]);
                }
                Ok(())
            }
            0xE1..=0xEF | 0xFE => Ok(()),
            ..0xC0 => Err(Failure::Format("unknown marker")),
            _ => Err(Failure::Unsupported("unknown marker")),
        }
    }

    fn quantization_tables(&mut self, mut rest: &[u8]) -> Result<()> {
        while let Some((&first, tail)) = rest.split_first() {
            let (wide, number) = (first >> 4, usize::from(first & 15));
            if number > 3 {
                return Err(Failure::Format("bad Tq value"));
            }
            if wide > 1 {
                return Err(Failure::Format("bad Pq value"));
            }
            let size = if wide == 1 { 128 } else { 64 };
            let Some((values, tail)) = tail.split_at_checked(size) else {
                return Err(Failure::Format("DQT has wrong length"));
            };
            for (i, place) in self.quantization[number].iter_mut().enumerate() {
                *place = if wide == 1 {
                    i32::from(values[2 * i]) << 8 | i32::from(values[2 * i + 1])
                } else {
                    i32::from(values[i])
                };
            }
            rest = tail;
        }
        Ok(())
    }

    fn huffman_tables(&mut self, mut rest: &[u8]) -> Result<()> {
        while !rest.is_empty() {
            let Some((head, tail)) = rest.split_first_chunk::<17>() else {
                return Err(Failure::Format("DHT has wrong length"));
            };
            let (class, number) = (usize::from(head[0] >> 4), usize::from(head[0] & 15));
            if class > 1 {
                return Err(Failure::Format("bad Tc value"));
            }
            if number > 3 || number > 1 && self.baseline {
                return Err(Failure::Format("bad Th value"));
            }
            let mut counts = [0; 16];
            counts.copy_from_slice(&head[1..]);
            let total: usize = counts.iter().map(|&c| usize::from(c)).sum();
            if total == 0 {
                return Err(Failure::Format("Huffman table has zero length"));
            }
            if total > 256 {
                return Err(Failure::Format("Huffman table has excessive length"));
            }
            let Some((symbols, tail)) = tail.split_at_checked(total) else {
                return Err(Failure::Format("DHT has wrong length"));
            };
            self.tables[class][number] = Table::new(&counts, symbols);
            rest = tail;
        }
        Ok(())
    }

    fn start_of_frame(&mut self, segment: &[u8]) -> Result<()> {
        if !self.components.is_empty() {
            return Err(Failure::Format("multiple SOF markers"));
        }
        let count = match segment.len() {
            9 => 1,
            15 => 3,
            18 => 4,
            _ => return Err(Failure::Unsupported("number of components")),
        };
        if segment[0] != 8 {
            return Err(Failure::Unsupported("precision"));
        }
        self.height = usize::from(segment[1]) << 8 | usize::from(segment[2]);
        self.width = usize::from(segment[3]) << 8 | usize::from(segment[4]);
        if usize::from(segment[5]) != count {
            return Err(Failure::Format("SOF has wrong length"));
        }
        let mut components: Vec<Component> = Vec::new();
        for part in segment[6..].as_chunks::<3>().0 {
            let [id, factors, quantization] = *part;
            if components.iter().any(|c| c.id == id) {
                return Err(Failure::Format("repeated component identifier"));
            }
            if quantization > 3 {
                return Err(Failure::Format("bad Tq value"));
            }
            let (mut horizontal, mut vertical) =
                (usize::from(factors >> 4), usize::from(factors & 15));
            if !(1..=4).contains(&horizontal) || !(1..=4).contains(&vertical) {
                return Err(Failure::Format("luma/chroma subsampling ratio"));
            }
            if horizontal == 3 || vertical == 3 {
                return Err(Failure::Unsupported("luma/chroma subsampling ratio"));
            }
            if count == 1 {
                // The factors of a single component say nothing.
                (horizontal, vertical) = (1, 1);
            }
            let quantization = usize::from(quantization);
            let component =
                Component { id, horizontal, vertical, quantization, ..Default::default() };
            components.push(component);
        }
        self.components = components;
        Ok(())
    }

    /// The largest factors, across and down.
    pub(super) fn largest_factors(&self) -> (usize, usize) {
        let across = self.components.iter().map(|c| c.horizontal).max().unwrap_or(1);
        let down = self.components.iter().map(|c| c.vertical).max().unwrap_or(1);
        (across, down)
    }

    /// How many units there are across and down.
    pub(super) fn units(&self) -> (usize, usize) {
        let (across, down) = self.largest_factors();
        (self.width.div_ceil(8 * across), self.height.div_ceil(8 * down))
    }
}
