//! Lines of cells to text: cells of one column stand below each other.
//!
//! A column is what lines that follow one another have at the same place: as long as each of them
//! has a cell there that another one follows. It is as wide as its widest cell and one blank; one
//! whose cells are all empty takes no room.

/// A line before its cells are aligned.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub indent: usize,
    pub cells: Vec<String>,
    /// It has no columns in common with the line before.
    pub apart: bool,
}

impl Line {
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

/// The text of the lines.
pub(crate) fn text(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut start = 0;
    while start < lines.len() {
        let indent = lines[start].indent;
        let rest = &lines[start + 1..];
        let same = rest.iter().take_while(|l| !l.apart && l.indent == indent && !l.is_empty());
        let end = start + 1 + same.count();
        section(&lines[start..end], &mut out);
        start = end;
    }
    out
}

fn section(lines: &[Line], out: &mut String) {
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|l| vec![0; l.cells.len()]).collect();
    let columns = lines.iter().map(|l| l.cells.len()).max().unwrap_or(0);
    for column in 0..columns {
        let mut from = 0;
        while from < lines.len() {
            let in_column = |l: &&Line| l.cells.len() > column + 1;
            let to = from + lines[from..].iter().take_while(in_column).count();
            let width = |l: &Line| l.cells[column].chars().count();
            let widest = lines[from..to].iter().map(width).max().unwrap_or(0);
            let room = if widest == 0 { 0 } else { widest + 1 };
            widths[from..to].iter_mut().for_each(|w| w[column] = room);
            from = to.max(from + 1);
        }
    }
    for (line, widths) in lines.iter().zip(&widths) {
        let mut text = "\t".repeat(if line.is_empty() { 0 } else { line.indent });
        for (cell, width) in line.cells.iter().zip(widths) {
            text.push_str(cell);
            let pad = width.saturating_sub(cell.chars().count());
            text.extend(std::iter::repeat_n(' ', pad));
        }
        out.push_str(text.trim_end_matches([' ', '\t']));
        out.push('\n');
    }
}
