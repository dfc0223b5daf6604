//! Sources as codespan-reporting sees them: with long lines cut into pieces, so that the excerpt of
//! an error in a generated file, all on one line, still fits a screen.
//!
//! A piece counts as a line of its own while the excerpt is laid out; the numbers shown are those
//! of the file. Files that no diagnostic names are not looked at.

use std::cell::OnceCell;
use std::ops::Range;

use codespan_reporting::files::{Error, Files};
use gol::diagnostic::{FileId, SourceFile, SourceMap};

/// The longest piece, in bytes.
const LONGEST: usize = 240;

/// Where a line, or a piece of a long one, starts.
#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    /// The line's number, from 1, and where it starts.
    line: usize,
    line_start: usize,
}

pub(super) struct Excerpts<'a> {
    sources: &'a SourceMap,
    pieces: Vec<OnceCell<Vec<Piece>>>,
}

impl<'a> Excerpts<'a> {
    pub(super) fn new(sources: &'a SourceMap) -> Excerpts<'a> {
        Excerpts { sources, pieces: vec![OnceCell::new(); sources.files().len()] }
    }

    fn file(&self, id: usize) -> Result<(&'a SourceFile, &[Piece]), Error> {
        let cell = self.pieces.get(id).ok_or(Error::FileMissing)?;
        let file = self.sources.file(FileId(id as u32));
        Ok((file, cell.get_or_init(|| pieces(file))))
    }

    fn piece(&self, id: usize, index: usize) -> Result<Piece, Error> {
        let (_, pieces) = self.file(id)?;
        let too_large = Error::LineTooLarge { given: index, max: pieces.len() - 1 };
        pieces.get(index).copied().ok_or(too_large)
    }

    /// The part of a range that lies in the piece in which it starts, if its line is a long one.
    pub(super) fn within_piece(&self, id: usize, range: Range<usize>) -> Range<usize> {
        let Ok(index) = self.line_index(id, range.start) else { return range };
        let (Ok(piece), Ok(next)) = (self.piece(id, index), self.piece(id, index + 1)) else {
            return range;
        };
        if piece.line != next.line {
            return range;
        }
        range.start..range.end.min(next.start)
    }
}

fn pieces(file: &SourceFile) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let starts = file.line_starts();
    for (i, &line_start) in starts.iter().enumerate() {
        let line_start = line_start as usize;
        let end = starts.get(i + 1).map_or(file.text.len(), |&next| next as usize);
        let mut start = line_start;
        loop {
            pieces.push(Piece { start, line: i + 1, line_start });
            if end - start <= LONGEST {
                break;
            }
            start += LONGEST;
            while !file.text.is_char_boundary(start) {
                start -= 1;
            }
        }
    }
    pieces
}

impl<'a> Files<'a> for Excerpts<'a> {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.0.name)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.0.text)
    }

    fn line_index(&'a self, id: usize, byte: usize) -> Result<usize, Error> {
        let (_, pieces) = self.file(id)?;
        Ok(pieces.partition_point(|p| p.start <= byte) - 1)
    }

    fn line_number(&'a self, id: usize, index: usize) -> Result<usize, Error> {
        Ok(self.piece(id, index)?.line)
    }

    fn column_number(&'a self, id: usize, index: usize, byte: usize) -> Result<usize, Error> {
        let (file, _) = self.file(id)?;
        let start = self.piece(id, index)?.line_start;
        let until = file.text.as_bytes().get(start..byte).unwrap_or_default();
        Ok(String::from_utf8_lossy(until).chars().count() + 1)
    }

    fn line_range(&'a self, id: usize, index: usize) -> Result<Range<usize>, Error> {
        let (file, pieces) = self.file(id)?;
        let start = self.piece(id, index)?.start;
        Ok(start..pieces.get(index + 1).map_or(file.text.len(), |next| next.start))
    }
}
