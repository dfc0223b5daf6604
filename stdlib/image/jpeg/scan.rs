//! Entropy-coded data: sequential scans (T.81, Annex F) and progressive ones (Annex G).

use super::decode::{Decoder, Failure, Result, UNZIG};
use super::huffman::Bits;

/// A component that a scan has, with the numbers of its tables.
#[derive(Clone, Copy)]
struct Part {
    component: usize,
    dc_table: usize,
    ac_table: usize,
}

/// Which coefficients a scan has, and which bits of them.
#[derive(Clone, Copy)]
struct Selection {
    first: usize,
    last: usize,
    /// The lowest bit that was there before; 0 in the first scan.
    high: u32,
    low: u32,
}

impl Decoder<'_> {
    pub(super) fn start_of_scan(&mut self, length: usize) -> Result<()> {
        if self.components.is_empty() {
            return Err(Failure::Format("missing SOF marker"));
        }
        if length < 6 || length > 4 + 2 * self.components.len() || !length.is_multiple_of(2) {
            return Err(Failure::Format("SOS has wrong length"));
        }
        let Some(segment) = self.data.get(self.at..self.at + length) else {
            return Err(Failure::End);
        };
        self.at += length;
        let count = usize::from(segment[0]);
        if length != 4 + 2 * count {
            return Err(Failure::Format("SOS length inconsistent with number of components"));
        }
        let parts = self.parts(&segment[1..=2 * count])?;
        let selection = self.selection(&segment[1 + 2 * count..], count)?;
        self.make_blocks(&parts)?;
        self.scanned = true;
        self.scan(&parts, selection)
    }

    fn parts(&self, bytes: &[u8]) -> Result<Vec<Part>> {
        let mut parts: Vec<Part> = Vec::new();
        let mut units = 0;
        for &[id, tables] in bytes.as_chunks::<2>().0 {
            let component = self.components.iter().position(|c| c.id == id);
            let component = component.ok_or(Failure::Format("unknown component selector"))?;
            if parts.iter().any(|p| p.component == component) {
                return Err(Failure::Format("repeated component selector"));
            }
            let (dc_table, ac_table) = (usize::from(tables >> 4), usize::from(tables & 15));
            if dc_table > 3 || dc_table > 1 && self.baseline {
                return Err(Failure::Format("bad Td value"));
            }
            if ac_table > 3 || ac_table > 1 && self.baseline {
                return Err(Failure::Format("bad Ta value"));
            }
            units += self.components[component].horizontal * self.components[component].vertical;
            parts.push(Part { component, dc_table, ac_table });
        }
        if self.components.len() > 1 && units > 10 {
            return Err(Failure::Format("total sampling factors too large"));
        }
        Ok(parts)
    }

    fn selection(&self, bytes: &[u8], count: usize) -> Result<Selection> {
        if !self.progressive {
            return Ok(Selection { first: 0, last: 63, high: 0, low: 0 });
        }
        let (first, last) = (usize::from(bytes[0]), usize::from(bytes[1]));
        let (high, low) = (u32::from(bytes[2] >> 4), u32::from(bytes[2] & 15));
        if first == 0 && last != 0 || first > last || last >= 64 {
            return Err(Failure::Format("bad spectral selection bounds"));
        }
        if first != 0 && count != 1 {
            return Err(Failure::Format("progressive AC coefficients for more than one component"));
        }
        if high != 0 && high != low + 1 {
            return Err(Failure::Format("bad successive approximation values"));
        }
        Ok(Selection { first, last, high, low })
    }

    /// Makes the blocks of components that are scanned for the first time. Each takes a bit of the
    /// data at least: a small file cannot ask for much memory.
    fn make_blocks(&mut self, parts: &[Part]) -> Result<()> {
        let (across, down) = self.units();
        let left = self.data.len() - self.at;
        for part in parts {
            let c = &mut self.components[part.component];
            if c.blocks.is_empty() {
                (c.blocks_across, c.blocks_down) = (across * c.horizontal, down * c.vertical);
                let visible = c.blocks_across * c.blocks_down / (c.horizontal * c.vertical);
                if visible / 8 > left {
                    return Err(Failure::Format("short Huffman data"));
                }
                c.blocks = vec![[0; 64]; c.blocks_across * c.blocks_down];
            }
        }
        Ok(())
    }

    fn scan(&mut self, parts: &[Part], selection: Selection) -> Result<()> {
        let (across, down) = self.units();
        let single = parts.len() == 1;
        let (across, down) = if single {
            // A scan of one component has only the blocks with something visible in them.
            let (widest, highest) = self.largest_factors();
            let c = &self.components[parts[0].component];
            (
                (self.width * c.horizontal).div_ceil(8 * widest),
                (self.height * c.vertical).div_ceil(8 * highest),
            )
        } else {
            (across, down)
        };
        let mut bits = Bits::new(self.data, self.at);
        let mut dc = [0_i32; 4];
        self.end_of_band_run = 0;
        let total = across * down;
        let mut next_restart = 0xD0;
        for unit in 0..total {
            let (x, y) = (unit % across, unit / across);
            for part in parts {
                let c = &self.components[part.component];
                let (wide, high) = if single { (1, 1) } else { (c.horizontal, c.vertical) };
                let row = c.blocks_across;
                for block in 0..wide * high {
                    let (bx, by) = (x * wide + block % wide, y * high + block / wide);
                    self.block(&mut bits, *part, selection, by * row + bx, &mut dc)?;
                }
            }
            let interval = self.restart_interval;
            if interval > 0 && (unit + 1) % interval == 0 && unit + 1 < total {
                bits.drop_held();
                self.at = bits.at;
                self.restart_marker(next_restart)?;
                bits.at = self.at;
                next_restart = if next_restart == 0xD7 { 0xD0 } else { next_restart + 1 };
                dc = [0; 4];
                self.end_of_band_run = 0;
            }
        }
        self.at = bits.at;
        Ok(())
    }

    /// Reads a restart marker; bytes in front of it are skipped.
    fn restart_marker(&mut self, expected: u8) -> Result<()> {
        let mut pair = (self.byte()?, self.byte()?);
        loop {
            if pair.0 == 0xFF {
                if pair.1 == expected {
                    return Ok(());
                }
                if pair.1 != 0xFF && pair.1 != 0 {
                    return Err(Failure::Format("bad RST marker"));
                }
            }
            pair = (pair.1, self.byte()?);
        }
    }

    fn block(
        &mut self,
        bits: &mut Bits<'_>,
        part: Part,
        selection: Selection,
        index: usize,
        dc: &mut [i32; 4],
    ) -> Result<()> {
        let block = &mut self.components[part.component].blocks[index];
        let ac_table = &self.tables[1][part.ac_table];
        if selection.high != 0 {
            return refine(block, bits, ac_table, selection, &mut self.end_of_band_run);
        }
        let mut at = selection.first;
        if at == 0 {
            let size = bits.symbol(&self.tables[0][part.dc_table])?;
            if size > 16 {
                return Err(Failure::Unsupported("excessive DC component"));
            }
            let dc = &mut dc[part.component];
            *dc = dc.wrapping_add(bits.signed(u32::from(size))?);
            block[0] = dc.wrapping_shl(selection.low);
            at = 1;
        }
        if at <= selection.last && self.end_of_band_run > 0 {
            self.end_of_band_run -= 1;
            return Ok(());
        }
        while at <= selection.last {
            let symbol = bits.symbol(ac_table)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size != 0 {
                at += run;
                if at > selection.last {
                    break;
                }
                block[UNZIG[at]] = bits.signed(size)? << selection.low;
            } else if run != 15 {
                self.end_of_band_run = (1 << run) - 1 + bits.bits(run as u32)?;
                break;
            } else {
                at += 15;
            }
            at += 1;
        }
        Ok(())
    }
}

/// Adds a bit to coefficients (T.81, G.1.2.3).
fn refine(
    block: &mut [i32; 64],
    bits: &mut Bits<'_>,
    table: &super::huffman::Table,
    selection: Selection,
    end_of_band_run: &mut u32,
) -> Result<()> {
    let delta = 1 << selection.low;
    if selection.first == 0 {
        if bits.bit()? {
            block[0] |= delta;
        }
        return Ok(());
    }
    let mut at = selection.first;
    if *end_of_band_run == 0 {
        while at <= selection.last {
            let symbol = bits.symbol(table)?;
            let (run, size) = (usize::from(symbol >> 4), symbol & 15);
            let mut value = 0;
            match size {
                0 if run != 15 => {
                    *end_of_band_run = (1 << run) + bits.bits(run as u32)?;
                    break;
                }
                0 => {}
                1 => value = if bits.bit()? { delta } else { -delta },
                _ => return Err(Failure::Format("unexpected Huffman code")),
            }
            at = refine_others(block, bits, at, selection.last, Some(run), delta)?;
            if at > selection.last {
                return Err(Failure::Format("too many coefficients"));
            }
            if value != 0 {
                block[UNZIG[at]] = value;
            }
            at += 1;
        }
    }
    if *end_of_band_run > 0 {
        *end_of_band_run -= 1;
        refine_others(block, bits, at, selection.last, None, delta)?;
    }
    Ok(())
}

/// Adds a bit to coefficients that are there, up to the one behind so many that are zero, which it
/// returns.
fn refine_others(
    block: &mut [i32; 64],
    bits: &mut Bits<'_>,
    mut at: usize,
    last: usize,
    zeros: Option<usize>,
    delta: i32,
) -> Result<usize> {
    let mut left = zeros;
    while at <= last {
        let place = &mut block[UNZIG[at]];
        if *place == 0 {
            match &mut left {
                Some(0) => break,
                Some(n) => *n -= 1,
                None => {}
            }
        } else if bits.bit()? {
            *place += if *place >= 0 { delta } else { -delta };
        }
        at += 1;
    }
    Ok(at)
}
