//! Natives of regexp. Compiled expressions are kept by the runtime under numbers; one that was
//! dropped to make room is compiled again from its text when it is needed.

#[path = "ast.rs"]
pub(crate) mod ast;
#[path = "class.rs"]
pub(crate) mod class;
#[path = "parse.rs"]
pub(crate) mod parse;
#[path = "program.rs"]
pub(crate) mod program;
#[path = "template.rs"]
mod template;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::value::GoStr;

use ast::{SyntaxError, flags};
use program::Program;
use template::expand;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("compile", compile),
    ("isMatch", is_match),
    ("findAll", find_all),
    ("findAllStrings", find_all_strings),
    ("replaceAll", replace_all),
    ("expandTemplate", expand_template),
    ("quoteMeta", quote_meta),
];

/// More expressions than this are not kept compiled.
const MOST_KEPT: usize = 2000;

/// Expressions by their texts: Perl's, and POSIX's.
#[derive(Default)]
struct Programs([RwLock<HashMap<Vec<u8>, Arc<Program>>>; 2]);

/// The program of an expression.
fn program(cx: &NativeCx<'_>, text: &[u8], posix: bool) -> Result<Arc<Program>, SyntaxError> {
    let programs = cx.state::<Programs>();
    let kept = &programs.0[usize::from(posix)];
    if let Some(known) = kept.read().unwrap_or_else(PoisonError::into_inner).get(text) {
        return Ok(Arc::clone(known));
    }
    let (root, captures) = parse::parse(text, if posix { 0 } else { flags::PERL })?;
    let made = Arc::new(Program::new(&root, captures, text)?);
    let mut kept = kept.write().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(text.to_vec(), Arc::clone(&made));
    Ok(made)
}

/// `compile(expr, posix) (names []string, prefix string, complete bool, code, part string)`: an
/// error's code is empty if there is none.
fn compile(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let posix = cx.bool();
    match program(cx, text.as_bytes(), posix) {
        Ok(program) => {
            cx.ret_strs(&program.names);
            cx.ret_str(&program.prefix.0);
            cx.ret_bool(program.prefix.1);
            cx.ret_str("");
            cx.ret_str("");
        }
        Err(error) => {
            cx.ret_nil_slice();
            cx.ret_str("");
            cx.ret_bool(false);
            cx.ret_str(error.code.text());
            cx.ret_str(&error.part);
        }
    }
    Ok(())
}

/// The arguments that all searches start with: the expression's text and whether it is POSIX.
fn subject(cx: &mut NativeCx<'_>) -> Option<Arc<Program>> {
    let text = cx.str();
    let posix = cx.bool();
    program(cx, text.as_bytes(), posix).ok()
}

/// `isMatch(expr, posix, text) bool`
fn is_match(cx: &mut NativeCx<'_>) -> NativeResult {
    let program = subject(cx);
    let text = cx.str();
    cx.ret_bool(program.is_some_and(|p| p.is_match(&p.text(text.as_bytes()))));
    Ok(())
}

/// A number of matches as Go's functions take it: all, if it is negative.
fn most(n: i64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// `findAll(expr, posix, longest, text, n, groups) []int`: start and end of all matches, or of all
/// groups of them, in one list.
fn find_all(cx: &mut NativeCx<'_>) -> NativeResult {
    let program = subject(cx);
    let longest = cx.bool();
    let text = cx.str();
    let most = most(cx.int());
    let groups = cx.bool();
    let mut offsets: Vec<i64> = Vec::new();
    if let Some(program) = program {
        let text = program.text(text.as_bytes());
        program.each(&text, longest, most, groups, |found| offsets.extend_from_slice(found));
    }
    if offsets.is_empty() {
        cx.ret_nil_slice();
    } else {
        cx.ret_ints(&offsets);
    }
    Ok(())
}

/// The same with the parts of the text; empty ones for groups that took no part.
fn find_all_strings(cx: &mut NativeCx<'_>) -> NativeResult {
    let program = subject(cx);
    let longest = cx.bool();
    let text = cx.str();
    let most = most(cx.int());
    let groups = cx.bool();
    let mut parts: Vec<GoStr<'_>> = Vec::new();
    if let Some(program) = program {
        let searched = program.text(text.as_bytes());
        program.each(&searched, longest, most, groups, |found| {
            parts.extend(found.chunks(2).map(|span| match span {
                [start, end] if *start >= 0 => text.part(*start as usize, *end as usize),
                _ => GoStr::EMPTY,
            }));
        });
    }
    if parts.is_empty() {
        cx.ret_nil_slice();
    } else {
        cx.ret_gostrs(parts.into_iter());
    }
    Ok(())
}

/// `replaceAll(expr, posix, longest, text, replacement, isTemplate) string`
fn replace_all(cx: &mut NativeCx<'_>) -> NativeResult {
    let program = subject(cx);
    let longest = cx.bool();
    let text = cx.str();
    let replacement = cx.str().as_bytes();
    let is_template = cx.bool() && replacement.contains(&b'$');
    let source = text.as_bytes();
    let mut out = Vec::new();
    let mut copied = 0;
    let mut changed = false;
    if let Some(program) = program {
        let searched = program.text(source);
        program.each(&searched, longest, usize::MAX, is_template, |found| {
            let (start, end) = (found[0] as usize, found[1] as usize);
            out.extend_from_slice(&source[copied..start]);
            if is_template {
                expand(&mut out, replacement, source, found, &program.names);
            } else {
                out.extend_from_slice(replacement);
            }
            copied = end;
            changed = true;
        });
    }
    if changed {
        out.extend_from_slice(&source[copied..]);
        cx.ret_str(out);
    } else {
        cx.ret_gostr(text);
    }
    Ok(())
}

/// `expandTemplate(template, source string, match []int, names []string) string`
fn expand_template(cx: &mut NativeCx<'_>) -> NativeResult {
    let template = cx.str();
    let source = cx.str();
    let found: Vec<i64> = cx.slice().words64().iter().map(|&w| w as i64).collect();
    let names: Vec<String> = cx.slice().strings().map(|s| s.to_text().into_owned()).collect();
    let len = source.len() as i64;
    let valid = found.chunks(2).all(|s| s.len() == 2 && s[0] <= s[1] && s[1] <= len);
    let mut out = Vec::new();
    if valid {
        expand(&mut out, template.as_bytes(), source.as_bytes(), &found, &names);
    }
    cx.ret_str(out);
    Ok(())
}

fn quote_meta(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let mut out = Vec::with_capacity(text.len() + 8);
    for &b in text.as_bytes() {
        if br"\.+*?()|[]{}^$".contains(&b) {
            out.push(b'\\');
        }
        out.push(b);
    }
    cx.ret_str(out);
    Ok(())
}
