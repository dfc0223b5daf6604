//! Lines of cells to text: cells of one column stand below each other.
//!
//! A column is what lines that follow one another have at the same place: as long as each of them
//! has a cell there that another one follows. It is as wide as its widest cell and one blank; one
//! whose cells are all empty takes no room. A cell that spans lines is in no column.

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

/// What alignment and indentation are made of.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// How many characters a tab is wide.
    pub tab_width: usize,
    /// Cells are padded with tabs, to multiples of their width, and not with blanks.
    pub pad_with_tabs: bool,
    /// Lines are indented with tabs, and not with as many blanks as a tab is wide.
    pub indent_with_tabs: bool,
    /// All lines are indented by so many steps more.
    pub indent: usize,
    pub sort_imports: bool,
}

/// The layout of gofmt.
pub(crate) const GOFMT: Layout = Layout {
    tab_width: 8,
    pad_with_tabs: false,
    indent_with_tabs: true,
    indent: 0,
    sort_imports: true,
};

impl Layout {
    fn indentation(&self, steps: usize) -> String {
        let steps = steps + self.indent;
        if self.indent_with_tabs { "\t".repeat(steps) } else { " ".repeat(steps * self.tab_width) }
    }

    /// The room of a column whose widest cell is so wide: with a blank at least.
    fn room(&self, widest: usize) -> usize {
        if self.pad_with_tabs { (widest + 1).next_multiple_of(self.tab_width) } else { widest + 1 }
    }

    fn padding(&self, missing: usize) -> String {
        if self.pad_with_tabs {
            "\t".repeat(missing.div_ceil(self.tab_width))
        } else {
            " ".repeat(missing)
        }
    }
}

/// The text of the lines.
pub(crate) fn text(lines: &[Line], layout: &Layout) -> String {
    let mut out = String::new();
    let mut start = 0;
    while start < lines.len() {
        let indent = lines[start].indent;
        let rest = &lines[start + 1..];
        let same = rest.iter().take_while(|l| !l.apart && l.indent == indent && !l.is_empty());
        let end = start + 1 + same.count();
        section(&lines[start..end], layout, &mut out);
        start = end;
    }
    out
}

fn section(lines: &[Line], layout: &Layout, out: &mut String) {
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|l| vec![0; l.cells.len()]).collect();
    let columns = lines.iter().map(|l| l.cells.len()).max().unwrap_or(0);
    for column in 0..columns {
        let mut from = 0;
        while from < lines.len() {
            // What spans lines ends with them: nothing behind it stands in the lines above.
            let spans = |l: &Line| l.cells.get(column).is_some_and(|cell| cell.contains('\n'));
            if spans(&lines[from]) {
                widths[from][column] = lines[from].cells[column].chars().count() + 1;
                from += 1;
                continue;
            }
            let in_column = |l: &&Line| l.cells.len() > column + 1 && !spans(l);
            let to = from + lines[from..].iter().take_while(in_column).count();
            let width = |l: &Line| l.cells[column].chars().count();
            let widest = lines[from..to].iter().map(width).max().unwrap_or(0);
            let room = if widest == 0 { 0 } else { layout.room(widest) };
            widths[from..to].iter_mut().for_each(|w| w[column] = room);
            from = to.max(from + 1);
        }
    }
    for (line, widths) in lines.iter().zip(&widths) {
        let mut text =
            if line.is_empty() { String::new() } else { layout.indentation(line.indent) };
        for (cell, width) in line.cells.iter().zip(widths) {
            text.push_str(cell);
            let pad = width.saturating_sub(cell.chars().count());
            text.push_str(&layout.padding(pad));
        }
        out.push_str(text.trim_end_matches([' ', '\t']));
        out.push('\n');
    }
}
