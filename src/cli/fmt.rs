//! `gol fmt`: lays source files out as gofmt does.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use gol::{Formatted, format_source};

use super::args::{ErrorFormat, FmtArgs};
use super::render;

/// Lines of context around what a diff shows.
const CONTEXT: usize = 3;

pub(crate) fn fmt(args: &FmtArgs) -> anyhow::Result<ExitCode> {
    if args.files.is_empty() {
        if args.write {
            bail!("cannot use -w with standard input");
        }
        let mut text = Vec::new();
        std::io::stdin().read_to_end(&mut text).context("standard input")?;
        return one(args, "standard input", None, &text).map(status);
    }
    let mut files = Vec::new();
    let mut good = true;
    for path in &args.files {
        if let Err(error) = std::fs::symlink_metadata(path) {
            let reason = error.to_string();
            let reason = reason.split(" (os error").next().unwrap_or_default().to_lowercase();
            writeln!(std::io::stderr(), "gol: {}: {reason}", path.display())?;
            good = false;
            continue;
        }
        collect(path, true, &mut files)?;
    }
    for path in files {
        let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
        good &= one(args, &path.to_string_lossy(), Some(&path), &text)?;
    }
    Ok(status(good))
}

fn status(good: bool) -> ExitCode {
    ExitCode::from(if good { 0 } else { 2 })
}

/// The files below a directory; what is named itself is taken whatever it is called.
fn collect(path: &Path, named: bool, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if path.is_dir() {
        let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
        paths.sort();
        return paths.iter().try_for_each(|path| collect(path, false, files));
    }
    if named || (gol::loader::is_source(&name) && !name.starts_with('.')) {
        files.push(path.to_path_buf());
    }
    Ok(())
}

/// Formats one text, and does with the result what the flags say; false if it has errors.
fn one(args: &FmtArgs, name: &str, path: Option<&Path>, text: &[u8]) -> anyhow::Result<bool> {
    let formatted = match format_source(name, text)? {
        Formatted::Text(formatted) => formatted,
        Formatted::Errors(compiled) => {
            render::print(&compiled, ErrorFormat::Short, super::check::MAX_ERRORS)?;
            return Ok(false);
        }
    };
    let mut out = std::io::stdout().lock();
    let changed = formatted.as_bytes() != text;
    if args.list && changed {
        writeln!(out, "{name}")?;
    }
    if let Some(path) = path.filter(|_| args.write && changed) {
        std::fs::write(path, &formatted).with_context(|| name.to_owned())?;
    }
    if args.diff && changed {
        write!(out, "{}", diff(name, &String::from_utf8_lossy(text), &formatted))?;
    }
    if !(args.list || args.write || args.diff) {
        out.write_all(formatted.as_bytes())?;
    }
    Ok(true)
}

/// A step from one text to the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step<'a> {
    Same(&'a str),
    Less(&'a str),
    More(&'a str),
}

/// A unified diff. Between equal lines at both ends the lines are paired greedily: what is said is
/// right, if not always the shortest way to say it.
fn diff(name: &str, old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let steps = steps(&old, &new);
    let mut out = format!("diff {name}.orig {name}\n--- {name}.orig\n+++ {name}\n");
    let changed: Vec<usize> =
        (0..steps.len()).filter(|&i| !matches!(steps[i], Step::Same(_))).collect();
    let mut at = 0;
    while at < changed.len() {
        let mut last = at;
        while changed.get(last + 1).is_some_and(|&next| next - changed[last] <= 2 * CONTEXT) {
            last += 1;
        }
        let from = changed[at].saturating_sub(CONTEXT);
        let to = (changed[last] + CONTEXT + 1).min(steps.len());
        hunk(&steps, from, to, &mut out);
        at = last + 1;
    }
    out
}

fn hunk(steps: &[Step<'_>], from: usize, to: usize, out: &mut String) {
    let count = |range: &[Step<'_>], is_old: bool| {
        let skipped =
            |s: &&Step<'_>| !matches!((s, is_old), (Step::More(_), true) | (Step::Less(_), false));
        range.iter().filter(skipped).count()
    };
    let (old_start, new_start) = (count(&steps[..from], true), count(&steps[..from], false));
    let range = &steps[from..to];
    let (old, new) = (count(range, true), count(range, false));
    out.push_str(&format!("@@ -{},{old} +{},{new} @@\n", old_start + 1, new_start + 1));
    for step in range {
        let (mark, line) = match step {
            Step::Same(line) => (' ', line),
            Step::Less(line) => ('-', line),
            Step::More(line) => ('+', line),
        };
        out.push_str(&format!("{mark}{line}\n"));
    }
}

/// How far ahead an equal line is looked for.
const REACH: usize = 200;

fn steps<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Step<'a>> {
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            out.push(Step::Same(old[i]));
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let nearest = (1..REACH).find_map(|reach| {
            (0..=reach).find_map(|a| {
                let (x, y) = (i + a, j + reach - a);
                (x < old.len() && y < new.len() && old[x] == new[y]).then_some((x, y))
            })
        });
        let (x, y) = nearest.unwrap_or((old.len(), new.len()));
        out.extend(old[i..x].iter().map(|line| Step::Less(line)));
        out.extend(new[j..y].iter().map(|line| Step::More(line)));
        (i, j) = (x, y);
    }
    out
}
