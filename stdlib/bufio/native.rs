//! Natives of bufio: the next line of what is in a buffer.
//!
//! Both get a pointer to a `Scanner` or `Reader` and find its fields by their numbers, because what
//! they do for each line is little beside a call that would hand over each field.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::place::Place;
use gol_vm::value::GoBytes;

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("scanLine", scan_line), ("readPart", read_part), ("sharePart", share_part)];

/// Fields of a `Scanner`.
mod scanner {
    pub(super) const TOKEN: usize = 3;
    pub(super) const BUFFER: usize = 4;
    pub(super) const START: usize = 5;
    pub(super) const END: usize = 6;
    pub(super) const EMPTIES: usize = 8;
    pub(super) const SCAN_CALLED: usize = 9;
    pub(super) const DONE: usize = 10;
    pub(super) const LINES: usize = 11;
}

/// Fields of a `Reader`.
mod reader {
    pub(super) const BUFFER: usize = 0;
    pub(super) const READ: usize = 2;
    pub(super) const WRITTEN: usize = 3;
    pub(super) const LAST_BYTE: usize = 5;
    pub(super) const LAST_RUNE: usize = 6;
}

/// `func scanLine(s any) bool`: makes the next line in a scanner's buffer its token, without its end;
/// false if it scans no lines, is done, or has no whole one.
fn scan_line(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = Place::target(cx.iface());
    cx.ret_bool(target.and_then(next_line).is_some());
    Ok(())
}

fn next_line(scanner: Place<'_>) -> Option<()> {
    let done = scanner.field(scanner::DONE)?.bits() != 0;
    if done || scanner.field(scanner::LINES)?.bits() == 0 {
        return None;
    }
    let buffer = scanner.field(scanner::BUFFER)?.bytes();
    let start = scanner.field(scanner::START)?;
    let (from, end) = (start.bits() as usize, scanner.field(scanner::END)?.bits() as usize);
    let unread = buffer.as_bytes().get(from..end)?;
    let len = memchr::memchr(b'\n', unread)?;
    let line = unread[..len].strip_suffix(b"\r").unwrap_or(&unread[..len]);
    scanner.field(scanner::TOKEN)?.set_gobytes(buffer.part(from, from + line.len()));
    start.set_bits((from + len + 1) as u64);
    scanner.field(scanner::EMPTIES)?.set_bits(0);
    scanner.field(scanner::SCAN_CALLED)?.set_bits(1);
    Some(())
}

/// `func readPart(r any, end byte) (part string, ok bool)`: takes what a reader's buffer has up to an
/// end, if it has that.
fn read_part(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = Place::target(cx.iface());
    let end = cx.uint() as u8;
    let part = target.and_then(|reader| part_of(reader, end));
    cx.ret_str(part.map_or(&[][..], GoBytes::as_bytes));
    cx.ret_bool(part.is_some());
    Ok(())
}

/// `func sharePart(r any, end byte) (part []byte, ok bool)`: the same, as a part of the buffer.
fn share_part(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = Place::target(cx.iface());
    let end = cx.uint() as u8;
    match target.and_then(|reader| part_of(reader, end)) {
        Some(part) => {
            cx.ret_gobytes(part);
            cx.ret_bool(true);
        }
        None => {
            cx.ret_nil_slice();
            cx.ret_bool(false);
        }
    }
    Ok(())
}

fn part_of(reader: Place<'_>, end: u8) -> Option<GoBytes<'_>> {
    let buffer = reader.field(reader::BUFFER)?.bytes();
    let read = reader.field(reader::READ)?;
    let (from, written) = (read.bits() as usize, reader.field(reader::WRITTEN)?.bits() as usize);
    let unread = buffer.as_bytes().get(from..written)?;
    let part = buffer.part(from, from + memchr::memchr(end, unread)? + 1);
    read.set_bits((from + part.len()) as u64);
    reader.field(reader::LAST_BYTE)?.set_bits(end.into());
    reader.field(reader::LAST_RUNE)?.set_bits(-1_i64 as u64);
    Some(part)
}
