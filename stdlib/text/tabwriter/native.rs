//! Natives of text/tabwriter.
//!
//! A column's width is found for each run of consecutive lines that have a cell in the column which
//! ends in a tab; the run lies within a run of the column before, so that the order in which widths
//! are found does not matter and one pass over all cells suffices.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::text::runes;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("format", format), ("split", split)];

const FILTER_HTML: u64 = 1;
const STRIP_ESCAPE: u64 = 2;
const ALIGN_RIGHT: u64 = 4;
const DISCARD_EMPTY_COLUMNS: u64 = 8;
const TAB_INDENT: u64 = 16;
const DEBUG: u64 = 32;

const ESCAPE: u8 = 0xFF;

/// A cell: where its text lies among all text, how many columns it takes, and its end.
#[derive(Default)]
struct Cell {
    start: usize,
    end: usize,
    width: usize,
    /// It ends in `\t`, not in `\v`.
    tab: bool,
    /// How wide the column is, if the cell ends in either.
    column: usize,
}

/// A line: its cells, and whether it ends in a form feed, which ends all columns.
#[derive(Default)]
struct Line {
    cells: Vec<Cell>,
    form_feed: bool,
}

impl Line {
    /// How many cells belong to columns: all but the last.
    fn columns(&self) -> usize {
        self.cells.len().saturating_sub(1)
    }
}

struct Layout {
    minwidth: usize,
    tabwidth: usize,
    padding: usize,
    padchar: u8,
    flags: u64,
}

impl Layout {
    fn has(&self, flag: u64) -> bool {
        self.flags & flag != 0
    }
}

/// What ends text that began with `c`.
fn opens(c: u8, flags: u64) -> Option<u8> {
    match c {
        ESCAPE => Some(ESCAPE),
        b'<' if flags & FILTER_HTML != 0 => Some(b'>'),
        b'&' if flags & FILTER_HTML != 0 => Some(b';'),
        _ => None,
    }
}

fn split(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.bytes();
    let from = cx.int() as usize;
    let mut one_cell = cx.bool();
    let mut inside = cx.uint() as u8;
    let flags = cx.uint();
    let mut end = -1;
    for (i, &c) in text.as_bytes().iter().enumerate().skip(from) {
        if inside != 0 {
            if c == inside {
                inside = 0;
            }
            continue;
        }
        match c {
            b'\t' | b'\x0B' => one_cell = false,
            b'\n' | b'\x0C' => {
                if c == b'\x0C' || one_cell {
                    end = i as i64 + 1;
                }
                one_cell = true;
            }
            _ => inside = opens(c, flags).unwrap_or(0),
        }
    }
    cx.ret_int(end);
    cx.ret_bool(one_cell);
    cx.ret_uint(u64::from(inside));
    Ok(())
}

fn format(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.bytes();
    let mut size = || cx.int().max(0) as usize;
    let (minwidth, tabwidth, padding) = (size(), size(), size());
    let (padchar, flags) = (cx.uint() as u8, cx.uint());
    let layout = Layout { minwidth, tabwidth, padding, padchar, flags };
    let (kept, mut lines) = cut(text.as_bytes(), &layout);
    find_widths(&mut lines, &layout);
    cx.ret_bytes(write(&kept, &lines, &layout));
    Ok(())
}

fn width_of(text: &[u8]) -> usize {
    runes(text).count()
}

/// Cuts text into lines of cells; what remains of it without tabs and escapes.
fn cut(text: &[u8], layout: &Layout) -> (Vec<u8>, Vec<Line>) {
    let mut kept = Vec::with_capacity(text.len());
    let mut lines = vec![Line::default()];
    let mut cell = Cell::default();
    // From where on `kept` is not yet counted in the cell's width.
    let mut counted = 0;
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        at += 1;
        if let Some(closing) = opens(c, layout.flags) {
            cell.width += width_of(&kept[counted..]);
            let strip = c == ESCAPE && layout.has(STRIP_ESCAPE);
            let rest = &text[at..];
            let close = rest.iter().position(|&c| c == closing);
            let inner = &rest[..close.unwrap_or(rest.len())];
            at += inner.len() + usize::from(close.is_some());
            let start = kept.len();
            if !strip {
                kept.push(c);
            }
            kept.extend_from_slice(inner);
            if close.is_some() && !strip {
                kept.push(closing);
            }
            cell.width += match c {
                ESCAPE if strip || close.is_none() => width_of(&kept[start..]),
                // The escape characters themselves do not count.
                ESCAPE => width_of(inner),
                b'&' => 1,
                _ => 0,
            };
            counted = kept.len();
            continue;
        }
        if !matches!(c, b'\t' | b'\x0B' | b'\n' | b'\x0C') {
            kept.push(c);
            continue;
        }
        cell.width += width_of(&kept[counted..]);
        counted = kept.len();
        cell.end = kept.len();
        cell.tab = c == b'\t';
        let done = std::mem::take(&mut cell);
        cell.start = kept.len();
        let line = lines.last_mut().expect("there is a first line");
        line.cells.push(done);
        if matches!(c, b'\n' | b'\x0C') {
            line.form_feed = c == b'\x0C';
            lines.push(Line::default());
        }
    }
    cell.width += width_of(&kept[counted..]);
    cell.end = kept.len();
    // Nothing behind the last tab is no cell.
    if cell.end > cell.start {
        lines.last_mut().expect("there is a first line").cells.push(cell);
    }
    (kept, lines)
}

fn find_widths(lines: &mut [Line], layout: &Layout) {
    let block_end = |line: &Line| line.form_feed;
    for first in 0..lines.len() {
        let above = if first > 0 && !block_end(&lines[first - 1]) {
            lines[first - 1].columns()
        } else {
            0
        };
        for column in above..lines[first].columns() {
            let rest = &lines[first..];
            let mut run = rest.iter().take_while(|line| line.columns() > column).count();
            if let Some(end) = rest[..run].iter().position(block_end) {
                run = end + 1;
            }
            let run = &mut lines[first..first + run];
            let cells = || run.iter().map(|line| &line.cells[column]);
            let widest = cells().map(|cell| cell.width + layout.padding).max();
            let mut width = widest.unwrap_or(0).max(layout.minwidth);
            let empty = cells().all(|cell| cell.width == 0 && !cell.tab);
            if empty && layout.has(DISCARD_EMPTY_COLUMNS) {
                width = 0;
            }
            for line in run {
                line.cells[column].column = width;
            }
        }
    }
}

fn write(kept: &[u8], lines: &[Line], layout: &Layout) -> Vec<u8> {
    let mut out = Vec::with_capacity(kept.len() * 2);
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            out.push(b'\n');
            if lines[i - 1].form_feed && layout.has(DEBUG) {
                out.extend_from_slice(b"---\n");
            }
        }
        let line = &line.cells;
        let mut tabs = layout.has(TAB_INDENT);
        for (j, cell) in line.iter().enumerate() {
            if j > 0 && layout.has(DEBUG) {
                out.push(b'|');
            }
            let text = &kept[cell.start..cell.end];
            let in_column = j + 1 < line.len();
            if text.is_empty() {
                if in_column {
                    pad(&mut out, cell, tabs, layout);
                }
                continue;
            }
            tabs = false;
            if layout.has(ALIGN_RIGHT) && in_column {
                pad(&mut out, cell, false, layout);
            }
            out.extend_from_slice(text);
            if !layout.has(ALIGN_RIGHT) && in_column {
                pad(&mut out, cell, false, layout);
            }
        }
    }
    out
}

fn pad(out: &mut Vec<u8>, cell: &Cell, tabs: bool, layout: &Layout) {
    if layout.padchar == b'\t' || tabs {
        if layout.tabwidth == 0 {
            return;
        }
        let width = cell.column.next_multiple_of(layout.tabwidth);
        let count = width.saturating_sub(cell.width).div_ceil(layout.tabwidth);
        out.resize(out.len() + count, b'\t');
    } else {
        out.resize(out.len() + cell.column.saturating_sub(cell.width), layout.padchar);
    }
}
