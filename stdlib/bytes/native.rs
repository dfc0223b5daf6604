//! Natives of bytes: comparing and searching. Cutting is done in gol, on what these find.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use memchr::memmem;

use crate::text::{equal_fold_text, find, occurrences, space_bounds};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("Equal", equal),
    ("Index", index),
    ("LastIndex", last_index),
    ("IndexByte", index_byte),
    ("LastIndexByte", last_index_byte),
    ("Count", count),
    ("EqualFold", equal_fold),
    ("Contains", contains),
    ("HasPrefix", has_prefix),
    ("HasSuffix", has_suffix),
    ("spaceBounds", trim_bounds),
];

fn position(at: Option<usize>) -> i64 {
    at.map_or(-1, |i| i as i64)
}

/// The two arguments of most functions here.
fn pair<'a>(cx: &mut NativeCx<'a>) -> (&'a [u8], &'a [u8]) {
    (cx.bytes().as_bytes(), cx.bytes().as_bytes())
}

fn equal(cx: &mut NativeCx<'_>) -> NativeResult {
    let (a, b) = pair(cx);
    cx.ret_bool(a == b);
    Ok(())
}

fn index(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, sep) = pair(cx);
    cx.ret_int(position(find(s, sep)));
    Ok(())
}

fn last_index(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, sep) = pair(cx);
    cx.ret_int(position(memmem::rfind(s, sep)));
    Ok(())
}

fn index_byte(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.bytes();
    let byte = cx.uint() as u8;
    cx.ret_int(position(memchr::memchr(byte, s.as_bytes())));
    Ok(())
}

fn last_index_byte(cx: &mut NativeCx<'_>) -> NativeResult {
    let s = cx.bytes();
    let byte = cx.uint() as u8;
    cx.ret_int(position(memchr::memrchr(byte, s.as_bytes())));
    Ok(())
}

fn count(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, sep) = pair(cx);
    cx.ret_int(occurrences(s, sep) as i64);
    Ok(())
}

fn equal_fold(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, t) = pair(cx);
    cx.ret_bool(equal_fold_text(s, t));
    Ok(())
}

fn contains(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, sep) = pair(cx);
    cx.ret_bool(find(s, sep).is_some());
    Ok(())
}

fn has_prefix(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, prefix) = pair(cx);
    cx.ret_bool(s.starts_with(prefix));
    Ok(())
}

fn has_suffix(cx: &mut NativeCx<'_>) -> NativeResult {
    let (s, suffix) = pair(cx);
    cx.ret_bool(s.ends_with(suffix));
    Ok(())
}

/// Where the text without the white space around it starts and ends.
fn trim_bounds(cx: &mut NativeCx<'_>) -> NativeResult {
    let (from, to) = space_bounds(cx.bytes().as_bytes());
    cx.ret_int(from as i64);
    cx.ret_int(to as i64);
    Ok(())
}
