//! Files, positions and the way from a position to `file:line:column`.

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A file of the [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A byte of the program's source text, counted over all files; 0 is no position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pos(pub u32);

impl Pos {
    pub const NONE: Pos = Pos(0);

    pub fn is_known(self) -> bool {
        self != Pos::NONE
    }

    /// The position `n` bytes further on.
    #[must_use]
    pub fn after(self, n: usize) -> Pos {
        Pos(self.0 + n as u32)
    }
}

/// The half-open range `lo..hi` of the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub lo: Pos,
    pub hi: Pos,
}

impl Span {
    pub const NONE: Span = Span { lo: Pos::NONE, hi: Pos::NONE };

    pub fn new(lo: Pos, hi: Pos) -> Span {
        Span { lo, hi }
    }

    /// The empty span at `pos`.
    pub fn at(pos: Pos) -> Span {
        Span { lo: pos, hi: pos }
    }

    /// The span from the start of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { lo: self.lo, hi: other.hi }
    }
}

/// A position as people write it; line and column count from 1, the column in bytes, as Go's do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub file: FileId,
    pub name: Arc<str>,
    pub line: u32,
    pub column: u32,
}

/// What a `//line` directive says of the text behind it: where it really comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineDirective {
    /// First byte that it is about.
    pub offset: u32,
    /// Relative to the folder of the file with the directive; empty: not known; `None`: as before.
    pub file: Option<String>,
    pub line: u32,
    /// `None`: not known.
    pub column: Option<u32>,
}

/// A directive with the name that its text goes by.
#[derive(Clone, Debug)]
struct Origin {
    name: Arc<str>,
    directive: LineDirective,
}

/// One source file: its text and where its lines start.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub name: Arc<str>,
    pub text: Cow<'static, str>,
    /// Position of the first byte; the byte at offset `i` has position `base + i`.
    pub base: Pos,
    /// Found when a position of this file is first asked for: of most of the standard library's
    /// files, no position ever is.
    line_starts: OnceLock<Vec<u32>>,
    /// In order of their offsets.
    origins: Vec<Origin>,
}

impl SourceFile {
    fn new(name: &str, text: Cow<'static, str>, base: Pos) -> SourceFile {
        SourceFile {
            name: name.into(),
            text,
            base,
            line_starts: OnceLock::new(),
            origins: Vec::new(),
        }
    }

    /// Whether the text is a part of gol itself: a file of the library.
    pub fn is_embedded(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }

    /// The offset of each line's first byte.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
            std::iter::once(0).chain(newlines.map(|(i, _)| i as u32 + 1)).collect()
        })
    }

    /// Line (from 1) and column (from 1, in bytes) of an offset in this file.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset);
        (line as u32, offset - starts[line - 1] + 1)
    }

    /// Name, line and column as directives tell them; the column is 0 where it is not known.
    fn origin(&self, offset: u32) -> (Arc<str>, u32, u32) {
        let (line, column) = self.line_column(offset);
        let next = self.origins.partition_point(|o| o.directive.offset <= offset);
        let Some(Origin { name, directive }) = next.checked_sub(1).map(|at| &self.origins[at])
        else {
            return (self.name.clone(), line, column);
        };
        let (first, first_column) = self.line_column(directive.offset);
        let told = match directive.column {
            None => 0,
            Some(from) if line == first => from + (column - first_column),
            Some(_) => column,
        };
        (name.clone(), directive.line + (line - first), told)
    }

    /// The text of a line, counted from 1, without its newline; empty past the end.
    pub fn line_text(&self, line: u32) -> &str {
        let Some(&start) = self.line_starts().get(line as usize - 1) else { return "" };
        let rest = &self.text[start as usize..];
        rest.split_once('\n').map_or(rest, |(line, _)| line)
    }
}

/// All files of a program, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// Adds a file and gives it the positions behind the last file's.
    pub fn add(&mut self, name: &str, text: impl Into<Cow<'static, str>>) -> FileId {
        let base = self.files.last().map_or(Pos(1), |f| f.base.after(f.text.len() + 1));
        self.files.push(SourceFile::new(name, text.into(), base));
        FileId(self.files.len() as u32 - 1)
    }

    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file that holds `pos`; `None` for [`Pos::NONE`] and positions of no file.
    pub fn file_of(&self, pos: Pos) -> Option<FileId> {
        let next = self.files.partition_point(|f| f.base <= pos);
        let index = next.checked_sub(1)?;
        let file = &self.files[index];
        (pos <= file.base.after(file.text.len())).then_some(FileId(index as u32))
    }

    /// File, line and column of `pos`.
    pub fn location(&self, pos: Pos) -> Option<Location> {
        let id = self.file_of(pos)?;
        let file = self.file(id);
        let (line, column) = file.line_column(pos.0 - file.base.0);
        Some(Location { file: id, name: file.name.clone(), line, column })
    }

    /// As `location`, but what `//line` directives say: for traces and for messages without the
    /// text itself. A column of 0 is not known.
    pub fn origin(&self, pos: Pos) -> Option<Location> {
        let id = self.file_of(pos)?;
        let file = self.file(id);
        let (name, line, column) = file.origin(pos.0 - file.base.0);
        Some(Location { file: id, name, line, column })
    }

    /// Gives a file its `//line` directives, in order of their offsets.
    pub fn set_line_directives(&mut self, id: FileId, directives: Vec<LineDirective>) {
        let Some(file) = self.files.get_mut(id.0 as usize) else { return };
        let mut name = file.name.clone();
        file.origins = Vec::with_capacity(directives.len());
        for directive in directives {
            if let Some(told) = &directive.file {
                name = origin_name(&file.name, told).into();
            }
            file.origins.push(Origin { name: name.clone(), directive });
        }
    }

    /// The source text of `span`; empty if it lies in no file.
    pub fn text(&self, span: Span) -> &str {
        let Some(id) = self.file_of(span.lo) else { return "" };
        let file = self.file(id);
        let offset = |pos: Pos| (pos.0 - file.base.0) as usize;
        file.text.get(offset(span.lo)..offset(span.hi)).unwrap_or("")
    }
}

/// The name that a directive in a file gives, from where the file's own name is relative to.
fn origin_name(file: &str, told: &str) -> String {
    if told.is_empty() {
        return "??".to_owned();
    }
    match Path::new(file).parent() {
        Some(folder) => folder.join(told).to_string_lossy().into_owned(),
        None => told.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_lead_back_to_file_line_and_column() {
        let mut map = SourceMap::new();
        let a = map.add("a.go", "one\ntwo\n");
        let b = map.add("b.go", "three");
        let at =
            |file: FileId, offset: usize| map.location(map.file(file).base.after(offset)).unwrap();
        assert_eq!((at(a, 0).line, at(a, 0).column), (1, 1));
        assert_eq!((at(a, 5).line, at(a, 5).column), (2, 2));
        assert_eq!((at(a, 8).line, at(a, 8).column), (3, 1));
        assert_eq!(&*at(b, 4).name, "b.go");
        assert_eq!(map.location(Pos::NONE), None);
        assert_eq!(map.file(a).line_text(2), "two");
    }
}
