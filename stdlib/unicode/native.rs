//! Natives of unicode: classes and cases.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::text::{self, Table};

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
    ("ToUpper", |cx| map(cx, text::to_upper)),
    ("ToLower", |cx| map(cx, text::to_lower)),
    ("ToTitle", |cx| map(cx, text::to_title)),
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
        let orbit = text::orbit(c);
        orbit.iter().find(|&&o| o > c).or(orbit.first()).copied().unwrap_or(c)
    });
    cx.ret_int(next.map_or(r, |c| c as i64));
    Ok(())
}

fn ranges(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str().to_text().into_owned();
    let pairs = match name.as_str() {
        // Surrogates and what is unassigned are no chars; the classes of regular expressions lack them.
        "Cs" => vec![(0xD800, 0xDFFF)],
        _ => text::ranges(&format!(r"\p{{{}}}", name.replace('_', " "))),
    };
    let flat: Vec<i32> = pairs.iter().flat_map(|&(lo, hi)| [lo as i32, hi as i32]).collect();
    cx.ret_i32s(&flat);
    Ok(())
}

fn fold_ranges(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str().to_text().into_owned();
    let mut folded = text::class(&format!(r"\p{{{name}}}"));
    if let Some(class) = &mut folded {
        let inside = class.clone();
        class.case_fold_simple();
        class.difference(&inside);
    }
    let ranges = folded.iter().flat_map(regex_syntax::hir::ClassUnicode::ranges);
    let flat: Vec<i32> = ranges.flat_map(|r| [r.start() as i32, r.end() as i32]).collect();
    cx.ret_i32s(&flat);
    Ok(())
}

fn case_ranges(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut flat: Vec<i32> = Vec::new();
    for c in '\0'..=char::MAX {
        let distance = |to: fn(char) -> char| to(c) as i32 - c as i32;
        let deltas = [distance(text::to_upper), distance(text::to_lower), distance(text::to_title)];
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
