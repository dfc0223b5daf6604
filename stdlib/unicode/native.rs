//! Natives of unicode: classes and cases.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::text::{self, Table};
use crate::ucd;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("ranges", ranges),
    ("IsLetter", |cx| ask(cx, &text::LETTER)),
    ("IsUpper", |cx| ask(cx, &text::UPPER)),
    ("IsLower", |cx| ask(cx, &text::LOWER)),
    ("IsTitle", |cx| ask(cx, &text::TITLE)),
    ("IsMark", |cx| ask(cx, &text::MARK)),
    ("IsNumber", |cx| ask(cx, &text::NUMBER)),
    ("IsDigit", |cx| ask(cx, &text::DIGIT)),
    ("IsPunct", |cx| ask(cx, &text::PUNCT)),
    ("IsSymbol", |cx| ask(cx, &text::SYMBOL)),
    ("IsPrint", |cx| answer(cx, text::is_print)),
    ("IsGraphic", |cx| answer(cx, text::is_graphic)),
    ("ToUpper", |cx| map(cx, ucd::to_upper)),
    ("ToLower", |cx| map(cx, ucd::to_lower)),
    ("ToTitle", |cx| map(cx, ucd::to_title)),
    ("SimpleFold", simple_fold),
    ("foldRanges", fold_ranges),
    ("caseRanges", case_ranges),
];

fn answer(cx: &mut NativeCx<'_>, is: impl Fn(char) -> bool) -> NativeResult {
    let r = char::from_u32(cx.int() as u32);
    cx.ret_bool(r.is_some_and(is));
    Ok(())
}

fn ask(cx: &mut NativeCx<'_>, table: &Table) -> NativeResult {
    answer(cx, |c| table.contains(c))
}

fn map(cx: &mut NativeCx<'_>, to: fn(char) -> char) -> NativeResult {
    let r = cx.int();
    let mapped = char::from_u32(r as u32).map_or(r, |c| to(c) as i64);
    cx.ret_int(mapped);
    Ok(())
}

/// The next rune of the orbit, or its first one.
fn simple_fold(cx: &mut NativeCx<'_>) -> NativeResult {
    let r = cx.int();
    let next = char::from_u32(r as u32).map(|c| {
        let orbit = ucd::orbit(c);
        orbit.iter().find(|&&o| o > c).or(orbit.first()).copied().unwrap_or(c)
    });
    cx.ret_int(next.map_or(r, |c| c as i64));
    Ok(())
}

fn ranges(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str().to_text().into_owned();
    let pairs = ucd::named(&name).unwrap_or_default();
    let flat: Vec<i32> = pairs.iter().flat_map(|&(lo, hi)| [lo as i32, hi as i32]).collect();
    cx.ret_i32s(&flat);
    Ok(())
}

fn fold_ranges(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str().to_text().into_owned();
    let inside = ucd::named(&name).unwrap_or_default();
    let outside = ucd::negated(&inside);
    let added = ucd::with_cases(&inside).into_iter().flat_map(|(first, last)| {
        let from = outside.partition_point(|range| range.1 < first);
        let parts = outside[from..].iter().take_while(move |range| range.0 <= last);
        parts.map(move |range| (range.0.max(first), range.1.min(last)))
    });
    let flat: Vec<i32> = added.flat_map(|(lo, hi)| [lo as i32, hi as i32]).collect();
    cx.ret_i32s(&flat);
    Ok(())
}

fn case_ranges(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut flat: Vec<i32> = Vec::new();
    for c in '\0'..=char::MAX {
        let distance = |to: fn(char) -> char| to(c) as i32 - c as i32;
        let deltas = [distance(ucd::to_upper), distance(ucd::to_lower), distance(ucd::to_title)];
        if deltas == [0; 3] {
            continue;
        }
        let code = c as i32;
        match &mut flat[..] {
            [.., _, last, a, b, t] if *last + 1 == code && [*a, *b, *t] == deltas => *last = code,
            _ => flat.extend([code, code].into_iter().chain(deltas)),
        }
    }
    cx.ret_i32s(&flat);
    Ok(())
}
