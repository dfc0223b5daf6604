//! Natives of encoding/csv: records to fields and back.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::value::GoStr;
use memchr::{memchr, memmem};

use crate::text::{is_space, runes};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("parse", parse), ("staysQuoted", stays_quoted), ("format", format)];

/// What `parse` found; the numbers are those of `reader.gol`.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    Record = 0,
    BareQuote = 1,
    WrongQuote = 2,
    Unfinished = 3,
}

/// How records are written.
#[derive(Clone, Copy)]
struct Style {
    comma: [u8; 4],
    comma_len: usize,
    lazy: bool,
    trim: bool,
    at_eof: bool,
}

impl Style {
    fn comma(&self) -> &[u8] {
        &self.comma[..self.comma_len]
    }

    /// The text up to the next comma or the end of the line, and whether it was a comma.
    fn cut<'t>(&self, text: &'t [u8]) -> (&'t [u8], bool) {
        if let [comma] = self.comma() {
            // Fields are short.
            let len = text.iter().position(|&b| b == *comma || b == b'\n').unwrap_or(text.len());
            return (&text[..len], text.get(len) == Some(comma));
        }
        let line = &text[..memchr(b'\n', text).unwrap_or(text.len())];
        match memmem::find(line, self.comma()) {
            Some(len) => (&line[..len], true),
            None => (line, false),
        }
    }
}

fn encode_comma(word: i64) -> ([u8; 4], usize) {
    let mut bytes = [0; 4];
    let c = u32::try_from(word).ok().and_then(char::from_u32).unwrap_or(',');
    let len = c.encode_utf8(&mut bytes).len();
    (bytes, len)
}

/// So many fields need no second allocation.
const FIELDS: usize = 16;

/// A record under way.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    style: Style,
    /// The contents of the fields, and where each ends.
    out: Vec<u8>,
    ends: Vec<usize>,
    places: Vec<i64>,
}

impl Parser<'_> {
    /// Lines from 0 and columns from 1 of an offset.
    fn place(&self, at: usize) -> (i64, i64) {
        let before = &self.text[..at];
        let line = memchr::memchr_iter(b'\n', before).count();
        let start = memchr::memrchr(b'\n', before).map_or(0, |i| i + 1);
        (line as i64, (at - start + 1) as i64)
    }

    fn start_field(&mut self, line: i64, line_start: usize) {
        self.places.push(line);
        self.places.push((self.at - line_start + 1) as i64);
    }

    fn end_field(&mut self) {
        self.ends.push(self.out.len());
    }

    /// Reads all fields.
    fn run(&mut self) -> (Found, usize) {
        let (mut line, mut line_start) = (0, 0);
        loop {
            if self.style.trim {
                self.skip_space();
            }
            if self.text.get(self.at) == Some(&b'"') {
                self.start_field(line, line_start);
                let before = self.at;
                match self.quoted() {
                    Ok(true) => {}
                    Ok(false) => return (Found::Record, 0),
                    Err(found) => return (found, self.at),
                }
                let crossed = &self.text[before..self.at];
                if let Some(end) = memchr::memrchr(b'\n', crossed) {
                    line += memchr::memchr_iter(b'\n', crossed).count() as i64;
                    line_start = before + end + 1;
                }
                continue;
            }
            self.start_field(line, line_start);
            match self.plain() {
                Ok(true) => {}
                Ok(false) => return (Found::Record, 0),
                Err(at) => return (Found::BareQuote, at),
            }
        }
    }

    fn skip_space(&mut self) {
        let line = &self.text[self.at..];
        let mut skipped = 0;
        for (bytes, c) in runes(line) {
            match c {
                // The end of the line stays.
                Some(c) if is_space(c) && c != '\n' => skipped += bytes.len(),
                _ => break,
            }
        }
        self.at += skipped;
    }

    /// A field without quotes; whether another follows, or where a quote is wrong.
    fn plain(&mut self) -> Result<bool, usize> {
        let rest = &self.text[self.at..];
        let (field, comma) = self.style.cut(rest);
        if !self.style.lazy
            && let Some(quote) = memchr(b'"', field)
        {
            return Err(self.at + quote);
        }
        self.out.extend_from_slice(field);
        self.end_field();
        self.at += field.len() + if comma { self.style.comma_len } else { 0 };
        Ok(comma)
    }

    /// A field in quotes, which `at` stands before; whether another follows.
    fn quoted(&mut self) -> Result<bool, Found> {
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(quote) = memchr(b'"', rest) else {
                self.out.extend_from_slice(rest);
                self.at = self.text.len();
                return self.ended();
            };
            self.out.extend_from_slice(&rest[..quote]);
            self.at += quote + 1;
            match &rest[quote + 1..] {
                [b'"', ..] => {
                    self.out.push(b'"');
                    self.at += 1;
                }
                next if next.starts_with(self.style.comma()) => {
                    self.at += self.style.comma_len;
                    self.end_field();
                    return Ok(true);
                }
                [] | [b'\n', ..] => {
                    self.end_field();
                    return Ok(false);
                }
                _ if self.style.lazy => self.out.push(b'"'),
                _ => {
                    self.at -= 1;
                    return Err(Found::WrongQuote);
                }
            }
        }
    }

    /// The text ended within a quoted field.
    fn ended(&mut self) -> Result<bool, Found> {
        if !self.style.at_eof {
            return Err(Found::Unfinished);
        }
        if !self.style.lazy {
            return Err(Found::WrongQuote);
        }
        self.end_field();
        Ok(false)
    }

    /// Where an error stands; one at the end of the text stands in its last line.
    fn error_place(&self, at: usize) -> (i64, i64) {
        if at == self.text.len() && self.text.ends_with(b"\n") {
            let (line, column) = self.place(at - 1);
            return (line, column + 1);
        }
        self.place(at)
    }
}

fn parse(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.bytes();
    let (comma, comma_len) = encode_comma(cx.int());
    let (lazy, trim, at_eof) = (cx.bool(), cx.bool(), cx.bool());
    let style = Style { comma, comma_len, lazy, trim, at_eof };
    let text = text.as_bytes();
    let out = cx.take_buffer();
    let (ends, places) = (Vec::with_capacity(FIELDS), Vec::with_capacity(2 * FIELDS));
    let mut parser = Parser { text, at: 0, style, out, ends, places };
    let (found, at) = parser.run();
    let (line, column) = match found {
        Found::BareQuote | Found::WrongQuote => parser.error_place(at),
        Found::Record | Found::Unfinished => (0, 0),
    };
    let whole = cx.new_str(&parser.out);
    if parser.ends.is_empty() {
        cx.ret_nil_slice();
    } else {
        let mut start = 0;
        cx.ret_gostrs(parser.ends.iter().map(|&end| {
            let field = if start == end { GoStr::EMPTY } else { whole.part(start, end) };
            start = end;
            field
        }));
    }
    cx.ret_ints(&parser.places);
    cx.ret_int(found as i64);
    cx.ret_int(line);
    cx.ret_int(column);
    cx.give_buffer(parser.out);
    Ok(())
}

/// Whether no quote of a line that begins in a quoted field ends that field.
fn stays_quoted(cx: &mut NativeCx<'_>) -> NativeResult {
    let line = cx.bytes();
    let (comma, comma_len) = encode_comma(cx.int());
    let lazy = cx.bool();
    let mut rest = line.as_bytes();
    let stays = loop {
        let Some(quote) = memchr(b'"', rest) else { break true };
        match &rest[quote + 1..] {
            [b'"', after @ ..] => rest = after,
            [] | [b'\n', ..] => break false,
            next if next.starts_with(&comma[..comma_len]) => break false,
            next if lazy => rest = next,
            _ => break false,
        }
    };
    cx.ret_bool(stays);
    Ok(())
}

fn needs_quotes(field: &[u8], comma: &[u8]) -> bool {
    if field.is_empty() {
        return false;
    }
    field == b"\\."
        || memmem::find(field, comma).is_some()
        || memchr::memchr3(b'"', b'\r', b'\n', field).is_some()
        || runes(field).next().is_some_and(|(_, c)| c.is_some_and(is_space))
}

fn format(cx: &mut NativeCx<'_>) -> NativeResult {
    let record = cx.slice();
    let (comma, comma_len) = encode_comma(cx.int());
    let comma = &comma[..comma_len];
    let crlf = cx.bool();
    let mut out = Vec::new();
    for (i, field) in record.strings().enumerate() {
        if i > 0 {
            out.extend_from_slice(comma);
        }
        let field = field.as_bytes();
        if !needs_quotes(field, comma) {
            out.extend_from_slice(field);
            continue;
        }
        out.push(b'"');
        for &c in field {
            match c {
                b'"' => out.extend_from_slice(b"\"\""),
                b'\r' if crlf => {}
                b'\n' if crlf => out.extend_from_slice(b"\r\n"),
                _ => out.push(c),
            }
        }
        out.push(b'"');
    }
    out.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
    cx.ret_str(out);
    Ok(())
}
